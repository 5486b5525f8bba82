"""Types from the text of annotations, without running any of the notebook's code."""

from __future__ import annotations

import ast
import builtins
import operator
from functools import reduce
from importlib import import_module
from typing import Any

# Importing these runs nothing of the user's and costs little; all else stays unknown.
_MODULES = frozenset(
    {
        "collections",
        "collections.abc",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "numbers",
        "pathlib",
        "typing",
        "uuid",
    }
)
_BUILTINS = {
    cls.__name__: cls for cls in (bool, bytes, complex, dict, float, frozenset, int, list, object, set, str, tuple)
}
UNKNOWN: Any = object()


class Names:
    """What names of a notebook stand for, as far as its import statements say."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = dict(_BUILTINS)

    def learn(self, tree: ast.AST) -> None:
        """Take in the import statements under `tree`; other bindings of a name make it unknown."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._learn_import(alias)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in _MODULES:
                module = import_module(node.module)
                for alias in node.names:
                    self._known[alias.asname or alias.name] = getattr(module, alias.name, UNKNOWN)
            elif isinstance(node, ast.ClassDef | ast.FunctionDef):
                self._known[node.name] = UNKNOWN

    def _learn_import(self, alias: ast.alias) -> None:
        if alias.name not in _MODULES:
            return
        bound = alias.asname or alias.name.partition(".")[0]
        self._known[bound] = import_module(alias.name if alias.asname else bound)

    def resolve(self, node: ast.expr) -> Any:
        """Return the type that the annotation means, or `UNKNOWN`."""
        try:
            return self._resolve(node)
        except (TypeError, ValueError, SyntaxError, AttributeError):
            return UNKNOWN

    def _resolve(self, node: ast.expr) -> Any:  # noqa: PLR0911  (one return a kind of node)
        if isinstance(node, ast.Constant):
            if node.value is None or node.value is Ellipsis:
                return node.value
            return self._resolve(ast.parse(node.value, mode="eval").body) if isinstance(node.value, str) else UNKNOWN
        if isinstance(node, ast.Name):
            return self._known.get(node.id, UNKNOWN)
        if isinstance(node, ast.Attribute):
            owner = self._resolve(node.value)
            is_module = type(owner) is type(builtins)
            return getattr(owner, node.attr, UNKNOWN) if is_module else UNKNOWN
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [self._resolve(node.left), self._resolve(node.right)]
            return UNKNOWN if UNKNOWN in sides else reduce(operator.or_, sides)
        if isinstance(node, ast.Subscript):
            return self._resolve_subscript(node)
        return UNKNOWN

    def _resolve_subscript(self, node: ast.Subscript) -> Any:
        import typing

        owner = self._resolve(node.value)
        if owner is UNKNOWN:
            return UNKNOWN
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if owner is typing.Literal:
            return typing.Literal[tuple(ast.literal_eval(item) for item in items)]
        if owner is typing.Annotated:
            return self._resolve(items[0])
        arguments = tuple(self._resolve(item) for item in items)
        if any(argument is UNKNOWN for argument in arguments):
            return UNKNOWN
        return owner[arguments[0] if len(arguments) == 1 else arguments]
