from __future__ import annotations

from typing import Any

import pytest

from dagnb.config import (
    DagnbInvalidConfigDefinitionError,
    Field,
    Int,
    Shape,
    print_schema,
    resolve_field,
    resolve_schema,
)
from dagnb.config.schema import ArrayNode, ScalarKind, ScalarNode


@pytest.mark.parametrize(
    ("schema", "printed"),
    [
        (int, "Int"),
        (float, "Float"),
        (str, "String"),
        (bool, "Bool"),
        (Any, "Any"),
        (dict, "{ ... }"),
        (list, "[Any]"),
        ([str], "[String]"),
        ({}, "{}"),
        ({"a": {"b": [int]}}, "{ a: { b: [Int] } }"),
        (Field(Int), "Int"),
        (Shape({"a": Field(int, default_value=1)}), "{ a?: Int }"),
    ],
)
def test_every_form_becomes_a_node(schema: Any, printed: str) -> None:
    assert print_schema(resolve_schema(schema)) == printed


def test_a_node_stays_itself() -> None:
    node = ArrayNode(ScalarNode(ScalarKind.INT))
    assert resolve_schema(node) is node


def test_a_mapping_whose_fields_are_optional_is_optional() -> None:
    assert not resolve_field({"a": Field(int, default_value=1)}).is_required
    assert resolve_field({"a": int}).is_required


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (
            {"solids": {"rows": 5}},
            (
                "the config schema cannot be used\n"
                "  at: solids › rows\n"
                "  got: the value 5\n"
                "  expected: a config type: int, float, bool, str, a dict, [inner], Noneable, Enum, "
                "a pydantic model ...\n"
                "  next: for a default write Field(int, default_value=5)"
            ),
        ),
        (
            {"a": [int, str]},
            (
                "the config schema cannot be used\n"
                "  at: a\n"
                "  got: a list of 2 types\n"
                "  expected: a list with the one type that its items have, such as [str]\n"
                "  next: for one of several values write Literal[...] or Enum; for one of several types Selector "
                "or ScalarUnion"
            ),
        ),
        (
            {1: int},
            (
                "the config schema cannot be used\n"
                "  got: 1 as a field name\n"
                "  expected: field names that are text\n"
                '  next: write "1"'
            ),
        ),
        (
            {str: int},
            (
                "the config schema cannot be used\n"
                "  got: <class 'str'> as a field name\n"
                "  expected: field names that are text\n"
                "  next: for free keys write Map(str, ...) or dict[str, ...]"
            ),
        ),
    ],
)
def test_what_is_no_schema_says_where_and_what_to_write(schema: Any, text: str) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema(schema)
    assert str(caught.value) == text
