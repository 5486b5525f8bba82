"""Runtime types of inputs and outputs.

`base` says what a type is, `scalars` and `containers` hold the ones that dagnb brings, `resolve` finds the type for an
annotation. `columns`, `constraints` and `frames` make types of dataframes, `loading` reads and writes values as config
says, `describe` tells about any value in bounded time. Names are imported at first use; pandas never is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from dagnb.types.base import (
        DagnbType,
        PythonObjectType,
        TypeCheck,
        TypeKind,
    )
    from dagnb.types.columns import (
        PandasColumn,
    )
    from dagnb.types.constraints import (
        CategoricalColumnConstraint,
        ColumnConstraint,
        ColumnDTypeFnConstraint,
        ColumnDTypeInSetConstraint,
        Constraint,
        InRangeColumnConstraint,
        MaxValueColumnConstraint,
        MinValueColumnConstraint,
        NonNullableColumnConstraint,
        UniqueColumnConstraint,
    )
    from dagnb.types.containers import (
        Dict,
        List,
        Optional,
        Set,
        Tuple,
    )
    from dagnb.types.describe import (
        describe_value,
        summary_text,
    )
    from dagnb.types.errors import (
        DagnbTypeLoadingError,
        DagnbTypeMaterializationError,
    )
    from dagnb.types.frame_constraints import (
        DataFrameConstraint,
        RowCountConstraint,
        StrictColumnsConstraint,
        UniqueColumnsConstraint,
    )
    from dagnb.types.frames import (
        ArrowTable,
        DataFrame,
        DataFrameType,
        PolarsDataFrame,
        create_dagster_pandas_dataframe_type,
        create_dataframe_type,
    )
    from dagnb.types.function_constraints import (
        ColumnFunctionConstraint,
        RowsConstraint,
        ValueFunctionConstraint,
    )
    from dagnb.types.loading import (
        TypeLoader,
        TypeMaterializer,
        dagnb_type_loader,
        dagnb_type_materializer,
    )
    from dagnb.types.preview import (
        PreviewTable,
        ValuePreview,
        preview_value,
    )
    from dagnb.types.registering import (
        make_python_type_usable_as_dagnb_type,
        usable_as_dagnb_type,
    )
    from dagnb.types.resolve import (
        annotated_types,
        check_type,
        resolve_type,
    )
    from dagnb.types.scalars import (
        Any,
        Bool,
        Float,
        Int,
        Nothing,
        String,
    )
    from dagnb.types.schemas import (
        dataframe_type_of,
    )
    from dagnb.types.structured import (
        ColumnAggregateConstraintWithMetadata,
        ColumnConstraintWithMetadata,
        ColumnRangeConstraintWithMetadata,
        ConstraintWithMetadata,
        MultiAggregateConstraintWithMetadata,
        MultiColumnConstraintWithMetadata,
        MultiConstraintWithMetadata,
        StrictColumnsWithMetadata,
    )
    from dagnb.types.structured_errors import (
        ColumnWithMetadataError,
        ConstraintWithMetadataError,
        DataFrameWithMetadataError,
    )
    from dagnb.types.structured_type import (
        create_structured_dataframe_type,
    )
    from dagnb.types.tables import (
        Column,
        Table,
    )
    from dagnb.types.validators import (
        all_unique_validator,
        categorical_column_validator_factory,
        column_range_validation_factory,
        dtype_in_set_validation_factory,
        non_null_validation,
        nonnull,
    )
    from dagnb.types.violations import (
        ColumnConstraintViolationError,
        ConstraintViolationError,
        DataFrameConstraintViolationError,
        Violation,
    )

_HOMES = {
    "base": (
        "DagnbType",
        "PythonObjectType",
        "TypeCheck",
        "TypeKind",
    ),
    "columns": ("PandasColumn",),
    "constraints": (
        "CategoricalColumnConstraint",
        "ColumnConstraint",
        "ColumnDTypeFnConstraint",
        "ColumnDTypeInSetConstraint",
        "Constraint",
        "InRangeColumnConstraint",
        "MaxValueColumnConstraint",
        "MinValueColumnConstraint",
        "NonNullableColumnConstraint",
        "UniqueColumnConstraint",
    ),
    "containers": (
        "Dict",
        "List",
        "Optional",
        "Set",
        "Tuple",
    ),
    "describe": (
        "describe_value",
        "summary_text",
    ),
    "errors": (
        "DagnbTypeLoadingError",
        "DagnbTypeMaterializationError",
    ),
    "frame_constraints": (
        "DataFrameConstraint",
        "RowCountConstraint",
        "StrictColumnsConstraint",
        "UniqueColumnsConstraint",
    ),
    "frames": (
        "ArrowTable",
        "DataFrame",
        "DataFrameType",
        "PolarsDataFrame",
        "create_dagster_pandas_dataframe_type",
        "create_dataframe_type",
    ),
    "function_constraints": (
        "ColumnFunctionConstraint",
        "RowsConstraint",
        "ValueFunctionConstraint",
    ),
    "loading": (
        "TypeLoader",
        "TypeMaterializer",
        "dagnb_type_loader",
        "dagnb_type_materializer",
    ),
    "preview": (
        "PreviewTable",
        "ValuePreview",
        "preview_value",
    ),
    "registering": (
        "make_python_type_usable_as_dagnb_type",
        "usable_as_dagnb_type",
    ),
    "resolve": (
        "annotated_types",
        "check_type",
        "resolve_type",
    ),
    "scalars": (
        "Any",
        "Bool",
        "Float",
        "Int",
        "Nothing",
        "String",
    ),
    "schemas": ("dataframe_type_of",),
    "structured": (
        "ColumnAggregateConstraintWithMetadata",
        "ColumnConstraintWithMetadata",
        "ColumnRangeConstraintWithMetadata",
        "ConstraintWithMetadata",
        "MultiAggregateConstraintWithMetadata",
        "MultiColumnConstraintWithMetadata",
        "MultiConstraintWithMetadata",
        "StrictColumnsWithMetadata",
    ),
    "structured_errors": (
        "ColumnWithMetadataError",
        "ConstraintWithMetadataError",
        "DataFrameWithMetadataError",
    ),
    "structured_type": ("create_structured_dataframe_type",),
    "tables": (
        "Column",
        "Table",
    ),
    "validators": (
        "all_unique_validator",
        "categorical_column_validator_factory",
        "column_range_validation_factory",
        "dtype_in_set_validation_factory",
        "non_null_validation",
        "nonnull",
    ),
    "violations": (
        "ColumnConstraintViolationError",
        "ConstraintViolationError",
        "DataFrameConstraintViolationError",
        "Violation",
    ),
}

__all__ = [
    "Any",
    "ArrowTable",
    "Bool",
    "CategoricalColumnConstraint",
    "Column",
    "ColumnAggregateConstraintWithMetadata",
    "ColumnConstraint",
    "ColumnConstraintViolationError",
    "ColumnConstraintWithMetadata",
    "ColumnDTypeFnConstraint",
    "ColumnDTypeInSetConstraint",
    "ColumnFunctionConstraint",
    "ColumnRangeConstraintWithMetadata",
    "ColumnWithMetadataError",
    "Constraint",
    "ConstraintViolationError",
    "ConstraintWithMetadata",
    "ConstraintWithMetadataError",
    "DagnbType",
    "DagnbTypeLoadingError",
    "DagnbTypeMaterializationError",
    "DataFrame",
    "DataFrameConstraint",
    "DataFrameConstraintViolationError",
    "DataFrameType",
    "DataFrameWithMetadataError",
    "Dict",
    "Float",
    "InRangeColumnConstraint",
    "Int",
    "List",
    "MaxValueColumnConstraint",
    "MinValueColumnConstraint",
    "MultiAggregateConstraintWithMetadata",
    "MultiColumnConstraintWithMetadata",
    "MultiConstraintWithMetadata",
    "NonNullableColumnConstraint",
    "Nothing",
    "Optional",
    "PandasColumn",
    "PolarsDataFrame",
    "PreviewTable",
    "PythonObjectType",
    "RowCountConstraint",
    "RowsConstraint",
    "Set",
    "StrictColumnsConstraint",
    "StrictColumnsWithMetadata",
    "String",
    "Table",
    "Tuple",
    "TypeCheck",
    "TypeKind",
    "TypeLoader",
    "TypeMaterializer",
    "UniqueColumnConstraint",
    "UniqueColumnsConstraint",
    "ValueFunctionConstraint",
    "ValuePreview",
    "Violation",
    "all_unique_validator",
    "annotated_types",
    "categorical_column_validator_factory",
    "check_type",
    "column_range_validation_factory",
    "create_dagster_pandas_dataframe_type",
    "create_dataframe_type",
    "create_structured_dataframe_type",
    "dagnb_type_loader",
    "dagnb_type_materializer",
    "dataframe_type_of",
    "describe_value",
    "dtype_in_set_validation_factory",
    "make_python_type_usable_as_dagnb_type",
    "non_null_validation",
    "nonnull",
    "preview_value",
    "resolve_type",
    "summary_text",
    "usable_as_dagnb_type",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
