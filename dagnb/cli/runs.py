"""`dagnb runs`: the runs of this folder's instance, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dagnb.cli.groups import DefaultGroup

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from dagnb.contracts.records import RunRecord
    from dagnb.instance import Instance
    from dagnb.views.models import Align, SolidDetails, TableView, ValueView
    from dagnb.views.run import RunView

_STATUSES = ("queued", "starting", "started", "canceling", "canceled", "success", "failure")
_NO_RUNS = "No runs yet: dagnb run TARGET begins one, dagnb new writes a notebook to start from."


@click.group(cls=DefaultGroup, shows="RUN")
def runs() -> None:
    """List runs, newest first, or show one."""


@runs.command("list")
@click.option("--pipeline", metavar="NAME", help="Only runs of this pipeline.")
@click.option("--status", type=click.Choice(_STATUSES), help="Only runs in this status.")
@click.option("-n", "limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at the most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_runs(*, pipeline: str | None, status: str | None, limit: int, as_json: bool) -> None:
    """List runs, newest first."""
    from dagnb.contracts.records import RunFilter, RunStatus
    from dagnb.instance import Instance

    instance = Instance.get()
    filters = RunFilter(pipeline_name=pipeline, statuses=(RunStatus(status),) if status else None)
    found = instance.read_runs(filters, limit=limit)
    if as_json:
        from dagnb.cli.summary import plain, print_json

        print_json([{key: plain(value) for key, value in _run_document(run).items()} for run in found])
        return
    _print_runs(instance, found, filters, limit)


def _print_runs(instance: Instance, found: list[RunRecord], filters: object, limit: int) -> None:
    from dagnb.cli.console import make_console, make_table, print_table, say
    from dagnb.contracts.records import RunFilter

    console = make_console()
    if not found:
        say(console, _NO_RUNS if filters == RunFilter() else "No such runs: dagnb runs lists all.")
        return
    now = instance.clock.now().timestamp()
    columns: list[tuple[str, Align]] = [("run", "left"), ("pipeline", "left"), ("status", "left"), ("when", "left")]
    columns += [("took", "right"), ("solids", "right"), ("mode", "left"), ("tags", "left")]
    print_table(console, make_table(columns, [_run_row(run, now) for run in found]))
    if len(found) == limit:
        count = instance.runs.count_runs(filters)  # type: ignore[arg-type]  # the filter of the caller
        if count > limit:
            say(console, f"the newest {limit} of {count:,}; -n {min(count, 5 * limit)} shows more", "dim")


def _run_row(run: RunRecord, now: float) -> list[str | Text]:
    from dagnb.cli.console import styled
    from dagnb.views.format import format_duration, format_when
    from dagnb.views.static.palette import RUN_WORDS

    took = (run.ended - run.started).total_seconds() if run.started and run.ended else None
    return [
        run.run_id[:8],
        run.pipeline_name,
        styled(RUN_WORDS[run.status.value], run.status.value),
        format_when((run.started or run.created).timestamp(), now),
        format_duration(took) if took is not None else "",
        str(len(run.step_keys or ())),
        run.mode,
        ", ".join(f"{key}={value}" for key, value in run.tags),
    ]


def _run_document(run: RunRecord) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "pipeline": run.pipeline_name,
        "status": run.status.value,
        "mode": run.mode,
        "created": run.created,
        "started": run.started,
        "ended": run.ended,
        "seconds": (run.ended - run.started).total_seconds() if run.started and run.ended else None,
        "solids": len(run.step_keys or ()),
        "tags": dict(run.tags),
    }


@runs.command("show")
@click.argument("run_id", metavar="RUN")
@click.option("--step", metavar="SOLID", help="One solid: its config, inputs, outputs, log and error.")
@click.option("--all", "every", is_flag=True, help="All solids, also where there are very many.")
@click.option("--report", metavar="FILE", type=click.Path(dir_okay=False), help="Write the run as an HTML page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_run(*, run_id: str, step: str | None, every: bool, report: str | None, as_json: bool) -> None:
    """Show one run: its graph, solids and materializations. RUN is its id or the beginning of it."""
    from dagnb.cli.console import make_console, say
    from dagnb.cli.summary import plain, print_json, run_document
    from dagnb.events.fold import RunFold
    from dagnb.instance import Instance
    from dagnb.views.service import ViewService

    instance = Instance.get()
    record = instance.read_run(run_id)
    view = ViewService(instance).run_view(record.run_id)
    if report is not None:
        from dagnb.handles.results import Run

        Run(instance, record).to_html(report)
    if as_json:
        given = {key: plain(value) for key, value in _run_document(record).items()}
        print_json(run_document(RunFold.of(instance.events.read(record.run_id)), **given))
        return
    console = make_console()
    if step is not None:
        _print_details(console, view.details(step))
    else:
        _print_run(console, view, RunFold.of(instance.events.read(record.run_id)), every=every)
    if report is not None:
        console.print()
        say(console, f"report {report}", "dim")


def _print_run(console: Console, view: RunView, fold: object, *, every: bool) -> None:
    from dagnb.cli.console import say
    from dagnb.cli.summary import MOST_ROWS, materializations_of, print_failures, print_materializations, print_steps
    from dagnb.events.fold import RunFold
    from dagnb.views.format import format_exact
    from dagnb.views.static.text import graph_text

    assert isinstance(fold, RunFold)  # noqa: S101
    run, header = view.run, view.header()
    facts = [f"run {run.run_id}", f"mode {run.mode}", *(f"{key}={value}" for key, value in run.tags)]
    facts += [f"preset {run.preset}"] if run.preset else []
    facts += [f"solids {', '.join(run.solid_selection)}"] if run.solid_selection else []
    facts += [format_exact(header.started)] if header.started is not None else []
    say(console, " · ".join(facts), "dim")
    if every or len(view.graph.nodes) <= MOST_ROWS:
        say(console, graph_text(view.graph, view.states(), header))
    else:
        say(console, header.summary)
    console.print()
    print_steps(console, fold, every=every)
    print_materializations(console, materializations_of(fold), every=every)
    print_failures(console, fold, header.short_id)


def _print_details(console: Console, details: SolidDetails) -> None:
    from dagnb.cli.console import say
    from dagnb.views.static.palette import STATUS_WORDS

    status = details.status or "waiting"
    say(
        console,
        f"{details.name}  {details.subtitle}  {STATUS_WORDS[status]} {_unless(details.note, status)}".rstrip(),
        "bold",
    )
    if details.description:
        say(console, details.description, "dim")
    _print_text(console, "config", details.config)
    for value in details.input_values:
        _print_value(console, f"input {value.name}", value, f"from {value.source}" if value.source else "")
    for value in details.output_values:
        _print_value(console, f"output {value.name}", value, value.source)
    if details.materialization_table is not None:
        _print_table(console, "materialized", details.materialization_table)
    for expectation in details.expectations:
        say(console, f"\n{expectation.label}: {'as expected' if expectation.success else 'not as expected'}")
    if details.error is not None:
        place = f" at {details.error.where}" if details.error.where else ""
        say(console, f"\nfailed{place}", "failure")
        say(console, details.error.traceback.rstrip() or f"{details.error.title}: {details.error.message}")
    _print_text(console, "log", "\n".join(details.log))
    if details.notebook:
        say(console, f"\nnotebook {details.notebook}", "dim")


def _unless(note: str, status: str) -> str:
    return "" if note in ("failed", status) else note


def _print_text(console: Console, title: str, text: str) -> None:
    from dagnb.cli.console import say

    if text.strip():
        say(console, f"\n{title}", "dim")
        for line in text.rstrip().splitlines():
            say(console, f"  {line}")


def _print_table(console: Console, title: str, table: TableView) -> None:
    from dagnb.cli.console import print_table_view, say

    say(console, f"\n{title}", "dim")
    print_table_view(console, table)


def _print_value(console: Console, title: str, value: ValueView, source: str) -> None:
    from dagnb.cli.console import say

    facts = " · ".join(part for part in (value.type, value.summary, source) if part)
    if value.table is not None:
        _print_table(console, f"{title}  {facts}", value.table)
        return
    say(console, f"\n{title}  {facts}", "dim")
    for line in value.text.splitlines():
        say(console, f"  {line}")
