"""Two pipelines that the tests of the command line run."""

from __future__ import annotations

import sys
import time
from typing import Any

import pandas as pd

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    Field,
    ModeDefinition,
    Output,
    PresetDefinition,
    StringSource,
    pipeline,
    resource,
    solid,
)


@solid(config_schema={"rows": Field(int, default_value=3), "label": Field(str, default_value="raw")})
def load(context: Any) -> pd.DataFrame:  # type: ignore[misc]  # a generator, annotated as solids are
    sys.stdout.write("load prints\n")
    frame = pd.DataFrame({"x": range(context.solid_config["rows"])})
    entries = [EventMetadataEntry.int(len(frame), "rows"), EventMetadataEntry.float(float("nan"), "score")]
    yield AssetMaterialization(context.solid_config["label"], metadata_entries=entries)
    yield Output(frame)


@solid(config_schema={"folds": int})
def fit(context: Any, frame: pd.DataFrame) -> int:
    if context.solid_config["folds"] > 20:
        raise ValueError(f"too many folds\x1b[2J: {context.solid_config['folds']}")
    return len(frame)


@solid
def report(score: int) -> str:
    return str(score)


@pipeline(
    mode_defs=[ModeDefinition("dev"), ModeDefinition("prod")],
    preset_defs=[PresetDefinition("small", {"solids": {"fit": {"config": {"folds": 2}}}}, mode="prod")],
)
def daily() -> None:
    """Load, fit, report."""
    report(fit(load()))


@solid
def wait() -> None:
    sys.stdout.write("waiting\n")
    sys.stdout.flush()
    time.sleep(60)


@pipeline
def slow() -> None:
    wait()


@resource(config_schema={"token": StringSource})
def server(context: Any) -> None:
    raise RuntimeError(f"refused the token {context.resource_config['token']}")


@solid(required_resource_keys={"server"})
def ask(context: Any) -> None:
    raise AssertionError


@pipeline(mode_defs=[ModeDefinition("default", {"server": server})])
def asking() -> None:
    ask()
