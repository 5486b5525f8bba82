"""The executed copy says in papermill's words how its run went."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from dagnb.config import Secret
from dagnb.contracts.notebooks import NotebookJob
from dagnb.notebooks.document import save_document
from dagnb.notebooks.errors import DagnbKernelDiedError
from dagnb.notebooks.kernel_engine import KernelEngine
from tests.notebooks.documents import document, read


def run(source: Path, **job: Any) -> NotebookNode:
    target = source.with_name("copy.ipynb")
    KernelEngine().execute(NotebookJob(source=str(source), target=str(target), **job), lambda _: None)
    return read(target)


def shape_of(copy: NotebookNode) -> Any:
    """Return what does not depend on the clock or on the machine."""
    whole = copy.metadata.papermill
    facts = {name: whole[name] for name in ("default_parameters", "parameters", "environment_variables", "version")}
    cells = [cell for cell in copy.cells if "papermill-error-cell-tag" not in cell.metadata.tags]
    return (
        facts | {"input": Path(whole.input_path).name, "exception": whole.exception},
        {name: type(value) for name, value in whole.items()},
        [
            (
                cell.metadata.papermill.status,
                cell.metadata.papermill.exception,
                {name: type(value) for name, value in cell.metadata.papermill.items()},
                cell.metadata.tags,
            )
            for cell in cells
        ],
    )


@pytest.mark.parametrize("code", ["folds + 1", "folds / 0"], ids=["success", "failure"])
def test_the_record_is_the_one_that_papermill_makes(tmp_path: Path, code: str) -> None:
    made = document("1", code, "folds", parameters="folds = 5")
    for place in (0, 2, len(made.cells) + 2):
        made.cells.insert(place, v4.new_markdown_cell("Words."))  # type: ignore[no-untyped-call]
    source, theirs = tmp_path / "source.ipynb", tmp_path / "theirs.ipynb"
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    save_document(made, source)
    ours = run(source, parameters={"folds": 3})
    command = [sys.executable, "-W", "ignore", "-m", "papermill", str(source), str(theirs), "-p", "folds", "3"]
    subprocess.run(command, capture_output=True, check=False)
    assert shape_of(ours) == shape_of(read(theirs))
    begin, end = (dt.datetime.fromisoformat(ours.metadata.papermill[name]) for name in ("start_time", "end_time"))
    assert (end - begin).total_seconds() == ours.metadata.papermill.duration
    assert sum(cell.metadata.papermill.duration or 0 for cell in ours.cells) <= ours.metadata.papermill.duration


def test_what_json_has_no_word_for_is_text_and_secrets_are_left_out(tmp_path: Path) -> None:
    names = ("folds", "pair", "names", "day", "token", "password")
    source = tmp_path / "source.ipynb"
    save_document(document("len(token), len(password)", parameters=" = ".join(names) + " = None"), source)
    values = {"folds": 3, "pair": (1, 2), "names": {"a"}, "day": dt.date(2014, 2, 3)}
    hidden = {"token": Secret("hunter-twenty-two"), "password": "plain-text-word"}
    copy = run(source, parameters={**values, **hidden})
    assert copy.metadata.papermill.parameters == {"folds": 3, "pair": [1, 2], "names": "{'a'}"}
    assert copy.cells[2].outputs[0].data["text/plain"] == "(17, 15)"
    text = (tmp_path / "copy.ipynb").read_text()
    assert "hunter" not in text
    assert "plain-text" not in text


def test_a_known_secret_is_masked_wherever_it_stands_among_the_parameters(tmp_path: Path) -> None:
    Secret("swordfish-and-more")
    source = tmp_path / "source.ipynb"
    save_document(document("address", parameters="address = None"), source)
    run(source, parameters={"address": "db://me:swordfish-and-more@host"})
    assert "swordfish" not in (tmp_path / "copy.ipynb").read_text()


def test_the_record_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    source = tmp_path / "source.ipynb"
    made = document("1")
    made.metadata["papermill"] = {"parameters": {"old": 1}, "exception": True}
    made.cells[0].metadata["papermill"] = {"status": "failed", "old": 1}
    save_document(made, source)
    copy = run(source)
    assert copy.metadata.papermill.parameters == {}
    assert "old" not in copy.cells[0].metadata.papermill


def test_a_dead_kernel_is_an_exception_in_the_record(tmp_path: Path) -> None:
    source = tmp_path / "source.ipynb"
    save_document(document("1", "import os; os.kill(os.getpid(), 9)", "3"), source)
    with pytest.raises(DagnbKernelDiedError):
        run(source)
    copy = read(tmp_path / "copy.ipynb")
    assert [cell.metadata.papermill.status for cell in copy.cells] == ["completed", "failed", "pending"]
    assert copy.metadata.papermill.exception is True
    assert copy.metadata.papermill.end_time is not None
