"""What a person may set for an instance, in its file dagnb.yaml."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dagnb.errors import DagnbInstanceError

SETTINGS_FILE = "dagnb.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of an instance.

    Args:
        store: the name of a store (entry point group `dagnb.stores`).
        database: the file of the database, relative to the instance's folder (default: dagnb.db there).
        values: the folder of the values, relative to the instance's folder, or an address that fsspec knows, for
            example ``s3://bucket/values``.
    """

    store: str = "sqlite"
    database: str | None = None
    values: str = "values"


def read_settings(home: Path) -> Settings:
    """Return the settings of the instance in a folder; the defaults when there is no file.

    Raises:
        DagnbConfigError: the file has problems; all of them are named.
        DagnbInstanceError: it cannot be read.
    """
    path = home / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise DagnbInstanceError("the instance's settings cannot be read", where=str(path), got=str(error)) from error
    from dagnb.config import DagnbConfigError, Field, Noneable, compile_schema, parse_document, resolve_schema

    schema = resolve_schema(
        {
            "store": Field(str, default_value="sqlite"),
            "database": Field(Noneable(str), default_value=None),
            "values": Field(str, default_value="values"),
        }
    )
    try:
        document = parse_document(text)
        document.raise_for_problems()
        return Settings(**compile_schema(schema).validate(document.value))
    except DagnbConfigError as error:
        # The path begins with the file: whoever runs a pipeline does not think of the settings.
        placed = (replace(problem, path=(str(path), *problem.path)) for problem in error.errors)
        raise DagnbConfigError(placed, subject="instance's settings") from None
