"""Functions that say whether a value or a column is right, for the constraints with metadata.

Each returns whether it is, and a dict of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from dagnb.types.cells import safe_text
from dagnb.types.constraints import range_text

__all__ = [
    "all_unique_validator",
    "categorical_column_validator_factory",
    "column_range_validation_factory",
    "dtype_in_set_validation_factory",
    "non_null_validation",
    "nonnull",
]

_Answer = tuple[bool, Mapping[str, Any]]
_ValueCheck = Callable[[Any], _Answer]


def _is_null(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def non_null_validation(x: Any) -> _Answer:
    """No nulls.

    >>> non_null_validation(None)[0], non_null_validation(3)[0]
    (False, True)
    """
    return not _is_null(x), {}


def nonnull(func: _ValueCheck) -> _ValueCheck:
    """Return a check of values that refuses nulls besides.

    >>> nonnull(column_range_validation_factory(0, 9, ignore_missing_vals=True))(None)[0]
    False
    """

    @wraps(func)
    def and_no_null(value: Any) -> _Answer:
        return (False, {}) if _is_null(value) else func(value)

    and_no_null.__doc__ = f"{(func.__doc__ or func.__name__).strip().rstrip('.')}, and no nulls"
    return and_no_null


def all_unique_validator(column: Any, ignore_missing_vals: bool = False) -> _Answer:  # noqa: FBT001, FBT002
    """No value twice.

    Args:
        column: a pandas Series.
        ignore_missing_vals: whether several nulls are fine (default False).

    >>> import pandas as pd
    >>> is_right, facts = all_unique_validator(pd.Series([1, 2, 1]))
    >>> is_right, facts["actual"].tolist()
    (False, [1])
    """
    twice = column.duplicated()
    if ignore_missing_vals:
        twice &= column.notna()
    return not twice.any(), {"actual": column[twice]}


def column_range_validation_factory(
    minim: Any = None,
    maxim: Any = None,
    ignore_missing_vals: bool = False,  # noqa: FBT001, FBT002  # the argument order of release 0.9
) -> _ValueCheck:
    """Return a check of values between two bounds, both included; None is no bound.

    >>> column_range_validation_factory(0, 24)(25)[0]
    False
    """

    def in_range_validation_fn(x: Any) -> _Answer:
        if _is_null(x):
            return ignore_missing_vals, {}
        return (minim is None or x >= minim) and (maxim is None or x <= maxim), {}

    asked = "any values" if minim is None and maxim is None else f"values {range_text(minim, maxim)}"
    in_range_validation_fn.__doc__ = asked + (", or nulls" if ignore_missing_vals else "")
    return in_range_validation_fn


def categorical_column_validator_factory(
    categories: Iterable[Any],
    ignore_missing_vals: bool = False,  # noqa: FBT001, FBT002  # the argument order of release 0.9
) -> _ValueCheck:
    """Return a check of values out of a few.

    >>> categorical_column_validator_factory({"dock"})("ship")[0]
    False
    """
    known = list(categories)

    def categorical_validation_fn(x: Any) -> _Answer:
        return (ignore_missing_vals and _is_null(x)) or x in known, {}

    shown = safe_text(sorted(known, key=str))
    categorical_validation_fn.__doc__ = f"values out of {shown}" + (", or nulls" if ignore_missing_vals else "")
    return categorical_validation_fn


def dtype_in_set_validation_factory(
    datatypes: type | Iterable[type],
    ignore_missing_vals: bool = False,  # noqa: FBT001, FBT002  # the argument order of release 0.9
) -> _ValueCheck:
    """Return a check of values of some classes.

    >>> dtype_in_set_validation_factory((int, float))("ninety")[0]
    False
    """
    classes = (datatypes,) if isinstance(datatypes, type) else tuple(datatypes)

    def dtype_in_set_validation_fn(x: Any) -> _Answer:
        return (ignore_missing_vals and _is_null(x)) or isinstance(x, classes), {}

    shown = " or ".join(cls.__name__ for cls in classes)
    dtype_in_set_validation_fn.__doc__ = f"values of class {shown}" + (", or nulls" if ignore_missing_vals else "")
    return dtype_in_set_validation_fn
