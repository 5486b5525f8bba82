"""Tables and their columns as constraints see them, whatever library holds them: pandas, polars or pyarrow.

What offends is told by masks: numpy arrays of booleans, one for each row. Each library answers with its own column
operations, so that a check copies no table.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, Literal

from dagnb.types.cells import cell_text
from dagnb.types.violations import SHOWN_ROWS, Violation, plural

__all__ = ["Column", "Kind", "Library", "Table", "as_mask", "column_of", "library_of", "table_of"]

Kind = Literal["boolean", "number", "integer", "float", "datetime", "text", "category"]
Library = Literal["pandas", "polars", "pyarrow"]


class Column(ABC):
    """One column of a table.

    Args:
        name: its name.
        native: the column as its library has it: a pandas or polars Series, a pyarrow ChunkedArray.
    """

    library: ClassVar[Library]

    def __init__(self, name: str, native: Any) -> None:
        self.name = name
        self.native = native

    def __len__(self) -> int:
        return len(self.native)

    @property
    @abstractmethod
    def dtype(self) -> Any:
        """The dtype as the library has it."""

    @property
    def dtype_names(self) -> frozenset[str]:
        """The names by which the dtype may be asked for."""
        return frozenset({str(self.dtype), str(self.dtype).lower()})

    @abstractmethod
    def is_kind(self, kind: Kind) -> bool:
        """Whether the column is of a kind."""

    @abstractmethod
    def timezone(self) -> Any:
        """The timezone of a column of datetimes, or None."""

    @abstractmethod
    def nulls(self) -> Any:
        """The mask of nulls; not-a-number is a null too."""

    @abstractmethod
    def duplicates(self) -> Any:
        """The mask of the values that stand more than once."""

    @abstractmethod
    def among(self, values: Collection[Any]) -> Any:
        """The mask of the values that are one of `values`."""

    @abstractmethod
    def within(self, lowest: Any, highest: Any) -> Any:
        """The mask of the values between two bounds, both included, None for none; a null is not within."""

    @abstractmethod
    def take(self, positions: Sequence[int]) -> list[tuple[Any, Any]]:
        """Return the labels and values of these rows."""

    @abstractmethod
    def to_pandas(self) -> Any:
        """Return the column as a pandas Series that has its name."""

    def strangers(self) -> Any:
        """Return the mask of the values that are no texts, where a column of objects holds texts and others."""
        return None

    def offence(self, mask: Any, expected: str, noun: str) -> Violation | None:
        """Return the violation of the rows where `mask` is true, or None when it is nowhere."""
        count = int(mask.sum())
        if count == 0:
            return None
        rows = tuple((cell_text(label), cell_text(value)) for label, value in self.take(first_true(mask, SHOWN_ROWS)))
        return Violation(column=self.name, expected=expected, got=plural(count, noun), count=count, rows=rows)


class Table(ABC):
    """A table of columns.

    Args:
        native: the table as its library has it: a pandas or polars DataFrame, a pyarrow Table.
    """

    library: ClassVar[Library]

    def __init__(self, native: Any) -> None:
        self.native = native

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.native)

    @property
    @abstractmethod
    def names(self) -> list[Any]:
        """The names of the columns; pandas may have other ones than texts."""

    @abstractmethod
    def columns(self, name: str) -> list[Column]:
        """Return the columns of that name: one, or none, or several."""

    @abstractmethod
    def duplicates(self, names: Sequence[str]) -> Any:
        """Return the mask of the rows that are alike in these columns."""

    @abstractmethod
    def take(self, positions: Sequence[int], names: Sequence[str]) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return the labels of these rows and what stands in these columns of them."""

    @abstractmethod
    def to_pandas(self) -> Any:
        """Return the table as a pandas DataFrame; a copy unless it is one."""

    def offence(self, mask: Any, names: Sequence[str], expected: str, noun: str) -> Violation | None:
        """Return the violation of the rows where `mask` is true, told by these columns; None when it is nowhere."""
        count = int(mask.sum())
        if count == 0:
            return None
        taken = self.take(first_true(mask, SHOWN_ROWS), names)
        rows = tuple((cell_text(label), cell_text(values)) for label, values in taken)
        return Violation(expected=expected, got=plural(count, noun), count=count, rows=rows)


