"""`dagnb doctor`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagnb.cli import checks
from tests.cli.conftest import Invoke, answer, run_process


def test_this_environment_is_well(invoke: Invoke) -> None:
    found = {each["about"]: each for each in answer(invoke("doctor", "--json"))}
    for about in ("python", "dagnb", "packages", "kernels", "jupyter", "widgets", "instance", "graphviz"):
        assert found[about]["level"] == "ok", found[about]
    text = invoke("doctor").stdout
    assert "ok         python: 3." in text


def test_looking_at_an_instance_that_is_not_there_makes_none(invoke: Invoke, dagnb_home: Path) -> None:
    assert "made at the first run" in invoke("doctor").stdout
    assert not dagnb_home.exists()


def test_an_instance_that_cannot_be_is_a_problem_and_exit_code_1(folder: Path) -> None:
    (folder / "file").write_text("", encoding="utf-8")
    done = run_process("doctor", cwd=folder, DAGNB_HOME=str(folder / "file"))
    assert done.returncode == 1
    assert f"problem    instance: {folder / 'file'} cannot be written" in done.stdout
    assert "DAGNB_HOME" in done.stdout


def test_a_dot_that_is_not_there_is_no_problem(invoke: Invoke, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    result = invoke("doctor")
    assert "dot is not installed; only pipeline.dot().render() needs it" in result.stdout
    assert result.exit_code == 0


def test_kernels_of_other_environments_are_told(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = tmp_path / "data" / "kernels" / "other"
    specs.mkdir(parents=True)
    text = '{"argv": ["/opt/other/bin/python", "-m", "x"], "display_name": "Other", "language": "python"}'
    (specs / "kernel.json").write_text(text, encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    result = invoke("doctor")
    assert "attention  kernel other: runs another Python, /opt/other/bin/python" in result.stdout
    assert result.exit_code == 0


def test_an_examination_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def _some_thing() -> object:
        raise RuntimeError("it broke")

    monkeypatch.setattr(checks, "_CHECKS", (_some_thing,))
    (finding,) = checks.examine()
    assert (finding.level, finding.about, finding.text) == ("problem", "some thing", "RuntimeError: it broke")
