"""A notebook step against papermill's API on the same notebook, in turn.

The kernel engine starts an ordinary kernel for each step, as papermill does; what this row shows is that a step's
events, values and executed copy cost no more than that. The fork engine's budgets come with the fork engine.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dagnb import execute_solid, notebook_solid
from dagnb.instance import Instance
from tests.benchmarks.budget import Row, in_turn, ms


def _notebook(folder: Path) -> Path:
    sources = ["number = 1", "doubled = 2 * number", "print(doubled)"]
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(sources)
    ]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "three_cells.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
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
            papermill.execute_notebook(
                str(path), str(path.with_name("executed.ipynb")), {"number": 21}, progress_bar=False
            )

        mine, theirs, wall, _ = in_turn(ours, reference, rounds=3)
        yield Row(what="notebook step of 3 cells, kernel engine", figure=ms(mine[0]),
                  reference=f"papermill: {ms(theirs[0])}", value=wall, budget=1.2)  # fmt: skip
