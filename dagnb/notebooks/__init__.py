"""Notebooks and cells as solids: parameters, engines, magics, and what a notebook calls from inside."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagnb.notebooks.api import get_context, yield_event, yield_result
    from dagnb.notebooks.solid import notebook_solid

_HOME_OF = {
    "get_context": "api",
    "notebook_solid": "solid",
    "yield_event": "api",
    "yield_result": "api",
}

__all__ = ["get_context", "notebook_solid", "yield_event", "yield_result"]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
