"""Pandera schemas and pydantic models of rows as types of dataframes."""

from __future__ import annotations

import datetime as dt
import pickle
import subprocess
import sys
from typing import Annotated, Any, Literal

import pandas as pd
import pandera.pandas as pandera
import pandera.polars as pandera_polars
import pandera.typing as pandera_typing
import polars as pl
import pyarrow as pa
import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types import (
    PandasColumn,
    UniqueColumnsConstraint,
    check_type,
    create_dataframe_type,
    dataframe_type_of,
    resolve_type,
)

pytestmark = pytest.mark.usefixtures("table_libraries")


class Flights(pandera.DataFrameModel):
    """Departures."""

    origin: pandera_typing.Series[str] = pandera.Field(isin=["JFK", "LGA"])
    distance: pandera_typing.Series[int] = pandera.Field(ge=0)

    class Config:
        strict = True


class PolarsFlights(pandera_polars.DataFrameModel):
    origin: str = pandera_polars.Field(isin=["JFK", "LGA"])
    distance: int = pandera_polars.Field(ge=0)


class Flight(BaseModel):
    """One departure.

    Times are local.
    """

    model_config = ConfigDict(extra="forbid")

    origin: Literal["JFK", "LGA"]
    distance: int = Field(ge=0)
    tail: str | None = None
    day: dt.date | None = Field(default=None, alias="date")


class Ordered(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def in_order(self) -> Ordered:
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


GOOD = {"origin": ["JFK", "LGA"], "distance": [2475, 0]}
BAD = {"origin": ["JFK", "EWR", None], "distance": [-1, 2, -3]}


@pytest.mark.parametrize("schema", [Flights, Flights.to_schema()])
def test_a_pandera_schema_is_a_type(schema: Any) -> None:
    kind = resolve_type(schema)
    assert kind.name == "Flights"
    assert kind.check(pd.DataFrame(GOOD)).success
    assert kind.check(pd.DataFrame(BAD).assign(more=1)).description == (
        "not Flights: 4 problems in 3 rows\n"
        "- origin: expected no nulls, got 1 null (row 2 → null)\n"
        "- origin: expected isin(['JFK', 'LGA']), got 1 value (row 1 → EWR)\n"
        "- distance: expected greater_than_or_equal_to(0), got 2 values (row 0 → -1, 2 → -3)\n"
        "- more: expected no column that the schema does not have, got the column"
    )


def test_pandera_tells_dtypes_columns_keys_and_indexes() -> None:
    schema = pandera.DataFrameSchema(
        {"a": pandera.Column(int), "b": pandera.Column(int, unique=True)},
        checks=pandera.Check(lambda frame: frame["b"] < 5, name="small"),
        index=pandera.Index(str),
        unique=["b"],
    )
    kind = dataframe_type_of(schema, "Pairs", "Pairs of numbers.")
    assert kind.description is not None
    assert kind.description.startswith("Pairs of numbers.")
    found = kind.violations(pd.DataFrame({"b": [1, 1, 7]}))
    told = {(one.column, one.expected): (one.got, one.count) for one in found}
    assert told["a", "the column"] == ("no such column", None)
    assert told["b", "field_uniqueness"] == ("2 values", 2)
    assert told["b", "multiple_fields_uniqueness"] == ("2 values", 2)
    (dtype,) = dataframe_type_of(pandera.DataFrameSchema({"a": pandera.Column(int)})).violations(
        pd.DataFrame({"a": [0.5]})
    )
    assert str(dtype) == "a: expected dtype int64, got dtype float64"


def test_pandera_for_polars_is_of_polars() -> None:
    kind = resolve_type(PolarsFlights)
    assert kind.check(pl.DataFrame(GOOD)).success
    assert kind.check(pl.LazyFrame(GOOD)).success
    check = kind.check(pl.LazyFrame(BAD))
    assert check.description is not None
    assert "- distance: expected greater_than_or_equal_to(0), got 2 values (row 0 → -1, 2 → -3)" in check.description
    assert kind.check(pd.DataFrame(GOOD)).description == (
        "expected PolarsFlights (a polars DataFrame or LazyFrame), got a value of type DataFrame"
    )


def test_annotations_of_pandera_are_types() -> None:
    kind = resolve_type(pandera_typing.DataFrame[Flights])
    assert kind.name == "Flights"
    assert not kind.check(pd.DataFrame(BAD)).success
    assert resolve_type(list[pandera_typing.DataFrame[Flights]]).check([pd.DataFrame(GOOD)]).success


def test_an_annotated_frame_is_a_type_that_type_checkers_know() -> None:
    kind = resolve_type(
        Annotated[pd.DataFrame, Flight, PandasColumn.exists("tail"), UniqueColumnsConstraint(["origin"])]
    )
    assert kind.name == "Flight"
    assert kind.check(pd.DataFrame(GOOD).assign(tail="N1")).success
    assert not kind.check(pd.DataFrame(GOOD)).success
    assert not check_type(Annotated[pd.DataFrame, Flights], pd.DataFrame(BAD)).success
    assert check_type(Annotated[pl.DataFrame, PandasColumn.string_column("origin")], pl.DataFrame(GOOD)).success
    assert resolve_type(Annotated[pd.DataFrame, "a note"]) is resolve_type(pd.DataFrame)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table])
