from __future__ import annotations

import pickle
from types import MappingProxyType
from typing import Any

import pytest

from dagnb.config import (
    BoolSource,
    DagnbConfigError,
    Field,
    IntSource,
    Map,
    Noneable,
    Permissive,
    ProblemReason,
    ScalarUnion,
    Selector,
    Shape,
    StringSource,
    Validator,
    compile_schema,
    resolve_schema,
)


def validator(schema: Any) -> Validator:
    return compile_schema(resolve_schema(schema))


def reasons(schema: Any, value: Any, **options: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return [(problem.path, problem.reason) for problem in validator(schema).problems(value, **options)]


@pytest.mark.parametrize(
    ("schema", "value", "resolved"),
    [
        (float, 1, 1.0),
        (int, 10**30, 10**30),
        (bool, True, True),
        (Any, {"a": [object]}, {"a": [object]}),
        ({"a": int}, MappingProxyType({"a": 1}), {"a": 1}),
        ({}, None, {}),
        ({"a": {"b": Field(int, default_value=1)}}, {"a": None}, {"a": {"b": 1}}),
        (Map(str, int), None, {}),
        (Map(int, str), {1: "a"}, {1: "a"}),
        (Noneable({"a": int}), None, None),
        (Permissive({"a": int}), {"a": 1, "more": [1]}, {"a": 1, "more": [1]}),
        (ScalarUnion(str, {"a": int}), "x", "x"),
        (ScalarUnion(str, {"a": int}), {"a": 1}, {"a": 1}),
        (ScalarUnion(int, [int]), [1], [1]),
        (Selector({"a": int, "b": {}}), {"b": None}, {"b": {}}),
        (Selector({"a": Field(int, default_value=3)}), None, {"a": 3}),
        (Selector({"a": Field(int, default_value=3)}), {}, {"a": 3}),
        (Selector({"a": {"x": Field(int, default_value=3)}}), {}, {"a": {"x": 3}}),
        ({"a": Field(int, is_required=False)}, {}, {}),
    ],
)
def test_what_is_accepted(schema: Any, value: Any, resolved: Any) -> None:
    result = validator(schema).validate(value)
    assert result == resolved
    assert type(result) is not bool or isinstance(resolved, bool)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (int, True),
        (int, 1.0),
        (int, "1"),
        (bool, 1),
        (bool, "true"),
        (float, True),
        (float, "1.5"),
        (str, 1),
        (str, None),
        ([int], None),
        ([int], (1, 2)),
        ([int], {"a": 1}),
        ({"a": int}, [1]),
        (Noneable(int), "x"),
        (Map(str, int), [1]),
        (ScalarUnion(str, {"a": int}), 3),
    ],
)
def test_what_is_of_another_type(schema: Any, value: Any) -> None:
    assert reasons(schema, value) in ([((), "type_mismatch")], [((), "missing_field")])


def test_a_float_field_gets_a_float() -> None:
    assert type(validator(float).validate(1)) is float


def test_every_problem_is_told_at_once() -> None:
    schema = {"a": int, "b": {"c": str, "d": [bool]}, "e": Selector({"x": int, "y": int})}
    assert reasons(schema, {"b": {"c": 1, "d": [True, 2], "f": 3}, "e": {"x": 1, "y": 2}, "g": 0}) == [
        (("a",), ProblemReason.MISSING_FIELD),
        (("b", "c"), ProblemReason.TYPE_MISMATCH),
        (("b", "d", 1), ProblemReason.TYPE_MISMATCH),
        (("b", "f"), ProblemReason.UNKNOWN_FIELD),
        (("e",), ProblemReason.SELECTOR),
        (("g",), ProblemReason.UNKNOWN_FIELD),
    ]


def test_a_selector_takes_one_branch_that_it_knows() -> None:
    schema = Selector({"a": int, "b": int})
    assert reasons(schema, {}) == [((), "selector")]
    assert reasons(schema, None) == [((), "selector")]
    assert reasons(schema, {"c": 1}) == [(("c",), "unknown_field")]
    assert reasons(schema, {"a": "x"}) == [(("a",), "type_mismatch")]
    assert reasons(Selector({"a": int}), {}) == [((), "selector")]


def test_a_selector_does_not_fill_in_the_branches_not_chosen() -> None:
    schema = Selector({"a": Field(int, default_value=1), "b": Field(int, default_value=2)})
    assert validator(schema).validate({"b": 5}) == {"b": 5}


def test_sources_are_scalars_or_environment_variables() -> None:
    schema = {"text": StringSource, "number": IntSource, "flag": BoolSource}
    environ = {"T": "hello", "N": " 12 ", "F": "True"}
    given = {"text": {"env": "T"}, "number": {"env": "N"}, "flag": {"env": "F"}}
    assert validator(schema).validate(given, environ=environ) == {"text": "hello", "number": 12, "flag": True}
    plain = {"text": "a", "number": 1, "flag": False}
    assert validator(schema).validate(plain, environ={}) == plain
    assert reasons(schema, given, environ={"N": "many", "F": "perhaps"}) == [
        (("text",), "post_processing"),
        (("number",), "post_processing"),
        (("flag",), "post_processing"),
    ]
    assert reasons(schema, {"text": 1, "number": True, "flag": {"env": 3}}) == [
        (("text",), "type_mismatch"),
        (("number",), "type_mismatch"),
        (("flag",), "type_mismatch"),
    ]


def test_without_an_environment_nothing_is_looked_up() -> None:
    assert not validator(StringSource).problems({"env": "DAGNB_IS_NOT_SET"}, environ=None)


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGNB_TEST_VALUE", "from here")
    assert validator(StringSource).validate({"env": "DAGNB_TEST_VALUE"}) == "from here"


def test_the_value_given_is_not_changed_and_the_default_not_shared() -> None:
    schema = {"tables": Field([str], default_value=["a"]), "rest": Field(Any, default_value={"k": [1]})}
    given: dict[str, Any] = {}
    first = validator(schema).validate(given)
    assert given == {}
    with pytest.raises(TypeError, match="read-only"):
        first["tables"].append("b")
    with pytest.raises(TypeError, match="read-only"):
        first["rest"]["k"].append(2)


def test_a_value_that_contains_itself_is_one_problem() -> None:
    loop: dict[str, Any] = {}
    loop["self"] = loop
    problems = validator({"a": Any}).problems({"a": loop})
    assert [problem.got for problem in problems] == ["one that contains itself or is nested too deep"]


def test_a_validator_pickles() -> None:
    copy = pickle.loads(pickle.dumps(validator(Shape({"a": int}))))
    assert copy.validate({"a": 1}) == {"a": 1}


def test_the_error_names_what_the_config_belongs_to() -> None:
    with pytest.raises(DagnbConfigError) as caught:
        validator({"a": int, "b": int}).validate({}, subject="run config of flights")
    assert str(caught.value).startswith(
        "2 problems in the run config of flights\na\n  expected an integer, got nothing"
    )
