"""`dagnb list`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Invoke, WriteNotebook, answer


def test_the_pipelines_of_a_folder_are_found_and_nothing_is_executed(
    invoke: Invoke, notebook: WriteNotebook, folder: Path
) -> None:
    notebook(
        "deep/er/ä.ipynb",
        "%load_ext dagnb\n!rm -rf nothing\nraise RuntimeError",
        "%%solid late\nx = y",
        "import dagnb\n@dagnb.pipeline(name='named')\ndef other():\n    '''What it is for.'''\n"
        "    a = load()\n    fit.alias('twice')(late(a), frame=load())",
    )
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.py").write_text((folder / "etl.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "broken notebook.ipynb").write_text("dagnb pipeline", encoding="utf-8")
    (folder / "broken module.py").write_text("dagnb pipeline (", encoding="utf-8")
    found = answer(invoke("list", "--json"))
    assert [(each["target"], each["pipeline"], each["solids"]) for each in found] == [
        ("broken.py", "never", []),
        ("etl.py", "daily", ["load", "fit", "report"]),
        ("etl.py", "slow", ["wait"]),
        ("etl.py", "asking", ["ask"]),
        ("deep/er/ä.ipynb", "named", ["load", "late", "twice"]),
    ]
    assert found[-1]["description"] == "What it is for."
    text = invoke("list").stdout
    assert "load, fit, report" in text
    assert [each["target"] for each in answer(invoke("list", "deep", "--json"))] == ["deep/er/ä.ipynb"]


def test_an_empty_folder_says_what_to_do(invoke: Invoke, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert "dagnb new" in invoke("list", "empty").stdout


def test_a_target_is_loaded_and_told_in_full(invoke: Invoke) -> None:
    text = invoke("list", "etl.py").stdout
    assert "daily  3 solids · modes dev, prod · presets small\nLoad, fit, report.\n" in text
    assert "← load" in text
    documents = answer(invoke("list", "etl.py", "--json"))
    assert [each["pipeline"] for each in documents] == ["daily", "slow", "asking"]
    assert documents[0]["modes"] == ["dev", "prod"]
    assert invoke("list", "nowhere.py").exit_code == 3
