"""How a run went: one line, its solids, what they materialized, why it failed; as text and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagnb.cli.console import make_table, print_table, say, styled
from dagnb.cli.words import clean, single_line
from dagnb.events.records import AssetMaterialized, ErrorInfo, EventRecord

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from dagnb.events.fold import RunFold, StepFold
    from dagnb.views.models import Align

MOST_ROWS = 40
_SLOWEST = 10
_TRACEBACK_LINES = 12
_LONGEST_TEXT = 80


def rows_of(step: StepFold) -> int | None:
    """Return the rows of the first output of a step that is a table."""
    return next((each.value.rows for each in step.outputs.values() if each.value.rows is not None), None)


def materializations_of(fold: RunFold) -> list[EventRecord]:
    """Return what a run materialized, in order."""
    records = [record for step in fold.steps.values() for record in step.materializations]
    return sorted(records, key=lambda record: record.seq)


def print_summary(console: Console, fold: RunFold, sentence: str, *, every: bool = False) -> None:
    """Print a run that has ended, or as it stands.

    Args:
        console: where.
        fold: the run.
        sentence: how it went, in one line.
        every: all solids, also where there are very many.
    """
    say(console, sentence, "bold")
    console.print()
    print_steps(console, fold, every=every)
    print_materializations(console, materializations_of(fold), every=every)


def print_steps(console: Console, fold: RunFold, *, every: bool = False) -> None:
    """Print a table of the solids: of very many, those that did not succeed and the slowest."""
    steps = list(fold.steps.values())
    shown = steps if every else _telling(steps)
    columns: list[tuple[str, Align]] = [("solid", "left"), ("status", "left"), ("took", "right"), ("rows", "right")]
    if all(rows_of(step) is None for step in shown):
        columns.pop()
    print_table(console, make_table(columns, (_step_row(step)[: len(columns)] for step in shown)))
    if len(shown) < len(steps):
        say(console, f"{len(shown)} of {len(steps):,} solids: those that did not succeed and the slowest", "dim")


def _telling(steps: Sequence[StepFold]) -> list[StepFold]:
    if len(steps) <= MOST_ROWS:
        return list(steps)
    wrong = [step.key for step in steps if step.status != "success"][: MOST_ROWS // 2]
    slowest = sorted(steps, key=lambda step: step.seconds or 0.0, reverse=True)[:_SLOWEST]
    keys = {*wrong, *(step.key for step in slowest)}
    return [step for step in steps if step.key in keys]


def _step_row(step: StepFold) -> list[str | Text]:
    from dagnb.views.format import format_count, format_duration
    from dagnb.views.static.palette import STATUS_WORDS
    from dagnb.views.static.text import MARKS

    rows = rows_of(step)
    return [
        step.key,
        styled(f"{MARKS[step.status]} {STATUS_WORDS[step.status]}", step.status),
        format_duration(step.seconds) if step.seconds is not None else "",
        format_count(rows) if rows is not None else "",
    ]


def print_materializations(console: Console, records: Sequence[EventRecord], *, every: bool = False) -> None:
    """Print a table of materializations; nothing when there are none."""
    if not records:
        return
    shown = records if every else records[-MOST_ROWS:]
    rows = [(str(asset.asset_key), _metadata(asset)) for asset in map(_asset, shown) if asset is not None]
    console.print()
    print_table(console, make_table([("asset", "left"), ("materialized", "left")], rows, wraps=["materialized"]))
    if len(shown) < len(records):
        say(console, f"the newest {len(shown)} of {len(records):,} materializations", "dim")


def _asset(record: EventRecord) -> AssetMaterialized | None:
    return record.event if isinstance(record.event, AssetMaterialized) else None


def _metadata(event: AssetMaterialized) -> str:
    from dagnb.views.values import metadata_text

    pairs = [f"{entry.label} {_short(metadata_text(entry))}" for entry in event.metadata]
    partition = [f"partition {event.partition}"] if event.partition else []
    return " · ".join([*partition, *pairs]) or event.description or ""


def _short(text: str) -> str:
    line = single_line(text)
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


def print_failures(console: Console, fold: RunFold, short_id: str) -> None:
    """Print what failed: the place, the message, the end of the traceback, and what to do next."""
    failed = [step for step in fold.steps.values() if step.failure is not None]
    for step in failed[:MOST_ROWS]:
        if step.failure is not None:
            _print_error(console, f"{step.key} failed", step.failure.error)
    if fold.error is not None:
        _print_error(console, "the run failed", fold.error)
    if failed:
        console.print()
        say(console, f"next: dagnb runs show {short_id} --step {failed[0].key} shows all of it")
        say(console, f'in a notebook, dagnb.run("{short_id}") holds what finished')


def _print_error(console: Console, title: str, error: ErrorInfo) -> None:
    console.print()
    say(console, f"{title}{f' at {error.where}' if error.where else ''}", "failure")
    for line in clean(f"{error.cls_name}: {error.message}" if error.message else error.cls_name).splitlines():
        say(console, f"  {line}")
    for line in _end_of(error):
        say(console, f"    {line}", "dim")


def _end_of(error: ErrorInfo) -> list[str]:
    """Return the last lines of a traceback: without its head, and without the exception, which stands above already."""
    lines = [line.rstrip() for line in error.traceback.splitlines() if line.strip()]
    said = [index for index, line in enumerate(lines) if line.split(":")[0].rpartition(".")[2] == error.cls_name]
    frames = lines[: said[-1]] if said else lines
    # IPython's head is a rule and a line, Python's a line.
    head = 2 if frames and frames[0].startswith("---") else 1 if frames and frames[0].startswith("Traceback") else 0
    frames = frames[head:]
    if len(frames) <= _TRACEBACK_LINES:
        return frames
    kept = frames[-_TRACEBACK_LINES:]
    # Not in the middle of a frame: its line of source alone says little.
    first = next((index for index, line in enumerate(kept) if line.lstrip().startswith(("File ", "Cell "))), 0)
    return ["...", *kept[first:]]


def run_document(fold: RunFold, **more: Any) -> dict[str, Any]:
    """Return a run as plain data, for JSON; `more` goes in front."""
    steps = [
        {
            "step": step.key,
            "status": step.status,
            "seconds": step.seconds,
            "rows": rows_of(step),
            "error": _error_document(step.failure.error) if step.failure else None,
        }
        for step in fold.steps.values()
    ]
    document = {
        **more,
        "status": fold.status,
        "started": fold.started,
        "ended": fold.ended,
        "seconds": (fold.ended - fold.started).total_seconds() if fold.started and fold.ended else None,
        "error": _error_document(fold.error) if fold.error else None,
        "steps": steps,
        "materializations": [materialization_document(record) for record in materializations_of(fold)],
    }
    return {key: plain(value) for key, value in document.items()}


def _error_document(error: ErrorInfo) -> dict[str, Any]:
    return {"type": error.cls_name, "message": error.message, "where": error.where, "traceback": error.traceback}


def materialization_document(record: EventRecord) -> dict[str, Any]:
    """Return a materialization as plain data, for JSON."""
    event = _asset(record)
    return {
        "asset": str(event.asset_key) if event else "",
        "step": record.step_key,
        "run_id": record.run_id,
        "at": record.at,
        "partition": event.partition if event else None,
        "metadata": {entry.label: entry.value for entry in event.metadata} if event else {},
    }


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: moments as text, numbers that are none as null, no known secrets."""
    from dagnb.config.secret import redact

    if isinstance(value, str):
        return redact(value)
    if value is None or isinstance(value, int | float):
        return value if value is None or math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return single_line(str(value))


def print_json(document: Any) -> None:
    """Print plain data as JSON."""
    import json

    import click

    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
