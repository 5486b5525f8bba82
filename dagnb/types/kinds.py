"""Constraints on the kind of a column, whatever dtype holds it."""

from __future__ import annotations

from dataclasses import replace

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import short_value
from dagnb.types.constraints import ColumnConstraint
from dagnb.types.tables import Column, Kind
from dagnb.types.violations import Violation

#: What people call the kinds.
WORDS: dict[Kind, str] = {
    "boolean": "true or false",
    "number": "a number",
    "integer": "an integer",
    "float": "a float",
    "datetime": "a datetime",
    "text": "a text",
    "category": "a text or category",
}


class ColumnKindConstraint(ColumnConstraint):
    """Ask for a column of a kind.

    Args:
        kind: the kind.
    """

    about_dtype = True

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.expected = WORDS[kind]

    def find(self, column: Column) -> Violation | None:
        """Return the dtype when it is of another kind; of Python objects those that are no texts."""
        if column.is_kind(self.kind):
            return None
        strangers = column.strangers() if self.kind == "text" else None
        if strangers is not None:
            found = column.offence(strangers, self.expected, "value")
            return found and replace(found, got=f"{found.got} of another class")
        hint = ""
        is_float = self.kind == "integer" and column.library == "pandas" and column.is_kind("float")
        if is_float and bool(column.nulls().any()):
            hint = ' (pandas turns integers with nulls into floats; astype("Int64") keeps them)'
        return Violation(column=column.name, expected=self.expected, got=f"dtype {column.dtype}{hint}")


class DatetimeKindConstraint(ColumnKindConstraint):
    """Ask for datetimes of any resolution, with a timezone or without one.

    Args:
        zone: "none" for datetimes without a timezone, "any" for those with one, or the name of the one they must have.

    Raises:
        DagnbInvalidDefinitionError: `zone` is no text.
    """

    def __init__(self, *, zone: str) -> None:
        super().__init__("datetime")
        given: object = zone
        if not isinstance(given, str):
            raise DagnbInvalidDefinitionError(
                "a timezone is given by its name",
                got=short_value(given),
                expected='"none", "any" or a name, for example "UTC"',
            )
        self.zone = zone
        words = {"none": "without timezone", "any": "with a timezone"}
        self.expected = f"a datetime {words.get(zone, f'with timezone {zone}')}"

    def find(self, column: Column) -> Violation | None:
        """Return the dtype when it is no datetime, or its timezone is another."""
        found = super().find(column)
        if found is not None:
            return found
        zone = column.timezone()
        if zone is None if self.zone == "none" else self._fits(zone):
            return None
        got = (
            f"dtype {column.dtype} ({'no timezone' if zone is None else f'timezone {zone}'}{self._hint(column, zone)})"
        )
        return Violation(column=column.name, expected=self.expected, got=got)

    def _fits(self, zone: object) -> bool:
        return zone is not None and (self.zone == "any" or str(zone) == self.zone)

    def _hint(self, column: Column, zone: object) -> str:
        if column.library != "pandas":
            return ""
        if self.zone == "none":
            return "; tz='any' allows it, df[column].dt.tz_localize(None) takes it away"
        if zone is None:
            return "; df[column].dt.tz_localize(zone) gives it one"
        return f'; df[column].dt.tz_convert("{self.zone}") converts it'


class DTypeOfConstraint(ColumnConstraint):
    """Ask for dtypes by name, where "object" stands for every way of keeping texts.

    Args:
        of_types: a name, or several.
    """

    about_dtype = True

    def __init__(self, of_types: str | frozenset[str]) -> None:
        self.names = frozenset({of_types} if isinstance(of_types, str) else of_types)
        words = ["a text or category" if name == "object" else f"dtype {name}" for name in sorted(self.names)]
        self.expected = " or ".join(words)

    def find(self, column: Column) -> Violation | None:
        """Return the dtype when it is none of these."""
        named = not self.names.isdisjoint(column.dtype_names)
        if named or ("object" in self.names and column.is_kind("category")):
            return None
        return Violation(column=column.name, expected=self.expected, got=f"dtype {column.dtype}")
