"""How values are named in the errors of definitions."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType

from dagnb.types.base import short_value

_LONGEST = 80


def told(value: object) -> str:
    """Name a value in a few words: what dagnb made as it reads, a function by its name, anything else by its kind.

    No method of the user's is called: a frame of a million rows is not printed to be cut off.

    >>> told(print), told([1, 2]), told("ninety")
    ('the function print', 'a list of 2', 'the text "ninety"')
    """
    if isinstance(value, FunctionType | BuiltinFunctionType | MethodType):
        return f"the function {value.__name__}"
    kind = type(value)
    if kind.__module__.partition(".")[0] == "dagnb":
        text = f"{kind.__name__} {value!r}"
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return short_value(value)
