"""Metadata entries: labelled, typed facts that hang on events."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from dagnb.errors import DagnbInvalidDefinitionError

Scalar = str | int | float | bool | None
_Number = int | float  # spelled outside the class, whose factories are called int and float
_Count = int


@dataclass(frozen=True, slots=True)
class TextMetadataEntryData:
    """A text."""

    kind: ClassVar[str] = "text"
    text: str

    @property
    def value(self) -> str:
        """The text."""
        return self.text


@dataclass(frozen=True, slots=True)
class UrlMetadataEntryData:
    """A link; shown as one only when its scheme is http, https or mailto."""

    kind: ClassVar[str] = "url"
    url: str

    @property
    def value(self) -> str:
        """The link."""
        return self.url


@dataclass(frozen=True, slots=True)
class PathMetadataEntryData:
    """A path of a file or folder."""

    kind: ClassVar[str] = "path"
    path: str

    @property
    def value(self) -> str:
        """The path."""
        return self.path


@dataclass(frozen=True, slots=True)
class JsonMetadataEntryData:
    """A JSON document, kept as the text it was written with so that it can never be mistaken for a record."""

    kind: ClassVar[str] = "json"
    text: str

    @property
    def data(self) -> Any:
        """The document as Python data."""
        return json.loads(self.text)

    @property
    def value(self) -> Any:
        """The document as Python data."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class MarkdownMetadataEntryData:
    """A text in Markdown."""

    kind: ClassVar[str] = "md"
    md_str: str

    @property
    def value(self) -> str:
        """The text."""
        return self.md_str


@dataclass(frozen=True, slots=True)
class IntMetadataEntryData:
    """A whole number."""

    kind: ClassVar[str] = "int"
    value: int


@dataclass(frozen=True, slots=True)
class FloatMetadataEntryData:
    """A number; infinities and not-a-number survive the store."""

    kind: ClassVar[str] = "float"
    value: float


@dataclass(frozen=True, slots=True)
class BoolMetadataEntryData:
    """Yes or no."""

    kind: ClassVar[str] = "bool"
    value: bool


@dataclass(frozen=True, slots=True)
class TimestampMetadataEntryData:
    """A point in time, timezone-aware, kept in UTC."""

    kind: ClassVar[str] = "timestamp"
    value: datetime


