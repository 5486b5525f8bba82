"""What is no schema: the words, and the facts behind them."""

from __future__ import annotations

import dataclasses
import enum
import pickle
import typing
from collections.abc import Callable
from typing import Any

import pydantic
import pytest

import dagnb
from dagnb import types
from dagnb.config import (
    Array,
    DagnbInvalidConfigDefinitionError,
    EnumValue,
    Field,
    Map,
    Noneable,
    ScalarUnion,
    Selector,
    Shape,
    print_schema,
    resolve_schema,
)
from dagnb.config.annotations import resolve_annotation

EXPECTED = "a config type: int, float, bool, str, a dict, [inner], Noneable, Enum, a pydantic model ..."


class Color(enum.Enum):
    RED = 1


class Model(pydantic.BaseModel):
    x: int


@dataclasses.dataclass
class Point:
    x: int


class Plain:
    pass


class Tree(typing.TypedDict):
    children: list[Tree]


PLAIN = types.PythonObjectType(Plain)


def schema_of_a_function() -> type:
    return int


@pytest.mark.parametrize(
    ("schema", "got", "hint"),
    [
        (5, "the value 5", "for a default write Field(int, default_value=5)"),
        ("int", "the value 'int'", "for a default write Field(str, default_value='int')"),
        (None, "the type None", "write Noneable(...) around the type that may be null"),
        (
            typing.Union[int, str],  # noqa: UP007 - users still write it
            "the type " + str(typing.Union[int, str]),  # noqa: UP007
            "write ScalarUnion(scalar, structured), Selector, or a pydantic model",
        ),
        (
            int | str,
            "the type int | str",
            "write ScalarUnion(scalar, structured), Selector, or a pydantic model",
        ),
        (set[int], "the type set[int]", "write [inner]: config has lists, not sets"),
        (typing.Set, "the type set", "write [inner]: config has lists, not sets"),  # noqa: UP006
        (typing.Tuple, "the type tuple", "write [inner], or a dict with one field for each position"),  # noqa: UP006
        (
            Callable,
            "the type Callable",
            "config is data: write str or Enum for its name, and choose in the solid",
        ),
        (
            types.List[types.Int],
            "<ItemsType list[int]>, a type of inputs and outputs",
            "write [inner]: in config a list is a list with the type of its items",
        ),
        (
            types.Set[types.Int],
            "<ItemsType set[int]>, a type of inputs and outputs",
            "write [inner]: in config a list is a list with the type of its items",
        ),
        (
            types.Tuple[types.Int],
            "<TupleType tuple[int]>, a type of inputs and outputs",
            "write [inner], or a dict with one field for each position",
        ),
        (
            types.Optional[types.Int],
            "<UnionType int | None>, a type of inputs and outputs",
            "write Noneable(inner), ScalarUnion(scalar, structured), Selector, or a pydantic model",
        ),
        (
            types.Nothing,
            "<BuiltinType Nothing>, a type of inputs and outputs",
            "leave the field out: Nothing orders solids, it is no value",
        ),
        (
            PLAIN,
            f"{PLAIN!r}, a type of inputs and outputs",
            "write what stands in the document, such as str for a path, and load it in the solid",
        ),
        (Shape, "the type Shape", 'write Shape({"rows": int}), or {"rows": int}'),
        (Noneable, "the type Noneable", "write Noneable(int), or int | None"),
        (Field, "the type Field", "write Field(int)"),
        (EnumValue("a"), "the value EnumValue('a')", "write Enum(\"Name\", [EnumValue('a'), ...])"),
        (Color.RED, "the enum member Color.RED", "write Color, or Field(Color, default_value='RED')"),
        (Model(x=1), "an object of Model", "write Model, or Field(Model, default_value={...})"),
        (Point(1), "an object of Point", "write Point, or Field(Point, default_value={...})"),
        (
            schema_of_a_function,
            "the function schema_of_a_function",
            "a schema is data: call the function, or write the type that the value has",
        ),
        (
            (int, str),
            "the tuple (<class 'int'>, <class 'str'>)",
            "for a list write [inner], for one of several values Literal[...] or Enum",
        ),
        (Plain, "the type Plain", "make Plain a dataclass or a pydantic model, or write the fields as a dict"),
    ],
)
def test_what_is_no_schema_names_what_to_write(schema: Any, got: str, hint: str) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema({"outer": {"field": schema}})
    error = caught.value
    assert (error.got, error.hint) == (got, hint)
    assert error.expected == EXPECTED
    assert str(error).startswith("the config schema cannot be used\n  at: outer › field\n")
    assert pickle.loads(pickle.dumps(error)).reason == error.reason


def test_the_error_holds_the_whole_schema_and_the_wrong_part() -> None:
    wrong = [int, str]
    schema = {"a": {"b": {"c": wrong}}}
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema(schema)
    error = caught.value
    assert error.original_root is schema
    assert error.current_value is wrong
    assert error.stack == error.path == ("a", "b", "c")
    assert error.reason == (
        "expected a list with the one type that its items have, such as [str], got a list of 2 types; "
        "for one of several values write Literal[...] or Enum; for one of several types Selector or ScalarUnion"
    )


def test_what_cannot_be_pickled_goes_along_as_text() -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema({"a": lambda: 1})
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert "<lambda>" in copy.current_value


@pytest.mark.parametrize(
    "declare",
    [
        lambda: Field([int, str]),
        lambda: Array([int, str]),
        lambda: Noneable([int, str]),
        lambda: Shape({"a": [int, str]}),
        lambda: Selector({"a": [int, str]}),
        lambda: Map(str, [int, str]),
        lambda: ScalarUnion(str, {"a": [int, str]}),
    ],
)
def test_every_declaration_refuses_what_is_inside_it(declare: Callable[[], object]) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        declare()
    assert caught.value.current_value == [int, str]


def test_a_typed_dict_that_contains_itself_is_refused() -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_annotation(Tree, ())
    assert caught.value.got == "the type Tree, which contains itself"
    assert caught.value.hint == "make Tree a pydantic model; those may contain themselves"


def test_the_scalars_of_dagnb_are_types_of_config_too() -> None:
    schema = {"a": dagnb.Int, "b": dagnb.String, "c": [dagnb.Float], "d": dagnb.Bool, "e": Field(dagnb.Any)}
    assert print_schema(resolve_schema(schema)) == "{ a: Int b: String c: [Float] d: Bool e: Any }"


def test_a_long_value_is_shortened() -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema(("x" * 200,))
    assert caught.value.got == f"the tuple ('{'x' * 77}…"
