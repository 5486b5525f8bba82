"""A run that goes on in another process is shown live."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

RUNNING = """\
import sys, time
from dagnb import pipeline, solid

@solid
def slow() -> int:
    time.sleep(4)
    return 1

@pipeline
def elsewhere():
    slow()

elsewhere.run()
"""
BEGIN = """\
import subprocess, sys, time
import dagnb
process = subprocess.Popen([sys.executable, "running.py"])
while not len(dagnb.runs(status="started")):
    time.sleep(0.1)
run_id = dagnb.runs()["run_id"][0]
"""
SHOW = "dagnb.show(run_id)"
END = """\
process.wait()
time.sleep(2)
print(dagnb.run(run_id).status)
"""


@pytest.mark.filterwarnings("ignore")  # of the client's kernel and of Jupyter's own libraries
def test_a_run_of_another_process_is_followed_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "running.py").write_text(RUNNING)
    cells = [nbformat.v4.new_code_cell(source) for source in (BEGIN, SHOW, END)]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = notebook.cells[1].outputs[0]["data"]
    assert "elsewhere succeeded" in shown["text/plain"]
    assert "succeeded" in shown["image/svg+xml"]
    assert notebook.cells[2].outputs[-1]["text"].strip() == "success"
