"""Columns over the dtypes of pandas 2 and 3, their extension types and Arrow's."""

# Datetimes without a timezone are what most frames hold.
# ruff: noqa: DTZ001, DTZ901

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError
from dagnb.types import ColumnConstraint, ConstraintViolationError, PandasColumn
from dagnb.types.constraints import (
    CategoricalColumnConstraint,
    ColumnDTypeFnConstraint,
    ColumnDTypeInSetConstraint,
    InRangeColumnConstraint,
    MaxValueColumnConstraint,
    MinValueColumnConstraint,
    NonNullableColumnConstraint,
    UniqueColumnConstraint,
)

UTC = dt.UTC
DAYS = ["2018-01-01", "2018-06-01"]


def arrow(kind: pa.DataType) -> pd.ArrowDtype:
    return pd.ArrowDtype(kind)


SERIES: dict[str, pd.Series] = {
    "bool": pd.Series([True, False]),
    "boolean": pd.Series([True, None], dtype="boolean"),
    "arrow bool": pd.Series([True, None], dtype=arrow(pa.bool_())),
    "object bool": pd.Series([True, None], dtype=object),
    "int64": pd.Series([1, 2]),
    "uint8": pd.Series([1, 2], dtype="uint8"),
    "Int64": pd.Series([1, None], dtype="Int64"),
    "arrow int": pd.Series([1, None], dtype=arrow(pa.int32())),
    "float64": pd.Series([0.5, None]),
    "Float64": pd.Series([0.5, None], dtype="Float64"),
    "arrow float": pd.Series([0.5, None], dtype=arrow(pa.float32())),
    "complex": pd.Series([1j]),
    "datetime ns": pd.Series(pd.to_datetime(DAYS)).astype("datetime64[ns]"),
    "datetime s": pd.Series(pd.to_datetime(DAYS)).astype("datetime64[s]"),
    "datetime UTC": pd.Series(pd.to_datetime(DAYS, utc=True)),
    "arrow timestamp": pd.Series(pd.to_datetime(DAYS), dtype=arrow(pa.timestamp("us"))),
    "arrow timestamp UTC": pd.Series(pd.to_datetime(DAYS, utc=True), dtype=arrow(pa.timestamp("us", "UTC"))),
    "str": pd.Series(["a", None], dtype="str"),
    "string python": pd.Series(["a", None], dtype=pd.StringDtype("python")),
    "string pyarrow": pd.Series(["a", None], dtype=pd.StringDtype("pyarrow")),
    "arrow string": pd.Series(["a", None], dtype=arrow(pa.string())),
    "arrow large string": pd.Series(["a", None], dtype=arrow(pa.large_string())),
    "object text": pd.Series(["a", None], dtype=object),
    "object mixed": pd.Series(["a", 1, None, b"x"], dtype=object),
    "category": pd.Series(["a", None], dtype="category"),
}
NO_ZONE = {"datetime ns", "datetime s", "arrow timestamp"}
ZONE = {"datetime UTC", "arrow timestamp UTC"}
BOOLS = {"bool", "boolean", "arrow bool", "object bool"}
INTS = {"int64", "uint8", "Int64", "arrow int"}
FLOATS = {"float64", "Float64", "arrow float"}
TEXTS = {"str", "string python", "string pyarrow", "arrow string", "arrow large string", "object text"}


def problems(column: PandasColumn, series: pd.Series) -> list[str]:
    return [str(violation) for violation in column.violations(series.to_frame("c"))]


@pytest.mark.parametrize(
    ("column", "accepted"),
    [
        (PandasColumn.exists("c"), set(SERIES)),
        (PandasColumn.boolean_column("c"), BOOLS),
        (PandasColumn.numeric_column("c"), INTS | FLOATS),
        (PandasColumn.integer_column("c"), INTS),
        (PandasColumn.float_column("c"), FLOATS),
        (PandasColumn.datetime_column("c"), NO_ZONE),
        (PandasColumn.datetime_column("c", dt.datetime(2017, 1, 1)), NO_ZONE),
        (PandasColumn.datetime_column("c", max_datetime=dt.datetime(2019, 1, 1, tzinfo=UTC)), ZONE),
        (PandasColumn.datetime_column("c", pd.Timestamp("2017-01-01"), pd.Timestamp("2019-01-01")), NO_ZONE),
        (PandasColumn.string_column("c"), TEXTS),
        (
            PandasColumn.categorical_column("c", ["a", "b"], ignore_missing_vals=True),
            TEXTS | {"category"},
        ),
        (PandasColumn.categorical_column("c", [1, 2], of_types={"int64", "uint8"}), {"int64", "uint8"}),
    ],
)
def test_a_column_takes_every_dtype_of_its_kind(column: PandasColumn, accepted: set[str]) -> None:
    passed = {name for name, series in SERIES.items() if not problems(column, series)}
    assert passed == accepted


