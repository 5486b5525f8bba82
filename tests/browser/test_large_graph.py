"""A graph of a thousand solids is drawn where it is looked at; all of it can be found, reached, heard and copied."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import PICTURES, Document, wait_until

pytestmark = pytest.mark.browser

SHOWN = "import demo\nshown, view = demo.show_still(demo.large_graph(1000))"
CHANGED = "demo.change_many(shown, view, 1000)"


def card(page: Page, number: int) -> Locator:
    return page.locator(f".dagnb-live [data-node='solid_{number}']")


def drawn(page: Page) -> int:
    return page.locator(".dagnb-live [data-node] .card").count()


def heard_names(page: Page) -> set[str]:
    """Return the first lines of what a screen reader finds of cards."""
    client = page.context.new_cdp_session(page)
    nodes = client.send("Accessibility.getFullAXTree")["nodes"]
    names = (node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "image")
    return {str(name).split()[0] for name in names if name}


def is_in_stage(page: Page, found: Locator) -> bool:
    stage, box = page.locator(".dagnb-live .stage").bounding_box(), found.locator(".card").bounding_box()
    assert stage
    return bool(
        box
        and box["x"] >= stage["x"]
        and box["y"] >= stage["y"]
        and box["x"] + box["width"] <= stage["x"] + stage["width"]
        and box["y"] + box["height"] <= stage["y"] + stage["height"]
    )


@pytest.fixture
def page(open_notebook: Callable[..., Document]) -> Page:
    document = open_notebook(SHOWN, CHANGED)
    document.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    document.run()
    document.page.locator(".dagnb-live [data-node] .card").first.wait_for()
    document.run(1)
    wait_until(lambda: document.page.locator(".dagnb-live .node.success").count() == 1000, 10, "1000 states")
    return document.page


def test_cards_out_of_sight_are_heard_found_reached_and_copied(page: Page) -> None:
    assert card(page, 999).locator(".card").count() == 0
    assert 10 < drawn(page) < 300
    assert {"solid_0", "solid_500", "solid_999"} <= heard_names(page)
    assert "success, 1.2 s" in str(card(page, 999).get_attribute("aria-label"))

    page.locator(".dagnb-live svg.graph").click(position={"x": 3, "y": 3})
    page.keyboard.press("/")
    page.keyboard.type("solid_999")
    page.locator(".dagnb-live :text('1 found')").wait_for()
    page.keyboard.press("Enter")
    wait_until(lambda: is_in_stage(page, card(page, 999)), 5, "what was found to come into sight")
    assert card(page, 999).locator(".when").text_content() == "1.2 s"
    assert card(page, 999).locator("title").text_content().startswith("solid_999\n")  # type: ignore[union-attr]
    assert card(page, 0).locator(".card").count() == 0

    page.keyboard.press("Escape")
    page.keyboard.press("ArrowLeft")
    before = page.locator(".dagnb-live .node.selected").get_attribute("data-node")
    assert before != "solid_999"
    assert is_in_stage(page, page.locator(".dagnb-live .node.selected"))
    page.keyboard.press("Control+c")
    wait_until(lambda: page.evaluate("navigator.clipboard.readText()") == before, 5, "the name on the clipboard")


def test_the_whole_graph_is_seen_at_once_and_a_drag_draws_what_it_uncovers(page: Page) -> None:
    page.locator(".dagnb-live button:has-text('fit')").click()
    wait_until(lambda: drawn(page) == 1000, 5, "all cards to be drawn")
    page.wait_for_timeout(300)
    first, last = card(page, 0), card(page, 999)
    assert is_in_stage(page, first)
    assert is_in_stage(page, last)
    page.locator(".dagnb-live .frame").screenshot(path=PICTURES / "graph-1000-whole.png")

    page.locator(".dagnb-live svg.graph").click(position={"x": 3, "y": 3})
    page.keyboard.press("/")
    page.keyboard.type("solid_0")
    page.keyboard.press("Enter")
    wait_until(lambda: 10 < drawn(page) < 300, 5, "the beginning to be seen alone")
    page.wait_for_timeout(300)
    stage = page.locator(".dagnb-live .stage").bounding_box()
    assert stage
    right, middle = stage["x"] + stage["width"] - 20, stage["y"] + stage["height"] - 12
    uncovered = drawn_ids(page)
    page.mouse.move(right, middle)
    page.mouse.down()
    page.mouse.move(right - stage["width"] + 60, middle, steps=8)
    page.mouse.up()
    new = drawn_ids(page) - uncovered
    assert new, "a drag uncovers cards"
    for solid in new:
        assert page.locator(f".dagnb-live [data-node='{solid}'] .name").text_content() == solid


def drawn_ids(page: Page) -> set[str]:
    return set(
        page.locator(".dagnb-live [data-node]:has(.card)").evaluate_all("all => all.map(each => each.dataset.node)")
    )
