"""Every value can be described, quickly, and none makes it fail."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.events.codec import decode_event, encode_event
from dagnb.events.records import ColumnInfo, OutputProduced, TypeCheckInfo, ValueInfo, ValueReference
from dagnb.types import describe_value, preview_value, summary_text
from dagnb.types.describe import MAX_COLUMNS

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


class Hostile:
    """Raises at every touch."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __len__(self) -> int:
        raise RuntimeError("len")

    def __repr__(self) -> str:
        raise RuntimeError("repr")


class HostileList(list[int]):
    def __len__(self) -> int:
        raise RuntimeError("len")

    def __iter__(self) -> Any:
        raise RuntimeError("iter")

    def __sizeof__(self) -> int:
        raise RuntimeError("sizeof")


class HostileFrame(pd.DataFrame):
    @property
    def shape(self) -> Any:
        raise RuntimeError("shape")


@settings(deadline=None)
@given(VALUES)
def test_any_plain_value_is_described_and_shown(value: Any) -> None:
    info = describe_value(value)
    assert info.type_name == ("None" if value is None else type(value).__name__)
    assert info.length == (len(value) if hasattr(value, "__len__") else None)
    preview = preview_value(value, 3)
    assert len(preview.text) <= 2000
    if preview.table is not None:
        assert len(preview.table.rows) <= 3
        assert all(len(cell) <= 80 for row in preview.table.rows for cell in row)


@pytest.mark.parametrize(
    "make",
    [
        Hostile,
        lambda: HostileList([1, 2]),
        lambda: HostileFrame({"a": [1]}),
        lambda: Hostile,
        lambda: np.void(b"a"),
    ],
)
def test_hostile_values_are_only_named(make: Callable[[], Any]) -> None:
    value = make()
    assert describe_value(value).type_name == type(value).__name__
    assert preview_value(value).type_name == type(value).__name__


def test_a_hostile_list_is_counted_by_the_builtin() -> None:
    info = describe_value(HostileList([1, 2, 3]))
    assert info.length == 3


def test_a_frame_has_rows_columns_nulls_and_bytes() -> None:
    frame = pd.DataFrame(
        {
            "i": [1, 2, 3],
            "f": [0.5, None, None],
            "s": ["a", None, "c"],
            "o": pd.Series([None, "x" * 1000, None], dtype=object),
            "t": pd.Series(["2018-01-01", None, None]).astype("datetime64[us]"),
            "I": pd.array([1, None, 3], dtype="Int64"),
            "b": [True, False, True],
            3: [1, 2, 3],
        }
    )
    info = describe_value(frame)
    assert info.columns is not None
    assert (info.rows, len(info.columns)) == (3, 8)
    assert {column.name: column.nulls for column in info.columns} == {
        "i": 0,
        "f": 2,
        "s": 1,
        "o": 2,
        "t": 2,
        "I": 1,
        "b": 0,
        "3": 0,
    }
    assert info.columns[0].dtype == "int64"
    assert info.bytes is not None
    assert info.bytes > 1000
    assert summary_text(info) == "3 × 8"


def test_a_subclass_of_a_frame_is_a_frame() -> None:
    class Flights(pd.DataFrame):
        pass

    info = describe_value(Flights({"a": [1, 2]}))
    assert (info.type_name, info.rows) == ("Flights", 2)


def test_duplicate_columns_and_multi_indices_are_fine() -> None:
    frame = pd.DataFrame([[1, None]], columns=["a", "a"])
    assert [column.nulls for column in describe_value(frame).columns or ()] == [0, 1]
    wide = frame.set_axis(pd.MultiIndex.from_tuples([("x", 1), ("x", 2)]), axis=1)
    assert [column.name for column in describe_value(wide).columns or ()] == ['("x", 1)', '("x", 2)']


def test_a_wide_frame_is_listed_in_part_and_counted_whole() -> None:
    info = describe_value(pd.DataFrame(np.zeros((2, MAX_COLUMNS + 100))))
    assert len(info.columns or ()) == MAX_COLUMNS
    assert summary_text(info) == f"2 × {MAX_COLUMNS + 100}"


def test_nulls_of_a_huge_frame_are_left_uncounted() -> None:
    # A broadcast view: 60 million cells that take no memory.
    column = np.broadcast_to(np.array([0.5]), 6_000_000)
    info = describe_value(pd.DataFrame({f"c{i}": column for i in range(5)}, copy=False))
    assert [column.nulls for column in info.columns or ()] == [0, 0, 0, None, None]


@pytest.mark.parametrize(
    ("value", "info", "summary"),
    [
        (True, ValueInfo(type_name="bool"), ""),
        (None, ValueInfo(type_name="None"), ""),
        (np.zeros((3, 4)), ValueInfo(type_name="ndarray[float64, 3 × 4]", rows=3, length=12, bytes=96), "3 × 4"),
        (np.zeros(1500), ValueInfo(type_name="ndarray[float64, 1,500]", length=1500, bytes=12000), "1,500"),
        (np.array(1), ValueInfo(type_name="ndarray[int64, scalar]", length=1, bytes=8), "scalar"),
        (
            pa.table({"a": pa.array([1, None], pa.int64())}),
            ValueInfo(type_name="Table", rows=2, bytes=17, columns=(ColumnInfo(name="a", dtype="int64", nulls=1),)),
            "2 × 1",
        ),
        (object(), ValueInfo(type_name="object"), ""),
    ],
)
def test_other_values_have_their_size(value: Any, info: ValueInfo, summary: str) -> None:
    assert describe_value(value) == info
    assert summary_text(info) == summary


def test_containers_have_length_and_an_estimate_of_their_bytes() -> None:
    texts = ["x" * 951] * 1000
    info = describe_value(texts)
    assert (info.length, summary_text(info)) == (1000, "1,000 items")
    assert info.bytes == texts.__sizeof__() + 1000 * 1000
    counted = describe_value(collections.Counter("abca"))
    assert (counted.type_name, counted.length) == ("Counter", 3)
    assert summary_text(describe_value("a")) == "1 character"


def test_a_description_goes_through_the_event_codec() -> None:
    info = describe_value(pd.DataFrame({"a": [1.5, None], ("b", 2): ["x", "y"]}))
    event = OutputProduced(
        output_name="result",
        type_check=TypeCheckInfo(type_name="DataFrame"),
        value=info,
        reference=ValueReference(codec=None),
    )
    assert decode_event("OutputProduced", encode_event(event)) == event
