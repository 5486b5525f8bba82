from __future__ import annotations

import enum
import pickle
from collections.abc import Callable
from typing import Any, Literal

import pytest

from dagnb.config import (
    Array,
    ConfigProblem,
    DagnbConfigError,
    DagnbInvalidConfigDefinitionError,
    Enum,
    EnumValue,
    Field,
    Int,
    Map,
    Noneable,
    Permissive,
    ProblemReason,
    ScalarUnion,
    Selector,
    Shape,
    String,
    compile_schema,
    resolve_schema,
)
from dagnb.config.schema import MISSING


class Target(enum.Enum):
    dep_delay = 1
    arr_delay = 2


def test_a_field_is_required_unless_something_says_otherwise() -> None:
    assert Field(int).is_required
    assert not Field(int, default_value=1).is_required
    assert not Field(int, is_required=False).is_required
    assert not Field({"a": Field(int, default_value=1)}).is_required
    assert Field({"a": int}).is_required
    assert Field({"a": Field(int, default_value=1)}, is_required=True).is_required


def test_a_field_whose_inside_is_optional_gets_the_defaults_inside() -> None:
    schema = resolve_schema({"outer": Field({"a": Field(int, default_value=1), "b": Field(str, is_required=False)})})
    assert compile_schema(schema).validate({}) == {"outer": {"a": 1}}


def test_a_given_mapping_replaces_the_default_mapping() -> None:
    inner = {"a": Field(int, default_value=1), "b": Field(int, default_value=2)}
    schema = resolve_schema({"outer": Field(inner, default_value={"a": 9})})
    validator = compile_schema(schema)
    assert validator.validate({}) == {"outer": {"a": 9, "b": 2}}
    assert validator.validate({"outer": {"b": 3}}) == {"outer": {"a": 1, "b": 3}}


def test_the_implicit_default_shows_the_defaults_inside() -> None:
    inner = {"a": Field(int, default_value=1), "b": Field({"c": Field(str, default_value="x")}), "d": int}
    assert Field(inner, is_required=False).default_value is MISSING
    assert Field({"a": inner["a"], "b": inner["b"]}).default_value == {"a": 1, "b": {"c": "x"}}
    assert Field(Selector({"one": {"a": inner["a"]}})).default_value == {"one": {"a": 1}}
    assert Field({"a": inner["a"], "more": Field(int, is_required=False)}, default_value={}).default_value == {"a": 1}
    assert Field(dict, default_value={"k": 1}).default_value == {"k": 1}


def test_none_is_a_default() -> None:
    field = Field(Noneable(int), default_value=None)
    assert field.default_provided
    assert field.default_value is None
    assert Field(Noneable(int)).default_value is MISSING


@pytest.mark.parametrize(
    ("config", "default"),
    [(int, "five"), (int, True), (bool, 1), (str, 3), (float, "x"), ([int], 3), (Literal["a"], "b"), (Target, "x")],
)
def test_a_default_that_does_not_pass_is_told_at_once(config: Any, default: Any) -> None:
    with pytest.raises(DagnbConfigError) as caught:
        Field(config, default_value=default)
    assert caught.value.errors[0].path == ("the default",)


def test_a_default_from_the_environment_is_not_looked_up_when_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    from dagnb.config import StringSource

    monkeypatch.delenv("DAGNB_TEST_TOKEN", raising=False)
    schema = resolve_schema({"token": Field(StringSource, default_value={"env": "DAGNB_TEST_TOKEN"})})
    monkeypatch.setenv("DAGNB_TEST_TOKEN", "abcdef")
    assert compile_schema(schema).validate({}) == {"token": "abcdef"}


