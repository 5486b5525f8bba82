"""One place's stores, settings and plug-ins."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import warnings
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from dagnb.contracts.clock import Clock, SystemClock
from dagnb.contracts.parts import OWN_PARTS, entry_points_of, load_part
from dagnb.contracts.records import RunFilter, RunRecord
from dagnb.errors import DagnbError, DagnbInstanceError, DagnbNotFoundError
from dagnb.storage.home import HOME_VARIABLE, database_path, find_home, on_network, prepare_home
from dagnb.storage.settings import Settings, read_settings

if TYPE_CHECKING:
    from dagnb.contracts.stores import EventLog, RunStore, Store, ValueStore
    from dagnb.storage.recovery import LostRuns
    from dagnb.storage.values.pickles import PickleCodec

__all__ = ["Instance", "InstanceWarning"]

_SHOWN_CHOICES = 5


class InstanceWarning(UserWarning):
    """The instance is not where it should be; what is written goes elsewhere, as the text says."""


class Instance:
    """The stores of one place, opened at first use. Thread-safe; a forked child may go on using it.

    `Instance.get` finds the instance of the working folder; `Instance.at` takes a folder; `Instance.ephemeral` makes
    one that is gone when it is closed.

    >>> with Instance.ephemeral() as instance:
    ...     instance.read_runs()
    []
    """

    _open: ClassVar[dict[Path, Instance]] = {}
    _opening: ClassVar[threading.RLock] = threading.RLock()

    def __init__(self, home: Path, clock: Clock | None = None, *, temporary: bool = False) -> None:
        self.home = home
        self.clock: Clock = clock or SystemClock()
        self.temporary = temporary
        self._lock = threading.RLock()
        self._parts: dict[tuple[str, str], Any] = {}
        self._store: Store | None = None
        self._opened: Path | None = None
        self._values: ValueStore | None = None
        self._lost: LostRuns | None = None
        self._remove = weakref.finalize(self, _remove_folder, home, os.getpid()) if temporary else None
        if not temporary:
            prepare_home(home)

    @classmethod
    def get(cls, start: str | os.PathLike[str] | None = None) -> Instance:
        """Return the instance that belongs to a folder, always the same one for the same place.

        Where it cannot be written, a temporary one takes its place, with an `InstanceWarning`.

        Args:
            start: the folder (default: the working folder). `DAGNB_HOME` goes before it.

        Raises:
            DagnbInstanceError: something else is in its place.
        """
        home = find_home(Path(start) if start is not None else None)
        with cls._opening:
            found = cls._open.get(home)
            if found is not None and found._is_gone():  # noqa: SLF001  # of the same class
                found.close()
                found = None
            if found is None:
                try:
                    found = cls(home)
                except OSError as error:
                    if isinstance(error, DagnbError):
                        raise
                    found = cls._instead_of(home, error)
                cls._open[home] = found
            return found

    @classmethod
    def at(cls, home: str | os.PathLike[str], *, clock: Clock | None = None) -> Instance:
        """Open the instance in exactly this folder, made when it is not there.

        Raises:
            DagnbInstanceError: the folder cannot be made or written.
        """
        path = Path(home).expanduser().absolute()
        try:
            return cls(path, clock)
        except OSError as error:
            if isinstance(error, DagnbError):
                raise
            raise DagnbInstanceError(
                "the instance's folder cannot be written",
                where=str(path),
                got=error.strerror or str(error),
                hint="give yourself the right to write there, or choose another folder",
            ) from error

    @classmethod
    def ephemeral(cls, *, clock: Clock | None = None) -> Instance:
        """Make an instance in a temporary folder that is removed when it is closed or no longer used."""
        return cls(Path(tempfile.mkdtemp(prefix="dagnb-")), clock, temporary=True)

    @classmethod
    def local_temp(cls, folder: str | os.PathLike[str] | None = None, *, clock: Clock | None = None) -> Instance:
        """Open an instance for a test: in a folder, which stays, or in a temporary one as `ephemeral` does.

        Args:
            folder: the instance's folder, for example pytest's `tmp_path`, made when it is not there (default: a
                temporary one).
            clock: what tells the time.

        Raises:
            DagnbInstanceError: the folder cannot be made or written.
        """
        return cls.ephemeral(clock=clock) if folder is None else cls.at(folder, clock=clock)

    @contextmanager
    def as_default(self) -> Iterator[Self]:
        """Make it the one that `get` returns, while the block lasts; processes started meanwhile find its folder too.

        >>> with Instance.ephemeral() as instance, instance.as_default():
        ...     Instance.get() is instance
        True
        """
        named = os.environ.get(HOME_VARIABLE)
        with self._opening:
            replaced = self._open.get(self.home)
            self._open[self.home] = self
        os.environ[HOME_VARIABLE] = str(self.home)
        try:
            yield self
        finally:
            if named is None:
                os.environ.pop(HOME_VARIABLE, None)
            else:
                os.environ[HOME_VARIABLE] = named
            with self._opening:
                if replaced is not None:
                    self._open[self.home] = replaced
                elif self._open.get(self.home) is self:
                    del self._open[self.home]

    @classmethod
    def _instead_of(cls, home: Path, error: OSError) -> Instance:
        made = cls.ephemeral()
        text = (
            f"{home} cannot be written ({error.strerror or error}): runs are kept in {made.home} until this process"
            " ends. Set DAGNB_HOME to a folder that can be written."
        )
        warnings.warn(text, InstanceWarning, stacklevel=3)
        return made

    @cached_property
    def settings(self) -> Settings:
        """The settings, from dagnb.yaml in the folder.

        Raises:
            DagnbConfigError: the file has problems; all of them are named.
        """
        return read_settings(self.home)

    @property
    def store(self) -> Store:
        """The database of runs and events.

        Raises:
            DagnbInstanceError: it cannot be read or written.
            DagnbPluginError: the settings name a store that is not installed.
        """
        with self._lock:
            if self._store is None:
                self._store = self._open_store()
            return self._store

    @property
    def runs(self) -> RunStore:
        """The runs."""
        return self.store.runs

    @property
    def events(self) -> EventLog:
        """The events."""
        return self.store.events

    @property
    def values(self) -> ValueStore:
        """The values of outputs."""
        with self._lock:
            if self._values is None:
                from dagnb.storage.values.store import FilesystemValueStore

                named = self.settings.values
                root = named if "://" in named else self.home / named
                self._values = FilesystemValueStore(root, self.home / "key")
            return self._values

    @cached_property
    def pickles(self) -> PickleCodec:
        """Writes pickles that this instance has signed, and reads no others."""
        from dagnb.storage.values.pickles import PickleCodec, instance_key

        return PickleCodec(instance_key(self.home / "key"))

    @property
    def database(self) -> Path:
        """The file of the database."""
        named = self.settings.database
        return self.home / named if named is not None else database_path(self.home)

    def read_run(self, run_id_prefix: str) -> RunRecord:
        """Return the run whose id begins so; one whose owner has died is closed as FAILURE first.

        Args:
            run_id_prefix: the id, or as much of it as tells it apart.

        Raises:
            DagnbNotFoundError: no run or more than one begins so.
        """
        found = self.runs.run(run_id_prefix)
        if found is None:
            begun = (
                self.runs.runs(RunFilter(run_id_prefix=run_id_prefix), limit=_SHOWN_CHOICES) if run_id_prefix else []
            )
            if len(begun) != 1:
                raise self._not_one(run_id_prefix, begun)
            found = begun[0]
        if self._lost_runs.close(found):
            found = self.runs.run(found.run_id) or found
        return found

    def read_runs(
        self, filters: RunFilter | None = None, *, limit: int | None = None, before: str | None = None
    ) -> list[RunRecord]:
        """Return runs, newest first; those whose owner has died are closed as FAILURE first.

        Args:
            filters: which runs (default: all).
            limit: how many at the most (default: all).
            before: the id of the last run of the page before.
        """
        self._lost_runs.close_all()
        return self.runs.runs(filters, limit=limit, before=before)

    def plugin(self, group: str, name: str) -> Any:
        """Return a part by its entry point, loaded once.

        Args:
            group: executors, launchers, bodies, engines, stores, value_types or loggers.
            name: the part's name.

        Raises:
            DagnbPluginError: there is no such part, or it does not load.

        >>> with Instance.ephemeral() as instance:
        ...     instance.plugin("stores", "sqlite").__name__
        'SqliteStore'
        """
        key = (group, name)
        if key not in self._parts:
            self._parts[key] = load_part(group, name)
        return self._parts[key]

    def plugin_names(self, group: str) -> list[str]:
        """Return the names of the parts of a group, dagnb's own and those of other packages."""
        return sorted({*OWN_PARTS.get(group, ()), *entry_points_of(group)})

    def info(self) -> dict[str, Any]:
        """Return what `dagnb doctor` shows of the instance; reads the database."""
        from sqlite3 import sqlite_version

        database = self.database
        count = self.runs.count_runs()
        return {
            "home": str(self.home),
            "temporary": self.temporary,
            "on_network": on_network(self.home),
            "store": self.settings.store,
            "database": str(database),
            "database_bytes": database.stat().st_size if database.exists() else 0,
            "sqlite": sqlite_version,
            "runs": count,
            "plugins": {group: self.plugin_names(group) for group in OWN_PARTS},
        }

    def close(self) -> None:
        """Close the stores; a temporary instance's folder is removed. A later use opens them again where they last."""
        with self._opening, self._lock:
            for home, instance in list(self._open.items()):
                if instance is self:
                    del self._open[home]
            store, self._store, self._opened, self._lost = self._store, None, None, None
            if store is not None:
                store.close()
            if self._remove is not None:
                self._remove()

    @classmethod
    def close_all(cls) -> None:
        """Close every instance that `get` has opened."""
        with cls._opening:
            for instance in list(cls._open.values()):
                instance.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Instance({str(self.home)!r})"

    @property
    def _lost_runs(self) -> LostRuns:
        with self._lock:
            if self._lost is None:
                from dagnb.storage.recovery import LostRuns

                self._lost = LostRuns(self.store, self.clock)
            return self._lost

    def _is_gone(self) -> bool:
        """Whether somebody deleted the folder or the database: what is written to a file without a name is lost."""
        return not self.home.is_dir() or (self._opened is not None and not self._opened.exists())

    def _open_store(self) -> Store:
        made = self.plugin("stores", self.settings.store)
        database = self.database
        try:
            database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DagnbInstanceError(
                "the folder of the instance's database cannot be made",
                where=str(database.parent),
                got=error.strerror or str(error),
                hint="set DAGNB_HOME to a folder on this machine's own disk",
            ) from error
        store: Store = made(database, self.clock)
        self._opened = database
        if self.temporary:  # SQLAlchemy holds open connections for ever
            weakref.finalize(self, store.close).atexit = False
        return store

    def _not_one(self, prefix: str, begun: list[RunRecord]) -> DagnbNotFoundError:
        if begun:
            choices = [run.run_id for run in begun]
            return DagnbNotFoundError(
                "single run", prefix, choices, where=str(self.home), hint="give more of its id: several runs begin so"
            )
        newest = [run.run_id for run in self.runs.runs(limit=_SHOWN_CHOICES)]
        hint = "dagnb.runs() lists the runs" if newest else "this instance has no runs yet"
        return DagnbNotFoundError("run", prefix, newest, where=str(self.home), hint=hint)


def _remove_folder(folder: Path, pid: int) -> None:
    if os.getpid() == pid:  # not a forked child that ends before its parent
        shutil.rmtree(folder, ignore_errors=True)
