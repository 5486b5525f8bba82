"""Text that is safe inside SVG and HTML, and numbers that are short there."""

from __future__ import annotations

import re
from html import escape as _escape

__all__ = ["escape", "short", "single_line"]

# What XML 1.0 has no way to write: one such character makes the whole picture unreadable. And what turns the direction
# of the text behind it: a name could make what stands beside it read as something else.
_TURNING = "\u202a-\u202e\u2066-\u2069"
_UNWRITABLE = re.compile(f"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f{_TURNING}]")
_UNSHOWN = re.compile(f"[\x00-\x1f\x7f-\x9f{_TURNING}]")


def escape(text: str) -> str:
    r"""Make text safe as content and inside a double-quoted attribute, of XML and of HTML.

    >>> escape('<b title="x">\x00&')
    '&lt;b title=&quot;x&quot;&gt;\ufffd&amp;'
    """
    return _escape(_UNWRITABLE.sub("\ufffd", text), quote=True)


def single_line(text: str) -> str:
    r"""Put text on one line: white space of any kind becomes one blank, what could steer a terminal a mark.

    >>> single_line("a \n  b\x1b[0m")
    'a b\ufffd[0m'
    """
    return _UNSHOWN.sub("\ufffd", " ".join(text.split()))


def short(value: float) -> str:
    """Write a length or place to a tenth of a pixel.

    >>> short(12.0), short(12.34)
    ('12', '12.3')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
