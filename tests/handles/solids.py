"""A small pipeline that most tests of handles run."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Field,
    ModeDefinition,
    Output,
    Pipeline,
    PresetDefinition,
    lambda_solid,
    pipeline,
    solid,
)


@solid(config_schema={"rows": Field(int, default_value=3), "origin": Field(str, default_value="JFK")})
def load(context: Any) -> pd.DataFrame:  # type: ignore[misc]  # a stream, annotated with what it hands on
    """Load the flights."""
    rows = context.solid_config["rows"]
    frame = pd.DataFrame({"origin": [context.solid_config["origin"]] * rows, "delay": range(rows)})
    yield AssetMaterialization(
        "flights.raw",
        "the raw flights",
        [EventMetadataEntry.int(rows, "rows"), EventMetadataEntry.text(context.solid_config["origin"], "origin")],
    )
    context.log.info("loaded", rows=rows)
    yield Output(frame)


@solid
def delays(flights: pd.DataFrame) -> float:  # type: ignore[misc]  # as above
    yield ExpectationResult(bool((flights["delay"] >= 0).all()), "no negative delay")
    yield AssetMaterialization("flights.delay", metadata_entries=[EventMetadataEntry.float(0.5, "mean")])
    yield Output(float(flights["delay"].mean()))


@lambda_solid
def headline(mean: float, unit: str = "min") -> str:
    return f"{mean} {unit}"


def make_report() -> Pipeline:
    @pipeline(
        description="What is late",
        mode_defs=[ModeDefinition("dev"), ModeDefinition("prod")],
        preset_defs=[
            PresetDefinition(
                "small",
                {"solids": {"load": {"config": {"rows": 1, "origin": "LGA"}}}},
                mode="prod",
                tags={"size": "small"},
                solid_selection=["*delays"],
            )
        ],
        tags={"team": "data"},
    )
    def report() -> None:
        headline(delays(load()))

    return report
