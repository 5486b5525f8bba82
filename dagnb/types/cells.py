"""Texts for values, bounded in length, that run no code of the user's."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import pathlib
import uuid
from collections.abc import Callable
from itertools import islice
from typing import Any

_DEPTH = 3
_ITEMS = 8
_DIGITS = 40
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("{", "}"),
    dict: ("{", "}"),
}
NULL = "null"


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text, the last one an ellipsis when there was more.

    >>> cut("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def number_text(value: float) -> str:
    """Write a number in at most six significant digits, whole ones whole.

    >>> number_text(0.1 + 0.2), number_text(1234567.0), number_text(float("nan"))
    ('0.3', '1234567.0', 'NaN')
    """
    if math.isnan(value):
        return "NaN"
    if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  # beyond it floats skip integers
        return f"{value:.1f}"
    return f"{value:.6g}"


def _int_text(value: int) -> str:
    # Python refuses to write integers of more than 4300 digits; nobody reads them anyway.
    bits = value.bit_length()
    return str(value) if bits < _DIGITS * 3 else f"an integer of {bits:,} bits"


def _foreign_text(value: Any) -> str:
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    if package == "numpy" and getattr(value, "ndim", 1) == 0 and kind.__name__ != "ndarray":
        return safe_text(value.item(), quote=False) if kind.__name__ != "void" else "void"
    if package == "pandas":
        if kind.__name__ in {"NAType", "NaTType"}:
            return NULL
        if kind.__name__ in {"Timestamp", "Timedelta", "Period", "Interval"}:
            return str(value)
    shape = getattr(value, "shape", None) if package in {"numpy", "pandas", "polars", "pyarrow"} else None
    if isinstance(shape, tuple):
        return f"<{kind.__name__} {' × '.join(f'{size:,}' for size in shape)}>"
    return f"<{kind.__qualname__}>"


def _size_text(value: bytes | bytearray | memoryview) -> str:
    return f"<{type(value).__name__} {len(value):,}>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): str,
    bool: str,
    int: _int_text,
    float: number_text,
    **dict.fromkeys((bytes, bytearray, memoryview), _size_text),
    **dict.fromkeys((dt.date, dt.datetime, dt.time, dt.timedelta, decimal.Decimal), str),
    **dict.fromkeys((pathlib.PosixPath, pathlib.WindowsPath, uuid.UUID, complex, range), str),
}


def safe_text(value: Any, *, quote: bool = True, depth: int = _DEPTH, limit: int = 200) -> str:
    """Write a value for reading: exact for plain values, in brackets for containers, by class for others.

    Args:
        value: anything; no method of a class that is not Python's, numpy's or pandas' own is called.
        quote: whether texts stand in quotes.
        depth: how many containers deep (default 3).
        limit: how many characters at the most (default 200).

    >>> safe_text({"a": [1, 2.5, None], "b": object()})
    '{"a": [1, 2.5, None], "b": <object>}'
    """
    kind = type(value)
    if kind is str:
        text = f'"{value}"' if quote else value
    elif kind in _BRACKETS:
        text = _container_text(value, depth, limit)
    elif kind in _WRITERS:
        text = _WRITERS[kind](value)
    elif isinstance(value, enum.Enum):
        text = f"{kind.__name__}.{value._name_}"
    else:
        text = _foreign_text(value)
    return cut(text, limit)


def _container_text(value: Any, depth: int, limit: int) -> str:
    opening, closing = _BRACKETS[type(value)]
    if not value:
        return opening + closing
    if depth == 0:
        return f"{opening}… {len(value):,}{closing}"
    shown = []
    if type(value) is dict:
        for key, item in islice(value.items(), _ITEMS):
            shown.append(f"{safe_text(key, depth=0)}: {safe_text(item, depth=depth - 1, limit=limit)}")
    else:
        shown.extend(safe_text(item, depth=depth - 1, limit=limit) for item in islice(value, _ITEMS))
    if len(value) > _ITEMS:
        shown.append(f"… {len(value):,} in all")
    return f"{opening}{', '.join(shown)}{closing}"


def cell_text(value: Any, limit: int = 80) -> str:
    """Write a value for a cell of a table: nulls as ``null``, texts without quotes.

    >>> cell_text(None), cell_text("JFK"), cell_text(float("nan"))
    ('null', 'JFK', 'null')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NULL
    text = safe_text(value, quote=False, depth=2, limit=limit)
    return NULL if text == "NaN" and type(value) is not str else text


def guarded_repr(value: Any, limit: int = 2000) -> str:
    """Return what the value says of itself, cut; its class when it raises or says nothing of use.

    >>> class Broken:
    ...     def __repr__(self):
    ...         raise RuntimeError("no")
    >>> guarded_repr(Broken())
    '<Broken> (its repr raised RuntimeError)'
    """
    kind = type(value)
    if getattr(kind, "__repr__", None) is getattr(object, "__repr__", None):
        return f"<{kind.__qualname__}>"
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001  # code of the user's may raise anything
        return f"<{kind.__qualname__}> (its repr raised {type(error).__name__})"
    return cut(str(text), limit)
