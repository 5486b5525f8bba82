"""Problems as other programs count them."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb.config import (
    DagnbConfigError,
    EvaluationReason,
    Field,
    IntSource,
    Selector,
    compile_schema,
    resolve_schema,
)


def evaluate(schema: Any, value: Any) -> list[tuple[str, str, dict[str, Any]]]:
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(resolve_schema(schema)).validate(value, environ={"N": "many"})
    return [(error.path, error.reason.name, dict(error.error_data)) for error in caught.value.evaluation_errors]


def test_every_reason() -> None:
    solids = {"load": {"config": {"a": int, "b": str, "c": Field([int], is_required=False)}}}
    pick = Selector({"x": int, "y": int})
    schema = {"solids": solids, "one": {"k": int}, "pick": pick, "n": IntSource}
    value = {
        "solids": {"load": {"config": {"c": [1, "2"], "d": 1, "e": 2}}},
        "one": {"j": 1, "k": 1},
        "pick": {"x": 1, "y": 2},
        "n": {"env": "N"},
    }
    assert evaluate(schema, value) == [
        (
            "root:solids:load:config",
            "MISSING_REQUIRED_FIELDS",
            {"field": "a", "expected_type": "Int", "field_names": ("a", "b")},
        ),
        (
            "root:solids:load:config:c[1]",
            "RUNTIME_TYPE_MISMATCH",
            {"expected_type": "Int", "got_type": "str"},
        ),
        (
            "root:solids:load:config",
            "FIELDS_NOT_DEFINED",
            {"field": "d", "fields": ("a", "b", "c"), "nearest": None, "field_names": ("d", "e")},
        ),
        ("root:one", "FIELD_NOT_DEFINED", {"field": "j", "fields": ("k",), "nearest": None, "field_names": ("j",)}),
        ("root:pick", "SELECTOR_FIELD_ERROR", {"fields": ("x", "y"), "given": ("x", "y")}),
        ("root:n", "FAILED_POST_PROCESSING", {"variable": "N", "is_set": True, "expected_type": "IntSource"}),
    ]


def test_one_missing_field() -> None:
    assert [each[:2] for each in evaluate({"a": int}, {})] == [("root", "MISSING_REQUIRED_FIELD")]


def test_the_error_holds_the_value_and_the_texts() -> None:
    value = {"a": "x", "c": 1}
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(resolve_schema({"a": int})).validate(value)
    error = caught.value
    assert error.config_value is value
    assert error.error_messages == (
        'a\n  expected an integer, got the text "x"',
        "c\n  expected the field a, got the unknown field c",
    )
    assert error.message == str(error)
    assert [problem.stack for problem in error.errors] == ["root:a", "root:c"]
    assert [each.message for each in error.evaluation_errors] == [
        'at root:a: expected an integer, got the text "x"',
        "unknown field at root: c: expected the field a, got the unknown field c",
    ]


def test_the_reasons_are_those_of_2020() -> None:
    assert {reason.name for reason in EvaluationReason} == {
        "RUNTIME_TYPE_MISMATCH",
        "MISSING_REQUIRED_FIELD",
        "MISSING_REQUIRED_FIELDS",
        "FIELD_NOT_DEFINED",
        "FIELDS_NOT_DEFINED",
        "SELECTOR_FIELD_ERROR",
        "FAILED_POST_PROCESSING",
    }
