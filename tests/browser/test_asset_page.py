"""An asset's page in a real JupyterLab."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Document

pytestmark = pytest.mark.browser


def test_an_assets_page_draws_its_numbers_and_tells_the_one_under_the_pointer(
    open_notebook: Callable[..., Document],
) -> None:
    document = open_notebook("import demo_pages\ndemo_pages.show_demo_asset()", "demo_pages.show_demo_asset(0)")
    document.run()
    chart = document.page.locator(".dagnb-live svg.chart")
    chart.wait_for()
    assert chart.locator("circle").count() == 24
    document.picture("asset")
    chart.hover(position={"x": 300, "y": 60})
    document.page.locator(".dagnb-live .muted:has-text('run ')").wait_for()
    assert document.page.locator(".dagnb-live td:has-text('310,204')").first.is_visible()
    document.run(1)
    document.page.locator(".dagnb-live .empty:has-text('AssetMaterialization(\"models.delay\")')").wait_for()
