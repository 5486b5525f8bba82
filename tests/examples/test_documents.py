"""The notebooks as they are committed."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from dagnb.handles import Pipeline
from dagnb.notebooks.loading import load_notebook
from tests.examples import notebooks

EVERY = [str(path.relative_to(notebooks.NOTEBOOKS)) for path in notebooks.paths()]
# What nbformat and Jupyter make up for a cell without an id: it says nothing, and changes with every copy.
MADE_UP_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]+)?")


def test_the_notebooks_of_the_readme_are_there() -> None:
    assert {"quickstart.ipynb", "quickstart_fit.ipynb", "flights/flights.ipynb"} <= set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_a_notebook_is_committed_without_what_running_it_adds(name: str) -> None:
    document = notebooks.read(name)
    nbformat.validate(document)
    assert (document.nbformat, document.nbformat_minor) == (4, 5)
    assert document.metadata.kernelspec.name == "python3"
    assert set(document.metadata) == {"kernelspec", "language_info"}
    code = [cell for cell in document.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("name", EVERY)
def test_every_cell_has_a_name_of_its_own(name: str) -> None:
    ids = [cell.id for cell in notebooks.read(name).cells]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if MADE_UP_ID.fullmatch(each)] == []


@pytest.mark.parametrize("name", EVERY)
def test_a_notebook_begins_with_its_title_and_stays_calm(name: str) -> None:
    cells = notebooks.read(name).cells
    assert cells[0].cell_type == "markdown"
    assert re.match(r"# \S", cells[0].source)
    prose = [cell for cell in cells if cell.cell_type == "markdown"]
    assert [cell.id for cell in prose if "!" in re.sub(r"`[^`]*`", "", cell.source)] == []


@pytest.mark.parametrize(
    ("name", "pipeline"), [("quickstart.ipynb", "quickstart"), ("flights/flights.ipynb", "flights_report")]
)
def test_loading_the_definitions_runs_nothing(name: str, pipeline: str, dagnb_home: Path) -> None:
    found = load_notebook(str(notebooks.NOTEBOOKS / name), lambda value: isinstance(value, Pipeline))
    assert list(found) == [pipeline]
    assert not dagnb_home.exists()
