"""Remove from a document what its schema does not know."""

from __future__ import annotations

from typing import Any

from dagnb.config.models import outline
from dagnb.config.schema import (
    ArrayNode,
    MapNode,
    ModelNode,
    NoneableNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
)
from dagnb.config.variants import discriminator_of, prune_flat

__all__ = ["prune"]


def prune(node: SchemaNode, value: Any) -> Any:  # noqa: PLR0911 - one branch a kind of node
    """Return a copy of `value` without the fields that `node` does not have; nothing else is changed.

    >>> from dagnb.config import resolve_schema
    >>> prune(resolve_schema({"a": {"b": int}}), {"a": {"b": 1, "old": 2}, "gone": 3})
    {'a': {'b': 1}}
    """
    match node:
        case NoneableNode(inner):
            return prune(inner, value)
        case ModelNode() if isinstance(value, dict) and _is_flat(node, value):
            return prune_flat(node, outline(node), value, prune)
        case ModelNode():
            return prune(outline(node), value) if isinstance(value, dict) else value
        case ScalarUnionNode(_, non_scalar) if isinstance(value, (dict, list)):
            return prune(non_scalar, value)
        case ArrayNode(item) if isinstance(value, list):
            return [prune(item, part) for part in value]
        case MapNode(_, inner) if isinstance(value, dict):
            return {key: prune(inner, part) for key, part in value.items()}
        case ShapeNode(fields, allows_extra) if isinstance(value, dict):
            return {
                key: prune(fields[key].node, part) if key in fields else part
                for key, part in value.items()
                if key in fields or allows_extra
            }
        case SelectorNode(fields) if isinstance(value, dict):
            return {key: prune(fields[key].node, part) for key, part in value.items() if key in fields}
        case _:
            return value


def _is_flat(node: ModelNode, value: dict[str, Any]) -> bool:
    name = discriminator_of(node.model)
    return name is not None and name in value
