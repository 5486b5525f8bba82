"""Bodies of every style: what they return and yield becomes outputs and events."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    ExpectationResult,
    Failure,
    InputDefinition,
    Nothing,
    Output,
    OutputDefinition,
    execute_solid,
    lambda_solid,
    solid,
)
from dagnb.errors import DagnbError, DagnbInvariantViolationError, DagnbNotFoundError, DagnbOutputError
from dagnb.events.records import AssetMaterialized, ExpectationChecked, OutputProduced
from dagnb.execution.outputs import NotStoredWarning
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, messages, statuses


@lambda_solid
def one() -> int:
    return 1


def test_every_style_hands_on_its_value(instance: Instance) -> None:
    @solid
    def plain(context: Any, x: int) -> int:
        assert context.solid_name == "plain"
        return x + 1

    @solid
    def stream(x: int) -> Iterator[Output]:
        yield Output(x + 1)

    @solid
    async def later(context: Any, x: int) -> int:
        await asyncio.sleep(0)
        context.log.info("from the loop")
        return x + 1

    @solid
    async def async_stream(x: int) -> AsyncIterator[Output]:
        await asyncio.sleep(0)
        yield Output(x + 1)

    run = executed(lambda: async_stream(later(stream(plain(one())))), instance)
    assert [step.value for step in run] == [1, 2, 3, 4, 5]
    assert kinds(run, "later") == ["StepStarted", "InputLoaded", "MessageLogged", "OutputProduced", "StepSucceeded"]


def test_a_plain_function_may_return_a_stream_or_an_output(instance: Instance) -> None:
    @solid
    def returns_a_stream() -> Any:
        return (Output(number) for number in [7])

    @solid(output_defs=[OutputDefinition(int, "number")])
    def returns_an_output() -> Any:
        return Output(8, "number")

    assert execute_solid(returns_a_stream, instance=instance).value == 7
    assert execute_solid(returns_an_output, instance=instance).output_value("number") == 8


def test_decorated_functions_run_as_what_they_are(instance: Instance) -> None:
    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    @solid
    @logged
    def plain(context: Any, x: int = 1) -> int:
        return x + len(context.solid_name)

    @solid
    @logged
    async def later(x: int = 2) -> int:
        await asyncio.sleep(0)
        return x

    @solid
    @logged
    async def async_stream(x: int = 3) -> AsyncIterator[Output]:
        yield Output(x)

    assert execute_solid(plain, instance=instance).value == 6
    assert execute_solid(later, instance=instance).value == 2
    assert execute_solid(async_stream, instance=instance).value == 3


def test_async_solids_leave_no_thread(instance: Instance) -> None:
    @solid
    async def later() -> int:
        return 1

    before = threading.active_count()
    execute_solid(later, instance=instance)
    assert threading.active_count() == before


def test_async_solids_of_a_run_share_one_loop(instance: Instance) -> None:
    loops: list[Any] = []

    @solid
    async def first() -> int:
        loops.append(asyncio.get_running_loop())
        return 1

    @solid
    async def second(x: int) -> int:
        loops.append(asyncio.get_running_loop())
        return x

    executed(lambda: second(first()), instance)
    assert len(loops) == 2
    assert loops[0] is loops[1]


def test_several_outputs_go_their_own_ways(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, "low"), OutputDefinition(str, "high")])
    def split() -> Iterator[Output]:
        yield Output("9", "high")
        yield Output(1, "low")

    @lambda_solid
    def keep(value: int) -> int:
        return value

    run = executed(lambda: keep(split().low), instance)
    assert run["keep"].value == 1
    assert run["split"].output_values == {"high": "9", "low": 1}


def test_an_optional_output_that_is_not_given_skips_what_needs_it(instance: Instance) -> None:
    @solid(
        output_defs=[OutputDefinition(int, "even", is_required=False), OutputDefinition(int, "odd", is_required=False)]
    )
    def sort() -> Iterator[Output]:
        yield Output(3, "odd")

    @lambda_solid
    def after(number: int) -> int:
        return number

    @lambda_solid
    def both(left: int, right: int) -> int:
        return left + right

    def body() -> None:
        sorted_ = sort()
        evens = after.alias("evens")(sorted_.even)
        after.alias("odds")(sorted_.odd)
        both(after.alias("more")(evens), one())

    run = executed(body, instance)
    assert run.success
    assert statuses(run) == {
        "one": "success",
        "sort": "success",
        "evens": "skipped",
        "odds": "success",
        "more": "skipped",
        "both": "skipped",
    }
    with pytest.raises(DagnbNotFoundError, match="sort gave no output even"):
        _ = run["evens"].value
    assert run["more"].skipped


def test_a_fan_in_takes_what_there_is(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, is_required=False)], config_schema=bool)
    def maybe(context: Any) -> Iterator[Output]:
        if context.solid_config:
            yield Output(1)

    @lambda_solid
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    def body() -> None:
        total([maybe.alias("a")(), one(), maybe.alias("b")()])

    def config(a: bool, b: bool) -> dict[str, Any]:
        return {"solids": {"a": {"config": a}, "b": {"config": b}}}

    assert executed(body, instance, run_config=config(True, False))["total"].value == 2
    assert executed(body, instance, run_config=config(False, False))["total"].value == 1

    def only_optional() -> None:
        total([maybe.alias("a")(), maybe.alias("b")()])

    run = executed(only_optional, instance, run_config=config(False, False))
    assert statuses(run)["total"] == "skipped"


def test_a_fan_in_keeps_the_order_of_the_list(instance: Instance) -> None:
    @solid
    def name(context: Any) -> str:
        return str(context.solid_name)

    @lambda_solid
    def join(names: list[str]) -> str:
        return "".join(names)

    run = executed(lambda: join([name.alias(each)() for each in "cab"]), instance)
    assert run["join"].value == "cab"


def test_a_fan_in_of_each_items_type(instance: Instance) -> None:
    @lambda_solid
    def total(numbers: int) -> int:
        return sum(numbers)  # type: ignore[call-overload, no-any-return]  # it gets the list of them

    assert executed(lambda: total([one(), one()]), instance)["total"].value == 2


def test_nothing_orders_steps_and_hands_over_no_value(instance: Instance) -> None:
    order: list[str] = []

    @solid
    def prepare() -> None:
        order.append("prepare")

    @solid(input_defs=[InputDefinition("start", Nothing)])
    def follow(context: Any, x: int) -> int:
        order.append(context.solid_name)
        return x

    run = executed(lambda: follow(one(), start=[prepare(), prepare.alias("again")()]), instance)
    assert order == ["prepare", "prepare", "follow"]
    assert run["prepare"].value is None
    assert run["follow"].value == 1


def test_a_value_given_for_nothing_is_refused(instance: Instance) -> None:
    @solid
    def prepare() -> None:
        return 3  # type: ignore[return-value]

    run = executed(lambda: [prepare()], instance)
    assert not run.success


def test_user_events_are_recorded_with_their_step(instance: Instance) -> None:
    @solid
    def write() -> Iterator[Any]:
        yield AssetMaterialization("a.b", "written", [EventMetadataEntry.int(3, "rows")], partition="2026")
        yield ExpectationResult(False, "rows", "more than 5", [EventMetadataEntry.int(3, "rows")])
        yield Output(3, metadata_entries=[EventMetadataEntry.text("x", "y")])

    run = executed(lambda: [write()], instance)
    assert run.success, "an expectation that is not met fails nothing"
    events = [record.event for record in run.event_list if record.step_key == "write"]
    materialized = next(event for event in events if isinstance(event, AssetMaterialized))
    checked = next(event for event in events if isinstance(event, ExpectationChecked))
    produced = next(event for event in events if isinstance(event, OutputProduced))
    assert (str(materialized.asset_key), materialized.partition) == ("a.b", "2026")
    assert (checked.success, checked.label, checked.metadata[0].value) == (False, "rows", 3)
    assert produced.metadata[0].value == "x"


def _yields(*events: Any, outputs: list[OutputDefinition] | None = None) -> Any:
    @solid(output_defs=outputs)
    def body() -> Iterator[Any]:
        yield from events

    return body


def _returns(value: Any, outputs: list[OutputDefinition] | None = None) -> Any:
    @solid(output_defs=outputs)
    def body() -> Any:
        return value

    return body


TWO = [OutputDefinition(int, "a"), OutputDefinition(int, "b")]
MISTAKES: dict[str, tuple[Any, type[DagnbError], list[str]]] = {
    "an output given twice": (_yields(Output(1), Output(2)), DagnbOutputError, ["result twice", "body", "one Output"]),
    "an output left out": (
        _yields(Output(1, "a"), outputs=TWO),
        DagnbOutputError,
        ["without its output b", "outputs: a", "int for b", 'yield Output(value, "b")'],
    ),
    "no output at all": (_yields(), DagnbOutputError, ["without its output result", "outputs: none"]),
    "an unknown output": (
        _yields(Output(1, "resutl")),
        DagnbNotFoundError,
        ["no output named resutl", "body", "did you mean result?"],
    ),
    "something else yielded": (
        _yields(3),
        DagnbInvariantViolationError,
        ["no event", "type int", "Output, AssetMaterialization or ExpectationResult"],
    ),
    "a Failure yielded": (_yields(Failure("x")), DagnbInvariantViolationError, ["no event", "raise it"]),
    "a materialization returned": (
        _returns(AssetMaterialization("a")),
        DagnbInvariantViolationError,
        ["returned an event instead of yielding it", "yield it"],
    ),
    "an expectation returned": (
        _returns(ExpectationResult(True)),
        DagnbInvariantViolationError,
        ["returned an event instead of yielding it"],
    ),
    "a value returned for several outputs": (
        _returns((1, 2), outputs=TWO),
        DagnbOutputError,
        ["several outputs", "tuple", "one Output for each of a, b"],
    ),
    "a value returned for no output": (_returns(3, outputs=[]), DagnbOutputError, ["has no outputs", "type int"]),
    "None returned for several outputs": (_returns(None, outputs=TWO), DagnbOutputError, ["without its output a"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_of_a_body_fails_its_step_and_says_why(mistake: str, instance: Instance) -> None:
    made, error, parts = MISTAKES[mistake]
    run = executed(lambda: [made()], instance)
    assert statuses(run) == {"body": "failure"}
    raised = run.error
    text = messages(raised)
    assert type(raised) is error, text
    assert [part for part in parts if part not in text] == [], text


def test_a_solid_without_outputs_succeeds_silently(instance: Instance) -> None:
    run = executed(lambda: [_returns(None, outputs=[])()], instance)
    assert kinds(run, "body") == ["StepStarted", "StepSucceeded"]


def test_a_generator_is_closed_when_what_it_yields_is_refused(instance: Instance) -> None:
    closed: list[str] = []

    @solid
    def stream() -> Iterator[Any]:
        try:
            yield 3
        finally:
            closed.append("plain")

    @solid
    async def async_stream() -> AsyncIterator[Any]:
        try:
            yield 3
        finally:
            closed.append("async")

    run = executed(lambda: [stream(), async_stream()], instance)
    assert statuses(run) == {"stream": "failure", "async_stream": "failure"}
    assert closed == ["plain", "async"], "a finally block of a solid runs before the next solid does"


def test_a_value_that_cannot_be_stored_warns_and_the_run_goes_on(instance: Instance) -> None:
    @solid
    def lock() -> Any:
        return threading.Lock()

    @lambda_solid
    def use(value: Any) -> str:
        return type(value).__name__

    with pytest.warns(NotStoredWarning, match="lock › result"):
        run = executed(lambda: use(lock()), instance)
    assert run["use"].value == "lock"
    assert run["lock"].value.acquire(blocking=False)
    (stored,) = run["lock"].outputs["stored"]
    assert stored == "not stored"


def test_a_key_that_cannot_be_read_keeps_no_run_from_going_on(instance: Instance) -> None:
    @solid
    def letters() -> set[str]:
        return {"a"}

    @lambda_solid
    def count(letters: set[str]) -> int:
        return len(letters)

    (instance.home / "key").mkdir()
    with pytest.warns(NotStoredWarning, match="letters › result: the instance's key cannot be read; the run goes on"):
        run = executed(lambda: count(letters()), instance)
    assert run["count"].value == 1


def test_an_output_that_is_not_persisted_stays_in_memory(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, persist=False)])
    def quick() -> int:
        return 5

    @lambda_solid
    def use(value: int) -> int:
        return value

    run = executed(lambda: use(quick()), instance)
    assert (run["quick"].value, run["use"].value) == (5, 5)
    assert list(run["quick"].outputs["stored"]) == ["not stored"]


def test_solids_are_handed_the_very_object(instance: Instance) -> None:
    made: list[Any] = []

    @solid
    def make() -> list[int]:
        made.append([1, 2])
        return made[0]  # type: ignore[no-any-return]

    @lambda_solid
    def take(value: list[int]) -> bool:
        return value is made[0]

    assert executed(lambda: take(make()), instance)["take"].value is True
