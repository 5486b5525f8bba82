"""Turn view models into what JSON can carry, and keep each message small."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from dagnb.views.models import EdgeState, NodeState, RunFrame, SolidDetails

FRAME_LIMIT = 64_000
"""The most bytes of a frame."""


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def plain(value: Any) -> Any:
    """Return a view model as dicts and lists; a float that JSON has no word for becomes None.

    >>> from dagnb.views.models import PointView
    >>> plain((PointView(at=1.0, value=float("nan"), run_id="7c1e"),))
    [{'at': 1.0, 'value': None, 'run_id': '7c1e'}]
    """
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    return str(value)


def split(frame: RunFrame, limit: int = FRAME_LIMIT) -> Iterator[RunFrame]:
    """Cut a frame into frames of at most `limit` bytes each; a single record that is larger goes alone.

    Args:
        frame: the frame.
        limit: bytes of JSON.

    >>> from dagnb.views.models import NodeState, RunHeader
    >>> run = RunHeader(run_id="7c1e", short_id="7c1e", pipeline="p", state="started", started=0.0, ended=None,
    ...                 done=0, total=3, failed=0)
    >>> nodes = tuple(NodeState(id=name, status="failure", note="x" * 1000) for name in "abc")
    >>> [len(part.nodes) for part in split(RunFrame(seq=9, run=run, nodes=nodes), limit=3000)]
    [2, 1]
    """
    bare = replace(frame, nodes=(), edges=(), details=())
    overhead = _size(bare)
    nodes: list[NodeState] = []
    edges: list[EdgeState] = []
    details: list[SolidDetails] = []
    used, is_empty = overhead, True

    def collected() -> RunFrame:
        return replace(bare, nodes=tuple(nodes), edges=tuple(edges), details=tuple(details))

    for part in (*frame.nodes, *frame.edges, *frame.details):
        size = _size(part) + 2
        if used + size > limit and not is_empty:
            yield collected()
            nodes, edges, details = [], [], []
            used = overhead
        used, is_empty = used + size, False
        match part:
            case NodeState():
                nodes.append(part)
            case EdgeState():
                edges.append(part)
            case SolidDetails():
                details.append(part)
    yield collected()


def _size(value: object) -> int:
    return len(json.dumps(plain(value)))


class WholeFrame:
    """All node and edge states of a run so far, folded from its frames: what a page that is loaded late starts from."""

    def __init__(self) -> None:
        self._last: RunFrame | None = None
        self._nodes: dict[str, NodeState] = {}
        self._edges: dict[str, EdgeState] = {}

    def take(self, frame: RunFrame) -> None:
        """Fold a frame; one of another run starts over."""
        if self._last is not None and self._last.run.run_id != frame.run.run_id:
            self._nodes.clear()
            self._edges.clear()
        self._last = frame
        self._nodes.update((state.id, state) for state in frame.nodes)
        self._edges.update((state.id, state) for state in frame.edges)

    def frame(self) -> RunFrame | None:
        """Return the states as one frame without details, or None before the first."""
        if self._last is None:
            return None
        return replace(self._last, nodes=tuple(self._nodes.values()), edges=tuple(self._edges.values()), details=())
