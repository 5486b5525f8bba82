"""Graphs: solids by the names they have in a pipeline, and what feeds their inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagnb._record import Record, set_part
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbCycleError, DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.types import Nothing

if TYPE_CHECKING:
    from dagnb.definitions.hook import HookDefinition
    from dagnb.definitions.retry import RetryPolicy


class Connection(Record):
    """An output of a node.

    Of a dynamic output, and of what is mapped over one, each single value is taken by default; with `collect` all
    the values of that many levels, as a list (of lists).
    """

    __slots__ = __match_args__ = ("node", "output", "collect")
    node: str
    output: str
    collect: int

    def __init__(self, node: str, output: str = DEFAULT_OUTPUT, collect: int = 0) -> None:
        set_part(self, "node", node)
        set_part(self, "output", output)
        set_part(self, "collect", collect)


class FromInput(Record):
    """An input of the composite solid that a node is in: what feeds that one feeds the node's."""

    __slots__ = __match_args__ = ("name",)
    name: str

    def __init__(self, name: str) -> None:
        set_part(self, "name", name)


Source = Connection | FromInput | tuple[Connection | FromInput, ...]


class Node:
    """A solid in a pipeline or in a composite solid.

    `inputs` maps an input to what feeds it: one source, or a tuple of them (fan-in). `hooks` and `retry_policy` are
    those of this one invocation, on top of what its definition and its pipeline say.
    """

    __slots__ = ("definition", "hooks", "inputs", "name", "retry_policy", "tags")

    def __init__(  # noqa: PLR0917  # one call, thousands of times
        self,
        name: str,
        definition: SolidDefinition,
        inputs: dict[str, Source] | None = None,
        tags: dict[str, str] | None = None,
        hooks: tuple[HookDefinition, ...] = (),
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.name = name
        self.definition = definition
        self.inputs = {} if inputs is None else inputs
        self.tags = {} if tags is None else tags
        self.hooks = hooks
        self.retry_policy = retry_policy

    def connections(self) -> Iterator[tuple[str, Connection]]:
        """Yield (input name, connection) of every input that another node feeds, a fan-in's one by one."""
        for name, source in self.inputs.items():
            if isinstance(source, Connection):
                yield name, source
            elif isinstance(source, tuple):
                for each in leaves(source):
                    if isinstance(each, Connection):
                        yield name, each

    def from_inputs(self) -> Iterator[tuple[str, FromInput]]:
        """Yield (input name, the composite's input) of every input that the composite around it feeds."""
        for name, source in self.inputs.items():
            for each in leaves(source if isinstance(source, tuple) else (source,)):
                if isinstance(each, FromInput):
                    yield name, each

    def __repr__(self) -> str:
        return f"Node({self.name!r}, {self.definition!r}, inputs={self.inputs!r}, tags={self.tags!r})"


def leaves(sources: Iterable[Any]) -> Iterator[Any]:
    """Yield the connections and inputs in a fan-in, in order; one that is handed into another is a tuple in a tuple."""
    for each in sources:
        if isinstance(each, tuple):
            yield from leaves(each)
        else:
            yield each


def sort_nodes(pipeline: str, nodes: Mapping[str, Node]) -> list[str]:
    """Return the names so that each stands after those that feed it; among free ones, as they were declared.

    Raises:
        DagnbCycleError: there is no such order.
    """
    needs = {name: {connection.node for _, connection in node.connections()} for name, node in nodes.items()}
    feeds: dict[str, list[str]] = {name: [] for name in nodes}
    for name, sources in needs.items():
        for source in sources:
            feeds[source].append(name)
    missing = {name: len(sources) for name, sources in needs.items()}
    ready = [name for name in nodes if not missing[name]]
    order: list[str] = []
    for name in ready:  # grows while it is walked
        order.append(name)
        for fed in feeds[name]:
            missing[fed] -= 1
            if not missing[fed]:
                ready.append(fed)
    if len(order) < len(nodes):
        raise DagnbCycleError(pipeline=pipeline, solids=_find_cycle(needs, set(nodes) - set(order)))
    return order


def _find_cycle(needs: Mapping[str, set[str]], rest: set[str]) -> list[str]:
    path: list[str] = [min(rest)]
    while True:
        following = min(needs[path[-1]] & rest)
        if following in path:
            return path[path.index(following) :][::-1]
        path.append(following)


def check_graph(pipeline: str, nodes: Mapping[str, Node]) -> None:
    """Check that every connection leads somewhere and that every solid can get its inputs.

    Raises:
        DagnbNotFoundError: a connection names a solid, an input or an output that is not there.
        DagnbInvalidDefinitionError: an input that nothing can feed, or kinds that do not fit.
    """
    for node in nodes.values():
        where = f"{pipeline} › {node.name}"
        for input_name in node.inputs:
            if input_name not in node.definition.inputs:
                raise DagnbNotFoundError("input", input_name, node.definition.inputs, where=where)
        for input_name, connection in node.connections():
            source = nodes.get(connection.node)
            if source is None:
                raise DagnbNotFoundError("solid", connection.node, nodes, where=f"{where} › {input_name}")
            output = source.definition.outputs.get(connection.output)
            if output is None:
                raise DagnbNotFoundError(
                    "output", connection.output, source.definition.outputs, where=f"{pipeline} › {source.name}"
                )
            if output.type is Nothing and not _takes_nothing(node, input_name):
                raise DagnbInvalidDefinitionError(
                    "an output of type Nothing has no value to hand over",
                    where=f"{where} › input {input_name}",
                    got=f"{connection.node} › {connection.output}: Nothing",
                    expected=f"{node.definition.inputs[input_name].type.name}",
                    hint=f"declare the input as InputDefinition({input_name!r}, Nothing), or return a value upstream",
                )
        _check_fed(node, where)


def _takes_nothing(node: Node, input_name: str) -> bool:
    kind = node.definition.inputs[input_name].type
    return kind is Nothing or kind.check(None).success


def _check_fed(node: Node, where: str) -> None:
    for name, definition in node.definition.inputs.items():
        if name in node.inputs or definition.has_default or definition.type is Nothing or definition.is_loadable:
            continue
        raise DagnbInvalidDefinitionError(
            f"nothing can feed the input {name}, so the solid could never run",
            where=where,
            expected=f"a value of type {definition.type.name}",
            hint=f"connect it: {node.name}({name}=...), or give it a default",
        )
