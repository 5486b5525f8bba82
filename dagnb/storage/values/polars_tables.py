"""polars' frames, lazy frames and series, in Arrow's stream format."""

from __future__ import annotations

import io
import sys
from typing import Any


class PolarsCodec:
    """Frames of polars, with the dtypes as they are: categories, enums, nested ones, zones, decimals.

    `encode` raises ValueError when something would come back changed (columns of Python objects): the pickle then
    takes the frame.
    """

    name = "polars"
    suffix = "polars.arrow"
    priority = 85
    _class = "DataFrame"

    def accepts(self, value: Any) -> bool:
        """Whether it is of the class itself."""
        polars = sys.modules.get("polars")
        return polars is not None and type(value) is getattr(polars, self._class, None)

    def encode(self, value: Any) -> bytes:
        """Write the value.

        Raises:
            ValueError: it would come back changed.
        """
        frame = self._frame(value)
        buffer = io.BytesIO()
        try:
            frame.write_ipc_stream(buffer)
            data = buffer.getvalue()
            # Python objects are written as their places in memory, and would come back as bytes.
            again = _read(data, rows=0)
        except Exception as error:  # polars has its own, and what Rust panics with
            raise ValueError(str(error)) from error
        changed = [name for name, dtype in frame.schema.items() if again.schema.get(name) != dtype]
        if changed or again.width != frame.width:
            raise ValueError(f"Arrow would change {', '.join(changed[:3])}")  # only a signal
        return data

    def decode(self, data: bytes) -> Any:
        """Read the value."""
        return _read(data)

    @staticmethod
    def _frame(value: Any) -> Any:
        return value


class PolarsLazyCodec(PolarsCodec):
    """Lazy frames of polars: collected when they are stored, and lazy again when they are read."""

    name = "polars_lazy"
    suffix = "lazy.arrow"
    _class = "LazyFrame"

    def decode(self, data: bytes) -> Any:
        """Read the value."""
        return _read(data).lazy()

    @staticmethod
    def _frame(value: Any) -> Any:
        return value.collect()


class PolarsSeriesCodec(PolarsCodec):
    """Series of polars."""

    name = "polars_series"
    suffix = "series.arrow"
    _class = "Series"

    def decode(self, data: bytes) -> Any:
        """Read the value."""
        return _read(data).to_series()

    @staticmethod
    def _frame(value: Any) -> Any:
        return value.to_frame()


def _read(data: bytes, rows: int | None = None) -> Any:
    import polars as pl

    try:
        return pl.read_ipc_stream(io.BytesIO(data), n_rows=rows)
    except pl.exceptions.PanicException as error:  # no Exception; hostile data can bring it about
        raise ValueError(str(error)) from error
