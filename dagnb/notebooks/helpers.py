"""What a cell borrows from its notebook, in place of taking it as an input."""

from __future__ import annotations

import ast
import functools
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
                    yield alias.asname or alias.name, getattr(module, alias.name, None)
