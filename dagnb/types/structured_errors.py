"""The errors of constraints that report their finding as structured metadata."""

from __future__ import annotations

import json
from typing import Any

from dagnb.errors import DagnbTypeCheckError
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types.base import TypeCheck
from dagnb.types.cells import cell_text, safe_text

__all__ = ["ColumnWithMetadataError", "ConstraintWithMetadataError", "DataFrameWithMetadataError"]

_SHOWN = 100  # members of a list in the metadata; what was cut is counted


class ConstraintWithMetadataError(DagnbTypeCheckError):
    """A dataframe that breaks a constraint, with what was expected, what offends and what is there instead.

    Args:
        constraint_name: the constraint's name.
        constraint_description: what it asks for.
        expectation: what was expected: a text, list, set or dict.
        offending: what offends, for example ``{"team": ["row 1"]}``.
        actual: what is there instead, for example ``{"team": ["ship"]}``.

    >>> offending, actual = {"team": ["row 1"]}, {"team": ["ship"]}
    >>> print(ConstraintWithMetadataError("teams", "known teams", "dock or truck", offending, actual))
    the dataframe breaks the constraint teams: known teams
      at: {"team": ["row 1"]}
      got: {"team": ["ship"]}
      expected: dock or truck
    """

    def __init__(
        self,
        constraint_name: str,
        constraint_description: str | None = "",
        expectation: Any = None,
        offending: Any = None,
        actual: Any = None,
    ) -> None:
        self.constraint_name = constraint_name
        self.constraint_description = constraint_description
        self.expectation = expectation
        self.offending = offending
        self.actual = actual
        told = f": {constraint_description}" if constraint_description else ""
        super().__init__(
            f"the dataframe breaks the constraint {constraint_name}{told}",
            where=_text(offending),
            got=_text(actual),
            expected=_text(expectation),
        )

    def convert_to_metadata(self) -> EventMetadataEntry:
        """Return the parts as one metadata entry of JSON; long lists are cut, and the rest counted."""
        parts = {
            "constraint_name": self.constraint_name,
            "constraint_description": self.constraint_description,
            "expected": plain(self.expectation),
            "offending": plain(self.offending),
            "actual": plain(self.actual),
        }
        return EventMetadataEntry.json(parts, "constraint-metadata")

    def return_as_typecheck(self) -> TypeCheck:
        """Return a failed check that says the same."""
        return TypeCheck(success=False, description=str(self), metadata_entries=[self.convert_to_metadata()])


class DataFrameWithMetadataError(ConstraintWithMetadataError):
    """A dataframe that breaks a constraint on the whole of it."""

    def __init__(
        self, constraint_name: str, constraint_description: str | None, expectation: Any = None, actual: Any = None
    ) -> None:
        super().__init__(constraint_name, constraint_description, expectation, "the dataframe as a whole", actual)


class ColumnWithMetadataError(ConstraintWithMetadataError):
    """A dataframe with columns that break a constraint."""


def _text(part: Any) -> str | None:
    if part is None:
        return None
    return part if isinstance(part, str) else safe_text(plain(part), depth=4, limit=400)


def plain(value: Any) -> Any:
    """Return what JSON can hold of a value, its lists cut.

    >>> plain({"team": {"b", "a"}, "rows": range(3)})
    {'team': ['a', 'b'], 'rows': 'range(0, 3)'}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        shown = [plain(item) for item in value[:_SHOWN]]
        return shown if len(value) <= _SHOWN else [*shown, f"… {len(value) - _SHOWN:,} more"]
    if value is None or isinstance(value, str | bool):
        return value
    made = value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value
    try:
        json.dumps(made, allow_nan=False)
    except (TypeError, ValueError):
        return cell_text(made)
    return made
