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


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_cancel_stops_the_run_and_running_the_cell_again_replaces_the_view(
    open_notebook: Callable[..., Document], front_end: FrontEnd
) -> None:
    document = open_notebook(
        RUN.format(seconds=20),
        "from dagnb.widgets.base import live_views; print(len(live_views), 'live')",
        front_end=front_end,
    )
    page = document.page
    document.run()
    cancel = page.locator(".dagnb-live button:has-text('Cancel')")
    cancel.click()
    document.await_cell(seconds=10)
    page.locator(".dagnb-live .pill[data-state=canceled]").wait_for()
    assert cancel.count() == 0

    first = page.locator(".dagnb-live").get_attribute("data-marker")
    document.run()
    live = page.locator(".dagnb-live")
    wait_until(
        lambda: live.count() == 1 and live.get_attribute("data-marker") != first, 20, "the new view to stand alone"
    )
    page.locator(".dagnb-live button:has-text('Cancel')").click()
    document.await_cell(seconds=10)
    document.run(1)
    page.locator(".jp-OutputArea-output:has-text('1 live')").wait_for()


def test_a_page_that_is_loaded_later_starts_from_the_run_as_it_stands(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(RUN.format(seconds=1))
    document.run()
    document.await_cell()
    document.page.locator(".dagnb-live .pill[data-state=failure]").wait_for()
    document.save()
    document.page.reload()
    document.page.locator(".dagnb-live .pill[data-state=failure]").wait_for()
    assert document.state_of("persist_model") == "success"
    document.click_solid("build_traffic_dashboard")
    document.page.locator(".dagnb-live .side .error:has-text('KeyError')").wait_for()


def test_metadata_is_shown_as_text_and_runs_nothing(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(RUN.format(seconds=1))
    page = document.page
    page.on("dialog", lambda dialog: document.errors.append(dialog.message))
    document.run()
    document.await_cell()
    document.click_solid("build_model")
    page.locator(".dagnb-live .side details summary:has-text('models.features')").click()
    page.locator(".dagnb-live .side dd:has-text('<img src=x onerror=alert(1)>')").wait_for()
    assert page.locator(".dagnb-live img").count() == 0
    link = page.locator(".dagnb-live .side a")
    assert link.get_attribute("href") == "http://example.org/report"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert not document.errors
