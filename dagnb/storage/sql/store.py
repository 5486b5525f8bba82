"""The store of an instance in one SQLite file."""

from __future__ import annotations

import os
from pathlib import Path

from dagnb.contracts.clock import Clock, SystemClock
from dagnb.storage.sql.database import SqliteDatabase
from dagnb.storage.sql.events import SqlEventLog
from dagnb.storage.sql.revisions import bring_up_to_date
from dagnb.storage.sql.runs import SqlRunStore


class SqliteStore:
    """Keep runs and events in one SQLite file. Thread-safe; many processes may use the file at a time.

    Args:
        path: the file; it is made when it is not there, its folder must be there.
        clock: tells the time (default: the machine's).

    Raises:
        DagnbInstanceError: the file cannot be read or written, is something else, or is a newer dagnb's.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = SqliteStore(Path(folder.name, "dagnb.db"))
    >>> store.runs.runs()
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, path: str | os.PathLike[str], clock: Clock | None = None) -> None:
        self.path = Path(path)
        self.clock = clock or SystemClock()
        self._database = SqliteDatabase(self.path)
        try:
            bring_up_to_date(self._database)
        except BaseException:
            self._database.close()
            raise
        self._runs = SqlRunStore(self._database, self.clock)
        self._events = SqlEventLog(self._database, self.clock)

    @property
    def runs(self) -> SqlRunStore:
        """The runs."""
        return self._runs

    @property
    def events(self) -> SqlEventLog:
        """The events."""
        return self._events

    def close(self) -> None:
        """Close every connection."""
        self._database.close()
