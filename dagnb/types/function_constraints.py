"""Constraints that a function of yours decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import short_value
from dagnb.types.constraints import ColumnConstraint
from dagnb.types.frame_constraints import DataFrameConstraint, missing_columns
from dagnb.types.tables import Column, Table, as_mask
from dagnb.types.violations import Violation

__all__ = ["ColumnFunctionConstraint", "RowsConstraint", "ValueFunctionConstraint"]


def _words(function: Any, expected: str | None, what: str) -> str:
    if not callable(function):
        raise DagnbInvalidDefinitionError(f"{what} is made of a function", got=short_value(function))
    name = getattr(function, "__name__", "the function")
    summary = (getattr(function, "__doc__", None) or "").strip().partition("\n")[0].rstrip(".")
    return expected or summary or f"what {'the function' if name == '<lambda>' else name} accepts"


class ColumnFunctionConstraint(ColumnConstraint):
    """Ask for a column that a function accepts, the whole column at once.

    Args:
        function: takes the column as the frame holds it (a pandas or polars Series, a pyarrow ChunkedArray); returns
            True or False, or a boolean for each row.
        expected: what it asks for, in words (default: the first line of the function's docstring, or its name).
        ignore_missing_vals: whether nulls pass whatever the function says of them (default False).

    >>> import pandas as pd
    >>> codes = ColumnFunctionConstraint(lambda codes: codes.str.len() == 3, "three letters")
    >>> print(codes.violation(pd.Series(["JFK", "LAGUARDIA"], name="origin")))
    origin: expected three letters, got 1 value (row 1 → LAGUARDIA)
    """

    def __init__(
        self, function: Callable[[Any], Any], expected: str | None = None, *, ignore_missing_vals: bool = False
    ) -> None:
        super().__init__(_words(function, expected, "ColumnFunctionConstraint"))
        self.function = function
        self.ignore_missing_vals = ignore_missing_vals

    def find(self, column: Column) -> Violation | None:
        """Return the rows that the function does not accept, or that it does not accept the whole."""
        answer = self.function(column.native)
        right = as_mask(answer, len(column))
        if _is_one(answer):
            got = "a column that the function refuses"
            return None if answer else Violation(column=column.name, expected=self.expected, got=got)
        offends = ~right & ~column.nulls() if self.ignore_missing_vals else ~right
        return column.offence(offends, self.expected, "value")


class ValueFunctionConstraint(ColumnConstraint):
    """Ask for values that a function accepts, one by one; slower by far than `ColumnFunctionConstraint`.

    Args:
        function: takes a value (None for a null), returns whether it is right.
        expected: as for `ColumnFunctionConstraint`.
        ignore_missing_vals: whether nulls pass without being shown to the function (default False).

    >>> import pandas as pd
    >>> even = ValueFunctionConstraint(lambda value: value % 2 == 0, "even")
    >>> print(even.violation(pd.Series([2, 3], name="n")))
    n: expected even, got 1 value (row 1 → 3)
    """

    def __init__(
        self, function: Callable[[Any], bool], expected: str | None = None, *, ignore_missing_vals: bool = False
    ) -> None:
        super().__init__(_words(function, expected, "ValueFunctionConstraint"))
        self.function = function
        self.ignore_missing_vals = ignore_missing_vals

    def find(self, column: Column) -> Violation | None:
        """Return the values that the function does not accept."""
        import numpy as np

        pairs = zip(_values(column), column.nulls().tolist(), strict=True)
        judged = (
            True if null and self.ignore_missing_vals else bool(self.function(None if null else value))
            for value, null in pairs
        )
        right = np.fromiter(judged, dtype=bool, count=len(column))
        return column.offence(~right, self.expected, "value")


class RowsConstraint(DataFrameConstraint):
    """Ask for rows, or a whole frame, that a function accepts.

    Args:
        function: takes the frame as it is (of pandas, polars or pyarrow); returns True or False, or a boolean for each
            row.
        expected: as for `ColumnFunctionConstraint`.
        columns: the columns that the function looks at; they are shown of the rows that offend, and must be there
            (default: all).

    >>> import pandas as pd
    >>> order = RowsConstraint(lambda f: f.dep_time <= f.arr_time, "departures first", columns=["dep_time", "arr_time"])
    >>> print(order.violations(pd.DataFrame({"dep_time": [5, 9], "arr_time": [7, 8]}))[0])
    expected departures first, got 1 row (row 1 → (9, 8))
    """

    def __init__(
        self, function: Callable[[Any], Any], expected: str | None = None, *, columns: Sequence[str] | None = None
    ) -> None:
        super().__init__(_words(function, expected, "RowsConstraint"))
        self.function = function
        self.columns = None if columns is None else tuple(columns)

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that the function looks at."""
        return self.columns

    def find(self, table: Table) -> list[Violation]:
        """Return the rows that the function does not accept, or that it does not accept the whole."""
        missing = missing_columns(table, self.columns or (), self.expected)
        if missing is not None:
            return [missing]
        answer = self.function(table.native)
        right = as_mask(answer, table.rows)
        if _is_one(answer):
            return [] if answer else [Violation(expected=self.expected, got="a frame that the function refuses")]
        names = self.columns or tuple(name for name in table.names if isinstance(name, str))
        found = table.offence(~right, names, self.expected, "row")
        return [] if found is None else [found]


def _is_one(answer: Any) -> bool:
    return getattr(answer, "ndim", 0) == 0 and not hasattr(answer, "__len__")


def _values(column: Column) -> list[Any]:
    native = column.native
    values: list[Any] = native.to_pylist() if column.library == "pyarrow" else native.to_list()
    return values
