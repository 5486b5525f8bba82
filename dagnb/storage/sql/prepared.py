"""Queries that are written out once: SQLAlchemy takes longer to recognise one than SQLite to answer it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from dagnb.storage.sql.database import SqliteDatabase

if TYPE_CHECKING:
    from sqlalchemy import Select


class PreparedQueries:
    """Ask a database queries that are compiled at their first use.

    Args:
        database: the database.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._known: dict[Hashable, tuple[str, Sequence[str], dict[str, Any]]] = {}

    def rows(self, shape: Hashable, build: Callable[[], Select[Any]], values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Args:
            shape: what tells the query apart from those that differ in more than values.
            build: makes the query, every value in it a `bindparam`, when its shape is not known yet.
            values: the values by their parameter's name; others may be among them.
        """
        found = self._known.get(shape)
        if found is None:
            compiled = build().compile(dialect=self._database.engine.dialect)
            # SQLAlchemy adds some of its own, such as the offset of a limit.
            constants = {name: value for name, value in compiled.params.items() if value is not None}
            found = self._known[shape] = (str(compiled), tuple(compiled.positiontup or ()), constants)
        text, names, constants = found
        given = {**constants, **values}
        return self._database.fetch(text, [given[name] for name in names])
