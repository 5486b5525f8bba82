"""Pydantic leaves: how they validate, their JSON Schema, and their outline in nodes of our own tree.

The outline is for reading only (printing, completion, scaffold, error words); pydantic validates.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

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
    SelectorNode,
    ShapeNode,
    SourceNode,
    is_defaultable,
)
from dagnb.config.variants import discriminator_of, either_form

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["ENV_JSON_SCHEMA", "adapter_for", "forbids_extra", "model_json_schema", "outline"]

_ANY = ScalarNode(ScalarKind.ANY)
ENV_JSON_SCHEMA = {
    "type": "object",
    "properties": {"env": {"type": "string", "description": "The name of an environment variable."}},
    "required": ["env"],
    "additionalProperties": False,
}
# What stands under these keys of a JSON Schema are values, not schemas.
_VALUES = ("const", "default", "enum", "examples")
_KINDS = {
    "integer": ScalarKind.INT,
    "number": ScalarKind.FLOAT,
    "string": ScalarKind.STRING,
    "boolean": ScalarKind.BOOL,
}
_LIMITS = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
}


class _Identity:
    """A cache key by identity: annotations may hold metadata that cannot be hashed."""

    __slots__ = ("model",)

    def __init__(self, model: Any) -> None:
        self.model = model

    def __hash__(self) -> int:
        return id(self.model)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.model is other.model


@lru_cache(maxsize=512)
def _adapter(key: _Identity) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(key.model)


def adapter_for(node: ModelNode) -> TypeAdapter[Any]:
    """Return the (cached) pydantic adapter that validates this leaf."""
    return _adapter(_Identity(node.model))


def forbids_extra(node: ModelNode) -> bool:
    """Tell whether unknown fields are errors: yes, unless the model itself states what to do with them."""
    settings = getattr(node.model, "model_config", None) or {}
    settings = settings or getattr(node.model, "__pydantic_config__", None) or {}
    return settings.get("extra") is None


def model_json_schema(node: ModelNode, *, ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """Return the leaf's JSON Schema as pydantic states it, closed where unknown fields are errors."""
    schema = adapter_for(node).json_schema(ref_template=ref_template)
    if forbids_extra(node):
        for part in (schema, *schema.get("$defs", {}).values()):
            if "properties" in part:
                part.setdefault("additionalProperties", False)
    if discriminator_of(node.model) is not None:
        schema = either_form(schema)
    found: dict[str, Any] = _with_sources(schema)
    return found


def _is_password(schema: dict[str, Any]) -> bool:
    # What pydantic writes for a SecretStr and a SecretBytes.
    return schema.get("type") == "string" and schema.get("format") == "password"


def _with_sources(schema: Any) -> Any:
    """Return the schema with ``{"env": NAME}`` allowed where a secret stands."""
    if isinstance(schema, list):
        return [_with_sources(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if _is_password(schema):
        return {"anyOf": [schema, ENV_JSON_SCHEMA]}
    return {key: part if key in _VALUES else _with_sources(part) for key, part in schema.items()}


@lru_cache(maxsize=512)
def _outline_of(key: _Identity) -> SchemaNode:
    schema = model_json_schema(ModelNode(key.model, ""))
    definitions = schema.get("$defs", {})
    if discriminator_of(key.model) is None:
        return _outline(schema, definitions, ())
    models = schema["anyOf"][0]["properties"]
    return SelectorNode({tag: _field_of(part, definitions) for tag, part in models.items()})


def _field_of(schema: dict[str, Any], definitions: dict[str, Any]) -> FieldNode:
    node = _outline({**schema, "type": "object"}, definitions, ())
    return FieldNode(node, is_required=False, default={} if is_defaultable(node) else MISSING)


def outline(node: ModelNode) -> SchemaNode:
    """Return nodes of our own tree that describe the leaf; parts that have no such form become Any.

    >>> import datetime
    >>> outline(ModelNode(datetime.date, "date"))
    ScalarNode(kind=<ScalarKind.STRING: 'String'>, ...
    """
    return _outline_of(_Identity(node.model))


def _outline(schema: Any, defs: dict[str, Any], above: tuple[str, ...]) -> SchemaNode:
    if not isinstance(schema, dict):
        return _ANY
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        # A model that contains itself is shown once; deeper it is anything.
        return _ANY if name in above else _outline(defs.get(name), defs, (*above, name))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return EnumNode(schema.get("title", "enum"), tuple(Choice(v, v) for v in values))
    if "anyOf" in schema:
        return _outline_any_of(schema["anyOf"], defs, above)
    if len(schema.get("allOf", ())) == 1:
        return _outline(schema["allOf"][0], defs, above)
    return _outline_typed(schema, defs, above)


def _outline_any_of(options: list[Any], defs: dict[str, Any], above: tuple[str, ...]) -> SchemaNode:
    others = [option for option in options if option not in ({"type": "null"}, ENV_JSON_SCHEMA)]
    if len(others) != 1:
        return _ANY
    inner = _outline(others[0], defs, above)
    return NoneableNode(inner) if {"type": "null"} in options else inner


def _outline_typed(schema: dict[str, Any], defs: dict[str, Any], above: tuple[str, ...]) -> SchemaNode:
    stated = {ours: schema[theirs] for theirs, ours in _LIMITS.items() if theirs in schema}
    limits = Limits(**stated) if stated else NO_LIMITS
    kind = schema.get("type")
    if _is_password(schema):
        return SourceNode(ScalarKind.STRING)
    if kind == "array":
        return ArrayNode(_outline(schema.get("items"), defs, above), limits)
    if kind != "object":
        return ScalarNode(_KINDS[kind], limits) if kind in _KINDS else _ANY
    extra = schema.get("additionalProperties", True)
    if "properties" not in schema and isinstance(extra, dict):
        return MapNode(ScalarNode(ScalarKind.STRING), _outline(extra, defs, above))
    required = schema.get("required", ())
    fields = {
        name: FieldNode(
            _outline(part, defs, above),
            is_required=name in required,
            default=part.get("default", MISSING) if isinstance(part, dict) else MISSING,
            description=part.get("description") if isinstance(part, dict) else None,
        )
        for name, part in schema.get("properties", {}).items()
    }
    return ShapeNode(fields, allows_extra=extra is not False, description=schema.get("description"))
