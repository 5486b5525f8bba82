"""Notebooks at addresses (https, s3, gs, ...): read through papermill's handlers, once, where the solid is defined."""

from __future__ import annotations

import re
import threading
import warnings
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from dagnb.config.secret import redact
from dagnb.notebooks.errors import DagnbNotebookUnreachableError, DagnbUnknownSchemeError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SQUEEZED = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+:)/(?=[^/])")
_INSTALL = re.compile(r"pip install [\w.\[\]-]+")
_SECONDS = 60.0


def as_address(path: str) -> str | None:
    """Return the address that a text is, whole again if a `Path` has squeezed it; None for a path.

    >>> as_address("s3:/bucket/fit.ipynb"), as_address("https://host/fit.ipynb"), as_address("C:/fit.ipynb")
    ('s3://bucket/fit.ipynb', 'https://host/fit.ipynb', None)
    """
    whole = _SQUEEZED.sub(r"\1//", path, count=1) if _SQUEEZED.match(path) else path
    return whole if _ADDRESS.match(whole) else None


def shown_address(address: str) -> str:
    """Return an address as it may be kept and shown: without login, query and fragment, where keys stand.

    >>> shown_address("https://me:hunter22@host:8000/a/fit.ipynb?token=hunter22#top")
    'https://host:8000/a/fit.ipynb'
    """
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def name_of(address: str) -> str:
    """Return a file's name for what is at an address.

    >>> name_of("https://host/a/fit%20model.ipynb"), name_of("https://host/raw/17")
    ('fit model.ipynb', '17.ipynb')
    """
    name = PurePosixPath(unquote(urlsplit(address).path)).name or urlsplit(address).hostname or "notebook"
    name = name.replace("/", "_").replace("\\", "_").replace("\0", "_")
    return name if name.endswith(".ipynb") else f"{name}.ipynb"


def read_address(address: str) -> str:
    """Return the text at an address. Takes what papermill's handler for it takes: credentials, extras.

    Raises:
        DagnbUnknownSchemeError: papermill has no handler for addresses that begin so.
        DagnbNotebookUnreachableError: a package is missing, nobody answers within a minute, or the answer is a refusal.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from papermill.iorw import papermill_io
    handler = papermill_io.get_handler(address)
    if handler is papermill_io.get_handler("local"):
        raise DagnbUnknownSchemeError(shown_address(address))
    answers: list[Any] = []

    def read() -> None:
        try:
            answers.append(handler.read(address))
        except Exception as error:  # noqa: BLE001  (each handler has errors of its own)
            answers.append(error)

    # Not all handlers have a time limit, and one that waits for ever would hold the cell.
    thread = threading.Thread(target=read, name="dagnb-read", daemon=True)
    thread.start()
    thread.join(_SECONDS)
    answer = answers[0] if answers else TimeoutError(f"no answer within {_SECONDS:g} s")
    if isinstance(answer, Exception):
        install = _INSTALL.search(str(answer))
        problem = f"{type(answer).__name__}: {_without_keys(str(answer), address)}"
        raise DagnbNotebookUnreachableError(
            shown_address(address), problem, install=install[0] if install else None
        ) from None
    return answer.decode("utf-8", errors="replace") if isinstance(answer, bytes | bytearray) else str(answer)


def _without_keys(text: str, address: str) -> str:
    parts = urlsplit(address)
    for key in (parts.netloc.rpartition("@")[0], parts.query, parts.fragment):
        if key:
            text = text.replace(key, "…")
    return redact(text)
