"""What a function's annotations say, read where the function stands."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

__all__ = ["read_annotations", "unwrapped"]


def unwrapped(function: Any) -> Any:
    """Return the function that decorators are wrapped around; itself when there are none."""
    if not hasattr(function, "__wrapped__"):
        return function
    import inspect

    return inspect.unwrap(function)


def read_annotations(function: Callable[..., Any], scope: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a function's annotations; those kept as texts are read where the function stands.

    That is what ``from __future__ import annotations`` makes of all of them. One whose names are not known in the
    function's globals and closure (they may be imported for type checkers only) stays a text.

    Args:
        function: the function.
        scope: more names, for example the locals of the function that defines it: a name that only annotations use is
            not in a closure.

    >>> def add(a: int, b: "int") -> "NotHere": ...
    >>> read_annotations(add)
    {'a': <class 'int'>, 'b': <class 'int'>, 'return': 'NotHere'}
    """
    plain = unwrapped(function)
    annotations: dict[str, Any] = getattr(plain, "__annotations__", None) or {}
    if str not in map(type, annotations.values()):
        return dict(annotations)
    known: dict[str, Any] = getattr(plain, "__globals__", {})
    if scope or getattr(plain, "__closure__", None):
        known = {**known, **(scope or {}), **_closed_over(plain)}
    return {name: _read(annotation, known) for name, annotation in annotations.items()}


def _closed_over(function: types.FunctionType) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # a cell that is not filled yet
            continue
    return found


def _read(annotation: Any, known: dict[str, Any]) -> Any:
    for _ in range(2):  # a quoted annotation under `from __future__ import annotations` is a text in a text
        if not isinstance(annotation, str):
            break
        try:
            # The text is code of the function's author; Python itself evaluates it like this.
            annotation = eval(_compiled(annotation), known)  # noqa: S307
        except Exception:  # noqa: BLE001  # any name may be missing, any expression may fail
            break
    return annotation


@lru_cache(maxsize=1024)
def _compiled(annotation: str) -> types.CodeType:
    # Many functions are annotated with few texts, and compiling takes ten times as long as evaluating.
    return compile(annotation.strip(), "<annotation>", "eval", dont_inherit=True)
