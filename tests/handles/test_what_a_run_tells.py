"""What a run tells of itself: one line, and DataFrames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import dagnb
from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Instance,
    Output,
    OutputDefinition,
    execute_pipeline,
    lambda_solid,
    pipeline,
    solid,
)


@solid
def load(context: Any) -> Iterator[Any]:
    context.log.info("reading", rows=3)
    context.log.warning("late", step="x")
    yield ExpectationResult(
        success=True, label="has_rows", metadata_entries=[EventMetadataEntry.int(3, "rows")], description="some"
    )
    yield ExpectationResult(
        success=False, label="wind_is_possible", metadata_entries=[EventMetadataEntry.text("far", "label")]
    )
    entries = [EventMetadataEntry.int(3, "rows"), EventMetadataEntry.float(0.5, "share")]
    yield AssetMaterialization("flights.raw", "as read", entries)
    yield AssetMaterialization("flights.log", metadata_entries=[EventMetadataEntry.text("x", "step")])
    yield Output(3)


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@lambda_solid
def broken(number: int) -> int:
    raise ValueError(f"no {number}")


@pipeline
def good() -> None:
    double(load())


@pipeline
def bad() -> None:
    double(broken(load()))


def test_expectations_are_a_frame(instance: Instance) -> None:
    run = execute_pipeline(good, instance=instance)
    frame = run.expectations
    assert list(frame.columns) == ["step", "label", "success", "description", "rows", "metadata.label"]
    assert frame["label"].tolist() == ["has_rows", "wind_is_possible"]
    assert frame["step"].tolist() == ["load", "load"]
    assert frame["success"].dtype == bool
    assert frame["rows"].dtype == "Int64"
    assert frame.loc[frame["success"], "description"].tolist() == ["some"]
    assert frame.equals(run["load"].expectations)
    assert run["double"].expectations.columns.tolist() == ["step", "label", "success", "description"]


def test_the_log_is_a_frame(instance: Instance) -> None:
    run = execute_pipeline(good, instance=instance)
    frame = run.logs
    assert list(frame.columns) == ["at", "step", "level", "message", "rows", "field.step"]
    assert frame[["step", "level", "message"]].to_numpy().tolist() == [
        ["load", "info", "reading"],
        ["load", "warning", "late"],
    ]
    assert str(frame["at"].dtype).endswith("UTC]")
    assert run["load"].logs.equals(frame)
    assert run["double"].logs.empty


def test_the_line_names_the_expectations_that_were_not_met(instance: Instance) -> None:
    run = execute_pipeline(good, instance=instance)
    assert run.summary.startswith("good succeeded: 2 of 2 solids in ")
    assert run.summary.endswith("; 1 of 2 expectations not met: load › wind_is_possible")
    from dagnb.views.service import ViewService

    header = ViewService(instance).run_view(run.run_id).header()
    assert header.summary == run.summary


def test_the_line_of_a_failed_run_counts_what_succeeded(instance: Instance) -> None:
    run = execute_pipeline(bad, instance=instance, raise_on_error=False)
    assert run.summary.startswith("bad failed: 1 of 3 solids succeeded, 1 failed, 1 skipped, after ")
    header = run._view().header()
    assert (header.done, header.total, header.failed) == (3, 3, 1)


def test_the_line_of_a_run_that_skipped_some_says_so(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, "a"), OutputDefinition(int, "b", is_required=False)])
    def either() -> Iterator[Output]:
        yield Output(1, "a")

    @pipeline
    def choosing() -> None:
        a, b = either()
        double(a)
        double.alias("never")(b)

    run = execute_pipeline(choosing, instance=instance)
    assert run.summary.startswith("choosing succeeded: 2 of 3 solids, 1 skipped, in ")


def test_materializations_begin_with_what_is_read_first(instance: Instance) -> None:
    frame = execute_pipeline(good, instance=instance).materializations
    labels = ["rows", "share", "metadata.step"]
    assert list(frame.columns) == ["asset", "at", "step", *labels, "description", "partition", "run_id"]
    assert frame["step"].tolist() == ["load", "load"]
    assert frame["rows"].dtype == "Int64"
    assert execute_pipeline(alone, instance=instance).materializations.columns.tolist() == [
        "asset",
        "at",
        "step",
        "description",
        "partition",
        "run_id",
    ]


@lambda_solid
def quiet() -> int:
    return 1


@pipeline
def alone() -> None:
    quiet()


def test_the_history_of_an_asset_is_newest_first(instance: Instance) -> None:
    runs = [execute_pipeline(good, instance=instance) for _ in range(2)]
    frame = dagnb.asset("flights.raw", instance=instance).history
    assert list(frame.columns) == ["at", "rows", "share", "step", "run_id", "description", "partition"]
    assert frame["run_id"].tolist() == [run.run_id for run in reversed(runs)]
    catalogue = dagnb.assets(instance=instance)
    assert catalogue.columns.tolist()[:4] == ["asset", "materializations", "last", "step"]
    assert catalogue.columns.tolist()[-1] == "last_run"


@pytest.mark.parametrize(("unmet", "told"), [(1, "1 of 6"), (5, "5 of 6")])
def test_the_line_stays_a_line(unmet: int, told: str, instance: Instance) -> None:
    @solid
    def many() -> Iterator[Any]:
        for number in range(6):
            yield ExpectationResult(success=number >= unmet, label=f"rule_{number}")
        yield Output(1)

    @pipeline
    def checking() -> None:
        many()

    summary = execute_pipeline(checking, instance=instance).summary
    assert f"; {told} expectations not met: many › rule_0" in summary
    assert summary.endswith(" and 2 more" if unmet == 5 else "many › rule_0")
