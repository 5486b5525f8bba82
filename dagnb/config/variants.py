"""Discriminated unions: one of several models, chosen by a field of theirs or, as in a Selector, by a key.

``{kind: cat, meows: 3}`` is how pydantic has it, ``{cat: {meows: 3}}`` how a Selector has it; both are read.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from dagnb.config.schema import FieldNode, ModelNode, SchemaNode, SelectorNode, ShapeNode

__all__ = ["FLAT", "chosen", "discriminator_of", "either_form", "prune_flat", "reader", "union_of"]

# In a location of an error: what follows is the tag, which the document has as a value, not as a key.
FLAT = "[flat]"


def union_of(annotation: Any) -> tuple[Any, str, bool] | None:
    """Return the union of models to read, its name, and whether null is one of them; None for all else."""
    name = discriminator_of(annotation)
    if name is None:
        return None
    import pydantic

    members = typing.get_args(annotation.__origin__) or (annotation.__origin__,)
    others = tuple(member for member in members if member is not type(None))
    if len(others) < 2 or any(typing.get_origin(member) is not None for member in others):  # noqa: PLR2004  (one is no union)
        return None
    union: Any = typing.Annotated[reduce(or_, others), pydantic.Field(discriminator=name)]
    return union, " | ".join(member.__name__ for member in others), len(others) < len(members)


def discriminator_of(annotation: Any) -> str | None:
    """Return the name of the field that tells the models of an annotated union apart, or None."""
    for part in getattr(annotation, "__metadata__", ()):
        if not type(part).__module__.startswith("pydantic"):
            continue
        found = getattr(part, "discriminator", None)
        found = getattr(found, "discriminator", found)
        if isinstance(found, str):
            return found
    return None


def chosen(value: Any, tags: Mapping[str, Any]) -> str | None:
    """Return the tag under which the one model stands, or None when the document has the other form."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    tag, inner = next(iter(value.items()))
    return tag if tag in tags and (inner is None or isinstance(inner, Mapping)) else None


def reader(validate: Callable[[Any], Any], name: str, tags: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return a function that reads either form with the validation of the union."""
    from pydantic_core import SchemaValidator, core_schema

    inner = core_schema.no_info_plain_validator_function(validate)
    flat = SchemaValidator(core_schema.typed_dict_schema({FLAT: core_schema.typed_dict_field(inner)}))

    def read(value: Any) -> Any:
        tag = chosen(value, tags)
        if tag is not None:
            return validate({**(value[tag] or {}), name: tag})
        return flat.validate_python({FLAT: value})[FLAT]

    return read


def either_form(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of both forms for that of pydantic's."""
    definitions = schema.pop("$defs", {})
    name = schema["discriminator"]["propertyName"]
    properties = {}
    for tag, reference in schema["discriminator"]["mapping"].items():
        key = reference.rpartition("/")[2]
        # The references may have been numbered ("2.Cat"), the definitions never are.
        model = definitions[key if key in definitions else key.partition(".")[2]]
        inner = {key: part for key, part in model["properties"].items() if key != name}
        required = [key for key in model.get("required", ()) if key != name]
        nullable = {} if required else {"type": ["object", "null"]}
        properties[tag] = {**model, "properties": inner, "required": required, **nullable}
    by_key = {"type": "object", "properties": properties, "additionalProperties": False}
    by_key |= {"minProperties": 1, "maxProperties": 1}
    # Without its default: a document of this form has to say which model it means.
    return {"anyOf": [by_key, {**schema, "required": [name]}], "$defs": definitions}


def prune_flat(
    node: ModelNode, outline: SchemaNode, value: Mapping[str, Any], prune: Callable[[SchemaNode, Any], Any]
) -> Any:
    """Return a document of the flat form without the fields that its model does not have."""
    name = discriminator_of(node.model) or ""
    tag = value.get(name)
    if not isinstance(outline, SelectorNode) or not isinstance(tag, str) or tag not in outline.fields:
        return value
    shape = outline.fields[tag].node
    if isinstance(shape, ShapeNode):
        shape = ShapeNode({name: FieldNode(ModelNode(str, "tag")), **shape.fields}, allows_extra=shape.allows_extra)
    return prune(shape, value)
