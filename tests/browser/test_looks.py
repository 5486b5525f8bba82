"""How the views look and feel: dark, narrow, long names, nothing to show, a thousand solids, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Document, wait_until

pytestmark = pytest.mark.browser

STILL = """\
import demo
{setup}
run = demo.FakeRun(view, fails="build_traffic_dashboard")
shown = demo.execute(run, seconds=1)
"""


def selected(document: Document) -> str | None:
    return document.page.locator(".dagnb-live .node.selected").first.get_attribute("data-node")


def test_the_graph_is_worked_by_keyboard_and_the_notebook_keeps_its_own_keys(
    open_notebook: Callable[..., Document],
) -> None:
    document = open_notebook(STILL.format(setup="view = demo.graph()"), "1 + 1")
    document.run()
    page = document.page
    page.locator(".dagnb-live .pill[data-state=failure]").wait_for()
    document.click_solid("ingest_costs")
    for key, solid in [
        ("ArrowRight", "persist_costs"),
        ("ArrowDown", "persist_traffic"),
        ("ArrowLeft", "ingest_traffic"),
    ]:
        page.keyboard.press(key)
        wait_until(lambda solid=solid: selected(document) == solid, 5, f"{key} to lead to {solid}")  # type: ignore[misc]
    page.keyboard.press("Escape")
    wait_until(lambda: page.locator(".dagnb-live .side").count() == 0, 5, "Escape to close the panel")
    page.keyboard.press("/")
    page.keyboard.type("train_model*")
    page.locator(".dagnb-live :text('2 found')").wait_for()
    page.keyboard.press("Enter")
    wait_until(lambda: selected(document) == "train_model", 5, "Enter to jump to what was found")
    document.picture("graph-search")
    page.keyboard.press("Escape")
    document.save()
    assert page.locator(".jp-Notebook .jp-Cell").count() >= 2
    assert not page.locator(".jp-Notebook.jp-mod-editMode").count()


def test_failed_pill_leads_to_the_failed_step_and_the_wheel_stays_the_notebooks(
    open_notebook: Callable[..., Document],
) -> None:
    document = open_notebook(STILL.format(setup="view = demo.graph()"))
    document.run()
    page = document.page
    page.locator(".dagnb-live button:has-text('1 failed')").click()
    wait_until(lambda: selected(document) == "build_traffic_dashboard", 5, "the failed step to be selected")
    world = page.locator(".dagnb-live svg.graph > g")
    page.locator(".dagnb-live .side h3").wait_for()
    page.wait_for_timeout(400)  # the graph is fitted beside the panel
    before = world.get_attribute("transform")
    page.locator(".dagnb-live svg.graph").hover(position={"x": 100, "y": 200})
    page.mouse.wheel(0, 40)
    assert world.get_attribute("transform") == before
    page.keyboard.down("Control")
    page.mouse.wheel(0, -40)
    page.keyboard.up("Control")
    wait_until(lambda: world.get_attribute("transform") != before, 5, "Ctrl+wheel to zoom")


def use_theme(document: Document, name: str) -> None:
    """Choose a theme as a person would; the server keeps the choice."""
    document.page.keyboard.press("Control+Shift+c")
    document.page.keyboard.type(f"Use Theme: {name}")
    document.page.locator(f".lm-CommandPalette-item:has-text('{name}'):not(:has-text('High'))").first.click()
    document.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")


@pytest.mark.parametrize("look", ["narrow", "long", "empty", "dark"])
def test_every_look_fits_its_cell(open_notebook: Callable[..., Document], look: str) -> None:
    view = {"long": 'demo.graph("transportation_and_temporary_labor_")', "empty": "demo.empty_graph()"}.get(
        look, "demo.graph()"
    )
    document = open_notebook(
        STILL.format(setup=f"view = {view}") if look != "empty" else "import demo\ndemo.show_still(demo.empty_graph())"
    )
    page = document.page
    if look == "narrow":
        page.keyboard.press("Control+b")
        page.set_viewport_size({"width": 700, "height": 900})
    if look == "dark":
        use_theme(document, "JupyterLab Dark")
    document.run()
    frame = page.locator(".dagnb-live .frame")
    frame.wait_for()
    if look != "empty":
        page.locator(".dagnb-live .pill[data-state=failure], .dagnb-live .pill[data-state=success]").first.wait_for()
        page.locator(".dagnb-live [data-node] .card").nth(3).click()
        page.locator(".dagnb-live .side h3").wait_for()
    document.picture(f"look-{look}")
    overflow = frame.evaluate("element => element.scrollWidth - element.clientWidth")
    assert overflow <= 0
    side = page.locator(".dagnb-live .side")
    if side.count():
        assert side.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    if look == "dark":
        use_theme(document, "JupyterLab Light")


METRICS = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")


def test_a_thousand_solids_paint_and_change_in_time(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(
        "import demo\nshown, view = demo.show_still(demo.large_graph(1000))", "demo.change_many(shown, view, 200)"
    )
    page = document.page
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")

    def spent() -> dict[str, float]:
        found = {each["name"]: each["value"] for each in client.send("Performance.getMetrics")["metrics"]}
        return {name: found[name] * 1000 for name in METRICS}

    def report(what: str, before: dict[str, float]) -> None:
        after = spent()
        print(what, {name: round(after[name] - before[name]) for name in METRICS}, "ms")  # noqa: T201

    before = spent()
    document.run()
    page.wait_for_selector(".dagnb-live [data-node='solid_999']", state="attached")
    page.wait_for_timeout(500)
    report("first paint, with Jupyter's own work:", before)
    before = spent()
    document.run(1)
    wait_until(lambda: page.locator(".dagnb-live .node.success").count() == 200, 10, "200 states")
    page.wait_for_timeout(300)
    report("200 changes, with Jupyter's own work:", before)
    before = spent()
    document.run(1)
    page.wait_for_timeout(1000)
    report("no change, Jupyter's own work:", before)
    document.picture("graph-1000")
