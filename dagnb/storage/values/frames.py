"""pandas' frames and series as parquet, where parquet brings them back exactly."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from dagnb.storage.values.exact_json import is_exact_json

_NOTE = b"dagnb"
_SERIES_COLUMN = "value"
_SMALL = 2_000  # rows; up to here reading back whole costs next to nothing


class PandasCodec:
    """Frames and series as parquet with index, dtypes and attrs intact.

    `encode` reads back what it wrote and raises ValueError when something would come back changed (mixed objects,
    column names that are no texts, doubled names, sparse or complex columns): the pickle then takes the value.
    """

    name = "pandas"
    suffix = "parquet"
    priority = 100

    def accepts(self, value: Any) -> bool:
        """Whether it is a frame or series itself, not of a subclass."""
        pandas = sys.modules.get("pandas")
        if pandas is None:
            return False
        return type(value) in (getattr(pandas, "DataFrame", None), getattr(pandas, "Series", None))

    def encode(self, value: Any) -> bytes:
        """Write the frame or series.

        Raises:
            ValueError: parquet would change it.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        frame, note = _described(value)
        try:
            table = pa.Table.from_pandas(frame)
            metadata = {**(table.schema.metadata or {}), _NOTE: json.dumps(note).encode()}
            buffer = io.BytesIO()
            pq.write_table(table.replace_schema_metadata(metadata), buffer, compression="zstd", compression_level=1)
        except (pa.ArrowException, ValueError, TypeError, OverflowError, AttributeError) as error:
            raise ValueError(str(error)) from error
        data = buffer.getvalue()
        _verify(value, data)
        return data

    def decode(self, data: bytes) -> Any:
        """Read the frame or series."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        # No reading ahead and no second thread: the whole file is in memory already.
        return _restored(pq.read_table(pa.BufferReader(data)))


def _described(value: Any) -> tuple[Any, dict[str, Any]]:
    """Return the frame to write, and what parquet would forget about it."""
    import pandas as pd

    if not is_exact_json(value.attrs):
        raise ValueError("the attrs are more than JSON")  # only a signal to the caller
    note: dict[str, Any] = {"attrs": value.attrs}
    if isinstance(value.index, pd.DatetimeIndex) and value.index.freq is not None:
        note["freq"] = value.index.freq.freqstr
    if isinstance(value, pd.Series):
        if not is_exact_json(value.name):
            raise ValueError("the name is more than JSON")  # as above
        note["series"] = {"name": value.name}
        return value.to_frame(_SERIES_COLUMN), note
    if value.columns.empty or not all(type(name) is str for name in value.columns):
        raise ValueError("there are no columns, or their names are not all texts")  # as above
    # Parquet knows no whole seconds; it would give milliseconds back.
    note["seconds"] = {name: str(dtype) for name, dtype in value.dtypes.items() if "64[s" in str(dtype)}
    return value, note


def _restored(table: Any) -> Any:
    note = json.loads((table.schema.metadata or {}).get(_NOTE, b"{}"))
    value = table.to_pandas()
    if "freq" in note and len(value):
        value.index.freq = note["freq"]
    if "series" in note:
        value = value[_SERIES_COLUMN].rename(note["series"]["name"])
    for name, dtype in note.get("seconds", {}).items():
        value[name] = value[name].astype(dtype)
    value.attrs = note.get("attrs", {})
    return value


def _verify(value: Any, data: bytes) -> None:
    """Raise ValueError when `data` would be read back as something else than `value`."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    objects = [
        dtype
        for dtype in _dtypes(value)
        if pd.api.types.is_object_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype)
    ]
    if objects or len(value) <= _SMALL:
        again = PandasCodec().decode(data)
        same = (
            _same_shape(value, again)
            and _same_index(value.index, again.index, whole=True)
            and _same_objects(value, again)
        )
    else:
        # What else there is comes back in full when its dtype does.
        schema = pq.ParquetFile(pa.BufferReader(data)).schema_arrow
        empty = _restored(schema.empty_table())
        same = _dtypes(value) == _dtypes(empty) and _same_index(value.index[:0], empty.index, whole=False)
    if not same:
        raise ValueError("parquet would change it")  # as above


def _dtypes(value: Any) -> list[Any]:
    import pandas as pd

    if isinstance(value, pd.Series):
        columns = [value.dtype]
    else:
        columns = [*value.dtypes, value.columns.dtype, *value.columns.names]
    index = value.index
    return columns + (list(index.dtypes) if isinstance(index, pd.MultiIndex) else [index.dtype])


def _same_shape(value: Any, again: Any) -> bool:
    if type(value) is not type(again) or value.shape != again.shape or _dtypes(value) != _dtypes(again):
        return False
    return bool(value.equals(again))


def _same_index(index: Any, again: Any, *, whole: bool) -> bool:
    if type(index) is not type(again) or index.names != again.names:
        return False
    if not whole:
        return True
    return bool(index.equals(again)) and getattr(index, "freq", None) == getattr(again, "freq", None)


def _same_objects(value: Any, again: Any) -> bool:
    """Whether the Python objects in columns and index are of the same types: `equals` takes 1, 1.0 and True for one."""
    import pandas as pd

    def columns(of: Any) -> list[Any]:
        found = [of] if isinstance(of, pd.Series) else [of[name] for name in of.columns]
        return [*found, *(of.index.get_level_values(level) for level in range(of.index.nlevels))]

    for one, other in zip(columns(value), columns(again), strict=True):
        if pd.api.types.is_object_dtype(one.dtype) and [type(item) for item in one] != [type(item) for item in other]:
            return False
    return True
