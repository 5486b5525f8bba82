"""Which names a cell needs from outside and which it leaves behind, read from its syntax."""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dagnb.events.user import DEFAULT_OUTPUT

# What IPython makes of magics and of ``!commands``, in whose texts it puts in for ``{expressions}``.
_EXPANDING = frozenset({"system", "getoutput", "run_line_magic"})
_BRACES = re.compile(r"(?<![${])\{([^{}]+)\}(?!\})")
_KNOWN = frozenset({*dir(builtins), "get_ipython", "display", "In", "Out"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNames:
    """Names of a cell.

    Args:
        free: names it reads before it binds them, in order of first use; builtins are not among them.
        assigned: names it leaves behind by assignment (not by import, def, class or a loop's head), by the place of
            their last assignment.
        bound: every name that it binds at its top level.
        stars: modules of which it imports everything.
    """

    free: tuple[str, ...]
    assigned: tuple[str, ...]
    bound: frozenset[str] = field(default=frozenset())
    stars: tuple[str, ...] = ()


def analyse(tree: ast.Module) -> CellNames:
    r"""Return the names of a cell.

    >>> names = analyse(ast.parse("late = flights[flights.delay > limit]\nshare = len(late) / len(flights)"))
    >>> names.free, names.assigned
    (('flights', 'limit'), ('late', 'share'))
    """
    walk = _Walk()
    for statement in tree.body:
        walk.visit(statement)
    # What a function reads is looked up when it is called: by then the cell has bound its own names.
    free = [name for name, deferred in walk.read.items() if not (deferred and name in walk.bound)]
    stars = (alias.module for alias in ast.walk(tree) if isinstance(alias, ast.ImportFrom) and _is_star(alias))
    return CellNames(
        free=tuple(free),
        assigned=tuple(walk.assigned),
        bound=frozenset(walk.bound),
        stars=tuple(dict.fromkeys(module for module in stars if module)),
    )


def _is_star(node: ast.ImportFrom) -> bool:
    return node.level == 0 and any(alias.name == "*" for alias in node.names)


def yielded_outputs(tree: ast.AST) -> dict[str, bool]:
    """Return the outputs that calls of `yield_result` give, in the order of the text: whether each is a dynamic one.

    >>> yielded_outputs(ast.parse("yield_result(model, 'model'); dagnb.yield_result(3, mapping_key=airport)"))
    {'model': False, 'result': True}
    """
    found: dict[str, bool] = {}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == "yield_result"]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = _output_name(call)
        if name is not None:
            found[name] = found.get(name, False) or any(each.arg == "mapping_key" for each in call.keywords)
    return found


def _called(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else None


def _is_ipython(call: ast.Call) -> bool:
    """Tell whether IPython made the call of a magic or a command."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return _called(call) in _EXPANDING and isinstance(owner, ast.Call) and _called(owner) == "get_ipython"


def _output_name(call: ast.Call) -> str | None:
    given: ast.expr | None = call.args[1] if len(call.args) > 1 else None
    for keyword in call.keywords:
        if keyword.arg == "output_name":
            given = keyword.value
    if given is None:
        return DEFAULT_OUTPUT
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _expanded(text: str) -> Iterator[ast.expr]:
    """Yield the expressions in braces that IPython puts in for in a command; ``${x}`` and ``{a,b}`` are the shell's.

    >>> [ast.unparse(node) for node in _expanded("head -n {rows + 1} {path} ${HOME} {a,b} | awk '{print $1}'")]
    ['rows + 1', 'path']
    """
    for found in _BRACES.finditer(text):
        try:
            node = ast.parse(found[1].strip(), mode="eval").body
        except (SyntaxError, ValueError):
            continue
        if not isinstance(node, ast.Tuple):
            yield node


class _Walk(ast.NodeVisitor):
    """Goes through a cell in the order in which Python would; `ast` prescribes the names of the methods."""

    def __init__(self) -> None:
        self.read: dict[str, bool] = {}
        self.bound: set[str] = set()
        self.assigned: dict[str, None] = {}
        self._local: list[set[str]] = []

    def _reads(self, name: str, *, deferred: bool = False) -> None:
        if name in _KNOWN or name.startswith("__") or name in self.bound or any(name in scope for scope in self._local):
            return
        self.read[name] = self.read.get(name, True) and deferred

    def _binds(self, name: str, *, assigned: bool = False) -> None:
        self.bound.add(name)
        if assigned:
            self.assigned.pop(name, None)
            self.assigned[name] = None

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._reads(node.id)
        elif isinstance(node.ctx, ast.Del):
            self._reads(node.id)
            self.bound.discard(node.id)
            self.assigned.pop(node.id, None)
        else:
            self._binds(node.id)

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def _assign(self, target: ast.expr) -> None:
        """Bind the names of a target; what it subscripts or takes attributes of is read."""
        if isinstance(target, ast.Name):
            self._binds(target.id, assigned=True)
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self._assign(element)
        elif isinstance(target, ast.Starred):
            self._assign(target.value)
        else:
            self.visit(target)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_all([node.annotation, node.value])
        if node.value is not None:
            self._assign(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._reads(node.target.id)
        self.visit(node.value)
        self._assign(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._visit_all([node.value, node.target])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all([node.iter, node.target, *node.body, *node.orelse])

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if _is_ipython(node):
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    self._visit_all(_expanded(argument.value))

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self._binds(alias.asname or alias.name.partition(".")[0])

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._visit_all([node.type])
        if node.name:
            self._binds(node.name)
        self._visit_all(node.body)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._visit_all([node.pattern])
        if node.name:
            self._binds(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._binds(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self._binds(node.rest)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, *_annotations(node)])
        self._binds(node.name)
        self._defer(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def _defer(self, node: ast.AST) -> None:
        """Take in what a function reads from outside of itself, which matters when it is called."""
        wanted = _globals_of(symtable.symtable(ast.unparse(node), "<cell>", "exec"))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in wanted:
                self._reads(inner.id, deferred=True)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all([*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)])
        inner = _Walk()
        inner._local = [*self._local]
        inner.bound = set(self.bound)
        for statement in node.body:
            inner.visit(statement)
        self._binds(node.name)
        for name, deferred in inner.read.items():
            self._reads(name, deferred=deferred)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all([*node.args.defaults, *node.args.kw_defaults])
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        self._local.append({argument.arg for argument in every if argument is not None})
        self.visit(node.body)
        self._local.pop()

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        scope: set[str] = set()
        for number, generator in enumerate(node.generators):
            if number == 0:
                self.visit(generator.iter)
                self._local.append(scope)
            else:
                self.visit(generator.iter)
            scope.update(inner.id for inner in ast.walk(generator.target) if isinstance(inner, ast.Name))
            self._visit_all(generator.ifs)
        self._visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        self._local.pop()

    visit_ListComp = _visit_comprehension  # noqa: N815
    visit_SetComp = _visit_comprehension  # noqa: N815
    visit_DictComp = _visit_comprehension  # noqa: N815
    visit_GeneratorExp = _visit_comprehension  # noqa: N815


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr | None]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [*(argument.annotation for argument in every if argument is not None), node.returns]


def _globals_of(table: symtable.SymbolTable) -> set[str]:
    found: set[str] = set()
    for child in table.get_children():
        found |= {symbol.get_name() for symbol in child.get_symbols() if symbol.is_global() and symbol.is_referenced()}
        found |= _globals_of(child)
    return found
