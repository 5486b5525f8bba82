"""What a constraint on a dataframe answers, and how the answers are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dagnb.errors import DagnbTypeCheckError
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types.base import TypeCheck
from dagnb.types.cells import cell_text

#: So many offending rows of each violation are shown; all are counted.
SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One constraint that a dataframe breaks.

    Args:
        expected: what the constraint asks for (``a number from 0 to 10``).
        got: what is there instead (``2 values outside``).
        column: the column; None for the frame as a whole.
        count: how many rows offend, where rows can be counted.
        rows: index and value of the first of them, as texts.
    """

    expected: str
    got: str
    column: str | None = None
    count: int | None = None
    rows: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        place = f"{self.column}: " if self.column is not None else ""
        shown = ", ".join(f"{index} → {value}" for index, value in self.rows)
        more = ", …" if self.count is not None and self.count > len(self.rows) else ""
        where = f" (row {shown}{more})" if shown else ""
        return f"{place}expected {self.expected}, got {self.got}{where}"


class ConstraintViolationError(DagnbTypeCheckError):
    """A dataframe that breaks a constraint; raised by `validate`, never in a run.

    >>> print(ConstraintViolationError([Violation(column="team", expected="no nulls", got="3 nulls")]))
    the dataframe breaks a constraint
      got: 3 nulls
      expected: team: no nulls
    """

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        many = len(self.violations) > 1
        first = self.violations[0]
        super().__init__(
            f"the dataframe breaks {len(self.violations)} constraints" if many else "the dataframe breaks a constraint",
            got="; ".join(map(str, self.violations)) if many else first.got,
            expected=None if many else f"{first.column}: {first.expected}" if first.column else first.expected,
        )


class DataFrameConstraintViolationError(ConstraintViolationError):
    """A dataframe that breaks a constraint on the whole of it; for constraints of your own, in `validate`.

    Args:
        constraint_name: the constraint's name.
        constraint_description: what it asks for, and what was there instead.

    >>> print(DataFrameConstraintViolationError("NotEmpty", "expected rows, got none"))
    the dataframe breaks a constraint
      got: expected rows, got none
      expected: NotEmpty
    """

    def __init__(self, constraint_name: str, constraint_description: str) -> None:
        self.constraint_name = constraint_name
        self.constraint_description = constraint_description
        super().__init__([Violation(expected=constraint_name, got=constraint_description)])


class ColumnConstraintViolationError(ConstraintViolationError):
    """A column that breaks a constraint; raised by `validate` of the constraints on columns.

    Args:
        constraint_name: the constraint's name.
        constraint_description: what it asks for.
        column_name: the column.
        offending_rows: index and value of the rows that offend, where rows do.
        violation: what was found, in place of the last two arguments' summary.

    >>> print(ColumnConstraintViolationError("Uppercase", "upper case", "origin", [(1, "lga")]))
    the dataframe breaks a constraint
      got: 1 row
      expected: origin: upper case
    """

    def __init__(
        self,
        constraint_name: str,
        constraint_description: str,
        column_name: str,
        offending_rows: Iterable[tuple[Any, Any]] | None = None,
        *,
        violation: Violation | None = None,
    ) -> None:
        self.constraint_name = constraint_name
        self.constraint_description = constraint_description
        self.column_name = column_name
        rows = None if offending_rows is None else list(offending_rows)
        self.offending_rows = rows if violation is None else list(violation.rows)
        found = violation or Violation(
            column=column_name,
            expected=constraint_description,
            got="a column that breaks it" if rows is None else plural(len(rows), "row"),
            count=None if rows is None else len(rows),
            rows=tuple((cell_text(index), cell_text(value)) for index, value in (rows or [])[:SHOWN_ROWS]),
        )
        super().__init__([found])


def plural(count: int, noun: str) -> str:
    """Return the count with its noun.

    >>> plural(1, "null"), plural(1200, "null")
    ('1 null', '1,200 nulls')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def broken_by(error: Exception, expected: str, column: str | None = None) -> tuple[Violation, ...]:
    """Return what an exception tells that a `validate` of somebody's own raised."""
    if isinstance(error, ConstraintViolationError):
        return error.violations
    return (Violation(column=column, expected=expected, got=(str(error) or type(error).__name__)[:500]),)


def report(type_name: str, rows: int, violations: Sequence[Violation]) -> TypeCheck:
    """Make the answer that tells every violation, as a text and as tables.

    >>> print(report("Flights", 3, [Violation(column="team", expected="no nulls", got="1 null")]).description)
    not Flights: 1 problem in 3 rows
    - team: expected no nulls, got 1 null
    """
    lines = [f"not {type_name}: {plural(len(violations), 'problem')} in {plural(rows, 'row')}"]
    lines += [f"- {violation}" for violation in violations]
    table = [
        {"column": item.column or "", "expected": item.expected, "got": item.got, "rows": item.count}
        for item in violations
    ]
    offending = [
        {"column": item.column or "", "row": index, "value": value} for item in violations for index, value in item.rows
    ]
    entries = [EventMetadataEntry.table(table, "violations")]
    if offending:
        entries.append(
            EventMetadataEntry.table(
                list(islice(offending, 200)), "offending rows", f"the first {SHOWN_ROWS} of each violation"
            )
        )
    return TypeCheck(success=False, description="\n".join(lines), metadata_entries=entries)
