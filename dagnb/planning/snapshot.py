"""Snapshots: a pipeline as a JSON document, so that a run can be read when its definitions are gone."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from weakref import WeakKeyDictionary

from dagnb.contracts.records import Snapshot
from dagnb.definitions.graph import Node
from dagnb.definitions.pipeline import PipelineDefinition

SNAPSHOT_VERSION = 2
_SOURCE_LIMIT = 20_000

_kept: WeakKeyDictionary[PipelineDefinition, Snapshot] = WeakKeyDictionary()


def _fingerprint(node: Node) -> str | None:
    try:
        return node.definition.code_version
    except OSError:  # a notebook that is gone by now
        return None


def _schema_text(node: Node) -> str:
    if node.definition.config_node is None:
        return ""
    from dagnb.config import print_schema

    return print_schema(node.definition.config_node)


def _node_document(node: Node) -> dict[str, Any]:
    definition = node.definition
    return {
        "name": node.name,
        "solid": definition.name,
        "kind": definition.body.kind,
        "badge": definition.kind,
        "description": definition.description or "",
        "inputs": [
            {
                "name": each.name,
                "type": each.type.name,
                "description": each.description or "",
                "has_default": each.has_default,
                "sources": [[source.node, source.output] for key, source in node.connections() if key == each.name],
                "is_fan_in": isinstance(node.inputs.get(each.name), tuple),
            }
            for each in definition.inputs.values()
        ],
        "outputs": [
            {
                "name": each.name,
                "type": each.type.name,
                "label": each.type.display_name,
                "description": each.description or "",
                "is_required": each.is_required,
                "is_dynamic": each.is_dynamic,
            }
            for each in definition.outputs.values()
        ],
        "schema": _schema_text(node),
        "resources": sorted(definition.required_resource_keys),
        "tags": {**definition.tags, **node.tags},
        "code_version": _fingerprint(node),
        "source": definition.body.source[:_SOURCE_LIMIT],
    }


def _source(pipeline: PipelineDefinition, handle: str, output: str) -> list[Any]:
    """Return which output of which solid that computes one of a composite is, and how often it is collected."""
    origin = pipeline.flat.origin(handle, output)
    return [origin.node, origin.output, origin.collect]


def _composite_document(pipeline: PipelineDefinition, handle: str, node: Node) -> dict[str, Any]:
    definition = node.definition
    return {
        "name": handle,
        "solid": definition.name,
        "description": definition.description or "",
        "inputs": [{"name": each.name, "type": each.type.name} for each in definition.inputs.values()],
        "outputs": [
            {"name": name, "type": each.type.name, "source": _source(pipeline, handle, name)}
            for name, each in definition.outputs.items()
        ],
        "schema": _schema_text(node),
        "tags": {**definition.tags, **node.tags},
    }


def snapshot_of(pipeline: PipelineDefinition) -> Snapshot:
    """Return the pipeline as a document, by its hash; made once per definition.

    >>> from dagnb.definitions import compose_pipeline, lambda_solid
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> json.loads(snapshot_of(compose_pipeline(lambda: one(), name="p")).document)["name"]
    'p'
    """
    found = _kept.get(pipeline)
    if found is None:
        document = json.dumps(
            {
                "version": SNAPSHOT_VERSION,
                "name": pipeline.name,
                "description": pipeline.description or "",
                "modes": {name: sorted(mode.resource_defs) for name, mode in pipeline.modes.items()},
                "presets": list(pipeline.presets),
                "tags": pipeline.tags,
                "nodes": [_node_document(node) for node in pipeline.flat.nodes.values()],
                "composites": [_composite_document(pipeline, *item) for item in pipeline.flat.composites.items()],
                "mapped": {name: list(map(list, scope)) for name, scope in pipeline.flat.scopes.items()},
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        digest = hashlib.sha256(document.encode()).hexdigest()
        found = _kept[pipeline] = Snapshot(snapshot_id=digest, document=document)
    return found
