"""A cell as a solid: its free names are its inputs, the name it leaves behind is its output."""

from __future__ import annotations

import ast
import inspect
import itertools
import linecache
import re
import time
import types
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence, Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dagnb.definitions import DynamicOutputDefinition, InputDefinition, OutputDefinition, SolidDefinition
from dagnb.definitions.bodies import CONTEXT_PARAMETER, RESERVED_NAMES, CellBody
from dagnb.definitions.names import check_name
from dagnb.errors import DagnbInvalidDefinitionError, nearest
from dagnb.events.user import DEFAULT_OUTPUT, Output
from dagnb.notebooks import api
from dagnb.notebooks.analysis import CellNames, analyse, yielded_outputs
from dagnb.notebooks.cell_step import CellStep, running
from dagnb.notebooks.helpers import find_helpers, names_of_stars
from dagnb.notebooks.parameters import is_parameter_name
from dagnb.notebooks.shells import active_shell

if TYPE_CHECKING:
    from dagnb.execution.context import SolidExecutionContext

_TIME_MAGIC = re.compile(r"^(\s*)%time\s+(\S.*)$", re.MULTILINE)
_CELL_MAGIC = re.compile(r"\s*(?P<line>%%(?P<name>\w+)[^\n]*)")
_OURS = ("get_context", "yield_event", "yield_result")
_counter = itertools.count(1)


def cell_solid(
    name: str,
    source: str,
    namespace: MutableMapping[str, Any],
    *,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    required_resource_keys: Iterable[str] | None = None,
    description: str | None = None,
) -> SolidDefinition:
    """Make a solid of a cell's text.

    Inputs are the names that the cell reads before it binds them, in order of first use, but for builtins and for what
    is imported, a module, a function or a class in `namespace`. The outputs are those that it gives to `yield_result`,
    dynamic ones those that it gives with a `mapping_key`; in a cell that gives none, the last name that it assigns,
    and a list stays one value. When it runs, it has a scope of its own: of `namespace`
    it sees only those, and besides `get_context`, `yield_event` and `yield_result`, imported or not.

    Args:
        name: the solid's name.
        source: the cell's text; IPython's magics, ``!commands`` and top-level await are understood.
        namespace: where the cell stands, usually the notebook's names.
        inputs: the inputs, in place of those found.
        outputs: the names that it hands on, in place of the last one assigned. One is called "result" as an output,
            several, and those beside outputs of `yield_result`, keep their names.
        required_resource_keys: the resources that it uses, as ``get_context().resources.<key>``.
        description: what it does (default: the comment on its first lines).

    Raises:
        DagnbInvalidDefinitionError: the cell is not Python, leaves nothing behind, does not assign one of `outputs`,
            or does not use one of `inputs`; or a name is not one.

    >>> import statistics
    >>> late = cell_solid("late", "share = statistics.mean(delays) > limit", {"statistics": statistics})
    >>> late
    late(delays: Any, limit: Any) -> Any
    """
    where = f"cell {check_name(name, 'solid')}"
    code = _Code(name, source, where)
    names = analyse(code.tree)
    if names.stars:
        starred = names_of_stars(names.stars)
        names = replace(names, free=tuple(each for each in names.free if each not in starred))
    needed = _find_inputs(names, namespace, inputs, where)
    yielded = yielded_outputs(code.tree)
    handed = _find_outputs(names, outputs, tuple(yielded), where)
    dynamic = frozenset(each for each in handed if yielded.get(each))
    for each in (*needed, *handed, *handed.values()):
        if not is_parameter_name(each):
            raise DagnbInvalidDefinitionError("a name in a cell cannot be an input or output", where=where, got=each)
    borrowed = tuple(free for free in names.free if free not in needed)
    runner = CellFunction(code, borrowed, handed, dynamic, namespace)
    body = CellBody(source=source, function=_as_function(name, needed, runner))
    return SolidDefinition(
        name,
        body=body,
        input_defs=[InputDefinition(each) for each in needed],
        output_defs=[(DynamicOutputDefinition if each in dynamic else OutputDefinition)(name=each) for each in handed],
        required_resource_keys=required_resource_keys,
        description=description or _leading_comment(source),
    )


