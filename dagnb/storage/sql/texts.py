"""JSON texts that every database can hold."""

from __future__ import annotations

import re

_SURROGATES = re.compile("[\ud800-\udfff]")


def storable(json_text: str) -> str:
    r"""Return the JSON text with lone surrogates, which have no UTF-8 form, written as escapes.

    They come from file names and outputs in no known encoding.

    >>> storable('"\udcff"')
    '"\\udcff"'
    """
    if json_text.isascii():
        return json_text
    return _SURROGATES.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)
