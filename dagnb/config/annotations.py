"""Config types written as Python annotations, python enums, pydantic models and dataclasses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import inspect
import pathlib
import sys
import types
import typing
import uuid
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from contextvars import ContextVar
from typing import Any, TypeVar

from dagnb.config.errors import ConfigPath, DagnbInvalidConfigDefinitionError
from dagnb.config.refusals import is_value_type, refuse
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
    ShapeNode,
    is_defaultable,
)
from dagnb.config.variants import union_of

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
_T = TypeVar("_T")
# The aliases and TypedDicts that are being resolved, outermost first.
_above: ContextVar[tuple[Any, ...]] = ContextVar("_above", default=())
_BY_SYMBOL = {kind.value: ScalarNode(kind) for kind in ScalarKind}
_READ_ONLY = (typing.ReadOnly,) if hasattr(typing, "ReadOnly") else ()
_LIMIT_NAMES = Limits.__match_args__


def resolve_annotation(annotation: Any, path: ConfigPath) -> FieldNode:
    """Return the field that an annotation means, with the default and description it carries.

    Raises:
        DagnbInvalidConfigDefinitionError: nothing in config can be of this type.
    """
    from dagnb.config.resolve import resolve_field

    if hasattr(annotation, "__metadata__"):
        return _resolve_annotated(annotation, path)
    meant = _unwrap(annotation)
    if meant is not annotation:
        return _resolve_once(annotation, path, lambda: resolve_field(meant, path=path))
    origin = typing.get_origin(annotation)
    node = _resolve_class(annotation, path) if origin is None else None
    if node is None:
        node = _resolve_generic(annotation, origin, path)
    if node is None:
        raise refuse(annotation, path)
    if is_defaultable(node):
        return FieldNode(node, is_required=False, default={})
    return FieldNode(node)


def _resolve_once(annotation: Any, path: ConfigPath, resolve: Callable[[], _T]) -> _T:
    """Resolve an alias or a TypedDict, unless it stands in itself: the schema tree is finite."""
    above = _above.get()
    if any(annotation is other for other in above):
        name = getattr(annotation, "__name__", annotation)
        raise DagnbInvalidConfigDefinitionError(
            path,
            got=f"the type {name}, which contains itself",
            expected="a type that ends",
            hint=f"make {name} a pydantic model; those may contain themselves",
            current_value=annotation,
        )
    token = _above.set((*above, annotation))
    try:
        return resolve()
    finally:
        _above.reset(token)


def _unwrap(annotation: Any) -> Any:
    """Return what an alias or a NewType stands for, and the class of a bare typing form (`typing.List`)."""
    if hasattr(annotation, "__supertype__"):
        return annotation.__supertype__
    if type(annotation).__name__ == "TypeAliasType":
        return annotation.__value__
    if type(annotation).__module__ == "typing" and not typing.get_args(annotation):
        return typing.get_origin(annotation) or annotation
    return annotation


def _inner(annotation: Any, path: ConfigPath) -> SchemaNode:
    from dagnb.config.resolve import resolve_schema

    return resolve_schema(annotation, path=path)


def _resolve_class(cls: Any, path: ConfigPath) -> SchemaNode | None:  # noqa: PLR0911 - one return a form
    if not isinstance(cls, type):
        # `Int` of dagnb is a type of values and of config, as it was in the system of 2020.
        symbol = getattr(cls, "symbol", None) if is_value_type(cls) else None
        return _BY_SYMBOL.get(symbol) if isinstance(symbol, str) else None
    if cls in (list, Sequence, MutableSequence):
        return ArrayNode(ScalarNode(ScalarKind.ANY))
    if cls in (dict, Mapping, MutableMapping):
        return ShapeNode({}, allows_extra=True)
    if typing.is_typeddict(cls):
        return _resolve_once(cls, path, lambda: _resolve_typed_dict(cls, path))
    if issubclass(cls, enum.Enum):
        return _resolve_enum(cls)
    if issubclass(cls, _PYDANTIC_READS) or _is_model(cls):
        return ModelNode(cls, cls.__name__)
    return None


def _resolve_typed_dict(cls: type, path: ConfigPath) -> ShapeNode:
    from dagnb.config.resolve import resolve_field

    by_default: frozenset[str] = cls.__required_keys__  # type: ignore[attr-defined]
    fields: dict[str, FieldNode] = {}
    for name, hint in typing.get_type_hints(cls, include_extras=True).items():
        inner, is_required = hint, name in by_default
        # The forms are read here, for the class itself does not see them where annotations are texts.
        while (form := typing.get_origin(inner)) in (typing.Required, typing.NotRequired, *_READ_ONLY):
            inner = typing.get_args(inner)[0]
            is_required = form is typing.Required or (is_required and form is not typing.NotRequired)
        field = resolve_field(inner, path=(*path, name))
        if not is_required and field.is_required:
            field = FieldNode(field.node, is_required=False, description=field.description)
        fields[name] = field
    return ShapeNode(fields, description=inspect.getdoc(cls) if cls.__doc__ else None)


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


def _name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _resolve_annotated(annotation: Any, path: ConfigPath) -> FieldNode:
    from dagnb.config.resolve import resolve_field

    union = union_of(annotation)
    if union is None:
        inner = resolve_field(annotation.__origin__, path=path)
    else:
        model, name, is_nullable = union
        leaf = ModelNode(model, name)
        inner = FieldNode(NoneableNode(leaf) if is_nullable else leaf)
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
