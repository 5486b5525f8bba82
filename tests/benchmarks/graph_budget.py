"""The graph: layout, and the sizes of the bundles that draw it."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagnb
from dagnb.views.graph import graph_of
from dagnb.views.layout import layout
from tests.benchmarks.budget import Row, ms, seconds
from tests.views.graphs import boxes, in_composites, named, windowed

_OPENED = [f"part_{number}" for number in range(20, 25)]
_STATIC = Path(dagnb.__file__).parent / "widgets" / "static"


def rows() -> Iterator[Row]:
    """Yield the rows of this subject."""
    nodes, edges = boxes(1000), named(windowed(1000, seed=1))
    cpu = statistics.median(seconds(lambda: layout(nodes, edges))[1] for _ in range(5))
    yield Row(
        what="layout of 1000 solids",
        figure=f"{ms(cpu)} CPU",
        reference=f"{len(edges)} edges",
        value=cpu * 1000,
        budget=50,
    )
    yield from _composites()
    for bundle, budget in (("graph", 120), ("playground", 200), ("asset", 120)):
        size = len(gzip.compress((_STATIC / f"{bundle}.js").read_bytes())) / 1000
        yield Row(what=f"bundle {bundle}.js", figure=f"{size:.0f} kB gz", reference="", value=size, budget=budget)


def _composites() -> Iterator[Row]:
    """Graphs are kept: each round draws one that was not asked for before."""
    first, *others = [replace(in_composites(50, 20), snapshot_id=str(number)) for number in range(5)]
    closed = [seconds(lambda snapshot=snapshot: graph_of(snapshot))[1] for snapshot in (first, *others)]  # type: ignore[misc]
    opened = [seconds(lambda part=part: graph_of(first, "lr", [part]))[1] for part in _OPENED]  # type: ignore[misc]
    for what, times, shown in (
        ("closed", closed, graph_of(first)),
        ("opening one", opened, graph_of(first, "lr", _OPENED[:1])),
    ):
        cpu = statistics.median(times)
        yield Row(
            what=f"1000 solids in 50 composites, {what}",
            figure=f"{ms(cpu)} CPU",
            reference=f"{len(shown.nodes)} cards, {len(shown.edges)} edges",
            value=cpu * 1000,
            budget=25,
        )
