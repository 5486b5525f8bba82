"""What a database says when it cannot, in the words of an instance's errors."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagnb.errors import DagnbInstanceError

_MOVE_AWAY = "move the file away to begin a new history, or put a backup of it in its place"
_SENTENCES: tuple[tuple[str, str, str], ...] = (
    ("SQLITE_NOTADB", "the instance's database is not a SQLite database", _MOVE_AWAY),
    ("SQLITE_CORRUPT", "the instance's database is damaged", _MOVE_AWAY),
    ("SQLITE_FULL", "the disk that holds the instance's database is full", "make room there and run again"),
    (
        "SQLITE_READONLY",
        "the instance's database cannot be written",
        "give yourself the right to write there, or set DAGNB_HOME to a folder that you can write",
    ),
    (
        "SQLITE_CANTOPEN",
        "the instance's database cannot be opened",
        "see whether the path is a file that you can read, or set DAGNB_HOME to another folder",
    ),
    (
        "SQLITE_IOERR",
        "the disk that holds the instance's database gave an error",
        "see whether the disk is there and has room, then run again",
    ),
)
_WANT_ROOM = ("SQLITE_FULL", "SQLITE_IOERR")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def sqlite_error(error: BaseException) -> sqlite3.Error | None:
    """Return SQLite's own error, also from inside SQLAlchemy's, or None when it is none."""
    if isinstance(error, sqlite3.Error):
        return error
    inner = getattr(error, "orig", None)
    return inner if isinstance(inner, sqlite3.Error) else None


def is_busy(error: BaseException) -> bool:
    """Whether somebody else holds the lock, so that trying again will help."""
    found = sqlite_error(error)
    return found is not None and getattr(found, "sqlite_errorname", "").startswith(_BUSY)


def instance_error(error: sqlite3.Error, path: Path) -> DagnbInstanceError:
    """Return the error to raise for one of SQLite's."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_BUSY):
        return DagnbInstanceError(
            "the instance's database stayed locked by another program",
            where=str(path),
            got=str(error),
            hint="end the program that holds it open, for example a database browser, and run again",
        )
    got = f"{error}, {_room(path)}" if name.startswith(_WANT_ROOM) else str(error)
    for prefix, what, hint in _SENTENCES:
        if name.startswith(prefix):
            return DagnbInstanceError(what, where=str(path), got=got, hint=hint)
    if str(error).startswith("no such table"):
        return DagnbInstanceError(
            "the instance's database was deleted while it was in use",
            where=str(path),
            got=str(error),
            expected="the runs written so far",
            hint="put a backup in its place, or run again to begin a new history",
        )
    return DagnbInstanceError(
        "the instance's database refused a statement",
        where=str(path),
        got=str(error),
        hint="dagnb doctor looks it over",
    )


def _room(path: Path) -> str:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        return f"its disk does not answer ({error.strerror})"
    return f"{free / 2**20:,.1f} MiB free there"


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what SQLite raises in the block as `DagnbInstanceError`."""
    try:
        yield
    except Exception as error:
        found = sqlite_error(error)
        if found is None:
            raise
        raise instance_error(found, path) from error


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Raise what the operating system raises in the block as `DagnbInstanceError`."""
    try:
        yield
    except OSError as error:
        raise DagnbInstanceError(
            "the instance's database cannot be opened",
            where=str(path),
            got=error.strerror or str(error),
            hint="see whether the path is a file that you can write, or set DAGNB_HOME to another folder",
        ) from error
