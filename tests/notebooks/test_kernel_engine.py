"""The kernel engine, with real kernels."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import psutil
import pytest

from dagnb.config import Secret
from dagnb.contracts.notebooks import CellProgress, NotebookJob, NotebookResult, YieldedEvent
from dagnb.errors import DagnbKernelError, DagnbNotebookError, DagnbParameterError
from dagnb.events import AssetMaterialization, ExpectationResult
from dagnb.events.records import MessageLogged
from dagnb.notebooks.errors import DagnbKernelDiedError, DagnbNoSuchKernelError
from dagnb.notebooks.kernel_engine import KernelEngine
from tests.notebooks.documents import document, read
from tests.notebooks.paths import notebook


def run(name: str, target: Path, **job: Any) -> tuple[NotebookResult, list[Any]]:
    messages: list[Any] = []
    source = notebook(name)
    result = KernelEngine().execute(NotebookJob(source=source, target=str(target), **job), messages.append)
    return result, messages


def texts(target: Path) -> list[str]:
    document = read(target)
    return [
        "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        for cell in document.cells
        if cell.cell_type == "code"
    ]


def digest(name: str) -> str:
    return hashlib.sha256(Path(notebook(name)).read_bytes()).hexdigest()


def test_values_go_in_and_out_as_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"delay": [1.5, 2.5]}, index=pd.Index(["a", "b"], name="carrier"))
    before = digest("values_in_and_out")
    target = tmp_path / "out" / "copy.ipynb"
    result, messages = run(
        "values_in_and_out",
        target,
        inputs={"flights": frame, "day": dt.date(2014, 2, 3)},
        parameters={"factor": 3, "token": Secret("hunter-twenty-two")},
        outputs=("doubled", "hidden", "never_there"),
        context={"run_id": "r1"},
    )
    assert result.error is None
    assert list(result.outputs) == ["doubled", "hidden"]
    pd.testing.assert_frame_equal(result.outputs["doubled"], frame * 3)
    assert result.outputs["hidden"] == []
    document = read(target)
    assert document.cells[2].metadata.tags == ["injected-parameters"]
    assert "factor = 3" in document.cells[2].source
    assert "hunter" not in target.read_text()
    assert texts(target)[2] == "2 rows on 03 February, token of 17 letters\n"
    assert [cell.execution_count for cell in document.cells if cell.cell_type == "code"] == [1, 2, 3, 4]
    assert [(m.index, m.state) for m in messages if isinstance(m, CellProgress)] == [
        (number, state) for number in (1, 2, 3, 4) for state in ("started", "succeeded")
    ]
    assert digest("values_in_and_out") == before
    assert [path.name for path in target.parent.iterdir()] == ["copy.ipynb"]


def test_a_cell_that_raises_is_named_and_the_copy_kept(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    result, messages = run("raises_in_the_third_cell", target)
    assert result.failed_cell == 3
    assert result.error is not None
    assert (result.error.cls_name, result.error.where) == ("ZeroDivisionError", "cell 3")
    assert "divide(first)" in result.error.traceback
    assert "\x1b" not in result.error.traceback
    assert [m.state for m in messages][-1] == "failed"
    assert messages[-1].source.endswith("divide(first)")
    document = read(target)
    assert [output.output_type for output in document.cells[2].outputs] == ["stream", "error"]
    assert document.cells[3].outputs == []
    assert texts(target)[:2] == ["first\n", "second\n"]


def test_a_killed_kernel_is_an_error_that_names_cell_and_signal(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    moments: list[float] = []
    job = NotebookJob(source=notebook("kills_its_kernel"), target=str(target))
    with pytest.raises(DagnbKernelDiedError, match=r"killed by SIGKILL[\s\S]*cell 2") as caught:
        KernelEngine().execute(job, lambda _: moments.append(time.monotonic()))
    assert time.monotonic() - moments[-2] < 1.5
    assert caught.value.failed_cell == 2
    assert "alive" in texts(target)[0]
    assert read(target).cells[1].outputs[0].ename == "DeadKernel"


def test_events_and_results_come_while_the_notebook_runs(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    result, messages = run(
        "yields_results_and_events",
        target,
        parameters={"folds": 3},
        inputs={"flights": {"rows": 2}},
        outputs=("model", "scores"),
        context={"run_id": "r1", "step_key": "fit", "solid_config": {"folds": 3}},
    )
    assert result.error is None
    assert result.outputs == {"model": {"folds": 3, "flights": {"rows": 2}}, "scores": [0.5, 0.5, 0.5]}
    events = [message.event for message in messages if isinstance(message, YieldedEvent)]
    assert [type(event) for event in events] == [AssetMaterialization, MessageLogged, ExpectationResult]
    assert str(events[0].asset_key) == "models.delay"
    assert events[0].metadata_entries[0].value == 3
    assert events[1].fields == (("folds", 3),)
    place = [getattr(m, "index", "event") for m in messages]
    assert place == [1, 1, 2, 2, 3, 3, 4, "event", "event", 4, 5, "event", 5, 6, 6]
    assert "{'folds': 3} r1 fit" in texts(target)[2]
    assert "vnd.dagnb" not in target.read_text()


def test_an_interrupt_stops_the_kernel_and_all_that_it_started(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    job = NotebookJob(source=notebook("sleeps_and_leaves_children"), target=str(target), environment={"FLAG": "it"})
    began = 0.0

    def interrupt_in_the_second_cell(message: Any) -> None:
        nonlocal began
        if isinstance(message, CellProgress) and message.index == 2:
            assert len(_with_flag()) == 3
            began = time.monotonic()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        KernelEngine().execute(job, interrupt_in_the_second_cell)
    assert time.monotonic() - began < 3
    assert _with_flag() == []
    assert texts(target)[0] == "started\n"


def test_ctrl_c_ends_a_cell_that_ignores_interrupts(tmp_path: Path) -> None:
    job = NotebookJob(source=notebook("ignores_interrupts"), target=str(tmp_path / "copy.ipynb"))
    presses: list[float] = []

    def press() -> None:
        presses.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    def press_soon(_message: Any) -> None:
        threading.Timer(0.5, press).start()

    with pytest.raises(KeyboardInterrupt):
        KernelEngine().execute(job, press_soon)
    assert time.monotonic() - presses[0] < 6
    output = read(tmp_path / "copy.ipynb").cells[0].outputs[-1]
    assert output.evalue.startswith("the kernel died: killed by SIGKILL")


def _with_flag() -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("FLAG") == "it" and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_a_flood_of_output_is_cut_visibly(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    result, _ = run("floods", target, outputs=("done",))
    assert result.outputs == {"done": True}
    first, second, _third = texts(target)
    assert first.count("longer than 5 MB") == 1
    assert first.startswith("0 xxx")
    assert second == "[the output of this cell is longer than 5 MB: the rest was left out]"
    assert target.stat().st_size < 6_000_000


def test_input_is_refused_with_advice(tmp_path: Path) -> None:
    result, _ = run("asks_for_input", tmp_path / "copy.ipynb")
    assert result.failed_cell == 1
    assert result.error is not None
    assert "make it a parameter" in result.error.message


def test_rich_output_magics_and_await_are_in_the_copy(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    result, _ = run("shows_rich_output", target)
    assert result.error is None
    cells = read(target).cells
    assert "image/png" in cells[0].outputs[-1].data
    assert "<table" in cells[1].outputs[0].data["text/html"]
    assert cells[2].outputs[0].data["text/plain"] == "'two'"
    assert "shell" in texts(target)[3]


def test_an_output_that_cannot_leave_is_named(tmp_path: Path) -> None:
    result, _ = run("holds_what_cannot_be_pickled", tmp_path / "copy.ipynb", outputs=("lock",))
    assert result.error is not None
    assert result.error.where == "output lock"
    assert "the output lock cannot leave the notebook's process" in result.error.message


def test_another_python_kernel_is_replaced_by_this_one_with_a_note(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    result, _ = run("asks_for_a_missing_kernel", target)
    assert result.error is None
    note = read(target).metadata.dagnb.note
    assert note.startswith("the kernel python3-of-somebody-else is not installed")


def test_a_missing_kernel_names_those_that_are_installed(tmp_path: Path) -> None:
    with pytest.raises(DagnbNoSuchKernelError, match="no kernel named ir is installed") as caught:
        run("speaks_another_language", tmp_path / "copy.ipynb")
    assert "python3" in caught.value.installed
    with pytest.raises(DagnbKernelError, match="did you mean python3"):
        run("floods", tmp_path / "copy.ipynb", kernel_name="pyton3")


def test_a_cell_that_takes_too_long_fails(tmp_path: Path) -> None:
    result, _ = run("sleeps_and_leaves_children", tmp_path / "copy.ipynb", cell_timeout=1)
    assert result.failed_cell == 2
    assert result.error is not None
    assert result.error.message == "the cell took longer than 1 s"


def test_closing_the_stream_from_another_thread_than_the_main_one(tmp_path: Path) -> None:
    job = NotebookJob(source=notebook("sleeps_and_leaves_children"), target=str(tmp_path / "copy.ipynb"))
    seen: list[Any] = []

    def consume() -> None:
        stream = KernelEngine().stream(job)
        seen.extend(next(stream) for _ in range(3))
        stream.close()

    thread = threading.Thread(target=consume)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert [message.index for message in seen] == [1, 1, 2]


def test_what_is_wrong_is_said_before_a_kernel_starts(tmp_path: Path) -> None:
    target = tmp_path / "copy.ipynb"
    with pytest.raises(DagnbNotebookError, match=r"did you mean floods\.ipynb"):
        run("flods", target)
    with pytest.raises(DagnbParameterError, match="not a name that can be set"):
        run("floods", target, parameters={"x=1;y": 1})
    with pytest.raises(DagnbNotebookError, match="the input lock cannot be handed") as caught:
        run("floods", target, inputs={"lock": threading.Lock()})
    assert isinstance(caught.value.__cause__, TypeError)
    source = tmp_path / "own.ipynb"
    source.write_bytes(Path(notebook("floods")).read_bytes())
    with pytest.raises(DagnbNotebookError, match="would overwrite the notebook"):
        KernelEngine().execute(NotebookJob(source=str(source), target=str(source)), print)


def test_an_unwritable_target_is_said_before_a_kernel_starts(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    with pytest.raises(DagnbNotebookError, match="executed copy of the notebook cannot be written"):
        run("floods", blocker / "copy.ipynb")


@pytest.mark.parametrize(
    "code",
    [
        "for _ in range(60): print('y' * 1_000_000)",
        "for number in range(500_000): print(number)",
        "print('y' * 60_000_000)",
        "class Long:\n    def __repr__(self): return 'x' * 60_000_000\nLong()",
        "raise ValueError('x' * 60_000_000)",
    ],
    ids=["lines", "short lines", "one line", "repr", "error"],
)
def test_a_flood_neither_fills_memory_nor_takes_long(tmp_path: Path, code: str) -> None:
    source, target = tmp_path / "flood.ipynb", tmp_path / "copy.ipynb"
    nbformat.write(document(code), source)  # type: ignore[no-untyped-call]
    process, done = psutil.Process(), threading.Event()
    sizes = [process.memory_info().rss]

    def watch() -> None:
        while not done.wait(0.02):
            sizes.append(process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        KernelEngine().execute(NotebookJob(source=str(source), target=str(target)), lambda _: None)
    finally:
        done.set()
        watching.join()
    assert max(sizes) - sizes[0] < 80_000_000
    copy = target.read_text()
    assert len(copy) < 8_000_000
    assert "left out" in copy
