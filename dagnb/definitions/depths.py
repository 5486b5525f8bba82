"""Depths: over how many dynamic outputs, one within the other, a value is mapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.graph import FromInput, Node, Source

#: A depth as it depends on the inputs of the composite solid around: under None the least that it is, and for each
#: input how much deeper than that input. In a pipeline there is None only.
Profile = Mapping[str | None, int]
#: The dynamic outputs: of each the solid's name, the output's, and, in a composite solid, which of those within.
Scope = tuple[tuple[str, str, int], ...]
_ONCE: Profile = {None: 0}


class Depths:
    """Tell how deep the solids in a composite solid are mapped, by its inputs.

    Args:
        nodes: the solids by name; `add` makes them known, each after those that feed it.
    """

    __slots__ = ("_nodes", "_steps")

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._steps: dict[str, Profile] = {}  # those that are not in it are computed once, and take no input

    def add(self, node: Node) -> None:
        """Make a solid known."""
        if node.inputs:
            found = _deepest(self.profile(source) for source in node.inputs.values())
            if found != _ONCE:
                self._steps[node.name] = found

    def profile(self, source: Source) -> Profile:
        """Return the depth of a source, by what it depends on."""
        if isinstance(source, tuple):
            return _deepest(map(self.profile, source))
        if isinstance(source, FromInput):
            return {None: 0, source.name: 0}
        node = self._nodes[source.node]
        body = node.definition.body
        if isinstance(body, CompositeBody):
            whole = self._through(node, depth_in(body, source.output))
        else:
            whole = _moved(self._steps.get(node.name, _ONCE), int(node.definition.outputs[source.output].is_dynamic))
        return _moved(whole, -source.collect) if source.collect else whole

    def _through(self, node: Node, inner: Profile) -> Profile:
        fed = ((name, by) for name, by in inner.items() if name is not None and name in node.inputs)
        return _deepest([{None: inner[None]}, *(_moved(self.profile(node.inputs[name]), by) for name, by in fed)])


class Scopes:
    """Tell over which dynamic outputs the solids of a graph are mapped, while it is composed; the outermost first.

    Args:
        nodes: the solids by name; `add` makes them known, each after those that feed it.
    """

    __slots__ = ("_nodes", "_steps")

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes
        self._steps: dict[str, Scope] = {}  # those that are not in it are computed once

    def add(self, node: Node) -> None:
        """Make a solid known."""
        found = _longest(map(self.of, node.inputs.values()))
        if found:
            self._steps[node.name] = found

    def of(self, source: Source) -> Scope:
        """Return the scope of a source, the inputs of the composite solid around being single values."""
        if isinstance(source, tuple):
            return _longest(map(self.of, source))
        if isinstance(source, FromInput):
            return ()
        node = self._nodes[source.node]
        body = node.definition.body
        if isinstance(body, CompositeBody):
            whole = self._through(node, source.output, depth_in(body, source.output))
        else:
            whole = self._steps.get(node.name, ())
            if node.definition.outputs[source.output].is_dynamic:
                whole = (*whole, (node.name, source.output, 0))
        return whole[: len(whole) - source.collect] if source.collect else whole

    def _through(self, node: Node, output: str, inner: Profile) -> Scope:
        def own(levels: int) -> Scope:
            return tuple((node.name, output, level) for level in range(levels))

        fed = ((name, by) for name, by in inner.items() if name is not None and name in node.inputs)
        return _longest([own(inner[None]), *((*self.of(node.inputs[name]), *own(by)) for name, by in fed)])


def _longest(scopes: Iterable[Scope]) -> Scope:
    return max(scopes, key=len, default=())


def depth_in(body: CompositeBody, output: str) -> Profile:
    """Return the depth of an output of a composite solid, by its inputs."""
    if body.depths is None:
        depths = Depths(body.nodes)
        for node in body.nodes.values():
            depths.add(node)
        body.depths = {name: depths.profile(source) for name, source in body.outputs.items()}
    return body.depths[output]


def is_mapped(nodes: Iterable[Node]) -> bool:
    """Tell whether any of the solids has a dynamic output."""
    return any(output.is_dynamic for node in nodes for output in node.definition.outputs.values())


def _moved(profile: Profile, by: int) -> Profile:
    if not by:
        return profile
    return {name: max(0, depth + by) if name is None else depth + by for name, depth in profile.items()}


def _deepest(profiles: Iterable[Profile]) -> Profile:
    found: dict[str | None, int] = {None: 0}
    for profile in profiles:
        for name, depth in profile.items():
            found[name] = max(found.get(name, depth), depth)
    return found


__all__ = ["Profile", "Scopes", "depth_in", "is_mapped"]
