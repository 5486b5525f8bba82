"""Runs, events and assets as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dagnb.contracts.records import AssetRecord, RunRecord
from dagnb.events.fold import StepFold
from dagnb.events.records import (
    AssetMaterialized,
    EventRecord,
    MessageLogged,
)
from dagnb.events.text import event_text

if TYPE_CHECKING:
    import pandas as pd

_RUN_COLUMNS = ["run_id", "pipeline", "status", "mode", "created", "started", "ended", "seconds", "steps", "tags"]
_EVENT_COLUMNS = ["seq", "at", "kind", "step", "message", "event"]
_STEP_COLUMNS = ["step", "status", "started", "ended", "seconds", "attempt", "rows", "bytes", "error"]
_EXPECTATION_COLUMNS = ["step", "label", "success", "description"]
_LOG_COLUMNS = ["at", "step", "level", "message"]
_MATERIALIZATION_COLUMNS = ["asset", "at", "step"]
_LAST_COLUMNS = ["description", "partition", "run_id"]
_FIXED = frozenset((*_MATERIALIZATION_COLUMNS, *_LAST_COLUMNS))
_CATALOGUE_NAMES = {"at": "last", "run_id": "last_run"}
_CATALOGUE_FIXED = _FIXED.union(("materializations",), _CATALOGUE_NAMES.values())


def _frame(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    told = [{key: _sound(value) for key, value in row.items()} for row in rows]
    extra = list(dict.fromkeys(key for row in told for key in row if key not in columns))
    return pd.DataFrame(told, columns=[*columns, *extra])


def _sound(value: Any) -> Any:
    r"""Return a text with lone surrogates (of file names in no known encoding) as escapes: no frame can hold them."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode("utf-8", "backslashreplace").decode()


