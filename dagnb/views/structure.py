"""What a snapshot says of a pipeline's graph: solids, composites, and which edges fan out or in."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import cached_property
from threading import Lock
from typing import Any, Literal, NamedTuple

from dagnb.contracts.records import Snapshot

__all__ = ["MOST_OPEN", "LeafEdge", "Structure", "structure_of"]

MOST_OPEN = 40
"""In a pipeline of more solids composites are closed unless somebody opens them."""
_KEPT = 8
_kept: OrderedDict[str, Structure] = OrderedDict()
_lock = Lock()


class LeafEdge(NamedTuple):
    """A dependency between two solids that compute. `fan` says that it hands on each value, or all of them."""

    source: str
    output: str
    target: str
    input: str
    fan: Literal["", "map", "collect"] = ""

    @property
    def id(self) -> str:
        """What names the edge: names hold no such characters.

        >>> LeafEdge("load", "result", "fit", "frame").id
        'load.result>fit.frame'
        """
        return f"{self.source}.{self.output}>{self.target}.{self.input}"


class Structure:
    """A snapshot's document, looked up often.

    Args:
        document: a pipeline of any snapshot version; before the second there were no composites and nothing mapped.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.name: str = document["name"]
        self.description: str = document["description"]
        self.nodes: dict[str, Mapping[str, Any]] = {node["name"]: node for node in document["nodes"]}
        self.composites: dict[str, Mapping[str, Any]] = {each["name"]: each for each in document.get("composites", ())}
        self.scopes: dict[str, tuple[tuple[str, str], ...]] = {
            name: tuple((source, output) for source, output in scope)
            for name, scope in document.get("mapped", {}).items()
        }

    def parent(self, handle: str) -> str:
        """Return the composite that a solid or composite lies in, empty when it lies in none."""
        outer = handle.rpartition(".")[0]
        return outer if outer in self.composites else ""

    def around(self, handle: str) -> list[str]:
        """Return the composites around a solid or composite, the innermost first."""
        found: list[str] = []
        while handle := self.parent(handle):
            found.append(handle)
        return found

    def local_name(self, handle: str) -> str:
        """Return a handle's last part; a handle in no composite is a name itself."""
        outer = self.parent(handle)
        return handle[len(outer) + 1 :] if outer else handle

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """By composite, the solids and composites that it is made of, in the order of the solids."""
        found: dict[str, dict[str, None]] = {name: {} for name in self.composites}
        for handle in self.nodes:
            inner = handle
            for outer in self.around(handle):
                found[outer][inner] = None
                inner = outer
        return {name: list(children) for name, children in found.items()}

    @cached_property
    def inside(self) -> dict[str, tuple[str, ...]]:
        """By composite, the solids that compute in it, at any depth."""
        found: dict[str, list[str]] = {name: [] for name in self.composites}
        for handle in self.nodes:
            for outer in self.around(handle):
                found[outer].append(handle)
        return {name: tuple(handles) for name, handles in found.items()}

    @cached_property
    def edges(self) -> tuple[LeafEdge, ...]:
        """The dependencies between solids, in the order of their targets."""
        return tuple(self._edges())

    def _edges(self) -> Iterator[LeafEdge]:
        dynamic = {
            (name, output["name"])
            for name, node in self.nodes.items()
            for output in node["outputs"]
            if output.get("is_dynamic")
        }
        for name, node in self.nodes.items():
            for each in node["inputs"]:
                for source, output in each["sources"]:
                    edge = LeafEdge(source, output, name, each["name"])
                    yield edge._replace(fan=self._fan(edge, dynamic)) if self.scopes or dynamic else edge

    def _fan(self, edge: LeafEdge, dynamic: set[tuple[str, str]]) -> Literal["", "map", "collect"]:
        place = (edge.source, edge.output)
        items = self.scopes.get(edge.source, ()) + ((place,) if place in dynamic else ())
        if self.scopes.get(edge.target, ())[: len(items)] != items:
            return "collect"
        return "map" if place in dynamic else ""

    @property
    def opened(self) -> frozenset[str]:
        """The composites that are open when nobody has opened or closed any."""
        return frozenset(self.composites) if len(self.nodes) <= MOST_OPEN else frozenset()

    def shown_as(self, opened: frozenset[str]) -> dict[str, str]:
        """Return, for each solid, what it is drawn as: itself, or the outermost closed composite around it."""
        if not self.composites or opened >= self.composites.keys():
            return {handle: handle for handle in self.nodes}
        return {
            handle: next((outer for outer in reversed(self.around(handle)) if outer not in opened), handle)
            for handle in self.nodes
        }


def structure_of(snapshot: Snapshot) -> Structure:
    """Return what a snapshot says; the newest 8 are kept."""
    key = snapshot.snapshot_id
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    made = Structure(json.loads(snapshot.document))
    with _lock:
        _kept[key] = made
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return made
