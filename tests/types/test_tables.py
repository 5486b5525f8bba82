"""The same constraints over pandas, polars and pyarrow, with the same answers."""

# Datetimes without a timezone are what most frames hold.
# ruff: noqa: DTZ001, DTZ901

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import (
    ColumnFunctionConstraint,
    DataFrameConstraint,
    PandasColumn,
    RowCountConstraint,
    RowsConstraint,
    StrictColumnsConstraint,
    UniqueColumnsConstraint,
    ValueFunctionConstraint,
    create_dagster_pandas_dataframe_type,
    create_dataframe_type,
    resolve_type,
)
from dagnb.types.constraints import ColumnConstraint, ColumnDTypeInSetConstraint
from dagnb.types.tables import as_mask, column_of, library_of, table_of

pytestmark = pytest.mark.usefixtures("table_libraries")

DAYS = [dt.datetime(2018, 1, 1), dt.datetime(2018, 6, 1), None]
Data = dict[str, list[Any]]


def of_pandas(data: Data) -> Any:
    return pd.DataFrame(data)


def of_polars(data: Data) -> Any:
    return pl.DataFrame(data, strict=False)


def of_lazy(data: Data) -> Any:
    return of_polars(data).lazy()


def of_arrow(data: Data) -> Any:
    return pa.table(data)


MAKERS = [of_pandas, of_polars, of_lazy, of_arrow]
every_library = pytest.mark.parametrize("make", MAKERS)

T = create_dataframe_type(
    "T",
    columns=[
        PandasColumn.datetime_column("day", dt.datetime(2018, 2, 1), ignore_missing_vals=True),
        PandasColumn.categorical_column("team", ["dock", "truck"]),
        PandasColumn.float_column("hours", 0, 24, ignore_missing_vals=True),
        PandasColumn.integer_column("id", unique=True),
        PandasColumn.boolean_column("ok"),
        PandasColumn.string_column("note", non_nullable=True),
    ],
    dataframe_constraints=[UniqueColumnsConstraint(["team", "ok"]), RowCountConstraint(4)],
)


def frame_data() -> Data:
    return {
        "day": DAYS,
        "team": ["dock", "ship", "dock"],
        "hours": [8.0, math.nan, 25.0],
        "id": [1, 2, 2],
        "ok": [True, False, True],
        "note": ["a", None, "b"],
        "more": [1, 2, 3],
    }


@every_library
def test_every_library_gives_the_same_answer(make: Callable[[Data], Any]) -> None:
    check = T.check(make(frame_data()))
    assert check.description == (
        "not T: 7 problems in 3 rows\n"
        "- day: expected at least 2018-02-01, got 1 value outside (row 0 → 2018-01-01 00:00:00)\n"
        '- team: expected one of "dock", "truck", got 1 other (row 1 → ship)\n'
        "- hours: expected from 0 to 24, got 1 value outside (row 2 → 25.0)\n"
        "- id: expected unique values, got 2 duplicates (row 1 → 2, 2 → 2)\n"
        "- note: expected no nulls, got 1 null (row 1 → null)\n"
        '- expected unique team, ok, got 2 duplicates (row 0 → ("dock", True), 2 → ("dock", True))\n'
        "- expected 4 rows, got 3 rows"
    )


@every_library
def test_a_good_frame_passes_in_every_library(make: Callable[[Data], Any]) -> None:
    good = create_dataframe_type(
        "Good", columns=[PandasColumn.integer_column("n", 0, 9), PandasColumn.string_column("s")]
    )
    assert good.check(make({"n": [1, 2], "s": ["a", "b"]})).success
    assert good.check(make({"n": [1, 2], "s": ["a", None]})).success
    assert not good.check(make({"n": [1, 20], "s": ["a", "b"]})).success


@every_library
def test_names_are_told_in_every_library(make: Callable[[Data], Any]) -> None:
    columns = [PandasColumn.exists("origins"), PandasColumn.exists("tail", is_required=False)]
    strict = StrictColumnsConstraint(["origins"])
    found = create_dataframe_type("T", columns=columns, dataframe_constraints=[strict]).violations(
        make({"origin": ["JFK"]})
    )
    assert [str(one) for one in found] == [
        'origins: expected the column, got no such column; the nearest is "origin"',
        "expected the columns origins and no other, got no origins",
        "expected the columns origins and no other, got also origin",
    ]
    (found_key,) = UniqueColumnsConstraint(["origins"]).violations(make({"origin": ["JFK"]}))
    assert found_key.got == 'no origins; the nearest to origins is "origin"'


