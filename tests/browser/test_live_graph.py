"""The graph in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Document, FrontEnd, wait_until

pytestmark = pytest.mark.browser

RUN = """\
import demo
run = demo.FakeRun(demo.graph(), fails="build_traffic_dashboard")
shown = demo.execute(run, seconds={seconds})
"""


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_the_graph_lives_while_the_cell_runs_and_lasts_after_it(
    open_notebook: Callable[..., Document], front_end: FrontEnd
) -> None:
    document = open_notebook(RUN.format(seconds=9), front_end=front_end)
    document.run()
    page = document.page
    page.wait_for_selector(".dagnb-live svg.graph")
    wait_until(lambda: document.state_of("ingest_costs") == "success", 10, "the first step to be shown as success")
    assert document.is_running()
    assert document.state_of("persist_model") == "waiting"

    document.click_solid("build_model")
    page.wait_for_selector(".dagnb-live .side h3:has-text('build_model')")
    page.wait_for_selector(".dagnb-live .side .muted:has-text('notebook · model')")
    assert document.is_running(), "the click was answered only when the cell had ended"
    wait_until(lambda: document.state_of("build_model") == "running", 20, "build_model to run")
    page.wait_for_selector(".dagnb-live .side h4:has-text('Running now')")
    document.picture(f"graph-running-{front_end}")
    document.await_cell()
    wait_until(lambda: document.state_of("persist_traffic") == "success", 10, "the last state")
    assert document.state_of("build_traffic_dashboard") == "failure"
    document.click_solid("build_traffic_dashboard")
    page.wait_for_selector(".dagnb-live .side .error:has-text('KeyError')")
    document.picture(f"graph-failed-{front_end}")

    document.save()
    document.server.stop_kernels()
    page.reload()
    page.wait_for_selector(".jp-OutputArea-output img[src*='dagnb-']")
    assert page.locator(".jp-OutputArea").first.is_visible()
    assert "model not found" not in (page.locator(".jp-Notebook").text_content() or "")
    assert "%23c4321c" in (page.locator(".jp-OutputArea-output img").first.get_attribute("src") or "")
    assert not [error for error in document.errors if "dagnb" in error]
