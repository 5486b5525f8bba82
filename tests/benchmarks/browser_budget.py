"""The built graph in a real Chromium: a thousand solids painted, two hundred of them changed."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagnb
from dagnb.views.models import GraphView, NodeState, RunFrame, RunHeader
from dagnb.widgets.wire import plain
from tests import chromium
from tests.benchmarks.budget import Row, ms
from tests.views.graphs import graph_view, windowed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

SOLIDS, CHANGED, ROUNDS = 1000, 200, 5
ADDRESS = "http://dagnb.test/"
_BUNDLE = Path(dagnb.__file__).parent / "widgets" / "static" / "graph.js"

# A task that a frame's callback posts runs when that frame has been painted.
MEASURE = """
async ([view, frame]) => {
  const { default: entry } = await import("/graph.js");
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  }));
  await painted();
  const heard = [];
  const arrived = performance.now();
  const state = { view: JSON.parse(view), frame: null, marker: "dagnb-bench" };
  const model = { get: (name) => state[name], send() {}, off() {}, on: (name, listener) => name === "msg:custom" && heard.push(listener) };
  entry.render({ model, el: document.getElementById("host") });
  await painted();
  const first = performance.now() - arrived;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const changed = performance.now();
  const message = { type: "frame", frame: JSON.parse(frame) };
  for (const listener of heard) listener(message);
  await painted();
  const second = performance.now() - changed;
  return [first, second, document.querySelectorAll("[data-node]").length, document.querySelectorAll(".node.success").length];
}
"""  # noqa: E501  one statement a line


def rows() -> Iterator[Row]:
    """Yield the rows of this subject; none where no Chromium runs."""
    program = chromium.find()
    if program is None:
        print("browser: there is no Chromium here to measure in")
        return
    view = graph_view([f"solid_{number}" for number in range(SOLIDS)], windowed(SOLIDS, seed=1))
    data = [json.dumps(plain(view)), json.dumps(plain(_changes(view)))]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.ARGUMENTS))
        found = [_measure(browser, data) for _ in range(ROUNDS)]
        browser.close()
    paint, change = (statistics.median(each[at] for each in found) for at in (0, 1))
    yield Row(what=f"first paint of {SOLIDS} solids", figure=ms(paint / 1000), reference=f"{len(view.edges)} edges",
              value=paint, budget=300)  # fmt: skip
    yield Row(what=f"{CHANGED} solids change, painted", figure=ms(change / 1000), reference="a frame is 16.7 ms",
              value=change, budget=50)  # fmt: skip


def _changes(view: GraphView) -> RunFrame:
    states = tuple(
        NodeState(id=node.id, status="success", note="1.2 s", started=1.0, ended=2.2) for node in view.nodes[:CHANGED]
    )
    run = RunHeader(
        run_id="7c1e", short_id="7c1e", pipeline=view.name, state="started", started=1.0, ended=None,
        done=CHANGED, total=SOLIDS, failed=0,
    )  # fmt: skip
    return RunFrame(seq=1, run=run, nodes=states)


def _measure(browser: Browser, data: list[str]) -> list[float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route(f"{ADDRESS}**", _serve)
    page.goto(ADDRESS)
    found: list[Any] = page.evaluate(MEASURE, data)
    page.close()
    assert found[2:] == [SOLIDS, CHANGED], f"{found[2]} solids were drawn, {found[3]} of them changed"
    return found[:2]


def _serve(route: Route) -> None:
    if route.request.url.endswith("/graph.js"):
        route.fulfill(body=_BUNDLE.read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body='<!doctype html><div id="host"></div>', content_type="text/html")