@every_library
def test_a_wrong_dtype_is_told_in_every_library(make: Callable[[Data], Any]) -> None:
    frame = make({"c": ["a", "b"]})
    for column in (
        PandasColumn.integer_column("c", 0),
        PandasColumn.float_column("c", 0),
        PandasColumn.numeric_column("c", 0),
        PandasColumn.boolean_column("c"),
        PandasColumn.datetime_column("c", dt.datetime(2018, 1, 1)),
    ):
        (found,) = column.violations(frame)
        assert found.got.startswith("dtype ")
    assert PandasColumn.string_column("c").violations(frame) == []
    assert PandasColumn.string_column("c").violations(make({"c": [1]}))[0].expected == "a text"


@every_library
def test_bounds_may_lie_beyond_what_nanoseconds_hold(make: Callable[[Data], Any]) -> None:
    column = PandasColumn.datetime_column("day", dt.datetime(1, 1, 1), dt.datetime.max, ignore_missing_vals=True)
    assert column.violations(make({"day": DAYS})) == []


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"d": pd.Series(pd.to_datetime(["2018-01-01"], utc=True))}),
        pl.DataFrame({"d": [dt.datetime(2018, 1, 1, tzinfo=dt.UTC)]}),
        pa.table({"d": pa.array([dt.datetime(2018, 1, 1)], pa.timestamp("ns", "UTC"))}),
    ],
)
def test_timezones_are_told_apart_in_every_library(frame: Any) -> None:
    early = dt.datetime(2017, 1, 1, tzinfo=dt.UTC)
    assert PandasColumn.datetime_column("d", early).violations(frame) == []
    assert PandasColumn.datetime_column("d", tz="any").violations(frame) == []
    assert PandasColumn.datetime_column("d", early, tz="UTC").violations(frame) == []
    assert PandasColumn.datetime_column("d", tz=dt.UTC).violations(frame) == []
    (found,) = PandasColumn.datetime_column("d", early, tz="America/New_York").violations(frame)
    assert found.expected == "a datetime with timezone America/New_York"
    (found,) = PandasColumn.datetime_column("d").violations(frame)
    assert "timezone UTC" in found.got
    (found,) = PandasColumn.datetime_column("d", dt.datetime(2019, 1, 1, tzinfo=dt.UTC)).violations(frame)
    assert found.count == 1


def test_a_timezone_and_bounds_must_go_together() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="bounds without a timezone, and tz='UTC'"):
        PandasColumn.datetime_column("d", dt.datetime(2018, 1, 1), tz="UTC")
    with pytest.raises(DagnbInvalidDefinitionError, match="bounds with a timezone, and tz='none'"):
        PandasColumn.datetime_column("d", dt.datetime(2018, 1, 1, tzinfo=dt.UTC), tz="none")


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"c": pl.Series(["a", "b"], dtype=pl.Categorical)}),
        pl.DataFrame({"c": pl.Series(["a", "b"], dtype=pl.Enum(["a", "b"]))}),
        pa.table({"c": pa.array(["a", "b"]).dictionary_encode()}),
        pa.table({"c": pa.array(["a", "b"], pa.large_string())}),
    ],
)
def test_categories_are_texts_of_few_values(frame: Any) -> None:
    assert PandasColumn.categorical_column("c", {"a", "b"}, unique=True).violations(frame) == []
    (found,) = PandasColumn.categorical_column("c", {"a"}).violations(frame)
    assert found.rows == (("1", "b"),)


def test_dtypes_go_by_the_names_of_their_library() -> None:
    wanted = ColumnDTypeInSetConstraint({"Int64"})
    assert wanted.find(column_of(pl.Series("n", [1]))) is None
    assert wanted.find(column_of(pd.Series([1], name="n"))) is not None
    assert ColumnDTypeInSetConstraint({"int64"}).find(table_of(pa.table({"n": [1]})).columns("n")[0]) is None
    assert PandasColumn.categorical_column("n", [1], of_types="int64").violations(pl.DataFrame({"n": [1]})) == []


def test_two_columns_of_one_name_in_arrow() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    (found,) = PandasColumn.exists("a").violations(table)
    assert found.got == "2 columns of that name"


def test_a_batch_is_a_table_too() -> None:
    batch = pa.RecordBatch.from_pydict({"n": [1, 2]})
    assert create_dataframe_type("N", columns=[PandasColumn.integer_column("n", 1)]).check(batch).success


