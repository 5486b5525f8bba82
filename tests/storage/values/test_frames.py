from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as npst, pandas as pdst

from dagnb.storage.values.frames import PandasCodec
from dagnb.storage.values.store import FilesystemValueStore

PLACE = {"run_id": "run-1", "step_key": "load", "output_name": "result"}
NOON = "2026-03-01 12:00"


@pytest.fixture
def values(tmp_path: Path) -> FilesystemValueStore:
    return FilesystemValueStore(tmp_path / "values", tmp_path / "key")


def assert_same(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_exact=True, check_column_type=True)
        assert list(one.columns.names) == list(other.columns.names)
    else:
        pd.testing.assert_series_equal(one, other, check_exact=True)
    assert one.attrs == other.attrs
    assert type(one.index) is type(other.index)


def with_attrs(value: Any) -> Any:
    value.attrs = {"source": "nyc", "rows": [1, 2]}
    return value


def frame_of_many_kinds(rows: int = 4) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "int": np.arange(rows),
            "small": np.arange(rows, dtype="uint8"),
            "float": np.linspace(0, 1, rows),
            "gap": [np.nan if n % 2 else 1.5 for n in range(rows)],
            "text": pd.Series(["é" if n % 2 else None for n in range(rows)], dtype="str"),
            "flag": [n % 2 == 0 for n in range(rows)],
            "at": pd.date_range(NOON, periods=rows, tz="America/New_York"),
            "day": pd.date_range(NOON, periods=rows).astype("datetime64[ns]"),
            "second": pd.date_range(NOON, periods=rows).astype("datetime64[s]"),
            "lag": pd.to_timedelta(np.arange(rows), unit="s"),
            "maybe": pd.Series([None if n % 2 else n for n in range(rows)], dtype="Int64"),
            "truth": pd.Series([None if n % 2 else True for n in range(rows)], dtype="boolean"),
            "carrier": pd.Categorical(["AA" if n % 2 else "UA" for n in range(rows)], ["UA", "AA", "B6"], ordered=True),
        }
    )


IN_PARQUET: dict[str, Any] = {
    "many kinds": frame_of_many_kinds(),
    "many rows": frame_of_many_kinds(3000),
    "many rows without text": frame_of_many_kinds(3000)[["int", "at", "second", "lag", "maybe"]],
    "named index": pd.DataFrame({"a": [1.0, 2.0]}, index=pd.Index(["x", "y"], name="key")),
    "range from 5": pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(5, 9, 2)),
    "levels": frame_of_many_kinds().set_index(["int", "text"]),
    "daily": pd.DataFrame({"a": [1, 2, 3]}, index=pd.date_range(NOON, periods=3, freq="D")),
    "columns with a name": pd.DataFrame({"a": [1]}).rename_axis(columns="metric"),
    "doubled names": pd.DataFrame([[1, "x"], [2, "y"]], columns=["a", "a"]),
    "doubled names with whole seconds": frame_of_many_kinds()[["second", "second", "int"]],
    "names that are numbers": pd.DataFrame([[1, 2]]),
    "names that are numbers, named": pd.DataFrame([[1, 2]], columns=pd.Index([7, 7], name="k")),
    "names with a hole": pd.DataFrame([[1, 2]], columns=pd.Index(["a", None], dtype=object)),
    "levels of names": pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", 1)], names=["x", None]), index=["r"]
    ),
    "levels of names and rows": frame_of_many_kinds().set_index(["int", "small"])[["float"]].unstack(),  # noqa: PD010  # makes levels
    "many rows with doubled names": pd.DataFrame(np.zeros((3000, 2)), columns=["a", "a"]),
    "attrs": with_attrs(pd.DataFrame({"a": [1]})),
    "column named like an index": pd.DataFrame({"__index_level_0__": [1, 2]}, index=["a", "b"]),
    "no rows": frame_of_many_kinds().drop(columns="carrier").iloc[:0],
    "series": pd.Series([1, 2], name="delay"),
    "series without a name": pd.Series([1.5, None], index=["a", "b"]),
    "series named by a number": pd.Series([1, 2], name=3),
    "series with attrs": with_attrs(pd.Series(["a"])),
    "series with a frequency": pd.Series([1, 2], index=pd.date_range(NOON, periods=2, freq="h")),
    "intervals": pd.DataFrame({"bin": pd.arrays.IntervalArray.from_breaks([0, 5, 10])}),
    "periods": pd.DataFrame({"month": pd.period_range("2026-01", periods=2, freq="M")}),
}

