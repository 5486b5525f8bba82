"""`dagnb run`: run a pipeline from a notebook or a module, in this process, shown live."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagnb.cli.documents import Part, config_option, merge, read_parts, refuse, scaffold_arguments, set_option
from dagnb.cli.failing import FAILED, INTERRUPTED, TERMINATED, USAGE, fail
from dagnb.cli.targets import (
    Target,
    load_pipeline,
    mode_option,
    parse_target,
    pipeline_option,
    standing_in,
    target_argument,
)
from dagnb.errors import (
    DagnbError,
    DagnbInstanceError,
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbNotFoundError,
    DagnbSelectionError,
)

if TYPE_CHECKING:
    from dagnb.cli.live import Shown
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.events.fold import RunFold
    from dagnb.handles.running import RunInProcess, RunRequest
    from dagnb.instance import Instance
    from dagnb.planning.plan import ExecutionPlan
    from dagnb.views.run import RunView


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `dagnb run` was given."""

    target: str
    pipeline: str | None
    files: tuple[str, ...]
    assignments: tuple[str, ...]
    mode: str | None
    preset: str | None
    selection: tuple[str, ...]
    tags: Mapping[str, str]
    report: str | None
    quiet: bool
    as_json: bool


def _read_tags(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    tags = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"expected a key and a value such as team=data, got {each!r}")
        tags[key] = value
    return tags


