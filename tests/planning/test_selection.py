"""The grammar of selections, against a plain definition of what it means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from dagnb.errors import DagnbSelectionError
from dagnb.planning.selection import select

CHAIN = {"a": [], "b": ["a"], "c": ["b"], "d": ["c"]}


@pytest.mark.parametrize(
    ("clauses", "chosen"),
    [
        ("b", "b"),
        ("*c", "abc"),
        ("b*", "bcd"),
        ("+c", "bc"),
        ("++c", "abc"),
        ("a+", "ab"),
        ("a++", "abc"),
        ("+b+", "abc"),
        ("*b*", "abcd"),
        ("*+b", "ab"),
        ("b+*", "bcd"),
        ("a, c", "ac"),
        (["d", "a+"], "abd"),
        (["a,b", "d"], "abd"),
    ],
)
def test_every_form_of_a_clause(clauses: str | list[str], chosen: str) -> None:
    assert select(clauses, CHAIN, where="p") == list(chosen)


def reach(start: str, edges: dict[str, set[str]], levels: int | None) -> set[str]:
    """Go along the edges, the slow way."""
    found = {start}
    for _ in range(len(edges) if levels is None else levels):
        found |= {each for name in found for each in edges[name]}
    return found


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    return {
        name: draw(st.lists(st.sampled_from(names[:index]), unique=True)) if index else []
        for index, name in enumerate(names)
    }


@given(graphs(), st.data())
def test_a_clause_means_what_its_definition_says(needs: dict[str, list[str]], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(needs)))
    up = data.draw(st.none() | st.integers(0, 3))
    down = data.draw(st.none() | st.integers(0, 3))
    clause = f"{'*' if up is None else '+' * up}{name}{'*' if down is None else '+' * down}"
    feeds = {each: {fed for fed, sources in needs.items() if each in sources} for each in needs}
    sources = {each: set(found) for each, found in needs.items()}
    expected = reach(name, sources, up) | reach(name, feeds, down)
    assert select(clause, needs, where="p") == [each for each in needs if each in expected]


@given(graphs(), st.lists(st.integers(0, 7), min_size=1, max_size=3))
def test_clauses_add_up(needs: dict[str, list[str]], picked: list[int]) -> None:
    names = [list(needs)[index % len(needs)] for index in picked]
    alone = {each for name in names for each in select(f"*{name}", needs, where="p")}
    assert select([f"*{name}" for name in names], needs, where="p") == [each for each in needs if each in alone]


@pytest.mark.parametrize(
    ("clauses", "parts"),
    [
        ("bb", ["there is no bb", "pipeline p", "the names are a, b, c, d"]),
        ("a b", ["'a b' is no clause"]),
        ("a,", ["'' is no clause"]),
        ("", ["the selection is empty", "every solid runs"]),
        ([], ["the selection is empty"]),
        ("a**b", ["'a**b' is no clause"]),
        (["a", 3], ["3 is no clause"]),
        (3, ["3 is no clause"]),
        (["x", "y*"], ["there is no x", "there is no y"]),
    ],
)
def test_every_mistake_is_told_with_all_others(clauses: Any, parts: list[str]) -> None:
    with pytest.raises(DagnbSelectionError) as caught:
        select(clauses, CHAIN, where="pipeline p")
    text = str(caught.value)
    assert [part for part in parts if part not in text] == [], text


def test_a_name_close_to_another_is_suggested() -> None:
    with pytest.raises(DagnbSelectionError, match="did you mean load_flights"):
        select("load_flight", {"load_flights": [], "fit": ["load_flights"]}, where="p")
