"""What differs between two runs of a pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagnb.contracts.records import RunFilter, RunStatus
from dagnb.errors import DagnbNotFoundError

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.handles.results import Run
    from dagnb.instance import Instance


def _flat(document: Any, path: str = "") -> dict[str, Any]:
    if isinstance(document, dict) and document:
        return {
            key: value for name, inner in document.items() for key, value in _flat(inner, f"{path} › {name}").items()
        }
    return {path.removeprefix(" › "): document}


_Facts = dict[tuple[str, str], Any]  # by what, and the step


@dataclass(slots=True)
class _Told:
    """What a run tells of itself, in the order in which a difference is told; causes come before effects."""

    config: _Facts = field(default_factory=dict)
    status: _Facts = field(default_factory=dict)
    rows: _Facts = field(default_factory=dict)
    metadata: _Facts = field(default_factory=dict)
    code: _Facts = field(default_factory=dict)
    data: _Facts = field(default_factory=dict)


def _told(run: Run) -> _Told:
    config = {(f"config {path}", ""): value for path, value in _flat(run.run_config).items() if path}
    told = _Told(config={("mode", ""): run.mode, **config})
    for step in run.fold.steps.values():
        told.status["status", step.key] = step.status
        for name, output in step.outputs.items():
            told.code[f"code of {step.key}", step.key] = output.code_version
            told.data[f"data of {name}", step.key] = output.data_version
            if output.value.rows is not None:
                told.rows[f"rows of {name}", step.key] = output.value.rows
        for record in step.materializations:
            key = getattr(record.event, "asset_key", "")
            for entry in getattr(record.event, "metadata", ()):
                if entry.kind in ("int", "float", "bool", "text"):
                    told.metadata[f"{key} › {entry.label}", step.key] = entry.value
        for each in step.expectations:
            told.metadata[f"expectation {each.label}", step.key] = "met" if each.success else "not met"
    return told


def _is_same(before: Any, now: Any) -> bool:
    return bool(before == now) or (before != before and now != now)  # noqa: PLR0124  (nan is like nan here)


def _rows(before: _Facts, now: _Facts) -> list[dict[str, Any]]:
    return [
        {"what": what, "step": step, "before": before.get((what, step)), "now": now.get((what, step))}
        for what, step in dict.fromkeys([*before, *now])
        if not _is_same(before.get((what, step)), now.get((what, step)))
    ]


def differences(now: Run, before: Run | None, instance: Instance) -> pd.DataFrame:
    """Return what differs, a row each: what, step, before, now.

    Config comes first, then status, rows, metadata and code; that data differs is said, last, of outputs only where
    neither rows nor metadata of the step say so.
    """
    import pandas as pd

    from dagnb.handles.results import Run

    if before is None:
        filters = RunFilter(pipeline_name=now.pipeline_name, statuses=(RunStatus.SUCCESS,))
        earlier = [
            each
            for each in instance.runs.runs(filters, limit=20)
            if each.run_id != now.run_id and each.created <= now.record.created
        ]
        if not earlier:
            raise DagnbNotFoundError(
                "earlier success of the pipeline",
                now.pipeline_name,
                hint="give the run to compare with: run.diff(other)",
            )
        before = Run(instance, earlier[0])
    old, new = _told(before), _told(now)
    rows = _rows(old.config, new.config) + _rows(old.status, new.status)
    results = _rows(old.rows, new.rows) + _rows(old.metadata, new.metadata)
    known = {row["step"] for row in results}
    data = [row for row in _rows(old.data, new.data) if row["step"] not in known]
    rows += results + _rows(old.code, new.code) + data
    return pd.DataFrame(rows, columns=["what", "step", "before", "now"], dtype=object)
