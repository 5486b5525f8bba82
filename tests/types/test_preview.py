"""The head of a value, bounded, as a text or a table."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dagnb.config import Secret
from dagnb.types import describe_value, preview_value
from dagnb.types.preview import PreviewTable


@dataclass
class Scores:
    r2: float
    name: str


def table(value: Any, rows: int = 10) -> PreviewTable:
    found = preview_value(value, rows).table
    assert found is not None
    return found


def test_a_frame_shows_its_head() -> None:
    frame = pd.DataFrame(
        {
            "origin": ["JFK", None, "LGA"],
            "delay": [1.0, 1 / 3, None],
            "at": pd.Series(["2013-01-01 05:15", "2013-01-02", None]).astype("datetime64[us]"),
            "n": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    found = table(frame, 2)
    assert found.columns == ("origin", "delay", "at", "n")
    assert found.rows == (
        ("JFK", "1.0", "2013-01-01 05:15:00", "1"),
        ("null", "0.333333", "2013-01-02 00:00:00", "null"),
    )
    assert found.aligns == ("left", "right", "left", "right")
    assert found.note == "2 of 3 rows"
    assert preview_value(frame).summary == "3 × 4"
    assert table(frame).note == ""


def test_an_index_that_says_something_is_shown() -> None:
    frame = pd.DataFrame({"delay": [1, 2]}, index=pd.Index(["UA", "AA"], name="carrier"))
    assert table(frame) == PreviewTable(
        columns=("carrier", "delay"), rows=(("UA", "1"), ("AA", "2")), aligns=("left", "right")
    )
    described = pd.DataFrame({"x": [1.0, 2.0]}).describe()
    assert table(described, 1).rows == (("count", "2.0"),)


def test_a_wide_frame_is_cut() -> None:
    found = table(pd.DataFrame(np.zeros((100, 50))))
    assert (len(found.columns), len(found.rows), found.note) == (20, 10, "10 of 100 rows, 20 of 50 columns")


def test_cells_are_cut_and_foreign_objects_named() -> None:
    frame = pd.DataFrame({"o": pd.Series(["x" * 500, object(), [1, {"a": 2}]], dtype=object)})
    rows = [row[0] for row in table(frame).rows]
    assert rows == ["x" * 79 + "…", "<object>", '[1, {"a": 2}]']


@pytest.mark.parametrize(
    ("value", "columns", "rows"),
    [
        (pd.Series([1, 2], name="n"), ("n",), (("1",), ("2",))),
        (pd.Series(["a"], index=["k"]), ("", "value"), (("k", "a"),)),
        (np.array([[1, 2], [3, 4]]), ("0", "1"), (("1", "2"), ("3", "4"))),
        (np.array(["a"]), ("value",), (("a",),)),
        (pa.table({"a": [1, None]}), ("a",), (("1",), ("null",))),
        ([{"a": 1}, {"b": "x"}], ("a", "b"), (("1", "null"), ("null", "x"))),
        ({"r2": 0.41, "n": [1, 2]}, ("key", "value"), (("r2", "0.41"), ("n", "[1, 2]"))),
        (Scores(0.41, "fit"), ("field", "value"), (("r2", "0.41"), ("name", "fit"))),
    ],
)
def test_what_is_a_table_is_shown_as_one(value: Any, columns: tuple[str, ...], rows: Any) -> None:
    found = table(value)
    assert (found.columns, found.rows) == (columns, rows)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("JFK\nLGA", "JFK\nLGA"),
        (3, "3"),
        (0.1 + 0.2, "0.3"),
        (None, "None"),
        (np.float32(0.5), "0.5"),
        (pd.Timestamp("2018-01-01"), "2018-01-01 00:00:00"),
        (dt.date(2018, 1, 1), "2018-01-01"),
        (b"abc", "<bytes 3>"),
        ([1, "a", None], '[1, "a", null]'.replace("null", "None")),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, … 100 in all]"),
        (np.zeros((2, 3, 4)), "<ndarray 2 × 3 × 4>"),
        (pd.DataFrame, "<type>"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_other_values_are_shown_as_texts(value: Any, text: str) -> None:
    assert preview_value(value).text == text


def test_a_value_speaks_for_itself_within_bounds() -> None:
    class Long:
        def __repr__(self) -> str:
            return "x" * 100_000

    class Broken:
        def __repr__(self) -> str:
            raise ValueError("no")

    class NoText:
        def __repr__(self) -> str:
            return 3  # type: ignore[return-value]

    assert len(preview_value(Long()).text) == 2000
    assert preview_value(Broken()).text.endswith("<locals>.Broken> (its repr raised ValueError)")
    assert preview_value(NoText()).text.endswith("(its repr raised TypeError)")


def test_values_inside_others_are_not_asked() -> None:
    asked = []

    class Nosy:
        def __repr__(self) -> str:
            asked.append(self)
            return "me"

    for value in ([Nosy()], {"a": Nosy()}, pd.DataFrame({"a": [Nosy()]}), Scores(0.1, Nosy())):  # type: ignore[arg-type]
        preview_value(value)
    assert asked == []


def test_a_list_that_holds_itself_ends() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert preview_value(loop).text == "[[[[… 1]]]]"


def test_a_preview_is_json() -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    preview = preview_value(frame, 1, describe_value(frame))
    assert json.loads(json.dumps(preview.as_dict())) == {
        "type_name": "DataFrame",
        "summary": "2 × 1",
        "text": "",
        "table": {"columns": ["a"], "rows": [["1"]], "aligns": ["right"], "note": "1 of 2 rows"},
    }


def test_secrets_are_masked_in_a_preview() -> None:
    secret = Secret("zzcanary of previews")
    for value in (f"with {secret}", {"a": f"with {secret}"}, pd.DataFrame({secret: [f"with {secret}"]}), [secret]):
        assert "zzcanary" not in str(preview_value(value).as_dict()), value
