"""The notebooks of the documentation, and what their cells show when they are executed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def paths() -> list[Path]:
    """Return the notebooks, without what editors keep beside them."""
    return sorted(path for path in NOTEBOOKS.rglob("*.ipynb") if not any(part.startswith(".") for part in path.parts))


def read(name: str) -> NotebookNode:
    """Return a notebook as it is committed."""
    document: NotebookNode = nbformat.read(NOTEBOOKS / name, as_version=4)  # type: ignore[no-untyped-call]
    return document


def execute(name: str, *, leave_out: Collection[str] = ()) -> dict[str, NotebookNode]:
    """Execute a notebook in its folder and return its code cells by id.

    Args:
        name: its path under notebooks/.
        leave_out: cells with one of these tags are not executed.

    Raises:
        CellExecutionError: a cell raised.
    """
    document = read(name)
    document.cells = [cell for cell in document.cells if not set(leave_out) & set(cell.metadata.get("tags", ()))]
    folder = str((NOTEBOOKS / name).parent)
    NotebookClient(document, timeout=240, resources={"metadata": {"path": folder}}).execute()
    return {cell.id: cell for cell in document.cells if cell.cell_type == "code"}


def shown(cell: NotebookNode, kind: str = "text/plain") -> str:
    """Return what a cell shows, in one of the forms that it offers; of text, what it prints too."""
    pieces: list[Any] = [output.data.get(kind, "") for output in cell.outputs if "data" in output]
    if kind == "text/plain":
        pieces += [output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout"]
    return "\n".join(pieces)
