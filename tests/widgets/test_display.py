"""What a display leaves in a notebook that nbclient executes, and that it costs nothing elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]

SHOW = """\
import sys
sys.path.insert(0, {root!r})
from dagnb.widgets.graph import show_graph
from dagnb.widgets.publisher import Publisher
from tests.widgets.sample import GRAPH, frame, state
stands = ["waiting"]
shown = show_graph(
    GRAPH,
    handler=lambda request: None,
    svg=lambda marker: f'<svg id="{{marker}}">{{stands[-1]}}</svg>',
    text=lambda: stands[-1],
)
with Publisher(lambda after: frame(1) if after < 1 else None, shown.publish, shown.snapshot):
    stands.append("success")
shown.finish()
"""


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG", "SERVER_SOFTWARE"):
        monkeypatch.delenv(name, raising=False)
    sources = [SHOW.format(root=str(ROOT)), "print('ipywidgets' in sys.modules)"]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return notebook


def test_an_executed_notebook_holds_the_final_picture_its_text_and_no_widget(executed: Any) -> None:
    (output,) = executed.cells[0].outputs
    assert output.output_type == "display_data"
    assert set(output.data) == {"image/svg+xml", "text/plain"}
    assert output.data["text/plain"] == "success"
    assert "success" in output.data["image/svg+xml"]
    assert 'id="dagnb-' in output.data["image/svg+xml"]
    assert "widgets" not in executed.metadata
    assert executed.cells[1].outputs[0].text == "False\n"


def test_in_plain_python_nothing_is_shown_or_imported() -> None:
    script = SHOW.format(root=str(ROOT)) + "print(sorted({'IPython', 'ipywidgets', 'anywidget'} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert ran.stdout == "[]\n"
