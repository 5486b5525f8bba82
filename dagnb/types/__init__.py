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
    )
    from dagnb.types.columns import (
        PandasColumn,
    )
    from dagnb.types.constraints import (
        CategoricalColumnConstraint,
        ColumnConstraint,
        ColumnDTypeFnConstraint,
        ColumnDTypeInSetConstraint,
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
    from dagnb.types.frame_constraints import (
        DataFrameConstraint,
        RowCountConstraint,
        StrictColumnsConstraint,
        UniqueColumnsConstraint,
    )
    from dagnb.types.frames import (
        DataFrame,
        DataFrameType,
        create_dagster_pandas_dataframe_type,
        create_dataframe_type,
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
    from dagnb.types.resolve import (
        annotated_types,
        check_type,
        make_python_type_usable_as_dagnb_type,
        resolve_type,
        usable_as_dagnb_type,
    )
    from dagnb.types.scalars import (
        Any,
        Bool,
        Float,
        Int,
        Nothing,
        String,
    )
    from dagnb.types.violations import (
        ConstraintViolationError,
        Violation,
    )

_HOMES = {
    "base": (
        "DagnbType",
        "PythonObjectType",
        "TypeCheck",
    ),
    "columns": ("PandasColumn",),
    "constraints": (
        "CategoricalColumnConstraint",
        "ColumnConstraint",
        "ColumnDTypeFnConstraint",
        "ColumnDTypeInSetConstraint",
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
    "frame_constraints": (
        "DataFrameConstraint",
        "RowCountConstraint",
        "StrictColumnsConstraint",
        "UniqueColumnsConstraint",
    ),
    "frames": (
        "DataFrame",
        "DataFrameType",
        "create_dagster_pandas_dataframe_type",
        "create_dataframe_type",
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
    "resolve": (
        "annotated_types",
        "check_type",
        "make_python_type_usable_as_dagnb_type",
        "resolve_type",
        "usable_as_dagnb_type",
    ),
    "scalars": (
        "Any",
        "Bool",
        "Float",
        "Int",
        "Nothing",
        "String",
    ),
    "violations": (
        "ConstraintViolationError",
        "Violation",
    ),
}

__all__ = [
    "Any",
    "Bool",
    "CategoricalColumnConstraint",
    "ColumnConstraint",
    "ColumnDTypeFnConstraint",
    "ColumnDTypeInSetConstraint",
    "ConstraintViolationError",
    "DagnbType",
    "DataFrame",
    "DataFrameConstraint",
    "DataFrameType",
    "Dict",
    "Float",
    "InRangeColumnConstraint",
    "Int",
    "List",
    "MaxValueColumnConstraint",
    "MinValueColumnConstraint",
    "NonNullableColumnConstraint",
    "Nothing",
    "Optional",
    "PandasColumn",
    "PreviewTable",
    "PythonObjectType",
    "RowCountConstraint",
    "Set",
    "StrictColumnsConstraint",
    "String",
    "Tuple",
    "TypeCheck",
    "TypeLoader",
    "TypeMaterializer",
    "UniqueColumnConstraint",
    "UniqueColumnsConstraint",
    "ValuePreview",
    "Violation",
    "annotated_types",
    "check_type",
    "create_dagster_pandas_dataframe_type",
    "create_dataframe_type",
    "dagnb_type_loader",
    "dagnb_type_materializer",
    "describe_value",
    "make_python_type_usable_as_dagnb_type",
    "preview_value",
    "resolve_type",
    "summary_text",
    "usable_as_dagnb_type",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
