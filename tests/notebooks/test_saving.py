"""The executed copy is on the disk while the notebook runs, and nothing is lost at its end."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dagnb.contracts.notebooks import NotebookJob
from dagnb.errors import DagnbNotebookError
from dagnb.notebooks.document import save_document
from dagnb.notebooks.kernel_engine import KernelEngine
from dagnb.notebooks.saving import INTERVAL, Saver
from tests.notebooks.documents import document, read

_RUNNER = """
import sys
from dagnb.contracts.notebooks import NotebookJob
from dagnb.notebooks.kernel_engine import KernelEngine

def tell(message):
    print(message.index, message.state, flush=True)

KernelEngine().execute(NotebookJob(source=sys.argv[1], target=sys.argv[2]), tell)
"""


def write(folder: Path, *cells: str) -> tuple[Path, Path]:
    source = folder / "source.ipynb"
    save_document(document(*cells), source)
    return source, folder / "copy.ipynb"


async def _save_often(target: Path) -> tuple[set[int], int]:
    growing = document("x")
    saver = Saver(growing, str(target))
    seen: set[int] = set()
    begin = time.monotonic()
    for number in range(200):
        growing.metadata["number"] = number
        saver.soon()
        seen.add(target.stat().st_mtime_ns)  # noqa: ASYNC240  (a local file)
        await asyncio.sleep(0.005)
    allowed = 2 + int((time.monotonic() - begin) / INTERVAL)
    await asyncio.sleep(INTERVAL * 1.5)
    assert read(target).metadata.number == 199
    saver.now(is_last=True)
    return seen, allowed


def test_quick_cells_are_saved_together_and_the_last_one_soon(tmp_path: Path) -> None:
    seen, allowed = asyncio.run(_save_often(tmp_path / "copy.ipynb"))
    assert 2 <= len(seen) <= allowed


def test_what_could_not_be_saved_in_passing_is_told_the_next_time(tmp_path: Path) -> None:
    async def fail() -> None:
        folder = tmp_path / "folder"
        saver = Saver(document("x"), str(folder / "copy.ipynb"))
        saver.soon()
        (folder / "copy.ipynb").unlink()
        folder.rmdir()
        folder.write_text("in the way")
        saver.soon()
        await asyncio.sleep(INTERVAL * 1.5)
        saver.soon()

    with pytest.raises(DagnbNotebookError, match="executed copy of the notebook cannot be written"):
        asyncio.run(fail())


@pytest.mark.crash
def test_finished_cells_survive_their_owner(tmp_path: Path) -> None:
    source, target = write(tmp_path, "print('one')", "print('two')", "import time; time.sleep(60)")
    before = hashlib.sha256(source.read_bytes()).digest()
    command = [sys.executable, "-c", _RUNNER, str(source), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        for line in owner.stdout:
            if line == "3 started\n":
                break
        time.sleep(INTERVAL + 0.3)
        owner.send_signal(signal.SIGKILL)
    copy = read(target)
    assert [cell.outputs[0].text for cell in copy.cells[:2]] == ["one\n", "two\n"]
    assert copy.cells[1].metadata.papermill.status == "completed"
    assert hashlib.sha256(source.read_bytes()).digest() == before


_AT_EXIT = (
    "import atexit, time, pathlib\n@atexit.register\ndef last():\n    time.sleep(1)\n    pathlib.Path({!r}).touch()"
)


def test_the_result_comes_before_the_kernel_has_ended_and_nothing_is_lost(tmp_path: Path) -> None:
    late, left_open = tmp_path / "late", tmp_path / "open.txt"
    source, target = write(
        tmp_path, _AT_EXIT.format(str(late)), f"file = open({str(left_open)!r}, 'w'); file.write('x')"
    )
    result = KernelEngine().execute(NotebookJob(source=str(source), target=str(target)), lambda _: None)
    assert result.error is None
    assert left_open.read_text() == "x"
    assert read(target).metadata.papermill.end_time is not None
    assert not late.exists()
    deadline = time.monotonic() + 10
    while not late.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_process_that_ends_lets_its_kernels_end_first(tmp_path: Path) -> None:
    late = tmp_path / "late"
    source, target = write(tmp_path, _AT_EXIT.format(str(late)))
    subprocess.run([sys.executable, "-c", _RUNNER, str(source), str(target)], check=True, capture_output=True)
    assert late.exists()
