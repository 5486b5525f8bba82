"""Stored data that somebody has exchanged: it is refused, and runs nothing (R18)."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import pickle
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import dagnb
from dagnb import pipeline, solid
from dagnb.errors import DagnbValueError
from dagnb.handles import running
from dagnb.instance import Instance
from tests.bombs import Bomb

STEPS = ("a_set", "an_array", "a_frame", "a_large_set")


@pytest.fixture
def run_id() -> str:
    @solid
    def a_set() -> set[int]:
        return {1, 2, 3}

    @solid
    def an_array():  # type: ignore[no-untyped-def]
        return np.arange(10_000.0)

    @solid
    def a_frame() -> pd.DataFrame:
        return pd.DataFrame({"a": range(10_000)})

    @solid
    def a_large_set() -> set[int]:
        return set(range(10_000))

    @pipeline
    def values() -> None:
        a_set()
        an_array()
        a_frame()
        a_large_set()

    run_id = values.run().run_id
    running._executed.clear()  # as in another process
    return run_id


def bombs(folder: Path) -> list[bytes]:
    pickled = pickle.dumps(Bomb(folder))
    array = io.BytesIO()
    np.save(array, np.array([Bomb(folder)], dtype=object), allow_pickle=True)
    return [pickled, b"dagnb-pickle-1\n" + b"\0" * 32 + pickled, array.getvalue()]


def exchange(home: Path, data: bytes, codec: str) -> None:
    """Put the data in the place of every value, with the digest that it has."""
    for file in home.glob("values/*/*/result.*"):
        file.write_bytes(data)
    with contextlib.closing(sqlite3.connect(home / "dagnb.db")) as database, database:
        rows = database.execute("SELECT id, payload FROM events WHERE kind = 'OutputProduced'").fetchall()
        for number, payload in rows:
            event = json.loads(payload)
            reference = event["reference"]
            reference["codec"], reference["digest"] = codec, hashlib.sha256(data).hexdigest()[:16]
            if "inline" in reference:
                reference["inline"] = base64.b64encode(data).decode()
            database.execute("UPDATE events SET payload = ? WHERE id = ?", (json.dumps(event), number))


@pytest.mark.parametrize(
    "codec", ["pickle", "numpy", "pandas", "polars", "pyarrow", "json", "structure", "io_manager", "../../x"]
)
@pytest.mark.parametrize("number", range(3), ids=["a pickle", "a pickle with a false signature", "an array of objects"])
def test_an_exchanged_value_is_refused_and_runs_nothing(
    dagnb_home: Path, tmp_path: Path, run_id: str, codec: str, number: int
) -> None:
    made = tmp_path / "made by a bomb"
    Instance.close_all()
    exchange(dagnb_home, bombs(made)[number], codec)
    run = dagnb.run(run_id)
    for step in STEPS:
        with pytest.raises(DagnbValueError):
            run[step].value  # noqa: B018  # reading is what is tested
    assert run.to_html()
    assert repr(run)
    assert not made.exists()


def test_the_command_line_runs_nothing_of_an_exchanged_value(dagnb_home: Path, tmp_path: Path, run_id: str) -> None:
    made = tmp_path / "made by a bomb"
    Instance.close_all()
    exchange(dagnb_home, bombs(made)[0], "pickle")
    shown = subprocess.run([sys.executable, "-m", "dagnb", "runs", "show", run_id], capture_output=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert not made.exists()


@pytest.mark.parametrize("address", ["../../../../etc/passwd", "/etc/passwd", "a/../../key", "a\0b"])
def test_an_address_outside_the_instance_is_refused(dagnb_home: Path, run_id: str, address: str) -> None:
    Instance.close_all()
    with contextlib.closing(sqlite3.connect(dagnb_home / "dagnb.db")) as database, database:
        text = json.dumps(address)
        patch = f"json_set(json_remove(payload, '$.reference.inline'), '$.reference.address', json('{text}'))"
        database.execute(f"UPDATE events SET payload = {patch} WHERE kind = 'OutputProduced'")  # noqa: S608
    with pytest.raises(DagnbValueError, match="outside"):
        dagnb.run(run_id)["a_frame"].value  # noqa: B018  # as above
