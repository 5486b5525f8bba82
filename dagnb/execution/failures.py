"""Exceptions as they are recorded: short, plain text, without dagnb's own frames."""

from __future__ import annotations

import os
import traceback
from contextlib import suppress
from pathlib import Path

from dagnb.errors import DagnbError, DagnbNotebookError
from dagnb.events.records import ErrorInfo

_OWN = str(Path(__file__).resolve().parent.parent) + os.sep
_LIBRARIES = ("<frozen ", str(Path(os.__file__).parent) + os.sep)
_MESSAGE_LIMIT = 4_000
_TRACEBACK_LIMIT = 40_000
_CAUSES = 4


def strip_own_frames(error: BaseException) -> BaseException:
    """Take dagnb's leading frames off the traceback, so that a debugger and a reader start in the user's code.

    An error of dagnb's own that no code of the user's has raised keeps none: its text says where.
    """
    if isinstance(error, DagnbNotebookError):
        return error.with_traceback(None)
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OWN):
        frames = frames.tb_next
    return error.with_traceback(frames) if frames is not None or isinstance(error, DagnbError) else error


def message_of(error: BaseException) -> str:
    """Return the exception's text; one whose `__str__` raises is named by its class alone."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001  # it is anybody's code
        return ""
    return text if len(text) <= _MESSAGE_LIMIT else text[:_MESSAGE_LIMIT] + " …"


def _recorded(error: BaseException) -> ErrorInfo | None:
    found = getattr(error, "error", None) if isinstance(error, DagnbNotebookError) else None
    return found if isinstance(found, ErrorInfo) else None


def tell_part(error: BaseException, part: str, note: str) -> None:
    """Have an error tell what could not be made: `part` stands in its place when it is recorded.

    >>> error = ValueError("no password")
    >>> tell_part(error, "resource db", "the resource db could not be made")
    >>> describe_error(error).where
    'resource db'
    """
    error.add_note(note)
    with suppress(AttributeError):  # a class of errors may take no attributes
        error._dagnb_part = part  # type: ignore[attr-defined]  # noqa: SLF001  # a name of its own on anybody's error


def place_of(error: BaseException) -> str | None:
    """Name the place in the user's words: the last line of the user's code, or the notebook's cell.

    Where no code of the user's was running, it is the last line of any library but this one. Before it stands what
    `tell_part` said.
    """
    recorded = _recorded(error)
    if recorded is not None:
        return recorded.where
    parts = (getattr(error, "_dagnb_part", None), _line_of(error))
    return ", ".join(part for part in parts if part) or None


def _line_of(error: BaseException) -> str | None:
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not each.filename.startswith(_OWN)]
    users = [each for each in frames if not _is_of_a_library(each.filename)]
    if not frames or (isinstance(error, DagnbError) and not users):
        return None
    frame = (users or frames)[-1]
    name = frame.filename if frame.filename.startswith("<") else Path(frame.filename).name
    return f"{name} line {frame.lineno}"


def _is_of_a_library(filename: str) -> bool:
    return filename.startswith(_LIBRARIES) or not {"site-packages", "dist-packages"}.isdisjoint(Path(filename).parts)


def describe_error(error: BaseException, depth: int = 0) -> ErrorInfo:
    """Return what is kept of an exception: class, message, traceback as text, place, and its causes.

    >>> describe_error(ValueError("no rows")).message
    'no rows'
    """
    recorded = _recorded(error)
    if recorded is not None:
        return recorded
    strip_own_frames(error)
    try:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    except Exception:  # noqa: BLE001  # formatting calls the exception's own code
        text = f"{type(error).__name__}\n"
    if len(text) > _TRACEBACK_LIMIT:
        half = _TRACEBACK_LIMIT // 2
        text = f"{text[:half]}\n  ... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return ErrorInfo(
        cls_name=type(error).__name__,
        message=message_of(error),
        traceback=text,
        where=place_of(error),
        cause=describe_error(cause, depth + 1) if cause is not None and depth < _CAUSES else None,
    )
