"""The kinds of columns, told from dtypes of pandas 2 and 3, their extension types and Arrow's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from dagnb.types.constraints import ColumnConstraint
from dagnb.types.violations import Violation, first_rows, plural

Kind = Literal["boolean", "number", "integer", "float", "datetime", "text", "category"]
#: What people call the kinds.
WORDS: dict[Kind, str] = {
    "boolean": "true or false",
    "number": "a number",
    "integer": "an integer",
    "float": "a float",
    "datetime": "a datetime",
    "text": "a text",
    "category": "a text or category",
}


def _is_text_dtype(dtype: Any) -> bool:
    import pandas as pd

    if isinstance(dtype, pd.StringDtype):
        return True
    arrow = getattr(dtype, "pyarrow_dtype", None)
    return arrow is not None and str(arrow) in {"string", "large_string", "string_view"}


def _holds_objects(dtype: Any) -> bool:
    return str(dtype) == "object"


def _inferred(series: Any) -> str:
    from pandas.api.types import infer_dtype

    return infer_dtype(series, skipna=True)


def is_kind(series: Any, kind: Kind) -> bool:
    """Say whether a pandas Series is of a kind; a column of Python objects is judged by its values.

    >>> import pandas as pd
    >>> is_kind(pd.Series([1, 2]), "integer"), is_kind(pd.Series([True]), "number")
    (True, False)
    """
    if kind in {"text", "category"}:
        return _is_texts(series, kind)
    if kind == "boolean" and _holds_objects(series.dtype):
        return _inferred(series) in {"boolean", "empty"}
    return _JUDGES[kind](series.dtype)


def _is_boolean(dtype: Any) -> bool:
    from pandas.api.types import is_bool_dtype

    return is_bool_dtype(dtype)


def _is_number(dtype: Any) -> bool:
    from pandas.api.types import is_bool_dtype, is_complex_dtype, is_numeric_dtype

    return is_numeric_dtype(dtype) and not is_bool_dtype(dtype) and not is_complex_dtype(dtype)


def _is_integer(dtype: Any) -> bool:
    from pandas.api.types import is_integer_dtype

    return is_integer_dtype(dtype)


def _is_float(dtype: Any) -> bool:
    from pandas.api.types import is_float_dtype

    return is_float_dtype(dtype)


def _is_datetime(dtype: Any) -> bool:
    return getattr(dtype, "kind", "") == "M"


_JUDGES: dict[Kind, Callable[[Any], bool]] = {
    "boolean": _is_boolean,
    "number": _is_number,
    "integer": _is_integer,
    "float": _is_float,
    "datetime": _is_datetime,
}


def _is_texts(series: Any, kind: Kind) -> bool:
    import pandas as pd

    dtype = series.dtype
    if _is_text_dtype(dtype):
        return True
    if kind == "category":
        return _holds_objects(dtype) or isinstance(dtype, pd.CategoricalDtype)
    return _holds_objects(dtype) and _inferred(series) in {"string", "empty"}


def timezone_of(series: Any) -> Any:
    """Return the timezone of a pandas Series of datetimes, or None.

    >>> import pandas as pd
    >>> str(timezone_of(pd.Series(pd.to_datetime(["2017-10-01"], utc=True))))
    'UTC'
    """
    arrow = getattr(series.dtype, "pyarrow_dtype", None)
    return getattr(series.dtype if arrow is None else arrow, "tz", None)


class ColumnKindConstraint(ColumnConstraint):
    """Ask for a column of a kind.

    Args:
        kind: the kind.
    """

    about_dtype = True

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.expected = WORDS[kind]

    def violation(self, series: Any) -> Violation | None:
        """Return the dtype when it is of another kind; of Python objects those that are no texts."""
        if is_kind(series, self.kind):
            return None
        name = str(series.name)
        if self.kind == "text" and _holds_objects(series.dtype):
            others = series.map(lambda value: not isinstance(value, str)).astype(bool) & series.notna()
            return self._others(series, others, name)
        hint = ""
        if self.kind == "integer" and series.dtype.kind == "f" and bool(series.isna().any()):
            hint = ' (pandas turns integers with nulls into floats; astype("Int64") keeps them)'
        return Violation(column=name, expected=self.expected, got=f"dtype {series.dtype}{hint}")

    def _others(self, series: Any, others: Any, name: str) -> Violation:
        count = int(others.sum())
        return Violation(
            column=name,
            expected=self.expected,
            got=f"{plural(count, 'value')} of another class",
            count=count,
            rows=first_rows(series, others),
        )


class DatetimeKindConstraint(ColumnKindConstraint):
    """Ask for datetimes of any resolution, with a timezone or without one.

    Args:
        aware: whether they have a timezone.
    """

    def __init__(self, *, aware: bool) -> None:
        super().__init__("datetime")
        self.aware = aware
        self.expected = f"a datetime {'with a' if aware else 'without'} timezone"

    def violation(self, series: Any) -> Violation | None:
        """Return the dtype when it is no datetime, or has a timezone and should not (or the other way round)."""
        found = super().violation(series)
        if found is not None:
            return found
        zone = timezone_of(series)
        if (zone is not None) == self.aware:
            return None
        hint = (
            "df[column].dt.tz_localize(zone) gives it one"
            if self.aware
            else "bounds with a timezone allow it, df[column].dt.tz_localize(None) takes it away"
        )
        got = f"dtype {series.dtype} ({'no timezone' if zone is None else f'timezone {zone}'}; {hint})"
        return Violation(column=str(series.name), expected=self.expected, got=got)


class DTypeOfConstraint(ColumnConstraint):
    """Ask for dtypes by name, where "object" stands for every way of keeping texts.

    Args:
        of_types: a name, or several.
    """

    about_dtype = True

    def __init__(self, of_types: str | frozenset[str]) -> None:
        self.names = frozenset({of_types} if isinstance(of_types, str) else of_types)
        words = ["a text or category" if name == "object" else f"dtype {name}" for name in sorted(self.names)]
        self.expected = " or ".join(words)

    def violation(self, series: Any) -> Violation | None:
        """Return the dtype when it is none of these."""
        if str(series.dtype) in self.names or ("object" in self.names and is_kind(series, "category")):
            return None
        return Violation(column=str(series.name), expected=self.expected, got=f"dtype {series.dtype}")
