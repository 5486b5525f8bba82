"""What can be told of any value in bounded time: its size and schema for events, its head for people.

Nothing here raises, whatever the value; nothing but `guarded_repr` runs code of the value's class unless that class is
Python's, numpy's, pandas', polars' or pyarrow's own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any

from dagnb.events.records import ColumnInfo, ValueInfo
from dagnb.types.cells import cut, safe_text

#: More columns than this are counted but not listed: an event is not the place for them.
MAX_COLUMNS = 500
_NAME_LENGTH = 120
#: How many cells are looked at for nulls; a cell of Python objects counts for `_OBJECT_COST`.
_NULL_BUDGET = 20_000_000
_OBJECT_COST = 25
_SAMPLE = 64

_Describer = Callable[[Any], ValueInfo]
_SCALARS: dict[type, ValueInfo] = {
    cls: ValueInfo(type_name="None" if cls is type(None) else cls.__name__)
    for cls in (type(None), bool, int, float, complex)
}


def describe_value(value: Any) -> ValueInfo:
    """Tell what a value is: class, rows, columns with dtype and count of nulls, length, bytes.

    Takes a fraction of a microsecond for a scalar and milliseconds for a table of millions of cells; past that, nulls
    are left uncounted (None). Of a table with more than 500 columns the first 500 are listed, and `length` is how many
    there are. Never raises.

    >>> describe_value([1, 2, 3]).length
    3
    >>> import pandas as pd
    >>> info = describe_value(pd.DataFrame({"delay": [1.5, None]}))
    >>> info.rows, info.columns
    (2, (ColumnInfo(name='delay', dtype='float64', nulls=1),))
    """
    known = _SCALARS.get(type(value))
    if known is not None:
        return known
    try:
        return _describer(type(value))(value)  # type: ignore[arg-type]  # a class is hashable
    except Exception:  # noqa: BLE001  # a summary must not fail the step that made the value
        return ValueInfo(type_name=_class_name(value))


def summary_text(info: ValueInfo) -> str:
    """Say the size of a described value in a few characters; empty for a scalar.

    >>> summary_text(ValueInfo(type_name="DataFrame", rows=336776, columns=(ColumnInfo(name="a", dtype="int64"),)))
    '336,776 × 1'
    >>> summary_text(ValueInfo(type_name="list", length=1))
    '1 item'
    """
    if info.rows is not None and info.columns is not None:
        width = info.length if info.length is not None else len(info.columns)
        return f"{info.rows:,} × {width:,}"
    if info.type_name.startswith("ndarray["):
        return info.type_name.rpartition(", ")[2].rstrip("]")
    if info.length is None:
        return ""
    unit = {"str": "character", "bytes": "byte"}.get(info.type_name, "item")
    return f"{info.length:,} {unit}{'' if info.length == 1 else 's'}"


def _class_name(value: Any) -> str:
    return cut(type(value).__name__, _NAME_LENGTH)


@lru_cache(maxsize=1024)
def _describer(cls: type) -> _Describer:
    for base in cls.__mro__:
        found = _DESCRIBERS.get((base.__module__.partition(".")[0], base.__name__))
        if found is not None:
            return found
    return _describe_other


def _describe_other(value: Any) -> ValueInfo:
    return ValueInfo(type_name=_class_name(value))


def _describe_text(value: Any) -> ValueInfo:
    # The builtin's own methods: a subclass may have overridden its with something slow.
    builtin = next(base for base in (str, bytes, bytearray) if isinstance(value, base))
    return ValueInfo(type_name=_class_name(value), length=builtin.__len__(value), bytes=builtin.__sizeof__(value))


def _describe_container(value: Any) -> ValueInfo:
    builtin = next(base for base in (list, tuple, dict, set, frozenset) if isinstance(value, base))
    length = builtin.__len__(value)
    sample = list(islice(builtin.__iter__(value), _SAMPLE))
    if builtin is dict:
        sample += [dict.__getitem__(value, key) for key in sample] if type(value) is dict else []
    per_item = _mean_size(sample) * (2 if builtin is dict else 1)
    return ValueInfo(
        type_name=_class_name(value), length=length, bytes=builtin.__sizeof__(value) + int(per_item * length)
    )


def _mean_size(sample: list[Any]) -> float:
    plain = (str, bytes, int, float, bool, type(None), list, tuple, dict, set)
    sizes = [sys.getsizeof(item) for item in sample if type(item) in plain]
    return sum(sizes) / len(sizes) if sizes else 0.0


def _column_name(name: Any) -> str:
    return safe_text(name, quote=False, limit=_NAME_LENGTH)


def _describe_frame(frame: Any) -> ValueInfo:
    rows, width = frame.shape
    budget = [_NULL_BUDGET]
    names = frame.columns
    columns = tuple(
        _column_of_series(_column_name(names[index]), frame.iloc[:, index], budget)
        for index in range(min(width, MAX_COLUMNS))
    )
    return ValueInfo(
        type_name=_class_name(frame),
        rows=rows,
        length=width if width > MAX_COLUMNS else None,
        bytes=int(frame.memory_usage(deep=False).sum()) + _text_bytes(frame, min(width, MAX_COLUMNS)),
        columns=columns,
    )


def _text_bytes(frame: Any, width: int) -> int:
    """Estimate what a frame's Python texts take: memory_usage() counts their pointers only."""
    total = 0
    for index, dtype in enumerate(frame.dtypes.iloc[:width]):
        if dtype.kind == "O" and str(dtype) == "object":
            sample = frame.iloc[:: max(1, len(frame) // _SAMPLE), index].tolist()
            total += int(_mean_size(sample) * len(frame))
    return total


def _column_of_series(name: str, series: Any, budget: list[int]) -> ColumnInfo:
    dtype = series.dtype
    return ColumnInfo(name=name, dtype=cut(str(dtype), _NAME_LENGTH), nulls=_nulls(series, dtype, budget))


def _nulls(series: Any, dtype: Any, budget: list[int]) -> int | None:
    kind = getattr(dtype, "kind", "O")
    if kind in "iub" and type(dtype).__module__.startswith("numpy"):
        return 0
    python_objects = kind == "O" and getattr(dtype, "storage", "python") == "python"
    budget[0] -= len(series) * (_OBJECT_COST if python_objects else 1)
    return int(series.isna().sum()) if budget[0] >= 0 else None


def _describe_series(series: Any) -> ValueInfo:
    column = _column_of_series(_column_name(series.name), series, [_NULL_BUDGET])
    return ValueInfo(
        type_name=_class_name(series),
        rows=len(series),
        bytes=int(series.memory_usage(deep=False)) + _text_bytes(series.to_frame(), 1),
        columns=(column,),
    )


def _describe_array(array: Any) -> ValueInfo:
    shape = " × ".join(f"{size:,}" for size in array.shape) or "scalar"
    return ValueInfo(
        type_name=cut(f"ndarray[{array.dtype}, {shape}]", _NAME_LENGTH),
        rows=array.shape[0] if array.ndim == 2 else None,  # noqa: PLR2004  # a matrix has rows
        length=int(array.size),
        bytes=int(array.nbytes),
    )


def _describe_arrow(table: Any) -> ValueInfo:
    columns = tuple(
        ColumnInfo(
            name=_column_name(field.name),
            dtype=cut(str(field.type), _NAME_LENGTH),
            nulls=int(table.column(index).null_count),
        )
        for index, field in enumerate(islice(table.schema, MAX_COLUMNS))
    )
    width = table.num_columns
    return ValueInfo(
        type_name=_class_name(table),
        rows=int(table.num_rows),
        length=width if width > MAX_COLUMNS else None,
        bytes=int(table.nbytes),
        columns=columns,
    )


def _describe_polars(frame: Any) -> ValueInfo:
    columns = tuple(
        ColumnInfo(
            name=_column_name(name),
            dtype=cut(str(dtype), _NAME_LENGTH),
            nulls=int(frame.get_column(name).null_count()),
        )
        for name, dtype in islice(frame.schema.items(), MAX_COLUMNS)
    )
    return ValueInfo(
        type_name=_class_name(frame),
        rows=int(frame.height),
        length=frame.width if frame.width > MAX_COLUMNS else None,
        bytes=int(frame.estimated_size()),
        columns=columns,
    )


_DESCRIBERS: dict[tuple[str, str], _Describer] = {
    **{("builtins", name): _describe_text for name in ("str", "bytes", "bytearray")},
    **{("builtins", name): _describe_container for name in ("list", "tuple", "dict", "set", "frozenset")},
    ("pandas", "DataFrame"): _describe_frame,
    ("pandas", "Series"): _describe_series,
    ("numpy", "ndarray"): _describe_array,
    ("pyarrow", "Table"): _describe_arrow,
    ("polars", "DataFrame"): _describe_polars,
}
