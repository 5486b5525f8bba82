"""dagnb: a data orchestrator that lives in the notebook.

Everything named here is loaded when it is first used, so that ``import dagnb`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dagnb.config import (
        Array,
        BoolSource,
        DagnbConfigError,
        Enum,
        EnumValue,
        Field,
        IntSource,
        Map,
        Noneable,
        Permissive,
        ScalarUnion,
        Selector,
        Shape,
        StringSource,
    )
    from dagnb.definitions import (
        DependencyDefinition,
        InputDefinition,
        ModeDefinition,
        MultiDependencyDefinition,
        OutputDefinition,
        PresetDefinition,
        ResourceDefinition,
        SolidDefinition,
        lambda_solid,
        resource,
        solid,
    )
    from dagnb.errors import (
        DagnbError,
    )
    from dagnb.events import (
        AssetKey,
        AssetMaterialization,
        EventMetadataEntry,
        ExpectationResult,
        Failure,
        Output,
        RetryRequested,
    )
    from dagnb.handles import (
        Asset,
        Pipeline,
        Run,
        asset,
        assets,
        execute_pipeline,
        execute_solid,
        pipeline,
        run,
        runs,
        show,
    )
    from dagnb.instance import (
        Instance,
    )
    from dagnb.notebooks import (
        get_context,
        notebook_solid,
        yield_event,
        yield_result,
    )
    from dagnb.types import (
        Any,
        Bool,
        ColumnFunctionConstraint,
        DagnbType,
        DataFrame,
        Dict,
        Float,
        Int,
        List,
        Nothing,
        Optional,
        PandasColumn,
        PythonObjectType,
        RowCountConstraint,
        RowsConstraint,
        Set,
        StrictColumnsConstraint,
        String,
        Tuple,
        TypeCheck,
        UniqueColumnsConstraint,
        check_type,
        create_dagster_pandas_dataframe_type,
        create_dataframe_type,
        dagnb_type_loader,
        dagnb_type_materializer,
        dataframe_type_of,
        make_python_type_usable_as_dagnb_type,
        usable_as_dagnb_type,
    )

__version__: str

_HOMES = {
    "config": [
        "Array",
        "BoolSource",
        "DagnbConfigError",
        "Enum",
        "EnumValue",
        "Field",
        "IntSource",
        "Map",
        "Noneable",
        "Permissive",
        "ScalarUnion",
        "Selector",
        "Shape",
        "StringSource",
    ],
    "definitions": [
        "DependencyDefinition",
        "InputDefinition",
        "ModeDefinition",
        "MultiDependencyDefinition",
        "OutputDefinition",
        "PresetDefinition",
        "ResourceDefinition",
        "SolidDefinition",
        "lambda_solid",
        "resource",
        "solid",
    ],
    "errors": ["DagnbError"],
    "events": [
        "AssetKey",
        "AssetMaterialization",
        "EventMetadataEntry",
        "ExpectationResult",
        "Failure",
        "Output",
        "RetryRequested",
    ],
    "handles": [
        "Asset",
        "Pipeline",
        "Run",
        "asset",
        "assets",
        "execute_pipeline",
        "execute_solid",
        "pipeline",
        "run",
        "runs",
        "show",
    ],
    "instance": ["Instance"],
    "notebooks": ["get_context", "notebook_solid", "yield_event", "yield_result"],
    "types": [
        "Any",
        "Bool",
        "ColumnFunctionConstraint",
        "DagnbType",
        "DataFrame",
        "Dict",
        "Float",
        "Int",
        "List",
        "Nothing",
        "Optional",
        "PandasColumn",
        "PythonObjectType",
        "RowCountConstraint",
        "RowsConstraint",
        "Set",
        "StrictColumnsConstraint",
        "String",
        "Tuple",
        "TypeCheck",
        "UniqueColumnsConstraint",
        "check_type",
        "create_dagster_pandas_dataframe_type",
        "create_dataframe_type",
        "dagnb_type_loader",
        "dagnb_type_materializer",
        "dataframe_type_of",
        "make_python_type_usable_as_dagnb_type",
        "usable_as_dagnb_type",
    ],
}

__all__ = [
    "Any",
    "Array",
    "Asset",
    "AssetKey",
    "AssetMaterialization",
    "Bool",
    "BoolSource",
    "ColumnFunctionConstraint",
    "DagnbConfigError",
    "DagnbError",
    "DagnbType",
    "DataFrame",
    "DependencyDefinition",
    "Dict",
    "Enum",
    "EnumValue",
    "EventMetadataEntry",
    "ExpectationResult",
    "Failure",
    "Field",
    "Float",
    "InputDefinition",
    "Instance",
    "Int",
    "IntSource",
    "List",
    "Map",
    "ModeDefinition",
    "MultiDependencyDefinition",
    "Noneable",
    "Nothing",
    "Optional",
    "Output",
    "OutputDefinition",
    "PandasColumn",
    "Permissive",
    "Pipeline",
    "PresetDefinition",
    "PythonObjectType",
    "ResourceDefinition",
    "RetryRequested",
    "RowCountConstraint",
    "RowsConstraint",
    "Run",
    "ScalarUnion",
    "Selector",
    "Set",
    "Shape",
    "SolidDefinition",
    "StrictColumnsConstraint",
    "String",
    "StringSource",
    "Tuple",
    "TypeCheck",
    "UniqueColumnsConstraint",
    "asset",
    "assets",
    "check_type",
    "create_dagster_pandas_dataframe_type",
    "create_dataframe_type",
    "dagnb_type_loader",
    "dagnb_type_materializer",
    "dataframe_type_of",
    "execute_pipeline",
    "execute_solid",
    "get_context",
    "lambda_solid",
    "make_python_type_usable_as_dagnb_type",
    "notebook_solid",
    "pipeline",
    "resource",
    "run",
    "runs",
    "show",
    "solid",
    "usable_as_dagnb_type",
    "yield_event",
    "yield_result",
]


if not TYPE_CHECKING:  # type checkers see the names above, and should not take every other one to be there
    _find, __dir__ = lazy_names(__name__, _HOMES)

    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            return version("dagnb")
        return _find(name)


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register the cell magics (``%load_ext dagnb``)."""
    from dagnb.notebooks.magics import load

    load(ipython)
