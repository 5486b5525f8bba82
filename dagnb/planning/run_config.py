"""The run config: one document for a pipeline in a mode, its schema, and what it says once it is checked."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from dagnb.config.schema import (
    Choice,
    EnumNode,
    FieldNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    ShapeNode,
    is_defaultable,
)
from dagnb.definitions.graph import Node
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.planning.other_modes import ModeValidator
from dagnb.types import Any as AnyType, Bool, Float, Int, String

if TYPE_CHECKING:
    from dagnb.config.validate import Validator
    from dagnb.definitions.mode import ModeDefinition

_KINDS = {
    AnyType: ScalarKind.ANY,
    Bool: ScalarKind.BOOL,
    Float: ScalarKind.FLOAT,
    Int: ScalarKind.INT,
    String: ScalarKind.STRING,
}
_LEVEL = EnumNode("LogLevel", tuple(Choice(each, each) for each in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")))
_LOG_LEVELS = ShapeNode(
    {"log_level": FieldNode(_LEVEL, is_required=False, default="INFO", description="The lowest level that is written.")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRunConfig:
    """A run config that was checked: what each solid and each resource gets, defaults filled in.

    `document` is the whole, resolved; `inputs` holds the values that the document gives to inputs.
    """

    document: Mapping[str, Any]
    solids: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)


def _optional(node: SchemaNode, description: str | None = None) -> FieldNode:
    if is_defaultable(node):
        return FieldNode(node, is_required=False, default={}, description=description)
    return FieldNode(node, is_required=True, description=description)


def _input_node(node: Node, name: str) -> FieldNode:
    kind = node.definition.inputs[name].type
    if kind.loader is not None:
        from dagnb.config import resolve_schema

        return FieldNode(resolve_schema(kind.loader.config_schema))
    scalar = ScalarNode(_KINDS[kind])
    return FieldNode(ScalarUnionNode(scalar, ShapeNode({"value": FieldNode(scalar)})))


def config_inputs(node: Node, connected: Container[str]) -> dict[str, bool]:
    """Return the inputs that the document may give, and whether it must: loadable ones that nothing feeds."""
    return {
        name: not definition.has_default
        for name, definition in node.definition.inputs.items()
        if name not in connected and definition.is_loadable
    }


def _solid_node(node: Node, connected: Container[str]) -> ShapeNode:
    fields: dict[str, FieldNode] = {}
    if node.definition.config_node is not None:
        fields["config"] = _optional(node.definition.config_node)
    inputs = config_inputs(node, connected)
    if inputs:
        shape = {}
        for name, is_required in inputs.items():
            made = _input_node(node, name)
            shape[name] = made if is_required else FieldNode(made.node, is_required=False)
        fields["inputs"] = _optional(ShapeNode(shape))
    return ShapeNode(fields)


def run_config_node(pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Mapping[str, Node]) -> ShapeNode:
    """Return the schema of the run config document for these nodes of the pipeline, in this mode."""
    is_whole = nodes is pipeline.nodes  # then no connection leads out of it
    solids = {
        name: _optional(_solid_node(node, node.inputs if is_whole else _connected(node, nodes)))
        for name, node in nodes.items()
    }
    for name in pipeline.nodes.keys() - nodes.keys():  # a document for the whole pipeline fits every part of it
        solids[name] = FieldNode(ShapeNode({}, allows_extra=True), is_required=False)
    resources = {
        key: _optional(ShapeNode({} if made.config_node is None else {"config": _optional(made.config_node)}))
        for key, made in mode.resource_defs.items()
    }
    executors = ShapeNode({"in_process": FieldNode(ShapeNode({}, allows_extra=True), is_required=False)})
    loggers = ShapeNode({"console": FieldNode(ShapeNode({"config": _optional(_LOG_LEVELS)}), is_required=False)})
    return ShapeNode(
        {
            "solids": _optional(ShapeNode(solids)),
            "resources": _optional(ShapeNode(resources)),
            "execution": FieldNode(executors, is_required=False),
            "loggers": FieldNode(loggers, is_required=False),
        }
    )


def _connected(node: Node, nodes: Mapping[str, Node]) -> set[str]:
    return {name for name, connection in node.connections() if connection.node in nodes}


_Key = tuple[str, frozenset[tuple[str, frozenset[str]]] | None]
_validators: WeakKeyDictionary[PipelineDefinition, dict[_Key, Validator]] = WeakKeyDictionary()


def _shape(nodes: Mapping[str, Node]) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((name, frozenset(_connected(node, nodes))) for name, node in nodes.items())


def run_config_validator(
    pipeline: PipelineDefinition, mode: ModeDefinition, nodes: Mapping[str, Node] | None = None
) -> Validator:
    """Return the one validator of the pipeline's run config, compiled at its first use and kept."""
    key = (mode.name, None if nodes is None or nodes is pipeline.nodes else _shape(nodes))
    kept = _validators.setdefault(pipeline, {})
    found = kept.get(key)
    if found is None:
        found = kept[key] = ModeValidator(
            run_config_node(pipeline, mode, nodes or pipeline.nodes), mode.name, pipeline.modes
        )
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
        nodes: the part of the pipeline that will run (default: all of it).

    Raises:
        DagnbConfigError: with every problem and its path.
    """
    chosen = nodes or pipeline.nodes
    resolved = run_config_validator(pipeline, mode, nodes).validate(
        {} if document is None else document, subject=f"run config of {pipeline.name}"
    )
    solids = resolved["solids"]
    inputs = {
        name: {key: _unwrap(chosen[name], key, value) for key, value in entry["inputs"].items()}
        for name, entry in solids.items()
        if name in chosen and entry.get("inputs")
    }
    return ResolvedRunConfig(
        document=resolved,
        solids={name: entry["config"] for name, entry in solids.items() if name in chosen and "config" in entry},
        inputs=inputs,
        resources={key: entry["config"] for key, entry in resolved["resources"].items() if "config" in entry},
    )


def _unwrap(node: Node, name: str, value: Any) -> Any:
    kind = node.definition.inputs[name].type
    if kind.loader is None and isinstance(value, Mapping) and set(value) == {"value"}:
        return value["value"]
    return value
