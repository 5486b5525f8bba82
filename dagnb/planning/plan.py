"""Plans: the steps of a run, each with where its inputs come from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dagnb.contracts.io import keeper_of
from dagnb.definitions.collecting import collector_paused
from dagnb.definitions.graph import Connection, Node, leaves
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.ports import MISSING
from dagnb.definitions.requirements import resource_needs
from dagnb.events.mapped import handle_of, split_output_key
from dagnb.planning.cuts import check_cut
from dagnb.planning.input_values import values_by_handle
from dagnb.planning.run_config import ResolvedRunConfig, resolve_run_config
from dagnb.planning.selection import select
from dagnb.types import Nothing

if TYPE_CHECKING:
    from dagnb.definitions.flat import FlatGraph, Scope
    from dagnb.definitions.mode import ModeDefinition
    from dagnb.definitions.ports import InputDefinition
    from dagnb.events.records import OutputProduced


class StepInput(NamedTuple):
    """An input of a step and what feeds it: outputs of other steps, or (`connections` empty) a given value.

    `nested` says how the outputs of a fan-in make lists of lists, where they do: tuples of connections, nested.
    `gates` are the steps that decide how many values are collected.
    """

    definition: InputDefinition
    connections: tuple[Connection, ...] = ()
    is_fan_in: bool = False
    value: Any = None
    loads_config: bool = False
    nested: tuple[Any, ...] | None = None
    gates: tuple[str, ...] = ()


class Step(NamedTuple):
    """A node to be computed. `key` is the node's handle; for each value of a dynamic output ``handle[mapping_key]``.

    A step with a `scope` is the pattern of those: it is not computed itself.
    """

    key: str
    node: Node
    inputs: tuple[StepInput, ...]
    config: Any = None
    scope: Scope = ()

    def sources(self) -> Iterator[Connection]:
        """Yield the outputs that feed it."""
        for each in self.inputs:
            yield from each.connections

    def needs(self) -> tuple[str, ...]:
        """Return the keys of the steps that feed it, each once."""
        return tuple(dict.fromkeys(each.node for one in self.inputs for each in one.connections))

    @property
    def is_pattern(self) -> bool:
        """Whether what it takes is known only when dynamic outputs are."""
        return bool(self.scope) or any(each.collect for one in self.inputs for each in one.connections)


class InheritedOutput(NamedTuple):
    """An output of an earlier run, and which run it was that computed it."""

    run_id: str
    event: OutputProduced


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a run takes from the run that it repeats in part.

    `outputs` are those of the steps that are not computed again, by step and output (of a dynamic one
    ``output[mapping_key]``). `handles` are the solids that are computed again, None for all that are selected; of
    their steps those in `done` are not. `mapping_keys` says which values the dynamic outputs of steps that are not
    computed again have.
    """

    outputs: Mapping[tuple[str, str], InheritedOutput]
    done: frozenset[str] = frozenset()
    handles: frozenset[str] | None = None
    mapping_keys: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    _given: frozenset[tuple[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plain = (key for key in self.outputs if "[" not in key[1])
        given = {(handle_of(step_key), name) for step_key, name in plain}
        given |= {(handle_of(step_key), name) for step_key, name in self.mapping_keys}
        object.__setattr__(self, "_given", frozenset(given))

    def gives(self, connection: Connection) -> bool:
        """Tell whether the parent has the output of a connection."""
        return (connection.node, connection.output) in self._given


@dataclass(frozen=True, slots=True)
class ExecutionPlan:
    """The steps of a run, each after those that feed it.

    `scopes` are the dynamic outputs that mapped steps run over, by handle, the outermost first.
    """

    pipeline: PipelineDefinition
    mode: ModeDefinition
    config: ResolvedRunConfig
    steps: dict[str, Step] = field(default_factory=dict)
    inherited: Inherited | None = None
    scopes: Mapping[str, Scope] = field(default_factory=dict)

    @property
    def step_keys(self) -> tuple[str, ...]:
        """The steps that are known before the run; those mapped over dynamic outputs come while it runs."""
        done = self.inherited.done if self.inherited is not None else ()
        return tuple(key for key, step in self.steps.items() if not step.scope and key not in done)

    def item_scope(self, connection: Connection) -> Scope:
        """Return over which dynamic outputs the values of a connection's output run; empty for a single value."""
        return _item_scope(self.pipeline.flat, self.scopes, connection)

    def resource_keys(self) -> list[str]:
        """Return the resources that the steps need, and those that these need, each after what it asks for."""
        if not self.mode.resource_defs:
            return []
        hooks = self.pipeline.hook_defs
        wanted = {key for step in self._running() for key, _ in resource_needs(step.node, hooks)}
        return self.mode.resource_order(wanted | self.manager_keys())

    def manager_keys(self) -> set[str]:
        """Return the resources that keep outputs of the steps, or what these take from an earlier run.

        What the mode lacks of the latter is left out: whoever asks for such a value is told.
        """
        keys = {
            output.io_manager_key
            for step in self._running()
            for output in step.node.definition.outputs.values()
            if output.io_manager_key is not None
        }
        if self.inherited is not None:
            taken = {(one.node, one.output) for step in self._running() for one in step.sources()}
            for (step_key, name), output in self.inherited.outputs.items():
                keeper = keeper_of(output.event.reference)
                place = (handle_of(step_key), split_output_key(name)[0])
                if keeper is not None and place in taken and keeper in self.mode.resource_defs:
                    keys.add(keeper)
        return keys

    def _running(self) -> Iterator[Step]:
        done: Collection[str] = self.inherited.done if self.inherited is not None else ()
        return (step for key, step in self.steps.items() if key not in done)


def make_plan(
    pipeline: PipelineDefinition,
    run_config: Mapping[str, Any] | None = None,
    *,
    mode: str | None = None,
    solid_selection: Sequence[str] | str | None = None,
    input_values: Mapping[str, Mapping[str, Any]] | None = None,
    inherited: Inherited | None = None,
) -> ExecutionPlan:
    """Check everything that can be known before a run and return its steps.

    Args:
        pipeline: what to run.
        run_config: the run config document.
        mode: in which mode (default: the first).
        solid_selection: which solids (default: all); see `dagnb.planning.selection`.
        input_values: values for inputs, by solid and input, that go before anything else; of a composite solid too.
        inherited: the run that this one repeats in part; its outputs feed what the selection cuts off.

    Raises:
        DagnbConfigError: with every problem of the document.
        DagnbNotFoundError: there is no such mode, or no such input to give a value to.
        DagnbSelectionError: the selection names nothing.
        DagnbInvalidDefinitionError: the selection cuts off an input that nothing else can feed.

    >>> from dagnb.definitions import compose_pipeline, lambda_solid
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> list(make_plan(compose_pipeline(lambda: one(), name="p")).steps)
    ['one']
    """
    chosen_mode = pipeline.mode(mode)
    selected = nodes = selected_nodes(pipeline, solid_selection)
    if inherited is not None and inherited.handles is not None:
        nodes = {name: node for name, node in nodes.items() if name in inherited.handles}
    given = values_by_handle(pipeline, nodes, input_values) if input_values else {}
    if nodes is not pipeline.flat.nodes:
        check_cut(pipeline, nodes, given, run_config, inherited)
    with collector_paused():
        config = resolve_run_config(pipeline, chosen_mode, run_config, _without_given(nodes, given, inherited))
        scopes = live_scopes(pipeline.flat, selected, given)
        making = _Making(pipeline.flat, nodes, config, inherited, scopes)
        steps = {name: making.step(node, given.get(name, {})) for name, node in nodes.items()}
    return ExecutionPlan(pipeline, chosen_mode, config, steps, inherited, scopes)


def live_scopes(
    flat: FlatGraph, nodes: Mapping[str, Node], given: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Scope]:
    """Return over which dynamic outputs the selected solids run; one that is cut off from all of them runs once."""
    if not flat.scopes or (nodes is flat.nodes and not given):
        return flat.scopes
    scopes: dict[str, Scope] = {}
    for name, node in nodes.items():
        at_hand = given.get(name, {})
        coming = [each for key, each in node.connections() if each.node in nodes and key not in at_hand]
        wholes = [(_item_scope(flat, scopes, each), each.collect) for each in coming]
        longest: Scope = max((whole[: max(0, len(whole) - collect)] for whole, collect in wholes), key=len, default=())
        if longest:
            scopes[name] = longest
    return scopes


def _item_scope(flat: FlatGraph, scopes: Mapping[str, Scope], connection: Connection) -> Scope:
    scope = scopes.get(connection.node, ())
    is_dynamic = flat.nodes[connection.node].definition.outputs[connection.output].is_dynamic
    return (*scope, (connection.node, connection.output)) if is_dynamic else scope


def selected_nodes(pipeline: PipelineDefinition, selection: Sequence[str] | str | None) -> Mapping[str, Node]:
    """Return the solids of the flat graph that a selection names, all of them when there is none.

    Raises:
        DagnbSelectionError: the selection names nothing.
    """
    flat = pipeline.flat
    if selection is None:
        return flat.nodes
    needs = {name: [each.node for _, each in node.connections()] for name, node in flat.nodes.items()}
    inside = {name: flat.inside(name) for name in flat.composites}
    names = select(selection, needs, inside=inside, where=f"pipeline {pipeline.name}")
    return {name: flat.nodes[name] for name in names}


def _without_given(
    nodes: Mapping[str, Node], given: Mapping[str, Mapping[str, Any]], inherited: Inherited | None
) -> Mapping[str, Node]:
    """Return the nodes with inputs whose value is at hand counted as connected: the document need not give them."""
    if not given and inherited is None:
        return nodes
    at_hand = {name: dict.fromkeys(given.get(name, ()), Connection(name)) for name in nodes}
    if inherited is not None:
        for name, node in nodes.items():
            for input_name, connection in node.connections():
                if connection.node not in nodes and inherited.gives(connection):
                    at_hand[name][input_name] = Connection(name)
    return {
        name: Node(name, node.definition, {**node.inputs, **at_hand[name]}, node.tags, node.hooks)
        if at_hand[name]
        else node
        for name, node in nodes.items()
    }


class _Making:
    """Make the steps of the selected solids."""

    __slots__ = ("_config", "_flat", "_inherited", "_nodes", "_scopes")

    def __init__(
        self,
        flat: FlatGraph,
        nodes: Mapping[str, Node],
        config: ResolvedRunConfig,
        inherited: Inherited | None,
        scopes: Mapping[str, Scope],
    ) -> None:
        self._flat = flat
        self._nodes = nodes
        self._config = config
        self._inherited = inherited
        self._scopes = scopes

    def step(self, node: Node, given: Mapping[str, Any]) -> Step:
        """Return the step of a node; `given` are values for its inputs."""
        from_config = self._config.inputs.get(node.name, {})
        inputs: list[StepInput] = []
        for name, definition in node.definition.inputs.items():
            source = node.inputs.get(name)
            if name in given:
                inputs.append(StepInput(definition, value=given[name]))
            elif isinstance(source, Connection) and self._comes(source):
                inputs.append(StepInput(definition, (source,), is_fan_in=bool(source.collect)))
            elif isinstance(source, tuple) and (kept := self._coming(source)):
                flat = tuple(leaves(kept))
                is_plain = flat == kept and not any(each.collect for each in flat)
                inputs.append(StepInput(definition, flat, is_fan_in=True, nested=None if is_plain else kept))
            elif name in from_config:
                inputs.append(StepInput(definition, value=from_config[name], loads_config=True))
            elif (default := self._default(node, name, definition)) is not MISSING:
                inputs.append(StepInput(definition, value=default))
            elif definition.type is not Nothing:
                inputs.append(StepInput(definition))
        scope = self._scopes.get(node.name, ())
        return Step(node.name, node, tuple(inputs), self._config.solids.get(node.name), scope)

    def _default(self, node: Node, name: str, definition: InputDefinition) -> Any:
        unfed = self._flat.unfed.get((node.name, name)) if self._flat.unfed else None
        return definition.default_value if unfed is None or unfed.default is MISSING else unfed.default

    def _comes(self, source: Connection) -> bool:
        return source.node in self._nodes or (self._inherited is not None and self._inherited.gives(source))

    def _coming(self, source: tuple[Any, ...]) -> tuple[Any, ...]:
        parts = (self._coming(each) if isinstance(each, tuple) else each for each in source)
        return tuple(each for each in parts if (each if isinstance(each, tuple) else self._comes(each)))
