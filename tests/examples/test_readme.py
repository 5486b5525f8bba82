"""The first ten minutes of the README, done as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

from dagnb.notebooks.document import save_document
from tests.examples.notebooks import NOTEBOOKS, shown

README = NOTEBOOKS.parent / "README.md"


def blocks() -> list[str]:
    """Return the Python of the README, block by block."""
    return re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def notebook(*cells: str) -> NotebookNode:
    made: NotebookNode = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    return made


@pytest.mark.usefixtures("dagnb_home")
def test_the_first_ten_minutes_work_as_written(tmp_path: Path) -> None:
    load, cell, parameters, rest, compose, run, tomorrow = blocks()
    folder = tmp_path / "vols d'été"
    fit = notebook(parameters, rest)
    fit.cells[0].metadata["tags"] = ["parameters"]
    save_document(fit, folder / "fit_model.ipynb")

    found_again = tomorrow.replace('"3f2a..."', "run.run_id[:8]")
    assert found_again != tomorrow
    looks = ["run['fit_model'].value", "run.materializations.rows.tolist()"]
    mine = notebook(load, cell, compose, run, *looks, found_again)
    NotebookClient(mine, timeout=240, resources={"metadata": {"path": str(folder)}}).execute()
    assert shown(mine.cells[1]).strip() == "solid carrier_delays(flights) → delays"
    assert "flights_report succeeded: 3 of 3 solids" in shown(mine.cells[3])
    assert [shown(look).strip() for look in mine.cells[4:6]] == ["'US'", "[104662]"]
    assert "104662" in shown(mine.cells[6])
