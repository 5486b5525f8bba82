"""Runs that are followed event by event."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

import dagnb
from dagnb import lambda_solid, pipeline, solid
from dagnb.config import DagnbConfigError
from dagnb.errors import DagnbInvariantViolationError
from dagnb.instance import Instance


@lambda_solid
def one() -> int:
    return 1


@solid
def slow(context: Any, number: int) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        time.sleep(0.01)
    return number


@pipeline
def long() -> None:
    slow(one())


@pipeline
def short() -> None:
    one()


def test_events_come_in_their_order(instance: Instance) -> None:
    records = list(dagnb.execute_pipeline_iterator(short, instance=instance))
    assert [record.kind for record in records] == [
        "RunStarted",
        "StepStarted",
        "OutputProduced",
        "StepSucceeded",
        "RunSucceeded",
    ]
    run = dagnb.run(records[0].run_id, instance=instance)
    assert run.event_list == records
    assert run.success
    last = short.last_run
    assert last is not None
    assert last.run_id == run.run_id


def test_closing_it_cancels_the_run(instance: Instance) -> None:
    begun = time.monotonic()
    run_id = ""
    for record in dagnb.execute_pipeline_iterator(long, instance=instance):
        run_id = record.run_id
        if record.kind == "StepStarted" and record.step_key == "slow":
            break
    # `break` drops the generator, which closes it.
    run = dagnb.run(run_id, instance=instance)
    assert run.status.value == "canceled"
    assert time.monotonic() - begun < 15
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dagnb-run")]
    assert run["one"].value == 1


def test_events_come_while_the_run_goes_on(instance: Instance) -> None:
    events = dagnb.execute_pipeline_iterator(long, instance=instance)
    while next(events).step_key != "slow":
        pass
    events.close()
    assert list(events) == []


def test_nothing_begins_before_the_first_event_is_asked_for(instance: Instance) -> None:
    events = dagnb.execute_pipeline_iterator(short, instance=instance)
    assert dagnb.runs(instance=instance).empty
    events.close()
    assert dagnb.runs(instance=instance).empty


def test_what_can_be_known_before_is_raised_at_once(instance: Instance) -> None:
    with pytest.raises(DagnbConfigError):
        list(dagnb.execute_pipeline_iterator(short, {"solid": {}}, instance=instance))


def test_a_failure_is_an_event(instance: Instance) -> None:
    @solid
    def broken() -> int:
        raise ValueError("no")

    @pipeline
    def failing() -> None:
        broken()

    records = list(dagnb.execute_pipeline_iterator(failing, instance=instance))
    assert records[-1].kind == "RunFailed"
    again = list(dagnb.reexecute_pipeline_iterator(failing, records[0].run_id, from_failure=True, instance=instance))
    assert [record.kind for record in again] == ["RunStarted", "StepStarted", "StepFailed", "RunFailed"]
    assert dagnb.run(again[0].run_id, instance=instance).parent_run_id == records[0].run_id
    with pytest.raises(DagnbInvariantViolationError, match="of another pipeline"):
        dagnb.reexecute_pipeline_iterator(short, records[0].run_id, instance=instance)