def test_a_pydantic_model_describes_rows(make: Any) -> None:
    kind = dataframe_type_of(Flight)
    assert (kind.name, kind.library) == ("Flight", "any")
    assert kind.check(make(GOOD)).success
    check = kind.check(make({**BAD, "tail": ["N1", None, "N3"], "year": [1, 2, 3]}))
    assert check.description is not None
    lines = check.description.splitlines()
    assert lines[:2] == [
        "not Flight: 3 problems in 3 rows",
        "- year: expected no column that Flight does not have, got the column",
    ]
    assert lines[2].startswith("- origin: expected rows that fit Flight, got 2 values: input should be 'JFK' or 'LGA'")
    assert lines[2].endswith("(row 1 → EWR, 2 → null)")
    assert lines[3].endswith("got 2 values: input should be greater than or equal to 0 (row 0 → -1, 2 → -3)")


def test_columns_of_a_model_go_by_their_aliases_and_may_be_missing() -> None:
    kind = dataframe_type_of(Flight)
    assert kind.check(pd.DataFrame(GOOD).assign(date=dt.date(2018, 1, 1))).success
    (found,) = kind.violations(pd.DataFrame(GOOD).assign(date="soon"))
    assert (found.column, found.count) == ("date", 2)
    missing = kind.violations(pd.DataFrame({"origin": ["JFK"]}))
    assert [str(one) for one in missing] == ["distance: expected the column, got no such column"]
    assert kind.description is not None
    assert kind.description.startswith("One departure.\n\nRows:\n\n- rows that fit Flight")


def test_nulls_that_made_integers_floats_are_none() -> None:
    class Seat(BaseModel):
        row: int | None

    assert dataframe_type_of(Seat).check(pd.DataFrame({"row": [1, None]})).success
    assert not dataframe_type_of(Flight).check(pd.DataFrame({"origin": ["JFK"], "distance": [None]})).success


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_validators_of_a_model_see_whole_rows(make: Any) -> None:
    found = dataframe_type_of(Ordered).violations(make({"low": [1, 5, None], "high": [2, 4, 3]}))
    assert [str(one) for one in found] == [
        "expected rows that fit Ordered, got 1 row: value error, low is above high (row 1 → "
        + ("(5.0, 4))" if make is pd.DataFrame else "(5, 4))"),
        "low: expected rows that fit Ordered, got 1 value: input should be a valid integer (row 2 → null)",
    ]


def test_many_rows_are_counted_over_chunks() -> None:
    frame = pd.DataFrame({"origin": "JFK", "distance": range(-3, 50_000)})
    frame.loc[45_000, "distance"] = -9
    (found,) = dataframe_type_of(Flight).violations(frame)
    assert (found.count, [index for index, _ in found.rows]) == (4, ["0", "1", "2", "45000"])


def test_a_schema_goes_with_columns_constraints_and_metadata() -> None:
    kind = create_dataframe_type(
        "Departures",
        columns=[PandasColumn.string_column("origin", unique=True)],
        event_metadata_fn=lambda frame: [EventMetadataEntry.int(len(frame), "rows")],
        schema=Flight,
    )
    assert kind.check(pd.DataFrame(GOOD)).metadata_entries == (EventMetadataEntry.int(2, "rows"),)
    assert len(kind.violations(pd.DataFrame({"origin": ["JFK", "JFK"], "distance": [1, -1]}))) == 2


@pytest.mark.parametrize("schema", [Flights, Flight])
def test_types_of_schemas_pickle(schema: Any) -> None:
    again = pickle.loads(pickle.dumps(dataframe_type_of(schema)))
    assert again.check(pd.DataFrame(GOOD)).success
    assert not again.check(pd.DataFrame(BAD)).success


@pytest.mark.parametrize("wrong", [int, "Flight", {"origin": str}, None])
def test_what_is_no_schema_is_refused(wrong: Any) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="this is no schema of a dataframe"):
        dataframe_type_of(wrong)


def test_a_model_as_an_annotation_is_a_value_of_the_model() -> None:
    assert resolve_type(Flight).check(Flight(origin="JFK", distance=1)).success
    assert not resolve_type(Flight).check(pd.DataFrame(GOOD)).success


def test_no_library_is_imported_for_a_schema_of_another() -> None:
    code = """
import sys
from pydantic import BaseModel
from dagnb.types import dataframe_type_of
class Row(BaseModel):
    a: int
T = dataframe_type_of(Row)
assert not T.check(3).success
print([name for name in ("pandas", "polars", "pyarrow", "pandera", "numpy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
