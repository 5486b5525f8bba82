"""A chain of function steps, history and values kept, against bare SQLite."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dagnb import Pipeline, lambda_solid, pipeline
from dagnb.instance import Instance
from tests.benchmarks.budget import Row, in_turn, ms


@lambda_solid
def one() -> int:
    return 1


@lambda_solid
def add_one(number: int) -> int:
    return number + 1


def _chain(count: int) -> Pipeline:
    @pipeline(name=f"chain_{count}")
    def chain() -> None:
        handle: Any = one()
        for _ in range(count - 1):
            handle = add_one(handle)

    return chain


def bare_sqlite(folder: Path, count: int) -> None:
    """Make `count` steps of three events each, every event its own WAL transaction."""
    connection = sqlite3.connect(folder / f"bare-{count}-{id(object())}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE IF NOT EXISTS e (run TEXT, seq INTEGER, kind TEXT, payload TEXT)")
    for step in range(count):
        for kind in ("start", "output", "success"):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO e VALUES (?, ?, ?, ?)", ("r", step, kind, f'{{"value": {step}}}'))
            connection.execute("COMMIT")
    connection.close()


def rows() -> Iterator[Row]:
    """Yield the rows of this subject."""
    with tempfile.TemporaryDirectory() as name, Instance.ephemeral() as instance:
        folder = Path(name)
        for count, rounds in ((1000, 5), (5000, 3)):
            chain = _chain(count)

            def ours(chain: Pipeline = chain, count: int = count) -> None:
                run = chain.run(instance=instance)
                assert run.success

            def reference(count: int = count) -> None:
                bare_sqlite(folder, count)

            mine, bare, wall, cpu = in_turn(ours, reference, rounds)
            yield Row(
                what=f"chain of {count} function steps",
                figure=f"{mine[0] / count * 1e6:.0f} us a step",
                cpu=f"{mine[1] / count * 1e6:.0f} us CPU, {cpu:.1f}x",
                reference=f"bare SQLite: {ms(bare[0])}",
                value=wall,
                budget=2,
            )
