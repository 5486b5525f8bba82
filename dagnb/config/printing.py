"""Print a schema as a compact type."""

from __future__ import annotations

from dagnb.config.schema import (
    ArrayNode,
    EnumNode,
    FieldNode,
    MapNode,
    ModelNode,
    NoneableNode,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
)
from dagnb.config.wording import write_scalar

__all__ = ["print_schema"]


def print_schema(node: SchemaNode) -> str:  # noqa: C901, PLR0911 - one branch a kind of node
    """Return the compact type: ``?`` after a key means optional, after a type nullable; ``[T]`` a list.

    >>> from dagnb.config import Field, Noneable, resolve_schema
    >>> print_schema(resolve_schema({"a": int, "b": Field(str, is_required=False), "c": Noneable([int])}))
    '{ a: Int b?: String c: [Int]? }'
    """
    match node:
        case ScalarNode(kind):
            return kind.value
        case SourceNode(kind):
            return f"{kind.value}Source"
        case NoneableNode(inner):
            printed = print_schema(inner)
            return f"({printed})?" if _is_union(inner) else f"{printed}?"
        case ArrayNode(item):
            return f"[{print_schema(item)}]"
        case MapNode(key, value, label):
            return f"{{ [{label or print_schema(key)}]: {print_schema(value)} }}"
        case EnumNode(_, choices):
            return f"({' | '.join(write_scalar(choice.config_value) for choice in choices)})"
        case SelectorNode(fields):
            return f"{{ {' | '.join(_print_field(*item) for item in fields.items())} }}"
        case ScalarUnionNode(scalar, non_scalar):
            return f"{print_schema(scalar)} | {print_schema(non_scalar)}"
        case ShapeNode(fields, allows_extra):
            parts = [_print_field(*item) for item in fields.items()] + ["..."] * allows_extra
            return f"{{ {' '.join(parts)} }}" if parts else "{}"
        case ModelNode(_, name):
            return name


def _is_union(node: SchemaNode) -> bool:
    return isinstance(node, ScalarUnionNode) or (isinstance(node, ModelNode) and " | " in node.name)


def _print_field(name: str, field: FieldNode) -> str:
    return f"{name}{'' if field.is_required else '?'}: {print_schema(field.node)}"
