"""Constraints on a pandas DataFrame as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError, nearest
from dagnb.types.base import short_value
from dagnb.types.cells import safe_text
from dagnb.types.violations import ConstraintViolationError, Violation, first_rows, plural

_SHOWN_COLUMNS = 12


class DataFrameConstraint:
    """What every constraint on a frame has: a text of what it asks, and the search for what breaks it.

    A constraint of your own says `expected` and implements `violations`:

    >>> class EvenRows(DataFrameConstraint):
    ...     expected = "an even count of rows"
    ...     def violations(self, dataframe):
    ...         odd = len(dataframe) % 2
    ...         return [Violation(expected=self.expected, got=f"{len(dataframe)} rows")] if odd else []
    >>> import pandas as pd
    >>> print(EvenRows().violations(pd.DataFrame({"a": [1]}))[0])
    expected an even count of rows, got 1 rows
    """

    expected: str = ""

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return what in the frame breaks the constraint; an empty list when nothing does.

        A constraint that has only `validate`, raising when it is broken, works as well.
        """
        try:
            self.validate(dataframe)
        except Exception as error:  # noqa: BLE001  # what validate raises is its answer
            message = str(error) or type(error).__name__
            return [Violation(expected=self.expected or type(self).__name__, got=message[:500])]
        return []

    def validate(self, dataframe: Any) -> None:
        """Raise when the frame breaks the constraint.

        Raises:
            ConstraintViolationError: it does.
        """
        if type(self).violations is DataFrameConstraint.violations:
            raise DagnbInvalidDefinitionError(
                "a constraint on a dataframe checks nothing",
                where=type(self).__name__,
                expected="a method violations(dataframe), or validate(dataframe)",
            )
        found = self.violations(dataframe)
        if found:
            raise ConstraintViolationError(found)

    @property
    def markdown_description(self) -> str:
        """What the constraint asks, for the description of a type."""
        return self.expected or type(self).__name__

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.markdown_description}>"


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
    """

    def __init__(
        self,
        strict_column_list: Sequence[str],
        enforce_ordering: bool = False,  # noqa: FBT001, FBT002  # the slides' API
    ) -> None:
        self.columns = _names(strict_column_list, "StrictColumnsConstraint")
        self.enforce_ordering = enforce_ordering
        self.expected = f"the columns {_listed(self.columns)} {'in this order' if enforce_ordering else 'and no other'}"

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return missing columns, others, and a wrong order."""
        present = [name if isinstance(name, str) else safe_text(name) for name in dataframe.columns]
        found = []
        others = [name for name in present if name not in self.columns]
        missing = [name for name in self.columns if name not in present]
        if missing:
            found.append(Violation(expected=self.expected, got=f"no {_listed(missing)}"))
        if others:
            found.append(Violation(expected=self.expected, got=f"also {_listed(others)}"))
        if self.enforce_ordering and not found and tuple(present) != self.columns:
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
        self.num_allowed_rows = num_allowed_rows
        self.error_tolerance = error_tolerance
        margin = f", give or take {error_tolerance:,}" if error_tolerance else ""
        self.expected = plural(num_allowed_rows, "row") + margin

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return the count of rows when it is too far off."""
        if abs(len(dataframe) - self.num_allowed_rows) <= self.error_tolerance:
            return []
        return [Violation(expected=self.expected, got=plural(len(dataframe), "row"))]


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

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return the rows that stand more than once; or the columns that are not there."""
        present = [name for name in dataframe.columns if isinstance(name, str)]
        missing = [name for name in self.columns if name not in present]
        if missing:
            near = nearest(missing[0], present)
            hint = f'; the nearest to {missing[0]} is "{near}"' if near else ""
            return [Violation(expected=self.expected, got=f"no {_listed(missing)}{hint}")]
        offends = dataframe.duplicated(subset=list(self.columns), keep=False)
        count = int(offends.sum())
        if not count:
            return []
        import pandas as pd

        head = dataframe.loc[offends.to_numpy(), list(self.columns)].head(20)
        keys = pd.Series(list(head.itertuples(index=False, name=None)), index=head.index, dtype=object)
        every = pd.Series(data=True, index=head.index)
        got = plural(count, "duplicate")
        return [Violation(expected=self.expected, got=got, count=count, rows=first_rows(keys, every))]
