"""pandas' frames and series as parquet, where parquet brings them back exactly."""

from __future__ import annotations

import io
import json
import sys
from typing import Any, Literal

from dagnb.storage.values.exact_json import is_exact_json

_NOTE = b"dagnb"
_SERIES_COLUMN = "value"
_SMALL = 2_000  # rows; up to here reading back whole costs next to nothing


class PandasCodec:
    """Frames and series as parquet with index, dtypes and attrs intact.

    `encode` reads back what it wrote and raises ValueError, which names the column, when something would come back
    changed (objects of several types, sparse or complex columns): the pickle then takes the value.
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
            # Arrow says last which column it was, and before that what stands in it.
            raise ValueError(error.args[-1] if error.args else type(error).__name__) from error
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
    if not value.columns.is_unique or not all(type(name) is str for name in value.columns):
        note["columns"] = _noted_columns(value.columns)
        value = value.set_axis([str(number) for number in range(value.shape[1])], axis=1)
    # Parquet knows no whole seconds; it would give milliseconds back.
    note["seconds"] = {name: str(dtype) for name, dtype in value.dtypes.items() if "64[s" in str(dtype)}
    return value, note


def _noted_columns(columns: Any) -> dict[str, Any]:
    """Return the names of columns that parquet cannot have: doubled ones, numbers, levels."""
    import pandas as pd

    if isinstance(columns, pd.RangeIndex):
        noted: dict[str, Any] = {"range": [columns.start, columns.stop, columns.step], "name": columns.name}
    elif isinstance(columns, pd.MultiIndex):
        dtypes = [str(dtype) for dtype in columns.dtypes]
        noted = {"levels": [level.tolist() for level in _levels(columns)], "dtypes": dtypes, "names": [*columns.names]}
    else:
        noted = {"names": columns.tolist(), "dtype": str(columns.dtype), "name": columns.name}
    if not is_exact_json(noted):
        raise ValueError("the names of the columns are more than JSON")  # only a signal
    return noted


def _columns(noted: dict[str, Any]) -> Any:
    import pandas as pd

    if "range" in noted:
        start, stop, step = noted["range"]
        return pd.RangeIndex(start, stop, step, name=noted["name"])
    if "levels" in noted:
        levels = zip(noted["levels"], noted["dtypes"], strict=True)
        return pd.MultiIndex.from_arrays(
            [pd.Index(level, dtype=dtype) for level, dtype in levels], names=noted["names"]
        )
    return pd.Index(noted["names"], dtype=noted["dtype"], name=noted["name"])


def _restored(table: Any) -> Any:
    note = json.loads((table.schema.metadata or {}).get(_NOTE, b"{}"))
    value = table.to_pandas()
    if "freq" in note and len(value):
        value.index.freq = note["freq"]
    if "series" in note:
        value = value[_SERIES_COLUMN].rename(note["series"]["name"])
    for name, dtype in note.get("seconds", {}).items():
        value[name] = value[name].astype(dtype)
    if "columns" in note:
        value.columns = _columns(note["columns"])
    value.attrs = note.get("attrs", {})
    return value


def _verify(value: Any, data: bytes) -> None:
    """Raise ValueError when `data` would be read back as something else than `value`."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    is_odd = any(
        pd.api.types.is_object_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype) for dtype in _dtypes(value)
    )
    if is_odd or len(value) <= _SMALL:
        again = PandasCodec().decode(data)
        changed = _changed_shape(value, again) or _changed_index(value.index, again.index) or _changed(value, again)
    else:
        # What else there is comes back in full when its dtype does.
        schema = pq.ParquetFile(pa.BufferReader(data)).schema_arrow
        again = _restored(schema.empty_table())
        changed = _changed_shape(value[:0], again) or _changed_index(value.index[:0], again.index, by="dtype")
    if changed is not None:
        raise ValueError(f"parquet would change {changed}")  # only a signal to the caller


def _dtypes(value: Any) -> list[Any]:
    import pandas as pd

    columns = [value.dtype] if isinstance(value, pd.Series) else [*value.dtypes, value.columns.dtype]
    return columns + _index_dtypes(value.index)


def _changed_shape(value: Any, again: Any) -> str | None:
    """Return what differs in kind, columns and dtypes; None when nothing does."""
    import pandas as pd

    if type(value) is not type(again) or value.shape != again.shape:
        return "its shape"
    if isinstance(value, pd.Series):
        return None if value.dtype == again.dtype else f"its dtype, {value.dtype}"
    names, others = value.columns, again.columns
    if type(names) is not type(others) or _index_dtypes(names) != _index_dtypes(others) or names.names != others.names:
        return "the index of the columns"
    if not names.equals(others) or [*map(type, names)] != [*map(type, others)]:
        return "the names of the columns"
    for name, dtype, other in zip(names, value.dtypes, again.dtypes, strict=True):
        if dtype != other:
            return f"the column {name}, of dtype {dtype}"
    return None


def _changed_index(index: Any, again: Any, by: Literal["value", "dtype"] = "value") -> str | None:
    same = type(index) is type(again) and index.names == again.names and _index_dtypes(index) == _index_dtypes(again)
    if same and by == "value":
        same = bool(index.equals(again)) and getattr(index, "freq", None) == getattr(again, "freq", None)
        same = same and all(_same_types(*each) for each in zip(_levels(index), _levels(again), strict=True))
    return None if same else "the index"


def _index_dtypes(index: Any) -> list[Any]:
    import pandas as pd

    return list(index.dtypes) if isinstance(index, pd.MultiIndex) else [index.dtype]


def _levels(index: Any) -> list[Any]:
    return [index.get_level_values(level) for level in range(index.nlevels)]


def _changed(value: Any, again: Any) -> str | None:
    """Return which column comes back with other values, or with values of other types; None when none does."""
    import pandas as pd

    if isinstance(value, pd.Series):
        return None if value.equals(again) and _same_types(value, again) else "its values"
    all_equal = value.equals(again)  # at once: it is quicker than column by column
    for number, name in enumerate(value.columns):
        if all_equal and not pd.api.types.is_object_dtype(value.dtypes.iloc[number]):
            continue
        one, other = value.iloc[:, number], again.iloc[:, number]
        if not _same_types(one, other):
            kinds = sorted({type(item).__name__ for item in one})
            return f"the column {name}, which holds {', '.join(kinds[:5])}"
        if not all_equal and not one.equals(other):
            return f"the column {name}"
    return None


def _same_types(one: Any, other: Any) -> bool:
    """Whether Python objects in them are of the same types: `equals` takes 1, 1.0 and True for one."""
    import pandas as pd

    return not pd.api.types.is_object_dtype(one.dtype) or [type(a) for a in one] == [type(b) for b in other]
