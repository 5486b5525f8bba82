"""One pydantic_core schema for a whole tree: plain parts run in Rust, the rest in the functions here."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pydantic_core import PydanticCustomError, ValidationError, core_schema

from dagnb.config.model_env import ENV_ERROR, environment_name, with_environment
from dagnb.config.models import adapter_for, forbids_extra, outline
from dagnb.config.schema import (
    MISSING,
    NO_LIMITS,
    ArrayNode,
    EnumNode,
    FieldNode,
    Limits,
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
)
from dagnb.config.secret import Secret, is_secret_name, remember_secret
from dagnb.config.variants import discriminator_of, reader

__all__ = ["CHOICE_ERROR", "ENV_ERROR", "SELECTOR_ERROR", "SOURCE_ERROR", "core_schema_for"]

CHOICE_ERROR = "dagnb_choice"
SELECTOR_ERROR = "dagnb_selector"
SOURCE_ERROR = "dagnb_source"

_SCALARS: dict[ScalarKind, Callable[..., core_schema.CoreSchema]] = {
    ScalarKind.BOOL: core_schema.bool_schema,
    ScalarKind.INT: core_schema.int_schema,
    ScalarKind.FLOAT: core_schema.float_schema,
    ScalarKind.STRING: core_schema.str_schema,
}
_PLAIN: dict[ScalarKind, core_schema.CoreSchema] = {
    ScalarKind.ANY: core_schema.any_schema(),
    **{kind: make(strict=True) for kind, make in _SCALARS.items()},
}
_TYPES: dict[ScalarKind, type] = {
    ScalarKind.BOOL: bool,
    ScalarKind.INT: int,
    ScalarKind.STRING: str,
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


# pydantic_core keeps what it is given, and thousands of solids take config of the same shape: parts that are alike are
# one object, so that the garbage collector has as little as possible to walk. The keys are the ids of the parts within.
_Made = dict[tuple[Any, ...], Any]


def core_schema_for(node: SchemaNode) -> core_schema.CoreSchema:
    """Translate a tree; validation expects ``context={"environ": mapping or None}``."""
    return _translate(node, {})


def _translate(node: SchemaNode, made: _Made) -> core_schema.CoreSchema:  # noqa: C901, PLR0911 - one branch a kind of node
    match node:
        case ScalarNode(kind, limits):
            if limits == NO_LIMITS or kind is ScalarKind.ANY:
                return _PLAIN[kind]
            return _SCALARS[kind](strict=True, **_stated(limits))
        case ShapeNode():
            return _shape(node, made)
        case NoneableNode(inner):
            return core_schema.nullable_schema(_translate(inner, made))
        case ArrayNode(item, limits):
            return core_schema.list_schema(_translate(item, made), strict=True, **_stated(limits))
        case MapNode(key, value):
            mapping = core_schema.dict_schema(_translate(key, made), _translate(value, made))
            return core_schema.no_info_before_validator_function(_none_is_empty, mapping)
        case EnumNode():
            return core_schema.no_info_plain_validator_function(_choose(node))
        case SelectorNode():
            return _selector(node, made)
        case SourceNode(kind):
            return core_schema.with_info_plain_validator_function(_source(kind))
        case ScalarUnionNode(scalar, non_scalar):
            sides = {"scalar": _translate(scalar, made), "non_scalar": _translate(non_scalar, made)}
            takes_any = scalar == ScalarNode(ScalarKind.ANY)
            return core_schema.tagged_union_schema(sides, _side_or_any if takes_any else _side)
        case ModelNode():
            return core_schema.with_info_plain_validator_function(_model(node))


def _stated(limits: Limits) -> dict[str, Any]:
    if limits == NO_LIMITS:
        return {}
    stated = {name: getattr(limits, name) for name in Limits.__match_args__}
    return {name: value for name, value in stated.items() if value is not None}


def _none_is_empty(value: Any) -> Any:
    # `config:` with nothing after it is null in YAML; who writes it means an empty mapping.
    return {} if value is None else value


_EMPTY_FOR_NONE: Any = {"type": "no-info", "function": _none_is_empty}
_REQUIRED: dict[ScalarKind, core_schema.TypedDictField] = {
    kind: {"type": "typed-dict-field", "schema": schema, "required": True} for kind, schema in _PLAIN.items()
}


def _field(field: FieldNode, made: _Made) -> core_schema.TypedDictField:
    # Plain dicts here and in _shape: the core_schema functions take half of the time to compile a pipeline.
    node = field.node
    if type(node) is ScalarNode and field.is_required and node.limits == NO_LIMITS and field.default is MISSING:
        return _REQUIRED[node.kind]
    schema = _translate(node, made)
    if field.default is not MISSING:
        schema = {"type": "default", "schema": schema, "default": field.default, "validate_default": True}
        return {"type": "typed-dict-field", "schema": schema, "required": field.is_required}
    key = ("field", id(schema), field.is_required)
    if key not in made:
        made[key] = {"type": "typed-dict-field", "schema": schema, "required": field.is_required}
    found: core_schema.TypedDictField = made[key]
    return found


def _shape(node: ShapeNode, made: _Made) -> core_schema.CoreSchema:
    fields = {name: _field(field, made) for name, field in node.fields.items()}
    key = ("shape", node.allows_extra, *fields, *map(id, fields.values()))
    if key not in made:
        extra = "allow" if node.allows_extra else "forbid"
        made[key] = {
            "type": "function-before",
            "function": _EMPTY_FOR_NONE,
            "schema": {"type": "typed-dict", "fields": fields, "extra_behavior": extra},
        }
    found: core_schema.CoreSchema = made[key]
    return found


def _selector(node: SelectorNode, made: _Made) -> core_schema.CoreSchema:
    names = ", ".join(node.fields)
    only = next(iter(node.fields.items())) if len(node.fields) == 1 else None

    def choose(value: Any) -> Any:
        value = _none_is_empty(value)
        if not isinstance(value, Mapping) or len(value) == 1:
            return value
        if not value and only is not None and only[1].default is not MISSING:
            return {only[0]: only[1].default}
        raise PydanticCustomError(SELECTOR_ERROR, "exactly one of {names}", {"names": names})

    fields = {
        name: core_schema.typed_dict_field(_translate(field.node, made), required=False)
        for name, field in node.fields.items()
    }
    mapping = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
    return core_schema.no_info_before_validator_function(choose, mapping)


def _choose(node: EnumNode) -> Callable[[Any], Any]:
    # 1, 1.0 and True are one dict key, so the type is part of it.
    chosen = {(type(c.config_value), c.config_value): c.python_value for c in node.choices}
    members = [c.python_value for c in node.choices if isinstance(c.python_value, enum.Enum)]

    def choose(value: Any) -> Any:
        # A member is what validation gives, so what is valid stays valid.
        if isinstance(value, enum.Enum) and any(value is member for member in members):
            return value
        try:
            return chosen[type(value), value]
        except (KeyError, TypeError):
            raise PydanticCustomError(CHOICE_ERROR, "not a choice") from None

    return choose


def _side(value: Any) -> str:
    # Null stands for an empty mapping, as everywhere; no scalar but Any takes it.
    return "non_scalar" if value is None or isinstance(value, (Mapping, list, tuple)) else "scalar"


def _side_or_any(value: Any) -> str:
    return "scalar" if value is None else _side(value)


def _model(node: ModelNode) -> Callable[[Any, core_schema.ValidationInfo[Any]], Any]:
    validate = _own_validation(node)

    def read_model(value: Any, info: core_schema.ValidationInfo[Any]) -> Any:
        try:
            return validate(value)
        except ValidationError:
            # Only now, for the outline that tells where secrets stand costs more than most validations.
            filled = with_environment(node, value, _environ(info))
            if filled is value:
                raise
            return validate(filled)

    return read_model


def _own_validation(node: ModelNode) -> Callable[[Any], Any]:
    read = adapter_for(node).validate_python
    validate: Callable[[Any], Any] = partial(read, extra="forbid") if forbids_extra(node) else read
    name = discriminator_of(node.model)
    shown = None if name is None else outline(node)
    return reader(validate, name, shown.fields) if name and isinstance(shown, SelectorNode) else validate


def _source(kind: ScalarKind) -> Callable[[Any, core_schema.ValidationInfo[Any]], Any]:
    def read(value: Any, info: core_schema.ValidationInfo[Any]) -> Any:
        if type(value) is _TYPES[kind]:
            return value
        if isinstance(value, str) and kind is ScalarKind.STRING:
            return value
        name = environment_name(value)
        if name is None:
            raise PydanticCustomError(SOURCE_ERROR, "not a source")
        environ = _environ(info)
        return None if environ is None else _from_environ(name, environ, kind)

    return read


def _environ(info: core_schema.ValidationInfo[Any]) -> Mapping[str, str] | None:
    environ: Mapping[str, str] | None = (info.context or {"environ": os.environ})["environ"]
    return environ


def _from_environ(name: str, environ: Mapping[str, str], kind: ScalarKind) -> str | int | bool:
    text = environ.get(name)
    if text is None:
        raise PydanticCustomError(ENV_ERROR, "not set", {"name": name, "is_set": False})
    if kind is ScalarKind.STRING or is_secret_name(name):
        remember_secret(text, is_certain=is_secret_name(name))
    if kind is ScalarKind.STRING:
        return Secret(text)
    try:
        return int(text) if kind is ScalarKind.INT else _TRUTH[text.strip().lower()]
    except (ValueError, KeyError):
        raise PydanticCustomError(ENV_ERROR, "unread", {"name": name, "is_set": True}) from None
