"""Layout and static picture: from nodes and edges to positions and to SVG, in this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from dagnb.views.layout import layout
from dagnb.views.models import NodeState
from dagnb.views.static.svg import graph_svg
from tests.views.graphs import boxes, graph_view, named, windowed

__all__ = ["run"]

ROUNDS = 3


def run() -> dict[str, float]:
    """Return CPU milliseconds by what was done, the least of three rounds; pipelines with 1.37 edges a node."""
    figures: dict[str, float] = {}
    for size in (60, 1000, 5000):
        figures[f"layout, {size} nodes"] = _milliseconds(partial(layout, boxes(size), named(windowed(size, seed=1))))
    view = graph_view([f"solid_{number}" for number in range(1000)], windowed(1000, seed=1))
    states = {node.id: NodeState(id=node.id, status="success", note="1.2 s") for node in view.nodes}
    figures["graph SVG, 1000 nodes"] = _milliseconds(partial(graph_svg, view, states))
    return figures


def _milliseconds(action: Callable[[], Any]) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time()
        action()
        times.append((time.process_time() - started) * 1000)
    return min(times)


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:28} {value:8.1f} ms")
