"""The names of what dynamic outputs multiply: steps such as ``fit[jfk][2013]``, outputs such as ``result[jfk]``."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["handle_of", "output_key_of", "split_output_key", "step_key_of"]


def step_key_of(handle: str, keys: Iterable[str]) -> str:
    """Return the key of the step of a solid for the values with these mapping keys, the outermost first.

    >>> step_key_of("fit", ["jfk", "2013"])
    'fit[jfk][2013]'
    """
    return handle + "".join(f"[{key}]" for key in keys)


def handle_of(step_key: str) -> str:
    """Return the handle of the solid that a step is of.

    >>> handle_of("outer.fit[jfk][2013]")
    'outer.fit'
    """
    return step_key.partition("[")[0]


def output_key_of(name: str, mapping_key: str | None = None) -> str:
    """Return what names a value among the outputs of its step.

    >>> output_key_of("result"), output_key_of("airport", "jfk")
    ('result', 'airport[jfk]')
    """
    return name if mapping_key is None else f"{name}[{mapping_key}]"


def split_output_key(key: str) -> tuple[str, str | None]:
    """Return the name of the output and the mapping key, None for one that is not dynamic.

    >>> split_output_key("result"), split_output_key("airport[jfk]")
    (('result', None), ('airport', 'jfk'))
    """
    name, bracket, rest = key.partition("[")
    return name, rest.removesuffix("]") if bracket else None
