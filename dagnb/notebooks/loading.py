"""Load definitions from a notebook or a module, for the command line and for workers: nothing is run by it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.definitions.repository import RepositoryDefinition
from dagnb.errors import DagnbError, DagnbNotebookError, DagnbNotFoundError
from dagnb.events.records import ErrorInfo
from dagnb.notebooks.dependents import Dependents
from dagnb.notebooks.document import load_document, running_cells, tags_of
from dagnb.notebooks.shells import notebook_shell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

SKIP_TAG = "dagnb-skip"
RAISES_TAG = "raises-exception"
_loading: ContextVar[bool] = ContextVar("dagnb_loading", default=False)


def is_loading() -> bool:
    """Tell whether definitions are being loaded just now, so that nothing may be run.

    >>> is_loading()
    False
    """
    return _loading.get()


@contextmanager
def loading() -> Iterator[None]:
    """Say that definitions are being loaded, while the block lasts."""
    token = _loading.set(True)
    try:
        yield
    finally:
        _loading.reset(token)


def load_notebook(
    path: str, is_wanted: Callable[[Any], bool], name: str | None = None, *, kind: str = "pipeline"
) -> dict[str, Any]:
    """Run a notebook's cells in order, in a namespace of their own, and return what is wanted of it, by name.

    Cells tagged ``dagnb-skip`` are left out. With a `name`, loading stops behind the cell that defines it. What the
    cells display is not shown. The working folder is that of the notebook meanwhile. A cell may raise when it is tagged
    ``raises-exception``, or works with what a run would have given.

    Args:
        path: the notebook.
        is_wanted: tells what is looked for, a pipeline say.
        name: the one that is wanted: the name of a variable, or of the pipeline; it may stand in a repository, when
            repositories are wanted.
        kind: what is looked for, in words.

    Raises:
        DagnbNotebookError: the notebook is missing, cannot be read, or a cell of it raised.
        DagnbNotFoundError: there is none of this name.
    """
    document = load_document(path)
    found: dict[str, Any] = {}
    passed_over: list[CellLoadingError] = []
    with loading(), notebook_shell(Path(path)) as shell:
        dependents = Dependents(shell.user_ns)
        for number, _, cell in running_cells(document):
            if SKIP_TAG in tags_of(cell):
                continue
            error = _run_cell(shell, cell.source, number, path)
            depends = dependents.take(cell.source, failed=error is not None)
            if error is not None and not depends and RAISES_TAG not in tags_of(cell):
                raise error from error.__cause__
            if error is not None and (name is None or name in cell.source):
                passed_over.append(error)
            found = _wanted(shell.user_ns, is_wanted)
            if name is not None and (chosen := _choose(found, name)):
                return chosen
    if passed_over and not (found if name is None else _choose(found, name)):
        raise passed_over[0] from passed_over[0].__cause__
    return _all_or_one(found, name, kind=kind, where=path)


def load_module(
    path_or_dotted: str, is_wanted: Callable[[Any], bool], name: str | None = None, *, kind: str = "pipeline"
) -> dict[str, Any]:
    """Import a module, by the path of its file or by its dotted name, and return what is wanted of it, by name.

    Arguments and errors as in `load_notebook`; what the import itself raises goes up.

    Raises:
        DagnbNotFoundError: there is no such module, or none of this name in it.
    """
    with loading():
        module = _import_file(path_or_dotted) if path_or_dotted.endswith(".py") else _import_name(path_or_dotted)
        return _all_or_one(_wanted(vars(module), is_wanted), name, kind=kind, where=path_or_dotted)


def load(
    target: str, is_wanted: Callable[[Any], bool], name: str | None = None, *, kind: str = "pipeline"
) -> dict[str, Any]:
    """Load from a notebook when `target` ends with ``.ipynb``, else from a module."""
    loader = load_notebook if target.endswith(".ipynb") else load_module
    return loader(target, is_wanted, name, kind=kind)


def _import_file(path: str) -> Any:
    file = Path(path).absolute()
    if not file.is_file():
        beside = sorted(found.name for found in file.parent.glob("*.py")) if file.parent.is_dir() else []
        raise DagnbNotFoundError("file", file.name, beside, where=str(file.parent))
    known = sys.modules.get(file.stem)
    if known is not None and getattr(known, "__file__", None) == str(file):
        return known
    # Importable by its name, so that what it defines can go to other processes by reference.
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise DagnbNotFoundError("module", file.stem, where=str(file.parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[file.stem]
        raise
    return module


def _import_name(name: str) -> Any:
    if not all(part.isidentifier() for part in name.split(".")):
        kind = "a folder" if Path(name).is_dir() else "a file of another kind" if Path(name).exists() else None
        raise DagnbTargetError(name, kind)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
            raise
        raise DagnbNotFoundError("module", name, hint="name a notebook, a .py file, or an importable module") from None


def _wanted(namespace: Mapping[str, Any], is_wanted: Callable[[Any], bool]) -> dict[str, Any]:
    return {name: value for name, value in namespace.items() if not name.startswith("_") and is_wanted(value)}


def _choose(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    repositories = {key: value for key, value in found.items() if isinstance(value, RepositoryDefinition)}
    others = {key: value for key, value in found.items() if key not in repositories}
    if name in others:
        return {name: others[name]}
    chosen = {key: value for key, value in others.items() if getattr(value, "name", None) == name}
    if chosen:
        return chosen
    holder = next((each for each in repositories.values() if each.has_pipeline(name)), None)
    return {name: holder.pipeline(name)} if holder is not None else {}


def _all_or_one(found: dict[str, Any], name: str | None, *, kind: str, where: str) -> dict[str, Any]:
    if name is None:
        return found
    chosen = _choose(found, name)
    if not chosen:
        names = [each for key, value in found.items() for each in _names_in(key, value)]
        hint = f"the notebook or module defines no {kind}"
        raise DagnbNotFoundError(kind, name, dict.fromkeys(names), where=where, hint=hint)
    return chosen


def _names_in(key: str, value: Any) -> list[str]:
    return value.pipeline_names if isinstance(value, RepositoryDefinition) else [key]


def _run_cell(shell: InteractiveShell, source: str, number: int, path: str) -> CellLoadingError | None:
    """Run a cell; return what it raised."""
    result = shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return None
    if isinstance(error, KeyboardInterrupt):
        raise error
    import traceback

    info = ErrorInfo(
        cls_name=type(error).__name__,
        message=str(error),
        traceback="".join(traceback.format_exception(error)),
        where=f"cell {number}",
    )
    failed = CellLoadingError(path=path, error=info, cell=number)
    failed.__cause__ = error
    return failed


class DagnbTargetError(DagnbNotFoundError):
    """A target that is neither a notebook nor a module; `found` says what it is, None that there is no such thing."""

    def __init__(self, target: str, found: str | None) -> None:
        self.target = target
        self.found = found
        DagnbError.__init__(
            self,
            "there is nothing to load",
            got=f"{target}, {found}" if found else f"{target}, which is not there",
            expected="a notebook (.ipynb), a .py file, or the dotted name of a module",
        )


class CellLoadingError(DagnbNotebookError):
    """A cell that raised while its notebook was loaded."""

    def __init__(self, *, path: str, error: ErrorInfo, cell: int) -> None:
        self.path = path
        self.error = error
        self.cell = cell
        super().__init__(
            f"{error.cls_name}: {error.message}" if error.message else error.cls_name,
            where=f"{Path(path).name} › cell {cell}",
            hint=f"cells that are not about definitions can be left out with the tag {SKIP_TAG}",
        )
