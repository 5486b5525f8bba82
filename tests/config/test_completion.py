from __future__ import annotations

from typing import Literal

import pydantic
import pytest

from dagnb.config import (
    Completion,
    Field,
    Noneable,
    ScalarUnion,
    Selector,
    StringSource,
    complete,
    diagnose,
    resolve_schema,
)


class Model(pydantic.BaseModel):
    depth: int = pydantic.Field(default=3, description="How deep.")


CONFIG = {
    "max_depth": Field(Noneable(int), default_value=6, description="How deep."),
    "folds": int,
    "target": Field(Literal["dep_delay", "arr_delay"], default_value="dep_delay"),
    "flag": Field(bool, default_value=True),
    "source": Field(Selector({"csv": {"path": str}, "table": str}), is_required=False),
    "rows": Field([{"a": int, "b": bool}], is_required=False),
    "kinds": Field([Literal["x", "z"]], is_required=False),
    "token": Field(StringSource, is_required=False),
    "size": Field(ScalarUnion(bool, {"width": int}), is_required=False),
    "model": Field(Model, is_required=False),
    "free": Field(dict[str, bool], is_required=False),
}
SCHEMA = resolve_schema({"solids": {"load": {"config": CONFIG}, "fit": {"config": CONFIG}}})
HEAD = "solids:\n  fit:\n    config:\n"


def at(text: str) -> Completion:
    """Complete at the `|` of a text."""
    before, _, after = text.partition("|")
    return complete(SCHEMA, before + after, before.count("\n"), len(before) - before.rfind("\n") - 1)


def labels(text: str) -> list[str]:
    return [item.label for item in at(text).items]


def accept(text: str, label: str) -> str:
    """Return the text after the item has been chosen."""
    completion = at(text)
    item = next(item for item in completion.items if item.label == label)
    lines = text.replace("|", "").split("\n")
    line = lines[completion.span.line]
    lines[completion.span.line] = line[: completion.span.column] + item.insert + line[completion.span.end_column :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|", ["solids"]),
        ("so|", ["solids"]),
        ("solids:\n  |", ["load", "fit"]),
        ("solids:\n  load:\n    config: {}\n  |", ["fit"]),
        ("solids:\n  |\n  load:\n    config: {}", ["fit"]),
        (HEAD + "      fo|", ["folds"]),
        (HEAD + "      depth|", ["max_depth"]),
        (HEAD + "      fo|lds: 3\n      flag: true", ["folds"]),
        (HEAD + "      target: |", ["dep_delay", "arr_delay"]),
        (HEAD + "      target: arr|x  # why", ["arr_delay"]),
        (HEAD + "      target:|", []),
        (HEAD + "      flag: |", ["true", "false"]),
        (HEAD + "      max_depth: |", ["6", "null"]),
        (HEAD + "      folds: |", []),
        (HEAD + "      source:\n        |", ["csv", "table"]),
        (HEAD + "      source:\n        csv: {}\n        |", []),
        (HEAD + "      source:\n        csv:\n          |", ["path"]),
        (HEAD + "      rows:\n        |", ["-"]),
        (HEAD + "      rows:\n        - |", ["a", "b"]),
        (HEAD + "      rows:\n        - a: 1\n          |", ["b"]),
        (HEAD + "      rows:\n      - a: 1\n        |\n      - b: true", ["b"]),
        (HEAD + "      rows:\n      - b: true\n      - b: |", ["true", "false"]),
        (HEAD + "      rows: [{a: 1, |", ["b"]),
        (HEAD + "      rows: [{a: 1, b: |}]", ["true", "false"]),
        (HEAD + "      kinds:\n      - |", ["x", "z"]),
        (HEAD + "      kinds: [x, |]", ["x", "z"]),
        (HEAD + "      token: |", ["{env: NAME}"]),
        (HEAD + "      size: |", ["true", "false"]),
        (HEAD + "      size:\n        |", ["true", "false", "width"]),
        (HEAD + "      size: {|", ["width"]),
        (HEAD + "      model:\n        |", ["depth"]),
        (HEAD + "      free:\n        any: |", ["true", "false"]),
        (HEAD + "      # fo|", []),
        (HEAD + "      nope:\n        |", []),
        ("text: |2\n", []),
        ('{"solids": {"fit": {"config": {"fol|": 3}}}}', ["folds"]),
        (
            '{"solids": {\n  "fit": {"config": {"folds": 3, |\n  "flag": true, "kinds": ["x"]}}}}',
            ["max_depth", "target", "source", "rows", "token", "size", "model", "free"],
        ),
    ],
)
def test_what_is_offered(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_details_are_those_of_the_playground() -> None:
    details = {item.label: item.detail for item in at(HEAD + "      |").items}
    assert details == {
        "folds": "int, required",
        "max_depth": "int? = 6",
        "target": "enum: dep_delay | arr_delay",
        "flag": "bool = true",
        "source": "one of csv | table",
        "rows": "list of mapping",
        "kinds": "list of enum: x | z",
        "token": "text",
        "size": "bool or mapping",
        "model": "mapping",
        "free": "mapping",
    }
    assert next(iter(details)) == "folds"


def test_descriptions_and_kinds_come_along() -> None:
    (item,) = at(HEAD + "      max|").items
    assert (item.description, item.kind) == ("How deep.", "field")
    assert {item.kind for item in at(HEAD + "      source:\n        |").items} == {"branch"}
    assert {item.detail for item in at(HEAD + "      flag: t|").items} == {"default"}


@pytest.mark.parametrize(
    ("text", "label", "result"),
    [
        ("so|", "solids", "solids:\n  "),
        (HEAD + "      fo|", "folds", HEAD + "      folds: "),
        (HEAD + "      fo|lsd: 3", "folds", HEAD + "      folds: 3"),
        (HEAD + "      ki|", "kinds", HEAD + "      kinds:\n        - "),
        (HEAD + "      target: d|ep  # c", "dep_delay", HEAD + "      target: dep_delay  # c"),
        ("solids: {fit: {config: {fl|}}}", "flag", "solids: {fit: {config: {flag: }}}"),
        ('{"solids": {"fit": {"config": {"fol|": 3}}}}', "folds", '{"solids": {"fit": {"config": {"folds": 3}}}}'),
    ],
)
def test_what_is_chosen_stands_where_it_belongs(text: str, label: str, result: str) -> None:
    assert accept(text, label) == result


def test_a_text_can_be_written_by_choosing_alone() -> None:
    text = "|"
    for label in ("solids", "load", "config", "flag", "true"):
        text = accept(text, label) + "|"
    text = text.removesuffix("|") + "\n      folds: 3\n      |"
    text = accept(text, "target") + "|"
    text = accept(text, "arr_delay") + "\n  |"
    text = accept(text, "fit") + "|"
    text = accept(text, "config") + "folds: 5"
    assert diagnose(SCHEMA, text) == []


def test_places_outside_the_text_offer_nothing() -> None:
    assert complete(SCHEMA, "a", 5, 0).items == ()
    assert complete(SCHEMA, "a", 0, 9).items == ()
