"""`dagnb run`: what runs, what is told, how it ends."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

import dagnb
from dagnb.instance import Instance
from tests.cli.conftest import Invoke, WriteNotebook, answer, command, run_process

FOLDS = ("--set", "solids.fit.config.folds=5")

NOTEBOOK = (
    "from dagnb import pipeline, solid",
    "@solid\ndef one() -> int:\n    return 1",
    "@pipeline\ndef numbers():\n    one()",
    "numbers.run()",
)


def test_a_run_is_told_and_kept(invoke: Invoke) -> None:
    result = invoke("run", "etl.py:daily", *FOLDS)
    assert result.exit_code == 0, result.output
    assert "daily succeeded: 3 of 3 solids in" in result.stdout
    assert [line.split()[:3] for line in result.stdout.splitlines() if line.startswith("load   ")] == [
        ["load", "✓", "succeeded"]
    ]
    assert "raw    rows 3 · score nan" in result.stdout
    (kept,) = Instance.get().read_runs()
    assert kept.status == "success"
    assert kept.run_id[:8] in result.stdout


def test_json_is_all_that_stands_on_the_standard_output(invoke: Invoke) -> None:
    result = invoke("run", "etl.py", "-p", "daily", *FOLDS, "--tag", "team=data", "--json")
    document = answer(result)
    assert document["status"] == "success"
    assert document["tags"] == {"team": "data"}
    assert [(step["step"], step["rows"]) for step in document["steps"]] == [
        ("load", 3),
        ("fit", None),
        ("report", None),
    ]
    assert document["materializations"][0]["metadata"] == {"rows": 3, "score": None}
    assert "load prints" in result.stderr


def test_a_failed_run_says_where_and_why(invoke: Invoke) -> None:
    result = invoke("run", "etl.py:daily", "--set", "solids.fit.config.folds=90")
    assert result.exit_code == 1
    assert "fit failed at etl.py line " in result.stdout
    assert "ValueError: too many folds" in result.stdout
    assert "raise ValueError(" in result.stdout
    assert "\x1b" not in result.stdout
    assert "dagnb runs show" in result.stdout
    assert "– skipped" in result.stdout
    (kept,) = Instance.get().read_runs()
    assert kept.status == "failure"


def test_quiet_says_only_what_failed(invoke: Invoke) -> None:
    assert invoke("run", "etl.py:daily", *FOLDS, "--quiet").stdout == "load prints\n"
    assert "fit failed at" in invoke("run", "etl.py:daily", "--set", "solids.fit.config.folds=90", "-q").stdout


def test_a_preset_a_selection_and_values_over_files(invoke: Invoke, folder: Path) -> None:
    (folder / "a.yaml").write_text("solids:\n  load:\n    config: {rows: 7, label: a}\n", encoding="utf-8")
    (folder / "b.json").write_text('{"solids": {"load": {"config": {"label": "b"}}}}', encoding="utf-8")
    arguments = (
        "--preset",
        "small",
        "-c",
        "a.yaml",
        "-c",
        "b.json",
        "--set",
        "solids.load.config.label=4 u",
        "-s",
        "*fit",
    )
    document = answer(invoke("run", "etl.py:daily", *arguments, "--json"))
    assert [step["step"] for step in document["steps"]] == ["load", "fit"]
    assert document["mode"] == "prod"
    assert document["materializations"][0]["metadata"]["rows"] == 7
    assert dagnb.run(document["run_id"]).run_config["solids"] == {
        "fit": {"config": {"folds": 2}},
        "load": {"config": {"rows": 7, "label": "4 u"}},
    }


def test_the_config_may_come_from_the_standard_input(invoke: Invoke) -> None:
    result = invoke("run", "etl.py:daily", "-c", "-", stdin="solids: {fit: {config: {folds: x}}}")
    assert result.exit_code == 2
    assert "<stdin>:1:32" in result.stderr


def test_every_problem_of_the_config_is_told_with_file_and_line(invoke: Invoke, folder: Path) -> None:
    (folder / "c ü.yaml").write_text("solids:\n  fit:\n    config:\n      folds: ninety\n  lod: {}\n", encoding="utf-8")
    result = invoke("run", "etl.py:daily", "-c", "c ü.yaml", "--set", "solids.load.config.rows=many")
    assert result.exit_code == 2
    told = result.stderr
    assert "3 problems in the run config of daily" in told
    assert told.index("c ü.yaml:4:14") < told.index("c ü.yaml:5:3") < told.index("--set solids.load.config.rows")
    assert 'expected an integer, got the text "ninety"' in told
    assert "next: dagnb config scaffold etl.py:daily" in told
    assert Instance.get().read_runs() == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["etl.py"], "the target holds several pipelines"),
        (["etl.py:dayly"], "did you mean daily?"),
        (["etl.py:daily", *FOLDS, "-m", "prd"], "did you mean prod?"),
        (["etl.py:daily", *FOLDS, "--preset", "smal"], "did you mean small?"),
        (["etl.py:daily", *FOLDS, "-s", "fot"], "did you mean fit?"),
        (
            ["etl.py:daily", *FOLDS, "-s", "fit"],
            "error: the selection cuts off the input frame\n  at: pipeline daily › fit",
        ),
        (["etl.py:daily", "--preset", "small", "-m", "dev"], "the preset is for another mode"),
        (["etl.py:daily", "--set", "folds"], "without a ="),
        (["etl.py:daily", "--tag", "team"], "team=data"),
        (["etl.py:daily", "-c", "nowhere.yaml"], "nowhere.yaml"),
        (["etl.py:daily", "-c", "etl.py"], "etl.py:"),
        (["etl.py:daily", *FOLDS, "--report", "etl.py/x.html"], "the report cannot be written"),
        ([], "Missing argument"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_nothing_runs(invoke: Invoke, arguments: list[str], told: str) -> None:
    result = invoke("run", *arguments)
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert Instance.get().read_runs() == []


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("nowhere.py", "no file named nowhere.py"),
        ("nowhere.ipynb", "nowhere.ipynb"),
        ("no.such.module", "no module named no.such.module"),
        ("broken.py", "RuntimeError: no licence found"),
        ("syntax.py", "SyntaxError"),
        ("exits.py", "sys.exit(4)"),
        ("empty.py", "the target holds no pipeline"),
        ("text.ipynb", "not JSON"),
        (".", "there is nothing to load"),
        ("no module", "there is nothing to load"),
        ("etl.py/inside", "there is nothing to load"),
    ],
)
def test_what_cannot_be_loaded_is_exit_code_3(invoke: Invoke, folder: Path, target: str, told: str) -> None:
    (folder / "syntax.py").write_text("def broken(:\n", encoding="utf-8")
    (folder / "exits.py").write_text("raise SystemExit(4)\n", encoding="utf-8")
    (folder / "empty.py").write_text("", encoding="utf-8")
    (folder / "text.ipynb").write_text("hello", encoding="utf-8")
    result = invoke("run", target)
    assert result.exit_code == 3, result.output
    assert told in result.stderr


def test_a_module_that_raises_shows_the_users_own_frames_only(invoke: Invoke) -> None:
    result = invoke("run", "broken.py")
    assert "broken.py line 9" in result.stderr
    assert 'broken.py", line 12, in <module>' in result.stderr
    assert "importlib" not in result.stderr
    assert "Traceback (most recent call last)" in invoke("--debug", "run", "broken.py").stderr


def test_a_notebook_runs_in_its_folder_and_what_it_runs_itself_is_not_run(
    invoke: Invoke, notebook: WriteNotebook, folder: Path
) -> None:
    notebook(
        "in side/näh.ipynb",
        "import os\nfrom dagnb import pipeline, solid\nfrom beside import WORD",
        "@solid\ndef where() -> str:\n    return os.getcwd() + WORD",
        "@pipeline\ndef places():\n    where()",
        "places.run()",
        ("raise RuntimeError", "dagnb-skip"),
    )
    (folder / "in side" / "beside.py").write_text('WORD = " and more"\n', encoding="utf-8")
    document = answer(invoke("run", "in side/näh.ipynb", "--json"))
    run = dagnb.run(document["run_id"])
    assert run["where"].value == str(folder / "in side") + " and more"
    assert Path.cwd() == folder
    assert len(Instance.get().read_runs()) == 1


def test_loading_ends_behind_the_only_pipeline(invoke: Invoke, notebook: WriteNotebook) -> None:
    notebook("a.ipynb", *NOTEBOOK, "1 / 0")
    assert invoke("run", "a.ipynb").exit_code == 0


def test_a_cell_that_raises_is_named(invoke: Invoke, notebook: WriteNotebook) -> None:
    notebook("a.ipynb", NOTEBOOK[0], "def divide():\n    return 1 / 0\ndivide()", *NOTEBOOK[1:])
    result = invoke("run", "a.ipynb")
    assert result.exit_code == 3
    assert "ZeroDivisionError" in result.stderr
    assert "a.ipynb › cell 2" in result.stderr
    assert "return 1 / 0" in result.stderr
    assert "IPython/core" not in result.stderr


def test_a_resource_that_cannot_be_made_fails_the_run_and_its_secret_stays_hidden(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_TOKEN", "hunter22-canary")
    arguments = ("run", "etl.py:asking", "--set", "resources.server.config.token={env: SERVER_TOKEN}")
    result = invoke(*arguments)
    assert result.exit_code == 1
    assert "RuntimeError: refused the token •••••" in result.stdout
    assert "hunter22" not in result.output
    assert "hunter22" not in invoke(*arguments, "--json").output


def test_the_report_is_a_page_of_its_own(invoke: Invoke, folder: Path) -> None:
    result = invoke("run", "etl.py:daily", *FOLDS, "--report", "out/der Bericht ü.html")
    page = folder / "out" / "der Bericht ü.html"
    assert str(page) in result.stdout
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "daily succeeded" in text


def test_exit_codes_of_the_process(folder: Path) -> None:
    good = run_process("run", "etl.py:daily", *FOLDS, cwd=folder)
    assert (good.returncode, good.stderr) == (0, "")
    assert "✓ succeeded  load" in good.stdout
    bad = run_process("run", "etl.py:daily", "--set", "solids.fit.config.folds=90", cwd=folder)
    assert bad.returncode == 1
    assert run_process("run", "etl.py:daily", cwd=folder).returncode == 2
    assert run_process("run", "broken.py", cwd=folder).returncode == 3


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_cancel_the_run(folder: Path, number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        command("run", "etl.py:slow"), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        while "waiting" not in (line := process.stdout.readline()):
            assert line, "it ended before it waited"
        process.send_signal(number)
        output, error = process.communicate(timeout=30)
    assert process.returncode == code, error
    assert "slow was cancelled" in output
    assert "Traceback" not in error
    (kept,) = Instance.get().read_runs()
    assert kept.status == "canceled"


def _screen(folder: Path, *arguments: str, **environment: str) -> str:
    """Return what `dagnb` writes to a terminal of 80 columns."""
    parent, child = pty.openpty()
    settings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **environment}
    written = b""
    try:
        with subprocess.Popen(
            command(*arguments), cwd=folder, env=settings, stdin=child, stdout=child, stderr=child
        ) as one:
            os.close(child)
            end = time.monotonic() + 60
            while time.monotonic() < end:
                if not select.select([parent], [], [], 1)[0]:
                    continue
                try:
                    written += os.read(parent, 65536)
                except OSError:  # the other side is closed
                    break
            one.wait(30)
    finally:
        os.close(parent)
    return written.decode()


def test_on_a_terminal_the_run_is_drawn_as_it_goes(folder: Path) -> None:
    (folder / "short.py").write_text(
        "import time\n"
        "from dagnb import pipeline, solid\n"
        "@solid\ndef nap() -> None:\n    time.sleep(0.6)\n"
        "@pipeline\ndef resting():\n    nap()\n",
        encoding="utf-8",
    )
    screen = _screen(folder, "run", "short.py")
    assert "resting is running: 0 of 1 solid" in screen
    assert "▸ running" in screen
    assert "resting succeeded: 1 of 1 solid in" in screen
    assert "\x1b[32m" in screen
    plain = _screen(folder, "run", "short.py", NO_COLOR="1")
    assert "\x1b[32m" not in plain
    assert "resting succeeded" in plain


def test_a_terminal_that_has_not_every_character_does_not_end_the_run(folder: Path) -> None:
    done = run_process("run", "etl.py:daily", *FOLDS, cwd=folder, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "? succeeded" in done.stdout


def test_the_home_can_be_named(invoke: Invoke, folder: Path) -> None:
    document = answer(invoke("--home", "else where", "run", "etl.py:daily", *FOLDS, "--json"))
    found = answer(invoke("--home", "else where", "runs", "--json"))
    assert [run["run_id"] for run in found] == [document["run_id"]]
    assert (folder / "else where" / "dagnb.db").exists()
    json.dumps(found)
