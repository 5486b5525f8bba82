"""What differs between two runs of a pipeline."""

from __future__ import annotations

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


def _facts(run: Run) -> dict[tuple[str, str], Any]:
    facts: dict[tuple[str, str], Any] = {
        (f"config {path}", ""): value for path, value in _flat(run.run_config).items() if path
    }
    for step in run.fold.steps.values():
        facts["status", step.key] = step.status
        for name, output in step.outputs.items():
            facts[f"code of {step.key}", step.key] = output.code_version
            facts[f"data of {name}", step.key] = output.data_version
            if output.value.rows is not None:
                facts[f"rows of {name}", step.key] = output.value.rows
        for record in step.materializations:
            key = getattr(record.event, "asset_key", "")
            for entry in getattr(record.event, "metadata", ()):
                if entry.kind in ("int", "float", "bool", "text"):
                    facts[f"{key} › {entry.label}", step.key] = entry.value
    return facts


def differences(now: Run, before: Run | None, instance: Instance) -> pd.DataFrame:
    """Return what differs, a row each: what, step, before, now."""
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
                "earlier success", now.pipeline_name, hint="give the run to compare with: run.diff(other)"
            )
        before = Run(instance, earlier[0])
    old, new = _facts(before), _facts(now)
    rows = [
        {"what": what, "step": step, "before": old.get((what, step)), "now": new.get((what, step))}
        for what, step in dict.fromkeys([*old, *new])
        if old.get((what, step)) != new.get((what, step))
    ]
    return pd.DataFrame(rows, columns=["what", "step", "before", "now"])
