"""`dagster_pandas`: the types and constraints of dataframes of release 0.9.22, which are dagnb's own.

>>> import pandas as pd
>>> Teams = create_dagster_pandas_dataframe_type("Teams", columns=[PandasColumn.string_column("team")])
>>> Teams.check(pd.DataFrame({"team": ["dock"]})).success
True
"""

from __future__ import annotations

from typing import Any

from dagnb.types import (
    CategoricalColumnConstraint,
    ColumnAggregateConstraintWithMetadata,
    ColumnConstraint,
    ColumnConstraintViolationError as ColumnConstraintViolationException,
    ColumnConstraintWithMetadata,
    ColumnDTypeFnConstraint,
    ColumnDTypeInSetConstraint,
    ColumnRangeConstraintWithMetadata,
    ColumnWithMetadataError as ColumnWithMetadataException,
    Constraint,
    ConstraintViolationError as ConstraintViolationException,
    ConstraintWithMetadata,
    ConstraintWithMetadataError as ConstraintWithMetadataException,
    DataFrame,
    DataFrameConstraint,
    DataFrameConstraintViolationError as DataFrameConstraintViolationException,
    DataFrameWithMetadataError as DataFrameWithMetadataException,
    InRangeColumnConstraint,
    MaxValueColumnConstraint,
    MinValueColumnConstraint,
    MultiAggregateConstraintWithMetadata,
    MultiColumnConstraintWithMetadata,
    MultiConstraintWithMetadata,
    NonNullableColumnConstraint,
    PandasColumn,
    RowCountConstraint,
    StrictColumnsConstraint,
    StrictColumnsWithMetadata,
    UniqueColumnConstraint,
    all_unique_validator,
    categorical_column_validator_factory,
    column_range_validation_factory,
    create_dagster_pandas_dataframe_type,
    create_structured_dataframe_type,
    dtype_in_set_validation_factory,
    non_null_validation,
    nonnull,
)

__version__ = "0.9.22"

__all__ = [
    "CategoricalColumnConstraint",
    "ColumnAggregateConstraintWithMetadata",
    "ColumnConstraint",
    "ColumnConstraintViolationException",
    "ColumnConstraintWithMetadata",
    "ColumnDTypeFnConstraint",
    "ColumnDTypeInSetConstraint",
    "ColumnRangeConstraintWithMetadata",
    "ColumnWithMetadataException",
    "Constraint",
    "ConstraintViolationException",
    "ConstraintWithMetadata",
    "ConstraintWithMetadataException",
    "DataFrame",
    "DataFrameConstraint",
    "DataFrameConstraintViolationException",
    "DataFrameWithMetadataException",
    "InRangeColumnConstraint",
    "MaxValueColumnConstraint",
    "MinValueColumnConstraint",
    "MultiAggregateConstraintWithMetadata",
    "MultiColumnConstraintWithMetadata",
    "MultiConstraintWithMetadata",
    "NonNullableColumnConstraint",
    "PandasColumn",
    "RowCountConstraint",
    "StrictColumnsConstraint",
    "StrictColumnsWithMetadata",
    "UniqueColumnConstraint",
    "all_unique_validator",
    "categorical_column_validator_factory",
    "column_range_validation_factory",
    "create_dagster_pandas_dataframe_type",
    "create_structured_dataframe_type",
    "dtype_in_set_validation_factory",
    "non_null_validation",
    "nonnull",
    "validate_constraints",
]


def validate_constraints(dataframe: Any, pandas_columns: Any = None, dataframe_constraints: Any = None) -> None:
    """Raise when a frame breaks a constraint of its columns or of the whole.

    Raises:
        ConstraintViolationException: it does.
    """
    for each in (*(pandas_columns or ()), *(dataframe_constraints or ())):
        each.validate(dataframe)
