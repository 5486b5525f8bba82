"""A run whose resource cannot be made: raised, or handed back as a failed run, as asked for."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import Pipeline, ResourceDefinition, SolidDefinition, pipeline, solid
from dagnb.definitions import ModeDefinition


@pytest.fixture
def warehouse() -> Pipeline:
    def refuse(_context: Any) -> None:
        raise ConnectionRefusedError("the warehouse is closed")

    @solid(required_resource_keys={"db"})
    def load(context: Any) -> int:
        return int(context.resources.db)

    assert isinstance(load, SolidDefinition)

    @pipeline(mode_defs=[ModeDefinition("prod", {"db": ResourceDefinition(refuse)})])
    def nightly() -> None:
        load()

    return nightly


def test_it_is_raised(warehouse: Pipeline) -> None:
    with pytest.raises(ConnectionRefusedError, match="the warehouse is closed"):
        warehouse.run()
    assert warehouse.last_run is not None
    assert warehouse.last_run.status == "failure"


def test_it_comes_back_as_a_failed_run_when_asked_for(warehouse: Pipeline) -> None:
    run = warehouse.run(raise_on_error=False)
    assert not run.success
    assert "the warehouse is closed" in str(run.error)
    assert run["load"].status == "waiting"
