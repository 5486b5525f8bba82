"""Runtime types of inputs and outputs.

`base` says what a type is, `scalars` and `containers` hold the ones that dagnb brings, `resolve` finds the type for an
annotation. `columns`, `constraints` and `frames` make types of dataframes, `loading` reads and writes values as config
says, `describe` tells about any value in bounded time. Names are imported at first use; pandas never is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagnb.types.base import DagnbType, PythonObjectType, TypeCheck
    from dagnb.types.containers import Dict, List, Optional, Set, Tuple
    from dagnb.types.resolve import (
        annotated_types,
        check_type,
        make_python_type_usable_as_dagnb_type,
        resolve_type,
        usable_as_dagnb_type,
    )
    from dagnb.types.scalars import Any, Bool, Float, Int, Nothing, String

_HOMES = {
    "base": ("DagnbType", "PythonObjectType", "TypeCheck"),
    "containers": ("Dict", "List", "Optional", "Set", "Tuple"),
    "resolve": (
        "annotated_types",
        "check_type",
        "make_python_type_usable_as_dagnb_type",
        "resolve_type",
        "usable_as_dagnb_type",
    ),
    "scalars": ("Any", "Bool", "Float", "Int", "Nothing", "String"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Any",
    "Bool",
    "DagnbType",
    "Dict",
    "Float",
    "Int",
    "List",
    "Nothing",
    "Optional",
    "PythonObjectType",
    "Set",
    "String",
    "Tuple",
    "TypeCheck",
    "annotated_types",
    "check_type",
    "make_python_type_usable_as_dagnb_type",
    "resolve_type",
    "usable_as_dagnb_type",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
