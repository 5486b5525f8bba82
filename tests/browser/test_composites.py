"""Composites open and close in place, also while they run; one card stands for all steps of a mapped solid."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Document, wait_until
from tests.browser.test_looks import use_theme

pytestmark = pytest.mark.browser

SOLIDS = """\
import pathlib, time
import pandas as pd
from dagnb import (
    DynamicOutput, DynamicOutputDefinition, Output, composite_solid, failure_hook, pipeline, solid, RetryRequested,
)

def wait_for(name):
    while not pathlib.Path(name).exists():
        time.sleep(0.02)

@solid
def load() -> pd.DataFrame:
    return pd.DataFrame({"origin": ["EWR", "JFK", "LGA"] * 900, "delay": range(2700)})

@solid
def clean(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(late=frame.delay > 15)

@solid(output_defs=[DynamicOutputDefinition(pd.DataFrame)])
def by_airport(frame: pd.DataFrame):
    for origin, part in frame.groupby("origin"):
        yield DynamicOutput(part, mapping_key=origin)

@solid
def fit_one(frame: pd.DataFrame) -> float:
    return float(frame.delay.mean())

@solid
def score(number: float) -> float:
    return round(number / 2700, 3)

@solid
def report(scores: list) -> str:
    return f"{len(scores)} airports"
"""

NESTED = (
    SOLIDS
    + """
@solid
def gate(frame: pd.DataFrame) -> pd.DataFrame:
    wait_for("go-on")
    return frame

@composite_solid
def model(frame: pd.DataFrame) -> float:
    "One airport's model."
    return score(fit_one(frame))

@composite_solid
def prepare(frame: pd.DataFrame) -> pd.DataFrame:
    return gate(clean(frame))

@composite_solid
def delays(frame: pd.DataFrame) -> str:
    "All that is known of delays."
    return report(by_airport(prepare(frame)).map(model).collect())

@pipeline
def flights():
    delays(load())

run = flights.run()
"""
)


def card(page: Page, handle: str) -> Locator:
    return page.locator(f".dagnb-live [data-node='{handle}']")


def box(page: Page, handle: str) -> Locator:
    return page.locator(f".dagnb-live [data-group='{handle}']").first


def toggle(page: Page, handle: str) -> Locator:
    return page.locator(f".dagnb-live [data-toggle='{handle}']")


def shown(page: Page) -> list[str]:
    """Return the handles of the cards on the page."""
    found: list[str] = page.locator(".dagnb-live [data-node]").evaluate_all("all => all.map(each => each.dataset.node)")
    return found


def is_around(outer: Locator, inner: Locator) -> bool:
    a, b = outer.locator(".box").first.bounding_box(), inner.locator(".card").bounding_box()
    assert a
    assert b
    return (
        a["x"] < b["x"]
        and a["y"] < b["y"]
        and b["x"] + b["width"] < a["x"] + a["width"]
        and b["y"] + b["height"] < a["y"] + a["height"]
    )


def saved_picture(document: Document, cell: int = 0) -> str:
    outputs = json.loads(document.path.read_text())["cells"][cell]["outputs"]
    return next("".join(each["data"]["image/svg+xml"]) for each in outputs if "image/svg+xml" in each.get("data", {}))


def test_composites_open_and_close_during_a_run_and_stay_so_when_it_is_reopened(
    open_notebook: Callable[..., Document],
) -> None:
    document = open_notebook(NESTED)
    page = document.page
    document.run()
    wait_until(lambda: "running" in (card(page, "delays.prepare.gate").get_attribute("class") or ""), 30, "the gate")
    assert "running" in (box(page, "delays").get_attribute("class") or "")
    assert is_around(box(page, "delays"), card(page, "delays.report"))
    assert is_around(box(page, "delays.prepare"), card(page, "delays.prepare.clean"))
    assert card(page, "delays.model.score").locator(".name").text_content() == "score"
    assert (card(page, "delays.model.score").locator(".sub").text_content() or "").startswith("× n · ")
    document.picture("composite-open-running")

    toggle(page, "delays").click()
    wait_until(lambda: shown(page) == ["load", "delays"], 10, "the outer composite to be closed")
    assert card(page, "delays").locator(".sub").text_content() == "4 solids"
    assert "running" in (card(page, "delays").get_attribute("class") or "")
    document.picture("composite-closed-running")
    toggle(page, "delays").click()
    wait_until(lambda: "delays.report" in shown(page), 10, "it to be open again")
    toggle(page, "delays.model").focus()
    page.keyboard.press("Enter")
    wait_until(lambda: "delays.model" in shown(page), 10, "Enter on the control to close the inner one")
    wait_until(
        lambda: page.evaluate("document.activeElement?.dataset.toggle") == "delays.model", 5, "the focus to stay"
    )

    (document.server.folder / "go-on").touch()
    page.locator(".dagnb-live .pill[data-state=success]").wait_for()
    (document.server.folder / "go-on").unlink()
    document.await_cell()
    wait_until(lambda: "success" in (box(page, "delays").get_attribute("class") or ""), 5, "the box to be green")
    document.picture("composite-after")
    document.save()
    picture = saved_picture(document)
    assert "delays.model: succeeded" in picture, "the saved picture has the closed composite as a card"
    assert "delays.prepare: composite of 2 solids, succeeded" in picture

    document.open()
    page.locator(".dagnb-live [data-node]").first.wait_for()
    assert sorted(shown(page)) == sorted(
        ["load", "delays.by_airport", "delays.report", "delays.model", "delays.prepare.clean", "delays.prepare.gate"]
    )
    document.server.stop_kernels()
    document.open()
    image = page.locator(".jp-OutputArea-output img")
    wait_until(lambda: image.count() == 1 and image.is_visible(), 30, "the picture to be shown without a kernel")


def test_a_double_click_opens_and_all_can_be_opened_at_once(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(NESTED.replace("run = flights.run()", "flights"))
    page = document.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    document.run()
    box(page, "delays").wait_for(state="attached")
    page.locator(".dagnb-live button[aria-label='Close all composites']").click()
    wait_until(lambda: shown(page) == ["load", "delays"], 10, "all to be closed")
    card(page, "delays").locator(".card").dblclick()
    wait_until(lambda: "delays.model" in shown(page), 10, "a double click to open it")
    assert "delays.model.score" not in shown(page)
    page.locator(".dagnb-live button[aria-label='Open all composites']").click()
    wait_until(lambda: "delays.model.score" in shown(page), 10, "all to be open")

    page.keyboard.press("/")
    page.locator(".dagnb-live input[type=search]").fill("model.score")
    page.locator(".dagnb-live :text('1 found')").wait_for()
    page.keyboard.press("Enter")
    page.locator(".dagnb-live .side h3").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+c")
    wait_until(
        lambda: page.evaluate("navigator.clipboard.readText()") == "delays.model.score", 5, "the handle to be copied"
    )


MAPPED = (
    SOLIDS.replace("    return float(", "    time.sleep(0.15)\n    return float(")
    + """
@solid(output_defs=[DynamicOutputDefinition(pd.DataFrame)])
def by_month(frame: pd.DataFrame):
    for month in range(COUNT):
        yield DynamicOutput(frame, mapping_key=f"m{month:02}")

tries = []

@solid
def fit(frame: pd.DataFrame) -> float:
    tries.append(1)
    if len(tries) == 2:
        raise RetryRequested(max_retries=1)
    time.sleep(0.12)
    if len(tries) == FAILS:
        raise ValueError("this month has no flights")
    return len(tries) / 2

@failure_hook
def tell(context):
    pass

@pipeline
def months():
    report(by_month(clean(load())).map(fit.with_hooks({tell})).collect())

run = months.run(raise_on_error=False)
"""
)


def mapped(count: int, *, fails: int = 0) -> str:
    return MAPPED.replace("COUNT", str(count)).replace("FAILS", str(fails))


def test_one_card_stands_for_all_steps_of_a_mapped_solid(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(mapped(12, fails=5))
    page = document.page
    document.run()
    wait_until(lambda: " / 12" in "".join(card(page, "fit").locator(".when").all_text_contents()), 30, "k of n")
    document.picture("mapped-running")
    page.locator(".dagnb-live .pill[data-state=failure]").wait_for()
    assert page.locator(".dagnb-live .head .pill").nth(1).text_content() == "16 of 16"
    assert card(page, "fit").locator(".when").text_content() == "✕ 1 of 12 failed"
    assert (card(page, "fit").locator(".sub").text_content() or "").startswith("× 12")
    assert "in 12 values from by_month" in " ".join(page.locator(".dagnb-live .tag title").all_text_contents())

    page.locator(".dagnb-live button:has-text('1 failed')").click()
    rows = page.locator(".dagnb-live .side .steps tr")
    rows.first.wait_for()
    assert rows.count() == 12
    assert "this month has no flights" in rows.first.inner_text(), "those that failed come first"
    document.picture("mapped-failed")
    rows.first.click()
    page.locator(".dagnb-live .side .error").wait_for()
    page.locator(".dagnb-live .side .tabs button:has-text('Log')").click()
    assert "hook tell ran" in page.locator(".dagnb-live .side pre").last.inner_text()
    document.picture("mapped-step")
    page.locator(".dagnb-live .side button.back").click()
    rows.nth(1).wait_for()
    page.locator(".dagnb-live .side [data-part='fit[m01]']").click()
    page.locator(".dagnb-live .side .tabs button:has-text('Log')").click()
    assert "retry try" in page.locator(".dagnb-live .side pre").last.inner_text()


def test_a_solid_mapped_over_nothing_does_not_wait(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(mapped(0))
    page = document.page
    document.run()
    page.locator(".dagnb-live .pill[data-state=success], .dagnb-live .pill[data-state=failure]").wait_for()
    assert card(page, "fit").locator(".when").text_content() == "no values"
    assert (card(page, "fit").locator(".sub").text_content() or "").startswith("× 0 · ")
    document.picture("mapped-empty")


def test_the_picture_of_a_playgrounds_run_is_turned_and_closed_with_it(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(
        NESTED.replace('wait_for("go-on")', "pass").replace("run = flights.run()", "flights.playground()")
    )
    page = document.page
    document.run()
    page.locator(".dagnb-live button:has-text('Launch')").click()
    page.locator(".dagnb-live .pill[data-state=success]").wait_for()
    toggle(page, "delays").click()
    wait_until(lambda: shown(page) == ["load", "delays"], 10, "the composite to be closed")
    page.locator(".dagnb-live button[aria-label='Draw from top to bottom']").click()
    page.locator(".dagnb-live button[aria-label='Draw from left to right']").wait_for()
    document.save()
    picture = saved_picture(document)
    assert "delays: succeeded" in picture
    assert "delays.model" not in picture
    size = re.search(r'width="([\d.]+)" height="([\d.]+)" viewBox', picture)
    assert size
    assert float(size[2]) > 36 + 2 * 46 + 56, "it is turned"


LOOKS = (
    SOLIDS
    + """
long = "take_the_costs_of_transportation_and_compare_them_by_year"

@composite_solid(name=long)
def costs(frame: pd.DataFrame) -> float:
    return score(fit_one.alias(long)(frame))

@composite_solid
def outer(frame: pd.DataFrame) -> float:
    return costs(clean(frame))

@pipeline
def looks():
    frame = load()
    outer(frame)
    report(by_airport(frame).map(costs.alias("each_" + long)).collect())

looks.run(raise_on_error=False)
"""
)


@pytest.mark.parametrize("look", ["long", "narrow", "dark", "turned"])
def test_composites_fit_their_cell(open_notebook: Callable[..., Document], look: str) -> None:
    document = open_notebook(LOOKS)
    page = document.page
    if look == "narrow":
        page.keyboard.press("Control+b")
        page.set_viewport_size({"width": 700, "height": 900})
    if look == "dark":
        use_theme(document, "JupyterLab Dark")
    document.run()
    page.locator(".dagnb-live .pill[data-state=success]").wait_for()
    if look == "turned":
        page.locator(".dagnb-live button[aria-label='Draw from top to bottom']").click()
        page.locator(".dagnb-live button[aria-label='Draw from left to right']").wait_for()
    else:
        page.locator(".dagnb-live [data-group=outer] .name").click(force=True)
        page.locator(".dagnb-live .side h3:has-text('outer')").wait_for()
    page.wait_for_timeout(300)
    document.picture(f"composite-{look}")
    frame = page.locator(".dagnb-live .frame")
    assert frame.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    if look == "dark":
        use_theme(document, "JupyterLab Light")
