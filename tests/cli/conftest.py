"""What the tests of the command line share: the command in this process and in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dagnb.cli import cli

FILES = Path(__file__).parent / "files"
MODULES = sorted(file.stem for file in FILES.glob("*.py"))

Invoke = Callable[..., Result]
WriteNotebook = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: its name has a space and is not ASCII; the modules of files/ are in it."""
    made = tmp_path / "mein Ordner ü"
    made.mkdir()
    for file in FILES.glob("*.py"):
        (made / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(made)
    # Modules are found once by name; each test has its own of the same name.
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return made


@pytest.fixture
def invoke(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Run a command in this process, in no terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)  # others set it

    def run(*arguments: str, stdin: str | None = None) -> Result:
        for name in MODULES:
            sys.modules.pop(name, None)
        result = CliRunner().invoke(cli, list(arguments), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def answer(result: Result) -> Any:
    """Return the JSON that a command printed; it must have succeeded."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def notebook(folder: Path) -> WriteNotebook:
    """Write a notebook of these code cells; a cell's tags come with it in a tuple."""

    def write(name: str, *cells: str | tuple[str, str]) -> Path:
        made = []
        for number, cell in enumerate(cells):
            source, *tags = (cell,) if isinstance(cell, str) else cell
            kept: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": [], "source": source}
            made.append({**kept, "id": f"cell-{number}", "metadata": {"tags": tags} if tags else {}})
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


def command(*arguments: str) -> list[str]:
    """Return the command line of `dagnb` in a process of its own."""
    return [sys.executable, "-m", "dagnb", *arguments]


def run_process(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `dagnb` in a process of its own."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
