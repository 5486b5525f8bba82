"""Dataframe types: what passes, and every violation of what does not."""

# The slides' bounds have no timezone.
# ruff: noqa: DTZ001

from __future__ import annotations

import datetime as dt
import json
import pickle
import subprocess
import sys
from typing import Any

import cloudpickle
import pandas as pd
import pytest

from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbTypeCheckError
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types import (
    DataFrame,
    DataFrameConstraint,
    PandasColumn,
    RowCountConstraint,
    StrictColumnsConstraint,
    TypeCheck,
    UniqueColumnsConstraint,
    Violation,
    annotated_types,
    check_type,
    create_dagster_pandas_dataframe_type,
    create_dataframe_type,
    resolve_type,
)

TransportationTempLaborDataFrame = create_dagster_pandas_dataframe_type(
    name="TransportationTempLaborDataFrame",
    columns=[
        PandasColumn.datetime_column(
            name="date",
            min_datetime=dt.datetime(2017, 10, 1),
            max_datetime=dt.datetime(2020, 9, 30),
            non_nullable=True,
        ),
        PandasColumn.string_column(name="team", non_nullable=True),
        PandasColumn.string_column(name="location"),
        PandasColumn.numeric_column(name="hours", min_value=0, max_value=24),
    ],
    dataframe_constraints=[UniqueColumnsConstraint(columns=["date", "location"])],
)


def good_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2018-01-01", "2018-01-02", "2018-01-03"]),
            "team": ["dock", "truck", "dock"],
            "location": ["SF", "SF", None],
            "hours": [8.0, 7.5, 24.0],
            "note": ["", "", ""],
        }
    )


def facts(check: TypeCheck, label: str) -> list[dict[str, Any]]:
    entries = [entry for entry in check.metadata_entries if entry.label == label]
    return entries[0].value if entries else []


def test_a_good_frame_passes() -> None:
    check = TransportationTempLaborDataFrame.check(good_frame())
    assert (check.success, check.description) == (True, None)


def test_a_bad_frame_is_told_all_at_once() -> None:
    frame = good_frame().drop(columns="hours").assign(houres=1.0)
    frame["date"] = pd.Series(["2018-01-03", None, "2018-01-03"]).astype("datetime64[us]")
    frame["team"] = [None, "truck", None]
    frame["location"] = ["SF", "LA", "SF"]
    early = good_frame().iloc[:1].assign(date=pd.Timestamp("2016-01-01"), location="NY", houres=1.0)
    frame = pd.concat([frame, early.drop(columns="hours")], ignore_index=True)
    check = TransportationTempLaborDataFrame.check(frame)
    assert check.description == (
        "not TransportationTempLaborDataFrame: 5 problems in 4 rows\n"
        "- date: expected from 2017-10-01 to 2020-09-30, got 1 value outside (row 3 → 2016-01-01 00:00:00)\n"
        "- date: expected no nulls, got 1 null (row 1 → null)\n"
        "- team: expected no nulls, got 2 nulls (row 0 → null, 2 → null)\n"
        '- hours: expected the column, got no such column; the nearest is "houres"\n'
        "- expected unique date, location, got 2 duplicates "
        '(row 0 → (2018-01-03 00:00:00, "SF"), 2 → (2018-01-03 00:00:00, "SF"))'
    )
    assert [(row["column"], row["rows"]) for row in facts(check, "violations")] == [
        ("date", 1),
        ("date", 1),
        ("team", 2),
        ("hours", None),
        ("", 2),
    ]
    assert {"column": "team", "row": "2", "value": "null"} in facts(check, "offending rows")


def test_only_the_first_offending_rows_are_shown_and_all_are_counted() -> None:
    frame = pd.DataFrame({"n": range(1000)}, index=[f"row{i}" for i in range(1000)])
    kind = create_dataframe_type("Small", columns=[PandasColumn.integer_column("n", max_value=9)])
    check = kind.check(frame)
    assert facts(check, "violations")[0]["rows"] == 990
    assert [row["row"] for row in facts(check, "offending rows")] == [f"row{i}" for i in range(10, 15)]
    assert check.description is not None
    assert check.description.endswith(
        "got 990 values outside (row row10 → 10, row11 → 11, row12 → 12, row13 → 13, row14 → 14, …)"
    )


@pytest.mark.parametrize("value", [None, 3, "a", [], {"team": ["a"]}, pd.Series([1])])
def test_what_is_no_frame_is_refused(value: object) -> None:
    for kind in (DataFrame, TransportationTempLaborDataFrame):
        check = kind.check(value)
        assert not check.success
        assert check.description is not None
        assert check.description.startswith(f"expected {kind.name}")


def test_an_empty_frame_passes_when_its_columns_are_right() -> None:
    assert TransportationTempLaborDataFrame.check(good_frame().iloc[:0]).success


def test_the_type_stands_in_annotations() -> None:
    def solid(df: TransportationTempLaborDataFrame) -> pd.DataFrame | None: ...  # type: ignore[valid-type]

    found = annotated_types(solid)
    assert found["df"] is TransportationTempLaborDataFrame
    assert found["return"].check(good_frame()).success
    assert resolve_type(list[TransportationTempLaborDataFrame]).check([good_frame()]).success  # type: ignore[valid-type]
    assert TransportationTempLaborDataFrame.display_name == "frame"


