"""Find out where the code runs: which of text, static picture and live widget can be shown, and for which cell."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Shows(Enum):
    """What the surroundings can show."""

    NOTHING = "nothing"
    """Plain Python: what is displayed goes nowhere."""
    STATIC = "static"
    """A terminal, VS Code, Colab, or a notebook that is executed with nobody looking."""
    LIVE = "live"
    """JupyterLab, Notebook 7 or Voila over a kernel."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell that runs: `place` stays when it is run again, `execution` does not."""

    place: str
    execution: str


STATIC_HOSTS = ("VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG", "DAGNB_STATIC")


def _shell() -> Any:
    # Without IPython in sys.modules there is no shell, and importing it to see that would cost 0.2 s.
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _parent() -> dict[str, Any]:
    kernel = getattr(_shell(), "kernel", None)
    parent = kernel.get_parent("shell") if kernel is not None else {}
    return parent if isinstance(parent, dict) else {}


def what_shows() -> Shows:
    """Return what can be shown here.

    ``DAGNB_STATIC=1`` in the environment turns live widgets off.
    """
    shell = _shell()
    if shell is None:
        return Shows.NOTHING
    if getattr(shell, "kernel", None) is None or any(os.environ.get(name) for name in STATIC_HOSTS):
        return Shows.STATIC
    return Shows.STATIC if _is_batch(_parent()) else Shows.LIVE


def _is_batch(parent: dict[str, Any]) -> bool:
    """Tell whether nbclient or papermill asked: a page names the cell it runs, and no user."""
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return False
    header, metadata = parent.get("header", {}), parent.get("metadata", {})
    return bool(header.get("username")) and not {"cellId", "cell_id"} & set(metadata)


def current_cell() -> Cell | None:
    """Return the cell that runs, or None outside a kernel."""
    parent = _parent()
    execution = str(parent.get("header", {}).get("msg_id", ""))
    if not execution:
        return None
    return Cell(str(parent.get("metadata", {}).get("cellId", execution)), execution)


def kernel_id() -> str:
    """Return the id by which the Jupyter server knows this kernel, or an empty text."""
    if getattr(_shell(), "kernel", None) is None:
        return ""
    from ipykernel.connect import get_connection_file

    try:
        name = os.path.basename(get_connection_file())  # noqa: PTH119  it may be a bare name
    except RuntimeError:  # a kernel without sockets
        return ""
    return name.removeprefix("kernel-").removesuffix(".json")
