"""Loggers: what else gets the lines of a run, and what happens when one of them fails."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagnb import (
    LoggerDefinition,
    ModeDefinition,
    Pipeline,
    Run,
    colored_console_logger,
    logger,
    solid,
    success_hook,
)
from dagnb.config import DagnbConfigError
from dagnb.contracts.records import RunStatus
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbPluginError
from dagnb.events.records import MessageLogged
from dagnb.instance import Instance


@solid
def talks(context: Any) -> int:
    context.log.debug("begun")
    context.log.info("100% read", rows=3, level="high", message="m")
    context.log.log("WARNING", "look")
    context.log.log(40, {"not": "a text"})
    return 1


@solid
def fails() -> int:
    raise ValueError("no rows")


def run_with(
    loggers: dict[str, LoggerDefinition] | None,
    config: dict[str, Any],
    instance: Instance,
    body: Callable[[], Any] = lambda: [talks()],
) -> Run:
    mode = ModeDefinition(logger_defs=loggers)
    made = Pipeline(compose_pipeline(body, name="p", mode_defs=[mode]))
    return made.run({"loggers": config}, instance=instance, raise_on_error=False)


def lines(run: Run) -> list[MessageLogged]:
    return [record.event for record in run.event_list if isinstance(record.event, MessageLogged)]


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def keeping(kept: _Kept, level: int = logging.DEBUG) -> LoggerDefinition:
    @logger
    def made(context: Any) -> logging.Logger:
        assert context.logger_def is made
        assert context.pipeline_def.name == "p"
        target = logging.Logger(f"run {context.run_id}", level)  # noqa: LOG001  # of its own
        target.addHandler(kept)
        return target

    return made


def test_a_logger_gets_the_lines_with_what_they_carry(instance: Instance) -> None:
    kept = _Kept()
    run = run_with({"kept": keeping(kept, logging.INFO)}, {"kept": {}}, instance)
    assert [record.levelname for record in kept.records] == ["INFO", "WARNING", "ERROR"]
    first = kept.records[0]
    assert first.getMessage() == "talks: 100% read rows=3 level=high message=m"
    assert first.dagnb == {  # type: ignore[attr-defined]
        "run_id": run.run_id,
        "pipeline_name": "p",
        "step_key": "talks",
        "level": "info",
        "message": "100% read",
        "fields": {"rows": 3, "level": "high", "message": "m"},
    }
    assert [line.message for line in lines(run)] == ["begun", "100% read", "look", "{'not': 'a text'}"]
    assert [line.level for line in lines(run)] == ["debug", "info", "warning", "error"]


def test_a_logger_gets_the_events_too_failures_as_errors(instance: Instance) -> None:
    kept = _Kept()
    run = run_with({"kept": keeping(kept)}, {"kept": {}}, instance, lambda: [fails()])
    told = [(record.levelname, record.getMessage()) for record in kept.records]
    assert ("DEBUG", "run: RunStarted: 1 step, mode default") in told
    assert ("DEBUG", "fails: StepStarted") in told
    assert ("ERROR", "fails: StepFailed: ValueError: no rows") in told
    assert ("ERROR", "run: RunFailed: failed: fails") in told
    assert len(kept.records) == len(run.event_list)


def test_a_logger_that_is_not_turned_on_gets_nothing(instance: Instance) -> None:
    kept = _Kept()
    run_with({"kept": keeping(kept)}, {}, instance)
    assert kept.records == []


def test_the_console_prints_what_is_not_below_its_level(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    run_with(None, {"console": {"config": {"log_level": "WARNING", "name": "etl"}}}, instance)
    assert capsys.readouterr().out == "etl WARNING talks: look\netl ERROR talks: {'not': 'a text'}\n"
    run_with(None, {"console": {}}, instance)
    assert "dagnb INFO talks: 100% read rows=3 level=high message=m\n" in capsys.readouterr().out


def test_a_terminal_gets_colours(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    run_with(None, {"console": {"config": {"log_level": "ERROR"}}}, instance)
    monkeypatch.undo()
    assert terminal.getvalue() == "\x1b[31mdagnb ERROR talks: {'not': 'a text'}\x1b[0m\n"


def test_the_json_logger_prints_an_object_a_line(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(None, {"json": {}}, instance)
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["message"] for each in found] == ["100% read", "look", "{'not': 'a text'}"]
    assert found[0]["fields"] == {"rows": 3, "level": "high", "message": "m"}
    assert {(each["run_id"], each["step_key"], each["logger"]) for each in found} == {(run.run_id, "talks", "dagnb")}


def test_a_second_run_prints_no_line_twice(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run_with(None, {"console": {"config": {"log_level": "ERROR"}}}, instance)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_mode_may_replace_a_logger_by_its_name(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    loud = colored_console_logger.configured(lambda name: {"log_level": "ERROR", "name": name}, str)
    run_with({"console": loud}, {"console": {"config": "mine"}}, instance)
    assert capsys.readouterr().out == "mine ERROR talks: {'not': 'a text'}\n"


class _Broken(logging.Handler):
    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def emit(self, record: logging.LogRecord) -> None:
        raise self.error


@pytest.mark.parametrize("error", [OSError("disk full"), SystemExit(3)])
def test_a_logger_that_raises_is_told_once_and_fails_nothing(error: BaseException, instance: Instance) -> None:
    @logger
    def broken(_context: Any) -> logging.Logger:
        target = logging.Logger("broken")  # noqa: LOG001  # of its own
        target.addHandler(_Broken(error))
        return target

    kept = _Kept()
    run = run_with({"broken": broken, "kept": keeping(kept, logging.INFO)}, {"broken": {}, "kept": {}}, instance)
    assert run.success
    told = [line for line in lines(run) if "the logger broken raised" in line.message]
    assert [(line.level, line.fields) for line in told] == [("warning", (("logger", "broken"),))]
    assert type(error).__name__ in told[0].message
    assert len(kept.records) == 3, "the others go on"


def test_a_logger_that_cannot_be_made_fails_the_run(instance: Instance) -> None:
    @logger
    def broken(_context: Any) -> logging.Logger:
        raise OSError("no such folder")

    with pytest.raises(OSError, match="no such folder"):
        Pipeline(
            compose_pipeline(lambda: [talks()], name="p", mode_defs=[ModeDefinition(logger_defs={"broken": broken})])
        ).run({"loggers": {"broken": {}}}, instance=instance)
    (record,) = instance.runs.runs()
    assert record.status is RunStatus.FAILURE


def test_a_function_that_returns_no_logger_is_named(instance: Instance) -> None:
    odd = LoggerDefinition(lambda _context: print)  # type: ignore[arg-type, return-value]
    mode = ModeDefinition("dev", logger_defs={"odd": odd})
    with pytest.raises(DagnbInvalidDefinitionError, match=r"returns a logging\.Logger") as caught:
        Pipeline(compose_pipeline(lambda: [talks()], name="p", mode_defs=[mode])).run(
            {"loggers": {"odd": {}}}, instance=instance
        )
    assert "mode dev › logger odd" in str(caught.value)


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        ({"consol": {}}, ["loggers › consol", "console"]),
        ({"console": {"config": {"log_level": "LOUD"}}}, ["log_level", "LOUD", "WARNING"]),
        ({"console": {"config": {"levl": "INFO"}}}, ["levl"]),
    ],
)
def test_a_wrong_choice_is_told_before_anything_runs(
    config: dict[str, Any], parts: list[str], instance: Instance
) -> None:
    with pytest.raises(DagnbConfigError) as caught:
        run_with(None, config, instance)
    for part in parts:
        assert part in str(caught.value), f"{part!r} not in\n{caught.value}"
    assert instance.runs.runs() == []


def test_an_unknown_level_is_an_error_of_the_solid(instance: Instance) -> None:
    @solid
    def odd(context: Any) -> int:
        context.log.log("loud", "x")
        return 1

    run = run_with(None, {}, instance, lambda: [odd()])
    assert isinstance(run.error, DagnbNotFoundError)
    assert "one of debug, info, warning, error, critical" in str(run.error)


def test_secrets_do_not_reach_loggers(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    @solid(config_schema={"password": str})
    def leaky(context: Any) -> int:
        context.log.info(" ".join(["with", context.solid_config["password"]]))
        return 1

    kept = _Kept()
    mode = ModeDefinition(logger_defs={"kept": keeping(kept)})
    made = Pipeline(compose_pipeline(lambda: [leaky()], name="p", mode_defs=[mode]))
    config = {"loggers": {"kept": {}}, "solids": {"leaky": {"config": {"password": "correct-horse-battery"}}}}
    made.run(config, instance=instance)
    assert any("with " in record.getMessage() for record in kept.records)
    assert not any("correct-horse" in record.getMessage() for record in kept.records)


def test_a_hook_names_itself_in_its_lines(instance: Instance) -> None:
    @success_hook
    def tell(context: Any) -> None:
        context.log.info("done", rows=3)

    run = run_with(None, {}, instance, lambda: [talks.with_hooks({tell})()])
    (line,) = [each for each in lines(run) if each.message == "done"]
    assert line.fields == (("hook", "tell"), ("rows", 3))


def _package(folder: Path, entry: str) -> None:
    info = folder / "brings-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brings\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[dagnb.loggers]\nbrought = dagnb_brings:{entry}\n")
    (folder / "dagnb_brings.py").write_text(
        "from dagnb import colored_console_logger\nbrought = colored_console_logger.configured({'name': 'brought'})\n"
    )


def test_packages_bring_loggers(
    tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _package(tmp_path, "brought")
    monkeypatch.syspath_prepend(str(tmp_path))
    run_with(None, {"brought": {}}, instance)
    assert "brought INFO talks: 100% read" in capsys.readouterr().out


def test_what_a_package_brings_instead_of_a_logger_is_named(
    tmp_path: Path, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    _package(tmp_path, "colored_console_logger.logger_fn")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DagnbPluginError, match="the part brought among the loggers is something else") as caught:
        run_with(None, {"brought": {}}, instance)
    assert "a LoggerDefinition" in str(caught.value)
