"""What a playground says will run: the solids, those of a composite under it, and how long they usually take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.flat import FlatGraph
from dagnb.definitions.graph import Node
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.events.mapped import handle_of
from dagnb.views.format import format_duration, plural
from dagnb.views.models import ColumnView, TableView
from dagnb.views.structure import MOST_OPEN

__all__ = ["Planned"]

_INDENT = "\N{EM SPACE}"


class Planned:
    """What will run of a pipeline.

    Args:
        pipeline: what will run.
        typical: seconds that each step took in earlier runs; a mapped solid has a step for each value, `fit[jfk]`.
    """

    def __init__(self, pipeline: PipelineDefinition, typical: Mapping[str, float] | None = None) -> None:
        self._flat: FlatGraph = pipeline.flat
        self._top = pipeline.nodes
        self._steps: dict[str, list[float]] = {}
        for key, seconds in (typical or {}).items():
            handle = handle_of(key)
            if handle in self._flat.nodes:
                self._steps.setdefault(handle, []).append(seconds)
        self._is_open = len(self._flat.nodes) <= MOST_OPEN

    @property
    def summary(self) -> str:
        """How many solids will run, and for how long where that is known."""
        solids = plural(len(self._flat.nodes), "solid")
        return f"{solids}, about {format_duration(self._total(self._flat.nodes))}" if self._steps else solids

    @property
    def table(self) -> TableView:
        """A row for each solid; in a pipeline of more than 40, composites stand for what is in them.

        Without earlier runs there is no column of times.
        """
        columns = (ColumnView(name="solid"), ColumnView(name="kind"), ColumnView(name="usually", align="right"))
        rows = tuple(self._rows("", self._top, 0))
        if not self._steps:
            return TableView(columns=columns[:2], rows=tuple(row[:2] for row in rows))
        return TableView(columns=columns, rows=rows)

    def _rows(self, outer: str, nodes: Mapping[str, Node], depth: int) -> Iterator[tuple[str, str, str]]:
        for name, node in nodes.items():
            handle, body = outer + name, node.definition.body
            label = _INDENT * depth + name
            if isinstance(body, CompositeBody):
                inside = self._flat.inside(handle)
                yield label, plural(len(inside), "solid"), self._about(inside)
                if self._is_open:
                    yield from self._rows(f"{handle}.", body.nodes, depth + 1)
            elif handle in self._flat.scopes:
                yield label, f"× n · {body.kind}", self._of_mapped(handle)
            else:
                yield label, body.kind, self._about((handle,))

    def _total(self, handles: Iterable[str]) -> float:
        return sum(sum(self._steps.get(handle, ())) for handle in handles)

    def _about(self, handles: Sequence[str]) -> str:
        return format_duration(self._total(handles)) if any(each in self._steps for each in handles) else ""

    def _of_mapped(self, handle: str) -> str:
        steps = self._steps.get(handle)
        return f"{len(steps)} × {format_duration(sum(steps) / len(steps))}" if steps else ""
