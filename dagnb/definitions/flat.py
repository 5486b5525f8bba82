"""Flat graphs: a pipeline without its composites, every solid that computes by its handle (``outer.inner``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.graph import Connection, FromInput, Node, Source, sort_nodes
from dagnb.definitions.ports import MISSING
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import DagnbType, Nothing

Scope = tuple[tuple[str, str], ...]


class Unfed(NamedTuple):
    """An input of a composite that nothing is connected to: the run config gives it, or its default."""

    composite: str
    input_name: str
    default: Any
    kind: DagnbType


class FlatGraph:
    """The solids of a pipeline that compute, composites opened.

    Attributes:
        nodes: by handle, each after those that feed it; their inputs name handles.
        composites: the composite solids by handle, outer ones first; their nodes as they were declared.
        unfed: for a (handle, input) that an unconnected input of a composite feeds, that input.
        scopes: for a handle that runs once for each value of dynamic outputs, those outputs, the outermost first; the
            others are not in it.
        is_dynamic: whether any of them has a dynamic output.
    """

    __slots__ = ("_inside", "_name", "composites", "is_dynamic", "nodes", "scopes", "unfed")

    def __init__(self, name: str, nodes: Mapping[str, Node]) -> None:
        self._name = name
        self._inside: dict[str, list[str]] | None = None
        self.composites: dict[str, Node] = {}
        self.unfed: dict[tuple[str, str], Unfed] = {}
        self.nodes: Mapping[str, Node] = nodes
        if any(isinstance(node.definition.body, CompositeBody) for node in nodes.values()):
            flat = {node.name: node for node in self._open(_Level("", nodes, None, None))}
            self.nodes = {key: flat[key] for key in sort_nodes(name, flat)}
        self.scopes: dict[str, Scope] = {}
        self.is_dynamic = any(
            output.is_dynamic for node in self.nodes.values() for output in node.definition.outputs.values()
        )
        if self.is_dynamic:
            self._find_scopes(name)

    def inside(self, composite: str) -> list[str]:
        """Return the handles of the solids in a composite, at any depth."""
        if self._inside is None:
            self._inside = {each: [] for each in self.composites}
            for name in self.nodes:
                outer, _, _ = name.rpartition(".")
                while outer:
                    self._inside[outer].append(name)
                    outer, _, _ = outer.rpartition(".")
        return self._inside[composite]

    @staticmethod
    def _fan_in(where: str, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the parts of a fan-in; of what nothing feeds there is nothing to wait for only when it is Nothing."""
        for part in parts:
            if isinstance(part, Unfed) and part.kind is not Nothing:
                raise DagnbInvalidDefinitionError(
                    "a list of outputs takes in an input of a composite solid that nothing feeds",
                    where=where,
                    got=f"the input {part.input_name} of {part.composite}",
                    expected="an output of a solid",
                    hint=f"connect it: {part.composite.rpartition('.')[2]}({part.input_name}=...)",
                )
        return tuple(part for part in parts if not isinstance(part, Unfed))

    def origin(self, handle: str, output: str) -> Connection:
        """Return the output of a solid that computes, which an output of a composite solid is.

        Raises:
            KeyError: there is no such handle or output.
        """
        collect = 0
        while handle in self.composites:
            body = self.composites[handle].definition.body
            if not isinstance(body, CompositeBody):
                raise KeyError(handle)
            source = body.outputs[output]
            handle, output, collect = f"{handle}.{source.node}", source.output, collect + source.collect
        return Connection(handle, output, collect)

    def item_scope(self, connection: Connection) -> Scope:
        """Return over which dynamic outputs a connection runs; empty for a single value."""
        scope = self.scopes.get(connection.node, ())
        if self.nodes[connection.node].definition.outputs[connection.output].is_dynamic:
            scope = (*scope, (connection.node, connection.output))
        return scope[: len(scope) - connection.collect] if connection.collect else scope

    def _open(self, level: _Level) -> Iterator[Node]:
        for node in level.nodes.values():
            handle = level.prefix + node.name
            if isinstance(node.definition.body, CompositeBody):
                self.composites[handle] = node
                yield from self._open(_Level(f"{handle}.", node.definition.body.nodes, node, level))
                continue
            inputs: dict[str, Source] = {}
            for input_name, source in node.inputs.items():
                found = level.resolve(source)
                if isinstance(found, Unfed):
                    self.unfed[handle, input_name] = found
                    continue
                if isinstance(found, tuple):
                    found = self._fan_in(f"{self._name} › {handle} › input {input_name}", found)
                if found != ():
                    inputs[input_name] = found
            yield Node(
                handle,
                node.definition,
                inputs,
                node.tags,
                tuple(dict.fromkeys((*node.hooks, *level.hooks()))),
                node.retry_policy or level.retry_policy(),
            )

    def _find_scopes(self, name: str) -> None:
        for node in self.nodes.values():
            longest: Scope = ()
            because = ""
            for input_name, connection in node.connections():
                where = f"{name} › {node.name} › input {input_name}"
                scope = self._checked_scope(connection, where)
                short, long = sorted((scope, longest), key=len)
                if long[: len(short)] != short:
                    raise DagnbInvalidDefinitionError(
                        "a solid is mapped over two dynamic outputs that have nothing to do with each other",
                        where=where,
                        got=f"{_told(scope)} and, for input {because}, {_told(longest)}",
                        expected="one dynamic output, or one within the other",
                        hint=".collect() one of them",
                    )
                if len(scope) > len(longest):
                    longest, because = scope, input_name
            if longest:
                self.scopes[node.name] = longest

    def _checked_scope(self, connection: Connection, where: str) -> Scope:
        whole = self.item_scope(Connection(connection.node, connection.output))
        if connection.collect > len(whole):
            raise DagnbInvalidDefinitionError(
                "an output is collected that is one value already",
                where=where,
                got=f"{connection.node} › {connection.output}, collected {connection.collect} times",
                expected=f"{len(whole)} times at the most",
                hint="hand it on without .collect()",
            )
        return self.item_scope(connection)


