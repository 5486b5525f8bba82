from __future__ import annotations

from typing import Annotated

import pydantic

from dagnb.config import Field, StringSource, compile_schema, diagnose, resolve_schema

SCHEMA = resolve_schema(
    {
        "solids": {
            "train_model": {
                "config": {
                    "folds": Annotated[int, pydantic.Field(ge=2, le=20)],
                    "max_depth": Field(int, default_value=6),
                    "origin": str,
                    "token": Field(StringSource, is_required=False),
                }
            }
        }
    }
)
TEXT = """\
solids:
  train_model:
    config:
      max_dept: 3
      folds: ninety
      token: {env: DAGNB_NOT_SET}
"""


def test_each_problem_underlines_what_is_wrong() -> None:
    marked = [
        (TEXT.split("\n")[found.span.line][found.span.column : found.span.end_column], found.message)
        for found in diagnose(SCHEMA, TEXT, environ={})
    ]
    assert marked == [
        ("config", "expected text, got nothing"),
        (
            "max_dept",
            (
                "expected one of the fields folds, max_depth, origin, token, got the unknown field max_dept; "
                "did you mean max_depth?"
            ),
        ),
        ("ninety", 'expected an integer from 2 to 20, got the text "ninety"'),
        (
            "{env: DAGNB_NOT_SET}",
            (
                "expected the environment variable DAGNB_NOT_SET to be set, got nothing; "
                "set it before the run: %env DAGNB_NOT_SET=..."
            ),
        ),
    ]


def test_a_validator_serves_as_the_schema_and_the_environment_may_be_left_out() -> None:
    found = diagnose(compile_schema(SCHEMA), TEXT, environ=None)
    assert [diagnostic.reason for diagnostic in found] == ["missing_field", "unknown_field", "type_mismatch"]


def test_text_that_is_no_yaml_is_one_diagnostic() -> None:
    found = diagnose(SCHEMA, "solids: [")
    assert [(diagnostic.reason, diagnostic.severity, diagnostic.span) for diagnostic in found] == [
        ("syntax", "error", (0, 8, 0, 9))
    ]


def test_a_right_text_has_none() -> None:
    assert diagnose(SCHEMA, "solids: {train_model: {config: {folds: 3, origin: JFK}}}") == []


def test_an_empty_text_is_an_empty_mapping() -> None:
    assert [diagnostic.path for diagnostic in diagnose(SCHEMA, "")] == [("solids",)]
