"""Resources: made before the first step, torn down after the last, in reverse, whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dagnb import ModeDefinition, Pipeline, ResourceDefinition, Run, execute_solid, pipeline, resource, solid
from dagnb.contracts.records import RunStatus
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbError, DagnbInvariantViolationError, DagnbUnknownResourceError
from dagnb.events.records import ResourceEnded, ResourceStarted, RunFailed
from dagnb.instance import Instance
from tests.execution.runs import executed, kinds, statuses


@solid(required_resource_keys={"a", "b"})
def uses(context: Any) -> str:
    return f"{context.resources.a}{context.resources.b}"


@solid
def plain() -> int:
    return 1


def traced(name: str, log: list[str]) -> ResourceDefinition:
    @resource
    def made(_context: Any) -> Iterator[str]:
        log.append(f"make {name}")
        yield name
        log.append(f"end {name}")

    return made


def test_teardown_is_in_reverse(instance: Instance) -> None:
    log: list[str] = []
    run = executed(lambda: [uses()], instance, resources={"a": traced("a", log), "b": traced("b", log)})
    assert run["uses"].value == "ab"
    assert log == ["make a", "make b", "end b", "end a"]
    assert kinds(run) == [
        "RunStarted",
        "ResourceStarted",
        "ResourceStarted",
        "StepStarted",
        "OutputProduced",
        "StepSucceeded",
        "ResourceEnded",
        "ResourceEnded",
        "RunSucceeded",
    ]


def test_only_what_the_selected_steps_need_is_made(instance: Instance) -> None:
    log: list[str] = []
    mode = ModeDefinition(resource_defs={"a": traced("a", log), "b": traced("b", log), "c": traced("c", log)})
    made = Pipeline(compose_pipeline(lambda: [uses(), plain()], name="p", mode_defs=[mode]))
    made.run(solid_selection="plain", instance=instance)
    assert log == []
    made.run(solid_selection="uses", instance=instance)
    assert log == ["make a", "make b", "end b", "end a"]


def test_resources_get_their_config_and_a_log(instance: Instance) -> None:
    seen: list[Any] = []

    @resource(config_schema={"path": str})
    def a(context: Any) -> str:
        context.log.info("ready", path=context.resource_config["path"])
        seen.append((context.run_id, context.pipeline_def.name, context.resource_def, context.instance))
        return str(context.resource_config["path"])

    config = {"resources": {"a": {"config": {"path": "x"}}}}
    run = executed(lambda: [uses()], instance, resources={"a": a, "b": 1}, run_config=config)
    assert run["uses"].value == "x1"
    assert seen == [(run.run_id, "p", a, instance)]
    assert [record.event.message for record in run.fold.lines] == ["ready"]  # type: ignore[union-attr]


def test_a_resource_may_take_no_context(instance: Instance) -> None:
    @resource
    def a() -> str:
        return "a"

    class Client:
        def __init__(self, _context: Any) -> None:
            pass

        def __str__(self) -> str:
            return "client"

    run = executed(lambda: [uses()], instance, resources={"a": a, "b": ResourceDefinition(Client)})
    assert run["uses"].value == "aclient"


def test_a_solid_sees_the_resources_that_it_asked_for_only(instance: Instance) -> None:
    @solid(required_resource_keys={"a"})
    def nosy(context: Any) -> str:
        assert dir(context.resources) == ["a"]
        assert not hasattr(context.resources, "b")
        return str(context.resources.bb)

    run = executed(lambda: [nosy()], instance, resources={"a": 1, "b": 2})
    assert isinstance(run.error, DagnbUnknownResourceError)
    assert isinstance(run.error, AttributeError)
    assert "at: nosy" in str(run.error)


def _fails(error: BaseException) -> ResourceDefinition:
    def made(_context: Any) -> Any:
        raise error

    return ResourceDefinition(made)


def _ends() -> ResourceDefinition:
    def made(_context: Any) -> Iterator[Any]:
        yield from ()

    return ResourceDefinition(made)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: _fails(ConnectionError("no route")), ConnectionError),
        (lambda: _fails(SystemExit(3)), SystemExit),
        (_ends, DagnbInvariantViolationError),
    ],
)
def test_a_resource_that_cannot_be_made_fails_the_run(
    make: Callable[[], ResourceDefinition], error: type[BaseException], instance: Instance
) -> None:
    log: list[str] = []
    mode = ModeDefinition(resource_defs={"a": traced("a", log), "b": make()})

    @pipeline(mode_defs=[mode])
    def report() -> None:
        uses()

    with pytest.raises(error):
        report.run(instance=instance)
    assert log == ["make a", "end a"], "what was made before is torn down"
    (record,) = instance.runs.runs()
    assert record.status is RunStatus.FAILURE
    run = report.last_run
    assert run is not None
    assert statuses(run) == {"uses": "waiting"}
    ends = [each.event.resource for each in run.event_list if isinstance(each.event, ResourceEnded)]
    assert ends == ["a"]
    end = run.event_list[-1].event
    assert isinstance(end, RunFailed)
    assert end.error is not None
    assert end.error.cls_name == error.__name__


def test_a_teardown_that_raises_is_recorded_and_fails_nothing(instance: Instance) -> None:
    log: list[str] = []

    @resource
    def a(_context: Any) -> Iterator[str]:
        yield "a"
        log.append("end a")

    @resource
    def b(_context: Any) -> Iterator[str]:
        yield "b"
        raise OSError("already gone")

    run = executed(lambda: [uses()], instance, resources={"a": a, "b": b})
    assert run.success
    assert log == ["end a"]
    ended = [record.event for record in run.event_list if isinstance(record.event, ResourceEnded)]
    assert [(each.resource, each.error.message if each.error else None) for each in ended] == [
        ("b", "already gone"),
        ("a", None),
    ]


def _exits_in_teardown(_context: Any) -> Iterator[str]:
    yield "b"
    sys.exit(1)


def _yields_twice(_context: Any) -> Iterator[str]:
    yield "b"
    yield "c"


@pytest.mark.parametrize(("made", "name"), [(_exits_in_teardown, "SystemExit"), (_yields_twice, "DagnbInvariant")])
def test_odd_teardowns_are_recorded_and_fail_nothing(made: Any, name: str, instance: Instance) -> None:
    log: list[str] = []
    run = executed(lambda: [uses()], instance, resources={"a": traced("a", log), "b": ResourceDefinition(made)})
    assert run.success
    assert log == ["make a", "end a"]
    ended = [record.event for record in run.event_list if isinstance(record.event, ResourceEnded)]
    assert ended[0].error is not None
    assert ended[0].error.cls_name.startswith(name)


def test_teardown_happens_after_failures_and_interrupts(instance: Instance) -> None:
    log: list[str] = []

    @solid(required_resource_keys={"a"})
    def interrupted(context: Any) -> int:
        raise KeyboardInterrupt(context.resources.a)

    with pytest.raises(KeyboardInterrupt):
        executed(lambda: [interrupted()], instance, resources={"a": traced("a", log)})
    assert log == ["make a", "end a"]
    assert instance.runs.runs()[0].status is RunStatus.CANCELED


def test_a_mock_is_new_for_every_run(instance: Instance) -> None:
    seen: list[Any] = []

    @solid(required_resource_keys={"slack"})
    def post(context: Any) -> int:
        seen.append(context.resources.slack)
        return 1

    mode = ModeDefinition(resource_defs={"slack": ResourceDefinition.mock_resource()})
    execute_solid(post, mode_def=mode, instance=instance)
    execute_solid(post, mode_def=mode, instance=instance)
    assert seen[0] is not seen[1]


def test_a_resource_of_text_comes_from_config(instance: Instance) -> None:
    config = {"resources": {"a": {"config": "x"}}}
    run = executed(
        lambda: [uses()], instance, resources={"a": ResourceDefinition.string_resource(), "b": None}, run_config=config
    )
    assert run["uses"].value == "xNone"


def test_a_missing_resource_is_told_before_anything_runs(instance: Instance) -> None:
    with pytest.raises(DagnbError, match="no resource named a"):
        execute_solid(uses, mode_def=ModeDefinition(resource_defs={"b": 1}), instance=instance)
    assert instance.runs.runs() == []


def test_starting_takes_time_that_is_recorded(instance: Instance) -> None:
    run: Run = executed(lambda: [uses()], instance, resources={"a": 1, "b": 2})
    started = [record.event for record in run.event_list if isinstance(record.event, ResourceStarted)]
    assert [(each.resource, each.seconds >= 0) for each in started] == [("a", True), ("b", True)]


def test_a_generator_that_gives_nothing_is_named_without_a_librarys_line(instance: Instance) -> None:
    @resource
    def empty(_context: Any) -> Iterator[str]:
        yield from ()

    def body() -> None:
        uses()

    run = executed(body, instance, resources={"a": empty, "b": empty})
    assert run.fold.error is not None
    assert "ended without giving the resource" in run.fold.error.message
    assert run.fold.error.where == "resource a"