def test_a_wrong_dtype_is_told_without_its_bounds() -> None:
    column = PandasColumn.datetime_column("c", dt.datetime(2017, 1, 1), non_nullable=True)
    assert problems(column, pd.Series(["2018", None], dtype=object)) == [
        "c: expected a datetime without timezone, got dtype object",
        "c: expected no nulls, got 1 null (row 1 → null)",
    ]


def test_a_timezone_is_told_with_what_to_do() -> None:
    (found,) = problems(PandasColumn.datetime_column("c"), SERIES["datetime UTC"])
    assert "timezone UTC; tz='any' allows it" in found
    (found,) = problems(PandasColumn.datetime_column("c", dt.datetime(2017, 1, 1, tzinfo=UTC)), SERIES["datetime ns"])
    assert "no timezone; df[column].dt.tz_localize(zone)" in found


def test_bounds_go_together() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="one bound with a timezone and one without"):
        PandasColumn.datetime_column("c", dt.datetime(2017, 1, 1, tzinfo=UTC), dt.datetime(2018, 1, 1))


def test_integers_that_nulls_made_floats_are_explained() -> None:
    (found,) = problems(PandasColumn.integer_column("c"), pd.Series([1, None]))
    assert 'astype("Int64")' in found


def test_values_that_are_no_texts_are_shown() -> None:
    assert problems(PandasColumn.string_column("c"), SERIES["object mixed"]) == [
        "c: expected a text, got 2 values of another class (row 1 → 1, 3 → <bytes 1>)"
    ]


@pytest.mark.parametrize("name", ["int64", "uint8", "Int64", "arrow int", "float64", "Float64", "arrow float"])
def test_bounds_hold_over_every_number(name: str) -> None:
    series = SERIES[name]
    assert problems(PandasColumn.numeric_column("c", 0, 2, ignore_missing_vals=True), series) == []
    assert len(problems(PandasColumn.numeric_column("c", 3, ignore_missing_vals=True), series)) == 1
    with_nulls = problems(PandasColumn.numeric_column("c", 0), series)
    assert bool(with_nulls) == bool(series.isna().any())
    assert all("of them 1 null (ignore_missing_vals=True lets nulls pass)" in found for found in with_nulls)


@pytest.mark.parametrize("name", sorted(NO_ZONE))
def test_bounds_hold_over_every_datetime(name: str) -> None:
    inside = PandasColumn.datetime_column("c", dt.datetime(2018, 1, 1), dt.datetime(2018, 6, 1))
    assert problems(inside, SERIES[name]) == []
    (found,) = problems(PandasColumn.datetime_column("c", dt.datetime(2018, 2, 1)), SERIES[name])
    assert "1 value outside (row 0 → 2018-01-01 00:00:00)" in found
    assert problems(PandasColumn.datetime_column("c", dt.datetime(1, 1, 1), dt.datetime.max), SERIES[name]) == []


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-50, 50)), st.integers(-50, 50), st.integers(0, 50), st.booleans())
def test_a_range_counts_what_is_outside(
    values: list[int | None], lowest: int, width: int, ignore_missing_vals: bool
) -> None:
    series = pd.Series(values, dtype="Int64", name="c")
    found = InRangeColumnConstraint(lowest, lowest + width, ignore_missing_vals).violation(series)
    outside = [v for v in values if (not ignore_missing_vals if v is None else not lowest <= v <= lowest + width)]
    assert (found.count if found else 0) == len(outside)
    if found:
        assert len(found.rows) == min(5, len(outside))


def test_nulls_that_are_forbidden_are_told_once() -> None:
    column = PandasColumn.float_column("c", 0, 1, non_nullable=True)
    assert problems(column, pd.Series([0.5, None, 3.0])) == [
        "c: expected from 0 to 1, got 1 value outside (row 2 → 3.0)",
        "c: expected no nulls, got 1 null (row 1 → null)",
    ]


def test_unique_and_categories_may_ignore_nulls() -> None:
    series = pd.Series(["a", "b", None, None])
    assert problems(PandasColumn.exists("c", unique=True, ignore_missing_vals=True), series) == []
    assert problems(PandasColumn.exists("c", unique=True), series) == [
        "c: expected unique values, got 2 duplicates (row 2 → null, 3 → null)"
    ]
    assert problems(PandasColumn.categorical_column("c", {"a", "b"}, ignore_missing_vals=True), series) == []
    assert problems(PandasColumn.categorical_column("c", {"b", "a"}), series) == [
        'c: expected one of "a", "b", got 2 others (row 2 → null, 3 → null)'
    ]


