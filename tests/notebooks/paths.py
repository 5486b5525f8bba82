"""Where the notebooks of these tests are."""

from __future__ import annotations

from pathlib import Path

FILES = Path(__file__).parent / "files"


def notebook(name: str) -> str:
    """Return the path of a notebook of these tests."""
    return str(FILES / f"{name}.ipynb")
