"""What is no config schema, and what to write in its place."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from dagnb.config.enums import EnumValue
from dagnb.config.errors import ConfigPath, DagnbInvalidConfigDefinitionError
from dagnb.config.fields import SchemaPart

__all__ = ["is_value_type", "refuse", "refuse_list", "refuse_name"]

_EXPECTED = "a config type: int, float, bool, str, a dict, [inner], Noneable, Enum, a pydantic model ..."
_SHOWN_CHARACTERS = 80
_LIST = "write [inner]: config has lists, not sets"
_INSTEAD: dict[Any, str] = {
    set: _LIST,
    frozenset: _LIST,
    tuple: "write [inner], or a dict with one field for each position",
    bytes: "write str",
    complex: "write [float], or a dict with one field for each part",
    None: "write Noneable(...) around the type that may be null",
    type(None): "write Noneable(...) around the type that may be null",
    typing.Callable: "config is data: write str or Enum for its name, and choose in the solid",
    Callable: "config is data: write str or Enum for its name, and choose in the solid",
}
# By the name of a class that stands there without being called.
_CALLED = {
    "Array": "Array(str), or [str]",
    "Enum": 'Enum("Color", [EnumValue("red")]), or the python enum itself',
    "EnumValue": 'Enum("Color", [EnumValue("red")])',
    "Field": "Field(int)",
    "Map": "Map(str, int), or dict[str, int]",
    "Noneable": "Noneable(int), or int | None",
    "Permissive": "Permissive(), or dict",
    "ScalarUnion": 'ScalarUnion(str, {"path": str})',
    "Selector": 'Selector({"csv": str, "table": str})',
    "Shape": 'Shape({"rows": int}), or {"rows": int}',
}
# By the class of a type of inputs and outputs.
_VALUE_TYPES = {
    "ItemsType": "write [inner]: in config a list is a list with the type of its items",
    "TupleType": "write [inner], or a dict with one field for each position",
    "OptionalForm": "write Noneable(inner)",
    "UnionType": "write Noneable(inner), ScalarUnion(scalar, structured), Selector, or a pydantic model",
    "DictType": "write Map(str, inner), or a dict of field names and types",
}


def is_value_type(schema: object) -> bool:
    """Tell whether `schema` is a type of inputs and outputs (`DagnbType`), which is no type of config."""
    # By name: the room of those types stands below this one.
    return any(base.__module__ == "dagnb.types.base" and base.__name__ == "DagnbType" for base in type(schema).__mro__)


def refuse(schema: object, path: ConfigPath) -> DagnbInvalidConfigDefinitionError:
    """Return the error that says what `schema` is and what to write in its place."""
    got, hint = _explain(schema)
    return DagnbInvalidConfigDefinitionError(path, got=got, expected=_EXPECTED, hint=hint, current_value=schema)


def _explain(schema: Any) -> tuple[str, str | None]:
    if is_value_type(schema):
        return _explain_value_type(schema)
    origin = typing.get_origin(schema)
    if origin in (typing.Union, types.UnionType):
        return f"the type {_name(schema)}", _instead_of_union(typing.get_args(schema))
    if origin is not None:
        return f"the type {_name(schema)}", _instead(origin)
    if schema is None or isinstance(schema, type):
        return f"the type {_name(schema)}", _instead(schema) or _instead_of_class(schema)
    if type(schema).__module__ in ("typing", "typing_extensions"):
        return f"the type {_name(schema)}", _instead(schema)
    return _explain_value(schema)


def _instead_of_union(members: tuple[Any, ...]) -> str:
    models = [member for member in members if hasattr(member, "__pydantic_fields__")]
    if len(models) < len([member for member in members if member is not type(None)]):
        return "write ScalarUnion(scalar, structured), Selector, or a pydantic model"
    names = " | ".join(_name(model) for model in models)
    told = f'Annotated[{names}, pydantic.Field(discriminator="kind")]'
    return f"write {told}, kind being a field of each that is a Literal, or a Selector"


def _explain_value_type(schema: Any) -> tuple[str, str]:
    kinds = [_VALUE_TYPES[base.__name__] for base in type(schema).__mro__ if base.__name__ in _VALUE_TYPES]
    hint = kinds[0] if kinds else "write what stands in the document, such as str for a path, and load it in the solid"
    if getattr(schema, "symbol", None) == "Nothing":
        hint = "leave the field out: Nothing orders solids, it is no value"
    return f"{_short(schema)}, a type of inputs and outputs", hint


def _instead(schema: Any) -> str | None:
    try:
        return _INSTEAD.get(schema)
    except TypeError:
        return None


def _instead_of_class(schema: Any) -> str | None:
    if schema is None:
        return None
    if issubclass(schema, SchemaPart):
        return f"write {_CALLED[schema.__name__]}" if schema.__name__ in _CALLED else None
    if schema.__module__ == "builtins":
        return None
    return f"make {schema.__name__} a dataclass or a pydantic model, or write the fields as a dict"


def _explain_value(schema: Any) -> tuple[str, str | None]:  # noqa: PLR0911 - one return a kind of value
    if isinstance(schema, enum.Enum):
        kind = type(schema).__name__
        return f"the enum member {schema}", f"write {kind}, or Field({kind}, default_value={schema.name!r})"
    if isinstance(schema, (bool, int, float, str)):
        hint = f"for a default write Field({type(schema).__name__}, default_value={schema!r})"
        return f"the value {_short(schema)}", hint
    if isinstance(schema, (set, frozenset, tuple)):
        hint = "for a list write [inner], for one of several values Literal[...] or Enum"
        return f"the {type(schema).__name__} {_short(schema)}", hint
    if isinstance(schema, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        hint = "a schema is data: call the function, or write the type that the value has"
        return f"the function {schema.__name__}", hint
    if isinstance(schema, EnumValue):
        return f"the value {schema!r}", f'write Enum("Name", [{schema!r}, ...])'
    if dataclasses.is_dataclass(schema) or hasattr(schema, "model_fields_set"):
        kind = type(schema).__name__
        return f"an object of {kind}", f"write {kind}, or Field({kind}, default_value={{...}})"
    return f"the value {_short(schema)}", None


def refuse_list(schema: list[Any], path: ConfigPath) -> DagnbInvalidConfigDefinitionError:
    """Return the error for a list that is not one type in brackets."""
    hint = "for one of several values write Literal[...] or Enum; for one of several types Selector or ScalarUnion"
    return DagnbInvalidConfigDefinitionError(
        path,
        got=f"a list of {len(schema)} types",
        expected="a list with the one type that its items have, such as [str]",
        hint=hint if schema else "for a list of anything write list",
        current_value=schema,
    )


def refuse_name(name: object, fields: Mapping[Any, Any], path: ConfigPath) -> DagnbInvalidConfigDefinitionError:
    """Return the error for a field name that is no text."""
    is_free = isinstance(name, type) or is_value_type(name)
    return DagnbInvalidConfigDefinitionError(
        path,
        got=f"{name!r} as a field name",
        expected="field names that are text",
        hint="for free keys write Map(str, ...) or dict[str, ...]" if is_free else f'write "{name}"',
        current_value=fields,
    )


def _name(schema: Any) -> str:
    return schema.__name__ if isinstance(schema, type) else str(schema)


def _short(schema: object) -> str:
    text = repr(schema)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