def test_a_missing_column_may_be_fine() -> None:
    frame = pd.DataFrame({"origins": [1]})
    assert PandasColumn.exists("origin", is_required=False).violations(frame) == []
    (found,) = PandasColumn.exists("origin").violations(frame)
    assert str(found) == 'origin: expected the column, got no such column; the nearest is "origins"'


def test_two_columns_of_one_name_are_one_too_many() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    (found,) = PandasColumn.exists("a").violations(frame)
    assert found.got == "2 columns of that name"


def test_values_that_cannot_be_compared_do_not_hide_the_rest() -> None:
    column = PandasColumn("c", [MinValueColumnConstraint(1), NonNullableColumnConstraint()])
    found = problems(column, pd.Series([1, "a", None], dtype=object))
    assert len(found) == 2
    assert "values that cannot be checked (TypeError" in found[0]


def test_nulls_are_forbidden_or_ignored_not_both() -> None:
    with pytest.raises(DagnbInvariantViolationError, match="forbid nulls and ignore them"):
        PandasColumn.exists("c", non_nullable=True, ignore_missing_vals=True)


def test_declarations_are_checked() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="by its name"):
        PandasColumn(3)  # type: ignore[arg-type]
    with pytest.raises(DagnbInvalidDefinitionError, match="constraints on columns"):
        PandasColumn("c", ["unique"])  # type: ignore[list-item]
    with pytest.raises(DagnbInvalidDefinitionError, match="several values"):
        CategoricalColumnConstraint("abc")
    with pytest.raises(DagnbInvalidDefinitionError, match="needs a bound"):
        InRangeColumnConstraint()
    with pytest.raises(DagnbInvalidDefinitionError, match="constraints of a column are a list"):
        PandasColumn("c", 3)  # type: ignore[arg-type]
    with pytest.raises(DagnbInvalidDefinitionError, match="bounds of a column of numbers are numbers"):
        PandasColumn.integer_column("c", min_value="1")  # type: ignore[arg-type]
    with pytest.raises(DagnbInvalidDefinitionError, match="no value can be within") as caught:
        PandasColumn.float_column("c", min_value=5, max_value=1)
    assert "from the integer 5 to the integer 1" in str(caught.value)
    with pytest.raises(DagnbInvalidDefinitionError, match="no value can be within"):
        PandasColumn.datetime_column("c", pd.Timestamp("2020-01-02"), pd.Timestamp("2020-01-01"))


def test_constraints_can_be_put_together_by_hand() -> None:
    column = PandasColumn(
        "c",
        [
            NonNullableColumnConstraint(),
            MinValueColumnConstraint(2),
            MaxValueColumnConstraint(3),
            UniqueColumnConstraint(),
            ColumnDTypeInSetConstraint({"int64"}),
            ColumnDTypeFnConstraint(pd.api.types.is_integer_dtype, "an integer"),
        ],
    )
    assert problems(column, pd.Series([2, 3])) == []
    assert len(problems(column, pd.Series([1, 4, 4]))) == 3
    # A wrong dtype is told by both constraints on it; the bounds say nothing of it.
    assert len(problems(column, pd.Series([1.0, 4.0]))) == 2


def test_a_constraint_of_ones_own_may_raise() -> None:
    class Sorted(ColumnConstraint):
        def validate(self, dataframe: Any, column_name: str) -> None:
            if not dataframe[column_name].is_monotonic_increasing:
                raise ValueError("not sorted")

    assert problems(PandasColumn("c", [Sorted()]), pd.Series([1, 2])) == []
    assert problems(PandasColumn("c", [Sorted()]), pd.Series([2, 1])) == ["c: expected Sorted, got not sorted"]


def test_a_constraint_that_checks_nothing_says_so() -> None:
    (found,) = problems(PandasColumn("c", [ColumnConstraint()]), pd.Series([1]))
    assert "checks nothing" in found


def test_validate_raises_with_the_violation() -> None:
    with pytest.raises(ConstraintViolationError, match="2 nulls") as raised:
        NonNullableColumnConstraint().validate(pd.DataFrame({"c": [None, np.nan]}), "c")
    assert raised.value.violations[0].count == 2


def test_forbidden_nulls_of_a_category_are_told_once() -> None:
    column = PandasColumn.categorical_column("c", ["a"], non_nullable=True)
    assert problems(column, pd.Series(["a", "b", None])) == [
        'c: expected one of "a", got 1 other (row 1 → b)',
        "c: expected no nulls, got 1 null (row 2 → null)",
    ]
