"""What goes wrong with notebooks, each with the values that a reader needs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dagnb.errors import DagnbKernelError, DagnbNotebookError, DagnbParameterError, nearest
from dagnb.events.records import ErrorInfo

_SHOWN = 6


class DagnbNotebookMissingError(DagnbNotebookError, FileNotFoundError):
    """A notebook that is not there; names those beside it that are."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        folder = Path(self.path).parent
        beside = sorted(found.name for found in folder.glob("*.ipynb") if found.is_file()) if folder.is_dir() else []
        name = Path(self.path).name
        near = nearest(name, beside) or nearest(name + ".ipynb", beside)
        if near:
            hint: str | None = f"did you mean {near}?"
        elif beside:
            hint = f"in that folder: {', '.join(beside[:_SHOWN])}{' ...' if len(beside) > _SHOWN else ''}"
        else:
            hint = "there is no notebook in that folder" if folder.is_dir() else "that folder is not there"
        super().__init__("the notebook is not there", where=self.path, hint=hint)


class DagnbNotebookUnreadableError(DagnbNotebookError):
    """A file that is not a notebook."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(
            "the notebook cannot be read",
            where=path,
            got=problem[:300],
            expected="a Jupyter notebook (.ipynb, format 4)",
            hint="name a notebook in it" if problem == "a folder" else "open it in Jupyter and save it again",
        )


class DagnbUnknownSchemeError(DagnbNotebookError):
    """An address that nothing can read."""

    def __init__(self, address: str) -> None:
        self.address = address
        scheme = address.partition("://")[0]
        super().__init__(
            f"notebooks cannot be read from addresses that begin with {scheme}://",
            where=address,
            expected="a path, or an address with https, http, s3, gs, abs, adl or hdfs",
            hint="a package with an entry point in the group papermill.io adds a scheme",
        )


class DagnbNotebookUnreachableError(DagnbNotebookError, ConnectionError):
    """A notebook at an address that gives nothing.

    Args:
        address: the address, as it may be shown.
        problem: what went wrong.
        install: the command that installs what is missing, if that is it.
    """

    def __init__(self, address: str, problem: str, *, install: str | None = None) -> None:
        self.address = address
        self.install = install
        super().__init__(
            "the notebook cannot be fetched",
            where=address,
            got=problem[:300],
            hint=f"{install}, then define the solid again" if install else "open the address with the same credentials",
        )


class DagnbNotebookUnwritableError(DagnbNotebookError):
    """An executed copy that cannot be written."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            "the executed copy of the notebook cannot be written",
            where=path,
            got=problem[:300],
            expected="a folder that this user may write in, with room left",
        )


class DagnbParametersCellError(DagnbParameterError):
    """A parameters cell that is not Python."""

    def __init__(self, *, path: str | None, cell: int, line: int, problem: str, text: str) -> None:
        self.cell = cell
        self.line = line
        super().__init__(
            f"the parameters cell cannot be read: {problem}",
            where=f"{path or 'notebook'} › cell {cell} › line {line}",
            got=text.strip()[:120] or None,
            expected="assignments such as folds: int = 5",
        )


class DagnbUntranslatedLanguageError(DagnbParameterError):
    """Parameters for a notebook in a language that nothing can write them in."""

    def __init__(self, language: str, *, path: str | None = None) -> None:
        self.language = language
        super().__init__(
            f"parameters cannot be set in a notebook in {language}",
            where=path,
            expected="Python, R, Julia, Scala, bash, Matlab, C#, F# or PowerShell",
            hint="a translator registered with papermill_translators adds a language; without values it runs as it is",
        )


class DagnbUnknownParameterError(DagnbParameterError):
    """A value for a parameter that the notebook does not have."""

    def __init__(self, name: str, choices: Iterable[str], *, path: str | None = None) -> None:
        self.name = name
        self.choices = tuple(choices)
        near = nearest(name, self.choices)
        super().__init__(
            f"the notebook has no parameter named {name}",
            where=path,
            expected=f"one of {', '.join(self.choices)}" if self.choices else "no parameters at all",
            hint=f"did you mean {near}?" if near else f"add {name} to the cell tagged parameters",
        )


class DagnbNotebookFailedError(DagnbNotebookError):
    """A notebook that raised: its own error, the cell, and where the executed copy is.

    Args:
        source: path of the source notebook.
        target: path of the executed copy.
        error: the notebook's own error.
        failed_cell: number of the failing cell among those that ran, from 1, as in its ``In [n]``.
    """

    def __init__(self, *, source: str, target: str, error: ErrorInfo, failed_cell: int | None) -> None:
        self.source = source
        self.target = target
        self.error = error
        self.failed_cell = failed_cell
        place = f" › {error.where}" if error.where else ""
        super().__init__(
            f"{error.cls_name}: {error.message}" if error.message else error.cls_name,
            where=f"{Path(source).name}{place}",
            hint=f"the executed copy is kept: {target}",
        )


class DagnbKernelDiedError(DagnbKernelError):
    """A kernel that died while a cell ran."""

    def __init__(self, *, source: str, target: str, failed_cell: int | None, death: str) -> None:
        self.source = source
        self.target = target
        self.failed_cell = failed_cell
        place = f"cell {failed_cell}" if failed_cell else "before the first cell"
        super().__init__(
            f"the kernel died: {death}",
            where=f"{Path(source).name} › {place}",
            hint=f"the executed copy up to there is kept: {target}",
        )


class DagnbNoSuchKernelError(DagnbKernelError):
    """A kernelspec that is not installed."""

    def __init__(self, name: str, installed: Iterable[str], *, source: str | None = None) -> None:
        self.name = name
        self.installed = tuple(sorted(installed))
        near = nearest(name, self.installed)
        super().__init__(
            f"no kernel named {name} is installed",
            where=source,
            expected=f"one of {', '.join(self.installed)}" if self.installed else None,
            hint=f"did you mean {near}?" if near else "jupyter kernelspec list shows them",
        )
