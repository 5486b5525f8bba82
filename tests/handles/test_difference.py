"""What differs between two runs: causes first, hashes last and only where nothing else tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Field,
    Instance,
    ModeDefinition,
    Output,
    lambda_solid,
    pipeline,
    solid,
)


@solid(config_schema={"rows": Field(int, default_value=3), "shift": Field(int, default_value=0)})
def load(context: Any) -> Iterator[Any]:
    config = context.solid_config
    frame = pd.DataFrame({"delay": [number + config["shift"] for number in range(config["rows"])]})
    share = EventMetadataEntry.float(float("nan"), "share")
    yield AssetMaterialization("flights", metadata_entries=[EventMetadataEntry.int(len(frame), "rows"), share])
    yield ExpectationResult(success=len(frame) > 2, label="enough")
    yield Output(frame)


@lambda_solid
def total(frame: pd.DataFrame) -> int:
    return int(frame["delay"].sum())


@pipeline(mode_defs=[ModeDefinition("dev"), ModeDefinition("prod")])
def report() -> None:
    total(load())


def config(**values: int) -> dict[str, Any]:
    return {"solids": {"load": {"config": values}}}


def test_rows_and_metadata_tell_before_hashes_do(instance: Instance) -> None:
    report.run(instance=instance)
    frame = report.run(config(rows=2), mode="prod", instance=instance).diff()
    assert frame[["what", "step", "before", "now"]].to_numpy().tolist()[:-1] == [
        ["mode", "", "dev", "prod"],
        ["config solids › load › config › rows", "", None, 2],
        ["rows of result", "load", 3, 2],
        ["flights › rows", "load", 3, 2],
        ["expectation enough", "load", "met", "not met"],
    ]
    assert frame.iloc[-1][["what", "step"]].tolist() == ["data of result", "total"]
    assert frame["before"].dtype == object, "a count stays a whole number"


def test_data_that_nothing_else_tells_of_is_told(instance: Instance) -> None:
    report.run(instance=instance)
    frame = report.run(config(shift=1), instance=instance).diff()
    assert frame["what"].tolist() == ["config solids › load › config › shift", "data of result", "data of result"]
    assert frame["step"].tolist() == ["", "load", "total"]


def test_a_run_is_like_itself_though_its_numbers_are_none(instance: Instance) -> None:
    report.run(instance=instance)
    assert report.run(instance=instance).diff().empty
