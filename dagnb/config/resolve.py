"""Turn any form of config schema that users write into nodes of the schema tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagnb.config.errors import ConfigPath, DagnbInvalidConfigDefinitionError
from dagnb.config.fields import ConfigType, Field
from dagnb.config.schema import (
    MISSING,
    ArrayNode,
    EnumNode,
    FieldNode,
    MapNode,
    ModelNode,
    NoneableNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
    is_defaultable,
)

__all__ = ["resolve_field", "resolve_fields", "resolve_schema"]

_NODES = (
    ScalarNode,
    SourceNode,
    ArrayNode,
    NoneableNode,
    EnumNode,
    ShapeNode,
    SelectorNode,
    MapNode,
    ScalarUnionNode,
    ModelNode,
)
_SCALARS: dict[Any, SchemaNode] = {
    Any: ScalarNode(ScalarKind.ANY),
    object: ScalarNode(ScalarKind.ANY),
    bool: ScalarNode(ScalarKind.BOOL),
    int: ScalarNode(ScalarKind.INT),
    float: ScalarNode(ScalarKind.FLOAT),
    str: ScalarNode(ScalarKind.STRING),
    dict: ShapeNode({}, allows_extra=True),
    list: ArrayNode(ScalarNode(ScalarKind.ANY)),
}


def resolve_schema(schema: object, *, path: ConfigPath = ()) -> SchemaNode:
    """Return the node that `schema` means.

    Args:
        schema: a python scalar type, a dict (a shape), ``[inner]``, a type of this package (`Shape`,
            `Noneable`, ...), an annotation (``int | None``, ``list[int]``, ``Literal["a", "b"]``,
            ``Annotated[int, pydantic.Field(ge=2)]``), a python enum, a pydantic model, a dataclass,
            a TypedDict, a `Field` (its type is taken), or a node.
        path: the fields that lead here, for error messages.

    Raises:
        DagnbInvalidConfigDefinitionError: `schema` is none of these.

    >>> resolve_schema({"folds": int})
    ShapeNode(fields={'folds': FieldNode(node=ScalarNode(kind=<ScalarKind.INT: 'Int'>, ...
    """
    try:
        return _resolve(schema, path)
    except DagnbInvalidConfigDefinitionError as error:
        error.original_root = schema
        raise


def _resolve(schema: object, path: ConfigPath) -> SchemaNode:  # noqa: PLR0911 - one return a form
    if isinstance(schema, _NODES):
        return schema
    if isinstance(schema, ConfigType):
        return schema.node
    if isinstance(schema, Field):
        return schema.field_node.node
    if isinstance(schema, Mapping):
        return ShapeNode(resolve_fields(schema, path))
    if isinstance(schema, list):
        return ArrayNode(resolve_schema(_only_item(schema, path), path=path))
    try:
        known = _SCALARS.get(schema)
    except TypeError:
        known = None
    if known is not None:
        return known
    from dagnb.config.annotations import resolve_annotation

    return resolve_annotation(schema, path).node


def resolve_field(schema: object, *, path: ConfigPath = ()) -> FieldNode:
    """Return the field that `schema` means: a `Field` as it is, anything else as `Field(schema)`.

    Defaults and descriptions inside ``Annotated[...]`` are kept.

    Raises:
        DagnbInvalidConfigDefinitionError: `schema` is no config schema.
    """
    if isinstance(schema, Field):
        return schema.field_node
    if isinstance(schema, FieldNode):
        return schema
    if hasattr(schema, "__metadata__"):
        from dagnb.config.annotations import resolve_annotation

        try:
            return resolve_annotation(schema, path)
        except DagnbInvalidConfigDefinitionError as error:
            error.original_root = schema
            raise
    node = resolve_schema(schema, path=path)
    if is_defaultable(node):
        return FieldNode(node, is_required=False, default={})
    return FieldNode(node, default=MISSING)


def resolve_fields(fields: Mapping[Any, Any], path: ConfigPath) -> dict[str, FieldNode]:
    """Return the fields of a shape or selector by name."""
    nodes: dict[str, FieldNode] = {}
    for name, schema in fields.items():
        if not isinstance(name, str):
            from dagnb.config.refusals import refuse_name

            raise refuse_name(name, fields, path)
        nodes[name] = resolve_field(schema, path=(*path, name))
    return nodes


def _only_item(schema: list[Any], path: ConfigPath) -> object:
    if len(schema) != 1:
        from dagnb.config.refusals import refuse_list

        raise refuse_list(schema, path)
    return schema[0]
