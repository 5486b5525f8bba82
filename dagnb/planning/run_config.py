"""The run config: one document for a pipeline in a mode, its schema, and what it says once it is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from dagnb.config.schema import FieldNode, SelectorNode, ShapeNode, is_defaultable
from dagnb.definitions.graph import Node
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.requirements import resource_needs
from dagnb.planning.other_modes import ModeValidator
from dagnb.planning.parts import executors_of, loggers_of, unknown_parts
from dagnb.planning.solid_config import (
    Materializing,
    SolidsReading,
    SolidsSchema,
    connected,
    optional,
    says_outputs,
)

if TYPE_CHECKING:
    from dagnb.config.validate import Validator
    from dagnb.definitions.configurable import Configurable
    from dagnb.definitions.executor import ExecutorDefinition
    from dagnb.definitions.logger import LoggerDefinition
    from dagnb.definitions.mode import ModeDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRunConfig:
    """A run config that was checked: what each solid and each resource gets, defaults filled in.

    `document` is the whole, resolved; `solids`, `inputs` and `outputs` are by the handles of the flat graph; `inputs`
    holds the values that the document gives to inputs, `outputs` where outputs are written to. What is configured has
    the config of the thing underneath. `loggers` has those that are turned on, `executor` the one that runs the steps,
    with its config.
    """

    document: Mapping[str, Any]
    solids: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outputs: Mapping[str, Sequence[Materializing]] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    loggers: Mapping[str, tuple[LoggerDefinition, Any]] = field(default_factory=dict)
    executor: tuple[ExecutorDefinition, Any] | None = None


def needed_resources(pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Iterable[Node]) -> list[str]:
    """Return the resources that solids need, with their hooks and types, and what those resources need, in order.

    A pipeline without solids stands for its mode: there all are needed.
    """
    if not pipeline.nodes or not mode.resource_defs:
        return mode.resource_order(mode.resource_defs)
    hooks = pipeline.hook_defs
    return mode.resource_order(key for node in nodes for key, _ in resource_needs(node, hooks))


def _configurable(made: Configurable) -> ShapeNode:
    return ShapeNode({} if made.config_field is None else {"config": made.config_field})


def _part(made: Configurable) -> FieldNode:
    """Return the field of a part that is named to be chosen; it has no default to be chosen by."""
    return FieldNode(_configurable(made), is_required=False, description=made.description)


def _resources(mode: ModeDefinition, needed: Iterable[str]) -> ShapeNode:
    fields: dict[str, FieldNode] = {}
    wanted = frozenset(needed)
    for key, made in mode.resource_defs.items():
        if key in mode.replaced and made.config_node is None:
            fields[key] = FieldNode(ShapeNode({}, allows_extra=True), is_required=False)
        else:
            fields[key] = optional(_configurable(made))
            if key not in wanted and fields[key].is_required:
                # Nobody makes it in this run, so it may stand unconfigured.
                fields[key] = FieldNode(fields[key].node, is_required=False)
    return ShapeNode(fields)


def _executors(executors: Mapping[str, ExecutorDefinition]) -> FieldNode:
    """Return the schema of `execution`; left out, it is the first executor, unless that must be configured."""
    fields = {name: _part(made) for name, made in executors.items()}
    first = next(iter(fields.values()))
    return FieldNode(SelectorNode(fields), is_required=not is_defaultable(first.node))


def run_config_node(
    pipeline: PipelineDefinition,
    mode: ModeDefinition,
    nodes: Mapping[str, Node],
    document: Any = None,
    *,
    with_outputs: bool = True,
) -> ShapeNode:
    """Return the schema of the run config document for these solids of the pipeline's flat graph, in this mode.

    Loggers and executors that other packages bring are in it when the `document` names them. Without outputs, it has no
    place for where outputs are written to.
    """
    own: dict[str, FieldNode] = {}
    if pipeline.config_field is None:
        solids = SolidsSchema(pipeline.flat, nodes, with_outputs=with_outputs).solids("", pipeline.nodes)
    else:
        own["config"], solids = pipeline.config_field, ShapeNode({})
    resources = _resources(mode, needed_resources(pipeline, mode, nodes.values()))
    loggers = ShapeNode({name: _part(made) for name, made in loggers_of(mode, document).items()})
    return ShapeNode(
        {
            **own,
            "solids": optional(solids),
            "resources": optional(resources),
            "execution": _executors(executors_of(mode, document)),
            "loggers": FieldNode(loggers, is_required=False),
        }
    )


_Key = tuple[str, frozenset[tuple[str, frozenset[str]]] | None, frozenset[str], bool]
_validators: WeakKeyDictionary[PipelineDefinition, dict[_Key, Validator]] = WeakKeyDictionary()


def _shape(nodes: Mapping[str, Node]) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((name, connected(node, nodes)) for name, node in nodes.items())


def run_config_validator(
    pipeline: PipelineDefinition,
    mode: ModeDefinition,
    nodes: Mapping[str, Node] | None = None,
    document: Any = None,
    *,
    with_outputs: bool = True,
) -> Validator:
    """Return the one validator of the pipeline's run config, compiled at its first use and kept.

    Args:
        pipeline: whose run config it is.
        mode: the mode it is for.
        nodes: the solids of the flat graph that will run (default: all of them).
        document: what will be validated; where it names parts that other packages bring, the validator knows them.
        with_outputs: False for a smaller one, for documents that do not say where outputs are written to.
    """
    every = pipeline.flat.nodes
    key = (
        mode.name,
        None if nodes is None or nodes is every else _shape(nodes),
        unknown_parts(mode, document),
        with_outputs,
    )
    kept = _validators.setdefault(pipeline, {})
    found = kept.get(key)
    if found is None:
        chosen = every if nodes is None else nodes
        node = run_config_node(pipeline, mode, chosen, document, with_outputs=with_outputs)
        found = kept[key] = ModeValidator(node, mode.name, pipeline.modes)
    return found


def resolve_run_config(
    pipeline: PipelineDefinition,
    mode: ModeDefinition,
    document: Mapping[str, Any] | None,
    nodes: Mapping[str, Node] | None = None,
) -> ResolvedRunConfig:
    """Check a run config document and return what it says.

    Args:
        pipeline: whose run config it is.
        mode: the mode it is for.
        document: as the user wrote it; None is the empty one.
        nodes: the solids of the flat graph that will run (default: all of them).

    Raises:
        DagnbConfigError: with every problem and its path.
        DagnbConfigMappingError: a function that makes config out of config raised, or made a wrong one.
        DagnbPluginError: a logger or an executor that a package brings does not load.
    """
    given = {} if document is None else document
    chosen = pipeline.flat.nodes if nodes is None else nodes
    resolved = _validated(pipeline, mode, nodes, given)
    reading = SolidsReading(pipeline.flat, chosen)
    reading.read(pipeline, resolved)
    return ResolvedRunConfig(
        document=resolved,
        solids=reading.solids,
        inputs=reading.inputs,
        outputs=reading.outputs,
        resources=_resource_configs(pipeline, mode, chosen, resolved["resources"]),
        loggers={
            name: (loggers_of(mode, given)[name], loggers_of(mode, given)[name].inner_config(entry.get("config")))
            for name, entry in resolved.get("loggers", {}).items()
        },
        executor=_chosen_executor(executors_of(mode, given), resolved.get("execution")),
    )


def _validated(
    pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Mapping[str, Node] | None, given: Any
) -> Mapping[str, Any]:
    subject = f"run config of {pipeline.name}"
    if isinstance(given, Mapping) and not says_outputs(given.get("solids")):
        # Every output of most types can be written, and few documents say so: the schema without is half as large.
        small = run_config_validator(pipeline, mode, nodes, given, with_outputs=False)
        resolved, problems = small.check(given)
        if not problems:
            found: Mapping[str, Any] = resolved
            return found
    checked: Mapping[str, Any] = run_config_validator(pipeline, mode, nodes, given).validate(given, subject=subject)
    return checked


def _resource_configs(
    pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Mapping[str, Node], given: Mapping[str, Any]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in needed_resources(pipeline, mode, nodes.values()):
        made, entry = mode.resource_defs[key], given.get(key, {})
        if made.config_node is not None or made.config_mapping is not None:
            found[key] = made.inner_config(entry.get("config"))
    return found


def _chosen_executor(
    executors: Mapping[str, ExecutorDefinition], given: Mapping[str, Any] | None
) -> tuple[ExecutorDefinition, Any]:
    """Return the executor that the document chooses; when it says nothing, the first, with its defaults."""
    if given:
        ((name, entry),) = given.items()
        return executors[name], executors[name].inner_config(entry.get("config"))
    first = next(iter(executors.values()))
    from dagnb.config import compile_schema

    entry = compile_schema(_configurable(first)).validate({}, subject=f"executor {first.name}")
    return first, first.inner_config(entry.get("config"))
