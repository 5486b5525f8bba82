"""What hands do with a real pipeline's graph: open a panel, turn it, select several solids, copy; and its extremes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Document, wait_until

pytestmark = pytest.mark.browser

# A chain that fills the window's width, so that a panel beside it takes room that the graph needs.
CHAIN = """\
import pandas as pd
from dagnb import AssetMaterialization, EventMetadataEntry, Output, pipeline, solid

@solid
def load() -> pd.DataFrame:
    frame = pd.DataFrame({"carrier": ["AA", "BB"] * 4000, "delay": range(8000)})
    report = "a report of many words. " * 40
    entries = [EventMetadataEntry.md(report, "report"), EventMetadataEntry.int(len(frame), "rows")]
    yield AssetMaterialization("flights.raw", metadata_entries=entries)
    yield Output(frame)

@solid
def keep(frame: pd.DataFrame) -> pd.DataFrame:
    return frame

@pipeline
def chain():
    frame = load()
    for number in range(5):
        frame = keep.alias(f"keep_{number}")(frame)

run = chain.run()
"""


def card(document: Document, solid: str) -> Locator:
    return document.page.locator(f'.dagnb-live [data-node="{solid}"] .card')


def is_inside(inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a
    assert b
    return (
        a["x"] >= b["x"]
        and a["y"] >= b["y"]
        and a["x"] + a["width"] <= b["x"] + b["width"]
        and a["y"] + a["height"] <= b["y"] + b["height"]
    )


def shown(open_notebook: Callable[..., Document], text: str = CHAIN, state: str = "success") -> Document:
    document = open_notebook(text)
    document.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    document.run()
    document.page.locator(f".dagnb-live .pill[data-state={state}]").wait_for()
    return document


def test_a_panel_leaves_the_whole_graph_in_sight_unless_it_was_moved_by_hand(
    open_notebook: Callable[..., Document],
) -> None:
    document = shown(open_notebook)
    page, stage = document.page, document.page.locator(".dagnb-live .stage")
    cards = [card(document, name) for name in ("load", "keep_0", "keep_4")]
    assert all(is_inside(each, stage) for each in cards)
    world = page.locator(".dagnb-live svg.graph > g")
    at_first = world.get_attribute("transform")
    cards[2].click()
    page.locator(".dagnb-live .side h3").wait_for()
    wait_until(lambda: all(is_inside(each, stage) for each in cards), 2, "the graph to be fitted beside the panel")
    assert world.get_attribute("transform") != at_first
    page.keyboard.press("Escape")
    wait_until(lambda: world.get_attribute("transform") == at_first, 2, "the graph to take its room again")

    stage.hover(position={"x": 20, "y": 100})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    wait_until(lambda: world.get_attribute("transform") != at_first, 5, "Ctrl+wheel to zoom")
    scale = str(world.get_attribute("transform")).partition("scale")[2]
    cards[1].click()
    page.locator(".dagnb-live .side h3").wait_for()
    page.wait_for_timeout(300)
    assert str(world.get_attribute("transform")).partition("scale")[2] == scale
    assert is_inside(cards[1], stage)


def test_what_a_step_wrote_is_seen_without_scrolling(open_notebook: Callable[..., Document]) -> None:
    document = shown(open_notebook)
    page, side = document.page, document.page.locator(".dagnb-live .side")
    card(document, "load").click()
    side.locator("h4:has-text('Materializations')").wait_for()
    rows = side.locator("section td.right:has-text('8,000')").first
    assert is_inside(rows, side), "the count of rows is out of view"
    assert side.locator(".data tbody tr").count() == 5
    assert "5 of 8,000 rows" in side.inner_text()
    side.locator(".data + .caption button:has-text('copy')").click()
    side.locator(".caption button:has-text('Copied')").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("carrier\tdelay\nAA\t0\n")


def test_several_solids_are_selected_and_copied_as_a_selection(open_notebook: Callable[..., Document]) -> None:
    document = shown(open_notebook)
    page = document.page
    card(document, "load").click()
    page.wait_for_timeout(300)
    card(document, "keep_1").click(modifiers=["Shift"])
    page.locator(".dagnb-live .head :text('2 selected')").wait_for()
    assert page.locator(".dagnb-live .node.selected").count() == 2
    page.keyboard.press("Control+c")
    page.locator(".dagnb-live .head :text('Copied 2 solids')").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "load, keep_1"
    card(document, "load").click(modifiers=["Shift"])
    page.locator(".dagnb-live .tools button:has-text('copy')").click()
    page.locator(".dagnb-live .head :text('Copied keep_1')").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "keep_1"


def size_of_picture(document: Document) -> tuple[float, float]:
    """Return the width and height of the saved notebook's first picture."""
    (output,) = json.loads(document.path.read_text())["cells"][0]["outputs"]
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', "".join(output["data"]["image/svg+xml"]))
    assert found
    return float(found[1]), float(found[2])


