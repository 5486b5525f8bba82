"""Constraints on a dataframe as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError, nearest
from dagnb.types.base import short_value
from dagnb.types.cells import safe_text
from dagnb.types.constraints import Constraint, own_method
from dagnb.types.tables import Table, table_of
from dagnb.types.violations import ConstraintViolationError, Violation, broken_by, plural

_SHOWN_COLUMNS = 12


class DataFrameConstraint(Constraint):
    """What every constraint on a frame has: a text of what it asks, and the search for what breaks it.

    A constraint of your own says `expected` and implements `violations`, which gets a pandas DataFrame; a table of
    polars or pyarrow is converted for it, all of it. One that implements `find` gets the table as it is.

    >>> class EvenRows(DataFrameConstraint):
    ...     expected = "an even count of rows"
    ...     def violations(self, dataframe):
    ...         odd = len(dataframe) % 2
    ...         return [Violation(expected=self.expected, got=f"{len(dataframe)} rows")] if odd else []
    >>> import pandas as pd
    >>> print(EvenRows().violations(pd.DataFrame({"a": [1]}))[0])
    expected an even count of rows, got 1 rows
    """

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that the constraint looks at, None for all; of a polars LazyFrame only they are collected."""
        return None

    def find(self, table: Table) -> list[Violation]:
        """Return what in the table, of any library, breaks the constraint."""
        return self.violations(table.to_pandas())

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return what in the frame breaks the constraint; an empty list when nothing does.

        A constraint that has only `validate`, raising when it is broken, works as well.
        """
        if self._own() == "find":
            return self.find(table_of(dataframe, self.reads))
        try:
            self.validate(dataframe)
        except Exception as error:  # noqa: BLE001  # what validate raises is its answer
            return list(broken_by(error, self.error_description))
        return []

    def validate(self, dataframe: Any) -> None:
        """Raise when the frame breaks the constraint.

        Raises:
            ConstraintViolationError: it does.
        """
        if self._own() in {None, "validate"}:
            raise DagnbInvalidDefinitionError(
                "a constraint on a dataframe checks nothing",
                where=self.name,
                expected="a method violations(dataframe), or validate(dataframe)",
            )
        found = self.judge(table_of(dataframe, self.reads))
        if found:
            raise ConstraintViolationError(found)

    def judge(self, table: Table) -> list[Violation]:
        """Return what breaks the constraint, by whichever method the constraint has."""
        return list(self.find(table) if self._own() == "find" else self.violations(table.to_pandas()))

    def _own(self) -> str | None:
        return own_method(type(self), DataFrameConstraint, ("find", "violations", "validate"))


def _names(names: Any, what: str) -> tuple[str, ...]:
    if isinstance(names, str) or any(type(name) is not str for name in names):
        raise DagnbInvalidDefinitionError(
            f"{what} takes the names of columns", got=short_value(names), expected='a list, for example ["date"]'
        )
    return tuple(names)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN_COLUMNS
    return ", ".join(names[:_SHOWN_COLUMNS]) + (f" and {more} more" if more > 0 else "")


class StrictColumnsConstraint(DataFrameConstraint):
    """Ask for these columns and no others.

    Args:
        strict_column_list: their names.
        enforce_ordering: whether they must stand in this order (default False).
        allow_missing: whether only the columns beside these are wrong (default False).
    """

    def __init__(
        self,
        strict_column_list: Sequence[str],
        enforce_ordering: bool = False,  # noqa: FBT001, FBT002  # the slides' API
        *,
        allow_missing: bool = False,
    ) -> None:
        self.columns = _names(strict_column_list, "StrictColumnsConstraint")
        self.allow_missing = allow_missing
        self.enforce_ordering = enforce_ordering
        self.expected = f"the columns {_listed(self.columns)} {'in this order' if enforce_ordering else 'and no other'}"

    @property
    def reads(self) -> tuple[str, ...]:
        """No column: the names are enough."""
        return ()

    def find(self, table: Table) -> list[Violation]:
        """Return missing columns, others, and a wrong order."""
        present = [name if isinstance(name, str) else safe_text(name) for name in table.names]
        found = []
        others = [name for name in present if name not in self.columns]
        missing = [name for name in self.columns if name not in present]
        if missing and not self.allow_missing:
            found.append(Violation(expected=self.expected, got=f"no {_listed(missing)}"))
        if others:
            found.append(Violation(expected=self.expected, got=f"also {_listed(others)}"))
        wanted = [name for name in self.columns if name in present]
        if self.enforce_ordering and not found and present != wanted:
            found.append(Violation(expected=self.expected, got=f"the order {_listed(present)}"))
        return found


class RowCountConstraint(DataFrameConstraint):
    """Ask for a count of rows.

    Args:
        num_allowed_rows: how many.
        error_tolerance: how many more or fewer are fine (default 0).
    """

    def __init__(self, num_allowed_rows: int, error_tolerance: int = 0) -> None:
        given: tuple[object, object] = (num_allowed_rows, error_tolerance)
        for value in given:
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise DagnbInvalidDefinitionError(
                    "RowCountConstraint takes counts of rows", got=short_value(value), expected="an integer from 0 on"
                )
        if error_tolerance > num_allowed_rows:
            raise DagnbInvalidDefinitionError(
                "RowCountConstraint tolerates more rows than it asks for",
                got=f"a tolerance of {error_tolerance:,}",
                expected=f"from 0 to {num_allowed_rows:,}",
            )
        self.num_allowed_rows = num_allowed_rows
        self.error_tolerance = error_tolerance
        margin = f", give or take {error_tolerance:,}" if error_tolerance else ""
        self.expected = plural(num_allowed_rows, "row") + margin

    @property
    def reads(self) -> tuple[str, ...]:
        """No column: the count is enough."""
        return ()

    def find(self, table: Table) -> list[Violation]:
        """Return the count of rows when it is too far off."""
        if abs(table.rows - self.num_allowed_rows) <= self.error_tolerance:
            return []
        return [Violation(expected=self.expected, got=plural(table.rows, "row"))]


class UniqueColumnsConstraint(DataFrameConstraint):
    """Ask for rows that differ in at least one of these columns, as a key does.

    Args:
        columns: their names.

    >>> import pandas as pd
    >>> constraint = UniqueColumnsConstraint(columns=["date", "location"])
    >>> twice = pd.DataFrame({"date": ["10-01", "10-01"], "location": ["SF", "SF"]})
    >>> print(constraint.violations(twice)[0])
    expected unique date, location, got 2 duplicates (row 0 → ("10-01", "SF"), 1 → ("10-01", "SF"))
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = _names(columns, "UniqueColumnsConstraint")
        if not self.columns:
            raise DagnbInvalidDefinitionError("UniqueColumnsConstraint needs a column", expected="columns=[...]")
        self.expected = f"unique {', '.join(self.columns)}"

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the key."""
        return self.columns

    def find(self, table: Table) -> list[Violation]:
        """Return the rows that stand more than once; or the columns that are not there."""
        missing = missing_columns(table, self.columns, self.expected)
        if missing is not None:
            return [missing]
        found = table.offence(table.duplicates(self.columns), self.columns, self.expected, "duplicate")
        return [] if found is None else [found]


def missing_columns(table: Table, names: Sequence[str], expected: str) -> Violation | None:
    """Return the violation of a table that lacks some of these columns, with the nearest it has."""
    present = [name for name in table.names if isinstance(name, str)]
    missing = [name for name in names if name not in present]
    if not missing:
        return None
    near = nearest(missing[0], present)
    hint = f'; the nearest to {missing[0]} is "{near}"' if near else ""
    return Violation(expected=expected, got=f"no {_listed(missing)}{hint}")