def test_what_cannot_be_compared_does_not_hide_the_rest() -> None:
    column = PandasColumn.categorical_column("c", [1, 2], of_types="object", non_nullable=True)
    for frame in (pl.DataFrame({"c": ["a", None]}), pa.table({"c": ["a", None]})):
        found = column.violations(frame)
        assert "null" in found[-1].got
        assert len(found) == 2


def test_a_lazy_frame_is_collected_once_and_only_where_it_is_looked_at() -> None:
    seen: list[list[str]] = []

    def spy(frame: pl.DataFrame) -> pl.DataFrame:
        seen.append(frame.columns)
        return frame

    lazy = pl.LazyFrame({"a": [1], "b": [2], "c": [3]})
    watched = lazy.map_batches(spy, projection_pushdown=False)
    columns = [PandasColumn.integer_column("a", 0), PandasColumn.integer_column("b", 0, unique=True)]
    assert create_dataframe_type("T", columns=columns).check(watched).success
    assert len(seen) == 1
    table = table_of(lazy, ("a",))
    assert table.native.columns == ["a"]
    assert (table.names, table.rows) == (["a", "b", "c"], 1)
    assert table_of(lazy, ()).rows == 1


def test_a_type_may_be_of_one_library() -> None:
    columns = [PandasColumn.exists("n")]
    frames = {"pandas": pd.DataFrame({"n": [1]}), "polars": pl.DataFrame({"n": [1]}), "pyarrow": pa.table({"n": [1]})}
    for library in ("pandas", "polars", "pyarrow"):
        kind = create_dataframe_type("N", columns=columns, library=library)
        assert [name for name, frame in frames.items() if kind.check(frame).success] == [library]
    slides = create_dagster_pandas_dataframe_type("N", columns=columns)
    assert (
        slides.check(frames["polars"]).description == "expected N (a pandas DataFrame), got a value of type DataFrame"
    )
    with pytest.raises(DagnbInvalidDefinitionError, match="no frames of that library"):
        create_dataframe_type("N", library="spark")  # type: ignore[arg-type]


def test_annotations_of_other_libraries_are_their_frames() -> None:
    assert resolve_type(pl.DataFrame).check(pl.DataFrame()).success
    assert not resolve_type(pl.DataFrame).check(pl.LazyFrame()).success
    assert not resolve_type(pl.DataFrame).check(pd.DataFrame()).success
    assert resolve_type(pa.Table).check(pa.table({})).success
    assert resolve_type(pl.LazyFrame).check(pl.LazyFrame()).success
    names = {resolve_type(cls).display_name for cls in (pl.DataFrame, pa.Table)}
    assert names == {"frame", "table"}


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"c": ["JFK", None, "LAGUARDIA"]}), pl.DataFrame({"c": ["JFK", None, "LAGUARDIA"]})]
)
def test_a_function_judges_a_column_of_its_library(frame: Any) -> None:
    def three_letters(codes: Any) -> Any:
        """Codes of three letters.

        More is said here.
        """
        return codes.str.len() == 3 if isinstance(codes, pd.Series) else codes.str.len_chars() == 3

    column = PandasColumn.string_column("c").with_constraints(ColumnFunctionConstraint(three_letters))
    assert [str(one) for one in column.violations(frame)] == [
        "c: expected Codes of three letters, got 2 values (row 1 → null, 2 → LAGUARDIA)"
    ]
    lenient = ColumnFunctionConstraint(three_letters, "three letters", ignore_missing_vals=True)
    (found,) = PandasColumn("c", [lenient]).violations(frame)
    assert found.rows == (("2", "LAGUARDIA"),)


@every_library
def test_a_function_judges_values_one_by_one(make: Callable[[Data], Any]) -> None:
    seen: list[object] = []

    def even(value: Any) -> bool:
        seen.append(value)
        return value is not None and value % 2 == 0

    frame = make({"n": [2, 3, None]})
    (found,) = PandasColumn("n", [ValueFunctionConstraint(even)]).violations(frame)
    assert (found.expected, found.count, seen[-1]) == ("what even accepts", 2, None)
    assert seen == [2, 3, None]
    (found,) = PandasColumn("n", [ValueFunctionConstraint(even, ignore_missing_vals=True)]).violations(frame)
    assert (found.count, found.rows[0][0], len(seen)) == (1, "1", 5)


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"a": [1, 9], "b": [2, 3], "c": 0}), pl.DataFrame({"a": [1, 9], "b": [2, 3], "c": 0})]
)
def test_a_function_judges_rows(frame: Any) -> None:
    in_order = RowsConstraint(lambda f: f["a"] <= f["b"], "a before b", columns=["a", "b"])
    (found,) = in_order.violations(frame)
    assert str(found) == "expected a before b, got 1 row (row 1 → (9, 3))"
    (found,) = RowsConstraint(lambda f: f["a"] <= f["b"], "a before b").violations(frame)
    assert found.rows == (("1", "(9, 3, 0)"),)
    (found,) = RowsConstraint(lambda f: f["a"], "a", columns=["x"]).violations(frame)
    assert found.got == "no x"
    (found,) = RowsConstraint(lambda f: len(f) > 2, "three rows").violations(frame)
    assert str(found) == "expected three rows, got a frame that the function refuses"
    assert RowsConstraint(lambda f: np.bool_(len(f) == 2)).violations(frame) == []


