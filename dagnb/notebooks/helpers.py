"""What a cell borrows from its notebook, in place of taking it as an input."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import inspect
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_FUNCTION_LIKE = ("ufunc", "_ArrayFunctionDispatcher", "CPUDispatcher")


def find_helpers(names: Iterable[str], namespace: Mapping[str, Any]) -> frozenset[str]:
    """Return those of the names that are a module, a function, a class or imported; all else is data.

    >>> sorted(find_helpers(["ast", "find_helpers", "limit"], {**globals(), "limit": 3}))
    ['ast', 'find_helpers']
    """
    there = {name: namespace[name] for name in names if name in namespace}
    helpers = {name for name, value in there.items() if _is_helper(value)}
    rest = there.keys() - helpers
    if rest:
        helpers |= {name for name, value in _imported(namespace) if name in rest and there[name] is value}
    return frozenset(helpers)


def _is_helper(value: Any) -> bool:
    return (
        isinstance(value, type | types.ModuleType | functools.partial)
        or inspect.isroutine(value)
        or type(value).__name__ in _FUNCTION_LIKE
    )


def _imported(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what the ``from ... import`` statements of the notebook's cells bound, as it is in its module now."""
    for source in namespace.get("In", ()):
        if "import" not in source:
            continue
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            module = sys.modules.get(node.module or "") if isinstance(node, ast.ImportFrom) else None
            if module is not None and isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == "*":
                        yield from ((name, getattr(module, name, None)) for name in public_names(module))
                    else:
                        yield alias.asname or alias.name, getattr(module, alias.name, None)


def public_names(module: types.ModuleType) -> list[str]:
    """Return the names that ``from module import *`` binds."""
    listed = getattr(module, "__all__", None)
    return [name for name in vars(module) if not name.startswith("_")] if listed is None else list(listed)


def names_of_stars(modules: Iterable[str]) -> frozenset[str]:
    """Return what ``from module import *`` will bind, for each of the modules that can be imported.

    >>> sorted({"pi", "radius"} & names_of_stars(["math", "no_such_module"]))
    ['pi']
    """
    found: set[str] = set()
    for name in modules:
        with contextlib.suppress(Exception):  # the cell says it when it runs
            found.update(public_names(importlib.import_module(name)))
    return frozenset(found)
