"""Find runs again: by id, as a table, as a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbNotFoundError
from dagnb.handles.inert import Inert, is_loading
from dagnb.handles.results import Run

if TYPE_CHECKING:
    import pandas as pd

    from dagnb.instance import Instance


def run(run_id: str, *, instance: Instance | None = None) -> Run:
    """Return a run by its id, or by the beginning of it.

    Args:
        run_id: the id; as many characters as tell it from others.
        instance: where to look (default: the instance of this folder).

    Raises:
        DagnbNotFoundError: there is no such run, or several begin so.
    """
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a run
    from dagnb.instance import Instance

    found = instance or Instance.get()
    return Run(found, found.read_run(run_id))


def runs(
    pipeline: str | None = None,
    *,
    status: str | None = None,
    tags: Mapping[str, str] | None = None,
    limit: int | None = 100,
    instance: Instance | None = None,
) -> pd.DataFrame:
    """Return the runs of this folder's instance, newest first, a row each.

    Args:
        pipeline: only runs of the pipeline of this name.
        status: only runs in this status, for example "failure".
        tags: only runs with these tags.
        limit: how many at the most (default 100; None: all).
        instance: where to look (default: the instance of this folder).

    Returns:
        run_id, pipeline, status, mode, created, started, ended, seconds, steps, tags.

    Raises:
        DagnbNotFoundError: there is no such status.
    """
    if is_loading():
        return Inert()  # type: ignore[return-value]  # it stands for a frame
    from dagnb.contracts.records import RunFilter
    from dagnb.handles.frames import runs_frame
    from dagnb.instance import Instance

    if status is not None and status not in set(RunStatus):
        raise DagnbNotFoundError("status", status, [each.value for each in RunStatus])
    filters = RunFilter(
        pipeline_name=pipeline,
        statuses=(RunStatus(status),) if status else None,
        tags=tuple(sorted((tags or {}).items())),
    )
    return runs_frame((instance or Instance.get()).read_runs(filters, limit=limit))


def show(run_id: str | Run) -> None:
    """Show a run's graph as the output of the cell, live while it goes on."""
    if is_loading():
        return
    (run_id if isinstance(run_id, Run) else run(run_id)).show()