def _moments(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    import pandas as pd

    for column in columns:
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame


def _labelled(entries: Iterable[tuple[str, Any]], columns: Collection[str], prefix: str) -> dict[str, Any]:
    """Return labels with their values as further columns; one that is called as a column is prefixed."""
    return {_sound(label if label not in columns else f"{prefix}.{label}"): value for label, value in entries}


def _whole_numbers(frame: pd.DataFrame, rows: Sequence[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    """Keep whole numbers whole, every digit of them, where not every row has one."""
    import pandas as pd

    for column in columns:
        values = [row[column] for row in rows if column in row]
        if len(values) < len(rows) and all(type(value) is int for value in values):
            every = [row.get(column) for row in rows]
            fits = all(-(2**63) <= value < 2**63 for value in values)
            frame[column] = pd.Series(every, index=frame.index, dtype="Int64" if fits else object)
    return frame


def expectations_frame(steps: Iterable[StepFold]) -> pd.DataFrame:
    """Return expectations, a row each: step, label, success, description, and the metadata.

    Every metadata label is a column, as in `materializations_frame`.
    """
    rows = [
        {
            "step": step.key,
            "label": each.label,
            "success": each.success,
            "description": each.description,
            **_labelled(((entry.label, entry.value) for entry in each.metadata), _EXPECTATION_COLUMNS, "metadata"),
        }
        for step in steps
        for each in step.expectations
    ]
    frame = _frame(rows, _EXPECTATION_COLUMNS)
    frame["success"] = frame["success"].astype(bool)
    return _whole_numbers(frame, rows, frame.columns[len(_EXPECTATION_COLUMNS) :])


def logs_frame(records: Iterable[EventRecord]) -> pd.DataFrame:
    """Return the lines of a log, a row each: at, step, level, message; the fields that lines carry are columns."""
    rows = [
        {
            "at": record.at,
            "step": record.step_key,
            "level": record.event.level,
            "message": record.event.message,
            **_labelled(record.event.fields, _LOG_COLUMNS, "field"),
        }
        for record in records
        if isinstance(record.event, MessageLogged)
    ]
    frame = _moments(_frame(rows, _LOG_COLUMNS), "at")
    return _whole_numbers(frame, rows, frame.columns[len(_LOG_COLUMNS) :])


def runs_frame(runs: Iterable[RunRecord]) -> pd.DataFrame:
    """Return runs, a row each: run_id, pipeline, status, mode, created, started, ended, seconds, steps, tags."""
    rows = [
        {
            "run_id": run.run_id,
            "pipeline": run.pipeline_name,
            "status": str(run.status),
            "mode": run.mode,
            "created": run.created,
            "started": run.started,
            "ended": run.ended,
            "seconds": (run.ended - run.started).total_seconds() if run.started and run.ended else None,
            "steps": len(run.step_keys or ()),
            "tags": dict(run.tags),
        }
        for run in runs
    ]
    return _moments(_frame(rows, _RUN_COLUMNS), "created", "started", "ended")


def events_frame(records: Iterable[EventRecord]) -> pd.DataFrame:
    """Return events, a row each: seq, at, kind, step, message, and `event`, the typed object itself."""
    rows = [
        {
            "seq": record.seq,
            "at": record.at,
            "kind": record.kind,
            "step": record.step_key,
            "message": event_text(record.event),
            "event": record.event,
        }
        for record in records
    ]
    return _moments(_frame(rows, _EVENT_COLUMNS), "at")


def steps_frame(steps: Iterable[StepFold]) -> pd.DataFrame:
    """Return steps, a row each: step, status, started, ended, seconds, attempt, rows, bytes, error."""
    rows = []
    for step in steps:
        values = [output.value for output in step.outputs.values()]
        error = step.failure.error if step.failure else None
        rows.append(
            {
                "step": step.key,
                "status": step.status,
                "started": step.started,
                "ended": step.ended,
                "seconds": step.seconds,
                "attempt": step.attempt,
                "rows": next((value.rows for value in values if value.rows is not None), None),
                "bytes": sum(value.bytes or 0 for value in values) or None,
                "error": f"{error.cls_name}: {error.message}" if error else None,
            }
        )
    frame = _moments(_frame(rows, _STEP_COLUMNS), "started", "ended")
    frame["rows"] = frame["rows"].astype("Int64")
    frame["bytes"] = frame["bytes"].astype("Int64")
    return frame


def materializations_frame(records: Iterable[EventRecord], taken: Collection[str] = _FIXED) -> pd.DataFrame:
    """Return materializations, a row each: asset, at, step, the metadata, description, partition, run_id.

    Every metadata label is a column with the plain values; one that is called as another column (`taken`) is prefixed
    ``metadata.``.
    """
    rows = []
    for record in records:
        event = record.event
        if not isinstance(event, AssetMaterialized):
            continue
        rows.append(
            {
                "asset": str(event.asset_key),
                "at": record.at,
                "step": record.step_key,
                **_labelled(((entry.label, entry.value) for entry in event.metadata), taken, "metadata"),
                "description": event.description,
                "partition": event.partition,
                "run_id": record.run_id,
            }
        )
    labels = [label for label in dict.fromkeys(key for row in rows for key in row) if label not in _FIXED]
    frame = _moments(_frame(rows, [*_MATERIALIZATION_COLUMNS, *labels, *_LAST_COLUMNS]), "at")
    return _whole_numbers(frame, rows, labels)


def history_frame(records: Iterable[EventRecord]) -> pd.DataFrame:
    """Return the materializations of one asset, a row each: at, the metadata, step, run_id, description, partition."""
    frame = materializations_frame(records)
    last = ["step", "run_id", "description", "partition"]
    labels = [column for column in frame.columns if column not in _FIXED]
    return frame[["at", *labels, *last]]


def assets_frame(assets: Iterable[AssetRecord]) -> pd.DataFrame:
    """Return assets, a row each, with the metadata of the newest materialization as columns."""
    listed = list(assets)
    frame = materializations_frame((record.last for record in listed), _CATALOGUE_FIXED)
    frame.insert(1, "materializations", [record.count for record in listed])
    return frame.rename(columns=_CATALOGUE_NAMES)
