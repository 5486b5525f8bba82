"""Tables of pandas 2 and 3, with their extension types and Arrow's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from dagnb.types.tables import Column, Kind, Library, Table

__all__ = ["PandasSeries", "PandasTable"]


def _mask(answer: Any) -> Any:
    # What is unknown, a comparison with a null, is False.
    plain = answer if answer.dtype == bool else answer.astype("boolean").fillna(value=False).astype(bool)
    return plain.to_numpy()


class PandasSeries(Column):
    """A pandas Series; one of Python objects is judged by its values.

    >>> import pandas as pd
    >>> PandasSeries("n", pd.Series([1, 2])).is_kind("integer"), PandasSeries("b", pd.Series([True])).is_kind("number")
    (True, False)
    """

    library: ClassVar[Library] = "pandas"

    @property
    def dtype(self) -> Any:
        """The dtype."""
        return self.native.dtype

    @property
    def dtype_names(self) -> frozenset[str]:
        """Its one name: "int64" and "Int64" are different dtypes here."""
        return frozenset({str(self.dtype)})

    def is_kind(self, kind: Kind) -> bool:
        """Whether the Series is of a kind."""
        if kind in {"text", "category"}:
            return self._is_texts(kind)
        if kind == "boolean" and self._holds_objects():
            return self._inferred() in {"boolean", "empty"}
        return _JUDGES[kind](self.dtype)

    def _holds_objects(self) -> bool:
        return str(self.dtype) == "object"

    def _inferred(self) -> str:
        from pandas.api.types import infer_dtype

        return infer_dtype(self.native, skipna=True)

    def _is_texts(self, kind: Kind) -> bool:
        import pandas as pd

        if _is_text_dtype(self.dtype):
            return True
        if kind == "category":
            return self._holds_objects() or isinstance(self.dtype, pd.CategoricalDtype)
        return self._holds_objects() and self._inferred() in {"string", "empty"}

    def timezone(self) -> Any:
        """The timezone of datetimes, or None."""
        arrow = getattr(self.dtype, "pyarrow_dtype", None)
        return getattr(self.dtype if arrow is None else arrow, "tz", None)

    def nulls(self) -> Any:
        """The mask of nulls."""
        return self.native.isna().to_numpy()

    def duplicates(self) -> Any:
        """The mask of values that stand more than once."""
        return self.native.duplicated(keep=False).to_numpy()

    def among(self, values: Collection[Any]) -> Any:
        """The mask of values out of `values`."""
        return _mask(self.native.isin(list(values)))

    def within(self, lowest: Any, highest: Any) -> Any:
        """The mask of values between the bounds."""
        inside = self.native.notna().to_numpy()
        if lowest is not None:
            inside = inside & _mask(self.native >= lowest)
        return inside if highest is None else inside & _mask(self.native <= highest)

    def take(self, positions: Sequence[int]) -> list[tuple[Any, Any]]:
        """Return index and value of these rows."""
        rows = self.native.iloc[list(positions)]
        return list(zip(rows.index.tolist(), rows.tolist(), strict=True))

    def to_pandas(self) -> Any:
        """Return the Series itself."""
        return self.native

    def strangers(self) -> Any:
        """Return the mask of objects that are no texts."""
        if not self._holds_objects():
            return None
        return self.native.map(lambda value: not isinstance(value, str)).astype(bool).to_numpy() & ~self.nulls()


def _is_text_dtype(dtype: Any) -> bool:
    import pandas as pd

    if isinstance(dtype, pd.StringDtype):
        return True
    arrow = getattr(dtype, "pyarrow_dtype", None)
    return arrow is not None and str(arrow) in {"string", "large_string", "string_view"}


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


class PandasTable(Table):
    """A pandas DataFrame."""

    library: ClassVar[Library] = "pandas"

    @property
    def names(self) -> list[Any]:
        """The names of the columns."""
        return list(self.native.columns)

    def columns(self, name: str) -> list[Column]:
        """Return the columns of that name."""
        places = [index for index, one in enumerate(self.native.columns) if isinstance(one, str) and one == name]
        return [PandasSeries(name, self.native.iloc[:, place]) for place in places]

    def duplicates(self, names: Sequence[str]) -> Any:
        """Return the mask of rows that are alike in these columns."""
        return self.native.duplicated(subset=list(names), keep=False).to_numpy()

    def take(self, positions: Sequence[int], names: Sequence[str]) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return index and values of these rows."""
        rows = self.native.iloc[list(positions)][list(names)]
        columns = [rows.iloc[:, place].tolist() for place in range(rows.shape[1])]
        return list(zip(rows.index.tolist(), zip(*columns, strict=True), strict=True)) if columns else []

    def to_pandas(self) -> Any:
        """Return the DataFrame itself."""
        return self.native
