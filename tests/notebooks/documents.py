"""Notebooks made of texts, for tests that look at one cell's wording."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4


def document(*cells: str, parameters: str | None = None) -> NotebookNode:
    """Return a notebook of code cells; `parameters` is the text of the first one, tagged so."""
    made = [] if parameters is None else [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]  # type: ignore[no-untyped-call]
    made += [v4.new_code_cell(cell) for cell in cells]  # type: ignore[no-untyped-call]
    notebook: NotebookNode = v4.new_notebook(cells=made)  # type: ignore[no-untyped-call]
    return notebook


def read(path: str | Path) -> NotebookNode:
    """Return the notebook in a file."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook
