"""Frames from files that the run config names, and to them.

There is no pickle among the formats: reading one runs whatever code is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.user import AssetMaterialization
from dagnb.types.loading import TypeLoader, TypeMaterializer


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
        }
    )


def _chosen(config: Mapping[str, Mapping[str, Any]]) -> tuple[str, Mapping[str, Any]]:
    return next(iter(config.items()))


def load_frame(_context: Any, config: Mapping[str, Mapping[str, Any]]) -> Any:
    """Read the frame that the config names: ``{"csv": {"path": "flights.csv"}}``."""
    import pandas as pd

    kind, options = _chosen(config)
    path = options["path"]
    if kind == "csv":
        return pd.read_csv(path, sep=options.get("sep", ","))
    if kind == "table":
        return pd.read_csv(path, sep="\t")
    return pd.read_parquet(path) if kind == "parquet" else pd.read_json(path, orient="records")


def write_frame(_context: Any, config: Mapping[str, Mapping[str, Any]], frame: Any) -> AssetMaterialization:
    """Write the frame where the config says; what is returned names the file and counts its rows."""
    kind, options = _chosen(config)
    path = options["path"]
    if kind == "csv":
        frame.to_csv(path, sep=options.get("sep", ","), index=False)
    elif kind == "table":
        frame.to_csv(path, sep="\t", index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", date_format="iso")
    return AssetMaterialization(
        path, metadata_entries=[EventMetadataEntry.fspath(path), EventMetadataEntry.int(len(frame), "rows")]
    )


frame_loader = TypeLoader(load_frame, file_schema)
frame_materializer = TypeMaterializer(write_frame, file_schema)
