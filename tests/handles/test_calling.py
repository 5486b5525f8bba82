"""Solids called as plain functions."""

from __future__ import annotations

import asyncio
import os
import pickle
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

import dagnb
from dagnb import (
    AssetMaterialization,
    DynamicOutput,
    DynamicOutputDefinition,
    EventMetadataEntry,
    ExpectationResult,
    Failure,
    Field,
    InputDefinition,
    List,
    Nothing,
    Output,
    OutputDefinition,
    RetryRequested,
    build_context,
    composite_solid,
    lambda_solid,
    notebook_solid,
    pipeline,
    solid,
)
from dagnb.config import DagnbConfigError
from dagnb.errors import (
    DagnbInvariantViolationError,
    DagnbNotFoundError,
    DagnbOutputError,
    DagnbTypeCheckError,
    DagnbUnknownResourceError,
)
from dagnb.handles import DagnbCallError, OutputValues
from dagnb.instance import Instance
from dagnb.notebooks.cells import cell_solid
from tests.notebooks.documents import document


@lambda_solid
def double(number: int, times: int = 2) -> int:
    return number * times


@solid(config_schema={"by": int, "offset": Field(int, default_value=100)}, required_resource_keys={"bonus"})
def scale(context: Any, number: int) -> Iterator[Any]:
    context.log.info("scaling", by=context.solid_config["by"])
    yield AssetMaterialization("numbers.scaled", metadata_entries=[EventMetadataEntry.int(1, "rows")])
    yield ExpectationResult(number > 0, "positive")
    scaled = number * context.solid_config["by"] + context.solid_config["offset"] + context.resources.bonus
    yield Output(scaled, metadata_entries=[EventMetadataEntry.int(scaled, "scaled")])


@solid
def whoami(context: Any) -> Any:
    return context


def test_a_plain_solid_is_the_function_that_it_is() -> None:
    assert double(4) == 8
    assert double(4, 3) == double(number=4, times=3) == 12
    assert double.alias("again")(4) == 8
    assert not Path(os.environ["DAGNB_HOME"]).exists(), "nothing is kept"


def test_a_context_gives_config_and_resources_and_takes_events() -> None:
    context = build_context(config={"by": 2}, resources={"bonus": 5})
    assert scale(context, 10) == 125
    assert scale(number=1, context=context) == 107
    assert context.log.messages == ["scaling", "scaling"]
    assert [dict(line.fields) for line in context.log.lines] == [{"by": 2}, {"by": 2}]
    assert [str(each.asset_key) for each in context.materializations] == ["numbers.scaled"] * 2
    assert [each.success for each in context.expectations] == [True, True]
    assert [type(each) for each in context.events] == [AssetMaterialization, ExpectationResult] * 2
    assert [output.metadata_entries[0].value for output in context.outputs] == [125, 107]


def test_lines_of_the_log_go_where_they_are_wanted() -> None:
    written: list[str] = []
    scale(build_context({"by": 2}, {"bonus": 5}, log=written.append), 10)
    assert written == ["info: scaling by=2"]


def test_a_solid_sees_what_its_context_says(instance: Instance) -> None:
    context = whoami(build_context(run_id="1234", tags={"team": "data"}, instance=instance))
    assert (context.run_id, context.get_tag("team"), context.instance) == ("1234", "data", instance)
    assert (context.solid_config, context.solid_name, context.step_key) == (None, "whoami", "whoami")
    assert (context.solid_def, context.pipeline_name, context.mode) == (whoami, "whoami", "default")


def test_the_temporary_instance_of_a_context_goes_with_it() -> None:
    with build_context() as context:
        folder = Path(whoami(context).open_folder())
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(DagnbInvariantViolationError, match="the context is closed"):
        whoami(context)


def test_config_is_checked_and_read_only() -> None:
    @solid(config_schema={"rows": Field(int, default_value=3), "deep": {"a": Field([int], is_required=False)}})
    def configured(context: Any) -> Any:
        return context.solid_config

    assert configured(build_context()) == {"rows": 3, "deep": {}}
    with pytest.raises(TypeError):
        configured(build_context())["rows"] = 4
    with pytest.raises(DagnbConfigError) as caught:
        configured(build_context(config={"rows": "x", "deep": {"b": 1}}))
    assert str(caught.value).startswith("2 problems in the config of configured")


