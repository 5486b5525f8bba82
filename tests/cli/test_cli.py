"""The command as a whole: its help, its speed, how it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import dagnb
from tests.cli.conftest import Invoke, run_process

HEAVY = ("pandas", "IPython", "pydantic", "sqlalchemy", "rich", "ipywidgets", "papermill", "nbformat", "yaml")


def test_help_names_every_command_and_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom dagnb.cli import cli\n"
        "try:\n    cli(['--help'], prog_name='dagnb')\nexcept SystemExit:\n    pass\n"
        f"print('heavy', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    for command in ("run", "list", "runs", "assets", "config", "new", "doctor"):
        assert f"\n  {command} " in done.stdout
    assert done.stdout.endswith("heavy []\n")


def test_version(invoke: Invoke) -> None:
    assert invoke("--version").stdout == f"dagnb {dagnb.__version__}\n"


@pytest.mark.parametrize("arguments", [["runs", "--help"], ["assets", "-h"]])
def test_help_of_a_group_shows_the_options_of_its_default_command(invoke: Invoke, arguments: list[str]) -> None:
    text = invoke(*arguments).stdout
    assert "--json" in text
    assert "show" in text
    assert text.count("Usage:") == 1


def test_an_unknown_command_is_exit_code_2(invoke: Invoke) -> None:
    assert invoke("rnu").exit_code == 2


def test_an_instance_that_is_no_instance_is_one_clear_error(folder: Path) -> None:
    (folder / "a file").write_text("", encoding="utf-8")
    done = run_process("runs", cwd=folder, DAGNB_HOME=str(folder / "a file"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: the instance's folder cannot be made: a file is in its place\n")
    assert "Traceback" not in done.stderr
    assert "Traceback" in run_process("--debug", "runs", cwd=folder, DAGNB_HOME=str(folder / "a file")).stderr


def test_an_instance_that_cannot_be_written_is_told_in_one_line(folder: Path) -> None:
    done = run_process("runs", cwd=folder, DAGNB_HOME="/proc/nowhere")
    assert done.returncode == 0
    assert done.stderr.startswith("attention: /proc/nowhere cannot be written")
    assert "warnings.warn" not in done.stderr
