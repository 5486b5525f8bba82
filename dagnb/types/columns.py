"""Columns of dataframe types, as users declare them."""

# The factories keep the argument order of the slides' API, booleans among them.
# ruff: noqa: FBT001, FBT002, PLR0917

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Number
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest
from dagnb.types.base import short_value
from dagnb.types.constraints import (
    CategoricalColumnConstraint,
    ColumnConstraint,
    InRangeColumnConstraint,
    NonNullableColumnConstraint,
    UniqueColumnConstraint,
)
from dagnb.types.kinds import ColumnKindConstraint, DatetimeKindConstraint, DTypeOfConstraint
from dagnb.types.tables import Column, Table, table_of
from dagnb.types.violations import ConstraintViolationError, Violation


class PandasColumn:
    """Declare a column of a dataframe type; mostly made by the factories.

    Args:
        name: the column's name.
        constraints: what its values must be like; the first is the one on the dtype, if there is one.
        is_required: whether a frame without the column is wrong (default True).

    Raises:
        DagnbInvalidDefinitionError: the name is no text, or a constraint is none.

    >>> PandasColumn.integer_column("folds", min_value=2, max_value=20, non_nullable=True)
    PandasColumn('folds': an integer, from 2 to 20, no nulls)
    """

    def __init__(
        self, name: str, constraints: Iterable[ColumnConstraint] | None = None, is_required: bool | None = None
    ) -> None:
        if not isinstance(name, str):
            raise DagnbInvalidDefinitionError(
                "a column is declared by its name", got=short_value(name), expected='a text, for example "date"'
            )
        self.name = name
        if constraints is not None and not isinstance(constraints, Iterable):
            raise DagnbInvalidDefinitionError(
                "the constraints of a column are a list",
                where=f"column {name}",
                got=short_value(constraints),
                expected="for example [UniqueColumnConstraint()]",
            )
        self.constraints = tuple(constraints or ())
        for constraint in self.constraints:
            if not isinstance(constraint, ColumnConstraint):
                raise DagnbInvalidDefinitionError(
                    "a column takes constraints on columns",
                    where=f"column {name}",
                    got=short_value(constraint),
                    expected="for example UniqueColumnConstraint()",
                )
        self.is_required = is_required is not False

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return what in the frame's column breaks its constraints; all of it.

        Args:
            dataframe: of pandas, polars or pyarrow.
        """
        table = table_of(dataframe, (self.name,))
        columns = table.columns(self.name)
        if len(columns) > 1:
            return [Violation(column=self.name, expected="one column", got=f"{len(columns)} columns of that name")]
        if not columns:
            return [self._missing(table)] if self.is_required else []
        found: list[Violation] = []
        dtype_is_right = True
        for constraint in sorted(self.constraints, key=lambda one: not one.about_dtype):
            if constraint.needs_dtype and not dtype_is_right:
                continue  # bounds on values of the wrong dtype say nothing new
            violation = _examine(constraint, columns[0])
            if violation is not None:
                found.append(violation)
                dtype_is_right = dtype_is_right and not constraint.about_dtype
        return found

    def validate(self, dataframe: Any) -> None:
        """Raise when the frame's column breaks a constraint.

        Raises:
            ConstraintViolationError: it does; every violation is told.
        """
        found = self.violations(dataframe)
        if found:
            raise ConstraintViolationError(found)

    def with_constraints(self, *constraints: ColumnConstraint) -> PandasColumn:
        """Return the same column with more constraints.

        >>> from dagnb.types import ColumnFunctionConstraint
        >>> three = ColumnFunctionConstraint(lambda codes: codes.str.len() == 3, "three letters")
        >>> PandasColumn.string_column("origin").with_constraints(three)
        PandasColumn('origin': a text, three letters)
        """
        return PandasColumn(self.name, (*self.constraints, *constraints), self.is_required)

    def _missing(self, table: Table) -> Violation:
        near = nearest(self.name, [name for name in table.names if isinstance(name, str)])
        got = f'no such column; the nearest is "{near}"' if near else "no such column"
        return Violation(column=self.name, expected="the column", got=got)

    @property
    def markdown_description(self) -> str:
        """The column and what it must be like, as a list in Markdown."""
        head = f"- **{self.name}**" + ("" if self.is_required else " (may be missing)")
        return "\n".join([head, *(f"  - {constraint.markdown_description}" for constraint in self.constraints)])

    def __repr__(self) -> str:
        asked = ", ".join(constraint.markdown_description for constraint in self.constraints) or "exists"
        return f"PandasColumn({self.name!r}: {asked})"

    @staticmethod
    def exists(
        name: str,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of any dtype.

        Args:
            name: the column's name.
            non_nullable: whether nulls are wrong.
            unique: whether a value that stands twice is wrong.
            ignore_missing_vals: whether the other constraints leave nulls alone.
            is_required: whether a frame without the column is wrong (default True).

        Raises:
            DagnbInvariantViolationError: `non_nullable` and `ignore_missing_vals` together; here and below.
        """
        return _column(name, [], [], (non_nullable, unique, ignore_missing_vals), is_required)

    @staticmethod
    def boolean_column(
        name: str,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of True and False; the arguments are those of `exists`."""
        kind = [ColumnKindConstraint("boolean")]
        return _column(name, kind, [], (non_nullable, unique, ignore_missing_vals), is_required)

    @staticmethod
    def numeric_column(
        name: str,
        min_value: float | None = None,
        max_value: float | None = None,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of integers or floats.

        Args:
            name: the column's name.
            min_value: the lower bound, included; a null is outside unless `ignore_missing_vals`.
            max_value: the upper bound, included.
            non_nullable: as in `exists`, and so the following.
            unique: as in `exists`.
            ignore_missing_vals: as in `exists`.
            is_required: as in `exists`.
        """
        flags = (non_nullable, unique, ignore_missing_vals)
        return _column(name, [ColumnKindConstraint("number")], _numbers(name, min_value, max_value), flags, is_required)

    @staticmethod
    def integer_column(
        name: str,
        min_value: float | None = None,
        max_value: float | None = None,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of integers; the arguments are those of `numeric_column`."""
        flags = (non_nullable, unique, ignore_missing_vals)
        return _column(
            name, [ColumnKindConstraint("integer")], _numbers(name, min_value, max_value), flags, is_required
        )

    @staticmethod
    def float_column(
        name: str,
        min_value: float | None = None,
        max_value: float | None = None,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of floats; the arguments are those of `numeric_column`."""
        flags = (non_nullable, unique, ignore_missing_vals)
        return _column(name, [ColumnKindConstraint("float")], _numbers(name, min_value, max_value), flags, is_required)

    @staticmethod
    def datetime_column(
        name: str,
        min_datetime: Any = None,
        max_datetime: Any = None,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
        *,
        tz: Any = None,
    ) -> PandasColumn:
        """Declare a column of datetimes, of any resolution, without a timezone unless `tz` or the bounds have one.

        Args:
            name: the column's name.
            min_datetime: the lower bound, included: a datetime or a pandas Timestamp.
            max_datetime: the upper bound, included.
            non_nullable: as in `exists`, and so the following.
            unique: as in `exists`.
            ignore_missing_vals: as in `exists`.
            is_required: as in `exists`.
            tz: the timezone that they must have, by name or as a `tzinfo`; "any" for any, "none" for none (default:
                "any" when the bounds have one, else "none").

        Raises:
            DagnbInvalidDefinitionError: one bound has a timezone and the other has none, or `tz` says otherwise.
        """
        kind = [DatetimeKindConstraint(zone=_zone(name, (min_datetime, max_datetime), tz))]
        flags = (non_nullable, unique, ignore_missing_vals)
        return _column(name, kind, [min_datetime, max_datetime], flags, is_required)

    @staticmethod
    def string_column(
        name: str,
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of texts: Python's, pandas' or Arrow's; the arguments are those of `exists`."""
        kind = [ColumnKindConstraint("text")]
        return _column(name, kind, [], (non_nullable, unique, ignore_missing_vals), is_required)

    @staticmethod
    def categorical_column(
        name: str,
        categories: Iterable[Any],
        of_types: str | Iterable[str] = "object",
        non_nullable: bool = False,
        unique: bool = False,
        ignore_missing_vals: bool = False,
        is_required: bool | None = None,
    ) -> PandasColumn:
        """Declare a column of values out of a few.

        Args:
            name: the column's name.
            categories: the values.
            of_types: names of the dtypes it may have; "object" (the default) stands for texts in any dtype, and
                for pandas' categories.
            non_nullable: as in `exists`, and so the following.
            unique: as in `exists`.
            ignore_missing_vals: as in `exists`; a null is no category otherwise.
            is_required: as in `exists`.
        """
        names = of_types if isinstance(of_types, str) else frozenset(of_types)
        # Where nulls are forbidden they are told once, as nulls, not again as none of the categories.
        of_categories = CategoricalColumnConstraint(categories, ignore_missing_vals or non_nullable)
        kinds = [DTypeOfConstraint(names), of_categories]
        return _column(name, kinds, [], (non_nullable, unique, ignore_missing_vals), is_required)


def _column(
    name: str,
    kinds: Sequence[ColumnConstraint],
    bounds: Sequence[Any],
    flags: tuple[bool, bool, bool],
    is_required: bool | None,
) -> PandasColumn:
    non_nullable, unique, ignore_missing_vals = flags
    if non_nullable and ignore_missing_vals:
        raise DagnbInvariantViolationError(
            "a column cannot both forbid nulls and ignore them",
            where=f"column {name}",
            got="non_nullable=True with ignore_missing_vals=True",
            expected="one of them",
        )
    constraints = list(kinds)
    if any(bound is not None for bound in bounds):
        _check_bounds(name, bounds)
        # Where nulls are forbidden they are told once, as nulls, not again as values outside.
        constraints.append(InRangeColumnConstraint(bounds[0], bounds[1], ignore_missing_vals or non_nullable))
    if non_nullable:
        constraints.append(NonNullableColumnConstraint())
    if unique:
        constraints.append(UniqueColumnConstraint(ignore_missing_vals))
    return PandasColumn(name, constraints, is_required)


def _check_bounds(name: str, bounds: Sequence[Any]) -> None:
    low, high = bounds
    if low is None or high is None:
        return
    try:
        is_range = bool(low <= high)
    except Exception:  # noqa: BLE001  # they are anybody's objects
        is_range = False
    if not is_range:
        raise DagnbInvalidDefinitionError(
            "no value can be within the bounds of a column",
            where=f"column {name}",
            got=f"from {short_value(low)} to {short_value(high)}",
            expected="a lower bound, and an upper one that is not below it",
        )


def _numbers(name: str, *bounds: Any) -> list[Any]:
    for bound in bounds:
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, Number)):
            raise DagnbInvalidDefinitionError(
                "the bounds of a column of numbers are numbers",
                where=f"column {name}",
                got=short_value(bound),
                expected="min_value=0, for example",
            )
    return list(bounds)


def _zone(name: str, bounds: tuple[Any, Any], tz: Any) -> str:
    aware = {getattr(bound, "tzinfo", None) is not None for bound in bounds if bound is not None}
    zone = ("any" if aware == {True} else "none") if tz is None else str(tz)
    if aware == {True, False}:
        got = "one bound with a timezone and one without"
    elif aware and aware != {zone != "none"}:
        got = f"bounds {'with' if aware == {True} else 'without'} a timezone, and tz={zone!r}"
    else:
        return zone
    raise DagnbInvalidDefinitionError(
        "the bounds of a datetime column do not go together",
        where=f"column {name}",
        got=got,
        expected="bounds with a timezone where the column has one, without where it has none",
    )


def _examine(constraint: ColumnConstraint, column: Column) -> Violation | None:
    try:
        return constraint.judge(column)
    except Exception as error:  # noqa: BLE001  # one column that cannot be compared must not hide the others
        got = f"values that cannot be checked ({type(error).__name__}: {error})"[:300]
        return Violation(column=column.name, expected=constraint.markdown_description, got=got)
