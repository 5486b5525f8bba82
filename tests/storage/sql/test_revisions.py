from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dagnb.errors import DagnbInstanceError
from dagnb.storage.sql.database import SqliteDatabase
from dagnb.storage.sql.revisions import MIGRATIONS, bring_up_to_date
from dagnb.storage.sql.schema import HEAD
from dagnb.storage.sql.store import SqliteStore
from tests.storage.samples import SNAPSHOT, a_run

ADD_COLOUR = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("runs", sa.Column("colour", sa.Text))
    {then}
"""


def layout(path: Path) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")
        return sorted((kind, name, " ".join((sql or "").split())) for kind, name, sql in found)
    finally:
        connection.close()


def migrations_with(folder: Path, revision: str) -> Path:
    copied = folder / "migrations"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "versions" / "9999_more.py").write_text(revision)
    return copied


def test_the_revisions_lead_to_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "new.db").close()
    database = SqliteDatabase(tmp_path / "migrated.db")
    try:
        with database.write() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.close()

    def tables(path: Path) -> list[tuple[str, str, str]]:
        return [entry for entry in layout(path) if entry[1] != "alembic_version"]

    assert tables(tmp_path / "migrated.db") == tables(tmp_path / "new.db")


def test_a_new_database_has_the_head_revision_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    store = SqliteStore(path)
    store.runs.create_run(a_run(), SNAPSHOT)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    store.close()
    assert modes == {"dagnb.db": 0o600, "dagnb.db-shm": 0o600, "dagnb.db-wal": 0o600}
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    connection.close()


def test_opening_imports_no_alembic(tmp_path: Path) -> None:
    code = "import sys; from dagnb.storage.sql.store import SqliteStore; SqliteStore(sys.argv[1]).close()"
    code += "; assert not any(name.partition('.')[0] == 'alembic' for name in sys.modules)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "dagnb.db")], check=True, cwd=Path.cwd())


def test_an_older_database_is_backed_up_and_migrated(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    store = SqliteStore(path)
    store.runs.create_run(a_run(), SNAPSHOT)
    store.close()
    database = SqliteDatabase(path)
    try:
        revisions = migrations_with(tmp_path, ADD_COLOUR.format(head=HEAD, then=""))
        bring_up_to_date(database, migrations=revisions, head="9999")
        rows = database.read(lambda connection: connection.exec_driver_sql("SELECT run_id, colour FROM runs").all())
        assert [tuple(row) for row in rows] == [("run-1", None)]
    finally:
        database.close()
    backup = SqliteStore(tmp_path / "dagnb.db.before-9999")
    assert backup.runs.run("run-1") == a_run()
    backup.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    SqliteStore(path).close()
    before = layout(path)
    database = SqliteDatabase(path)
    revisions = migrations_with(tmp_path, ADD_COLOUR.format(head=HEAD, then="raise ZeroDivisionError"))
    with pytest.raises(ZeroDivisionError):
        bring_up_to_date(database, migrations=revisions, head="9999")
    database.close()
    assert layout(path) == before
    SqliteStore(path).close()


def test_a_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    SqliteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(DagnbInstanceError, match="written by a newer dagnb") as caught:
        SqliteStore(path)
    assert caught.value.got == "revision from-the-future"
    assert path.read_bytes() == before


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cookies.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookies (name TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(DagnbInstanceError, match="database of another program") as caught:
        SqliteStore(path)
    assert caught.value.got == "a table named cookies"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    path.write_bytes(b"this is a letter, not a database. " * 100)
    with pytest.raises(DagnbInstanceError, match="not a SQLite database") as caught:
        SqliteStore(path)
    assert caught.value.where == str(path)
    assert caught.value.hint


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dagnb.db"
    store = SqliteStore(path)
    for number in range(300):
        store.runs.create_run(a_run(f"run-{number}"), SNAPSHOT)
    store.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)

    def use() -> None:
        damaged = SqliteStore(path)
        try:
            damaged.runs.runs()
        finally:
            damaged.close()

    with pytest.raises(DagnbInstanceError, match="is damaged"):
        use()


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dagnb.db").mkdir()
    with pytest.raises(DagnbInstanceError, match="cannot be opened"):
        SqliteStore(tmp_path / "dagnb.db")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DagnbInstanceError, match="cannot be opened"):
        SqliteStore(tmp_path / "gone" / "dagnb.db")
