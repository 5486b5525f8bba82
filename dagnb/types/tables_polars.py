"""Tables of polars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from dagnb.types.tables import Column, Kind, Library, Table

__all__ = ["PolarsSeries", "PolarsTable"]


def _mask(answer: Any) -> Any:
    return answer.fill_null(value=False).to_numpy()


class PolarsSeries(Column):
    """A polars Series."""

    library: ClassVar[Library] = "polars"

    @property
    def dtype(self) -> Any:
        """The dtype."""
        return self.native.dtype

    def is_kind(self, kind: Kind) -> bool:
        """Whether the Series is of a kind."""
        import polars as pl

        dtype, is_text = self.dtype, self.dtype == pl.String
        answers: dict[Kind, Any] = {
            "boolean": dtype == pl.Boolean,
            "number": dtype.is_numeric(),
            "integer": dtype.is_integer(),
            "float": dtype.is_float(),
            "datetime": dtype == pl.Datetime,
            "text": is_text,
            "category": is_text or dtype == pl.Categorical or isinstance(dtype, pl.Enum),
        }
        return bool(answers[kind])

    def timezone(self) -> Any:
        """The timezone of datetimes, or None."""
        return getattr(self.dtype, "time_zone", None)

    def nulls(self) -> Any:
        """The mask of nulls and of not-a-number."""
        nulls = self.native.is_null()
        return _mask(nulls | self.native.is_nan() if self.dtype.is_float() else nulls)

    def duplicates(self) -> Any:
        """The mask of values that stand more than once."""
        return _mask(self.native.is_duplicated())

    def among(self, values: Collection[Any]) -> Any:
        """The mask of values out of `values`."""
        import polars as pl

        texts = self.dtype == pl.Categorical or isinstance(self.dtype, pl.Enum)
        return _mask((self.native.cast(pl.String) if texts else self.native).is_in(list(values)))

    def within(self, lowest: Any, highest: Any) -> Any:
        """The mask of values between the bounds."""
        inside = ~self.nulls()  # polars takes not-a-number for the largest of numbers
        if lowest is not None:
            inside = inside & _mask(self._comparable() >= _plain(lowest))
        return inside if highest is None else inside & _mask(self._comparable() <= _plain(highest))

    def _comparable(self) -> Any:
        import polars as pl

        # Nanoseconds reach from 1677 to 2262 only, bounds further.
        return self.native.cast(pl.Datetime("us", self.timezone())) if self.dtype == pl.Datetime else self.native

    def take(self, positions: Sequence[int]) -> list[tuple[Any, Any]]:
        """Return position and value of these rows."""
        return [(position, self.native[position]) for position in positions]

    def to_pandas(self) -> Any:
        """Return the Series as one of pandas."""
        return self.native.to_pandas()


def _plain(bound: Any) -> Any:
    made = getattr(bound, "to_pydatetime", None)  # of a pandas Timestamp
    return bound if made is None else made()


class PolarsTable(Table):
    """A polars DataFrame, or a LazyFrame of which the columns to be read are collected once.

    Args:
        native: the frame.
        reads: these columns (default: all).
    """

    library: ClassVar[Library] = "polars"

    def __init__(self, native: Any, reads: Collection[str] | None = None) -> None:
        import polars as pl

        self._names: list[str] = native.collect_schema().names()
        self._rows: int | None = None
        if isinstance(native, pl.LazyFrame):
            wanted = [name for name in self._names if reads is None or name in reads]
            if not wanted:
                self._rows = int(native.select(pl.len()).collect().item())
            native = native.select(wanted).collect()
        super().__init__(native)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.native) if self._rows is None else self._rows

    @property
    def names(self) -> list[Any]:
        """The names of the columns."""
        return list(self._names)

    def columns(self, name: str) -> list[Column]:
        """Return the column of that name, if there is one."""
        return [PolarsSeries(name, self.native[name])] if name in self._names else []

    def duplicates(self, names: Sequence[str]) -> Any:
        """Return the mask of rows that are alike in these columns."""
        return self.native.select(list(names)).is_duplicated().to_numpy()

    def take(self, positions: Sequence[int], names: Sequence[str]) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return positions and values of these rows."""
        rows = self.native.select(list(names))[list(positions)].rows()
        return list(zip(positions, rows, strict=True))

    def to_pandas(self) -> Any:
        """Return a copy as a pandas DataFrame."""
        return self.native.to_pandas()
