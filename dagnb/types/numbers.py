"""Numbers and metadata as texts: the one way in which the product writes them, in views, logs and notebooks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagnb.events.metadata import EventMetadataEntry

__all__ = ["format_count", "format_number", "metadata_text", "plural"]

# Between the first two a number is written out; beyond, it takes an exponent. Above the third it has no digits after
# the point.
_TINY, _HUGE, _WHOLE = 1e-4, 1e15, 999.5
_TEXT_LIMIT = 2_000


def format_count(count: int) -> str:
    """Write a whole number with thin separators.

    >>> format_count(336776)
    '336,776'
    """
    return f"{count:,}"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """Write a number and its noun; `many` is the plural where it is not the noun and an s.

    >>> plural(1, "solid"), plural(1200, "row"), plural(0, "entry", "entries")
    ('1 solid', '1,200 rows', '0 entries')
    """
    return f"{format_count(count)} {noun if count == 1 else many or noun + 's'}"


def format_number(value: float) -> str:
    """Write a number of a table or a headline with at most four significant digits after the whole part.

    >>> [format_number(v) for v in (310204, 0.41, 0.123456, 2.0, 1234.5678, 1.5e-7, float("nan"))]
    ['310,204', '0.41', '0.1235', '2', '1,235', '1.5e-07', 'nan']
    """
    if isinstance(value, int):
        return format_count(value)
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size >= _HUGE or 0 < size < _TINY:
        return f"{value:.4g}"
    if size >= _WHOLE or value == 0:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def metadata_text(entry: EventMetadataEntry) -> str:
    """Return the value of a metadata entry as one text.

    >>> from dagnb.events import EventMetadataEntry
    >>> metadata_text(EventMetadataEntry.float(12.600912, "mean")), metadata_text(EventMetadataEntry.table([{}], "t"))
    ('12.6', '1 row')
    """
    value = entry.value
    match entry.kind:
        case "int":
            return format_count(value)
        case "float":
            return format_number(value)
        case "bool":
            return "yes" if value else "no"
        case "timestamp":
            return str(value.isoformat(sep=" ", timespec="seconds"))
        case "table":
            return plural(len(value), "row")
        case "json":
            text = entry.entry_data.text  # type: ignore[union-attr]  # the kind says which class it is
        case _:
            text = str(value)
    return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + " …"