def test_the_graph_is_turned_and_keeps_its_states_and_selection(open_notebook: Callable[..., Document]) -> None:
    document = shown(open_notebook)
    page = document.page
    card(document, "keep_2").click()
    page.locator(".dagnb-live button[aria-label='Draw from top to bottom']").click()
    page.locator(".dagnb-live button[aria-label='Draw from left to right']").wait_for()
    assert page.locator(".dagnb-live svg.graph").count() == 1
    assert page.locator(".dagnb-live .node.success").count() == 6
    assert page.locator(".dagnb-live .node.selected").get_attribute("data-node") == "keep_2"
    above, below = card(document, "keep_1").bounding_box(), card(document, "keep_2").bounding_box()
    assert above
    assert below
    assert below["y"] > above["y"] + above["height"]
    document.picture("graph-turned")
    document.save()
    width, height = size_of_picture(document)
    assert height > 6 * 46
    assert width < 3 * 170, "the picture that is saved is turned as the graph is"
    card(document, "keep_2").click()
    page.keyboard.press("ArrowUp")
    wait_until(
        lambda: page.locator(".dagnb-live .node.selected").get_attribute("data-node") == "keep_1", 5, "the one above"
    )


def test_a_name_and_its_second_line_are_whole_where_they_fit(open_notebook: Callable[..., Document]) -> None:
    document = shown(open_notebook)
    for solid in ("load", "keep_0"):
        texts = document.page.locator(f'.dagnb-live [data-node="{solid}"]')
        assert texts.locator(".name").text_content() == solid
        assert texts.locator(".sub").text_content() == "function · frame"


RESOURCE = """\
from dagnb import ModeDefinition, pipeline, resource, solid

@resource
def database(context):
    raise ConnectionRefusedError("nobody listens on port 5432")

@solid(required_resource_keys={"database"})
def read(context) -> int:
    return 1

@pipeline(mode_defs=[ModeDefinition("dev", {"database": database})])
def report():
    read()

report.run()
"""


def test_a_run_that_failed_before_its_first_step_says_why(open_notebook: Callable[..., Document]) -> None:
    document = shown(open_notebook, RESOURCE, state="failure")
    error = document.page.locator(".dagnb-live .frame > .error")
    assert "nobody listens on port 5432" in error.inner_text()
    document.picture("graph-failed-resource")
    assert document.state_of("read") == "waiting"


EXTREMES = """\
from dagnb import pipeline, solid

@solid
def one() -> int:
    return 1

@solid
def {long}(number: int) -> int:
    return number

@pipeline
def nothing():
    pass

@pipeline
def single():
    one()

@pipeline
def long_names():
    {long}({long}.alias({long!r} + "_b")(one()))

@pipeline
def wide():
    ends = [one.alias(f"one_{{number}}")() for number in range(100)]
    for step in range(2):
        ends = [{long}.alias(f"step_{{step}}_{{at}}")(end) for at, end in enumerate(ends)]

"""
LONG = "take_the_costs_of_transportation_and_of_temporary_labor_and_compare_them_by_year"


@pytest.mark.parametrize("which", ["nothing", "single", "long_names", "wide"])
def test_the_smallest_and_the_largest_pipelines_fit_their_cell(
    open_notebook: Callable[..., Document], which: str
) -> None:
    assert len(LONG) == 80
    document = open_notebook(EXTREMES.format(long=LONG) + which)
    document.run()
    frame = document.page.locator(".dagnb-live .frame")
    frame.wait_for()
    cards = document.page.locator(".dagnb-live [data-node] .card")
    if which == "nothing":
        document.page.locator(".dagnb-live .empty:has-text('no solids')").wait_for()
    else:
        cards.first.click()
        document.page.locator(".dagnb-live .side h3").wait_for()
        document.page.wait_for_timeout(300)
    document.picture(f"extreme-{which}")
    solids = document.page.locator(".dagnb-live [data-node]")
    assert solids.count() == {"nothing": 0, "single": 1, "long_names": 3, "wide": 300}[which]
    assert frame.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    for name in document.page.locator(".dagnb-live [data-node] .name").all()[:3]:
        assert name.evaluate("text => text.getComputedTextLength()") <= 150
