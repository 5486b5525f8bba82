"""How wide text is, so that it can be cut to fit before it is drawn.

The widths are those of DejaVu Sans, about the widest of the fonts that `system-ui` stands for: what fits in it fits
everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

__all__ = ["CARD_WIDTHS", "NAME_SIZE", "SMALL_SIZE", "card_label", "card_width", "elide", "text_width"]

NAME_SIZE = 13.0
SMALL_SIZE = 10.5
CARD_WIDTHS = (150.0, 170.0)
# On a card: from its left edge to the text, and from the text to its right edge.
CARD_LEFT, CARD_RIGHT = 12.0, 10.0
# Room that the second line of a card leaves to the note on its right: `59.9 s`, `7 / 12`.
NOTE_ROOM = 44.0

# Hundredths of the font size, from the blank to the tilde.
# fmt: off
_PLAIN = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84,
    84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69,
    61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63,
    59, 82, 59, 59, 52, 64, 34, 64, 84,
)
_BOLD = (
    35, 46, 52, 84, 70, 100, 87, 31, 46, 46, 52, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84,
    84, 84, 58, 100, 77, 76, 73, 83, 68, 68, 82, 84, 37, 37, 77, 64, 100, 84, 85, 73, 85, 77, 72, 68, 81, 77, 110, 77,
    72, 73, 46, 37, 46, 84, 50, 50, 67, 72, 59, 72, 68, 44, 72, 71, 34, 34, 67, 34, 104, 71, 69, 72, 72, 49, 60, 48, 71,
    65, 92, 65, 65, 58, 71, 37, 71, 84,
)
# fmt: on
_MARKS = {"·": 38, "›": 41}
_ELLIPSIS = "…"


def _units(char: str, table: tuple[int, ...]) -> int:
    code = ord(char) - 32
    if 0 <= code < len(table):
        return table[code]
    if char in _MARKS:
        return _MARKS[char]
    if unicodedata.combining(char):
        return 0
    # Letters with accents are as wide as their base; the rest is at most a square, which CJK and emoji fill.
    base = ord(unicodedata.normalize("NFD", char)[0]) - 32
    return table[base] if 0 <= base < len(table) else 105


def text_width(text: str, size: float = NAME_SIZE, *, bold: bool = False) -> float:
    """How wide text is at most, in pixels.

    >>> text_width("load", 10), text_width("load", 10, bold=True)
    (21.3, 24.2)
    """
    table = _BOLD if bold else _PLAIN
    return sum([_units(char, table) for char in text]) * size / 100


def elide(
    text: str, width: float, size: float = NAME_SIZE, *, bold: bool = True, cut: Literal["middle", "end"] = "middle"
) -> str:
    """Cut text to fit a width, by default a card's name in its bold face and from the middle: names differ at the ends.

    Args:
        text: the text, on one line.
        width: the room in pixels.
        size: the font size in pixels.
        bold: measure the bold face.
        cut: where the text gives way to an ellipsis.

    >>> elide("load_flights", 146), elide("build_traffic_dashboard", 146)
    ('load_flights', 'build_tr…ashboard')
    """
    table = _BOLD if bold else _PLAIN
    units = [_units(char, table) for char in text]
    room = width * 100 / size
    if sum(units) <= room:
        return text
    room -= _units(_ELLIPSIS, table)
    first, last = 0, len(text)
    while first < last:
        from_start = cut == "end" or first <= len(text) - last
        step = units[first] if from_start else units[last - 1]
        if step > room:
            break
        room -= step
        if from_start:
            first += 1
        else:
            last -= 1
    tail = "" if cut == "end" else text[last:]
    # A mark that combines belongs to the letter before the cut.
    while tail and unicodedata.combining(tail[0]):
        tail = tail[1:]
    return text[:first].rstrip() + _ELLIPSIS + tail


def card_width(names: Iterable[str], subtitles: Iterable[str] = ()) -> float:
    """How wide the cards of a graph are: all alike, from 150 to 170 pixels, as its longest texts ask.

    >>> card_width(["load", "clean"]), card_width(["build_traffic_dashboard"])
    (150.0, 170.0)
    """
    narrow, wide = CARD_WIDTHS
    room = CARD_LEFT + CARD_RIGHT
    needed = max([text_width(name, NAME_SIZE, bold=True) + room for name in names], default=0.0)
    second = max([text_width(subtitle, SMALL_SIZE) + room + NOTE_ROOM for subtitle in subtitles], default=0.0)
    return float(min(wide, max(narrow, -(-needed // 1), -(-second // 1))))


def card_label(name: str, width: float) -> str:
    """A name as it fits on a card of this width, for `NodeView.label`.

    >>> card_label("carrier_delays", 150.0)
    'carrier_delays'
    """
    return elide(name, width - CARD_LEFT - CARD_RIGHT, NAME_SIZE, bold=True)