def test_a_function_that_answers_something_else_is_told() -> None:
    frame = pd.DataFrame({"n": [1, 2]})
    (found,) = PandasColumn("n", [ColumnFunctionConstraint(lambda _: None, "odd")]).violations(frame)
    assert "the function returned NoneType, not True, False or one of them for each row" in found.got
    (found,) = PandasColumn("n", [ColumnFunctionConstraint(lambda _: [True], "odd")]).violations(frame)
    assert "the function returned 1 answers for 2 rows" in found.got
    (found,) = PandasColumn("n", [ColumnFunctionConstraint(lambda n: bool(n.sum() > 9), "a lot")]).violations(frame)
    assert found.got == "a column that the function refuses"
    with pytest.raises(DagnbInvalidDefinitionError, match="made of a function"):
        RowsConstraint(3)  # type: ignore[arg-type]


def test_constraints_of_ones_own_on_pandas_see_pandas_whatever_comes() -> None:
    class Sorted(ColumnConstraint):
        expected = "ascending values"

        def violation(self, series: Any) -> Any:
            return self.broken_where(series, series.diff() < 0, "step down")

    class Square(DataFrameConstraint):
        def validate(self, dataframe: Any) -> None:
            rows, columns = dataframe.shape
            assert isinstance(dataframe, pd.DataFrame)
            if rows != columns:
                raise ValueError(f"{rows} by {columns}")

    kind = create_dataframe_type("T", columns=[PandasColumn("n", [Sorted()])], dataframe_constraints=[Square()])
    for make in MAKERS:
        assert [str(one) for one in kind.violations(make({"n": [2, 1]}))] == [
            "n: expected ascending values, got 1 step down (row 1 → 1)",
            "expected Square, got 2 by 1",
        ]


def test_answers_become_masks() -> None:
    for answer in (
        [True, False, None],
        np.array([True, False, False]),
        pd.Series([True, False, None], dtype="boolean"),
        pd.Series([True, False, None], dtype=object),
        pl.Series([True, False, None]),
        pl.Series([True, False, False]),
        pa.chunked_array([[True, False], [None]]),
    ):
        assert as_mask(answer, 3).tolist() == [True, False, False]
    with pytest.raises(TypeError, match="returned str"):
        as_mask("yes", 3)


def test_what_is_no_table_is_none() -> None:
    assert library_of({"a": [1]}) is None
    with pytest.raises(TypeError, match="is no table"):
        table_of([1])
    with pytest.raises(TypeError, match="is no column"):
        column_of([1])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.none() | st.integers(0, 4), st.none() | st.sampled_from("abc")), max_size=30),
    st.integers(0, 4),
)
def test_masks_are_those_of_plain_python(rows: list[tuple[int | None, str | None]], bound: int) -> None:
    numbers, letters = [n for n, _ in rows], [s for _, s in rows]
    frames = [
        pl.DataFrame({"n": numbers, "s": letters}, schema={"n": pl.Int64, "s": pl.String}),
        pa.table({"n": pa.array(numbers, pa.int64()), "s": pa.array(letters, pa.string())}),
        pd.DataFrame({"n": pd.Series(numbers, dtype="Int64"), "s": pd.Series(letters, dtype="str")}),
    ]
    for frame in frames:
        table = table_of(frame)
        (n,), (s,) = table.columns("n"), table.columns("s")
        assert n.nulls().tolist() == [one is None for one in numbers]
        assert n.duplicates().tolist() == [numbers.count(one) > 1 for one in numbers]
        assert n.within(bound, None).tolist() == [one is not None and one >= bound for one in numbers]
        assert n.within(None, bound).tolist() == [one is not None and one <= bound for one in numbers]
        assert s.among(["a", "b"]).tolist() == [one in {"a", "b"} for one in letters]
        assert table.duplicates(["n", "s"]).tolist() == [rows.count(one) > 1 for one in rows]