def _told(scope: Scope) -> str:
    return " and ".join(f"{node} › {output}" for node, output in scope)


class _Level:
    """The inside of one composite, or the pipeline itself."""

    __slots__ = ("node", "nodes", "outer", "prefix")

    def __init__(self, prefix: str, nodes: Mapping[str, Node], node: Node | None, outer: _Level | None) -> None:
        self.prefix = prefix
        self.nodes = nodes
        self.node = node
        self.outer = outer

    def hooks(self) -> tuple[Any, ...]:
        return () if self.node is None or self.outer is None else (*self.node.hooks, *self.outer.hooks())

    def retry_policy(self) -> Any:
        return None if self.node is None or self.outer is None else self.node.retry_policy or self.outer.retry_policy()

    def resolve(self, source: Source) -> Any:
        """Return the handles that a source comes from, or the composite's input that nothing feeds."""
        if isinstance(source, tuple):
            return tuple(map(self.resolve, source))
        if isinstance(source, FromInput):
            return self._from_outside(source.name)
        node = self.nodes[source.node]
        body = node.definition.body
        if not isinstance(body, CompositeBody):
            return Connection(self.prefix + source.node, source.output, source.collect)
        inner = _Level(f"{self.prefix}{node.name}.", body.nodes, node, self)
        found = inner.resolve(body.outputs[source.output])
        return Connection(found.node, found.output, found.collect + source.collect)

    def _from_outside(self, name: str) -> Any:
        if self.node is None or self.outer is None:  # only composites have nodes that name an input of theirs
            raise AssertionError(name)
        source = self.node.inputs.get(name)
        if source is not None:
            return self.outer.resolve(source)
        definition = self.node.definition.inputs[name]
        default = definition.default_value if definition.has_default else MISSING
        return Unfed(self.prefix[:-1], name, default, definition.type)
