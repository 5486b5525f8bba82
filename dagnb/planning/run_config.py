"""The run config: one document for a pipeline in a mode, its schema, and what it says once it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from dagnb.config.schema import (
    FieldNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    is_defaultable,
)
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.flat import FlatGraph
from dagnb.definitions.graph import Node
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.ports import MISSING, InputDefinition
from dagnb.definitions.requirements import resource_needs
from dagnb.planning.other_modes import ModeValidator
from dagnb.planning.parts import executors_of, loggers_of, unknown_parts
from dagnb.types import Any as AnyType, Bool, DagnbType, Float, Int, String

if TYPE_CHECKING:
    from dagnb.config.validate import Validator
    from dagnb.definitions.configurable import Configurable
    from dagnb.definitions.executor import ExecutorDefinition
    from dagnb.definitions.logger import LoggerDefinition
    from dagnb.definitions.mode import ModeDefinition

_KINDS = {
    AnyType: ScalarKind.ANY,
    Bool: ScalarKind.BOOL,
    Float: ScalarKind.FLOAT,
    Int: ScalarKind.INT,
    String: ScalarKind.STRING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRunConfig:
    """A run config that was checked: what each solid and each resource gets, defaults filled in.

    `document` is the whole, resolved; `solids` and `inputs` are by the handles of the flat graph; `inputs` holds the
    values that the document gives to inputs. What is configured has the config of the thing underneath. `loggers` has
    those that are turned on, `executor` the one that runs the steps, with its config.
    """

    document: Mapping[str, Any]
    solids: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    loggers: Mapping[str, tuple[LoggerDefinition, Any]] = field(default_factory=dict)
    executor: tuple[ExecutorDefinition, Any] | None = None


def _optional(node: SchemaNode, description: str | None = None) -> FieldNode:
    if is_defaultable(node):
        return FieldNode(node, is_required=False, default={}, description=description)
    return FieldNode(node, is_required=True, description=description)


def _input_node(definition: InputDefinition) -> FieldNode:
    kind = definition.type
    if kind.loader is not None:
        from dagnb.config import resolve_schema

        return FieldNode(resolve_schema(kind.loader.config_schema))
    scalar = ScalarNode(_KINDS[kind])
    return FieldNode(ScalarUnionNode(scalar, ShapeNode({"value": FieldNode(scalar)})))


def _inputs_node(definitions: Iterable[InputDefinition]) -> FieldNode | None:
    """Return the schema of the inputs that the document may give: loadable ones that nothing feeds."""
    shape: dict[str, FieldNode] = {}
    for definition in definitions:
        if definition.is_loadable:
            made = _input_node(definition)
            shape[definition.name] = FieldNode(made.node, is_required=False) if definition.has_default else made
    return _optional(ShapeNode(shape)) if shape else None


class _Schema:
    """Build the schema of the document's `solids`, for the selected solids of a pipeline."""

    def __init__(self, flat: FlatGraph, selected: Mapping[str, Node]) -> None:
        self._flat = flat
        self._selected = selected
        self._is_whole = selected is flat.nodes  # then no connection leads out of it

    def solids(self, prefix: str, nodes: Mapping[str, Node]) -> ShapeNode:
        """Return the schema of the solids at one level of the graph."""
        fields: dict[str, FieldNode] = {}
        for name, node in nodes.items():
            handle = prefix + name
            body = node.definition.body
            if isinstance(body, CompositeBody):
                chosen = any(each in self._selected for each in self._flat.inside(handle))
                made = self._composite(handle, node, body) if chosen else None
            else:
                made = self._solid(handle, node) if handle in self._selected else None
            # A document for the whole pipeline fits every part of it.
            fields[name] = _optional(made) if made else FieldNode(ShapeNode({}, allows_extra=True), is_required=False)
        return ShapeNode(fields)

    def _solid(self, handle: str, node: Node) -> ShapeNode:
        fields: dict[str, FieldNode] = {}
        if node.definition.config_node is not None:
            fields["config"] = _optional(node.definition.config_node)
        chosen = self._selected[handle]
        fed = chosen.inputs if self._is_whole else _connected(chosen, self._selected)
        unfed = self._flat.unfed
        inputs = _inputs_node(
            definition
            for name, definition in node.definition.inputs.items()
            if name not in fed and (not unfed or (handle, name) not in unfed)
        )
        if inputs is not None:
            fields["inputs"] = inputs
        return ShapeNode(fields)

    def _composite(self, handle: str, node: Node, body: CompositeBody) -> ShapeNode:
        fields: dict[str, FieldNode] = {}
        own = {
            unfed.input_name
            for (inner, name), unfed in self._flat.unfed.items()
            if unfed.composite == handle and inner in self._selected and name not in self._selected[inner].inputs
        }
        inputs = _inputs_node(node.definition.inputs[name] for name in node.definition.inputs if name in own)
        if inputs is not None:
            fields["inputs"] = inputs
        if node.definition.config_node is not None:
            fields["config"] = _optional(node.definition.config_node)
        if body.config_fn is None:
            fields["solids"] = _optional(self.solids(f"{handle}.", body.nodes))
        return ShapeNode(fields)


