"""Read tables from files that the run config names, and write them to files: csv, parquet, json, pickle and table.

A pickle is read only when a run of the same instance has written it: reading one runs whatever code is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from dagnb.types.loading import TypeLoader, TypeMaterializer

if TYPE_CHECKING:
    from dagnb.events.user import AssetMaterialization
    from dagnb.types.tables import Library

__all__ = ["FrameLoader", "file_schema", "frame_loader", "frame_materializer"]

_Options = Mapping[str, Any]


def file_schema() -> Any:
    """Return the config schema: a format, its path, and for csv the separator."""
    from dagnb.config import Field, Selector

    path = Field(str, description="path of the file")
    return Selector(
        {
            "csv": {"path": path, "sep": Field(str, default_value=",", description="what separates the columns")},
            "parquet": {"path": path},
            "json": {"path": path},
            "table": {"path": path},
            "pickle": {"path": path},
        }
    )


def _separator(kind: str, options: _Options) -> str:
    return "\t" if kind == "table" else str(options.get("sep", ","))


def _read_pandas(kind: str, options: _Options) -> Any:
    import pandas as pd

    path = options["path"]
    if kind == "parquet":
        return pd.read_parquet(path)
    return pd.read_json(path, orient="records") if kind == "json" else pd.read_csv(path, sep=_separator(kind, options))


def _read_polars(kind: str, options: _Options) -> Any:
    import polars as pl

    path = options["path"]
    if kind == "parquet":
        return pl.read_parquet(path)
    return pl.read_json(path) if kind == "json" else pl.read_csv(path, separator=_separator(kind, options))


def _read_arrow(kind: str, options: _Options) -> Any:
    path = options["path"]
    if kind == "parquet":
        from pyarrow import parquet

        return parquet.read_table(path)
    import pyarrow as pa

    if kind == "json":
        import json
        from pathlib import Path

        return pa.Table.from_pylist(json.loads(Path(path).read_text(encoding="utf-8")))
    from pyarrow import csv

    return csv.read_csv(path, parse_options=csv.ParseOptions(delimiter=_separator(kind, options)))


_READERS: dict[Library, Callable[[str, _Options], Any]] = {
    "pandas": _read_pandas,
    "polars": _read_polars,
    "pyarrow": _read_arrow,
}


class FrameLoader(TypeLoader):
    """Read the table that the config names: ``{"csv": {"path": "flights.csv"}}``.

    Args:
        library: whose table it makes.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        super().__init__(partial(_load, library), file_schema)

    @property
    def name(self) -> str:
        """What reads the file."""
        return f"of {self.library} frames"


def _load(library: Library, context: Any, config: Mapping[str, _Options]) -> Any:
    kind, options = next(iter(config.items()))
    if kind == "pickle":
        from dagnb.types.pickled import read_pickle

        return read_pickle(context, options["path"])
    return _READERS[library](kind, options)


def _write_pandas(frame: Any, kind: str, options: _Options) -> None:
    path = options["path"]
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "json":
        frame.to_json(path, orient="records", date_format="iso")
    else:
        frame.to_csv(path, sep=_separator(kind, options), index=False)


def _write_polars(frame: Any, kind: str, options: _Options) -> None:
    path = options["path"]
    if kind == "parquet":
        frame.write_parquet(path)
    elif kind == "json":
        frame.write_json(path)
    else:
        frame.write_csv(path, separator=_separator(kind, options))


def _write_arrow(table: Any, kind: str, options: _Options) -> None:
    path = options["path"]
    if kind == "parquet":
        from pyarrow import parquet

        parquet.write_table(table, path)
    elif kind == "json":
        _write_pandas(table.to_pandas(), kind, options)
    else:
        from pyarrow import csv

        csv.write_csv(table, path, csv.WriteOptions(delimiter=_separator(kind, options), quoting_style="needed"))


_WRITERS: dict[Library, Callable[[Any, str, _Options], None]] = {
    "pandas": _write_pandas,
    "polars": _write_polars,
    "pyarrow": _write_arrow,
}


def write_frame(context: Any, config: Mapping[str, _Options], frame: Any) -> AssetMaterialization:
    """Write the table, of any library, where the config says; the materialization names the file and counts rows."""
    from dagnb.events.metadata import EventMetadataEntry
    from dagnb.events.user import AssetMaterialization
    from dagnb.types.tables import table_of

    kind, options = next(iter(config.items()))
    path = options["path"]
    table = table_of(frame)
    if kind == "pickle":
        from dagnb.types.pickled import write_pickle

        write_pickle(context, path, table.native)
    else:
        _WRITERS[table.library](table.native, kind, options)
    return AssetMaterialization(
        path, metadata_entries=[EventMetadataEntry.fspath(path), EventMetadataEntry.int(table.rows, "rows")]
    )


frame_loader = FrameLoader("pandas")
frame_materializer = TypeMaterializer(write_frame, file_schema)
