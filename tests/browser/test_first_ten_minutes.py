"""The first ten minutes of a newcomer, in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Document, FrontEnd, wait_until

pytestmark = pytest.mark.browser

IMPORTS = """\
%load_ext dagnb
import time
import dagnb, pandas as pd
from dagnb import solid, pipeline, AssetMaterialization, EventMetadataEntry, Output, Field
"""
LOAD = """\
@solid(config_schema={"origin": Field(str, default_value="JFK")})
def load_flights(context) -> pd.DataFrame:
    flights = pd.DataFrame({"carrier": ["AA", "BB"] * 200, "dep_delay": range(400)})
    time.sleep(1)
    yield AssetMaterialization("flights.raw", metadata_entries=[EventMetadataEntry.int(len(flights), "rows")])
    yield Output(flights)
"""
CELL = """\
%%solid carrier_delays
delays = flights.groupby("carrier").dep_delay.describe()
"""
PIPELINE = """\
@solid
def slow(delays) -> int:
    time.sleep(5)
    return len(delays)

@pipeline
def flights_report():
    slow(carrier_delays(load_flights()))

flights_report
"""
RUN = 'run = flights_report.run({"solids": {"load_flights": {"config": {"origin": "LGA"}}}})'


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_the_first_run_is_seen_live_and_found_again(
    open_notebook: Callable[..., Document], front_end: FrontEnd
) -> None:
    document = open_notebook(
        IMPORTS, LOAD, CELL, PIPELINE, RUN, "run.materializations", 'dagnb.asset("flights.raw")', front_end=front_end
    )
    page = document.page
    for cell in range(4):
        document.run(cell)
        document.await_cell(cell)
    page.wait_for_selector(".dagnb-live svg.graph")
    document.picture(f"first-definition-{front_end}")

    document.run(4)
    live = page.locator(".dagnb-live").nth(1)
    live.wait_for()
    shown = live.locator('[data-node="load_flights"]')
    wait_until(lambda: "success" in (shown.get_attribute("class") or ""), 20, "the first step to succeed")
    assert document.is_running(4)
    live.locator('[data-node="load_flights"] .card').click()
    live.locator(".side h3:has-text('load_flights')").wait_for()
    live.locator(".side :text('flights.raw')").first.wait_for()
    assert document.is_running(4), "the click was answered only when the cell had ended"
    live.screenshot(path=f"test-results/first-running-{front_end}.png")
    document.await_cell(4)
    for solid in ("load_flights", "carrier_delays", "slow"):
        state = live.locator(f'[data-node="{solid}"]')
        wait_until(lambda state=state: "success" in (state.get_attribute("class") or ""), 20, f"{solid} to succeed")  # type: ignore[misc]
    live.locator('[data-node="carrier_delays"] .card').click()
    live.locator(".side h3:has-text('carrier_delays')").wait_for()
    live.screenshot(path=f"test-results/first-done-{front_end}.png")

    document.run(5)
    document.await_cell(5)
    page.wait_for_selector(".jp-OutputArea-output td:has-text('flights.raw')")
    document.run(6)
    document.await_cell(6)
    wait_until(lambda: page.locator(".dagnb-live").count() == 3, 20, "the asset's page")
    page.screenshot(path=f"test-results/first-page-{front_end}.png")

    document.save()
    document.server.stop_kernels()
    page.reload()
    pictures = page.locator(".jp-OutputArea-output img[src*='dagnb-']")
    wait_until(lambda: pictures.count() == 3, 20, "the three pictures, which are drawn one by one")
    text = page.locator(".jp-Notebook").text_content() or ""
    assert "model not found" not in text
    assert "Traceback" not in text
    page.screenshot(path=f"test-results/first-reopened-{front_end}.png")


PLAY = """\
%load_ext dagnb
import time
from dagnb import solid, pipeline, Field, Output, AssetMaterialization, EventMetadataEntry, PresetDefinition

@solid(config_schema={"folds": Field(int, default_value=5, description="How many folds.")})
def train_model(context) -> float:
    for fold in range(context.solid_config["folds"]):
        time.sleep(0.2)
    yield AssetMaterialization("models.delay", metadata_entries=[EventMetadataEntry.float(0.41, "r2")])
    yield Output(0.41)

@pipeline(preset_defs=[PresetDefinition("quick", {"solids": {"train_model": {"config": {"folds": 2}}}})])
def training():
    train_model()

training.playground()
"""


def _replace_text(page: Page, live: Locator, folds: str) -> None:
    live.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(f"solids:\n  train_model:\n    config:\n      folds: {folds}\n")


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_a_real_pipeline_is_configured_and_launched_in_the_playground(
    open_notebook: Callable[..., Document], front_end: FrontEnd
) -> None:
    document = open_notebook(PLAY, "training.last_run", front_end=front_end)
    page = document.page
    document.run()
    document.await_cell()
    live = page.locator(".dagnb-live").first
    live.locator(".cm-content:has-text('folds: 5')").wait_for()
    _replace_text(page, live, "ninety")
    live.locator(".problem:has-text('solids › train_model › config › folds')").wait_for()
    live.locator(".problem:has-text('expected an integer, got the text')").wait_for()
    launch = live.locator("button:has-text('Launch')")
    wait_until(launch.is_disabled, 5, "Launch to be disabled")
    live.screenshot(path=f"test-results/play-error-{front_end}.png")
    _replace_text(page, live, "3")
    wait_until(launch.is_enabled, 10, "Launch to be enabled")
    launch.click()
    live.locator("g.success[data-node='train_model']").wait_for()
    live.locator("[data-node='train_model'] .card").click()
    live.locator(".side :text('models.delay')").first.wait_for()
    live.screenshot(path=f"test-results/play-done-{front_end}.png")
    document.run(2)  # the playground's editor is the second one of the page
    document.await_cell(1)
    wait_until(lambda: page.locator(".dagnb-live").count() == 2, 20, "the launched run, found again")
    assert not [error for error in document.errors if "dagnb" in error]