def _find_inputs(
    names: CellNames, namespace: Mapping[str, Any], given: Sequence[str] | None, where: str
) -> tuple[str, ...]:
    helpers = find_helpers(names.free, namespace)
    if given is None:
        return tuple(name for name in names.free if name not in helpers and not _is_ours(name, namespace))
    for name in given:
        if name not in names.free:
            near = nearest(name, names.free)
            raise DagnbInvalidDefinitionError(
                f"the cell does not read the input {name}",
                where=where,
                expected=f"one of {', '.join(names.free)}" if names.free else "no inputs",
                hint=f"did you mean {near}?" if near else "take it out of --in",
            )
    others = [
        name for name in names.free if name not in given and name not in helpers and not _is_ours(name, namespace)
    ]
    if others:
        raise DagnbInvalidDefinitionError(
            f"the cell reads {others[0]}, which is neither an input nor an import, function or class",
            where=where,
            got=f"inputs: {', '.join(given) or 'none'}",
            hint=f"add {others[0]} to --in, or assign it in the cell",
        )
    return tuple(given)


def _is_ours(name: str, namespace: Mapping[str, Any]) -> bool:
    """Tell whether the name means one of dagnb's functions that a cell has without importing it."""
    return name in _OURS and name not in namespace


def _find_outputs(names: CellNames, given: Sequence[str] | None, yielded: Sequence[str], where: str) -> dict[str, str]:
    """Return the outputs, each with the variable that has it at the end unless `yield_result` gives it."""
    if given is None:
        return dict(zip(yielded, yielded, strict=True)) or {DEFAULT_OUTPUT: _last_assigned(names, where)}
    for name in given:
        if name not in names.bound and name not in yielded:
            near = nearest(name, names.bound)
            raise DagnbInvalidDefinitionError(
                f"the cell never assigns its output {name}",
                where=where,
                expected=f"one of {', '.join(names.assigned)}" if names.assigned else "an assignment",
                hint=f"did you mean {near}?" if near else f"assign {name}, or take it out of --out",
            )
    single = len(given) == 1 and not yielded
    return {DEFAULT_OUTPUT if single else name: name for name in (*yielded, *given)}


def _last_assigned(names: CellNames, where: str) -> str:
    public = [name for name in names.assigned if not name.startswith("_")]
    if not public:
        raise DagnbInvalidDefinitionError(
            "the cell leaves no name behind that could be its output",
            where=where,
            expected="an assignment, such as delays = ...",
            hint="assign what the cell computes; to hand on a function or an import, name it with --out",
        )
    return public[-1]


def _leading_comment(source: str) -> str | None:
    lines = list(itertools.takewhile(lambda line: line.startswith("#"), source.strip().splitlines()))
    return " ".join(line.lstrip("#! ").strip() for line in lines).strip() or None


class _Code:
    """A cell's text, parsed and compiled, its lines registered so that tracebacks show them."""

    def __init__(self, name: str, source: str, where: str) -> None:
        self.name = name
        self.source = source
        self.filename = f"<cell {name} {next(_counter)}>"
        plain = _TIME_MAGIC.sub(r"\1with __dagnb_time__(): \2", _without_cell_magic(source, where))
        try:
            self.tree = ast.parse(plain)
        except SyntaxError:
            self.tree = self._parse_transformed(plain, where)
        if _CELL_MAGIC.match(source):
            self.tree = _in_time(self.tree)
        self.compiled = self._compile()

    def _parse_transformed(self, source: str, where: str) -> ast.Module:
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            return ast.parse(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
        except SyntaxError as error:
            raise DagnbInvalidDefinitionError(
                f"the cell is not Python: {error.msg}",
                where=f"{where} › line {error.lineno}",
                got=(error.text or "").strip()[:120] or None,
            ) from None

    def _compile(self) -> types.CodeType:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        compiled: types.CodeType = compile(self.tree, self.filename, "exec", flags=flags, dont_inherit=True)
        self.register()
        return compiled

    def register(self) -> None:
        """Let tracebacks find the cell's lines."""
        linecache.cache[self.filename] = (
            len(self.source),
            None,
            self.source.splitlines(keepends=True),
            self.filename,
        )

    @property
    def is_async(self) -> bool:
        return bool(self.compiled.co_flags & inspect.CO_COROUTINE)

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "source": self.source, "filename": self.filename, "tree": self.tree}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.compiled = self._compile()


def _without_cell_magic(source: str, where: str) -> str:
    """Return the cell with its ``%%time`` line empty, so that lines keep their numbers; refuse other cell magics."""
    found = _CELL_MAGIC.match(source)
    if found is None:
        return source
    if found["name"] != "time":
        raise DagnbInvalidDefinitionError(
            "a cell solid is a cell of Python",
            where=where,
            got=f"%%{found['name']}",
            expected="no cell magic behind %%solid but %%time",
            hint="a line of it may be a magic (%...) or a command (!...)",
        )
    return source[: found.start("line")] + source[found.end("line") :]


