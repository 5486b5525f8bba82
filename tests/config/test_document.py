from __future__ import annotations

import math
from typing import Any

import pytest

from dagnb.config import DagnbConfigError, Span, parse_document
from dagnb.config.document import MAX_CHARACTERS

TEXT = """\
solids:
  load:
    config:
      origin: JFK
      tables: [a, {b: "c d"}]
  fit:
  - 1
  - x: 2
"""


def cut(path: tuple[str | int, ...]) -> str:
    span = parse_document(TEXT).locate(path)
    assert span.line == span.end_line
    return TEXT.split("\n")[span.line][span.column : span.end_column]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("# nothing\n", {}),
        ("~", None),
        ('{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}),
        (
            "a: 1e-3\nb: yes\nc: 2024-06-30\nd: 1:30\ne: 010\nf: 0x1F",
            {"a": 0.001, "b": "yes", "c": "2024-06-30", "d": "1:30", "e": 10, "f": 31},
        ),
        ("a: 'true'\nb: !!str 5\nc: !!int 5", {"a": "true", "b": "5", "c": 5}),
        ("a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  k: 2\n  l: 3", {"a": {"k": 1}, "b": {"k": 1}, "c": {"k": 2, "l": 3}}),
        ("a:\n  <<: [{x: 1}, {x: 2, y: 3}]", {"a": {"x": 1, "y": 3}}),
        ("a: |\n  two\n  lines\nb: >\n  one\n  line\n", {"a": "two\nlines\n", "b": "one line\n"}),
        ("1: a\ntrue: b\n1.0: c\n~: d", {1: "a", "true": "b", "1.0": "c", "~": "d"}),
        ("a: " + "9" * 5000, {"a": "9" * 5000}),
        ("é: ü😀", {"é": "ü😀"}),
    ],
)
def test_what_a_text_means(text: str, value: Any) -> None:
    document = parse_document(text)
    assert document.problems == ()
    assert document.value == value


def test_numbers_that_are_none() -> None:
    value = parse_document("a: .inf\nb: -.inf\nc: .nan").value
    assert (value["a"], value["b"]) == (math.inf, -math.inf)
    assert math.isnan(value["c"])


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: 1\n b: 2", "a key does not line up with the keys beside it, or unquoted text holds a colon", (1, 2)),
        ("a: [1\nb: 2", "a [ is not closed", (0, 3)),
        ("a: {b: 1\n", "a { is not closed", (0, 3)),
        ("a: 'x\nb: 1", "a quote is not closed", (0, 3)),
        ("a: 1\nb: 2\na: 3", "the key a is given twice", (2, 0)),
        ("a: {b: 1, b: 2}", "the key b is given twice", (0, 10)),
        (
            "a: !!python/object/apply:os.system [ls]",
            "the tag !!python/object/apply:os.system cannot be used in a config",
            (0, 3),
        ),
        ("a: !env HOME", "the tag !env cannot be used in a config", (0, 3)),
        ("a: !!int x", "the tag !!int cannot be used in a config", (0, 3)),
        ("a: &x [*x]", "*x stands inside what it names", (0, 7)),
        ("a: *b", "there is no anchor &b above", (0, 3)),
        ("a: 1\n---\nb: 2", "a config is one document; a second one starts here", (1, 0)),
        ("? [a]\n: b", "a key has to be text or a number", (0, 2)),
        ("<<: 3", "<< takes a mapping or a list of mappings", (0, 4)),
        ("a: \x00", "the character U+0000 cannot stand in a document", (0, 3)),
        ("a: b\nc: \ud800", "the character U+D800 cannot stand in a document", (1, 3)),
        ("[" * 5000, "the document is nested more than 100 levels deep", (0, 100)),
        ("- " * 5000, "the document is nested more than 100 levels deep", (0, 200)),
        ("x" * (MAX_CHARACTERS + 1), "the document has 4,000,001 characters, more than 4,000,000", (0, 0)),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, message: str, place: tuple[int, int]) -> None:
    document = parse_document(text)
    assert [(problem.message, problem.span[:2]) for problem in document.problems] == [(message, place)]
    assert document.value == {}


def test_every_double_key_is_told_with_its_path() -> None:
    problems = parse_document("a: {b: 1, b: 2}\nc:\n- d: 1\n  d: 2").problems
    assert [problem.path for problem in problems] == [("a", "b"), ("c", 0, "d")]


def test_aliases_cannot_blow_a_document_up() -> None:
    rows = [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]" for i in range(9)]
    document = parse_document("\n".join(["a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]", *rows]))
    assert [problem.message for problem in document.problems] == ["the document holds more than 500,000 values"]


def test_every_part_has_its_place() -> None:
    assert cut(("solids", "load", "config", "origin")) == "JFK"
    assert cut(("solids", "load", "config", "tables")) == '[a, {b: "c d"}]'
    assert cut(("solids", "load", "config", "tables", 1, "b")) == '"c d"'
    assert cut(("solids", "fit", 1, "x")) == "2"
    assert parse_document(TEXT).locate(("solids", "load")) == Span(2, 4, 4, 29)


def test_what_is_not_there_is_where_it_would_be() -> None:
    document = parse_document(TEXT)
    assert document.locate(("solids", "fit", 7)) == document.locate(("solids", "fit"))
    assert document.locate_key(("solids", "load", "nope")) == Span(1, 2, 1, 6)
    assert parse_document("a:\n  b:\n").locate(("a", "b")) == Span(1, 2, 1, 3)
    assert parse_document("").locate(("a",)) == Span(0, 0, 0, 0)


def test_problems_can_be_raised() -> None:
    parse_document("a: 1").raise_for_problems()
    with pytest.raises(DagnbConfigError) as caught:
        parse_document("a: 1\na: 2").raise_for_problems()
    assert str(caught.value) == "a › line 2, column 1\n  expected readable YAML: the key a is given twice"
