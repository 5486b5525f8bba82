"""Executors of a mode: chosen by the run config, configured, and brought by packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dagnb import (
    ExecutorDefinition,
    ModeDefinition,
    Pipeline,
    RetryPolicy,
    RetryRequested,
    Run,
    executor,
    in_process_executor,
    solid,
)
from dagnb.config import DagnbConfigError
from dagnb.contracts.execution import StepWork
from dagnb.contracts.records import RunStatus
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.instance import Instance
from tests.execution.runs import kinds
from tests.execution.solids import double, one


class Counting:
    """Runs the steps and keeps their keys."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys

    def execute(self, work: StepWork) -> None:
        while (key := work.take()) is not None:
            self.keys.append(key)
            work.run_step(key)


def counting(keys: list[str], contexts: list[Any]) -> ExecutorDefinition:
    @executor(config_schema={"size": int})
    def made(context: Any) -> Counting:
        contexts.append(context)
        return Counting(keys)

    return made


def run_with(
    executors: list[ExecutorDefinition] | None,
    instance: Instance,
    config: dict[str, Any] | None = None,
    body: Any = None,
) -> Run:
    mode = ModeDefinition("dev", executor_defs=executors)
    made = Pipeline(compose_pipeline(body or (lambda: double(one())), name="p", mode_defs=[mode]))
    return made.run(config, instance=instance, raise_on_error=False)


def test_the_run_config_chooses_and_configures(instance: Instance) -> None:
    keys: list[str] = []
    contexts: list[Any] = []
    made = counting(keys, contexts)
    run = run_with([in_process_executor, made], instance, {"execution": {"made": {"config": {"size": 3}}}})
    assert (run.success, keys) == (True, ["one", "double"])
    (context,) = contexts
    assert dict(context.executor_config) == {"size": 3}
    assert (context.executor_def, context.run_id, context.instance) == (made, run.run_id, instance)
    assert (context.pipeline_def.name, context.mode_def.name) == ("p", "dev")


def test_the_first_one_is_the_default(instance: Instance) -> None:
    keys: list[str] = []
    configured = counting(keys, []).configured({"size": 1}, name="small")
    assert run_with([configured, in_process_executor], instance).success
    assert keys == ["one", "double"]
    keys.clear()
    assert run_with([in_process_executor, configured], instance).success
    assert keys == []


def test_a_first_one_that_must_be_configured_must_be_chosen(instance: Instance) -> None:
    with pytest.raises(DagnbConfigError, match="execution") as caught:
        run_with([counting([], [])], instance)
    assert "made" in str(caught.value)


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        ({"in_proces": {}}, ["in_proces", "in_process"]),
        ({"in_process": {"config": {"retries": {"sometimes": {}}}}}, ["sometimes", "enabled"]),
        ({"made": {}}, ["made"]),
    ],
)
def test_a_wrong_choice_is_told_before_anything_runs(
    config: dict[str, Any], parts: list[str], instance: Instance
) -> None:
    with pytest.raises(DagnbConfigError) as caught:
        run_with(None, instance, {"execution": config})
    for part in parts:
        assert part in str(caught.value), f"{part!r} not in\n{caught.value}"
    assert instance.runs.runs() == []


def test_a_mode_with_executors_takes_no_others(instance: Instance) -> None:
    only = counting([], []).configured({"size": 1})
    with pytest.raises(DagnbConfigError, match="in_process"):
        run_with([only], instance, {"execution": {"in_process": {}}})


def test_what_cannot_execute_is_named(instance: Instance) -> None:
    odd = ExecutorDefinition("odd", None, lambda _context: 3)
    mode = ModeDefinition("dev", executor_defs=[odd])
    with pytest.raises(DagnbInvalidDefinitionError, match="no way to execute steps") as caught:
        Pipeline(compose_pipeline(lambda: [one()], name="p", mode_defs=[mode])).run(instance=instance)
    for part in ("mode dev › executor odd", "the integer 3", "execute(work)"):
        assert part in str(caught.value)
    (record,) = instance.runs.runs()
    assert record.status is RunStatus.FAILURE


def test_retries_can_be_turned_off(instance: Instance) -> None:
    tries: list[str] = []

    @solid
    def asks() -> int:
        tries.append("asks")
        raise RetryRequested(max_retries=5) from ConnectionError("no route")

    @solid(retry_policy=RetryPolicy(5))
    def has_a_policy() -> int:
        tries.append("has_a_policy")
        raise ConnectionError("no route")

    off: dict[str, Any] = {"execution": {"in_process": {"config": {"retries": {"disabled": {}}}}}}
    run = run_with(None, instance, off, lambda: [asks(), has_a_policy()])
    assert sorted(tries) == ["asks", "has_a_policy"]
    assert kinds(run, "asks") == ["StepStarted", "StepFailed"]
    assert isinstance(run["asks"].error, ConnectionError)
    assert "attempts" not in "".join(getattr(run["asks"].error, "__notes__", []))


def test_packages_bring_executors(tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "brings-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brings\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[dagnb.executors]\nbrought = dagnb_brings_executor:brought\n")
    (tmp_path / "dagnb_brings_executor.py").write_text(
        "from dagnb import in_process_executor\nbrought = in_process_executor.configured({}, name='brought')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert run_with(None, instance, {"execution": {"brought": {}}}).success
    assert "brought" in instance.plugin_names("executors")
