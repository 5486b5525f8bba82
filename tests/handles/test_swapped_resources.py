"""Whatever runs a solid takes resources in place of those of the mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dagnb import (
    ModeDefinition,
    execute_pipeline,
    execute_solid,
    execute_solid_within_pipeline,
    pipeline,
    reexecute_pipeline,
    resource,
    solid,
)
from dagnb.errors import DagnbNotFoundError
from dagnb.handles.iterating import execute_pipeline_iterator, reexecute_pipeline_iterator
from dagnb.handles.single import execute_solids_within_pipeline


@resource(config_schema={"url": str})
def database(_context: Any) -> str:
    raise AssertionError("the real one")


@solid(required_resource_keys={"db"})
def load(context: Any) -> str:
    return f"from {context.resources.db}"


MODE = ModeDefinition("dev", {"db": database})


@pipeline(mode_defs=[MODE])
def report() -> None:
    load()


def last_value(*_: Any) -> Any:
    run = report.last_run
    assert run is not None
    return run["load"].value


def first_run() -> str:
    return execute_pipeline(report, resources={"db": "the first"}).run_id


FAKE = {"db": "a fake"}
WAYS: Mapping[str, Callable[[], Any]] = {
    "run": lambda: report.run(resources=FAKE)["load"].value,
    "execute_pipeline": lambda: execute_pipeline(report, resources=FAKE)["load"].value,
    "execute_pipeline_iterator": lambda: last_value(*execute_pipeline_iterator(report, resources=FAKE)),
    "reexecute": lambda: report.reexecute(first_run(), resources=FAKE)["load"].value,
    "reexecute_pipeline": lambda: reexecute_pipeline(report, first_run(), resources=FAKE)["load"].value,
    "reexecute_pipeline_iterator": lambda: last_value(
        *reexecute_pipeline_iterator(report, first_run(), resources=FAKE)
    ),
    "execute_solid": lambda: execute_solid(load, MODE, resources=FAKE).value,
    "execute_solid without a mode": lambda: execute_solid(load, resources=FAKE).value,
    "execute_solid_within_pipeline": lambda: execute_solid_within_pipeline(report, "load", resources=FAKE).value,
    "execute_solids_within_pipeline": lambda: (
        execute_solids_within_pipeline(report, ["load"], resources=FAKE)["load"].value
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_fake_takes_the_place_of_the_modes_resource(way: str) -> None:
    assert WAYS[way]() == "from a fake"


def test_one_that_the_mode_does_not_have_is_told() -> None:
    with pytest.raises(DagnbNotFoundError, match="no resource to replace named bd"):
        execute_solid(load, MODE, resources={"bd": 1})
