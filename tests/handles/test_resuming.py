"""R6: a run that is resumed from failure, as often as it takes, repeats no step that was finished."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from dagnb import Run
from dagnb.handles.parts import RunParts
from dagnb.instance import Instance
from tests.handles.drawn import draw_pipeline

SEEDS = 40
ROOT = Path(__file__).resolve().parents[2]


def report(line: str) -> None:
    """Print a figure of what is promised."""
    sys.stdout.write(f"{line}\n")


Told = dict[str, tuple[list[str], dict[str, object]]]


def told_of(run: Run) -> Told:
    """Return, for every step, those taken over too, which steps it took values of and what it gave."""
    return {
        key: ([source.step_key for each in step.fold.inputs.values() for source in each.sources], step.output_values)
        for key, step in RunParts(run).every_step().items()
    }


@pytest.mark.parametrize("seed", range(SEEDS))
def test_resuming_repeats_no_finished_step(seed: int, instance: Instance) -> None:
    finished: Counter[str] = Counter()
    chance = random.Random(seed)
    failing = {"rate": 0.0}

    def mark(step_key: str) -> None:
        if chance.random() < failing["rate"]:
            raise ValueError(step_key)
        finished[step_key] += 1

    made = draw_pipeline(seed, mark)
    expected = told_of(made.run(instance=instance))
    times_before = dict(finished)
    finished.clear()
    failing["rate"] = 0.3
    run = made.run(instance=instance, raise_on_error=False)
    tries = 1
    while not run.success:
        run = run.reexecute(from_failure=True, raise_on_error=False)
        tries += 1
        assert tries < 200
    repeated = sum(finished.values()) - len(finished)
    report(f"R6, seed {seed}: {tries} runs, {len(finished)} steps, {repeated} finished ones repeated")
    assert dict(finished) == times_before == dict.fromkeys(times_before, 1)
    assert told_of(run) == expected


SCRIPT = """
    import random, sys
    from pathlib import Path

    from dagnb.instance import Instance
    from dagnb.errors import DagnbInvariantViolationError
    from tests.handles.drawn import draw_pipeline
    import dagnb

    seed, folder = int(sys.argv[1]), Path(sys.argv[2])

    def mark(step_key):
        import time
        time.sleep(0.01)
        with open(folder / step_key, "a") as file:
            file.write("x")

    made = draw_pipeline(seed, mark)
    newest = dagnb.runs(limit=1)
    if newest.empty:
        run = made.run()
    else:
        parent = dagnb.run(newest["run_id"].iloc[0])
        run = parent if parent.success else made.reexecute(parent, from_failure=True)
    print("done" if run.success else "failed", flush=True)
"""


@pytest.mark.parametrize("seed", range(2))
def test_a_killed_run_is_resumed_where_it_was(seed: int, dagnb_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "marks"
    folder.mkdir()
    script = tmp_path / "resume.py"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    chance = random.Random(seed)
    environment = {**os.environ, "DAGNB_HOME": str(dagnb_home), "PYTHONPATH": str(ROOT)}
    kills, out = 0, ""
    for attempt in range(30):
        process = subprocess.Popen(
            [sys.executable, str(script), str(seed), str(folder)], env=environment, stdout=subprocess.PIPE, text=True
        )
        if attempt < 3:
            marks = len(list(folder.iterdir()))
            until = time.monotonic() + 30
            while process.poll() is None and len(list(folder.iterdir())) == marks and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            kills += 1
        out, _ = process.communicate(timeout=60)
        if "done" in out:
            break
    assert "done" in out
    with Instance.get() as instance:
        told = [
            (record.step_key, record.kind)
            for run in reversed(instance.read_runs())
            for record in instance.events.read(run.run_id, kinds=["StepStarted", "StepSucceeded"])
        ]
    finished = [step for step, kind in told if kind == "StepSucceeded"]
    repeated = [step for number, step in enumerate(finished) if step in finished[:number]]
    report(f"R6, seed {seed}: {kills} kills, {len(finished)} steps, {len(repeated)} finished ones repeated")
    assert not repeated
    for step in finished:
        assert max(number for number, each in enumerate(told) if each[0] == step) == told.index((step, "StepSucceeded"))
    assert {path.name for path in folder.iterdir()} == set(finished)
