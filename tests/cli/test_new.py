"""`dagnb new`: the notebook runs as it is, from the command line and in Jupyter."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat

from dagnb.cli.new import notebook_text
from tests.cli.conftest import Invoke, answer


def _parsed(text: str) -> Any:
    read: Any = nbformat.reads
    return read(text, as_version=4)


def test_a_markdown_text_becomes_a_notebook() -> None:
    text = "# Title\n\nWords.\n\n```python\na = 1\n\nb = 2\n```\n\n```python\n%%solid x\ny = a\n```\nend\n"
    document = _parsed(notebook_text(text))
    nbformat.validate(document)
    assert [(cell.cell_type, cell.source) for cell in document.cells] == [
        ("markdown", "# Title\n\nWords."),
        ("code", "a = 1\n\nb = 2"),
        ("code", "%%solid x\ny = a"),
        ("markdown", "end"),
    ]


def test_nothing_is_overwritten(invoke: Invoke, folder: Path) -> None:
    assert invoke("new").exit_code == 0
    (folder / "quickstart.ipynb").write_text("mine", encoding="utf-8")
    result = invoke("new")
    assert result.exit_code == 1
    assert "there is such a file already" in result.stderr
    assert (folder / "quickstart.ipynb").read_text(encoding="utf-8") == "mine"
    assert "'in/mein erstes.ipynb'" in invoke("new", "in/mein erstes").stdout
    assert (folder / "in" / "mein erstes.ipynb").exists()


def test_the_notebook_runs_from_the_command_line(invoke: Invoke) -> None:
    invoke("new")
    document = answer(invoke("run", "quickstart.ipynb", "--json"))
    assert [step["step"] for step in document["steps"]] == ["load_flights", "carrier_delays", "worst_carrier"]
    assert {each["asset"] for each in document["materializations"]} == {"flights.raw", "flights.worst"}


def test_the_notebook_runs_in_a_kernel_without_an_error(invoke: Invoke, folder: Path) -> None:
    from nbclient import NotebookClient

    invoke("new")
    document = _parsed((folder / "quickstart.ipynb").read_text(encoding="utf-8"))
    with_folder = {"metadata": {"path": str(folder)}}
    NotebookClient(document, timeout=120, kernel_name="python3", resources=with_folder).execute(env=dict(os.environ))
    outputs = [output for cell in document.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)
