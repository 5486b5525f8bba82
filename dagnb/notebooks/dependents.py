"""Which cells of a notebook depend on runs that are not begun while it is loaded."""

from __future__ import annotations

import ast
from collections.abc import MutableMapping
from typing import Any

from dagnb.notebooks.analysis import analyse
from dagnb.notebooks.inert import Inert
from dagnb.notebooks.parameters import parse_cell


class Dependents:
    """The cells of a notebook, loaded in order, that work with what a run would have given.

    They show results, they define nothing: one that raises on what stands for a result need not stop the loading.
    """

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        self._namespace = namespace
        self._names: set[str] = set()
        self._made = Inert.made

    def take(self, source: str, *, failed: bool) -> bool:
        """Take in a cell that has been run; tell whether it depends on a run.

        What one that failed would have assigned becomes inert.
        """
        made, self._made = self._made, Inert.made
        try:
            tree, _ = parse_cell(source)
        except SyntaxError:
            return False
        read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if made == Inert.made and not any(name in self._names or self._is_inert(name) for name in read):
            return False
        names = analyse(tree)
        self._names |= {*names.assigned}
        if failed:
            for name in names.bound:
                if name in names.assigned or name not in self._namespace:
                    self._namespace[name] = Inert()
            self._made = Inert.made
        return True

    def _is_inert(self, name: str) -> bool:
        return isinstance(self._namespace.get(name), Inert)
