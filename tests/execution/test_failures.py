"""What fails, and what does not stop because of it."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from dagnb import (
    EventMetadataEntry,
    Failure,
    Output,
    OutputDefinition,
    Run,
    execute_solid,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbStepError, DagnbTypeCheckError
from dagnb.events.records import RunCanceled, RunFailed, StepFailed
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, messages, statuses
from tests.execution.solids import broken, double, one


def failure_of(run: Run, step: str) -> StepFailed:
    found = run.fold.steps[step].failure
    assert found is not None
    return found


def test_a_failure_stops_what_needs_it_and_nothing_else(instance: Instance) -> None:
    def body() -> None:
        double(broken(one()))
        double.alias("other")(one())

    run = executed(body, instance)
    assert statuses(run) == {
        "one": "success",
        "one_2": "success",
        "broken": "failure",
        "other": "success",
        "double": "skipped",
    }
    assert run.fold.steps["double"].skip_reason == "broken failed"
    assert run["other"].value == 2
    assert kinds(run)[0] == "RunStarted"
    end = run.event_list[-1].event
    assert end == RunFailed(failed_steps=("broken",))
    record = instance.runs.run(run.run_id)
    assert record is not None
    assert record.status is RunStatus.FAILURE
    assert record.ended is not None


def test_a_step_that_fails_after_it_gave_an_output_hands_nothing_on(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int)])
    def late() -> Iterator[Output]:
        yield Output(1)
        raise ValueError("late")

    run = executed(lambda: double(late()), instance)
    assert statuses(run) == {"late": "failure", "double": "skipped"}


def test_the_solids_own_exception_is_raised_with_a_note(instance: Instance) -> None:
    @pipeline
    def report() -> None:
        double(broken(one()))

    with pytest.raises(ValueError, match="no rows for 1") as caught:
        report.run(instance=instance)
    (run_id,) = [run.run_id for run in instance.runs.runs()]
    assert f"broken failed in run {run_id[:8]} of report" in messages(caught.value)
    assert f'dagnb.run("{run_id[:8]}")' in messages(caught.value)
    last = caught.tb
    while last.tb_next is not None:
        last = last.tb_next
    assert last.tb_frame.f_code.co_name == "broken", "%debug enters the solid"


def test_a_failure_is_recorded_with_its_place_and_its_causes(instance: Instance) -> None:
    @solid
    def caused() -> int:
        try:
            return int("x")
        except ValueError as error:
            raise LookupError("no such number") from error

    run = executed(lambda: [caused()], instance)
    error = failure_of(run, "caused").error
    assert (error.cls_name, error.message) == ("LookupError", "no such number")
    assert error.where is not None
    assert error.where.startswith("test_failures.py line ")
    assert error.cause is not None
    assert error.cause.cls_name == "ValueError"
    assert "def caused" not in error.traceback
    assert "raise LookupError" in error.traceback
    assert "/dagnb/execution/" not in error.traceback, "dagnb's own frames help nobody"


def test_a_failure_carries_metadata(instance: Instance) -> None:
    @solid
    def refuses() -> int:
        raise Failure("too few rows", [EventMetadataEntry.int(3, "rows")])

    run = executed(lambda: [refuses()], instance)
    failed = failure_of(run, "refuses")
    assert (failed.error.message, failed.metadata[0].label, failed.metadata[0].value) == ("too few rows", "rows", 3)
    with pytest.raises(Failure, match="too few rows"):
        execute_solid(refuses, instance=instance)


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even its text")


class Shy(Exception):
    @property
    def error(self) -> object:
        raise RuntimeError("not even its cause")


class Huge(Exception):
    def __str__(self) -> str:
        return "x" * 1_000_000


@pytest.mark.parametrize("error", [Unspeakable(), Shy("a"), Huge(), ExceptionGroup("both", [ValueError("a")])])
def test_any_exception_can_be_recorded(error: Exception, instance: Instance) -> None:
    @solid
    def raises() -> int:
        raise error

    run = executed(lambda: [raises(), one()], instance)
    recorded = failure_of(run, "raises").error
    assert recorded.cls_name == type(error).__name__
    assert len(recorded.message) < 10_000
    assert len(recorded.traceback) < 100_000
    assert run["one"].success
    assert run["raises"].error is error


def test_deep_recursion_is_a_failure_like_any_other(instance: Instance) -> None:
    def down(n: int) -> int:
        return down(n + 1)

    @solid
    def deep() -> int:
        return down(0)

    run = executed(lambda: [deep(), one()], instance)
    assert statuses(run) == {"deep": "failure", "one": "success"}
    assert failure_of(run, "deep").error.cls_name == "RecursionError"


def _exits() -> Callable[[], Any]:
    @solid(name="leaves")
    def body() -> int:
        sys.exit(3)

    return lambda: [body(), one()]


def _exits_async() -> Callable[[], Any]:
    @solid(name="leaves")
    async def body() -> int:
        await asyncio.sleep(0)
        sys.exit(3)

    return lambda: [body(), one()]


def _cancels_itself() -> Callable[[], Any]:
    @solid(name="leaves")
    async def body() -> int:
        raise asyncio.CancelledError

    return lambda: [body(), one()]


@pytest.mark.parametrize("make", [_exits, _exits_async, _cancels_itself])
def test_what_would_end_the_process_fails_the_step_only(make: Callable[[], Any], instance: Instance) -> None:
    run = executed(make(), instance)
    assert statuses(run) == {"leaves": "failure", "one": "success"}
    assert failure_of(run, "leaves").error.cls_name in ("SystemExit", "CancelledError")


def test_sys_exit_in_a_solid_does_not_end_the_caller(instance: Instance) -> None:
    @solid
    def leaves() -> int:
        sys.exit(0)

    with pytest.raises(DagnbStepError, match="SystemExit") as caught:
        execute_solid(leaves, instance=instance)
    assert isinstance(caught.value.__cause__, SystemExit)
    assert "leaves failed in run" in messages(caught.value)


def test_a_task_that_nobody_awaits_cannot_stop_the_loop(instance: Instance) -> None:
    @solid
    async def careless() -> int:
        async def leave() -> None:
            sys.exit(1)

        task = asyncio.get_running_loop().create_task(leave())
        await asyncio.sleep(0.01)
        assert task.done()
        assert isinstance(task.exception(), SystemExit)
        return 1

    @solid
    async def after(number: int) -> int:
        return number

    assert executed(lambda: after(careless()), instance)["after"].value == 1


def test_tasks_that_are_left_over_are_cancelled_at_the_end(instance: Instance) -> None:
    ended: list[str] = []

    @solid
    async def leaves_a_task() -> int:
        async def forever() -> None:
            try:
                await asyncio.sleep(3600)
            finally:
                ended.append("cleaned up")

        task = asyncio.get_running_loop().create_task(forever())
        await asyncio.sleep(0)
        return 0 if task.done() else 1

    assert executed(lambda: [leaves_a_task()], instance)["leaves_a_task"].value == 1
    assert ended == ["cleaned up"]


def test_a_wrong_input_names_who_gave_it(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(name="text")])
    def talks() -> Iterator[Output]:
        yield Output("ninety", "text")

    run = executed(lambda: double(talks()), instance)
    assert statuses(run) == {"talks": "success", "double": "failure"}
    assert isinstance(run.error, DagnbTypeCheckError)
    text = str(run.error)
    assert "double › input number, from talks › text" in text
    assert 'got: the text "ninety"' in text
    assert "expected: int" in text


def test_a_wrong_output_is_told_and_not_kept(instance: Instance) -> None:
    @solid
    def lies() -> int:
        return "ninety"  # type: ignore[return-value]

    run = executed(lambda: double(lies()), instance)
    assert statuses(run) == {"lies": "failure", "double": "skipped"}
    assert "lies › output result" in str(run.error)
    produced = run.fold.steps["lies"].outputs["result"]
    assert not produced.type_check.success
    assert (produced.reference.codec, produced.reference.note) == (None, "not kept: it is not of its type")


def test_a_keyboard_interrupt_cancels_the_run(instance: Instance) -> None:
    torn_down: list[str] = []

    @solid
    def interrupted(number: int) -> int:
        try:
            raise KeyboardInterrupt
        finally:
            torn_down.append("finally")

    @pipeline
    def report() -> None:
        double(interrupted(one()))

    with pytest.raises(KeyboardInterrupt):
        report.run(instance=instance)
    (record,) = instance.runs.runs()
    assert record.status is RunStatus.CANCELED
    run = report.last_run
    assert run is not None
    assert statuses(run) == {"one": "success", "interrupted": "canceled", "double": "canceled"}
    assert isinstance(run.event_list[-1].event, RunCanceled)
    assert run["one"].value == 1
    assert torn_down == ["finally"]
    assert instance.runs.lease(run.run_id) is None


@pytest.mark.parametrize("style", ["sleeps", "awaits", "streams"])
def test_a_run_in_another_thread_is_stopped_by_its_id(style: str, instance: Instance) -> None:
    from dagnb.handles.interrupt import stops

    begun = threading.Event()
    cleaned: list[str] = []

    @solid(name="waits")
    def sleeps() -> int:
        begun.set()
        for _ in range(1000):
            time.sleep(0.01)
        return 1

    @solid(name="waits")
    async def awaits() -> int:
        begun.set()
        try:
            await asyncio.sleep(10)
        finally:
            cleaned.append(style)
        return 1

    @solid(name="waits")
    async def streams() -> AsyncIterator[Output]:
        begun.set()
        try:
            await asyncio.sleep(10)
        finally:
            cleaned.append(style)
        yield Output(1)

    chosen = {"sleeps": sleeps, "awaits": awaits, "streams": streams}[style]
    runs: list[Run] = []
    thread = threading.Thread(target=lambda: runs.append(executed(lambda: [chosen()], instance)))
    thread.start()
    assert begun.wait(5)
    (record,) = instance.runs.runs()
    assert stops.stop(record.run_id)
    thread.join(5)
    assert not thread.is_alive()
    assert instance.runs.runs()[0].status is RunStatus.CANCELED
    assert cleaned == ([] if style == "sleeps" else [style])
    assert not stops.stop(record.run_id)


def test_what_json_cannot_hold_in_the_run_config_is_told_before_anything_is_recorded(instance: Instance) -> None:
    @solid(config_schema=dict)
    def configured(context: Any) -> int:
        return len(context.solid_config)

    @pipeline
    def report() -> None:
        configured()

    with pytest.raises(DagnbError) as caught:
        report.run({"solids": {"configured": {"config": {"a": object()}}}}, instance=instance)
    assert "run config of report" in str(caught.value)
    assert instance.runs.runs() == []


def test_a_bad_tag_is_told_before_anything_is_recorded(instance: Instance) -> None:
    @pipeline
    def report() -> None:
        one()

    with pytest.raises(DagnbInvalidDefinitionError, match="run of report › tag a"):
        report.run(tags={"a": object()}, instance=instance)  # type: ignore[dict-item]
    assert instance.runs.runs() == []
    assert report.run(tags={"n": 3}, instance=instance).tags == {"n": "3"}  # type: ignore[dict-item]


def test_odd_lines_of_the_log_fail_nothing(instance: Instance) -> None:
    @solid
    def talks(context: Any) -> int:
        context.log.info("a \udcff name", loss=float("nan"), best=float("inf"), big=10**5000, what=Unspeakable())
        context.log.warning(Unspeakable())
        context.log.debug("x" * 100_000)
        context.log.error(None, step=1)
        context.log.critical("end", flag=True)
        return 1

    run = executed(lambda: [talks()], instance)
    assert run.success, messages(run.error)
    lines = [record.event for record in run.fold.steps["talks"].lines]
    assert [line.level for line in lines] == ["info", "warning", "debug", "error", "critical"]  # type: ignore[union-attr]
    fields = dict(lines[0].fields)  # type: ignore[union-attr]
    assert (fields["loss"], fields["best"]) == ("nan", "inf")
    assert "Unspeakable" in str(fields["what"])
    assert len(lines[2].message) < 70_000  # type: ignore[union-attr]


def test_the_place_is_the_users_line_and_not_a_librarys(instance: Instance) -> None:
    @lambda_solid
    def pick() -> object:
        import pandas as pd

        return pd.DataFrame({"a": [1]})["b"]

    def body() -> None:
        pick()

    failure = executed(body, instance)["pick"]._fold.failure
    assert failure is not None
    assert failure.error.where is not None
    assert failure.error.where.startswith("test_failures.py line ")
