"""The built graph in a real Chromium: a thousand solids painted, two hundred changed; near, then all in sight."""

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
async ([view, frames]) => {
  const { default: entry } = await import("/graph.js");
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  }));
  const took = async (work) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await painted();
    const begun = performance.now();
    work();
    await painted();
    return performance.now() - begun;
  };
  const count = (selector) => document.querySelectorAll(selector).length;
  const heard = [];
  const paint = await took(() => {
    const state = { view: JSON.parse(view), frame: null, marker: "dagnb-bench" };
    const model = { get: (name) => state[name], send() {}, off() {}, on: (name, listener) => name === "msg:custom" && heard.push(listener) };
    entry.render({ model, el: document.getElementById("host") });
  });
  const change = (text) => took(() => {
    const message = { type: "frame", frame: JSON.parse(text) };
    for (const listener of heard) listener(message);
  });
  const near = await change(frames[0]);
  const fit = [...document.querySelectorAll("button")].find((button) => button.textContent.includes("fit"));
  const all = await took(() => fit.click());
  const far = await change(frames[1]);
  return [paint, near, all, far, count("[data-node]"), count(".node .card"), count(".node.success")];
}
"""  # noqa: E501  one statement a line


def rows() -> Iterator[Row]:
    """Yield the rows of this subject; none where no Chromium runs."""
    program = chromium.find()
    if program is None:
        print("browser: there is no Chromium here to measure in")
        return
    view = graph_view([f"solid_{number}" for number in range(SOLIDS)], windowed(SOLIDS, seed=1))
    data = [json.dumps(plain(view)), [json.dumps(plain(_changes(view, seq))) for seq in (1, 2)]]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.ARGUMENTS))
        found = [_measure(browser, data) for _ in range(ROUNDS)]
        browser.close()
    paint, near, whole, far = (statistics.median(each[at] for each in found) for at in range(4))
    frame = "a frame is 16.7 ms"
    yield Row(what=f"first paint of {SOLIDS} solids", figure=ms(paint / 1000), reference=f"{len(view.edges)} edges",
              value=paint, budget=300)  # fmt: skip
    yield Row(what=f"{CHANGED} solids change, painted", figure=ms(near / 1000), reference=frame, value=near, budget=50)
    yield Row(what=f"all {SOLIDS} solids brought into sight", figure=ms(whole / 1000), reference=frame,
              value=whole, budget=300)  # fmt: skip
    yield Row(what=f"{CHANGED} solids change, all in sight, painted", figure=ms(far / 1000), reference=frame,
              value=far, budget=50)  # fmt: skip


def _changes(view: GraphView, seq: int) -> RunFrame:
    """Make states of 200 solids: of the leftmost, which are in sight at first, then of the next."""
    nodes = sorted(view.nodes, key=lambda node: node.x)[(seq - 1) * CHANGED : seq * CHANGED]
    states = tuple(NodeState(id=node.id, status="success", note="1.2 s", started=1.0, ended=2.2) for node in nodes)
    run = RunHeader(
        run_id="7c1e", short_id="7c1e", pipeline=view.name, state="started", started=1.0, ended=None,
        done=seq * CHANGED, total=SOLIDS, failed=0,
    )  # fmt: skip
    return RunFrame(seq=seq, run=run, nodes=states)


def _measure(browser: Browser, data: list[Any]) -> list[float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.route(f"{ADDRESS}**", _serve)
    page.goto(ADDRESS)
    found: list[Any] = page.evaluate(MEASURE, data)
    page.close()
    solids, drawn, changed = found[4:]
    assert (solids, drawn, changed) == (SOLIDS, SOLIDS, 2 * CHANGED), f"of {solids} solids {drawn} drawn, {changed} new"
    return found[:4]


def _serve(route: Route) -> None:
    if route.request.url.endswith("/graph.js"):
        route.fulfill(body=_BUNDLE.read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body='<!doctype html><div id="host"></div>', content_type="text/html")
