"""Texts for a terminal: without what could steer it, without secrets."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_KEPT = "\n\t"
_BARS = "▁▂▃▄▅▆▇█"


def clean(text: str) -> str:
    r"""Return a text that can be shown in a terminal: no control characters, no known secrets.

    Names, metadata and messages are data of somebody's: an escape sequence in one of them must not act.

    >>> clean("rows\x1b[2J\u202e 12")
    'rows�[2J� 12'
    """
    from dagnb.config.secret import redact

    if not (text.isascii() and text.isprintable()):
        text = "".join(
            character if character in _KEPT or unicodedata.category(character) not in ("Cc", "Cf", "Cs") else "�"
            for character in text.replace("\r\n", "\n")
        )
    return redact(text)


def single_line(text: str) -> str:
    r"""Return a text as one line that can be shown in a terminal.

    >>> single_line("no rows\n  for JFK")
    'no rows for JFK'
    """
    return " ".join(clean(text).split())


def sparkline(values: Sequence[float]) -> str:
    """Draw numbers as a line of bars, the lowest as the lowest bar; what is not finite leaves a gap.

    >>> sparkline([1, 2, 3, 8])
    '▁▂▃█'
    >>> sparkline([5, 5])
    '▄▄'
    """
    from math import isfinite

    finite = [value for value in values if isfinite(value)]
    if not finite:
        return " " * len(values)
    low, high = min(finite), max(finite)
    top = len(_BARS) - 1

    def bar(value: float) -> str:
        if not isfinite(value):
            return " "
        # Halved first: the difference of two large numbers may be too large for a float.
        share = (value / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5
        return _BARS[int(share * top) if high == low else round(share * top)]

    return "".join(map(bar, values))
