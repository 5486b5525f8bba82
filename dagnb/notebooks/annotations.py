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
        "annotated_types",
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
# Of these only what limits plain values: their other names stand for what only running the notebook would tell.
_PARTS = {
    "pydantic": frozenset(
        {
            "Field",
            "NegativeFloat",
            "NegativeInt",
            "NonNegativeFloat",
            "NonNegativeInt",
            "NonPositiveFloat",
            "NonPositiveInt",
            "PositiveFloat",
            "PositiveInt",
        }
    )
}
# What may be called, with literals, for the limits that it states.
_LIMITS = {
    "annotated_types": frozenset({"Ge", "Gt", "Interval", "Le", "Len", "Lt", "MaxLen", "MinLen", "MultipleOf"}),
    "pydantic.fields": frozenset({"Field"}),
}
_BUILTINS = {
    cls.__name__: cls for cls in (bool, bytes, complex, dict, float, frozenset, int, list, object, set, str, tuple)
}
_READ = _MODULES | _PARTS.keys()
UNKNOWN: Any = object()


def _part(module: Any, name: str) -> Any:
    known = _PARTS.get(module.__name__)
    return getattr(module, name, UNKNOWN) if known is None or name in known else UNKNOWN


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
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in _READ:
                module = import_module(node.module)
                for alias in node.names:
                    self._known[alias.asname or alias.name] = _part(module, alias.name)
            elif isinstance(node, ast.ClassDef | ast.FunctionDef):
                self._known[node.name] = UNKNOWN

    def _learn_import(self, alias: ast.alias) -> None:
        if alias.name not in _READ:
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
            return _part(owner, node.attr) if is_module else UNKNOWN
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
            inner = self._resolve(items[0])
            stated = [part for part in map(self._metadata, items[1:]) if part is not UNKNOWN]
            return typing.Annotated[inner, *stated] if stated and inner is not UNKNOWN else inner
        arguments = tuple(self._resolve(item) for item in items)
        if any(argument is UNKNOWN for argument in arguments):
            return UNKNOWN
        return owner[arguments[0] if len(arguments) == 1 else arguments]

    def _metadata(self, node: ast.expr) -> Any:
        """Return a text, or the limits that a call states with literals; `UNKNOWN` for all else."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else UNKNOWN
        if not isinstance(node, ast.Call):
            return UNKNOWN
        stating = self.resolve(node.func)
        if getattr(stating, "__name__", None) not in _LIMITS.get(getattr(stating, "__module__", ""), ()):
            return UNKNOWN
        try:
            values = [ast.literal_eval(each) for each in node.args]
            named = {each.arg: ast.literal_eval(each.value) for each in node.keywords if each.arg is not None}
            return stating(*values, **named)
        except Exception:  # noqa: BLE001  (the notebook says it when it is run)
            return UNKNOWN
