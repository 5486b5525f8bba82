"""Trips: dataframe types with constraints, metadata, loaders and materializers. Runs on release 0.9.22 too."""

import os
import tempfile

import pandas as pd
from dagster import (
    DagsterInvariantViolationError,
    DagsterTypeCheckDidNotPass,
    EventMetadataEntry,
    InputDefinition,
    Output,
    OutputDefinition,
    check_dagster_type,
    execute_pipeline,
    execute_solid,
    pipeline,
    solid,
)
from dagster_pandas import (
    ColumnWithMetadataException,
    ConstraintWithMetadata,
    ConstraintWithMetadataException,
    DataFrame,
    MultiAggregateConstraintWithMetadata,
    MultiColumnConstraintWithMetadata,
    PandasColumn,
    RowCountConstraint,
    StrictColumnsConstraint,
    StrictColumnsWithMetadata,
    all_unique_validator,
    categorical_column_validator_factory,
    column_range_validation_factory,
    create_dagster_pandas_dataframe_type,
    create_structured_dataframe_type,
    dtype_in_set_validation_factory,
    non_null_validation,
    nonnull,
)
from dagster_pandas.constraints import (
    ColumnConstraint,
    ColumnConstraintViolationException,
    ConstraintViolationException,
    DataFrameConstraint,
    DataFrameConstraintViolationException,
    NonNullableColumnConstraint,
    UniqueColumnConstraint,
)


class UpperCase(ColumnConstraint):
    def __init__(self):
        super(UpperCase, self).__init__(error_description="upper case", markdown_description="upper case")

    def validate(self, dataframe, column_name):
        rows = dataframe[dataframe[column_name] != dataframe[column_name].str.upper()]
        if not rows.empty:
            raise ColumnConstraintViolationException(
                constraint_name=self.name,
                constraint_description=self.error_description,
                column_name=column_name,
                offending_rows=rows[column_name].items(),
            )


class UniqueColumns(DataFrameConstraint):
    def __init__(self, columns):
        self.columns = columns
        super(UniqueColumns, self).__init__(error_description="unique together", markdown_description="unique together")

    def validate(self, dataframe):
        if dataframe.duplicated(self.columns).any():
            raise DataFrameConstraintViolationException(
                constraint_name=self.name, constraint_description=self.error_description
            )


def facts(dataframe):
    return [
        EventMetadataEntry.int(len(dataframe), "n_rows"),
        EventMetadataEntry.text(str(sorted(dataframe.columns)), "columns"),
    ]


Trips = create_dagster_pandas_dataframe_type(
    name="Trips",
    description="Trips of bikes.",
    columns=[
        PandasColumn.integer_column("bike", min_value=0, unique=True),
        PandasColumn.datetime_column("begun", min_datetime=pd.Timestamp(2020, 1, 1), max_datetime=pd.Timestamp(2021, 1, 1)),
        PandasColumn.float_column("minutes", min_value=0.0, ignore_missing_vals=True),
        PandasColumn.categorical_column("kind", {"member", "guest"}),
        PandasColumn("station", constraints=[NonNullableColumnConstraint(), UpperCase()]),
        PandasColumn.boolean_column("paid", is_required=False),
        PandasColumn.exists("note", is_required=False),
        PandasColumn.numeric_column("price", is_required=False),
        PandasColumn.string_column("city", is_required=False, non_nullable=True),
    ],
    event_metadata_fn=facts,
    dataframe_constraints=[RowCountConstraint(3, error_tolerance=1), UniqueColumns(["begun", "station"])],
)
Strict = create_dagster_pandas_dataframe_type(
    "Strict", dataframe_constraints=[StrictColumnsConstraint(["a", "b"], enforce_ordering=True)]
)


def good(**changes):
    columns = {
        "bike": [1, 2, 3],
        "begun": pd.to_datetime(["2020-02-01", "2020-02-02", "2020-02-03"]).astype("datetime64[ns]"),
        "minutes": [3.5, None, 10.0],
        "kind": pd.Series(["member", "guest", "guest"], dtype="object"),
        "station": pd.Series(["A", "B", "C"], dtype="object"),
    }
    columns.update(changes)
    return pd.DataFrame(columns)


BAD = {
    "range": good(minutes=[-1.0, 2.0, 3.0]),
    "unique": good(bike=[1, 1, 3]),
    "dtype": good(bike=["x", "y", "z"]),
    "early": good(begun=pd.to_datetime(["2019-02-01", "2020-02-02", "2020-02-03"]).astype("datetime64[ns]")),
    "category": good(kind=pd.Series(["member", "staff", "guest"], dtype="object")),
    "lower": good(station=pd.Series(["a", "B", "C"], dtype="object")),
    "null": good(station=pd.Series([None, "B", "C"], dtype="object")),
    "missing": good().drop(columns=["kind"]),
    "rows": good().head(1),
    "together": good(
        begun=pd.to_datetime(["2020-02-01"] * 3).astype("datetime64[ns]"), station=pd.Series(["A"] * 3, dtype="object")
    ),
    "no frame": [1, 2],
    "paid": good(paid=[1, 0, 1]),
}


