"""Assets: the catalogue and histories, with whatever metadata people hang on them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import dagnb
from dagnb import AssetMaterialization, EventMetadataEntry as Entry, Output, execute_solid, solid
from dagnb.errors import DagnbNotFoundError
from dagnb.instance import Instance
from tests.handles.solids import make_report


def materialize(instance: Instance, *materializations: AssetMaterialization) -> str:
    @solid
    def write() -> Any:
        yield from materializations
        yield Output(None)

    run_id: str = execute_solid(write, instance=instance)._run.run_id
    return run_id


def test_the_catalogue_has_a_row_for_each_asset_with_its_newest_metadata(instance: Instance) -> None:
    report = make_report()
    report.run(instance=instance)
    last = report.run({"solids": {"load": {"config": {"rows": 2}}}}, instance=instance)
    frame = dagnb.assets(instance=instance)
    assert list(frame["asset"]) == ["flights.delay", "flights.raw"]
    assert list(frame["materializations"]) == [2, 2]
    assert set(frame["last_run"]) == {last.run_id}
    assert frame["rows"].tolist()[1] == 2
    assert list(dagnb.assets("flights.raw", instance=instance)["asset"]) == ["flights.raw"]
    assert list(dagnb.assets("flights", instance=instance)["asset"]) == ["flights.delay", "flights.raw"]
    assert dagnb.assets("nothing", instance=instance).empty


def test_an_empty_catalogue_is_an_empty_frame(instance: Instance) -> None:
    frame = dagnb.assets(instance=instance)
    assert frame.empty
    assert {"asset", "materializations", "last", "last_run", "step"} <= set(frame.columns)


def test_a_history_is_newest_first(instance: Instance) -> None:
    report = make_report()
    for rows in (3, 5, 4):
        report.run({"solids": {"load": {"config": {"rows": rows}}}}, instance=instance)
    asset = dagnb.asset("flights.raw", instance=instance)
    assert asset.history["rows"].tolist() == [4, 5, 3]
    assert asset.view.count == 3
    assert [series.label for series in asset.view.series] == ["rows"]
    assert [point.value for point in asset.view.series[0].points] == [3.0, 5.0, 4.0]
    assert repr(asset) == "<asset flights.raw>"


def test_an_unknown_asset_brings_the_nearest(instance: Instance) -> None:
    make_report().run(instance=instance)
    with pytest.raises(DagnbNotFoundError, match=r"did you mean flights\.raw"):
        dagnb.asset("flights.row", instance=instance)


@pytest.mark.parametrize(
    "label", ["asset", "at", "run_id", "step", "description", "partition", "materializations", "last", "last_run"]
)
def test_a_label_that_is_called_as_a_column_is_kept_apart(label: str, instance: Instance) -> None:
    materialize(instance, AssetMaterialization("a", "told", [Entry.int(7, label)]))
    history = dagnb.asset("a", instance=instance).history
    catalogue = dagnb.assets(instance=instance)
    for frame in (history, catalogue):
        assert frame.columns.is_unique
        name = label if frame is history and label in ("materializations", "last", "last_run") else f"metadata.{label}"
        assert frame[name].tolist() == [7]
    assert catalogue["materializations"].tolist() == [1]


def test_every_kind_of_metadata_is_a_plain_value(instance: Instance) -> None:
    entries = [
        Entry.text("a", "text"),
        Entry.url("https://example.org", "url"),
        Entry.path("/x", "path"),
        Entry.json({"_": "AssetKey"}, "json"),
        Entry.md("# a", "md"),
        Entry.int(3, "int"),
        Entry.float(float("nan"), "float"),
        Entry.bool(True, "bool"),
        Entry.timestamp(0, "timestamp"),
        Entry.table([{"a": 1}], "table"),
    ]
    materialize(instance, AssetMaterialization("a", metadata_entries=entries))
    row = dagnb.asset("a", instance=instance).history.iloc[0]
    assert row["json"] == {"_": "AssetKey"}
    assert row["table"] == [{"a": 1}]
    assert row["timestamp"] == pd.Timestamp(0, tz="UTC")
    assert (row["int"], row["bool"], row["text"]) == (3, True, "a")
    assert pd.isna(row["float"])


@pytest.mark.parametrize("number", [2**53 + 1, 2**70, -(2**63)])
def test_large_counts_keep_every_digit(number: int, instance: Instance) -> None:
    materialize(
        instance,
        AssetMaterialization("a", metadata_entries=[Entry.int(number, "rows")]),
        AssetMaterialization("a"),
    )
    values = dagnb.asset("a", instance=instance).history["rows"].tolist()
    assert pd.isna(values[0])
    assert int(values[1]) == number


def test_a_label_may_hold_now_one_kind_and_now_another(instance: Instance) -> None:
    materialize(
        instance,
        AssetMaterialization("a", metadata_entries=[Entry.int(1, "x")]),
        AssetMaterialization("a", metadata_entries=[Entry.text("one", "x")]),
        AssetMaterialization("a", metadata_entries=[Entry.table([{"a": 1}], "x")]),
    )
    assert dagnb.asset("a", instance=instance).history["x"].tolist() == [[{"a": 1}], "one", 1]
    view = dagnb.asset("a", instance=instance).view
    assert [point.value for point in view.series[0].points] == [1.0]


def test_partitions_are_a_column(instance: Instance) -> None:
    materialize(
        instance, AssetMaterialization("a", partition="2026-03"), AssetMaterialization("a", partition="2026-04")
    )
    assert dagnb.asset("a", instance=instance).history["partition"].tolist() == ["2026-04", "2026-03"]


def test_keys_that_read_alike_are_other_assets(instance: Instance) -> None:
    materialize(instance, AssetMaterialization(["a.b"]), AssetMaterialization(["a", "b"]))
    assert dagnb.assets(instance=instance)["materializations"].tolist() == [1, 1]
    assert len(dagnb.asset(["a.b"], instance=instance).history) == 1
