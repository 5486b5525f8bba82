"""Which values JSON brings back exactly as they were, types and all."""

from __future__ import annotations

import math
from typing import Any

MOST_ITEMS = 100_000  # in all; past this, looking costs more than it gives
_DEEPEST = 50
_LONGEST_INTEGER = 10_000  # bits; Python refuses to write integers of more than 4300 digits


def is_exact_json(value: Any) -> bool:
    """Whether the value is made of dicts with text keys, lists, texts, numbers, booleans and None, and of nothing else.

    Subclasses, tuples, sets, dicts with other keys, not-a-number, infinities and texts with lone surrogates are
    something else: JSON would bring them back changed, or not at all.

    >>> is_exact_json({"rows": [1, 2.5, None, "a", True]})
    True
    >>> is_exact_json((1, 2)), is_exact_json({1: 2}), is_exact_json(float("nan"))
    (False, False, False)
    """
    return _count(value, 0, 0) is not None


def _count(value: Any, seen: int, depth: int) -> int | None:
    """Return how many items have been seen by now, or None when the value is not exact JSON."""
    kind = type(value)
    if kind is dict:
        if not all(type(key) is str and _is_text(key) for key in value):
            return None
        items: Any = value.values()
    elif kind is list:
        items = value
    else:
        return seen + 1 if _is_scalar(kind, value) else None
    if depth >= _DEEPEST or seen + len(items) > MOST_ITEMS:
        return None
    total = seen + 1
    for item in items:
        counted = _count(item, total, depth + 1)
        if counted is None or counted > MOST_ITEMS:
            return None
        total = counted
    return total


def _is_scalar(kind: type, value: Any) -> bool:
    if kind is str:
        return _is_text(value)
    if kind is int:
        return bool(value.bit_length() <= _LONGEST_INTEGER)
    if kind is float:
        return math.isfinite(value)
    return value is None or kind is bool


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