@dataclass(frozen=True, slots=True)
class TableMetadataEntryData:
    """A small table: column names and rows of scalars."""

    kind: ClassVar[str] = "table"
    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]

    @property
    def value(self) -> list[dict[str, Scalar]]:
        """The rows, a dict each."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


MetadataEntryData = (
    TextMetadataEntryData
    | UrlMetadataEntryData
    | PathMetadataEntryData
    | JsonMetadataEntryData
    | MarkdownMetadataEntryData
    | IntMetadataEntryData
    | FloatMetadataEntryData
    | BoolMetadataEntryData
    | TimestampMetadataEntryData
    | TableMetadataEntryData
)


def _plain(value: Any) -> Any:
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, date | os.PathLike):
        return str(value)
    raise TypeError(f"an object of type {type(value).__name__} is not JSON")


def _refuse(kind: str, label: Any, got: Any, expected: str) -> DagnbInvalidDefinitionError:
    return DagnbInvalidDefinitionError(
        f"a metadata entry of kind {kind} cannot hold this value",
        where=f"metadata entry {label!r}"[:80],
        got=_shown(got),
        expected=expected,
    )


def _shown(value: Any) -> str:
    try:
        return f"{type(value).__name__} {value!r}"[:120]
    except Exception:  # noqa: BLE001  # the repr of any object, or of an integer that is too long to write
        return f"a value of type {type(value).__name__}"


_LONGEST = 14_000  # bits: Python refuses to write integers of more than 4300 digits
_MISSING = ("NAType", "NaTType")  # pandas' marks of missing values


def _scalar(value: Any) -> Scalar:
    if value is None or type(value).__name__ in _MISSING:
        return None
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _LONGEST else f"an integer of {value.bit_length()} bits"
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:  # numpy scalars
        return _scalar(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return str(value)


@dataclass(frozen=True, slots=True)
class EventMetadataEntry:
    """Attach a labelled, typed fact to an event; made by the factories.

    >>> entry = EventMetadataEntry.int(336_776, "rows")
    >>> entry.label, entry.entry_data.kind, entry.value
    ('rows', 'int', 336776)
    """

    label: str
    description: str | None
    entry_data: MetadataEntryData

    def __post_init__(self) -> None:
        # A year, a column that is a tuple: labels come from data too.
        if type(self.label) is not str:
            object.__setattr__(self, "label", str(self.label))
        if self.description is not None and type(self.description) is not str:
            object.__setattr__(self, "description", str(self.description))

    @property
    def value(self) -> Any:
        """The plain Python value of the entry."""
        return self.entry_data.value

    @property
    def kind(self) -> str:
        """One of text, url, path, json, md, int, float, bool, timestamp, table."""
        return self.entry_data.kind

    @staticmethod
    def text(text: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a text (anything else is turned into one)."""
        return EventMetadataEntry(label, description, TextMetadataEntryData("" if text is None else str(text)))

    @staticmethod
    def url(url: str, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a link."""
        return EventMetadataEntry(label, description, UrlMetadataEntryData(str(url)))

    @staticmethod
    def path(path: str | os.PathLike[str], label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a path."""
        try:
            text = os.fspath(path)
        except TypeError:
            raise _refuse("path", label, path, "a text or a pathlib.Path") from None
        return EventMetadataEntry(label, description, PathMetadataEntryData(text))

    @staticmethod
    def fspath(
        path: str | os.PathLike[str], label: str | None = None, description: str | None = None
    ) -> EventMetadataEntry:
        """Make an entry that holds a path, labelled by its last part unless told otherwise."""
        text = os.fspath(path)
        last = os.path.basename(text)  # noqa: PTH119  # pathlib is not loaded for it
        return EventMetadataEntry.path(text, label or last, description)

    @staticmethod
    def json(data: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a JSON document; numpy's numbers and arrays, moments and paths in it are taken too.

        Raises:
            DagnbInvalidDefinitionError: `data` cannot be written as JSON.
        """
        try:
            text = json.dumps(data, ensure_ascii=False, default=_plain)
        except (TypeError, ValueError, RecursionError) as error:
            raise _refuse("json", label, data, f"something JSON can hold ({error})") from None
        return EventMetadataEntry(label, description, JsonMetadataEntryData(text))

    @staticmethod
    def md(md_str: str, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds Markdown."""
        return EventMetadataEntry(label, description, MarkdownMetadataEntryData(str(md_str)))

    @staticmethod
    def int(value: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a whole number (numpy's are taken too).

        Raises:
            DagnbInvalidDefinitionError: `value` is not a whole number.
        """
        try:
            whole = int(value.__index__() if hasattr(value, "__index__") else value)
            if isinstance(value, str) or whole != value or whole.bit_length() > _LONGEST:
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise _refuse("int", label, value, "a whole number") from None
        return EventMetadataEntry(label, description, IntMetadataEntryData(whole))

    @staticmethod
    def float(value: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a number (whole ones and numpy's are taken too).

        Raises:
            DagnbInvalidDefinitionError: `value` is not a number.
        """
        try:
            if isinstance(value, str):
                raise TypeError
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise _refuse("float", label, value, "a number") from None
        return EventMetadataEntry(label, description, FloatMetadataEntryData(number))

    @staticmethod
    def bool(value: Any, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds yes or no."""
        return EventMetadataEntry(label, description, BoolMetadataEntryData(bool(value)))

    @staticmethod
    def timestamp(value: datetime | _Number, label: str, description: str | None = None) -> EventMetadataEntry:
        """Make an entry that holds a point in time.

        Args:
            value: an aware datetime, or seconds since 1970 UTC; a naive datetime is taken as UTC.
            label: what it is.
            description: more about it.

        Raises:
            DagnbInvalidDefinitionError: `value` is neither.
        """
        try:
            if isinstance(value, datetime):
                plain = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value  # pandas' own class
                moment = (plain if plain.tzinfo else plain.replace(tzinfo=UTC)).astimezone(UTC)
            else:
                moment = datetime.fromtimestamp(value, tz=UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            raise _refuse("timestamp", label, value, "a datetime or seconds since 1970") from None
        return EventMetadataEntry(label, description, TimestampMetadataEntryData(moment))

    @staticmethod
    def table(
        rows: Any,
        label: str,
        description: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        max_rows: _Count = 200,
    ) -> EventMetadataEntry:
        """Make an entry that holds a small table.

        Args:
            rows: a DataFrame, a list of dicts, or a list of sequences (then name the `columns`).
            label: what it is.
            description: more about it.
            columns: names of the columns; default: from the DataFrame or the first dict.
            max_rows: rows past this many are left out (default 200).

        Raises:
            DagnbInvalidDefinitionError: `rows` is none of these, or a row is of another length.
        """
        if hasattr(rows, "columns") and hasattr(rows, "itertuples"):
            names = [str(name) for name in rows.columns]
            listed: Iterable[Any] = rows.head(max_rows).itertuples(index=False, name=None)
        else:
            if not isinstance(rows, Iterable):
                raise _refuse("table", label, rows, "a DataFrame, a list of dicts, or a list of rows")
            listed = list(rows)[:max_rows]
            first = listed[0] if listed else None
            if isinstance(first, Mapping):
                names = [str(name) for name in (columns or first)]
                listed = [[row.get(name) for name in (columns or first)] for row in listed]
            else:
                names = [str(name) for name in columns or ()]
        try:
            body = tuple(tuple(_scalar(cell) for cell in row) for row in listed)
        except TypeError:
            raise _refuse("table", label, rows, "a DataFrame, a list of dicts, or a list of rows") from None
        if any(len(row) != len(names) for row in body):
            cells = "1 cell" if len(names) == 1 else f"{len(names)} cells"
            raise _refuse("table", label, rows, f"rows of {cells}; name the columns with columns=[...]")
        return EventMetadataEntry(label, description, TableMetadataEntryData(tuple(names), body))
