"""Bring a database to this dagnb's revision: create it, migrate it, or refuse it with a sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from dagnb.errors import DagnbInstanceError
from dagnb.storage.sql.database import SqliteDatabase
from dagnb.storage.sql.failures import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(database: SqliteDatabase, *, migrations: Path = MIGRATIONS, head: str | None = None) -> None:
    """Create the tables of a new file, or migrate those of an older dagnb after a backup.

    Args:
        database: the database.
        migrations: the folder of the revisions (default: dagnb's own).
        head: the revision wanted (default: dagnb's own).

    Raises:
        DagnbInstanceError: the file holds something else, or was written by a newer dagnb.
    """
    from dagnb.storage.sql.schema import HEAD

    wanted = head or HEAD
    if database.read(_stored_revision) == wanted:
        return
    # Not possible inside a transaction, and kept in the file from then on.
    database.read(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode=WAL").all())
    with database.write() as connection:
        stored = _stored_revision(connection)  # asked again: another process may have been quicker
        if stored == wanted:
            return
        if stored is None:
            _create(connection, database.path, wanted)
            return
    _migrate(database, stored, wanted, migrations)


def _stored_revision(connection: Connection) -> str | None:
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    if known is None:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def _create(connection: Connection, path: Path, revision: str) -> None:
    from dagnb.storage.sql.schema import alembic_version, metadata

    foreign = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1").first()
    if foreign is not None:
        raise DagnbInstanceError(
            "the file is a database of another program",
            where=str(path),
            got=f"a table named {foreign[0]}",
            expected="a database of dagnb, or none",
            hint="set DAGNB_HOME to another folder",
        )
    metadata.create_all(connection, checkfirst=False)
    connection.execute(alembic_version.insert().values(version_num=revision))


def _migrate(database: SqliteDatabase, stored: str, wanted: str, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if stored not in known:
        raise DagnbInstanceError(
            "the instance was written by a newer dagnb",
            where=str(database.path),
            got=f"revision {stored}",
            expected=f"revision {wanted} or an earlier one",
            hint="pip install --upgrade dagnb, or set DAGNB_HOME to another folder",
        )
    _back_up(database.path, database.path.with_name(f"{database.path.name}.before-{wanted}"))
    with database.write() as connection:
        if _stored_revision(connection) != wanted:
            config.attributes["connection"] = connection
            command.upgrade(config, wanted)


def _back_up(path: Path, target: Path) -> None:
    with translated(path):
        source = sqlite3.connect(path)
        copy = sqlite3.connect(target)
        try:
            target.chmod(0o600)
            source.backup(copy)
        finally:
            copy.close()
            source.close()
