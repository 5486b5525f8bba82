"""A run is stopped from the page, in a real JupyterLab."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Document, Server, wait_until

pytestmark = pytest.mark.browser

SLEEPS = """\
import time
from dagnb import pipeline, solid

@solid
def sleeps() -> int:
    for _ in range(600):
        time.sleep(0.1)
    return 1

@solid
def follows(number: int) -> int:
    return number

@pipeline
def night():
    follows(sleeps())

run = night.run()
"""
STATE = 'import dagnb; print("the run is", dagnb.runs()["status"].iloc[0])'
SETTING = "@jupyterlab/apputils-extension:kernels-settings"


def start_and_cancel(document: Document) -> float:
    """Run the first cell, press Cancel while the solid sleeps, and return the seconds until the run had ended."""
    document.run()
    page = document.page
    wait_until(lambda: document.state_of("sleeps") == "running", 20, "the solid to sleep")
    page.locator(".dagnb-live button:has-text('Cancel')").click()
    pressed = time.monotonic()
    page.locator(".dagnb-live .pill[data-state=canceled]").wait_for()
    return time.monotonic() - pressed


def test_cancel_ends_a_sleeping_solid_and_the_picture_says_so_for_good(
    open_notebook: Callable[..., Document],
) -> None:
    document = open_notebook(SLEEPS, STATE)
    page = document.page
    assert start_and_cancel(document) < 2
    assert (document.state_of("sleeps"), document.state_of("follows")) == ("canceled", "canceled")
    assert page.locator(".dagnb-live button:has-text('Cancel')").count() == 0
    document.await_cell(0, 10)
    document.run(1)
    page.locator(".jp-OutputArea-output:has-text('the run is canceled')").wait_for()
    document.picture("graph-canceled")

    document.save()
    document.server.stop_kernels()
    page.reload()
    picture = page.locator(".jp-OutputArea-output img[src*='dagnb-']").first
    picture.wait_for()
    assert "cancel" in (picture.get_attribute("src") or "")


def set_comms(server: Server, value: str) -> None:
    request = urllib.request.Request(  # noqa: S310  our own server
        f"{server.url}/lab/api/settings/{SETTING}",
        method="PUT",
        data=json.dumps({"raw": json.dumps({"commsOverSubshells": value})}).encode(),
        headers={"Authorization": f"token {server.token}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310  our own server


@pytest.fixture
def comms_wait_for_the_cell(server: Server) -> Iterator[None]:
    """What the page says reaches the kernel only between cells, as in kernels without subshells."""
    set_comms(server, "disabled")
    yield
    set_comms(server, "perCommTarget")


@pytest.mark.usefixtures("comms_wait_for_the_cell")
def test_cancel_interrupts_the_kernel_when_no_message_gets_through(open_notebook: Callable[..., Document]) -> None:
    document = open_notebook(SLEEPS, STATE)
    interrupts: list[str] = []
    document.page.on("request", lambda request: interrupts.append(request.url) if "/interrupt" in request.url else None)
    assert start_and_cancel(document) < 2
    assert len(interrupts) == 1
    document.await_cell(0, 10)
    assert (document.state_of("sleeps"), document.state_of("follows")) == ("canceled", "canceled")
    document.run(1)
    document.page.locator(".jp-OutputArea-output:has-text('the run is canceled')").wait_for()
