"""Constraints that report as structured metadata which expectation which columns and rows break, and types of them.

They take functions that return whether a frame, a column or a value is right, with facts about it. Types made by
`create_dataframe_type` say the same with less; these are for checks whose findings are read by programs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import PASSED, DagnbType, TypeCheck, short_value
from dagnb.types.structured_errors import (
    ColumnWithMetadataError,
    ConstraintWithMetadataError,
    DataFrameWithMetadataError,
)
from dagnb.types.tables import library_of, table_of

__all__ = [
    "ColumnAggregateConstraintWithMetadata",
    "ColumnConstraintWithMetadata",
    "ColumnRangeConstraintWithMetadata",
    "ConstraintWithMetadata",
    "MultiAggregateConstraintWithMetadata",
    "MultiColumnConstraintWithMetadata",
    "MultiConstraintWithMetadata",
    "StrictColumnsWithMetadata",
]

#: Says whether something is right, with facts by the names of `ConstraintWithMetadataError`'s arguments.
Validation = Callable[..., "tuple[bool, Mapping[str, Any]]"]
_Error = Callable[..., ConstraintWithMetadataError]


class ConstraintWithMetadata:
    """Ask for a frame that a function accepts.

    Args:
        description: what the constraint asks for.
        validation_fn: takes a pandas DataFrame; returns whether it is right, and the arguments of the error when it is
            not: ``expectation``, ``offending``, ``actual``.
        resulting_exception: the class of that error.
        raise_or_typecheck: whether `validate` raises the error (default) or returns it as a failed `TypeCheck`.
        name: the constraint's name (default: the class's).

    >>> import pandas as pd
    >>> def has_rows(frame):
    ...     return len(frame) > 0, {"expectation": "rows", "actual": "none"}
    >>> rows = ConstraintWithMetadata("some rows", has_rows, DataFrameWithMetadataError, raise_or_typecheck=False)
    >>> rows.validate(pd.DataFrame({"a": [1]})).success, rows.validate(pd.DataFrame()).success
    (True, False)
    """

    def __init__(
        self,
        description: str | None,
        validation_fn: Validation,
        resulting_exception: _Error,
        raise_or_typecheck: bool = True,  # noqa: FBT001, FBT002  # the argument order of release 0.9
        name: str | None = None,
    ) -> None:
        if not callable(validation_fn):
            raise DagnbInvalidDefinitionError(
                "a constraint with metadata is made of a function",
                where=name or type(self).__name__,
                got=short_value(validation_fn),
                expected="a function that returns (True or False, a dict of facts)",
            )
        self.name = name or type(self).__name__
        self.description = description
        self.validation_fn = validation_fn
        self.resulting_exception = resulting_exception
        self.raise_or_typecheck = raise_or_typecheck

    def validate(self, data: Any, *args: Any, **kwargs: Any) -> TypeCheck:
        """Check a frame.

        Raises:
            ConstraintWithMetadataError: it breaks the constraint, and the constraint raises.
        """
        is_right, facts = self.validation_fn(table_of(data).to_pandas(), *args, **kwargs)
        return self._answer(is_right=bool(is_right), facts=facts)

    def _answer(self, *, is_right: bool, facts: Mapping[str, Any]) -> TypeCheck:
        if is_right:
            return PASSED
        error = self.resulting_exception(
            constraint_name=self.name, constraint_description=self.description, **dict(facts)
        )
        if self.raise_or_typecheck:
            raise error
        return error.return_as_typecheck()

    def as_dagnb_type(self, *args: Any, **options: Any) -> DagnbType:
        """Return the type of the frames that keep the constraint.

        Args:
            args: go on to `validate` after the frame.
            options: those of `DagnbType`.

        Raises:
            DagnbInvalidDefinitionError: the constraint raises instead of answering.
        """
        if self.raise_or_typecheck:
            raise DagnbInvalidDefinitionError(
                "a type needs a constraint that answers",
                where=self.name,
                got="a constraint that raises",
                expected="raise_or_typecheck=False",
            )

        def check(value: object) -> TypeCheck | bool:
            return library_of(value) is not None and self.validate(value, *args)

        options.setdefault("description", f"a dataframe: {self.description}")
        options.setdefault("display_name", "frame")
        return DagnbType(check, name=self.name, **options)

    as_dagster_type = as_dagnb_type


class MultiConstraintWithMetadata(ConstraintWithMetadata):
    """Ask for a frame that several functions accept; all of them are asked.

    Args:
        description: what the constraint asks for.
        validation_fn_arr: the functions; their facts are reported by their names.
        resulting_exception: as for `ConstraintWithMetadata`.
        raise_or_typecheck: as for `ConstraintWithMetadata`.
        name: as for `ConstraintWithMetadata`.
    """

    def __init__(
        self,
        description: str | None,
        validation_fn_arr: Sequence[Validation],
        resulting_exception: _Error,
        raise_or_typecheck: bool = True,  # noqa: FBT001, FBT002  # the argument order of release 0.9
        name: str | None = None,
    ) -> None:
        functions = list(validation_fn_arr)

        def all_of(data: Any, *args: Any, **kwargs: Any) -> tuple[bool, Mapping[str, Any]]:
            facts: dict[str, dict[str, Any]] = {}
            is_right = True
            for function in functions:
                answer, found = function(data, *args, **kwargs)
                is_right = is_right and bool(answer)
                for key, fact in ({} if answer else found).items():
                    facts.setdefault(key, {})[_called(function)] = fact
            return is_right, facts

        super().__init__(description, all_of, resulting_exception, raise_or_typecheck, name)


class StrictColumnsWithMetadata(ConstraintWithMetadata):
    """Ask for these columns and no others.

    Args:
        column_list: their names.
        enforce_ordering: whether they must stand in this order (default False).
        raise_or_typecheck: as for `ConstraintWithMetadata`.
        name: as for `ConstraintWithMetadata`.
    """

    def __init__(
        self,
        column_list: Sequence[str],
        enforce_ordering: bool = False,  # noqa: FBT001, FBT002  # the argument order of release 0.9
        raise_or_typecheck: bool = True,  # noqa: FBT001, FBT002  # the argument order of release 0.9
        name: str | None = None,
    ) -> None:
        self.column_list = list(column_list)
        self.enforce_ordering = enforce_ordering
        order = " in this order" if enforce_ordering else ""
        super().__init__(
            f"the columns {', '.join(self.column_list)} and no others{order}",
            self._columns_are_right,
            DataFrameWithMetadataError,
            raise_or_typecheck,
            name,
        )

    def _columns_are_right(self, data: Any) -> tuple[bool, Mapping[str, Any]]:
        present = list(data.columns)
        if present == self.column_list or (not self.enforce_ordering and set(present) == set(self.column_list)):
            return True, {}
        actual: Any = present
        if not self.enforce_ordering:
            actual = {
                "extra_columns": [name for name in present if name not in self.column_list],
                "missing_columns": [name for name in self.column_list if name not in present],
            }
        return False, {"expectation": self.column_list, "actual": actual}


class ColumnConstraintWithMetadata(ConstraintWithMetadata):
    """Ask for values that a function accepts, one by one, in the columns that `validate` is given (default: all).

    Args:
        description: what the constraint asks for.
        validation_fn: takes a value; returns whether it is right, and facts. The first line of its docstring says what
            it expects.
        resulting_exception: as for `ConstraintWithMetadata`.
        raise_or_typecheck: as for `ConstraintWithMetadata`.
        name: as for `ConstraintWithMetadata`.

    >>> import pandas as pd
    >>> from dagnb.types import column_range_validation_factory
    >>> in_a_day = column_range_validation_factory(0, 24)
    >>> hours = ColumnConstraintWithMetadata("hours of a day", in_a_day, ColumnWithMetadataError)
    >>> hours.validate(pd.DataFrame({"hours": [8, 25]}), "hours")
    Traceback (most recent call last):
    dagnb.types.structured_errors.ColumnWithMetadataError: the dataframe breaks the constraint ...
      at: {"hours": ["row 1"]}
      got: {"hours": [25]}
      expected: values from 0 to 24
    """

    def validate(self, data: Any, *args: str, **kwargs: Any) -> TypeCheck:
        """Check columns of a frame; those that it does not have are passed over.

        Raises:
            ConstraintWithMetadataError: one breaks the constraint, and the constraint raises.
        """
        frame = table_of(data).to_pandas()
        offending: dict[str, list[str]] = {}
        actual: dict[str, list[Any]] = {}
        for column in _chosen(frame, args):
            series = frame[column]
            wrong = series[[not self.validation_fn(value, **kwargs)[0] for value in series.tolist()]]
            if len(wrong):
                offending[column] = [f"row {index}" for index in wrong.index.tolist()]
                actual[column] = wrong.tolist()
        facts = {"expectation": _expectation(self.validation_fn), "offending": offending, "actual": actual}
        return self._answer(is_right=not offending, facts=facts)


class ColumnAggregateConstraintWithMetadata(ConstraintWithMetadata):
    """Ask for columns that a function accepts, each as a whole; the arguments are those of `ConstraintWithMetadata`.

    The function takes a pandas Series. `validate` is given the names of columns after the frame (default: all).
    """

    def validate(self, data: Any, *args: str, **kwargs: Any) -> TypeCheck:
        """Check columns of a frame; those that it does not have are passed over.

        Raises:
            ConstraintWithMetadataError: one breaks the constraint, and the constraint raises.
        """
        frame = table_of(data).to_pandas()
        actual: dict[str, list[Any]] = {}
        for column in _chosen(frame, args):
            is_right, facts = self.validation_fn(frame[column], **kwargs)
            if not is_right:
                values = facts.get("actual")
                actual[column] = (frame[column] if values is None else values).tolist()
        facts = {"expectation": self.description, "offending": set(actual), "actual": actual}
        return self._answer(is_right=not actual, facts=facts)


class MultiColumnConstraintWithMetadata(ConstraintWithMetadata):
    """Ask for values that functions accept, other functions for each column; all of them are asked.

    Args:
        description: what the constraint asks for.
        fn_and_columns_dict: the functions for each column, as `ColumnConstraintWithMetadata` takes them.
        resulting_exception: as for `ConstraintWithMetadata`.
        raise_or_typecheck: as for `ConstraintWithMetadata`.
        type_for_internal: what is made of each function (default `ColumnConstraintWithMetadata`).
        name: as for `ConstraintWithMetadata`.
    """

    def __init__(  # noqa: PLR0917  # the argument order of release 0.9
        self,
        description: str | None,
        fn_and_columns_dict: Mapping[str, Sequence[Validation]],
        resulting_exception: _Error,
        raise_or_typecheck: bool = True,  # noqa: FBT001, FBT002  # the argument order of release 0.9
        type_for_internal: type[ConstraintWithMetadata] = ColumnConstraintWithMetadata,
        name: str | None = None,
    ) -> None:
        self.column_to_fn_dict = {column: list(functions) for column, functions in fn_and_columns_dict.items()}
        self._inner = type_for_internal
        super().__init__(description, self._all_columns, resulting_exception, raise_or_typecheck, name)

    def _all_columns(self, data: Any) -> tuple[bool, Mapping[str, Any]]:
        facts: dict[str, dict[str, dict[str, Any]]] = {}
        for column, functions in self.column_to_fn_dict.items():
            for function in functions if column in data.columns else ():
                try:
                    self._inner(_expectation(function), function, ColumnWithMetadataError).validate(data, column)
                except ConstraintWithMetadataError as error:
                    for key in ("expectation", "offending", "actual"):
                        fact = getattr(error, key)
                        fact = fact[column] if isinstance(fact, dict) else "a violation" if key == "offending" else fact
                        facts.setdefault(key, {}).setdefault(column, {})[_called(function)] = fact
        return not facts, facts


class MultiAggregateConstraintWithMetadata(MultiColumnConstraintWithMetadata):
    """Ask for columns that functions accept, each as a whole, other functions for each column.

    The arguments are those of `MultiColumnConstraintWithMetadata`; the functions take a pandas Series.
    """

    def __init__(
        self,
        description: str | None,
        fn_and_columns_dict: Mapping[str, Sequence[Validation]],
        resulting_exception: _Error,
        raise_or_typecheck: bool = True,  # noqa: FBT001, FBT002  # the argument order of release 0.9
        name: str | None = None,
    ) -> None:
        super().__init__(
            description,
            fn_and_columns_dict,
            resulting_exception,
            raise_or_typecheck,
            ColumnAggregateConstraintWithMetadata,
            name,
        )


class ColumnRangeConstraintWithMetadata(ColumnConstraintWithMetadata):
    """Ask for values between two bounds, both included.

    Args:
        minim: the lower bound; None is none.
        maxim: the upper bound; None is none.
        columns: the columns (default: those that `validate` is given, or all).
        raise_or_typecheck: as for `ConstraintWithMetadata`.
    """

    def __init__(
        self,
        minim: Any = None,
        maxim: Any = None,
        columns: Sequence[str] | None = None,
        raise_or_typecheck: bool = True,  # noqa: FBT001, FBT002  # the argument order of release 0.9
    ) -> None:
        from dagnb.types.validators import column_range_validation_factory

        self.columns = columns
        within = column_range_validation_factory(minim, maxim)
        super().__init__(_expectation(within), within, ColumnWithMetadataError, raise_or_typecheck)

    def validate(self, data: Any, *args: str, **kwargs: Any) -> TypeCheck:
        """Check the columns of a frame."""
        return super().validate(data, *(args or self.columns or ()), **kwargs)


def _chosen(frame: Any, columns: Sequence[str]) -> list[str]:
    return [column for column in (columns or list(frame.columns)) if column in frame.columns]


def _called(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _expectation(function: Any) -> str:
    return (getattr(function, "__doc__", None) or _called(function)).strip().partition("\n")[0].rstrip(".")
