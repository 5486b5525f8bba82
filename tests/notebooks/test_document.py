"""Notebook documents: what cannot be read is said so, what is saved is whole."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dagnb.errors import DagnbNotebookError
from dagnb.notebooks.document import load_document, running_cells, save_document
from dagnb.notebooks.errors import DagnbNotebookMissingError, DagnbNotebookUnreadableError
from tests.notebooks.documents import document
from tests.notebooks.paths import FILES, notebook

KILLS = 30


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "an empty file"),
        (b"{", "not JSON"),
        (b"[]", "without the field nbformat"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "missing an expected key: cells"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'{"nbformat": 99, "cells": []}', "99|supported|validat"),
    ],
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "bad.ipynb"
    path.write_bytes(content)
    with pytest.raises(DagnbNotebookError, match=problem) as caught:
        load_document(path)
    assert str(path) in str(caught.value)


def test_a_missing_notebook_names_the_nearest_one() -> None:
    with pytest.raises(DagnbNotebookMissingError, match=r"did you mean floods\.ipynb") as caught:
        load_document(FILES / "flods.ipynb")
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(DagnbNotebookMissingError, match="that folder is not there"):
        load_document("/nowhere/x.ipynb")


def test_cells_without_ids_and_old_formats_are_read(tmp_path: Path) -> None:
    data = json.loads(Path(notebook("floods")).read_text())
    for cell in data["cells"]:
        del cell["id"]
    path = tmp_path / "no_ids.ipynb"
    path.write_text(json.dumps(data))
    loaded = load_document(path)
    save_document(loaded, path)
    assert [cell.source for cell in load_document(path).cells] == [cell.source for cell in loaded.cells]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": []}]}
    path.write_text(json.dumps(old))
    assert load_document(path).nbformat == 4


def test_cells_are_numbered_as_the_kernel_numbers_them() -> None:
    made = document("a", "", "b")
    made.cells[2].metadata["tags"] = ["skip-execution"]
    made.cells += document("c").cells
    assert [(number, position) for number, position, _ in running_cells(made)] == [(1, 0), (2, 3)]


def test_saving_keeps_the_mode_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    save_document(document("a"), path)
    path.chmod(0o640)
    save_document(document("b"), path)
    assert path.stat().st_mode & 0o777 == 0o640


# Imports once and forks: what is killed is the saving, not Python's start.
_SAVERS = """
import os, random, signal, sys, time
from dagnb.notebooks.document import load_document, save_document
source, target, kills, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
document = load_document(source)
chance = random.Random(seed)
save_document(document, target)
for _ in range(kills):
    saver = os.fork()
    if saver == 0:
        number = 0
        while True:
            number += 1
            document.metadata["number"] = number
            save_document(document, target)
    time.sleep(chance.random() * 0.2)
    os.kill(saver, signal.SIGKILL)
    os.waitpid(saver, 0)
    assert len(load_document(target).cells) == len(document.cells)
print(document.metadata.get("number"), load_document(target).metadata.get("number"))
"""


@pytest.mark.crash
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_an_interrupted_save_leaves_no_unreadable_notebook(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}, {KILLS} kills")  # noqa: T201  (shown when it fails)
    source, target = tmp_path / "source.ipynb", tmp_path / "out" / "copy.ipynb"
    big = document(*["x = 1" for _ in range(40)])
    for cell in big.cells:
        cell.outputs = [nbformat.v4.new_output("stream", text="y" * 100_000)]  # type: ignore[no-untyped-call]
    save_document(big, source)
    command = [sys.executable, "-c", _SAVERS, str(source), str(target), str(KILLS), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "None" in done.stdout
    assert int(done.stdout.split()[1]) > 0


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "from_windows.ipynb"
    save_document(document("x = 1"), path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_document(path).cells[0].source == "x = 1"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"nbformat": "4", "nbformat_minor": 5, "metadata": {}, "cells": []}', "whose field nbformat is no number"),
        (
            '{"nbformat": 4, "nbformat_minor": null, "metadata": {}, "cells": []}',
            "whose field nbformat_minor is no number",
        ),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": null, "cells": [null]}', "not laid out as a notebook"),
    ],
)
def test_odd_json_is_refused_in_words(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_text(content)
    with pytest.raises(DagnbNotebookUnreadableError, match=problem):
        load_document(path)
