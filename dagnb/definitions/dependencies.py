"""Dependencies as a dict: what feeds which input, for pipelines that are not composed by calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from typing import Any

from dagnb._record import Record, set_part
from dagnb.definitions.graph import Connection, Node, Source
from dagnb.definitions.hook import HookDefinition, check_hooks
from dagnb.definitions.names import check_name, check_tags
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.events.user import DEFAULT_OUTPUT


class DependencyDefinition(Record):
    """Name the output that feeds an input.

    Args:
        solid: the solid's name in the pipeline.
        output: which of its outputs (default "result").
        description: why.
    """

    __slots__ = __match_args__ = ("solid", "output", "description")
    solid: str
    output: str
    description: str | None

    def __init__(self, solid: str, output: str = DEFAULT_OUTPUT, description: str | None = None) -> None:
        set_part(self, "solid", solid)
        set_part(self, "output", output)
        set_part(self, "description", description)


class MultiDependencyDefinition:
    """Name the outputs that feed one input, together, as a list (fan-in).

    Raises:
        DagnbInvalidDefinitionError: one of them is named twice.
    """

    __slots__ = ("dependencies",)

    def __init__(self, dependencies: Sequence[DependencyDefinition]) -> None:
        self.dependencies = tuple(dependencies)
        for each in self.dependencies:
            if not isinstance(each, DependencyDefinition):
                raise DagnbInvalidDefinitionError(
                    "a fan-in takes dependencies only",
                    where="MultiDependencyDefinition",
                    got=told(each),
                    expected='[DependencyDefinition("solid"), ...]',
                    hint='an input of the composite is added by InputDefinition.mapping_to("solid", "input")',
                )
        seen = {(each.solid, each.output) for each in self.dependencies}
        if len(seen) < len(self.dependencies):
            raise DagnbInvalidDefinitionError(
                "a fan-in names an output twice",
                where="MultiDependencyDefinition",
                got=", ".join(f"{each.solid} › {each.output}" for each in self.dependencies),
            )


class SolidInvocation(Record):
    """Name a solid for a dict of dependencies, with an alias or tags of its own."""

    __slots__ = __match_args__ = ("name", "alias", "tags", "hook_defs")
    name: str
    alias: str | None
    tags: Mapping[str, Any]
    hook_defs: frozenset[HookDefinition]

    def __init__(
        self,
        name: str,
        alias: str | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: AbstractSet[HookDefinition] | None = None,
    ) -> None:
        set_part(self, "name", name)
        set_part(self, "alias", alias)
        set_part(self, "tags", {} if tags is None else tags)
        set_part(self, "hook_defs", frozenset(hook_defs or ()))

    __eq__ = Record.__eq__

    def __hash__(self) -> int:
        return hash((self.name, self.alias))  # it stands as a key, and a dict of tags has no hash


def nodes_of(
    pipeline: str,
    solid_defs: Iterable[SolidDefinition],
    dependencies: Mapping[Any, Mapping[str, Any]],
    *,
    what: str = "pipeline",
) -> dict[str, Node]:
    """Return the nodes that the solids and their dependencies make.

    Raises:
        DagnbInvalidDefinitionError: two solids of one name, or a dependency that is none.
        DagnbNotFoundError: a dependency is stated for a solid that is not there.
    """
    definitions = _named(pipeline, solid_defs, dependencies, what)
    nodes: dict[str, Node] = {}
    invoked: set[str] = set()
    for key, inputs in dependencies.items():
        invocation = _invocation(f"{what} {pipeline}", key)
        known = definitions.get(invocation.name)
        if known is None:
            raise DagnbNotFoundError("solid", invocation.name, definitions, where=f"{what} {pipeline}")
        name = check_name(invocation.alias or invocation.name, "solid")
        where = f"{pipeline} › {name}"
        if not isinstance(inputs, Mapping):
            raise DagnbInvalidDefinitionError(
                "the dependencies of a solid are stated for each of its inputs",
                where=where,
                got=told(inputs),
                expected='{"input": DependencyDefinition("solid"), ...}',
            )
        if name in nodes:
            raise DagnbInvalidDefinitionError(f"two solids of a {what} have the same name", where=where)
        sources: dict[str, Source] = {each: _source(f"{where} › input {each}", value) for each, value in inputs.items()}
        nodes[name] = Node(
            name, known, sources, check_tags(invocation.tags, where), check_hooks(invocation.hook_defs, where)
        )
        invoked.add(invocation.name)
    for name, definition in definitions.items():
        if name not in invoked:
            nodes[name] = Node(name, definition)
    return nodes


def _named(
    pipeline: str, solid_defs: Iterable[SolidDefinition], dependencies: Mapping[Any, Mapping[str, Any]], what: str
) -> dict[str, SolidDefinition]:
    if isinstance(solid_defs, SolidDefinition) or not isinstance(dependencies, Mapping):
        raise _not_a_graph(f"{what} {pipeline}", solid_defs, dependencies)
    definitions: dict[str, SolidDefinition] = {}
    for definition in solid_defs:
        if not isinstance(definition, SolidDefinition):
            raise DagnbInvalidDefinitionError(
                "solid_defs takes solids only",
                where=f"{what} {pipeline}",
                got=told(definition),
                hint="@solid makes a solid of a function",
            )
        if definitions.setdefault(definition.name, definition) is not definition:
            raise DagnbInvalidDefinitionError(
                f"two different solids of a {what} have the same name", where=f"{pipeline} › {definition.name}"
            )
    return definitions


def _not_a_graph(where: str, solid_defs: Any, dependencies: Any) -> DagnbInvalidDefinitionError:
    if isinstance(solid_defs, SolidDefinition):
        return DagnbInvalidDefinitionError(
            "solid_defs is a list of solids", where=where, got=f"the solid {solid_defs.name}", expected="[...]"
        )
    return DagnbInvalidDefinitionError(
        "dependencies are a dict",
        where=where,
        got=told(dependencies),
        expected='{"solid": {"input": DependencyDefinition("another")}}',
    )


def _invocation(where: str, key: Any) -> SolidInvocation:
    if isinstance(key, str | SolidInvocation):
        return key if isinstance(key, SolidInvocation) else SolidInvocation(key)
    raise DagnbInvalidDefinitionError(
        "dependencies are stated for solids by their names",
        where=where,
        got=told(key),
        expected='"name" or SolidInvocation("name", alias="...")',
    )


def _source(where: str, value: Any) -> Source:
    if isinstance(value, DependencyDefinition):
        return Connection(value.solid, value.output)
    if isinstance(value, MultiDependencyDefinition):
        return tuple(Connection(each.solid, each.output) for each in value.dependencies)
    raise DagnbInvalidDefinitionError(
        "an input is fed by something that is no dependency",
        where=where,
        got=told(value),
        expected='DependencyDefinition("solid", "output") or MultiDependencyDefinition([...])',
    )