NOT_IN_PARQUET: dict[str, Any] = {
    "names that are bytes": pd.DataFrame([[1, 2]], columns=[1, b"x"]),
    "names that are days": pd.DataFrame([[1, 2]], columns=pd.date_range(NOON, periods=2)),
    "mixed objects": pd.DataFrame({"a": pd.Series([1, "x", None], dtype=object)}),
    "numbers of different types": pd.DataFrame({"a": pd.Series([1, 1.0, True], dtype=object)}),
    "lists": pd.DataFrame({"a": [[1], [2, 3]]}),
    "dicts": pd.DataFrame({"a": [{"b": 1}, {"c": 2}]}),
    "sets": pd.Series([{1}, {2}]),
    "sparse": pd.DataFrame({"a": pd.arrays.SparseArray([0, 0, 1])}),
    "complex": pd.DataFrame({"a": [1 + 2j]}),
    "attrs that are no JSON": pd.DataFrame({"a": [1]}),
    "name that is a tuple": pd.Series([1], name=("a", "b")),
    "many mixed rows": pd.DataFrame({"a": pd.Series(["x", 1] * 3000, dtype=object)}),
}
NOT_IN_PARQUET["attrs that are no JSON"].attrs = {"seen": {1, 2}}

# Either is right, as long as it comes back; which one depends on the version of pyarrow.
SOMEHOW: dict[str, Any] = {
    "nothing": pd.DataFrame(),
    "no columns": pd.DataFrame(index=pd.RangeIndex(3)),
    "no rows, with categories": frame_of_many_kinds().iloc[:0],
    "categories of numbers": pd.DataFrame({"a": pd.Categorical([1, 2], categories=[2, 1, 3])}),
    "categories of days": pd.Series(pd.Categorical(pd.to_datetime(["2026-01-01", "2026-01-02"]))),
    "objects that are texts": pd.DataFrame({"a": pd.Series(["x", None], dtype=object)}),
    "objects that are dates": pd.DataFrame({"a": [dt.date(2026, 1, 1), None]}),
    "objects that are decimals": pd.DataFrame({"a": [decimal.Decimal("1.10"), decimal.Decimal(2)]}),
    "objects that are bytes": pd.DataFrame({"a": [b"x", b"y"]}),
    "fixed offset": pd.DataFrame({"a": pd.to_datetime(["2026-01-01T00:00+05:30"])}),
    "half precision": pd.DataFrame({"a": np.array([1, 2], dtype="float16")}),
    "index of mixed objects": pd.DataFrame({"a": [1, 2]}, index=pd.Index([1, "x"], dtype=object)),
    "arrow dtype": pd.DataFrame({"a": pd.Series([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64())))}),
    "yearly": pd.Series([1, 2], index=pd.date_range("2026-01-01", periods=2, freq="YS-APR")),
    "business hours": pd.Series([1, 2], index=pd.bdate_range("2026-01-01", periods=2)),
    "empty with a frequency": pd.Series([1, 2], index=pd.date_range(NOON, periods=2, freq="h")).iloc[:0],
}


@pytest.mark.parametrize("name", IN_PARQUET)
def test_frames_come_back_exactly_from_parquet(values: FilesystemValueStore, name: str) -> None:
    reference = values.put(IN_PARQUET[name], **PLACE)
    assert reference.codec == "pandas"
    assert_same(values.get(reference), IN_PARQUET[name])


@pytest.mark.parametrize("name", NOT_IN_PARQUET)
def test_what_parquet_would_change_is_pickled(values: FilesystemValueStore, name: str) -> None:
    reference = values.put(NOT_IN_PARQUET[name], **PLACE)
    assert reference.codec == "pickle"
    assert_same(values.get(reference), NOT_IN_PARQUET[name])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mixed objects", "column a"),
        ("numbers of different types", "column a"),
        ("lists", "the column a, which holds list"),
        ("attrs that are no JSON", "the attrs are more than JSON"),
        ("name that is a tuple", "the name is more than JSON"),
        ("names that are days", "the names of the columns are more than JSON"),
        ("many mixed rows", "column a"),
    ],
)
def test_the_reference_says_why_a_frame_is_pickled(values: FilesystemValueStore, name: str, told: str) -> None:
    note = values.put(NOT_IN_PARQUET[name], **PLACE).note or ""
    assert note.startswith("not kept as pandas: ")
    assert told in note


