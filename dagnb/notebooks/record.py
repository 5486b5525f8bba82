"""What an executed copy says about its own run, in papermill's words, so that what reads papermill's notebooks can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

KEY = "papermill"


class RunRecord:
    """Keeps ``metadata.papermill`` of a document and of its cells: parameters, times, durations, exceptions.

    Args:
        document: the executed copy.
        source: where the notebook came from.
        target: where the copy goes.
        parameters: the values that its injected cell shows; what JSON has no word for is written as Python does.
    """

    def __init__(self, document: NotebookNode, *, source: str, target: str, parameters: Mapping[str, Any]) -> None:
        self._document = document
        self._whole: dict[str, Any] = {
            "default_parameters": {},
            "parameters": {name: json.loads(json.dumps(_plain(value))) for name, value in parameters.items()},
            "environment_variables": {},
            "version": _version(),
            "input_path": source,
            "output_path": target,
            "start_time": None,
            "end_time": None,
            "duration": None,
            "exception": None,
        }
        self._begin = self._cell_begin = _now()
        self._reached = 0

    def begin(self) -> None:
        """Write down that the run begins now; what an earlier run has left behind is replaced."""
        self._begin = _now()
        self._whole["start_time"] = self._begin.isoformat()
        self._document.metadata[KEY] = self._whole
        self._whole = self._document.metadata[KEY]  # the document has made a node of it
        for cell in self._document.cells:
            cell.metadata.setdefault("tags", [])
            cell.metadata[KEY] = _cell_record("pending")

    def begin_cell(self, cell: NotebookNode) -> None:
        """Write down that a cell begins now; what stands before it and does not run is passed over."""
        self._cell_begin = _now()
        self._pass_over(cell)
        cell.metadata[KEY] = {
            **_cell_record("running"),
            "exception": False,
            "start_time": self._cell_begin.isoformat(),
        }

    def end_cell(self, cell: NotebookNode, *, failed: bool) -> None:
        """Write down that the cell has ended now."""
        cell.metadata[KEY] |= {
            "status": "failed" if failed else "completed",
            "exception": failed,
            **_ended(self._cell_begin),
        }
        if failed:
            self._whole["exception"] = True

    def end(self, *, completed: bool) -> None:
        """Write down that the run has ended now."""
        self._whole |= _ended(self._begin)
        if completed:
            self._pass_over(None)

    def _pass_over(self, until: NotebookNode | None) -> None:
        now = _now().isoformat()
        at_once = {"exception": False, "start_time": now, "end_time": now, "duration": 0.0}
        for cell in self._document.cells[self._reached :]:
            if cell is until:
                break
            self._reached += 1
            if cell.metadata[KEY]["status"] == "pending":
                cell.metadata[KEY] = {**_cell_record("completed"), **at_once}


def _cell_record(status: str) -> dict[str, Any]:
    return {"exception": None, "start_time": None, "end_time": None, "duration": None, "status": status}


def _ended(begin: datetime) -> dict[str, Any]:
    now = _now()
    return {"end_time": now.isoformat(), "duration": (now - begin).total_seconds()}


def _now() -> datetime:
    return datetime.now(UTC)


def _version() -> str:
    try:
        return version("papermill")
    except PackageNotFoundError:
        return "2.6.0"  # the convention that is written here


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