@pytest.mark.parametrize(
    ("declare", "text"),
    [
        (
            lambda: Field(int, default_value=1, is_required=True),
            (
                "the config schema cannot be used\n"
                "  got: default_value=1 with is_required=True\n"
                "  expected: a field that is required, or one that has a default\n"
                "  next: leave is_required out: the default is used when the field is not given"
            ),
        ),
        (
            lambda: Field(Enum.from_python_enum(Target), default_value=Target.dep_delay),
            (
                "the config schema cannot be used\n"
                "  got: the enum member Target.dep_delay as default\n"
                "  expected: the name as it is written in config\n"
                '  next: default_value="dep_delay"'
            ),
        ),
        (
            lambda: Field(int, default_value=lambda: 3),
            (
                "the config schema cannot be used\n"
                "  got: the function <lambda> as default\n"
                "  expected: a value\n"
                "  next: call it, or compute the default in the solid"
            ),
        ),
        (
            lambda: Selector({}),
            (
                "the config schema cannot be used\n"
                "  got: a Selector without fields\n"
                "  expected: at least one field to choose"
            ),
        ),
        (
            lambda: Shape(int),  # type: ignore[arg-type]
            (
                "the config schema cannot be used\n"
                "  got: Shape(<class 'int'>)\n"
                "  expected: Shape with a dict of field names and types"
            ),
        ),
        (
            lambda: Enum("Color", ["red"]),  # type: ignore[list-item]
            (
                "the config schema cannot be used\n"
                "  got: 'red'\n"
                "  expected: a list of EnumValue for the Enum Color\n"
                "  next: EnumValue('red')"
            ),
        ),
        (
            lambda: Enum("Color", [EnumValue("red"), EnumValue("red", 3)]),
            (
                "the config schema cannot be used\n"
                "  got: the value red twice in the Enum Color\n"
                "  expected: values that differ\n"
                "  next: take one of the two away"
            ),
        ),
        (
            lambda: EnumValue(3),  # type: ignore[arg-type]
            (
                "the config schema cannot be used\n"
                "  got: 3 as config value of an EnumValue\n"
                "  expected: a text\n"
                '  next: EnumValue("3", 3), or Literal[...] for numbers'
            ),
        ),
        (
            lambda: Enum.from_python_enum(Target.dep_delay),  # type: ignore[arg-type]
            (
                "the config schema cannot be used\n"
                "  got: <Target.dep_delay: 1>\n"
                "  expected: the class of a python enum\n"
                "  next: from_python_enum(Target)"
            ),
        ),
        (
            lambda: Enum.from_python_enum(["red"]),  # type: ignore[arg-type]
            (
                "the config schema cannot be used\n"
                "  got: ['red']\n"
                "  expected: the class of a python enum\n"
                '  next: for names alone write Enum("Color", [EnumValue("red")])'
            ),
        ),
        (
            lambda: Map({"a": int}, int),
            (
                "the config schema cannot be used\n"
                "  got: {'a': <class 'int'>} as key of a Map\n"
                "  expected: a scalar type such as str"
            ),
        ),
        (
            lambda: ScalarUnion({"a": int}, {"a": int}),
            (
                "the config schema cannot be used\n"
                "  got: {'a': <class 'int'>} as the scalar of a ScalarUnion\n"
                "  expected: a scalar type"
            ),
        ),
        (
            lambda: ScalarUnion(str, int),
            (
                "the config schema cannot be used\n"
                "  got: <class 'int'> as the structured side of a ScalarUnion\n"
                "  expected: a dict, Shape, Permissive, Selector, Map or list"
            ),
        ),
    ],
)
def test_what_cannot_be_declared_says_why(declare: Callable[[], object], text: str) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        declare()
    assert str(caught.value) == text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


def test_enum_values_become_what_the_solid_works_with() -> None:
    color = Enum("Color", [EnumValue("red", 0xFF0000, description="Red."), EnumValue("plain")])
    validator = compile_schema(resolve_schema({"a": color, "b": color}))
    assert validator.validate({"a": "red", "b": "plain"}) == {"a": 0xFF0000, "b": "plain"}
    assert compile_schema(resolve_schema(Target)).validate("arr_delay") is Target.arr_delay


def test_declarations_print_as_compact_types_and_compare_by_content() -> None:
    assert repr(Field(Array(Noneable(str)), default_value=[])) == "Field([String?], default_value=[])"
    assert repr(Field(Int, is_required=False)) == "Field(Int, is_required=False)"
    assert repr(Permissive()) == "{ ... }"
    assert Shape({"a": int}) == Shape({"a": Field(Int)})
    assert Field(String) != Field(Int)


def test_errors_of_a_default_keep_their_reason() -> None:
    with pytest.raises(DagnbConfigError) as caught:
        Field({"a": {"b": int}}, default_value={"a": {"b": 1, "c": 2}})
    assert caught.value.errors == (
        ConfigProblem(
            path=("the default", "a", "c"),
            reason=ProblemReason.UNKNOWN_FIELD,
            expected="the field b",
            got="the unknown field c",
        ),
    )
