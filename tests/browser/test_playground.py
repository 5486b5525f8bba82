"""The playground in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Document, FrontEnd, wait_until

pytestmark = pytest.mark.browser

SHOW = """\
import demo_pages
playground = demo_pages.FakePlayground()
playground.show()
"""


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_a_config_is_checked_completed_and_launched(
    open_notebook: Callable[..., Document], front_end: FrontEnd
) -> None:
    document = open_notebook(SHOW, front_end=front_end)
    document.run()
    page = document.page
    live = page.locator(".dagnb-live")
    live.locator(".problem:has-text('expected an integer from 2 to 20')").wait_for()
    assert live.locator(".cm-error").text_content() == "ninety"
    launch = live.locator("button:has-text('Launch')")
    assert launch.is_disabled()

    live.locator(".problem").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("ma")
    offer = page.locator(".dagnb-popups .cm-tooltip-autocomplete li:has-text('max_depth')")
    offer.wait_for()
    assert "int? = 6" in (offer.text_content() or "")
    document.picture(f"playground-{front_end}", ".jp-Notebook")
    page.keyboard.press("Enter")
    wait_until(lambda: "max_depth: " in (live.locator(".cm-content").inner_text()), 5, "the completion")
    page.keyboard.press("Escape")
    page.keyboard.type("3")

    live.locator("select[aria-label^='Replace']").select_option("required")
    live.locator("h4:has-text('valid')").wait_for()
    wait_until(launch.is_enabled, 5, "Launch to be enabled")
    live.locator(".cm-content").click()
    page.keyboard.press("Alt+l")
    wait_until(lambda: document.state_of("ingest_costs") == "success", 10, "the first step")
    document.click_solid("persist_costs")
    live.locator(".side h3:has-text('persist_costs')").wait_for()
    live.locator(".pill[data-state=success]").wait_for()
    document.picture(f"playground-launched-{front_end}")
    assert "solids" in live.locator(".cm-content").inner_text()
    assert not [error for error in document.errors if "dagnb" in error]
