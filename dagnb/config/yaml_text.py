"""Write values as YAML that any reader takes for the same value, without a YAML library."""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = ["write_value"]

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
# YAML 1.1 readers take these for booleans or null; quoted they are text everywhere.
_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff\x85]")


def write_value(value: Any) -> str:  # noqa: PLR0911 - one return a kind
    """Return `value` on one line of YAML: scalars plain where that is safe, the rest in flow style.

    >>> write_value("JFK"), write_value("yes"), write_value({"a": [1, None, 1e-3]})
    ('JFK', '"yes"', '{a: [1, null, 0.001]}')
    """
    if isinstance(value, str):
        return _write_text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float):
        return _write_float(value)
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, dict):
        return f"{{{', '.join(f'{write_value(k)}: {write_value(v)}' for k, v in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(write_value(item) for item in value)}]"
    return _write_text(str(value))


def _write_text(text: str) -> str:
    text = str.__str__(text)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _write_float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # "1e-05" is a number in YAML 1.2, but text in 1.1, which wants a point.
    return text if "." in text or "e" not in text else text.replace("e", ".0e")
