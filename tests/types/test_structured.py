"""Constraints that report as structured metadata."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import (
    ColumnAggregateConstraintWithMetadata,
    ColumnConstraintWithMetadata,
    ColumnRangeConstraintWithMetadata,
    ColumnWithMetadataError,
    ConstraintWithMetadata,
    ConstraintWithMetadataError,
    DataFrameWithMetadataError,
    MultiAggregateConstraintWithMetadata,
    MultiColumnConstraintWithMetadata,
    MultiConstraintWithMetadata,
    StrictColumnsWithMetadata,
    TypeCheck,
    all_unique_validator,
    categorical_column_validator_factory,
    column_range_validation_factory,
    create_structured_dataframe_type,
    dtype_in_set_validation_factory,
    non_null_validation,
    nonnull,
)

FRAME = pd.DataFrame({"team": ["dock", "ship", None], "hours": [8.0, 25.0, np.nan], "id": [1, 1, 2]}, index=[5, 6, 7])


def facts(check: TypeCheck, label: str = "constraint-metadata") -> Any:
    return next(entry.value for entry in check.metadata_entries if entry.label == label)


def has_rows(frame: pd.DataFrame) -> tuple[bool, Mapping[str, Any]]:
    return len(frame) > 2, {"expectation": "three rows", "actual": f"{len(frame)}"}


def has_an_id(frame: pd.DataFrame) -> tuple[bool, Mapping[str, Any]]:
    return "id" in frame.columns, {"expectation": ["id"], "actual": list(frame.columns)}


def test_a_function_judges_a_frame() -> None:
    rows = ConstraintWithMetadata("enough rows", has_rows, DataFrameWithMetadataError, name="rows")
    assert rows.validate(FRAME).success
    with pytest.raises(DataFrameWithMetadataError, match="breaks the constraint rows: enough rows") as raised:
        rows.validate(FRAME.head(1))
    assert (raised.value.offending, raised.value.actual) == ("the dataframe as a whole", "1")
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.convert_to_metadata()) == (str(raised.value), raised.value.convert_to_metadata())


def test_several_functions_are_all_asked() -> None:
    both = MultiConstraintWithMetadata("shape", [has_rows, has_an_id], DataFrameWithMetadataError, False)
    check = both.validate(pd.DataFrame({"a": [1]}))
    assert facts(check) == {
        "constraint_name": "MultiConstraintWithMetadata",
        "constraint_description": "shape",
        "expected": {"has_rows": "three rows", "has_an_id": ["id"]},
        "offending": "the dataframe as a whole",
        "actual": {"has_rows": "1", "has_an_id": ["a"]},
    }
    assert both.validate(FRAME).success


@pytest.mark.parametrize(
    ("columns", "ordered", "actual"),
    [
        (["team", "hours", "id"], True, None),
        (["id", "hours", "team"], False, None),
        (["id", "hours", "team"], True, ["team", "hours", "id"]),
        (["id", "name"], False, {"extra_columns": ["team", "hours"], "missing_columns": ["name"]}),
    ],
)
def test_strict_columns(columns: list[str], ordered: bool, actual: Any) -> None:
    check = StrictColumnsWithMetadata(columns, ordered, raise_or_typecheck=False).validate(FRAME)
    assert check.success is (actual is None)
    if actual is not None:
        assert (facts(check)["expected"], facts(check)["actual"]) == (columns, actual)


def test_values_are_told_by_column_and_row() -> None:
    known = categorical_column_validator_factory(["dock"], ignore_missing_vals=True)
    teams = ColumnConstraintWithMetadata("known teams", known, ColumnWithMetadataError, raise_or_typecheck=False)
    for frame in (FRAME, pl.from_pandas(FRAME)):
        found = facts(teams.validate(frame, "team", "missing"))
        assert found["expected"] == 'values out of ["dock"], or nulls'
        assert found["actual"] == {"team": ["ship"]}
    assert facts(teams.validate(FRAME, "team"))["offending"] == {"team": ["row 6"]}
    assert set(facts(teams.validate(FRAME))["offending"]) == {"team", "hours", "id"}


def test_columns_as_a_whole() -> None:
    def total(column: pd.Series) -> tuple[bool, Mapping[str, Any]]:
        return bool(column.sum() < 10), {}

    unique = ColumnAggregateConstraintWithMetadata("unique ids", all_unique_validator, ColumnWithMetadataError, False)
    assert facts(unique.validate(FRAME, "id")) == {
        "constraint_name": "ColumnAggregateConstraintWithMetadata",
        "constraint_description": "unique ids",
        "expected": "unique ids",
        "offending": ["id"],
        "actual": {"id": [1]},
    }
    small = ColumnAggregateConstraintWithMetadata("small", total, ColumnWithMetadataError, False)
    assert facts(small.validate(FRAME, "hours", "id"))["actual"] == {"hours": [8.0, 25.0, "null"]}
    assert small.validate(FRAME, "id").success


def test_other_functions_for_each_column() -> None:
    in_a_day = nonnull(column_range_validation_factory(0, 24, ignore_missing_vals=True))
    texts = dtype_in_set_validation_factory(str, ignore_missing_vals=True)
    both = MultiColumnConstraintWithMetadata(
        "a day's work",
        {"hours": [in_a_day, non_null_validation], "team": [texts], "missing": [texts]},
        ColumnWithMetadataError,
        raise_or_typecheck=False,
    )
    assert facts(both.validate(FRAME)) == {
        "constraint_name": "MultiColumnConstraintWithMetadata",
        "constraint_description": "a day's work",
        "expected": {
            "hours": {
                "in_range_validation_fn": "values from 0 to 24, or nulls, and no nulls",
                "non_null_validation": "No nulls",
            }
        },
        "offending": {
            "hours": {"in_range_validation_fn": ["row 6", "row 7"], "non_null_validation": ["row 7"]},
        },
        "actual": {"hours": {"in_range_validation_fn": [25.0, "null"], "non_null_validation": ["null"]}},
    }
    assert both.validate(FRAME.head(1)).success
    aggregate = MultiAggregateConstraintWithMetadata("ids", {"id": [all_unique_validator]}, ColumnWithMetadataError)
    with pytest.raises(ColumnWithMetadataError) as raised:
        aggregate.validate(FRAME)
    assert raised.value.offending == {"id": {"all_unique_validator": "a violation"}}


def test_ranges() -> None:
    day = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
    assert column_range_validation_factory(minim=day)(day)[0]
    assert not column_range_validation_factory(maxim=3)(None)[0]
    assert column_range_validation_factory(maxim=3, ignore_missing_vals=True)(np.nan)[0]
    assert column_range_validation_factory()(9)[0]
    hours = ColumnRangeConstraintWithMetadata(0, 24, columns=["hours"])
    with pytest.raises(ColumnWithMetadataError, match="values from 0 to 24") as raised:
        hours.validate(FRAME)
    assert raised.value.offending == {"hours": ["row 6", "row 7"]}
    assert hours.validate(FRAME, "id").success


def test_metadata_of_many_rows_is_cut_and_counted() -> None:
    frame = pd.DataFrame({"n": range(1000)})
    check = ColumnRangeConstraintWithMetadata(maxim=-1, raise_or_typecheck=False).validate(frame)
    rows = facts(check)["offending"]["n"]
    assert (len(rows), rows[0], rows[-1]) == (101, "row 0", "… 900 more")


def test_a_type_runs_every_validator() -> None:
    kind = create_structured_dataframe_type(
        "Work",
        "Days of work.",
        columns_validator=MultiColumnConstraintWithMetadata(
            "values", {"hours": [non_null_validation]}, ColumnWithMetadataError, False
        ),
        columns_aggregate_validator=ColumnAggregateConstraintWithMetadata(
            "unique", all_unique_validator, ColumnWithMetadataError
        ),
        dataframe_validator=StrictColumnsWithMetadata(["team", "hours"], raise_or_typecheck=False),
    )
    check = kind.check(FRAME)
    assert [entry.label for entry in check.metadata_entries] == [
        "column-aggregates-constraint-metadata",
        "columns-constraint-metadata",
        "dataframe-constraint-metadata",
    ]
    assert check.description is not None
    assert check.description.startswith("not Work: column-aggregates, columns, dataframe\n- ")
    assert kind.check(FRAME[["team", "hours"]].head(1)).success
    assert kind.check([1]).description == "expected Work (a dataframe), got a list of 1"
    assert kind.loader is not None


def test_a_constraint_makes_a_type() -> None:
    strict = StrictColumnsWithMetadata(["a"], raise_or_typecheck=False, name="OnlyA")
    kind = strict.as_dagnb_type(key="only_a")
    assert (kind.name, kind.key) == ("OnlyA", "only_a")
    assert kind.check(pd.DataFrame({"a": [1]})).success
    assert not kind.check(pd.DataFrame({"b": [1]})).success
    assert not kind.check("a").success
    with pytest.raises(DagnbInvalidDefinitionError, match="needs a constraint that answers"):
        StrictColumnsWithMetadata(["a"]).as_dagster_type()


def test_declarations_are_checked() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="is made of a function"):
        ConstraintWithMetadata("rows", "rows", ConstraintWithMetadataError)  # type: ignore[arg-type]