def needed_resources(pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Iterable[Node]) -> list[str]:
    """Return the resources that solids need, with their hooks and types, and what those resources need, in order."""
    hooks = pipeline.hook_defs
    return mode.resource_order(key for node in nodes for key, _ in resource_needs(node, hooks))


def _configurable(made: Configurable) -> ShapeNode:
    return ShapeNode({} if made.config_node is None else {"config": _optional(made.config_node)})


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
            fields[key] = _optional(_configurable(made))
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
    pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Mapping[str, Node], document: Any = None
) -> ShapeNode:
    """Return the schema of the run config document for these solids of the pipeline's flat graph, in this mode.

    Loggers and executors that other packages bring are in it when the `document` names them.
    """
    solids = _Schema(pipeline.flat, nodes).solids("", pipeline.nodes)
    resources = _resources(mode, needed_resources(pipeline, mode, nodes.values()))
    loggers = ShapeNode({name: _part(made) for name, made in loggers_of(mode, document).items()})
    return ShapeNode(
        {
            "solids": _optional(solids),
            "resources": _optional(resources),
            "execution": _executors(executors_of(mode, document)),
            "loggers": FieldNode(loggers, is_required=False),
        }
    )


_Key = tuple[str, frozenset[tuple[str, frozenset[str]]] | None, frozenset[str]]
_validators: WeakKeyDictionary[PipelineDefinition, dict[_Key, Validator]] = WeakKeyDictionary()


def _connected(node: Node, nodes: Mapping[str, Node]) -> frozenset[str]:
    return frozenset(name for name, source in node.connections() if source.node in nodes)


def _shape(nodes: Mapping[str, Node]) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((name, _connected(node, nodes)) for name, node in nodes.items())


def run_config_validator(
    pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Mapping[str, Node] | None = None, document: Any = None
) -> Validator:
    """Return the one validator of the pipeline's run config, compiled at its first use and kept.

    Args:
        pipeline: whose run config it is.
        mode: the mode it is for.
        nodes: the solids of the flat graph that will run (default: all of them).
        document: what will be validated; where it names parts that other packages bring, the validator knows them.
    """
    every = pipeline.flat.nodes
    key = (mode.name, None if nodes is None or nodes is every else _shape(nodes), unknown_parts(mode, document))
    kept = _validators.setdefault(pipeline, {})
    found = kept.get(key)
    if found is None:
        found = kept[key] = ModeValidator(
            run_config_node(pipeline, mode, every if nodes is None else nodes, document), mode.name, pipeline.modes
        )
    return found


