"""The graph: layout, and the sizes of the bundles that draw it."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Iterator
from pathlib import Path

import dagnb
from dagnb.views.layout import layout
from tests.benchmarks.budget import Row, ms, seconds
from tests.views.graphs import boxes, named, windowed

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
    for bundle, budget in (("graph", 120), ("playground", 200), ("asset", 120)):
        size = len(gzip.compress((_STATIC / f"{bundle}.js").read_bytes())) / 1000
        yield Row(what=f"bundle {bundle}.js", figure=f"{size:.0f} kB gz", reference="", value=size, budget=budget)