def test_a_configured_solid_takes_the_config_of_its_own() -> None:
    @solid(config_schema={"by": int})
    def times(context: Any, number: int) -> int:
        return int(number * context.solid_config["by"])

    thrice = times.configured({"by": 3}, name="thrice")
    power = times.configured(lambda config: {"by": 10 ** config["n"]}, {"n": int}, name="power")
    assert thrice(build_context(), 2) == 6
    assert power(build_context({"n": 2}), 2) == 200


def test_a_config_that_is_one_value() -> None:
    @solid(config_schema=int)
    def times(context: Any, number: int) -> int:
        return int(number * context.solid_config)

    assert times(build_context(3), 2) == 6
    with pytest.raises(DagnbCallError) as caught:
        times(build_context(), 2)
    assert "times(build_context(config=...), number=...)" in str(caught.value)


WRONG: dict[str, tuple[Callable[[], object], type[Exception], list[str]]] = {
    "no context": (
        lambda: scale(1),
        DagnbCallError,
        [
            "takes a context, and none was given",
            'scale(build_context(config={"by": ...}, resources={"bonus": ...}), number=...)',
        ],
    ),
    "no argument at all": (scale, DagnbCallError, ["takes a context, and none was given"]),
    "something else for the context": (lambda: scale(1, context=3), DagnbCallError, ["got: a value of type int"]),
    "a context too many": (
        lambda: double(build_context(), 1),
        DagnbCallError,
        ["takes no context, and one was given", "next: double(number=...)"],
    ),
    "the context of another solid": (
        lambda: scale(whoami(build_context()), 1),
        DagnbCallError,
        ["belongs to the solid that got it", "scale(build_context("],
    ),
    "a missing input": (
        double,
        DagnbCallError,
        ["the input number is missing", "expected: number: int", "next: double(number=...)"],
    ),
    "an unknown input": (
        lambda: double(1, tims=3),
        DagnbCallError,
        ["no input named tims", "one of number, times", "did you mean times?"],
    ),
    "an input twice": (lambda: double(1, number=1), DagnbCallError, ["given twice, by position and by name"]),
    "too many inputs": (lambda: double(1, 2, 3), DagnbCallError, ["takes 2 inputs, and 3 were given"]),
    "an input of another type": (
        lambda: double("a"),
        DagnbTypeCheckError,
        ["the input number is not of its type", "at: double › input number", "expected: int"],
    ),
    "a resource that is not there": (
        lambda: scale(build_context({"by": 1}), 1),
        DagnbCallError,
        ["the context lacks the resource bonus", "got: resources: none", 'resources={"bonus": ...}'],
    ),
    "config for none": (
        lambda: whoami(build_context(config={"a": 1})),
        DagnbCallError,
        ["takes no config", "@solid(config_schema=...)"],
    ),
    "missing config": (
        lambda: scale(build_context(resources={"bonus": 1}), 1),
        DagnbConfigError,
        ["by", "expected an integer, got nothing"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_call_is_told_with_the_right_one(what: str) -> None:
    call, kind, told = WRONG[what]
    with pytest.raises(kind) as caught:
        call()
    for part in told:
        assert part in str(caught.value)


def test_errors_of_calls_are_type_errors_and_pickle() -> None:
    with pytest.raises(TypeError) as caught:
        double()
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), again.solid) == (DagnbCallError, str(caught.value), "double")


def test_a_resource_that_the_solid_did_not_ask_for_is_refused() -> None:
    @solid(required_resource_keys={"a"})
    def nosy(context: Any) -> Any:
        return context.resources.b

    with pytest.raises(DagnbUnknownResourceError, match="did not ask for the resource b"):
        nosy(build_context(resources={"a": 1, "b": 2}))


@solid(
    output_defs=[
        OutputDefinition(int, "early"),
        OutputDefinition(Nothing, "done"),
        OutputDefinition(int, "late", is_required=False),
    ]
)
def part(numbers: list[int]) -> Iterator[Output]:
    yield Output(numbers[0], "early")
    if len(numbers) > 1:
        yield Output(numbers[1], "late")


def test_several_outputs_are_a_tuple_with_names() -> None:
    both = part([1, 2])
    assert (both.early, both.late, both.done) == (1, 2, None)
    early, _, late = both
    assert (early, late) == (1, 2)
    assert both == (1, None, 2)
    assert both._asdict() == {"early": 1, "done": None, "late": 2}
    assert "early" in dir(both)
    assert part([1]).late is None
    with pytest.raises(AttributeError, match="no output named lat; there are early, done, late"):
        _ = both.lat
    again = pickle.loads(pickle.dumps(both))
    assert isinstance(again, OutputValues)
    assert again.late == 2


def test_a_solid_without_outputs_gives_none() -> None:
    @solid(output_defs=[])
    def quiet() -> None:
        pass

    assert quiet() is None


def test_inputs_of_type_nothing_may_be_left_out() -> None:
    @solid(input_defs=[InputDefinition("start", Nothing)])
    def after(number: int) -> int:
        return number

    assert after(3) == after(3, start=None) == 3


@solid(output_defs=[DynamicOutputDefinition(int)])
def pieces(count: int) -> Iterator[DynamicOutput]:
    for number in range(count):
        yield DynamicOutput(number, f"n{number}")


def test_a_dynamic_output_is_a_list_of_its_values() -> None:
    assert [(each.mapping_key, each.value) for each in pieces(2)] == [("n0", 0), ("n1", 1)]
    assert pieces(0) == []


@solid
def wrong_output() -> int:
    return "a"  # type: ignore[return-value]  # that is the mistake


@solid
def left_out() -> Iterator[Output]:
    yield from ()


@solid
def twice() -> Iterator[Output]:
    yield Output(1)
    yield Output(2)


@solid
def unknown() -> Iterator[Output]:
    yield Output(1, "other")


@solid
def no_event() -> Iterator[int]:
    yield 1


@solid
def returned_event() -> AssetMaterialization:
    return AssetMaterialization("a")


@pytest.mark.parametrize(
    ("called", "kind", "told"),
    [
        (wrong_output, DagnbTypeCheckError, "wrong_output › output result"),
        (left_out, DagnbOutputError, "without its output result"),
        (twice, DagnbOutputError, "its output result twice"),
        (unknown, DagnbNotFoundError, "no output named other"),
        (no_event, DagnbInvariantViolationError, "yielded something that is no event"),
        (returned_event, DagnbInvariantViolationError, "returned an event instead of yielding it"),
    ],
)
def test_what_a_solid_gives_is_checked_as_in_a_run(called: Any, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=told):
        called()


@pytest.mark.parametrize("raised", [Failure("too few"), RetryRequested(3), ValueError("no rows")])
def test_what_a_solid_raises_goes_up_with_its_own_frames(raised: Exception) -> None:
    @solid
    def failing() -> int:
        raise raised

    with pytest.raises(type(raised)) as caught:
        failing()
    assert caught.value is raised
    assert caught.traceback[-1].name == "failing"
    shown = [entry for entry in caught.traceback if not entry.ishidden(caught)]
    assert [entry.name for entry in shown][-2:] == [
        "test_what_a_solid_raises_goes_up_with_its_own_frames",
        "failing",
    ], "what pytest shows is the test and the solid"


def test_the_clean_up_of_a_solid_that_is_stopped_runs_at_once() -> None:
    closed: list[bool] = []

    @solid
    def generator() -> Iterator[Any]:
        try:
            yield Output(1, "other")
        finally:
            closed.append(True)

    with pytest.raises(DagnbNotFoundError):
        generator()
    assert closed == [True]


@solid(config_schema={"by": int})
async def slow(context: Any, number: int) -> int:
    await asyncio.sleep(0)
    context.log.info(threading.current_thread().name)
    return int(number * context.solid_config["by"])


@solid
async def stream(number: int) -> AsyncIterator[Any]:
    yield AssetMaterialization("a")
    await asyncio.sleep(0)
    yield Output(number)


def test_an_async_solid_is_computed_where_no_loop_runs() -> None:
    context = build_context({"by": 2})
    assert slow(context, 2) == 4
    assert context.log.messages == ["dagnb-loop"]
    assert stream(3) == 3


def test_an_async_solid_is_awaited_where_a_loop_runs() -> None:
    context = build_context({"by": 2})

    async def calling() -> list[int]:
        with pytest.raises(DagnbTypeCheckError):
            await slow(context, "a")
        return [await slow(context, 2), await stream(3)]

    assert asyncio.run(calling()) == [4, 3]
    assert context.log.messages == ["MainThread"]


def test_a_composite_is_computed_as_a_whole() -> None:
    @solid(config_schema={"by": int})
    def times(context: Any, number: int) -> Iterator[Any]:
        context.log.info("times")
        yield AssetMaterialization("product")
        yield Output(number * context.solid_config["by"])

    @composite_solid
    def power(number: int) -> Any:
        return times.alias("second")(times.alias("first")(number))

    @composite_solid(config_schema=int, config_fn=lambda by: {"times": {"config": {"by": by}}})
    def both(number: int) -> Any:
        return {"plain": double(number), "scaled": times(number)}

    inner = {"first": {"config": {"by": 2}}, "second": {"config": {"by": 3}}}
    context = build_context({"solids": inner})
    assert power(context, 5) == 30
    assert context.log.messages == ["times", "times"]
    assert [str(each.asset_key) for each in context.materializations] == ["product", "product"]
    assert both(build_context(4), number=5) == (10, 20)
    assert both(build_context(4), number=5).scaled == 20
    with pytest.raises(DagnbCallError, match="no config of its own"):
        power(build_context(4), 5)
    with pytest.raises(DagnbCallError, match="the input number is missing"):
        power(context)
    assert not Path(os.environ["DAGNB_HOME"]).exists()


def test_a_composite_raises_what_failed_in_it() -> None:
    @solid
    def failing(number: int) -> int:
        raise ValueError(f"no {number}")

    @composite_solid
    def whole(number: int) -> Any:
        return failing(number)

    with pytest.raises(ValueError, match="no 3") as caught:
        whole(3)
    assert "dagnb.run(" not in "".join(caught.value.__notes__), "the run is gone"


def test_a_cell_is_computed_with_values_for_its_inputs() -> None:
    share = cell_solid("share", "context = get_context()\nshare = late / total", {})
    assert share(1, total=4) == 0.25
    wanting = cell_solid("wanting", "wanted = get_context().resources.db", {}, required_resource_keys={"db"})
    assert wanting(build_context(resources={"db": 3})) == 3
    with pytest.raises(DagnbCallError, match="lacks the resource db"):
        wanting()


def test_a_notebook_is_computed_in_its_kernel(tmp_path: Path) -> None:
    path = tmp_path / "fit.ipynb"
    code = "from dagnb import yield_result\nyield_result(len(flights) * folds, 'score')"
    nbformat.write(document(code, parameters="flights = None\nfolds = 5"), path)  # type: ignore[no-untyped-call]
    fit = notebook_solid(path)
    assert fit([1, 2]) == 10
    context = build_context({"folds": 2})
    assert fit(context, flights=[1, 2]) == 4


def test_what_a_solid_calls_within_its_body_is_a_plain_call() -> None:
    @lambda_solid
    def one() -> int:
        return 2

    @solid
    def outer(number: int) -> int:
        return int(double(number))

    @pipeline
    def report() -> None:
        outer(one())

    assert outer(2) == 4
    assert report.run()["outer"].value == 4


def test_a_notebook_that_is_only_loaded_calls_nothing() -> None:
    from dagnb.notebooks.loading import loading

    called: list[int] = []

    @solid
    def costly() -> int:
        called.append(1)
        return 1

    with loading():
        assert costly() > 0, "it stands for any value"
    assert not called


def test_lists_are_given_to_inputs_of_lists() -> None:
    @solid(input_defs=[InputDefinition("numbers", List[int])])
    def total(numbers: Any) -> int:
        return sum(numbers)

    assert total([1, 2]) == 3


def test_the_first_call_needs_nothing_heavy() -> None:
    from tests.test_imports import HEAVY, loaded_by, packages

    code = "from dagnb import lambda_solid\n@lambda_solid\ndef one():\n    return 1\nassert one() == 1"
    assert packages(loaded_by(code)) & (HEAVY - {"pydantic_core"}) == set()


def test_build_context_is_public() -> None:
    assert dagnb.build_context is build_context