def first_true(mask: Any, count: int) -> list[int]:
    """Return the first places where a mask is true.

    >>> import numpy as np
    >>> first_true(np.array([False, True, True]), 1)
    [1]
    """
    places: list[int] = mask.nonzero()[0][:count].tolist()
    return places


def as_mask(answer: Any, rows: int) -> Any:
    """Return the mask for what a user's function answers: a boolean for all rows, or one for each in any library.

    What is unknown (a comparison with a null) becomes False.

    Raises:
        TypeError: the answer is something else.
        ValueError: there are more or fewer answers than rows.

    >>> as_mask(True, 2).tolist(), as_mask([True, None], 2).tolist()
    ([True, True], [True, False])
    """
    import numpy as np

    if isinstance(answer, bool | np.bool_):
        return np.full(rows, bool(answer))
    if hasattr(answer, "to_pylist"):  # pyarrow
        values: Any = answer.to_pylist()
    elif hasattr(answer, "to_list"):  # pandas and polars
        values = (
            answer.to_numpy()
            if str(answer.dtype) in {"bool", "Boolean"} and not _any_null(answer)
            else answer.to_list()
        )
    else:
        values = answer
    if not isinstance(values, Iterable) or isinstance(values, str | dict):
        raise TypeError(f"the function returned {type(answer).__name__}, not True, False or one of them for each row")
    found = values if isinstance(values, np.ndarray) else list(values)
    if len(found) != rows:
        raise ValueError(f"the function returned {len(found):,} answers for {rows:,} rows")
    if isinstance(found, np.ndarray) and found.dtype == bool:
        return found
    return np.fromiter((_truth(one) for one in found), dtype=bool, count=rows)


def _any_null(answer: Any) -> bool:
    count = getattr(answer, "null_count", None)
    return bool(count()) if callable(count) else False


def _truth(one: Any) -> bool:
    import numpy as np

    return bool(one) if isinstance(one, bool | np.bool_) else False


def _is(value: object, package: str, *names: str) -> bool:
    # A library that is not imported has no values; importing it to see that would take a second.
    module = sys.modules.get(package)
    return module is not None and isinstance(value, tuple(getattr(module, name) for name in names))


def library_of(value: object) -> Library | None:
    """Return the library whose table a value is, or None.

    >>> import pandas as pd
    >>> library_of(pd.DataFrame()), library_of([])
    ('pandas', None)
    """
    if _is(value, "pandas", "DataFrame"):
        return "pandas"
    if _is(value, "polars", "DataFrame", "LazyFrame"):
        return "polars"
    return "pyarrow" if _is(value, "pyarrow", "Table", "RecordBatch") else None


def table_of(value: Any, reads: Collection[str] | None = None) -> Table:
    """Return a value as a table.

    Args:
        value: a pandas DataFrame, a polars DataFrame or LazyFrame, a pyarrow Table or RecordBatch, or a `Table`.
        reads: the columns that will be looked at (default: all); of a LazyFrame only these are collected, once.

    Raises:
        TypeError: it is no table.
    """
    if isinstance(value, Table):
        return value
    match library_of(value):
        case "pandas":
            from dagnb.types.tables_pandas import PandasTable

            return PandasTable(value)
        case "polars":
            from dagnb.types.tables_polars import PolarsTable

            return PolarsTable(value, reads)
        case "pyarrow":
            from dagnb.types.tables_arrow import ArrowTable

            return ArrowTable(value)
        case None:
            raise TypeError(f"a value of type {type(value).__name__} is no table")


def column_of(value: Any) -> Column:
    """Return a pandas or polars Series as a column.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(value, Column):
        return value
    if _is(value, "pandas", "Series"):
        from dagnb.types.tables_pandas import PandasSeries

        return PandasSeries(str(value.name), value)
    if _is(value, "polars", "Series"):
        from dagnb.types.tables_polars import PolarsSeries

        return PolarsSeries(value.name, value)
    raise TypeError(f"a value of type {type(value).__name__} is no column")
