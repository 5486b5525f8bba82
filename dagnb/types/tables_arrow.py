"""Tables of pyarrow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from dagnb.types.tables import Column, Kind, Library, Table

__all__ = ["ArrowColumn", "ArrowTable"]


def _mask(answer: Any) -> Any:
    import pyarrow.compute as pc

    return pc.fill_null(answer, fill_value=False).to_numpy()


class ArrowColumn(Column):
    """A column of a pyarrow Table: a ChunkedArray."""

    library: ClassVar[Library] = "pyarrow"

    @property
    def dtype(self) -> Any:
        """The type."""
        return self.native.type

    def is_kind(self, kind: Kind) -> bool:
        """Whether the column is of a kind."""
        from pyarrow import types

        judges: dict[Kind, tuple[str, ...]] = {
            "boolean": ("is_boolean",),
            "number": ("is_integer", "is_floating", "is_decimal"),
            "integer": ("is_integer",),
            "float": ("is_floating",),
            "datetime": ("is_timestamp",),
            "text": ("is_string", "is_large_string", "is_string_view"),
            "category": ("is_string", "is_large_string", "is_string_view", "is_dictionary"),
        }
        return any(getattr(types, judge)(self.dtype) for judge in judges[kind])

    def timezone(self) -> Any:
        """The timezone of timestamps, or None."""
        return getattr(self.dtype, "tz", None)

    def nulls(self) -> Any:
        """The mask of nulls and of not-a-number."""
        import pyarrow.compute as pc

        return _mask(pc.is_null(self.native, nan_is_null=True))

    def duplicates(self) -> Any:
        """The mask of values that stand more than once."""
        return _repeated([self.native])

    def among(self, values: Collection[Any]) -> Any:
        """The mask of values out of `values`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        plain = self._plain()
        return _mask(pc.is_in(plain, value_set=pa.array(list(values)).cast(plain.type)))

    def within(self, lowest: Any, highest: Any) -> Any:
        """The mask of values between the bounds."""
        import pyarrow.compute as pc

        inside, plain = ~self.nulls(), self._plain()
        if lowest is not None:
            inside = inside & _mask(pc.greater_equal(plain, _bound(lowest)))
        return inside if highest is None else inside & _mask(pc.less_equal(plain, _bound(highest)))

    def _plain(self) -> Any:
        import pyarrow as pa

        kind = self.dtype
        if pa.types.is_dictionary(kind):
            return self.native.cast(kind.value_type)
        if pa.types.is_timestamp(kind):  # nanoseconds reach from 1677 to 2262 only, bounds further
            return self.native.cast(pa.timestamp("us", kind.tz and "UTC"), safe=False)
        return self.native

    def take(self, positions: Sequence[int]) -> list[tuple[Any, Any]]:
        """Return position and value of these rows."""
        return [(position, self.native[position].as_py()) for position in positions]

    def to_pandas(self) -> Any:
        """Return the column as a pandas Series."""
        return self.native.to_pandas().rename(self.name)


def _bound(bound: Any) -> Any:
    import pyarrow as pa

    made = getattr(bound, "to_pydatetime", None)  # of a pandas Timestamp
    plain = bound if made is None else made()
    if isinstance(plain, dt.datetime):
        return pa.scalar(plain, pa.timestamp("us", plain.tzinfo and "UTC"))
    return pa.scalar(plain)


def _repeated(columns: Sequence[Any]) -> Any:
    """Return the mask of rows that are alike in all of these columns: each gets a number for its values."""
    import numpy as np
    import pyarrow as pa

    together = None
    for column in columns:
        plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        codes = plain.combine_chunks().dictionary_encode(null_encoding="encode")
        numbers = _indices(codes).astype("int64")
        if together is not None:
            numbers = together * (int(numbers.max(initial=0)) + 1) + numbers
            numbers = np.unique(numbers, return_inverse=True)[1]
        together = numbers
    if together is None or not len(together):
        return np.zeros(0, dtype=bool)
    return np.bincount(together)[together] > 1


def _indices(codes: Any) -> Any:
    import numpy as np

    chunks = getattr(codes, "chunks", None)
    if chunks is None:
        return codes.indices.to_numpy(zero_copy_only=False)
    return np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in chunks])


class ArrowTable(Table):
    """A pyarrow Table or RecordBatch."""

    library: ClassVar[Library] = "pyarrow"

    def __init__(self, native: Any) -> None:
        import pyarrow as pa

        super().__init__(native if isinstance(native, pa.Table) else pa.Table.from_batches([native]))

    @property
    def names(self) -> list[Any]:
        """The names of the columns."""
        return list(self.native.column_names)

    def columns(self, name: str) -> list[Column]:
        """Return the columns of that name."""
        places = [index for index, one in enumerate(self.native.column_names) if one == name]
        return [ArrowColumn(name, self.native.column(place)) for place in places]

    def duplicates(self, names: Sequence[str]) -> Any:
        """Return the mask of rows that are alike in these columns."""
        return _repeated([self.native.column(name) for name in names])

    def take(self, positions: Sequence[int], names: Sequence[str]) -> list[tuple[Any, tuple[Any, ...]]]:
        """Return positions and values of these rows."""
        columns = [self.native.column(name) for name in names]
        return [(position, tuple(column[position].as_py() for column in columns)) for position in positions]

    def to_pandas(self) -> Any:
        """Return a copy as a pandas DataFrame."""
        return self.native.to_pandas()
