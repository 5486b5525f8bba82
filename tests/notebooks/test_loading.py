"""Definitions out of notebooks and modules, without running anything."""

from __future__ import annotations

import io
import pickle
import sys
from pathlib import Path

import pytest

from dagnb.errors import DagnbNotFoundError
from dagnb.handles import Pipeline, execute_pipeline
from dagnb.notebooks.document import save_document
from dagnb.notebooks.loading import CellLoadingError, DagnbTargetError, is_loading, load, load_module, load_notebook
from tests.notebooks.documents import document
from tests.notebooks.paths import notebook

SOURCE = notebook("defines_solids_and_a_pipeline")


def is_pipeline(value: object) -> bool:
    return isinstance(value, Pipeline)


def test_a_pipeline_defined_in_cells_is_loaded_and_not_run(dagnb_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = Path.cwd(), sys.modules["__main__"]
    loaded = load_notebook(SOURCE, is_pipeline, "circle")
    assert list(loaded) == ["circle"]
    assert (Path.cwd(), sys.modules["__main__"]) == before
    assert not dagnb_home.exists()
    assert capfd.readouterr() == ("", "")
    assert not is_loading()
    run = execute_pipeline(loaded["circle"])
    assert run["area"].value == pytest.approx(12.566, abs=0.001)


def test_all_cells_run_but_for_skipped_ones_when_none_is_named() -> None:
    with pytest.raises(
        CellLoadingError, match=r"ZeroDivisionError[\s\S]*defines_solids_and_a_pipeline\.ipynb › cell 7"
    ) as caught:
        load_notebook(SOURCE, is_pipeline)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.cell == 7


def test_the_working_folder_is_the_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "here.ipynb"
    save_document(document("import os\nfolder = os.getcwd()\n_hidden = 'x'"), path)
    assert load(str(path), lambda value: isinstance(value, str)) == {"folder": str(tmp_path)}
    assert Path.cwd() != tmp_path


def test_an_unknown_name_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "here.ipynb"
    save_document(document("flights = 'x'\nplanes = 'y'"), path)
    with pytest.raises(DagnbNotFoundError, match=r"no text named flight\b[\s\S]*did you mean flights"):
        load_notebook(str(path), lambda value: isinstance(value, str), "flight", kind="text")


def test_modules_are_loaded_by_path_and_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some_flights.py").write_text("from dagnb.notebooks.loading import is_loading\nseen = is_loading()\n")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)

    def is_flag(value: object) -> bool:
        return isinstance(value, bool)

    assert load_module("some_flights", is_flag) == {"seen": True}
    assert load_module("some_flights.py", is_flag, "seen") == {"seen": True}
    monkeypatch.delitem(sys.modules, "some_flights")
    with pytest.raises(DagnbNotFoundError, match=r"did you mean some_flights\.py"):
        load_module("some_flight.py", is_flag)
    with pytest.raises(DagnbNotFoundError, match="no module named no_such_thing"):
        load("no_such_thing", is_flag)
    (tmp_path / "broken_flights.py").write_text("import not_installed_at_all")
    with pytest.raises(ModuleNotFoundError, match="not_installed_at_all"):
        load_module("broken_flights", is_flag)


@pytest.mark.parametrize("way", ["inline", "widget", "notebook", ""])
def test_plots_need_no_screen(tmp_path: Path, way: str) -> None:
    path = tmp_path / "plots.ipynb"
    plot = f"%matplotlib {way}\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nplt.close('all')"
    save_document(document(plot, "flights = 'x'"), path)
    assert load_notebook(str(path), lambda value: value == "x") == {"flights": "x"}


DEFINES = (
    "from dagnb import lambda_solid, pipeline\n@lambda_solid\ndef one():\n    return 1\n@pipeline\ndef p():\n    one()"
)


def write(tmp_path: Path, *cells: str) -> str:
    save_document(document(*cells), tmp_path / "work.ipynb")
    return str(tmp_path / "work.ipynb")


@pytest.mark.parametrize(
    "cell",
    [
        "import pandas as pd\npd.concat([p.run().materializations])",
        "max(p.run().materializations.x)",
        "first, second = p.run()['one'].value",
        "list(p.run().events)[0]",
        "rows = len(p.run().events)\n1 / rows",
    ],
)
def test_a_cell_that_fails_on_what_a_run_would_have_given_is_passed_over(tmp_path: Path, cell: str) -> None:
    assert list(load_notebook(write(tmp_path, DEFINES, cell), is_pipeline)) == ["p"]


def test_so_are_the_cells_that_build_on_it(tmp_path: Path) -> None:
    cells = ["run = p.run()", "import math\nbest = max(run.events.seconds)\nroot = math.sqrt(2)", "print(best + root)"]
    later = ["share = 1 / len(run.events)", "half = round(share / 2, 1)\nimport no_such_module", "limit = half"]
    loaded = load_notebook(write(tmp_path, DEFINES, *cells, *later, DEFINES.replace("p()", "q()")), is_pipeline)
    assert list(loaded) == ["p", "q"]


def test_a_cell_that_fails_by_itself_still_stops_the_loading(tmp_path: Path) -> None:
    with pytest.raises(CellLoadingError, match=r"ZeroDivisionError[\s\S]*cell 3"):
        load_notebook(write(tmp_path, DEFINES, "run = p.run()", "share = 1 / 0"), is_pipeline)


def test_a_failure_that_was_passed_over_is_told_when_nothing_is_found(tmp_path: Path) -> None:
    late = "from dagnb import lambda_solid, pipeline\nq = pipeline(lambda: None)\nq.run()"
    source = write(tmp_path, DEFINES, f"max(p.run().events)\n{late}")
    with pytest.raises(CellLoadingError, match=r"ValueError[\s\S]*cell 2"):
        load_notebook(source, is_pipeline, "q")


def test_a_cell_that_is_tagged_so_may_raise(tmp_path: Path) -> None:
    notebook_with_tag = document("1 / 0", DEFINES)
    notebook_with_tag.cells[0].metadata["tags"] = ["raises-exception"]
    save_document(notebook_with_tag, tmp_path / "raises.ipynb")
    assert list(load_notebook(str(tmp_path / "raises.ipynb"), is_pipeline)) == ["p"]


def test_a_name_that_is_not_there_is_told_beside_a_failure_that_was_passed_over(tmp_path: Path) -> None:
    with pytest.raises(DagnbNotFoundError, match=r"no pipeline named q\b"):
        load_notebook(write(tmp_path, DEFINES, "max(p.run().events)"), is_pipeline, "q")


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (".", r"\., a folder"),
        ("../x", r"\.\./x, which is not there"),
        ("a.csv/b", "not there"),
        ("a b.txt", "another kind"),
    ],
)
def test_what_is_no_notebook_and_no_module_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, problem: str
) -> None:
    (tmp_path / "a b.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DagnbTargetError, match=problem) as caught:
        load_module(target, is_pipeline)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("cell", "error"), [("import sys\nsys.exit(3)", "SystemExit: 3"), ("name = input('who? ')", "EOFError")]
)
def test_a_cell_that_exits_or_asks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell: str, error: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("an answer\n"))
    with pytest.raises(CellLoadingError, match=rf"{error}[\s\S]*work\.ipynb › cell 2[\s\S]*dagnb-skip"):
        load_notebook(write(tmp_path, DEFINES, cell), is_pipeline)
    assert sys.stdin.readline() == "an answer\n"


def test_quit_at_the_end_of_a_notebook_is_passed_over(tmp_path: Path) -> None:
    assert list(load_notebook(write(tmp_path, DEFINES, "quit()"), is_pipeline)) == ["p"]
