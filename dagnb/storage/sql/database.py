"""One SQLite file: a pool of connections to read with, and one, kept open, to write with."""

from __future__ import annotations

import os
import random
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dagnb.errors import DagnbInstanceError
from dagnb.storage.sql.failures import is_busy, opening, translated
from dagnb.storage.sql.forks import Gate, watch

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_T = TypeVar("_T")

PATIENCE = 60.0  # seconds for which a lock is waited for; only a foreign program holds one for longer
_BUSY_TIMEOUT = 5_000  # milliseconds, SQLite's own share of the waiting
_IDLE_READERS = 4

# A child that was forked in the middle of a transaction must not even close its parent's connections: it keeps them
# here, untouched, until it ends.
_inherited: list[object] = []


class SqliteDatabase:
    """Read and write one SQLite file from any thread, and from many processes at a time.

    Nothing is open in the moment of a fork; parent and child connect again at their next use (`forks`).

    Args:
        path: the file; it need not be there yet, its folder must.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._closed = False
        self._begin_anew()
        watch(self)

    def _begin_anew(self) -> None:
        self._gate = Gate()
        self._lock = threading.RLock()
        self._engine: Engine | None = None
        self._writer: Connection | None = None

    def before_fork(self) -> None:
        """Close every connection, once they are all at rest."""
        if self._gate.shut():
            self._disconnect()

    def after_fork_in_parent(self) -> None:
        """Go on; the next use connects again."""
        self._gate.open()

    def after_fork_in_child(self) -> None:
        """Begin anew; the next use connects."""
        _inherited.append((self._engine, self._writer))
        self._begin_anew()

    def _connect(self) -> sqlite3.Connection:
        with opening(self.path):
            _make_private(self.path)
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT / 1000, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    @property
    def engine(self) -> Engine:
        """The engine, made at first use."""
        if self._engine is None:
            from sqlalchemy import create_engine
            from sqlalchemy.pool import QueuePool

            with self._lock:
                if self._closed:
                    raise DagnbInstanceError(
                        "the instance is closed", where=str(self.path), hint="dagnb.instance() opens it again"
                    )
                if self._engine is None:
                    self._engine = create_engine(
                        "sqlite+pysqlite://",
                        creator=self._connect,
                        poolclass=QueuePool,
                        pool_size=_IDLE_READERS,
                        max_overflow=-1,
                        pool_reset_on_return=None,
                        isolation_level="AUTOCOMMIT",
                    )
        return self._engine

    def read(self, query: Callable[[Connection], _T]) -> _T:
        """Return what `query` makes of a connection; asked again when a lock came in between.

        Raises:
            DagnbInstanceError: the file cannot be read.
        """

        def attempt() -> _T:
            with self._gate.passage(), self.engine.connect() as connection:
                return query(connection)

        with translated(self.path):
            return patiently(attempt)

    def fetch(self, text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query in the driver's own words, past SQLAlchemy.

        Raises:
            DagnbInstanceError: the file cannot be read.
        """

        def attempt() -> list[tuple[Any, ...]]:
            with self._gate.passage():
                borrowed = self.engine.raw_connection()
                try:
                    cursor = borrowed.cursor()
                    cursor.execute(text, values)
                    return list(cursor.fetchall())
                finally:
                    borrowed.close()

        with translated(self.path):
            return patiently(attempt)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one writing connection, in a transaction that holds the write lock from its start.

        Raises:
            DagnbInstanceError: the file cannot be written.
        """
        with self._transaction() as (writer, _):
            yield writer

    @contextmanager
    def write_directly(self) -> Iterator[sqlite3.Connection]:
        """Give the driver's connection below the writing one, in such a transaction.

        Raises:
            DagnbInstanceError: the file cannot be written.
        """
        with self._transaction() as (_, driver):
            yield driver

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Connection, sqlite3.Connection]]:
        with self._gate.passage(), self._lock, translated(self.path):
            if self._writer is None:
                self._writer = self.engine.connect()
            writer = self._writer
            driver = writer.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101  # for the type checker
            try:
                # A deferred transaction would fail with "locked" on its first write, whatever the timeout.
                patiently(lambda: driver.execute("BEGIN IMMEDIATE"))
                yield writer, driver
                driver.commit()
            finally:
                # Also on KeyboardInterrupt, which can come between any two lines.
                if driver.in_transaction:
                    driver.rollback()
                if writer.in_transaction():
                    writer.rollback()

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._closed = True
            self._disconnect()

    def _disconnect(self) -> None:
        writer, engine = self._writer, self._engine
        self._writer = self._engine = None
        if writer is not None:
            writer.close()
        if engine is not None:
            engine.dispose()


def _make_private(path: Path) -> None:
    """Make the file, if it is not there, for its owner alone; SQLite would let everybody read it."""
    if path.exists():
        return
    # Never opened under its own name: closing a file takes away all locks that this process has on it, SQLite's too.
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    finally:
        draft.unlink()


def patiently(attempt: Callable[[], _T]) -> _T:
    """Return what `attempt` returns, trying again while somebody else holds the lock."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except Exception as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            # Jitter, so that the processes that wait do not come back all at once.
            time.sleep(random.uniform(0.001, 0.05))  # noqa: S311
