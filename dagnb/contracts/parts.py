"""The parts that dagnb can be extended with: found by entry point, a group for each kind, never by import."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from dagnb.errors import DagnbPluginError, nearest

# dagnb's own parts by group and name. They also are entry points; named here, they are found without searching every
# package that is installed, and when dagnb runs from a checkout that was never installed.
OWN_PARTS: Mapping[str, Mapping[str, str]] = {
    "executors": {"in_process": "dagnb.execution.in_process:in_process_executor"},
    "launchers": {"in_process": "dagnb.execution.launch:InProcessLauncher"},
    "bodies": {"notebook": "dagnb.notebooks.runner:NotebookRunner"},
    "engines": {"kernel": "dagnb.notebooks.kernel_engine:KernelEngine"},
    "stores": {"sqlite": "dagnb.storage.sql.store:SqliteStore"},
    "value_types": {
        "bytes": "dagnb.storage.values.codecs:BytesCodec",
        "json": "dagnb.storage.values.codecs:JsonCodec",
        "numpy": "dagnb.storage.values.codecs:NumpyCodec",
        "pandas": "dagnb.storage.values.codecs:PandasCodec",
        "pickle": "dagnb.storage.values.codecs:PickleCodec",
        "polars": "dagnb.storage.values.polars_tables:PolarsCodec",
        "polars_lazy": "dagnb.storage.values.polars_tables:PolarsLazyCodec",
        "polars_series": "dagnb.storage.values.polars_tables:PolarsSeriesCodec",
        "pyarrow": "dagnb.storage.values.codecs:ArrowCodec",
        "structure": "dagnb.storage.values.structures:StructureCodec",
        "text": "dagnb.storage.values.codecs:TextCodec",
    },
    "loggers": {
        "console": "dagnb.execution.loggers:colored_console_logger",
        "json": "dagnb.execution.loggers:json_console_logger",
    },
}


def entry_points_of(group: str) -> dict[str, str]:
    """Return the parts of a group that installed packages bring: name to place."""
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=f"dagnb.{group}")}


def load_part(group: str, name: str) -> Any:
    """Return a part, dagnb's own or one that a package brings.

    Raises:
        DagnbPluginError: there is none of that name, or it does not load.

    >>> load_part("loggers", "json")
    <logger json_console_logger>
    """
    own = OWN_PARTS.get(group, {})
    place = own.get(name)
    if place is None:
        others = entry_points_of(group)
        place = others.get(name)
        if place is None:
            choices = sorted({*own, *others})
            near = nearest(name, choices)
            raise DagnbPluginError(
                f"no part named {name} among the {group}",
                expected=f"one of {', '.join(choices)}" if choices else None,
                hint=f"did you mean {near}?" if near else f"install the package that brings it (dagnb.{group})",
            )
    module, _, attribute = place.partition(":")
    try:
        found: Any = import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise DagnbPluginError(
            f"the part {name} among the {group} does not load",
            where=place,
            got=f"{type(error).__name__}: {error}",
            hint="see whether the package that brings it is whole and new enough",
        ) from error
    return found