@solid(output_defs=[OutputDefinition(Trips)])
def make(_):
    yield Output(good())


@solid(input_defs=[InputDefinition("trips", Trips)], output_defs=[OutputDefinition(DataFrame)])
def by_kind(_, trips):
    return trips.groupby("kind", as_index=False)["minutes"].sum()


@pipeline
def trips_pipeline():
    by_kind(make())


@solid(output_defs=[OutputDefinition(Trips)])
def make_bad(_):
    return good(minutes=[-1.0, 2.0, 3.0])


@solid
def count(_, frame: DataFrame) -> int:
    return len(frame)


def raised(function):
    try:
        function()
    except Exception as error:
        return type(error)
    return None


def checked():
    result = execute_pipeline(trips_pipeline)
    event = result.result_for_solid("make").compute_output_event_dict["result"]
    entries = event.step_output_data.type_check_data.metadata_entries
    return {
        "good": check_dagster_type(Trips, good()).success,
        "bad": {name: check_dagster_type(Trips, frame).success for name, frame in sorted(BAD.items())},
        "strict": [
            check_dagster_type(Strict, pd.DataFrame(columns=columns)).success
            for columns in (["a", "b"], ["b", "a"], ["a", "b", "c"])
        ],
        "facts": sorted((each.label, each.entry_data.__class__.__name__) for each in entries if each.label in ("n_rows", "columns")),
        "by kind": result.output_for_solid("by_kind").to_dict("list"),
        "raises": raised(lambda: execute_solid(make_bad)) is DagsterTypeCheckDidNotPass,
        "failed": execute_solid(make_bad, raise_on_error=False).success,
        "flags": issubclass(
            raised(lambda: PandasColumn.exists("x", non_nullable=True, ignore_missing_vals=True)),
            DagsterInvariantViolationError,
        ),
        "described": all(each in Trips.description for each in ("Trips of bikes.", "bike", "station")),
        "name": Trips.name,
        "validate": issubclass(
            raised(lambda: PandasColumn.integer_column("a", unique=True).validate(pd.DataFrame({"a": [1, 1]}))),
            ConstraintViolationException,
        ),
        "constraint": UniqueColumnConstraint(ignore_missing_vals=False).name,
        "row count": issubclass(
            raised(lambda: RowCountConstraint(2).validate(pd.DataFrame({"a": [1]}))), ConstraintViolationException
        ),
    }


def files():
    folder = tempfile.mkdtemp()
    source, target = os.path.join(folder, "in.csv"), os.path.join(folder, "out.csv")
    pd.DataFrame({"kind": ["a"], "minutes": [1]}).to_csv(source, index=False)
    document = {"solids": {"count": {"inputs": {"frame": {"csv": {"path": source}}}}}}
    counted = execute_solid(count, run_config=document).output_value()
    out = {"solids": {"by_kind": {"outputs": [{"result": {"csv": {"path": target}}}]}}}
    result = execute_pipeline(trips_pipeline, out)
    return {
        "counted": counted,
        "written": pd.read_csv(target)["minutes"].tolist(),
        "materialized": len(result.result_for_solid("by_kind").materializations_during_compute),
    }


def structured():
    in_range = column_range_validation_factory(0, 10, ignore_missing_vals=True)
    columns = MultiColumnConstraintWithMetadata(
        "columns are right",
        {
            "a": [in_range, dtype_in_set_validation_factory((int, float))],
            "b": [categorical_column_validator_factory({"x", "y"}), non_null_validation],
        },
        ColumnWithMetadataException,
        raise_or_typecheck=False,
    )
    aggregates = MultiAggregateConstraintWithMetadata(
        "columns are unique", {"a": [all_unique_validator]}, ConstraintWithMetadataException, raise_or_typecheck=False
    )
    strict = StrictColumnsWithMetadata(["a", "b"], raise_or_typecheck=False)
    made = create_structured_dataframe_type(
        "Made", columns_validator=columns, columns_aggregate_validator=aggregates, dataframe_validator=strict
    )

    def has_rows(frame):
        return len(frame) > 0, {}

    rows = ConstraintWithMetadata("has rows", has_rows, ConstraintWithMetadataException, raise_or_typecheck=True)
    right = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    wrong = pd.DataFrame({"a": [1, 1, 99], "b": ["x", "z", "y"], "c": [0, 0, 0]})
    found = check_dagster_type(made, wrong)
    return {
        "right": check_dagster_type(made, right).success,
        "wrong": found.success,
        "labels": sorted(each.label for each in found.metadata_entries),
        "raises": raised(lambda: rows.validate(right.head(0))) is ConstraintWithMetadataException,
        "passes": raised(lambda: rows.validate(right)),
        "nonnull": (nonnull(in_range)(None)[0], in_range(None)[0], in_range(11)[0]),
    }


def main():
    return {"checked": checked(), "files": files(), "structured": structured()}


if __name__ == "__main__":
    import pprint

    pprint.pprint(main(), width=110)
