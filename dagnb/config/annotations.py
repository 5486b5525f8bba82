"""Config types written as Python annotations, python enums, pydantic models and dataclasses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import pathlib
import sys
import types
import typing
import uuid
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

from dagnb.config.errors import ConfigPath, DagnbInvalidConfigDefinitionError
from dagnb.config.schema import (
    MISSING,
    NO_LIMITS,
    ArrayNode,
    Choice,
    EnumNode,
    FieldNode,
    Limits,
    MapNode,
    ModelNode,
    NoneableNode,
    ScalarKind,
    ScalarNode,
    SchemaNode,
    is_defaultable,
)

__all__ = ["resolve_annotation"]

_PYDANTIC_READS = (
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    decimal.Decimal,
    pathlib.Path,
    uuid.UUID,
)
_LIMIT_NAMES = Limits.__match_args__
_EXPECTED = "a config type: int, float, bool, str, a dict, [inner], Noneable, Enum, a pydantic model ..."
_INSTEAD: dict[Any, str] = {
    set: "write [inner]: config has lists, not sets",
    frozenset: "write [inner]: config has lists, not sets",
    tuple: "write [inner], or a dict with one field for each position",
    bytes: "write str",
    None: "write Noneable(...) around the type that may be null",
    type(None): "write Noneable(...) around the type that may be null",
}


def resolve_annotation(annotation: Any, path: ConfigPath) -> FieldNode:
    """Return the field that an annotation means, with the default and description it carries.

    Raises:
        DagnbInvalidConfigDefinitionError: nothing in config can be of this type.
    """
    origin = typing.get_origin(annotation)
    if hasattr(annotation, "__metadata__"):
        return _resolve_annotated(annotation, path)
    node = _resolve_class(annotation, path) if origin is None else None
    if node is None:
        node = _resolve_generic(annotation, origin, path)
    if node is None:
        raise _refuse(annotation, origin, path)
    if is_defaultable(node):
        return FieldNode(node, is_required=False, default={})
    return FieldNode(node)


def _inner(annotation: Any, path: ConfigPath) -> SchemaNode:
    from dagnb.config.resolve import resolve_schema

    return resolve_schema(annotation, path=path)


def _resolve_class(cls: Any, path: ConfigPath) -> SchemaNode | None:
    if cls in (list, Sequence, typing.List):  # noqa: UP006 - users still write it
        return ArrayNode(ScalarNode(ScalarKind.ANY))
    if cls in (dict, Mapping, typing.Dict):  # noqa: UP006 - users still write it
        return _inner(dict, path)
    if not isinstance(cls, type):
        return None
    if issubclass(cls, enum.Enum):
        return _resolve_enum(cls)
    if issubclass(cls, _PYDANTIC_READS) or _is_model(cls):
        return ModelNode(cls, cls.__name__)
    return None


def _is_model(cls: type) -> bool:
    if dataclasses.is_dataclass(cls):
        return True
    # A pydantic model can only exist when pydantic is imported already.
    pydantic = sys.modules.get("pydantic")
    return (pydantic is not None and issubclass(cls, pydantic.BaseModel)) or hasattr(
        cls, "__get_pydantic_core_schema__"
    )


def _resolve_enum(cls: type[enum.Enum]) -> EnumNode:
    # A StrEnum is its text, as JSON and pydantic have it; other members are known by name.
    by_value = issubclass(cls, str)
    choices = (Choice(str(m.value) if by_value else m.name, m) for m in cls)
    return EnumNode(cls.__name__, tuple(choices))


def _resolve_generic(annotation: Any, origin: Any, path: ConfigPath) -> SchemaNode | None:
    arguments = typing.get_args(annotation)
    if origin is typing.Literal:
        return EnumNode("Literal", tuple(Choice(value, value) for value in arguments))
    if origin in (typing.Union, types.UnionType):
        return _resolve_union(arguments, path)
    if origin in (list, Sequence, MutableSequence):
        return ArrayNode(_inner(arguments[0], path))
    if origin in (dict, Mapping, MutableMapping):
        key = _inner(arguments[0], path)
        return MapNode(key, _inner(arguments[1], path)) if isinstance(key, ScalarNode) else None
    if isinstance(origin, type) and _is_model(origin):
        return ModelNode(annotation, str(annotation))
    return None


def _resolve_union(arguments: tuple[Any, ...], path: ConfigPath) -> SchemaNode | None:
    others = [argument for argument in arguments if argument is not type(None)]
    if len(others) != 1 or len(others) == len(arguments):
        return None
    return NoneableNode(_inner(others[0], path))


def _refuse(annotation: Any, origin: Any, path: ConfigPath) -> DagnbInvalidConfigDefinitionError:
    try:
        hint = _INSTEAD.get(origin or annotation)
    except TypeError:
        hint = None
    if origin in (typing.Union, types.UnionType):
        hint = "write ScalarUnion(scalar, structured), Selector, or a pydantic model"
    got = f"the type {_name(annotation)}"
    if hint is None and not isinstance(annotation, type) and origin is None:
        got = f"the value {annotation!r}"
        if isinstance(annotation, (bool, int, float, str)):
            hint = f"for a default write Field({type(annotation).__name__}, default_value={annotation!r})"
    return DagnbInvalidConfigDefinitionError(path, got=got, expected=_EXPECTED, hint=hint)


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _resolve_annotated(annotation: Any, path: ConfigPath) -> FieldNode:
    from dagnb.config.resolve import resolve_field

    inner = resolve_field(annotation.__origin__, path=path)
    metadata = [part for item in annotation.__metadata__ for part in _parts(item)]
    limits: dict[str, Any] = {}
    description, default = inner.description, inner.default
    node: SchemaNode | None = inner.node
    for part in metadata:
        if isinstance(part, str):
            description = part
        elif _is_pydantic_field(part):
            description = part.description or description
            default = MISSING if part.is_required() or part.default_factory else part.default
        elif type(part).__module__.partition(".")[0] in ("pydantic", "annotated_types"):
            found = _limits(part)
            node = node if found else None
            limits |= found
    node = _with_limits(node, limits) if node is not None else None
    if node is None:
        # A validator that only pydantic can run: the whole annotation becomes a leaf.
        node = ModelNode(annotation, _name(annotation.__origin__))
    if default is not MISSING and default is not inner.default:
        from dagnb.config.defaults import check_default

        check_default(node, default)
    required = inner.is_required and default is MISSING
    return FieldNode(node, is_required=required, default=default, description=description)


def _is_pydantic_field(part: Any) -> bool:
    return type(part).__module__ == "pydantic.fields" and type(part).__name__ == "FieldInfo"


def _parts(item: Any) -> list[Any]:
    if _is_pydantic_field(item):
        return [item, *item.metadata]
    # annotated_types groups (Interval, Len) unpack into single bounds.
    return list(item) if getattr(item, "__is_annotated_types_grouped_metadata__", False) else [item]


def _limits(part: Any) -> dict[str, Any]:
    """Return the bounds that one piece of metadata sets; empty when it says something else."""
    stated = {name: getattr(part, name, None) for name in _LIMIT_NAMES}
    pattern = stated["pattern"]
    if pattern is not None and not isinstance(pattern, str):
        stated["pattern"] = pattern.pattern
    return {name: value for name, value in stated.items() if value is not None}


def _with_limits(node: SchemaNode, limits: dict[str, Any]) -> SchemaNode | None:
    if not limits:
        return node
    if isinstance(node, NoneableNode):
        inner = _with_limits(node.inner, limits)
        return None if inner is None else NoneableNode(inner)
    if isinstance(node, ArrayNode) and limits.keys() <= {"min_length", "max_length"}:
        return ArrayNode(node.item, Limits(**limits))
    if isinstance(node, ScalarNode) and node.limits == NO_LIMITS and _fits(node.kind, limits):
        return ScalarNode(node.kind, Limits(**limits))
    return None


def _fits(kind: ScalarKind, limits: dict[str, Any]) -> bool:
    if kind is ScalarKind.STRING:
        return limits.keys() <= {"min_length", "max_length", "pattern"}
    numbers = {"ge", "gt", "le", "lt", "multiple_of"}
    return kind in (ScalarKind.INT, ScalarKind.FLOAT) and limits.keys() <= numbers
