from __future__ import annotations

from typing import Annotated, Any, Literal

import jsonschema
import pydantic

from dagnb.config import (
    Field,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    Shape,
    StringSource,
    compile_schema,
    json_schema,
    resolve_schema,
)


class Inner(pydantic.BaseModel):
    x: int


class Model(pydantic.BaseModel):
    inner: Inner


def made_elsewhere() -> Any:
    class Inner(pydantic.BaseModel):
        y: str

    class Other(pydantic.BaseModel):
        inner: Inner

    return Other


def test_the_schema_of_each_kind() -> None:
    schema = Shape(
        {
            "folds": Field(Annotated[int, pydantic.Field(ge=2, le=20)], default_value=5, description="How many."),
            "target": Literal["a", "b"],
            "maybe": Noneable(str),
            "tables": [str],
            "free": Map(str, float),
            "open": Permissive(),
            "one": Selector({"csv": str, "none": {}}),
            "size": ScalarUnion(int, {"w": int}),
            "token": StringSource,
            "any": Any,
        },
        description="All of them.",
    )
    written = json_schema(resolve_schema(schema))
    jsonschema.Draft202012Validator.check_schema(written)
    env = {
        "type": "object",
        "properties": {"env": {"type": "string", "description": "The name of an environment variable."}},
        "required": ["env"],
        "additionalProperties": False,
    }
    empty = {"type": ["object", "null"], "properties": {}, "additionalProperties": False, "default": {}}
    width = {
        "type": "object",
        "properties": {"w": {"type": "integer"}},
        "required": ["w"],
        "additionalProperties": False,
    }
    assert written == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "description": "All of them.",
        "properties": {
            "folds": {"type": "integer", "minimum": 2, "maximum": 20, "description": "How many.", "default": 5},
            "target": {"enum": ["a", "b"]},
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "tables": {"type": "array", "items": {"type": "string"}},
            "free": {"type": ["object", "null"], "additionalProperties": {"type": "number"}},
            "open": {"type": ["object", "null"], "properties": {}, "additionalProperties": True, "default": {}},
            "one": {
                "type": "object",
                "properties": {"csv": {"type": "string"}, "none": empty},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
            "size": {"anyOf": [{"type": "integer"}, width]},
            "token": {"anyOf": [{"type": "string"}, env]},
            "any": {},
        },
        "required": ["target", "maybe", "tables", "free", "one", "size", "token", "any"],
        "additionalProperties": False,
    }


def test_the_keys_of_a_map_keep_their_limits() -> None:
    schema = resolve_schema(Map(Annotated[str, pydantic.Field(pattern="^[a-z]+$")], int))
    validator = jsonschema.Draft202012Validator(json_schema(schema))
    for value in ({"a": 1}, {"A": 1}, {}, None):
        assert validator.is_valid(value) == (not compile_schema(schema).problems(value))
    assert not validator.is_valid({"A": 1})


def test_models_of_one_name_do_not_get_mixed_up() -> None:
    written = json_schema(resolve_schema({"a": Model, "b": made_elsewhere(), "c": Model}))
    validator = jsonschema.Draft202012Validator(written)
    inner = {"inner": {"x": 1}}
    assert validator.is_valid({"a": inner, "b": {"inner": {"y": "t"}}, "c": inner})
    assert not validator.is_valid({"a": inner, "b": inner, "c": inner})
    assert not validator.is_valid({"a": {"inner": {"x": 1, "unknown": 2}}, "b": {"inner": {"y": "t"}}, "c": inner})
