"""What a command is about: a notebook, a file or a module, and a pipeline in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagnb.cli.failing import NOT_LOADED, USAGE, fail, loading_error, short_traceback
from dagnb.errors import DagnbError, DagnbNotFoundError

if TYPE_CHECKING:
    from dagnb.definitions.repository import RepositoryDefinition
    from dagnb.handles.pipelines import Pipeline

_SUFFIXES = (".ipynb", ".py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A notebook, a .py file or a dotted module, and perhaps the name of a pipeline in it."""

    source: str
    pipeline: str | None = None

    @property
    def is_notebook(self) -> bool:
        """Whether it is a notebook."""
        return self.source.endswith(".ipynb")

    @property
    def folder(self) -> Path | None:
        """The notebook's folder: that is where Jupyter would run it. None for what is no notebook."""
        return Path(self.source).parent if self.is_notebook else None


def parse_target(text: str, pipeline: str | None = None) -> Target:
    """Read a target: ``flights.ipynb``, ``etl.py``, ``company.etl``, each with ``:pipeline`` or without.

    Args:
        text: the target.
        pipeline: the pipeline's name when it is given apart; it goes first.

    >>> parse_target("company.etl:daily")
    Target(source='company.etl', pipeline='daily')
    """
    source, name = text, None
    before, colon, after = text.rpartition(":")
    if colon and after.isidentifier() and before and not Path(text).exists():
        source, name = before, after
    if source.endswith(_SUFFIXES):
        source = str(Path(source).absolute())
    return Target(source=source, pipeline=pipeline or name)


@contextmanager
def standing_in(target: Target) -> Iterator[None]:
    """Work where the notebook's own kernel would: in its folder, with the modules beside it importable.

    For a file or module the working folder stays.
    """
    folder = target.folder
    if folder is None or not folder.is_dir():
        yield
        return
    before, path = Path.cwd(), list(sys.path)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What a target defines: its pipelines, and its repositories, whose pipelines need not have been made yet."""

    pipelines: dict[str, Pipeline]
    repositories: dict[str, RepositoryDefinition]

    @property
    def names(self) -> list[str]:
        """The names of all pipelines; none is made for it."""
        inside = (name for each in self.repositories.values() for name in each.pipeline_names)
        return list(dict.fromkeys((*self.pipelines, *inside)))

    def pipeline(self, name: str) -> Pipeline:
        """Return a pipeline by its name, made now when it stands in a repository."""
        if name in self.pipelines:
            return self.pipelines[name]
        return _as_pipeline(next(each for each in self.repositories.values() if each.has_pipeline(name)).pipeline(name))


def _is_wanted(value: Any) -> bool:
    from dagnb.definitions.repository import RepositoryDefinition, is_pipeline

    return is_pipeline(value) or isinstance(value, RepositoryDefinition)


def _as_pipeline(value: Any) -> Pipeline:
    from dagnb.handles.pipelines import Pipeline

    return value if isinstance(value, Pipeline) else Pipeline(value)


def load_definitions(target: Target, *, whole: bool = False) -> Definitions:
    """Load a target and return what it defines; ends the command when that cannot be done.

    Args:
        target: the target; only its pipeline, when it names one.
        whole: whether all of a notebook is wanted that defines one pipeline, and perhaps a repository below.
    """
    from dagnb.definitions.repository import RepositoryDefinition
    from dagnb.notebooks.loading import load

    with failing(target):
        found = load(target.source, _is_wanted, target.pipeline or _only_one(target, whole=whole))
        repositories = {each.name: each for each in found.values() if isinstance(each, RepositoryDefinition)}
        made = [_as_pipeline(each) for each in found.values() if not isinstance(each, RepositoryDefinition)]
        return Definitions(pipelines={each.name: each for each in made}, repositories=repositories)


@contextmanager
def failing(target: Target) -> Iterator[None]:
    """End the command when the block, which runs the target's own code, raises."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except DagnbNotFoundError as error:
        # The notebooks' own leaf of it, for what is no target at all, names no kind.
        fail(error, USAGE if getattr(error, "kind", None) == "pipeline" else NOT_LOADED)
    except DagnbError as error:
        cause = error.__cause__
        fail(error, NOT_LOADED, frames=short_traceback(cause) if cause is not None else "")
    except (Exception, SystemExit) as error:  # noqa: BLE001  (a module's own code raises anything)
        fail(loading_error(error, target.source), NOT_LOADED, frames=short_traceback(error))


def _only_one(target: Target, *, whole: bool) -> str | None:
    """Return the name of the one pipeline that a notebook's source defines, so that loading ends behind its cell."""
    if not target.is_notebook:
        return None
    from dagnb.cli.scan import names_repository, pipelines_in

    path = Path(target.source)
    found = pipelines_in(path)
    return found[0].name if len(found) == 1 and not (whole and names_repository(path)) else None


def load_pipeline(target: Target) -> Pipeline:
    """Load the one pipeline that is meant; ends the command when it cannot be told which."""
    found = load_definitions(target)
    names = found.names
    if not names:
        fail(_none(target), NOT_LOADED)
    if len(names) > 1:
        error = DagnbError(
            "the target holds several pipelines",
            where=target.source,
            got=", ".join(names),
            hint=f"name one of them: -p {names[0]}",
        )
        fail(error, USAGE)
    with failing(target):
        return found.pipeline(names[0])


def _none(target: Target) -> DagnbError:
    return DagnbError(
        "the target holds no pipeline",
        where=target.source,
        expected="a function with @pipeline above it",
        hint="dagnb list finds the pipelines of this folder",
    )


target_argument = click.argument("target", metavar="TARGET")
pipeline_option = click.option("-p", "--pipeline", metavar="NAME", help="Which pipeline, where TARGET holds several.")
mode_option = click.option("-m", "--mode", metavar="MODE", help="In which mode (default: the pipeline's first).")
