"""dagnb: a data orchestrator that lives in the notebook.

Everything named here is loaded when it is first used, so that ``import dagnb`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HOMES = {
    "dagnb.config": [
        "Array",
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
    "dagnb.definitions": [
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
    "dagnb.errors": ["DagnbError"],
    "dagnb.events": [
        "AssetKey",
        "AssetMaterialization",
        "EventMetadataEntry",
        "ExpectationResult",
        "Failure",
        "Output",
        "RetryRequested",
    ],
    "dagnb.handles": [
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
    "dagnb.instance": ["Instance"],
    "dagnb.notebooks": ["get_context", "notebook_solid", "yield_event", "yield_result"],
    "dagnb.types": [
        "Any",
        "Bool",
        "DagnbType",
        "DataFrame",
        "Float",
        "Int",
        "Nothing",
        "PandasColumn",
        "RowCountConstraint",
        "StrictColumnsConstraint",
        "String",
        "TypeCheck",
        "UniqueColumnsConstraint",
        "create_dagster_pandas_dataframe_type",
        "create_dataframe_type",
    ],
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)  # noqa: PLE0605  (a list; the linter wants a literal)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("dagnb")
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'dagnb' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Register the cell magics (``%load_ext dagnb``)."""
    from dagnb.notebooks.magics import load

    load(ipython)
