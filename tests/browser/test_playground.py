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


COMPOSITES = """\
from dagnb import DynamicOutput, DynamicOutputDefinition, Field, composite_solid, pipeline, solid

@solid(config_schema={"origin": Field(str, description="airport to start from")})
def load(context, path: str) -> int:
    return 1

@solid(output_defs=[DynamicOutputDefinition(int)])
def split(number: int):
    for key in ("jfk", "lga", "ewr"):
        yield DynamicOutput(number, mapping_key=key)

@solid(config_schema={"alpha": Field(float, default_value=1.0)})
def fit(context, number: int) -> float:
    return context.solid_config["alpha"] * number

@composite_solid
def model(number: int) -> float:
    return fit(number)

@composite_solid
def outer(path: str) -> list:
    return split(load(path)).map(model).collect()

@pipeline
def report():
    outer()

report.playground()
"""

WRONG = """\
solids:
  outer:
    inputs:
      path: []
    solids:
      load:
        config:
          origin: JFK
        outputs:
          - resul: {}
      model:
        solids:
          fit:
            config:
              alpha: ten
"""

RIGHT = (
    WRONG.replace("[]", "flights.csv").replace("ten", "2.5").replace("resul: {}", "result: {json: {path: count.json}}")
)


def test_a_config_of_solids_in_composites_is_scaffolded_checked_completed_and_launched(
    open_notebook: Callable[..., Document],
) -> None:
    document = open_notebook(COMPOSITES)
    document.run()
    page = document.page
    live = page.locator(".dagnb-live")
    live.locator("h4:has-text('valid')").wait_for()
    assert "origin" in live.locator(".cm-content").inner_text()
    rows = live.locator(".side tbody tr")
    assert [row.split("\t")[0].strip() for row in rows.all_inner_texts()] == ["outer", "load", "split", "model", "fit"]
    indents = [row.locator("td").first.text_content() or "" for row in rows.all()]
    assert [len(text) - len(text.lstrip()) for text in indents] == [0, 1, 1, 1, 2]

    live.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(WRONG)
    live.locator(".problem:has-text('solids › outer › solids › model › solids › fit › config › alpha')").wait_for()
    live.locator(".problem:has-text('solids › outer › inputs › path')").wait_for()
    live.locator(".problem:has-text('solids › outer › solids › load › outputs › 0 › resul')").wait_for()
    assert live.locator(".cm-error").all_text_contents() == ["[]", "resul", "ten"]
    document.picture("playground-composites", ".jp-Notebook")

    # Sooner than the text is checked again.
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+z")
    wait_until(lambda: len(live.locator(".cm-error").all()) == 3, 5, "the marks to come back with the text")

    live.locator(".problem:has-text('alpha')").click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+Space")
    page.keyboard.type("al")
    page.locator(".dagnb-popups .cm-tooltip-autocomplete li:has-text('alpha')").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("2.5")
    wait_until(lambda: live.locator(".cm-error").all_text_contents() == ["[]", "resul"], 5, "alpha to be right")
    live.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(RIGHT)
    live.locator("h4:has-text('valid')").wait_for()
    wait_until(live.locator("button:has-text('Launch')").is_enabled, 5, "Launch to be enabled")
    page.keyboard.press("Alt+l")
    live.locator(".pill[data-state=success]").wait_for()
    live.locator("[data-node='outer.model.fit'] .card").click()
    live.locator(".side .steps tr:has-text('2.5')").first.wait_for()
    assert live.locator(".side .steps tr").count() == 3
    document.picture("playground-composites-launched")
    live.locator("[data-group='outer.model']").first.click(position={"x": 30, "y": 8}, force=True)
    live.locator(".side h3:has-text('outer.model')").wait_for()
