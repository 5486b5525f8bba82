"""Notebook documents: read them, find their cells, save them so that no reader ever sees half of one."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.notebooks.errors import (
    DagnbNotebookMissingError,
    DagnbNotebookUnreadableError,
    DagnbNotebookUnwritableError,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
# In metadata.dagnb of a notebook that was read from an address and stored for a run: the address.
ADDRESS_KEY = "address"
_WITH_IDS = (4, 5)
_OUTPUT_NAMES = frozenset({"output_type", "name", "metadata", "transient"})


def load_document(path: str | os.PathLike[str]) -> NotebookNode:
    """Read a notebook, brought to format 4.

    Raises:
        DagnbNotebookMissingError: there is no such file; names the nearest one beside it.
        DagnbNotebookUnreadableError: it is not a notebook.
    """
    text = os.fspath(path)
    try:
        content = Path(text).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DagnbNotebookMissingError(text) from None
    except IsADirectoryError:
        raise DagnbNotebookUnreadableError(text, "a folder") from None
    except UnicodeDecodeError as error:
        raise DagnbNotebookUnreadableError(text, f"a file that is not UTF-8 text ({error.reason})") from None
    except OSError as error:
        raise DagnbNotebookUnreadableError(text, error.strerror or str(error)) from None
    return parse_document(content, text)


def parse_document(content: str, where: str) -> NotebookNode:
    """Read a notebook from its text, brought to format 4; `where` is what errors call it.

    Raises:
        DagnbNotebookUnreadableError: it is not a notebook.
    """
    import nbformat

    try:
        raw = json.loads(content.removeprefix("\ufeff"))  # which editors of Windows begin a file with
    except ValueError as error:
        raise DagnbNotebookUnreadableError(
            where, f"not JSON: {error}" if content.strip() else "an empty file"
        ) from None
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise DagnbNotebookUnreadableError(where, "JSON without the field nbformat")
    for field in ("nbformat", "nbformat_minor"):
        if not isinstance(raw.get(field, 0), int):
            raise DagnbNotebookUnreadableError(where, f"JSON whose field {field} is no number")
    _name_cells(raw)
    try:
        document: NotebookNode = nbformat.reads(json.dumps(raw), as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # noqa: BLE001  (nbformat raises whatever its readers of old formats meet)
        # What nbformat says of its own is for people; a slip of its code on a shape that it did not expect is not.
        is_slip = isinstance(error, TypeError | AttributeError | LookupError)
        problem = (
            "JSON that is not laid out as a notebook" if is_slip else (str(error) or "no notebook").splitlines()[0]
        )
        raise DagnbNotebookUnreadableError(where, problem) from None
    if not isinstance(document.get("cells"), list):
        raise DagnbNotebookUnreadableError(where, "a notebook without cells")
    return document


def _name_cells(raw: dict[str, Any]) -> None:
    """Give every cell of a 4.5 notebook an id: nbformat warns about each one that has none."""
    if (raw.get("nbformat"), raw.get("nbformat_minor", 0)) < _WITH_IDS or not isinstance(raw.get("cells"), list):
        return
    seen: set[str] = set()
    for number, cell in enumerate(raw["cells"]):
        if not isinstance(cell, dict):
            continue
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = f"cell-{number}"
        seen.add(cell["id"])


def save_document(document: NotebookNode, path: str | os.PathLike[str], *, is_durable: bool = True) -> None:
    """Write a notebook: to a file beside it first, which then takes its place, so that a reader finds old or new.

    Secrets that this process knows are masked in the file. A durable one is there after a loss of power too, for which
    the disk is waited for.

    Raises:
        DagnbNotebookUnwritableError: the folder cannot be written in, or is full.
    """
    import nbformat

    target = Path(path)
    text: str = nbformat.writes(_without_secrets(document), version=4)  # type: ignore[no-untyped-call]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text.encode("utf-8", errors="surrogatepass"), is_durable=is_durable)
    except OSError as error:
        raise DagnbNotebookUnwritableError(str(target), error.strerror or str(error)) from None


def _without_secrets(document: NotebookNode) -> NotebookNode:
    """Return the document with secrets masked in its cells and its parameters; itself when there are none."""
    from dagnb.config.secret import knows_secrets, redact_tree

    if not knows_secrets():
        return document
    import nbformat

    copied: NotebookNode = nbformat.from_dict(dict(document))  # type: ignore[no-untyped-call]
    recorded = copied.metadata.get("papermill")
    if isinstance(recorded, dict) and "parameters" in recorded:
        recorded["parameters"] = nbformat.from_dict(redact_tree(recorded["parameters"]))  # type: ignore[no-untyped-call]
    for cell in copied.cells:
        cell.source = redact_tree(cell.source)
        if cell.cell_type == "code":
            cell.outputs = nbformat.from_dict(redact_tree(cell.outputs, keep=_OUTPUT_NAMES))  # type: ignore[no-untyped-call]
    return copied


def _replace(target: Path, content: bytes, *, is_durable: bool) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            Path(temporary).chmod(target.stat().st_mode & 0o777)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def clear_outputs(document: NotebookNode) -> None:
    """Take away what earlier runs have left in the cells."""
    for cell in document.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
            cell.metadata.pop("execution", None)
    document.metadata.pop("widgets", None)


def runs(cell: NotebookNode) -> bool:
    """Tell whether a kernel would run the cell: it is code, has text, and is not tagged ``skip-execution``."""
    return bool(cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in tags_of(cell))


def tags_of(cell: NotebookNode) -> list[str]:
    """Return the cell's tags."""
    tags = cell.metadata.get("tags", [])
    return list(tags) if isinstance(tags, list) else []


def running_cells(document: NotebookNode) -> Iterator[tuple[int, int, NotebookNode]]:
    """Yield (number, position, cell) of the cells that run; numbers count from 1, as in ``In [n]``."""
    number = 0
    for position, cell in enumerate(document.cells):
        if runs(cell):
            number += 1
            yield number, position, cell


def find_tagged(document: NotebookNode, tag: str) -> int | None:
    """Return the position of the first code cell with this tag, or None."""
    for position, cell in enumerate(document.cells):
        if cell.cell_type == "code" and tag in tags_of(cell):
            return position
    return None


def language_of(document: NotebookNode) -> str:
    """Return the notebook's language in lower case; ``"python"`` when it does not say."""
    metadata = document.metadata
    named = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    return str(named or "python").lower()


def kernel_of(document: NotebookNode) -> str | None:
    """Return the name of the kernelspec that the notebook asks for."""
    name = document.metadata.get("kernelspec", {}).get("name")
    return str(name) if name else None
