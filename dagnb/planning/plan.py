"""Plans: the steps of a run, each with where its inputs come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dagnb.definitions.collecting import collector_paused
from dagnb.definitions.graph import Connection, Node
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.errors import DagnbNotFoundError
from dagnb.planning.cuts import check_cut
from dagnb.planning.run_config import ResolvedRunConfig, resolve_run_config
from dagnb.planning.selection import select
from dagnb.types import Nothing

if TYPE_CHECKING:
    from dagnb.definitions.mode import ModeDefinition
    from dagnb.definitions.ports import InputDefinition


class StepInput(NamedTuple):
    """An input of a step and what feeds it: outputs of other steps, or (`connections` empty) a given value."""

    definition: InputDefinition
    connections: tuple[Connection, ...] = ()
    is_fan_in: bool = False
    value: Any = None
    loads_config: bool = False


class Step(NamedTuple):
    """A node to be computed: `key` is the node's name."""

    key: str
    node: Node
    inputs: tuple[StepInput, ...]
    config: Any = None

    def needs(self) -> tuple[str, ...]:
        """Return the keys of the steps that feed it, each once."""
        return tuple(dict.fromkeys(each.node for one in self.inputs for each in one.connections))


@dataclass(frozen=True, slots=True)
class ExecutionPlan:
    """The steps of a run, each after those that feed it."""

    pipeline: PipelineDefinition
    mode: ModeDefinition
    config: ResolvedRunConfig
    steps: dict[str, Step] = field(default_factory=dict)

    def resource_keys(self) -> list[str]:
        """Return the resources that the steps need, in the mode's order."""
        wanted = {key for step in self.steps.values() for key in step.node.definition.required_resource_keys}
        return [key for key in self.mode.resource_defs if key in wanted]


def make_plan(
    pipeline: PipelineDefinition,
    run_config: Mapping[str, Any] | None = None,
    *,
    mode: str | None = None,
    solid_selection: Sequence[str] | str | None = None,
    input_values: Mapping[str, Mapping[str, Any]] | None = None,
) -> ExecutionPlan:
    """Check everything that can be known before a run and return its steps.

    Args:
        pipeline: what to run.
        run_config: the run config document.
        mode: in which mode (default: the first).
        solid_selection: which solids (default: all); see `dagnb.planning.selection`.
        input_values: values for inputs, by solid and input, that go before anything else.

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
    nodes = _selected(pipeline, solid_selection)
    given = input_values or {}
    _check_given(pipeline, nodes, given)
    if solid_selection is not None:
        check_cut(pipeline, nodes, given, run_config)
    with collector_paused():
        config = resolve_run_config(pipeline, chosen_mode, run_config, _without_given(nodes, given))
        steps = {name: _step(node, nodes, config, given.get(name, {})) for name, node in nodes.items()}
    return ExecutionPlan(pipeline, chosen_mode, config, steps)


def _selected(pipeline: PipelineDefinition, selection: Sequence[str] | str | None) -> dict[str, Node]:
    if selection is None:
        return pipeline.nodes
    needs = {name: [each.node for _, each in node.connections()] for name, node in pipeline.nodes.items()}
    names = select(selection, needs, where=f"pipeline {pipeline.name}")
    return {name: pipeline.nodes[name] for name in names}


def _without_given(nodes: dict[str, Node], given: Mapping[str, Mapping[str, Any]]) -> dict[str, Node]:
    if not given:
        return nodes
    # An input whose value is at hand counts as connected: the document need not give it.
    return {
        name: Node(name, node.definition, {**node.inputs, **dict.fromkeys(given[name], Connection(name))}, node.tags)
        if name in given
        else node
        for name, node in nodes.items()
    }


def _check_given(
    pipeline: PipelineDefinition, nodes: Mapping[str, Node], given: Mapping[str, Mapping[str, Any]]
) -> None:
    for name, values in given.items():
        where = f"pipeline {pipeline.name} › input_values"
        if name not in nodes:
            raise DagnbNotFoundError("selected solid", name, nodes, where=where)
        for each in values:
            if each not in nodes[name].definition.inputs:
                raise DagnbNotFoundError("input", each, nodes[name].definition.inputs, where=f"{where} › {name}")


def _step(node: Node, nodes: Mapping[str, Node], config: ResolvedRunConfig, given: Mapping[str, Any]) -> Step:
    from_config = config.inputs.get(node.name, {})
    inputs: list[StepInput] = []
    for name, definition in node.definition.inputs.items():
        source = node.inputs.get(name)
        if name in given:
            inputs.append(StepInput(definition, value=given[name]))
        elif isinstance(source, Connection) and source.node in nodes:
            inputs.append(StepInput(definition, (source,)))
        elif isinstance(source, tuple) and (kept := tuple(each for each in source if each.node in nodes)):
            inputs.append(StepInput(definition, kept, is_fan_in=True))
        elif name in from_config:
            inputs.append(
                StepInput(definition, value=from_config[name], loads_config=definition.type.loader is not None)
            )
        elif definition.has_default:
            inputs.append(StepInput(definition, value=definition.default_value))
        elif definition.type is not Nothing:
            inputs.append(StepInput(definition))
    return Step(node.name, node, tuple(inputs), config.solids.get(node.name))
