"""A notebook step against papermill's API on the same notebook, in turn.

The kernel engine starts an ordinary kernel for each step, as papermill does; what this row shows is that a step's
events, values and executed copy cost no more than that. The fork engine's budgets come with the fork engine.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from dagnb import execute_solid, notebook_solid
from dagnb.instance import Instance
from tests.benchmarks.budget import Row, in_turn, ms


def _notebook(folder: Path) -> Path:
    cells = [
        nbformat.v4.new_code_cell("number = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("doubled = 2 * number"),
        nbformat.v4.new_code_cell("print(doubled)"),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "three_cells.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def rows() -> Iterator[Row]:
    """Yield the rows of this subject."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill

    with tempfile.TemporaryDirectory() as name, Instance.ephemeral() as instance:
        path = _notebook(Path(name))
        step = notebook_solid(str(path), outputs=["doubled"])
        config: dict[str, Any] = {"solids": {step.name: {"config": {"number": 21}}}}

        def ours() -> None:
            assert execute_solid(step, run_config=config, instance=instance).output_value("doubled") == 42

        def reference() -> None:
            papermill.execute_notebook(str(path), str(path) + ".out", {"number": 21}, progress_bar=False)

        mine, theirs, wall, _ = in_turn(ours, reference, rounds=3)
        yield Row(what="notebook step of 3 cells, kernel engine", figure=ms(mine[0]),
                  reference=f"papermill: {ms(theirs[0])}", value=wall, budget=1.2)  # fmt: skip
