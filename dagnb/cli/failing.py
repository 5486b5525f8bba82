"""How the command line fails: exit codes, and errors without Python's traceback."""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from typing import NoReturn

import click

from dagnb.cli.words import clean
from dagnb.errors import DagnbError

FAILED = 1
"""A run failed, or something asked for is not there."""
USAGE = 2
"""The command or the run config is wrong; nothing was run."""
NOT_LOADED = 3
"""The target, a notebook or a module, cannot be loaded."""
INTERRUPTED = 130
"""Ctrl-C; a run that was going on is recorded as canceled."""
TERMINATED = 143
"""SIGTERM; a run that was going on is recorded as canceled."""

_FRAMES = 4
_OWN = str(Path(__file__).parents[1]) + os.sep


def fail(error: BaseException, code: int, *, frames: str = "") -> NoReturn:
    """Show an error and end the command.

    Args:
        error: what happened.
        code: the exit code.
        frames: lines of a traceback to show below.

    Raises:
        click.exceptions.Exit: always.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.find_root().params.get("debug"):
        click.echo(clean("".join(traceback.format_exception(error))), err=True, nl=False)
    else:
        show_error(str(error), frames)
    raise click.exceptions.Exit(code)


def show_error(text: str, frames: str = "") -> None:
    """Write an error to the error stream."""
    label = click.style("error", fg="red", bold=True)
    click.echo(f"{label}: {clean(text)}", err=True)
    if frames:
        click.echo(clean(frames.rstrip()), err=True)


def user_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the frames of an exception's traceback that are the user's, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if not _is_machinery(frame.filename)]


def _is_machinery(filename: str) -> bool:
    if filename.startswith((_OWN, "<frozen ")):
        return True
    parts = Path(filename).parts
    return "site-packages" in parts and bool({"IPython", "click"} & set(parts))


def short_traceback(error: BaseException) -> str:
    """Return the last of the user's frames as text, indented; nothing when there are none."""
    frames = user_frames(error)
    lines = traceback.format_list(frames[-_FRAMES:])
    if isinstance(error, SyntaxError):
        lines += [line for line in traceback.format_exception_only(error) if line.startswith(" ")]
    return "".join(lines)


def loading_error(error: BaseException, target: str) -> DagnbError:
    """Return the error for a target that raised while it was loaded."""
    frames = user_frames(error)
    where = f"{frames[-1].filename} line {frames[-1].lineno}" if frames else target
    if isinstance(error, SystemExit):
        what = f"loading {target} ended with sys.exit({error.code!r})"
        hint = 'put what only a script does under if __name__ == "__main__":'
        return DagnbError(what, where=where, hint=hint)
    install: str | None = "install it in this environment" if isinstance(error, ModuleNotFoundError) else None
    message = str(error)
    made = DagnbError(
        f"{target} cannot be loaded",
        where=where,
        got=f"{type(error).__name__}: {message}" if message else type(error).__name__,
        hint=install,
    )
    made.__cause__ = error
    return made
