"""A run whose resource cannot be made: raised, or handed back as a failed run, as asked for."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import Pipeline, ResourceDefinition, SolidDefinition, logger, pipeline, solid
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


def test_it_is_named_wherever_the_run_tells_of_itself(warehouse: Pipeline) -> None:
    run = warehouse.run(raise_on_error=False)
    told = "; resource db: ConnectionRefusedError: the warehouse is closed"
    assert run.summary.startswith("nightly failed: 0 of 1 solid succeeded, after ")
    assert run.summary.endswith(told)
    assert "at: nightly › resource db, test_failed_resource.py line" in str(run.error)


def test_a_logger_that_cannot_be_made_is_named_too() -> None:
    @logger
    def lines(_context: Any) -> Any:
        raise PermissionError("the log is locked")

    @solid
    def one() -> int:
        return 1

    @pipeline(mode_defs=[ModeDefinition("prod", logger_defs={"lines": lines})])
    def nightly() -> None:
        one()

    config: dict[str, Any] = {"loggers": {"lines": {}}}
    run = nightly.run(config, raise_on_error=False)
    assert run.summary == "nightly failed: 0 of 1 solid succeeded; logger lines: PermissionError: the log is locked"
    assert "at: nightly › logger lines, test_failed_resource.py line" in str(run.error)
    with pytest.raises(PermissionError) as caught:
        nightly.run(config)
    assert "the logger lines could not be made" in caught.value.__notes__[0]