@click.command()
@target_argument
@pipeline_option
@config_option
@set_option
@mode_option
@click.option("--preset", metavar="NAME", help="A preset to start from; config and values go over it.")
@click.option(
    "-s", "--select", "selection", multiple=True, metavar="SELECTION", help="Which solids, as in *train_model."
)
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", callback=_read_tags, help="A tag of the run.")
@click.option("--report", metavar="FILE", type=click.Path(dir_okay=False), help="Write the run as an HTML page.")
@click.option("-q", "--quiet", is_flag=True, help="Show only what failed.")
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON, and nothing else.")
def run(**given: Any) -> None:
    """Run a pipeline from TARGET: a notebook, a .py file or a module.

    A target may name its pipeline: etl.py:daily. A notebook is only loaded for its definitions, runs that stand in it
    are not begun, and cells tagged dagnb-skip are left out; solids run in the notebook's folder.

    Exit codes: 0 the run succeeded, 1 it failed, 2 the command or config is wrong, 3 TARGET cannot be loaded, 130
    Ctrl-C (the run is kept as canceled).
    """
    options = Options(**given)
    parts = read_parts(options.files, options.assignments)
    report = _reserve(options.report) if options.report else None
    target = parse_target(options.target, options.pipeline)
    home = _home_here()
    with _standard_output_kept(options.as_json), standing_in(target):
        finished = _run(options, target, parts)
        if report is not None:
            _write_report(finished, report)
        if not options.as_json:
            _tell(finished, options, home, report)
    if options.as_json:
        _print_document(finished, report)
    raise click.exceptions.Exit(finished.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that has ended, whichever way, and the exit code that says so."""

    instance: Instance
    view: RunView
    fold: RunFold
    code: int


def _run(options: Options, target: Target, parts: list[Part]) -> Finished:
    from dagnb.handles.running import RunInProcess, prepare
    from dagnb.instance import Instance
    from dagnb.views.service import ViewService

    definition = load_pipeline(target).definition
    request, plan = _plan(definition, options, parts)
    instance = Instance.get()
    record = prepare(plan, request, instance)
    service = ViewService(instance, pipeline=lambda: definition)
    code = _execute(RunInProcess(plan, record, instance, service=service), options)
    view = service.run_view(record.run_id)
    return Finished(instance=instance, view=view, fold=_read(instance, record.run_id), code=code)


def _read(instance: Instance, run_id: str) -> RunFold:
    from dagnb.events.fold import RunFold

    return RunFold.of(instance.events.read(run_id))


def _plan(definition: PipelineDefinition, options: Options, parts: list[Part]) -> tuple[RunRequest, ExecutionPlan]:
    """Return what is asked for and its plan; ends the command when it cannot be."""
    from dagnb.config import DagnbConfigError
    from dagnb.handles.running import RunRequest, apply_preset, plan_request

    asked = RunRequest(
        run_config=merge(parts),
        mode=options.mode,
        preset=options.preset,
        tags=options.tags,
        solid_selection=list(options.selection) or None,
    )
    try:
        request = apply_preset(definition, asked)
        return request, plan_request(definition, request)
    except DagnbConfigError as error:
        preset = definition.presets.get(options.preset or "")
        below = [Part(label=f"preset {preset.name}", value=preset.run_config)] if preset else []
        refuse(error, [*below, *parts], scaffold=scaffold_arguments(options.target, options.pipeline))
    except (
        DagnbInvalidDefinitionError,
        DagnbInvariantViolationError,
        DagnbNotFoundError,
        DagnbSelectionError,
    ) as error:
        fail(error, USAGE)


def _execute(running: RunInProcess, options: Options) -> int:
    """Execute the run, shown as it goes, and return the exit code."""
    from dagnb.cli.console import make_console
    from dagnb.cli.live import showing
    from dagnb.views.service import typical_seconds

    console = make_console()
    instance, name = running.instance, running.run.pipeline_name
    shown: Shown = "live" if console.is_terminal and not console.is_dumb_terminal else "lines"
    if options.quiet or options.as_json:
        shown = "nothing"
    typical = typical_seconds(instance, name)
    asked_to_end: list[int] = []
    try:
        with _ending_on_sigterm(asked_to_end):
            done = running.execute(
                lambda view: showing(
                    view, console, shown, typical=typical, now=lambda: instance.clock.now().timestamp()
                )
            )
    except KeyboardInterrupt:
        return TERMINATED if asked_to_end else INTERRUPTED
    except DagnbInstanceError:
        raise
    except Exception:  # noqa: BLE001  (a resource could not be made: it is recorded and told with the run)
        return FAILED
    return 0 if done.success else FAILED


@contextmanager
def _ending_on_sigterm(asked: list[int]) -> Iterator[None]:
    """Let SIGTERM cancel the run as Ctrl-C does; `asked` then holds the signal."""

    def end(number: int, _frame: object) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # only the main thread hears signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _standard_output_kept(is_kept: bool) -> Iterator[None]:  # noqa: FBT001  (one place calls it)
    """Send what notebooks, solids and resources print to the error stream: the standard output is for JSON alone."""
    if not is_kept:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def _home_here() -> Path:
    from dagnb.storage.home import find_home

    return find_home(Path.cwd())


def _reserve(report: str) -> Path:
    """Return the report's place, made sure of before anything runs."""
    path = Path(report).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(_unwritable(path, error), USAGE)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        fail(_unwritable(path, PermissionError("permission denied")), USAGE)
    return path


def _unwritable(path: Path, error: OSError) -> DagnbError:
    return DagnbError(
        "the report cannot be written",
        where=str(path),
        got=error.strerror or str(error),
        hint="choose another place with --report",
    )


def _write_report(finished: Finished, path: Path) -> None:
    from dagnb.views.static.html import report_html

    view = finished.view
    page = report_html(view.graph, view.header(), view.states(), view.all_details(), edge_states=view.edge_states())
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        fail(_unwritable(path, error), FAILED)


def _tell(finished: Finished, options: Options, home: Path, report: Path | None) -> None:
    """Print how the run went."""
    from dagnb.cli.console import make_console, say
    from dagnb.cli.summary import print_failures, print_summary

    console = make_console()
    header = finished.view.header()
    if not options.quiet:
        console.print()
        print_summary(console, finished.fold, header.summary)
    print_failures(console, finished.fold, header.short_id)
    if options.quiet:
        return
    console.print()
    elsewhere = (
        "" if finished.instance.temporary or finished.instance.home == home else f", kept in {finished.instance.home}"
    )
    say(console, f"run {header.short_id}{elsewhere}", "dim")
    if report is not None:
        say(console, f"report {report}", "dim")


def _print_document(finished: Finished, report: Path | None) -> None:
    from dagnb.cli.summary import print_json, run_document

    run = finished.view.run
    document = run_document(
        finished.fold,
        run_id=run.run_id,
        pipeline=run.pipeline_name,
        mode=run.mode,
        tags=dict(run.tags),
        summary=finished.view.header().summary,
        report=str(report) if report else None,
    )
    print_json(document)
