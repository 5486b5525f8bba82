from __future__ import annotations

import dataclasses
from typing import Any

import pydantic
import pytest

from dagnb.config import compile_schema, print_schema, prune, resolve_schema, scaffold
from dagnb.config.models import outline


class Node(pydantic.BaseModel):
    name: str
    weight: float | None = None
    children: list[Node] = []


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    a: int


@dataclasses.dataclass
class Columns:
    names: list[str]
    labels: dict[str, int] = dataclasses.field(default_factory=dict)


def test_the_solid_gets_the_model() -> None:
    resolved = compile_schema(resolve_schema({"n": Node, "c": Columns})).validate(
        {"n": {"name": "a", "children": [{"name": "b"}]}, "c": {"names": ["x"]}}
    )
    assert resolved == {"n": Node(name="a", children=[Node(name="b")]), "c": Columns(["x"])}


def test_a_model_itself_may_be_given() -> None:
    node = Node(name="a")
    assert compile_schema(resolve_schema(Node)).validate(node) == node


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"name": "a", "children": [{"name": "b", "nmae": 1}]}, ("children", 0, "nmae")),
        ({"name": "a", "children": [{"weight": 1}]}, ("children", 0, "name")),
        ({"name": "a", "weight": "x"}, ("weight",)),
    ],
)
def test_problems_inside_a_model_have_their_place(value: Any, path: tuple[str | int, ...]) -> None:
    assert [problem.path for problem in compile_schema(resolve_schema(Node)).problems(value)] == [path]


def test_a_model_that_says_so_takes_other_fields() -> None:
    assert compile_schema(resolve_schema(Open)).validate({"a": 1, "b": 2}) == Open(a=1, b=2)  # type: ignore[call-arg]
    assert prune(resolve_schema(Open), {"a": 1, "b": 2}) == {"a": 1, "b": 2}


def test_the_outline_shows_the_fields_and_ends_in_recursion() -> None:
    shown = outline(resolve_schema(Node))  # type: ignore[arg-type]
    assert print_schema(shown) == "{ name: String weight?: Float? children?: [Any] }"
    assert print_schema(outline(resolve_schema(Columns))) == "{ names: [String] labels?: { [String]: Int } }"  # type: ignore[arg-type]


def test_a_scaffold_shows_the_fields_of_a_model() -> None:
    assert scaffold(resolve_schema({"columns": Columns})) == "columns:\n  names: []  # a list, each text, required"
