"""Constraints on the columns of a dataframe."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, ClassVar

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import short_value
from dagnb.types.cells import safe_text
from dagnb.types.tables import Column, as_mask, column_of, table_of
from dagnb.types.violations import ColumnConstraintViolationError, Violation, broken_by, plural

_SHOWN_CATEGORIES = 12


def bound_text(bound: Any) -> str:
    """Write a bound as people do: a day without its midnight.

    >>> import datetime
    >>> bound_text(datetime.datetime(2017, 10, 1)), bound_text(2.5)
    ('2017-10-01', '2.5')
    """
    return safe_text(bound, quote=False).removesuffix(" 00:00:00")


def range_text(lowest: Any, highest: Any) -> str:
    """Write a range with one end open or none.

    >>> range_text(2, 20), range_text(None, 9), range_text(0, None)
    ('from 2 to 20', 'at most 9', 'at least 0')
    """
    if lowest is None:
        return f"at most {bound_text(highest)}"
    return (
        f"at least {bound_text(lowest)}" if highest is None else f"from {bound_text(lowest)} to {bound_text(highest)}"
    )


class Constraint:
    """What constraints on columns and on whole dataframes share: the texts of what they ask.

    Args:
        error_description: what the constraint asks, for the text of an error.
        markdown_description: the same in Markdown, for the description of a type.
    """

    expected: str = ""

    def __init__(self, error_description: str | None = None, markdown_description: str | None = None) -> None:
        self.expected = error_description or markdown_description or self.expected
        self._markdown = markdown_description

    @property
    def name(self) -> str:
        """The name of the constraint's class."""
        return type(self).__name__

    @property
    def error_description(self) -> str:
        """What the constraint asks, for the text of an error."""
        return self.expected or self.name

    @property
    def markdown_description(self) -> str:
        """What the constraint asks, for the description of a type."""
        return getattr(self, "_markdown", None) or self.expected or self.name

    def __repr__(self) -> str:
        return f"<{self.name}: {self.markdown_description}>"


def own_method(cls: type, base: type, names: tuple[str, ...]) -> str | None:
    """Return which of these methods a class has of its own, or got from the nearest class below `base`."""
    for one in cls.__mro__:
        if one is base:
            return None
        for name in names:
            if name in one.__dict__:
                return name
    return None


class ColumnConstraint(Constraint):
    """What every constraint on a column has: a text of what it asks, and the search for what breaks it.

    A constraint of your own says `expected` and implements `violation`, which gets a pandas Series; a column of polars
    or pyarrow is converted for it, that column alone. One that implements `find` gets the column as it is.

    >>> class Uppercase(ColumnConstraint):
    ...     expected = "upper case"
    ...     def violation(self, series):
    ...         return self.broken_where(series, series != series.str.upper(), "value")
    >>> import pandas as pd
    >>> print(Uppercase().violation(pd.Series(["JFK", "lga"], name="origin")))
    origin: expected upper case, got 1 value (row 1 → lga)
    """

    #: Whether the constraint is on the column's dtype ...
    about_dtype: ClassVar[bool] = False
    #: ... or is not worth a look when such a one is broken.
    needs_dtype: ClassVar[bool] = False

    def find(self, column: Column) -> Violation | None:
        """Return what in the column, of any library, breaks the constraint, or None."""
        return self.violation(column.to_pandas())

    def violation(self, series: Any) -> Violation | None:
        """Return what in the pandas Series breaks the constraint, or None.

        A constraint that has only `validate`, raising when it is broken, works as well.
        """
        if self._own() == "find":
            return self.find(column_of(series))
        try:
            self.validate(series.to_frame(), series.name)
        except Exception as error:  # noqa: BLE001  # what validate raises is its answer
            return broken_by(error, self.error_description, str(series.name))[0]
        return None

    def validate(self, dataframe: Any, column_name: str) -> None:
        """Raise when the column breaks the constraint.

        Raises:
            ColumnConstraintViolationError: it does.
        """
        if self._own() in {None, "validate"}:
            raise DagnbInvalidDefinitionError(
                "a column constraint checks nothing",
                where=self.name,
                expected="a method violation(series), or validate(dataframe, column_name)",
            )
        found = self.judge(table_of(dataframe, (column_name,)).columns(column_name)[0])
        if found is not None:
            raise ColumnConstraintViolationError(self.name, self.error_description, column_name, violation=found)

    def judge(self, column: Column) -> Violation | None:
        """Return what breaks the constraint, by whichever method the constraint has."""
        return self.find(column) if self._own() == "find" else self.violation(column.to_pandas())

    def _own(self) -> str | None:
        return own_method(type(self), ColumnConstraint, ("find", "violation", "validate"))

    def broken_where(self, series: Any, offends: Any, noun: str) -> Violation | None:
        """Return the violation of the rows where the boolean mask `offends` is true, or None when none is."""
        column = column_of(series)
        return column.offence(as_mask(offends, len(column)), self.error_description, noun)


class NonNullableColumnConstraint(ColumnConstraint):
    """Ask for a column without nulls."""

    expected = "no nulls"

    def find(self, column: Column) -> Violation | None:
        """Return the nulls."""
        return column.offence(column.nulls(), self.expected, "null")


