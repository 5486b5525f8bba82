"""Values that data brings along and nobody wrote: they are taken, shown, and found again tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import dagnb
from dagnb import AssetMaterialization, EventMetadataEntry, Field, Output, pipeline, solid


def _materialized(*entries: EventMetadataEntry) -> dagnb.Run:
    @solid
    def write(context) -> Iterator[AssetMaterialization | Output]:  # type: ignore[no-untyped-def]
        for entry in entries:
            yield AssetMaterialization("odd", metadata_entries=[entry])
        yield Output(1)

    @pipeline
    def odd() -> None:
        write()

    return odd.run()


@pytest.mark.parametrize(
    "entry",
    [
        EventMetadataEntry.int(10**4000, "huge"),
        EventMetadataEntry.float(float("nan"), "nan"),
        EventMetadataEntry.float(float("-inf"), "inf"),
        EventMetadataEntry.text("\ud800", "a lone surrogate \udcff"),
        EventMetadataEntry.path("/data/\udcff", "a name in no known encoding"),
        EventMetadataEntry.text("日本\x00\u202e", "signs that nobody sees"),
        EventMetadataEntry.text("x" * 2_000_000, "long"),
        EventMetadataEntry.int(3, 2013),  # type: ignore[arg-type]  # as data gives it
        EventMetadataEntry.int(3, ("a", 1)),  # type: ignore[arg-type]  # as data gives it
        EventMetadataEntry.int(3, "asset"),
        EventMetadataEntry.int(3, ""),
    ],
    ids=lambda entry: repr(entry.label)[:30],
)
def test_odd_metadata_is_kept_and_shown(entry: EventMetadataEntry) -> None:
    run = _materialized(entry, EventMetadataEntry.int(1, "rows"))
    assert len(run.materializations) == 2
    history = dagnb.asset("odd").history
    assert len(history) == 2
    for shown in (run.to_html(), history.to_string(), repr(dagnb.run(run.run_id)), repr(dagnb.asset("odd"))):
        assert shown


def test_json_metadata_takes_what_numpy_and_the_clock_give() -> None:
    data = {"n": np.int64(3), "a": np.array([1.5]), "day": date(2013, 1, 1), "at": Path("/data")}
    assert EventMetadataEntry.json(data, "facts").value == {"n": 3, "a": [1.5], "day": "2013-01-01", "at": "/data"}


@pytest.mark.parametrize("text", ["日本", "straße.köln", "हिन्दी", "данные"])
def test_asset_keys_may_be_of_any_script(text: str) -> None:
    assert str(dagnb.AssetKey(text)) == text


def test_asset_keys_of_texts_hold_nothing_invisible() -> None:
    assert dagnb.AssetKey("flights\u202eraw\x00 \u200bdaily").path == ("flights", "raw", "daily")


def test_config_takes_the_numbers_that_numpy_and_pandas_give() -> None:
    @solid(config_schema={"folds": Field(int), "rate": Field(float), "quick": Field(bool), "carriers": [int]})
    def train(context) -> list[type]:  # type: ignore[no-untyped-def]
        config = context.solid_config
        return [type(config["folds"]), type(config["rate"]), type(config["quick"]), type(config["carriers"][0])]

    @pipeline
    def training() -> None:
        train()

    config = {"folds": np.int64(3), "rate": np.float32(0.5), "quick": np.bool_(True), "carriers": [np.int32(1)]}
    run = training.run({"solids": {"train": {"config": config}}})
    assert run["train"].value == [int, float, bool, int]
    assert run.run_config["solids"]["train"]["config"] == {"folds": 3, "rate": 0.5, "quick": True, "carriers": [1]}
