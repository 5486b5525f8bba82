"""The guides: each runs from its first cell to its last, and leaves nothing beside it."""

from __future__ import annotations

import pytest

from tests.examples.notebooks import NOTEBOOKS, execute

GUIDES = sorted((NOTEBOOKS / "guides").glob("*.ipynb"))
INDEX = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [path.name for path in GUIDES])
@pytest.mark.usefixtures("instance")
def test_a_guide_runs(name: str) -> None:
    before = {path for path in (NOTEBOOKS / "guides").rglob("*") if ".ipynb_checkpoints" not in path.parts}
    cells = execute(f"guides/{name}")
    assert [cell.id for cell in cells.values() if cell.execution_count is None] == []
    left = {path for path in (NOTEBOOKS / "guides").rglob("*") if ".ipynb_checkpoints" not in path.parts} - before
    assert left == set()


@pytest.mark.parametrize("name", [path.name for path in GUIDES])
def test_a_guide_stands_in_the_index(name: str) -> None:
    assert f"(guides/{name})" in INDEX