def test_the_reason_holds_nothing_of_the_values(values: FilesystemValueStore) -> None:
    frame = pd.DataFrame({"a": pd.Series([1, "4111-1111", None], dtype=object)})
    assert "4111" not in (values.put(frame, **PLACE).note or "")


@pytest.mark.parametrize("name", SOMEHOW)
def test_odd_frames_come_back_exactly_either_way(values: FilesystemValueStore, name: str) -> None:
    assert_same(values.get(values.put(SOMEHOW[name], **PLACE)), SOMEHOW[name])


@settings(max_examples=60, deadline=None)
@given(
    frame=pdst.data_frames(
        columns=[
            pdst.column("number", dtype=float),
            pdst.column("whole", dtype=int),
            pdst.column("anything", elements=st.none() | st.text() | st.integers() | st.booleans(), dtype=object),
        ],
        index=pdst.range_indexes(max_size=6) | pdst.indexes(dtype=int, max_size=6),
    )
)
def test_any_frame_comes_back_exactly(tmp_path_factory: pytest.TempPathFactory, frame: pd.DataFrame) -> None:
    folder = tmp_path_factory.getbasetemp() / "frames"
    values = FilesystemValueStore(folder / "values", folder / "key")
    again = values.get(values.put(frame, **PLACE))
    assert_same(again, frame)
    assert [type(item) for item in again["anything"]] == [type(item) for item in frame["anything"]]


labels = st.text(max_size=3) | st.integers(-3, 3) | st.none() | st.booleans()


@settings(max_examples=60, deadline=None)
@given(names=st.lists(labels, max_size=4) | st.lists(st.tuples(labels, labels), min_size=1, max_size=3))
def test_any_names_of_columns_come_back_exactly(tmp_path_factory: pytest.TempPathFactory, names: list[Any]) -> None:
    folder = tmp_path_factory.getbasetemp() / "names"
    values = FilesystemValueStore(folder / "values", folder / "key")
    columns = pd.MultiIndex.from_tuples(names) if names and isinstance(names[0], tuple) else pd.Index(names)
    frame = pd.DataFrame(np.arange(2 * len(names)).reshape(2, len(names)), columns=columns)
    again = values.get(values.put(frame, **PLACE))
    assert_same(again, frame)
    assert [*map(repr, again.columns)] == [*map(repr, frame.columns)]


@settings(max_examples=60, deadline=None)
@given(
    array=npst.arrays(
        dtype=npst.scalar_dtypes()
        | npst.array_dtypes(max_size=2)
        | npst.byte_string_dtypes()
        | npst.unicode_string_dtypes(),
        shape=npst.array_shapes(min_dims=0, max_side=4, min_side=0),
    )
)
def test_any_array_comes_back_exactly(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray[Any, Any]) -> None:
    folder = tmp_path_factory.getbasetemp() / "arrays"
    values = FilesystemValueStore(folder / "values", folder / "key")
    reference = values.put(array, **PLACE)
    again = values.get(reference)
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()
    assert reference.codec == "numpy"


def test_arrays_of_objects_are_pickled(values: FilesystemValueStore) -> None:
    array = np.array([1, "a", None], dtype=object)
    reference = values.put(array, **PLACE)
    assert reference.codec == "pickle"
    assert values.get(reference).tolist() == array.tolist()


def test_subclasses_keep_their_class(values: FilesystemValueStore) -> None:
    masked = np.ma.array([1, 2], mask=[True, False])
    again = values.get(values.put(masked, **PLACE))
    assert type(again) is type(masked)
    assert again.mask.tolist() == [True, False]


def test_arrow_tables_come_back(values: FilesystemValueStore) -> None:
    table = pa.table({"a": [1, None], "b": [["x"], []]}).replace_schema_metadata({"k": "v"})
    reference = values.put(table, **PLACE)
    assert reference.codec == "pyarrow"
    assert values.get(reference).equals(table, check_metadata=True)
    empty = pa.table({"a": pa.array([], pa.int8())})
    assert values.get(values.put(empty, **PLACE)).equals(empty)


def test_other_tools_can_read_the_file(values: FilesystemValueStore) -> None:
    frame = frame_of_many_kinds(500)
    reference = values.put(frame, **PLACE)
    assert reference.address == "run-1/load/result.parquet"
    again = pd.read_parquet(values.root / reference.address)
    assert list(again.columns) == list(frame.columns)


def test_the_codec_asks_for_nothing_that_is_not_imported() -> None:
    assert not PandasCodec().accepts([1])
