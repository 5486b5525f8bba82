"""Shelves: definitions of one kind by name, each made when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError

T = TypeVar("T")

_MAKING = object()
# One for all: a shelf holds none, so that it can go to other processes by value.
_lock = threading.RLock()


class Shelf(Generic[T]):
    """Hold definitions of one kind by name.

    Args:
        kind: what they are, for errors: "pipeline".
        where: whose they are, for errors.
        accept: returns whether a value is of the kind.
        entries: definitions, or functions without arguments that make one, by name; or a function that returns these.
        on_made: called with each definition when it is there.
    """

    def __init__(
        self,
        kind: str,
        where: str,
        accept: Callable[[Any], bool],
        entries: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        on_made: Callable[[T], None] | None = None,
    ) -> None:
        self.kind = kind
        self.where = where
        self._accept = accept
        self._given = entries
        self._on_made = on_made
        self._entries: dict[str, Any] | None = None
        self._made: dict[str, Any] = {}

    @property
    def entries(self) -> dict[str, Any]:
        """What was given for each name; asks for it when it is a function.

        Raises:
            DagnbInvalidDefinitionError: it is no dict of definitions and functions.
        """
        if self._entries is None:
            self._read()
        assert self._entries is not None  # noqa: S101  (it has just been read)
        return self._entries

    def _read(self) -> None:
        with _lock:
            if self._entries is not None:
                return
            given = self._given() if callable(self._given) else self._given
            if not isinstance(given, Mapping):
                raise DagnbInvalidDefinitionError(
                    f"{self.kind}s of a repository are a dict",
                    where=self.where,
                    got=told(given),
                    expected=f"{self.kind}s, or functions that make one, by their names",
                )
            for name, value in given.items():
                self._check(name, value)
            self._entries = dict(given)
            try:
                for name, value in self._entries.items():
                    if self._accept(value):
                        self._keep(name, value)
            except BaseException:
                self._entries = None  # asked again, it is refused again
                raise

    def _check(self, name: Any, value: Any) -> None:
        if self._accept(value):
            if value.name != name:
                raise self._misnamed(name, value.name)
        elif not callable(value) or not isinstance(name, str):
            raise DagnbInvalidDefinitionError(
                f"this is no {self.kind}",
                where=f"{self.where} › {self.kind} {name}",
                got=told(value),
                expected=f"a {self.kind}, or a function without arguments that makes it",
            )

    def _misnamed(self, name: Any, own: str) -> DagnbInvalidDefinitionError:
        return DagnbInvalidDefinitionError(
            f"the {self.kind} has another name",
            where=f"{self.where} › {self.kind} {name}",
            got=own,
            hint=f'write {{"{own}": ...}}, or name the {self.kind} {name}',
        )

    @property
    def names(self) -> list[str]:
        """The names; nothing is made for them."""
        return list(self.entries)

    def made(self, name: str) -> T | None:
        """Return a definition when it has been made already."""
        found = self._made.get(name) if name in self.entries else None
        return None if found is _MAKING else found

    def get(self, name: str) -> T:
        """Return a definition, made now when it has not been yet.

        Raises:
            DagnbNotFoundError: there is none of that name.
            DagnbInvalidDefinitionError: its function returned something else, or one of another name.
        """
        entries = self.entries
        if name not in entries:
            none = None if entries else f"the repository has no {self.kind}s"
            raise DagnbNotFoundError(self.kind, str(name), entries, where=self.where, hint=none)
        with _lock:
            found = self._made.get(name)
            if found is None:
                found = self._make(name, entries[name])
        if found is _MAKING:
            raise DagnbInvalidDefinitionError(
                f"making the {self.kind} asks for the {self.kind} itself", where=f"{self.where} › {self.kind} {name}"
            )
        kept: T = found
        return kept

    def _make(self, name: str, function: Callable[[], Any]) -> Any:
        self._made[name] = _MAKING
        try:
            made = function()
            if not self._accept(made):
                raise DagnbInvalidDefinitionError(
                    f"the function did not return a {self.kind}",
                    where=f"{self.where} › {self.kind} {name}",
                    got=told(made),
                )
            if made.name != name:
                raise self._misnamed(name, made.name)
        except BaseException as error:
            del self._made[name]
            error.add_note(f"while {self.where} made its {self.kind} {name}")
            raise
        self._keep(name, made)
        return made

    def _keep(self, name: str, made: Any) -> None:
        self._made[name] = made
        if self._on_made is not None:
            try:
                self._on_made(made)
            except BaseException:
                del self._made[name]
                raise

    def __iter__(self) -> Iterator[T]:
        return (self.get(name) for name in self.names)
