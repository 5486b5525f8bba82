"""The store's figures that have a budget; `storage_bench` measures them against bare SQLite in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.benchmarks.budget import Row
from tests.benchmarks.storage_bench import run

_BOUND = re.compile(r"(.*) \(at most ([\d.]+)\)")


def rows() -> Iterator[Row]:
    """Yield the rows of this subject."""
    for label, figure in run().items():
        found = _BOUND.fullmatch(label)
        if found:
            what, bound = found.groups()
            yield Row(what=what, figure=f"{figure:.2f}", reference="CPU, in turn", value=figure, budget=float(bound))
