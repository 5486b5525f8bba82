"""Time limits: what they stop, in which threads, and that they leave nothing behind."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from dagnb import (
    AssetMaterialization,
    Output,
    OutputDefinition,
    RetryPolicy,
    Run,
    execute_pipeline,
    failure_hook,
    lambda_solid,
    notebook_solid,
    pipeline,
    solid,
)
from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbTimeLimitError
from dagnb.execution import limit
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, statuses

# The timer of pytest's own limit is the one that is tested here.
pytestmark = pytest.mark.timeout(60, method="thread")


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    before = signal.getsignal(signal.SIGALRM)
    yield
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before
    assert limit._Alarm.running == []
    assert [each.name for each in threading.enumerate() if each.name == "dagnb-time-limit"] == []


def in_a_thread(call: Callable[[], Run]) -> Run:
    made: list[Run] = []
    thread = threading.Thread(target=lambda: made.append(call()))
    thread.start()
    thread.join()
    return made[0]


def here(call: Callable[[], Run]) -> Run:
    return call()


EVERYWHERE = pytest.mark.parametrize("somewhere", [here, in_a_thread])


@solid(time_limit=0.1)
def busy() -> int:
    number = 0
    while True:
        number += 1


@solid(time_limit=0.1)
def sleeps() -> int:
    time.sleep(30)
    return 1


@solid(time_limit=0.1)
def naps() -> int:
    while True:
        time.sleep(0.01)


@solid(time_limit=0.1)
def catches_exceptions() -> int:
    while True:
        with suppress(Exception):
            time.sleep(0.01)


@solid(time_limit=0.1)
async def awaits() -> int:
    await asyncio.sleep(30)
    return 1


@solid(time_limit=0.1)
async def streams() -> AsyncIterator[Any]:
    for _ in range(10_000):
        await asyncio.sleep(0.01)
        yield AssetMaterialization("tick")
    yield Output(1)


@EVERYWHERE
@pytest.mark.parametrize("slow", [busy, naps, catches_exceptions, awaits, streams], ids=lambda each: each.name)
def test_a_step_ends_when_its_time_is_up(slow: Any, somewhere: Callable[..., Run], instance: Instance) -> None:
    begun = time.monotonic()
    run = somewhere(lambda: executed(lambda: [slow()], instance))
    assert time.monotonic() - begun < 5
    assert isinstance(run.error, DagnbTimeLimitError)
    assert isinstance(run.error, TimeoutError)
    assert (run.error.step, run.error.seconds) == (slow.name, 0.1)
    for part in ("the step took longer than its solid may", f"at: {slow.name}", "within 0.1 s", "time_limit=..."):
        assert part in str(run.error)
    assert run.status is RunStatus.FAILURE


def test_in_the_main_thread_a_sleep_ends_too(instance: Instance) -> None:
    begun = time.monotonic()
    run = executed(lambda: [sleeps()], instance)
    assert time.monotonic() - begun < 5
    assert isinstance(run.error, DagnbTimeLimitError)
    failure = run.fold.steps["sleeps"].failure
    assert failure is not None
    assert (failure.error.where or "").startswith("test_limits.py line "), "the line that it was at"


@EVERYWHERE
def test_a_step_in_time_is_let_be(somewhere: Callable[..., Run], instance: Instance) -> None:
    @solid(time_limit=30)
    def quick() -> int:
        return 1

    assert somewhere(lambda: executed(lambda: [quick()], instance))["quick"].value == 1


@EVERYWHERE
def test_a_step_that_swallows_everything_once_ends_at_the_next(
    somewhere: Callable[..., Run], instance: Instance
) -> None:
    swallowed: list[str] = []

    @solid(time_limit=0.1)
    def stubborn() -> int:
        while True:
            try:
                while True:
                    time.sleep(0.01)
            except BaseException as error:
                swallowed.append(type(error).__name__)
                if len(swallowed) > 1:
                    raise

    run = somewhere(lambda: executed(lambda: [stubborn()], instance))
    assert swallowed == ["TimeIsUp", "TimeIsUp"]
    assert isinstance(run.error, DagnbTimeLimitError)


def test_a_step_that_swallows_everything_always_ends_at_last(instance: Instance) -> None:
    @solid(time_limit=0.1)
    def most_stubborn() -> int:
        while True:
            try:  # noqa: SIM105  # as people write it
                time.sleep(0.05)
            except BaseException:  # noqa: BLE001, S110  # as people write it
                pass

    begun = time.monotonic()
    run = executed(lambda: [most_stubborn()], instance)
    assert isinstance(run.error, DagnbTimeLimitError)
    assert time.monotonic() - begun < 20


def test_what_a_solid_tidies_up_has_its_time(instance: Instance) -> None:
    tidied: list[str] = []

    @solid(time_limit=0.1)
    def careful() -> int:
        try:
            time.sleep(30)
        finally:
            time.sleep(0.5)
            tidied.append("up")
        return 1

    run = executed(lambda: [careful()], instance)
    assert tidied == ["up"]
    assert isinstance(run.error, DagnbTimeLimitError)


@EVERYWHERE
def test_a_time_out_is_tried_again(somewhere: Callable[..., Run], instance: Instance) -> None:
    tries: list[int] = []
    mourned: list[str] = []

    @failure_hook
    def mourn(context: Any) -> None:
        mourned.append(type(context.solid_exception).__name__)

    @solid(time_limit=0.2, retry_policy=RetryPolicy(2))
    def slow_at_first() -> int:
        tries.append(1)
        while len(tries) < 3:
            time.sleep(0.01)
        return len(tries)

    run = somewhere(lambda: executed(lambda: [slow_at_first.with_hooks({mourn})()], instance))
    assert run["slow_at_first"].value == 3
    assert mourned == []
    assert kinds(run, "slow_at_first").count("StepRetried") == 2


def test_the_time_runs_for_each_attempt_and_not_while_it_waits(instance: Instance) -> None:
    tries: list[int] = []

    @solid(time_limit=0.3, retry_policy=RetryPolicy(1, 0.6))
    def flaky() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not yet")
        return 1

    assert executed(lambda: [flaky()], instance).success


def test_outputs_that_came_in_time_are_withdrawn(instance: Instance) -> None:
    @solid(time_limit=0.2, output_defs=[OutputDefinition(int, "a"), OutputDefinition(int, "b", is_required=False)])
    def half() -> Iterator[Output]:
        yield Output(1, "a")
        time.sleep(30)

    @lambda_solid
    def after(number: int) -> int:
        return number

    run = executed(lambda: after(half().a), instance)
    assert statuses(run) == {"half": "failure", "after": "skipped"}


@EVERYWHERE
def test_an_outer_limit_ends_the_run_within(somewhere: Callable[..., Run], instance: Instance) -> None:
    @solid(time_limit=30)
    def inner_step() -> int:
        while True:
            time.sleep(0.01)

    @pipeline
    def inner() -> None:
        inner_step()

    @solid(time_limit=0.3)
    def outer_step() -> int:
        execute_pipeline(inner, instance=instance)
        return 1

    run = somewhere(lambda: executed(lambda: [outer_step()], instance))
    assert isinstance(run.error, DagnbTimeLimitError)
    assert run.error.step == "outer_step"
    records = {record.pipeline_name: record for record in instance.runs.runs()}
    assert records["inner"].status is RunStatus.CANCELED


@EVERYWHERE
def test_an_inner_limit_ends_its_own_step_only(somewhere: Callable[..., Run], instance: Instance) -> None:
    @pipeline
    def inner() -> None:
        naps()

    @solid(time_limit=30)
    def outer_step() -> str:
        return str(execute_pipeline(inner, instance=instance, raise_on_error=False).status)

    run = somewhere(lambda: executed(lambda: [outer_step()], instance))
    assert run["outer_step"].value == str(RunStatus.FAILURE)


def test_the_timer_of_somebody_else_is_let_be(instance: Instance) -> None:
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        run = executed(lambda: [naps()], instance)
        assert isinstance(run.error, DagnbTimeLimitError)
        assert rung == [1]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_many_short_limits_ring_in_no_other_place(instance: Instance) -> None:
    outcomes: set[str] = set()

    @solid(time_limit=0.002)
    def around() -> int:
        until = time.monotonic() + 0.002
        while time.monotonic() < until:
            pass
        return 1

    def body() -> None:
        for number in range(150):
            around.alias(f"a{number}")()

    run = executed(body, instance)
    for step in run:
        outcomes.add(step.status)
        if step.status == "failure":
            assert isinstance(step.error, DagnbTimeLimitError)
        else:
            assert step.value == 1
    assert outcomes <= {"success", "failure"}


def test_cells_have_limits(instance: Instance) -> None:
    from dagnb.notebooks.cells import cell_solid

    made = cell_solid("slow", "import time\nwhile True:\n    time.sleep(0.01)\nx = 1", {})
    made.time_limit = 0.2
    run = executed(lambda: [cast("Any", made)()], instance)
    assert isinstance(run.error, DagnbTimeLimitError)


def test_the_kernel_of_a_notebook_ends_with_its_time(tmp_path: Path, instance: Instance) -> None:
    from nbformat import v4, write

    kept = tmp_path / "pid"
    source = f"import os, pathlib, time\npathlib.Path({str(kept)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    document = v4.new_notebook(cells=[v4.new_code_cell(source)])  # type: ignore[no-untyped-call]
    write(document, tmp_path / "slow.ipynb")  # type: ignore[no-untyped-call]
    made = notebook_solid(tmp_path / "slow.ipynb")
    made.time_limit = 6
    begun = time.monotonic()
    run = executed(lambda: [cast("Any", made)()], instance)
    assert isinstance(run.error, DagnbTimeLimitError)
    assert time.monotonic() - begun < 20
    assert not psutil.pid_exists(int(kept.read_text()))
    assert run["slow"].notebook is not None, "what was computed is kept"