class _Reading:
    """Take out of a checked document what each solid gets."""

    def __init__(self, pipeline: PipelineDefinition, selected: Mapping[str, Node]) -> None:
        self._pipeline = pipeline
        self.nodes = self._selected = selected
        self.solids: dict[str, Any] = {}
        self.inputs: dict[str, dict[str, Any]] = {}
        self._composite_inputs: dict[tuple[str, str], Any] = {}

    def level(self, prefix: str, nodes: Mapping[str, Node], entries: Mapping[str, Any]) -> None:
        for name, node in nodes.items():
            handle = prefix + name
            entry = entries.get(name) or {}
            body = node.definition.body
            if isinstance(body, CompositeBody):
                self._composite(handle, node, body, entry)
            elif handle in self._selected:
                config = entry.get("config")
                if node.definition.config_mapping is not None:
                    config = node.definition.config_mapping.resolve(config)
                if config is not None or "config" in entry:
                    self.solids[handle] = config
                if entry.get("inputs"):
                    self.inputs[handle] = {
                        key: _unwrap(node.definition.inputs[key].type, value) for key, value in entry["inputs"].items()
                    }

    def _composite(self, handle: str, node: Node, body: CompositeBody, entry: Mapping[str, Any]) -> None:
        for key, value in (entry.get("inputs") or {}).items():
            self._composite_inputs[handle, key] = _unwrap(node.definition.inputs[key].type, value)
        if body.config_fn is None:
            children = entry.get("solids") or {}
        elif any(each in self._selected for each in self._pipeline.flat.inside(handle)):
            inner = _Schema(self._pipeline.flat, self._selected).solids(f"{handle}.", body.nodes)
            children = self._mapped(handle, node, body.config_fn, inner, entry.get("config"))
        else:
            children = {}
        self.level(f"{handle}.", body.nodes, children)

    def _mapped(
        self, handle: str, node: Node, config_fn: Callable[[Any], Any], inner: ShapeNode, config: Any
    ) -> Mapping[str, Any]:
        from dagnb.config.mapping import ConfigMapping

        definition = node.definition
        if definition.config_mapping is not None:
            config = definition.config_mapping.resolve(config)
        mapping = ConfigMapping(
            inner, config_fn, {}, outer=f"composite solid {handle}", inner_name=f"the solids in {handle}"
        )
        made: Mapping[str, Any] = mapping.resolve(config)
        return made

    def hand_in(self) -> None:
        """Give what the document says for composites' inputs to the solids in them."""
        for (handle, input_name), unfed in self._pipeline.flat.unfed.items():
            value = self._composite_inputs.get((unfed.composite, unfed.input_name), MISSING)
            if value is not MISSING and handle in self._selected:
                self.inputs.setdefault(handle, {})[input_name] = value


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
    validator = run_config_validator(pipeline, mode, nodes, given)
    resolved = validator.validate(given, subject=f"run config of {pipeline.name}")
    reading = _Reading(pipeline, pipeline.flat.nodes if nodes is None else nodes)
    reading.level("", pipeline.nodes, resolved["solids"])
    reading.hand_in()
    return ResolvedRunConfig(
        document=resolved,
        solids=reading.solids,
        inputs=reading.inputs,
        resources=_resource_configs(pipeline, mode, reading.nodes, resolved["resources"]),
        loggers={
            name: (loggers_of(mode, given)[name], loggers_of(mode, given)[name].inner_config(entry.get("config")))
            for name, entry in resolved.get("loggers", {}).items()
        },
        executor=_chosen_executor(executors_of(mode, given), resolved.get("execution")),
    )


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
    if first.config_node is None:
        return first, first.inner_config()
    from dagnb.config import compile_schema

    return first, first.inner_config(compile_schema(first.config_node).validate({}, subject=f"executor {first.name}"))


def _unwrap(kind: DagnbType, value: Any) -> Any:
    if kind.loader is None and isinstance(value, Mapping) and set(value) == {"value"}:
        return value["value"]
    return value
