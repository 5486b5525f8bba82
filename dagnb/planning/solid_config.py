"""What the run config says of solids: their config, inputs and outputs, composites opened level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dagnb.config.schema import ArrayNode, FieldNode, SchemaNode, ShapeNode, is_defaultable
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.flat import FlatGraph
from dagnb.definitions.graph import Connection, Node
from dagnb.definitions.ports import MISSING, InputDefinition, OutputDefinition

if TYPE_CHECKING:
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.types import DagnbType


class Materializing(NamedTuple):
    """Write an output of a solid where the run config says; `kind` is the type whose materializer does it."""

    output: str
    kind: DagnbType
    config: Any


def optional(node: SchemaNode, description: str | None = None) -> FieldNode:
    """Return a field that may be left out when everything in it may."""
    if is_defaultable(node):
        return FieldNode(node, is_required=False, default={}, description=description)
    return FieldNode(node, is_required=True, description=description)


def _inputs_node(definitions: Iterable[InputDefinition]) -> FieldNode | None:
    """Return the schema of the inputs that the document may give: loadable ones that nothing feeds."""
    shape: dict[str, FieldNode] = {}
    for definition in definitions:
        if definition.type.loader is not None:
            node = _schema_of(definition.type.loader)
            shape[definition.name] = FieldNode(
                node, is_required=not definition.has_default, description=definition.description
            )
    return optional(ShapeNode(shape)) if shape else None


@lru_cache(maxsize=1024)
def _schema_of(part: Any) -> SchemaNode:
    from dagnb.config import resolve_schema

    return resolve_schema(part.config_schema)


def _outputs_node(definitions: Iterable[OutputDefinition]) -> FieldNode | None:
    """Return the schema of a list of ``{output: materializer's config}``."""
    shape = {
        definition.name: FieldNode(
            _schema_of(definition.type.materializer), is_required=False, description=definition.description
        )
        for definition in definitions
        if definition.type.materializer is not None
    }
    if not shape:
        return None
    return FieldNode(ArrayNode(ShapeNode(shape)), is_required=False, description="Where to write outputs to.")


class SolidsSchema:
    """Build the schema of the document's `solids`, for the selected solids of a pipeline.

    Args:
        flat: the pipeline's flat graph.
        selected: those of its nodes that will run.
        with_outputs: False to leave out where outputs are written to, which few documents say.
    """

    def __init__(self, flat: FlatGraph, selected: Mapping[str, Node], *, with_outputs: bool = True) -> None:
        self._flat = flat
        self._selected = selected
        self._with_outputs = with_outputs
        self._is_whole = selected is flat.nodes  # then no connection leads out of it
        self._unfed: dict[str, set[str]] = {}
        for (inner, name), unfed in flat.unfed.items():
            if inner in selected and name not in selected[inner].inputs:
                self._unfed.setdefault(unfed.composite, set()).add(unfed.input_name)

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
            fields[name] = optional(made) if made else FieldNode(ShapeNode({}, allows_extra=True), is_required=False)
        return ShapeNode(fields)

    def _solid(self, handle: str, node: Node) -> ShapeNode:
        fields: dict[str, FieldNode] = {}
        if node.definition.config_field is not None:
            fields["config"] = node.definition.config_field
        chosen = self._selected[handle]
        fed = chosen.inputs if self._is_whole else connected(chosen, self._selected)
        unfed = self._flat.unfed
        inputs = _inputs_node(
            definition
            for name, definition in node.definition.inputs.items()
            if name not in fed and (not unfed or (handle, name) not in unfed)
        )
        if inputs is not None:
            fields["inputs"] = inputs
        if self._with_outputs:
            self._add_outputs(fields, handle, node)
        return ShapeNode(fields)

    def _composite(self, handle: str, node: Node, body: CompositeBody) -> ShapeNode:
        fields: dict[str, FieldNode] = {}
        own = self._unfed.get(handle, ())
        inputs = _inputs_node(definition for name, definition in node.definition.inputs.items() if name in own)
        if inputs is not None:
            fields["inputs"] = inputs
        if node.definition.config_field is not None:
            fields["config"] = node.definition.config_field
        if body.config_fn is None:
            fields["solids"] = optional(self.solids(f"{handle}.", body.nodes))
        if self._with_outputs:
            self._add_outputs(fields, handle, node)
        return ShapeNode(fields)

    def _add_outputs(self, fields: dict[str, FieldNode], handle: str, node: Node) -> None:
        outputs = _outputs_node(self._single(handle, node))
        if outputs is not None:
            fields["outputs"] = outputs

    def _single(self, handle: str, node: Node) -> Iterator[OutputDefinition]:
        """Yield the outputs that have one value in a run, which a step that will run gives."""
        for name, definition in node.definition.outputs.items():
            source = self._flat.origin(handle, name)
            if source.node in self._selected and not source.collect and not self._flat.item_scope(source):
                yield definition


def connected(node: Node, nodes: Mapping[str, Node]) -> frozenset[str]:
    """Return the inputs of a node that one of the nodes feeds."""
    return frozenset(name for name, source in node.connections() if source.node in nodes)


class SolidsReading:
    """Take out of a checked document what each of the selected solids gets, by the handles of the flat graph.

    Attributes:
        solids: the config of each.
        inputs: for each, what the document gives to its inputs, as its loaders take it.
        outputs: for each, where its outputs are written to.
    """

    def __init__(self, flat: FlatGraph, selected: Mapping[str, Node]) -> None:
        self._flat = flat
        self._selected = selected
        self.solids: dict[str, Any] = {}
        self.inputs: dict[str, dict[str, Any]] = {}
        self.outputs: dict[str, list[Materializing]] = {}
        self._composite_inputs: dict[tuple[str, str], Any] = {}

    def read(self, pipeline: PipelineDefinition, document: Mapping[str, Any]) -> None:
        """Read what the document says of the solids of the pipeline, and of all that are in them.

        Raises:
            DagnbConfigMappingError: a function that makes config out of config raised, or made a wrong one.
        """
        entries = document["solids"]
        if pipeline.config_fn is not None and pipeline.config_node is not None:
            inner = SolidsSchema(self._flat, self._selected).solids("", pipeline.nodes)
            entries = _mapped(
                pipeline.config_fn, pipeline.config_node, inner, f"pipeline {pipeline.name}", document.get("config")
            )
        self._level("", pipeline.nodes, entries)
        for (handle, input_name), unfed in self._flat.unfed.items():
            value = self._composite_inputs.get((unfed.composite, unfed.input_name), MISSING)
            if value is not MISSING and handle in self._selected:
                self.inputs.setdefault(handle, {})[input_name] = value

    def _level(self, prefix: str, nodes: Mapping[str, Node], entries: Mapping[str, Any]) -> None:
        for name, node in nodes.items():
            handle = prefix + name
            entry = entries.get(name) or {}
            body = node.definition.body
            if isinstance(body, CompositeBody):
                self._composite(handle, node, body, entry)
            elif handle in self._selected:
                self._solid(handle, node, entry)

    def _solid(self, handle: str, node: Node, entry: Mapping[str, Any]) -> None:
        config = entry.get("config")
        if node.definition.config_mapping is not None:
            config = node.definition.config_mapping.resolve(config)
        if config is not None or "config" in entry:
            self.solids[handle] = config
        if entry.get("inputs"):
            self.inputs[handle] = dict(entry["inputs"])
        if entry.get("outputs"):
            self._outputs(handle, node, entry["outputs"])

    def _composite(self, handle: str, node: Node, body: CompositeBody, entry: Mapping[str, Any]) -> None:
        for key, value in (entry.get("inputs") or {}).items():
            self._composite_inputs[handle, key] = value
        if entry.get("outputs"):
            self._outputs(handle, node, entry["outputs"])
        if body.config_fn is None:
            children = entry.get("solids") or {}
        elif any(each in self._selected for each in self._flat.inside(handle)):
            inner = SolidsSchema(self._flat, self._selected, with_outputs=False).solids(f"{handle}.", body.nodes)
            config, mapping = entry.get("config"), node.definition.config_mapping
            config = config if mapping is None else mapping.resolve(config)
            own = ShapeNode({}) if body.config_node is None else body.config_node
            children = _mapped(body.config_fn, own, inner, f"composite solid {handle}", config)
        else:
            children = {}
        self._level(f"{handle}.", body.nodes, children)

    def _outputs(self, handle: str, node: Node, entries: Iterable[Mapping[str, Any]]) -> None:
        for entry in entries:
            for name, config in entry.items():
                source: Connection = self._flat.origin(handle, name)
                kind = node.definition.outputs[name].type
                self.outputs.setdefault(source.node, []).append(Materializing(source.output, kind, config))


def _mapped(
    config_fn: Callable[[Any], Any], own: SchemaNode, inner: ShapeNode, outer: str, config: Any
) -> Mapping[str, Any]:
    from dagnb.config.mapping import ConfigMapping

    of = outer.rpartition(" ")[2]
    mapping = ConfigMapping(inner, config_fn, own, outer=outer, inner_name=f"the solids in {of}")
    made: Mapping[str, Any] = mapping.resolve(config)
    return made


def says_outputs(entries: Any) -> bool:
    """Tell whether a document, not checked yet, says of any solid where its outputs are written to."""
    if not isinstance(entries, Mapping):
        return False
    return any(
        isinstance(entry, Mapping) and ("outputs" in entry or ("solids" in entry and says_outputs(entry["solids"])))
        for entry in entries.values()
    )


__all__ = ["Materializing", "SolidsReading", "SolidsSchema", "connected", "optional", "says_outputs"]