def test_the_description_lists_columns_and_constraints() -> None:
    kind = create_dataframe_type(
        "Flights",
        "One row a *flight*.",
        [PandasColumn.exists("tail", is_required=False), PandasColumn.categorical_column("origin", ["JFK", "LGA"])],
        dataframe_constraints=[RowCountConstraint(1000, 5)],
    )
    assert kind.description == (
        "One row a *flight*.\n\n"
        "Columns:\n\n"
        "- **tail** (may be missing)\n"
        "- **origin**\n"
        "  - a text or category\n"
        '  - one of "JFK", "LGA"\n\n'
        "Rows:\n\n"
        "- 1,000 rows, give or take 5"
    )


def test_metadata_is_made_of_frames_that_pass() -> None:
    def summary(frame: pd.DataFrame) -> list[EventMetadataEntry]:
        return [EventMetadataEntry.int(len(frame), "rows")]

    kind = create_dataframe_type("Counted", columns=[PandasColumn.exists("a")], event_metadata_fn=summary)
    assert kind.check(pd.DataFrame({"a": [1, 2]})).metadata_entries == (EventMetadataEntry.int(2, "rows"),)
    assert "rows" not in {entry.label for entry in kind.check(pd.DataFrame({"b": [1]})).metadata_entries}


@pytest.mark.parametrize("returned", [None, 3, "rows", ["rows"], {"rows": 3}])
def test_metadata_must_be_entries(returned: Any) -> None:
    kind = create_dataframe_type("Odd", event_metadata_fn=lambda _frame: returned)
    with pytest.raises(DagnbInvariantViolationError, match="event_metadata_fn"):
        kind.check(pd.DataFrame())


def test_a_metadata_function_that_raises_is_told_with_its_cause() -> None:
    kind = create_dataframe_type("Odd", event_metadata_fn=lambda frame: frame["missing"])
    with pytest.raises(DagnbTypeCheckError, match="event_metadata_fn raised KeyError") as caught:
        kind.check(pd.DataFrame())
    assert "type Odd" in str(caught.value)
    assert isinstance(caught.value.__cause__, KeyError)


def test_declarations_are_checked() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="declared twice"):
        create_dataframe_type("T", columns=[PandasColumn.exists("a"), PandasColumn.exists("a")])
    with pytest.raises(DagnbInvalidDefinitionError, match="PandasColumn only"):
        create_dataframe_type("T", columns=["a"])  # type: ignore[list-item]
    with pytest.raises(DagnbInvalidDefinitionError, match="DataFrameConstraint only"):
        create_dataframe_type("T", dataframe_constraints=[PandasColumn.exists("a")])  # type: ignore[list-item]
    with pytest.raises(DagnbInvalidDefinitionError, match="columns takes a list"):
        create_dataframe_type("T", columns=PandasColumn.exists("a"))  # type: ignore[arg-type]
    with pytest.raises(DagnbInvalidDefinitionError, match="event_metadata_fn is a function"):
        create_dataframe_type("T", event_metadata_fn=3)  # type: ignore[arg-type]


def test_a_constraint_that_breaks_does_not_hide_the_others() -> None:
    class Broken(DataFrameConstraint):
        expected = "the impossible"

        def violations(self, dataframe: Any) -> list[Violation]:
            raise ZeroDivisionError("oops")

    constraints = [Broken(), StrictColumnsConstraint(["a"])]
    found = create_dataframe_type("T", dataframe_constraints=constraints).violations(pd.DataFrame({"b": [1]}))
    assert [violation.got for violation in found] == [
        "a frame that cannot be checked (ZeroDivisionError: oops)",
        "no a",
        "also b",
    ]


def test_the_plain_type_stays_one_object_through_pickle() -> None:
    assert pickle.loads(pickle.dumps(DataFrame)) is DataFrame


def test_a_typed_frame_travels_by_value() -> None:
    again = cloudpickle.loads(cloudpickle.dumps(TransportationTempLaborDataFrame))
    assert again.check(good_frame()).success
    assert not again.check(good_frame().drop(columns="team")).success


def test_pandas_is_not_imported_for_declaring_or_refusing() -> None:
    code = """
import sys, datetime
from dagnb.types import PandasColumn, UniqueColumnsConstraint, check_type, create_dataframe_type, resolve_type
T = create_dataframe_type("T", columns=[PandasColumn.datetime_column("d", datetime.datetime(2017, 10, 1))],
                          dataframe_constraints=[UniqueColumnsConstraint(["d"])])
assert not T.check(3).success and not resolve_type("pd.DataFrame").check(3).success
print([name for name in ("pandas", "numpy", "pyarrow", "pydantic", "yaml") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_frames_come_from_files_and_go_to_them(tmp_path: Any) -> None:
    from dagnb.config import compile_schema, resolve_schema

    frame = pd.DataFrame({"carrier": ["UA", "AA"], "delay": [1.5, 2.0]})
    loader, materializer = DataFrame.loader, TransportationTempLaborDataFrame.materializer
    assert loader is not None
    assert materializer is not None
    validator = compile_schema(resolve_schema(loader.config_schema))
    for kind, extra in (("csv", {"sep": ";"}), ("csv", {}), ("parquet", {}), ("json", {}), ("table", {})):
        config = validator.validate({kind: {"path": str(tmp_path / f"flights.{kind}"), **extra}})
        (event,) = materializer.materialize(None, config, frame)
        assert {entry.label: entry.value for entry in event.metadata_entries}["rows"] == 2
        pd.testing.assert_frame_equal(loader.load(None, config), frame)
    assert json.loads((tmp_path / "flights.json").read_text())[0] == {"carrier": "UA", "delay": 1.5}


def test_check_type_takes_a_frame_type() -> None:
    assert check_type(TransportationTempLaborDataFrame, good_frame()).success
