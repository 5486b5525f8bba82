"""A schema tree as a JSON Schema (draft 2020-12), for editors, forms and other tools."""

from __future__ import annotations

from typing import Any

from dagnb.config.models import ENV_JSON_SCHEMA, model_json_schema
from dagnb.config.schema import (
    MISSING,
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
    is_defaultable,
)

__all__ = ["json_schema"]

_TYPES = {
    ScalarKind.BOOL: "boolean",
    ScalarKind.INT: "integer",
    ScalarKind.FLOAT: "number",
    ScalarKind.STRING: "string",
}
_SCALAR_LIMITS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}
_ARRAY_LIMITS = {"min_length": "minItems", "max_length": "maxItems"}


def json_schema(node: SchemaNode) -> dict[str, Any]:
    """Return the JSON Schema of a config schema, with descriptions, defaults and enums.

    It accepts what validation accepts, but for this: to a JSON Schema 1.0 is an integer, and a key is always
    text; it cannot know whether a variable of the environment is set; and models of pydantic also read
    numbers, booleans and dates from texts, and check what their own validators check.

    >>> from dagnb.config import Field, resolve_schema
    >>> json_schema(resolve_schema({"folds": Field(int, default_value=5)}))["properties"]
    {'folds': {'type': 'integer', 'default': 5}}
    """
    definitions: dict[str, Any] = {}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_Writer(definitions).write(node),
    }
    if definitions:
        schema["$defs"] = definitions
    return schema


class _Writer:
    """Writes nodes; what pydantic's leaves define goes to the definitions of the whole document."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions

    def write(self, node: SchemaNode) -> dict[str, Any]:  # noqa: C901, PLR0911 - one branch a kind of node
        """Return the schema of one node."""
        match node:
            case ScalarNode(ScalarKind.ANY):
                return {}
            case ScalarNode(kind, limits):
                return {"type": _TYPES[kind], **_limits(limits, _SCALAR_LIMITS)}
            case SourceNode(kind):
                return {"anyOf": [{"type": _TYPES[kind]}, ENV_JSON_SCHEMA]}
            case NoneableNode(inner):
                return {"anyOf": [self.write(inner), {"type": "null"}]}
            case ArrayNode(item, limits):
                return {"type": "array", "items": self.write(item), **_limits(limits, _ARRAY_LIMITS)}
            case EnumNode():
                return {"enum": [choice.config_value for choice in node.choices]}
            case MapNode(key, value):
                schema = {"type": ["object", "null"], "additionalProperties": self.write(value)}
                names = _limits(key.limits, _SCALAR_LIMITS) if key.kind is ScalarKind.STRING else {}
                return {**schema, "propertyNames": names} if names else schema
            case ScalarUnionNode(scalar, non_scalar):
                return {"anyOf": [self.write(scalar), self.write(non_scalar)]}
            case ShapeNode():
                return self._write_shape(node)
            case SelectorNode():
                return self._write_selector(node)
            case ModelNode():
                return self._write_model(node)

    def _write_field(self, field: FieldNode) -> dict[str, Any]:
        schema = self.write(field.node)
        if field.description:
            schema = {**schema, "description": field.description}
        if field.default is not MISSING and _is_json(field.default):
            schema = {**schema, "default": field.default}
        return schema

    def _write_shape(self, node: ShapeNode) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": ["object", "null"] if is_defaultable(node) else "object"}
        if node.description:
            schema["description"] = node.description
        schema["properties"] = {name: self._write_field(f) for name, f in node.fields.items()}
        required = [name for name, field in node.fields.items() if field.is_required]
        if required:
            schema["required"] = required
        schema["additionalProperties"] = node.allows_extra
        return schema

    def _write_selector(self, node: SelectorNode) -> dict[str, Any]:
        can_be_empty = is_defaultable(node)
        schema: dict[str, Any] = {"type": ["object", "null"] if can_be_empty else "object"}
        if node.description:
            schema["description"] = node.description
        schema["properties"] = {name: self._write_field(f) for name, f in node.fields.items()}
        schema["additionalProperties"] = False
        schema["minProperties"] = 0 if can_be_empty else 1
        schema["maxProperties"] = 1
        return schema

    def _write_model(self, node: ModelNode) -> dict[str, Any]:
        prefix = ""
        schema = model_json_schema(node)
        definitions = schema.pop("$defs", {})
        number = 1
        while any(self._definitions.get(prefix + k, v) != v for k, v in definitions.items()):
            # Two models of one name that differ: the later one's definitions get a number.
            number += 1
            prefix = f"{number}."
            schema = model_json_schema(node, ref_template=f"#/$defs/{prefix}{{model}}")
            definitions = schema.pop("$defs", {})
        self._definitions.update({prefix + name: part for name, part in definitions.items()})
        return schema


def _limits(limits: Limits, names: dict[str, str]) -> dict[str, Any]:
    stated = {theirs: getattr(limits, ours) for ours, theirs in names.items()}
    return {name: value for name, value in stated.items() if value is not None}


def _is_json(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(_is_json(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, str))