class UniqueColumnConstraint(ColumnConstraint):
    """Ask for a column in which no value stands twice.

    Args:
        ignore_missing_vals: whether several nulls are fine.
    """

    def __init__(self, ignore_missing_vals: bool = False) -> None:  # noqa: FBT001, FBT002  # the slides' API
        self.ignore_missing_vals = ignore_missing_vals
        self.expected = "unique values" + (", apart from nulls" if ignore_missing_vals else "")

    def find(self, column: Column) -> Violation | None:
        """Return the values that stand more than once."""
        offends = column.duplicates()
        offends = offends & ~column.nulls() if self.ignore_missing_vals else offends
        return column.offence(offends, self.expected, "duplicate")


class CategoricalColumnConstraint(ColumnConstraint):
    """Ask for values out of a few.

    Args:
        categories: the values.
        ignore_missing_vals: whether nulls are fine.
    """

    def __init__(self, categories: Iterable[Any], ignore_missing_vals: bool = False) -> None:  # noqa: FBT001, FBT002
        self.categories = _categories(categories)
        self.ignore_missing_vals = ignore_missing_vals
        shown = [safe_text(category) for category in self.categories[:_SHOWN_CATEGORIES]]
        more = len(self.categories) - len(shown)
        self.expected = f"one of {', '.join(shown)}" + (f" and {more} more" if more else "")

    def find(self, column: Column) -> Violation | None:
        """Return the other values; nulls are among them unless they are ignored."""
        offends = ~column.among(self.categories)
        offends = offends & ~column.nulls() if self.ignore_missing_vals else offends
        return column.offence(offends, self.expected, "other")


def _categories(categories: Iterable[Any]) -> tuple[Any, ...]:
    if isinstance(categories, str) or not isinstance(categories, Iterable):
        raise DagnbInvalidDefinitionError(
            "the categories of a column are several values",
            got=short_value(categories),
            expected="a list or a set",
        )
    found = tuple(categories)
    # The order of a set differs from process to process; what is shown should not.
    return tuple(sorted(found, key=safe_text)) if isinstance(categories, set | frozenset) else found


class InRangeColumnConstraint(ColumnConstraint):
    """Ask for values between two bounds, both included.

    Args:
        min_value: the lower bound; None is none.
        max_value: the upper bound; None is none.
        ignore_missing_vals: whether nulls are fine; otherwise a null is outside.
    """

    needs_dtype = True

    def __init__(
        self,
        min_value: Any = None,
        max_value: Any = None,
        ignore_missing_vals: bool = False,  # noqa: FBT001, FBT002  # the slides' API
    ) -> None:
        if min_value is None and max_value is None:
            raise DagnbInvalidDefinitionError("a range needs a bound", expected="min_value or max_value")
        self.min_value = min_value
        self.max_value = max_value
        self.ignore_missing_vals = ignore_missing_vals
        self.expected = range_text(min_value, max_value)

    def find(self, column: Column) -> Violation | None:
        """Return the values outside; nulls are among them unless they are ignored."""
        outside = ~column.within(self.min_value, self.max_value)
        nulls = column.nulls()
        outside = outside & ~nulls if self.ignore_missing_vals else outside
        found = column.offence(outside, self.expected, "value")
        return found and _with_nulls(found, 0 if self.ignore_missing_vals else int(nulls.sum()))


def _with_nulls(violation: Violation, nulls: int) -> Violation:
    hint = f", of them {plural(nulls, 'null')} (ignore_missing_vals=True lets nulls pass)" if nulls else ""
    return replace(violation, got=f"{violation.got} outside{hint}")


class MinValueColumnConstraint(InRangeColumnConstraint):
    """Ask for values of at least `min_value`."""

    def __init__(self, min_value: Any, ignore_missing_vals: bool = False) -> None:  # noqa: FBT001, FBT002
        super().__init__(min_value, None, ignore_missing_vals)


class MaxValueColumnConstraint(InRangeColumnConstraint):
    """Ask for values of at most `max_value`."""

    def __init__(self, max_value: Any, ignore_missing_vals: bool = False) -> None:  # noqa: FBT001, FBT002
        super().__init__(None, max_value, ignore_missing_vals)


class ColumnDTypeFnConstraint(ColumnConstraint):
    """Ask for a dtype that a function accepts.

    Args:
        type_fn: takes the dtype, returns whether it is right.
        expected: what that is, in words (default: the function's name).
    """

    about_dtype = True

    def __init__(self, type_fn: Callable[[Any], bool], expected: str | None = None) -> None:
        self.type_fn = type_fn
        self.expected = expected or f"a dtype that {getattr(type_fn, '__name__', 'the function')} accepts"

    def find(self, column: Column) -> Violation | None:
        """Return the dtype when it is not right."""
        if self.type_fn(column.dtype):
            return None
        return Violation(column=column.name, expected=self.expected, got=f"dtype {column.dtype}")


class ColumnDTypeInSetConstraint(ColumnConstraint):
    """Ask for one of several dtypes, by their names.

    Args:
        expected_dtype_set: names as ``str(column.dtype)`` gives them, for example ``{"int64", "Int64"}``.
    """

    about_dtype = True

    def __init__(self, expected_dtype_set: Iterable[str]) -> None:
        names = {expected_dtype_set} if isinstance(expected_dtype_set, str) else set(expected_dtype_set)
        self.expected_dtype_set = frozenset(names)
        self.expected = f"dtype {' or '.join(sorted(names))}"

    def find(self, column: Column) -> Violation | None:
        """Return the dtype when it is none of these."""
        if not self.expected_dtype_set.isdisjoint(column.dtype_names):
            return None
        return Violation(column=column.name, expected=self.expected, got=f"dtype {column.dtype}")