def _in_time(tree: ast.Module) -> ast.Module:
    """Return the tree of a cell whose time is told when it ends."""
    timed = ast.parse("with __dagnb_time__(): pass")
    block = timed.body[0]
    if isinstance(block, ast.With) and tree.body:
        block.body = tree.body
    return timed


class CellFunction:
    """Runs a cell with values for its inputs, in a fresh namespace; yields its outputs.

    Args:
        code: the cell.
        borrowed: names that it takes from the namespace.
        outputs: its outputs by name, each with the variable that has it at the end.
        dynamic: which of them are dynamic ones.
        namespace: where the cell stands.
    """

    def __init__(
        self,
        code: _Code,
        borrowed: tuple[str, ...],
        outputs: Mapping[str, str],
        dynamic: AbstractSet[str],
        namespace: Mapping[str, Any],
    ) -> None:
        self.code = code
        self.borrowed = borrowed
        self.outputs = outputs
        self.dynamic = dynamic
        self.namespace = namespace

    def __getstate__(self) -> dict[str, Any]:
        # To another process goes what the cell uses, not the whole notebook.
        return {**self.__dict__, "namespace": self._borrow()}

    def _borrow(self) -> dict[str, Any]:
        # Looked up when the cell runs: a helper that was defined again meanwhile is the new one.
        return {name: self.namespace[name] for name in self.borrowed if name in self.namespace}

    def _scope(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        ours = {name: getattr(api, name) for name in _OURS}
        known = {"__name__": "__main__", "__dagnb_time__": _timed, **_ipython_names(), **ours}
        self.code.register()
        return {**known, **self._borrow(), **inputs}

    def run(self, inputs: Mapping[str, Any], context: SolidExecutionContext | None) -> Iterator[Output]:
        """Run the cell and yield its outputs.

        Raises:
            Exception: whatever the cell raises.
        """
        scope = self._scope(inputs)
        step = CellStep(context, tuple(self.outputs), self.dynamic)
        with running(step):
            exec(self.code.compiled, scope)  # noqa: S102  (running the user's cell is what it is for)
        yield from step.outputs(self.outputs, scope)

    async def run_async(self, inputs: Mapping[str, Any], context: SolidExecutionContext | None) -> list[Output]:
        """Run a cell that awaits at its top level and return its outputs.

        Raises:
            Exception: whatever the cell raises.
        """
        scope = self._scope(inputs)
        step = CellStep(context, tuple(self.outputs), self.dynamic)
        with running(step):
            await eval(self.code.compiled, scope)  # noqa: S307  (running the user's cell is what it is for)
        return list(step.outputs(self.outputs, scope))


def _as_function(name: str, inputs: Sequence[str], cell: CellFunction) -> types.FunctionType:
    """Return a function whose parameters are the cell's inputs; the names have been checked to be names."""
    given = ", ".join(f"{each!r}: {each}" for each in inputs)
    listed = ", ".join(inputs)
    parameters = f"{listed}, *, {CONTEXT_PARAMETER}=None" if inputs else f"*, {CONTEXT_PARAMETER}=None"
    if inputs and inputs[0] in RESERVED_NAMES:
        # By keyword only, behind another: as the first one it would be the context that function solids take.
        parameters = f"*, {CONTEXT_PARAMETER}=None, {listed}"
    call = f"({{{given}}}, {CONTEXT_PARAMETER})"
    if cell.code.is_async:
        text = f"async def cell({parameters}):\n for output in await __cell__.run_async{call}:\n  yield output"
    else:
        text = f"def cell({parameters}):\n yield from __cell__.run{call}"
    scope: dict[str, Any] = {"__cell__": cell, "__name__": __name__}
    exec(compile(text, f"<solid {name}>", "exec"), scope)  # noqa: S102  (holds checked names only)
    function: types.FunctionType = scope["cell"]
    function.__name__ = function.__qualname__ = name
    # Not of this module: what pickles functions by name would look for it here.
    function.__module__ = "__main__"
    return function


def _ipython_names() -> dict[str, Any]:
    from IPython.display import display

    return {"get_ipython": active_shell, "display": display}


@contextmanager
def _timed() -> Iterator[None]:
    begun, processor = time.perf_counter(), time.process_time()
    yield
    wall, used = time.perf_counter() - begun, time.process_time() - processor
    print(f"CPU time: {used:.3g} s, wall time: {wall:.3g} s")  # noqa: T201  (what %time does)
