from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import pydantic

from dagnb.config import (
    Field,
    Map,
    Noneable,
    Selector,
    StringSource,
    diagnose,
    parse_document,
    resolve_schema,
    scaffold,
)

SCHEMA = resolve_schema(
    {
        "solids": {
            "train": {
                "config": {
                    "folds": Annotated[int, pydantic.Field(ge=2, le=20, description="How many\nfolds")],
                    "origin": Field(str, default_value="no", description="Where from?"),
                    "target": Literal["dep", "arr"],
                    "read": Selector({"csv": {"path": str}, "table": str}),
                    "tags": Field(Map(str, str), default_value={"a": "b c"}),
                    "deep": Field({"x": Field(Noneable(int), default_value=None)}, description="Deep."),
                    "token": StringSource,
                }
            }
        }
    }
)


def test_what_has_to_be_given() -> None:
    assert scaffold(SCHEMA) == (
        "solids:\n"
        "  train:\n"
        "    config:\n"
        "      folds: 2  # How many folds. An integer from 2 to 20, required\n"
        "      target: dep  # one of dep, arr, required\n"
        "      read:\n"
        "        # or instead of csv: table\n"
        "        csv:\n"
        '          path: ""  # text, required\n'
        '      token: ""  # text or {env: NAME}, required'
    )


def test_everything() -> None:
    text = scaffold(SCHEMA, fields="all")
    assert text == (
        "solids:\n"
        "  train:\n"
        "    config:\n"
        "      folds: 2  # How many folds. An integer from 2 to 20, required\n"
        '      origin: "no"  # Where from? Text, default "no"\n'
        "      target: dep  # one of dep, arr, required\n"
        "      read:\n"
        "        # or instead of csv: table\n"
        "        csv:\n"
        '          path: ""  # text, required\n'
        "      tags: {a: b c}  # a mapping, each value text, default {a: b c}\n"
        "      # Deep.\n"
        "      deep:\n"
        "        x: null  # an integer or null, default null\n"
        '      token: ""  # text or {env: NAME}, required'
    )
    assert diagnose(SCHEMA, text) == []


def test_nothing_to_give_is_an_empty_mapping() -> None:
    assert scaffold(resolve_schema({"a": Field(int, default_value=1)})) == "{}"


def test_limits_are_kept_by_the_example() -> None:
    limits: list[dict[str, Any]] = [
        {"gt": 0, "lt": 1},
        {"ge": 3},
        {"lt": -3},
        {"gt": 7, "multiple_of": 5},
        {"ge": -4, "le": -2},
        {"gt": 2},
    ]
    schema = {f"f{i}": Annotated[float, pydantic.Field(**limit)] for i, limit in enumerate(limits)}
    whole = {f"i{i}": Annotated[int, pydantic.Field(**limit)] for i, limit in enumerate(limits[1:])}
    node = resolve_schema({**schema, **whole, "text": Annotated[str, pydantic.Field(min_length=2)]})
    assert diagnose(node, scaffold(node)) == []


def test_what_cannot_be_made_up_is_left_for_the_editor_to_mark() -> None:
    node = resolve_schema({"day": dt.date})
    assert scaffold(node) == 'day: ""  # a date such as 2024-06-30, required'
    assert len(diagnose(node, scaffold(node))) == 1


def test_what_may_be_left_out_stands_as_a_comment_when_nothing_is_known_of_it() -> None:
    schema = {"origin": str, "by": Field(int, is_required=False), "part": Field({"a": int}, is_required=False)}
    text = scaffold(resolve_schema(schema), fields="all")
    assert text.splitlines() == [
        'origin: ""  # text, required',
        "# by: 0  # an integer, optional",
        "# part:",
        "#   a: 0  # an integer, required",
    ]
    assert parse_document(text).value == {"origin": ""}
