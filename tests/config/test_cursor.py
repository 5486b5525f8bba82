from __future__ import annotations

import pytest

from dagnb.config.cursor import find_cursor


@pytest.mark.parametrize(
    ("text", "path", "prefix", "used"),
    [
        ("a:\n  b: 1\n  |\n  c: 2\nd: 1", ("a",), "", {"b", "c"}),
        ("a:\n  b: 1\n|", (), "", {"a"}),
        ("a: x|y", ("a",), "x", set()),
        ("a:\n- b: 1\n  c|\n- d: 1", ("a", 0), "c", {"b"}),
        ("a:\n  - - b: 1\n      c|", ("a", 0, 0), "c", {"b"}),
        ("\"a b\":\n  'c':\n    |", ("a b", "c"), "", set()),
        ("a: 'x # y'\n|", (), "", {"a"}),
        ("a: |-\n  k: v\nb|", (), "b", {"a"}),
        ("a: {b: {c: 1}, d|: 2}", ("a",), "d", {"b"}),
        ("a: {\n  b: 1, # x, y\n  |\n}", ("a",), "", {"b"}),
        ("a: {'b: c': 1, |}", ("a",), "", {"b: c"}),
    ],
)
def test_what_is_around_the_cursor(text: str, path: tuple[str | int, ...], prefix: str, used: set[str]) -> None:
    cut = text.rindex("|")
    before, after = text[:cut], text[cut + 1 :]
    cursor = find_cursor(before + after, before.count("\n"), len(before) - before.rfind("\n") - 1)
    assert cursor is not None
    assert (cursor.path, cursor.prefix, set(cursor.used)) == (path, prefix, used)


@pytest.mark.parametrize("text", ["a: |\n  te@xt", "# co@mment", "a: 1 # co@mment", "a:@"])
def test_places_where_nothing_can_be_completed(text: str) -> None:
    before, _, after = text.partition("@")
    assert find_cursor(before + after, before.count("\n"), len(before) - before.rfind("\n") - 1) is None


def test_a_text_that_goes_on_over_lines_is_completed_on_its_last() -> None:
    cursor = find_cursor("[::-\n", 1, 0)
    assert cursor is not None
    assert cursor.span == (1, 0, 1, 0)
