"""What a run's store says of its pipeline and its config, also when that is damaged."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from dagnb.contracts.records import RunRecord, Snapshot
from dagnb.errors import DagnbValueError

__all__ = ["damaged_snapshot", "is_whole", "read_config", "stand_in"]


def read_config(run: RunRecord) -> dict[str, Any]:
    """Return the run config document.

    Raises:
        DagnbValueError: what is stored is no document.
    """
    try:
        document = json.loads(run.run_config)
    except (ValueError, TypeError) as error:
        raise _damaged_config(run, str(error)) from None
    if not isinstance(document, dict):
        raise _damaged_config(run, f"a {type(document).__name__}")
    return document


def _damaged_config(run: RunRecord, got: str) -> DagnbValueError:
    return DagnbValueError(
        "the stored run config is damaged",
        where=f"run {run.run_id[:8]} of {run.pipeline_name}",
        got=got,
        expected="a JSON document",
        hint="put a backup of the instance's database in its place, or run the pipeline again",
    )


def is_whole(snapshot: Snapshot) -> bool:
    """Whether the document is the one that its id, its hash, was made of.

    >>> is_whole(Snapshot(snapshot_id=hashlib.sha256(b"{}").hexdigest(), document="{}"))
    True
    """
    document: object = snapshot.document  # in a damaged database it may be anything
    return isinstance(document, str) and hashlib.sha256(document.encode()).hexdigest() == snapshot.snapshot_id


def damaged_snapshot(run: RunRecord, got: str) -> DagnbValueError:
    """Return the error for a snapshot that cannot be read."""
    return DagnbValueError(
        "the stored snapshot of the pipeline cannot be read, so its graph and declarations are not shown",
        where=f"run {run.run_id[:8]} › snapshot {run.snapshot_id[:8]}",
        got=got,
        expected="the document that its id is the hash of",
        hint="put a backup of the instance's database in its place, or run the pipeline again",
    )


def stand_in(run: RunRecord) -> Snapshot:
    """Return a snapshot of what the run's own record says of its pipeline: the names of its solids."""
    node = {"kind": "function", "badge": "solid", "description": "", "inputs": [], "schema": "", "resources": []}
    lost = {
        "name": "declaration lost",
        "type": "Any",
        "label": "declaration lost",
        "description": "",
        "is_required": True,
    }
    more: dict[str, Any] = {"outputs": [lost], "tags": {}, "source": ""}
    document = {
        "name": run.pipeline_name,
        "description": "",
        "nodes": [{**node, **more, "name": key} for key in run.step_keys or ()],
    }
    return Snapshot(snapshot_id=f"instead of {run.snapshot_id} in {run.run_id}", document=json.dumps(document))
