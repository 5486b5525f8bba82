"""The widget behind every view: the page lays it over the static picture that bears its marker.

A cell's output never holds a widget view: it would outrank the picture, and read "model not found" once the kernel is
gone.
This module imports anywidget; it is imported when the first live view is shown.
"""

from __future__ import annotations

import weakref
from functools import cache
from pathlib import Path
from typing import Any, Literal

import anywidget
import traitlets

from dagnb.errors import DagnbInstanceError
from dagnb.widgets.answers import RequestHandler, answer
from dagnb.widgets.surroundings import Cell, kernel_id

Bundle = Literal["graph", "playground", "asset"]
STATIC = Path(__file__).parent / "static"


@cache
def bundle_text(bundle: Bundle) -> str:
    """Read a built bundle.

    Raises:
        DagnbInstanceError: a checkout whose front end was not built.
    """
    path = STATIC / f"{bundle}.js"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DagnbInstanceError(
            "the front end is not built", got=f"no {path}", hint="run `python hatch_build.py` in the checkout"
        ) from error


class LiveView(anywidget.AnyWidget):
    """A view that lives in the page as long as the kernel lives.

    Args:
        bundle: which of the built bundles draws it.
        view: its first state, as JSON.
        marker: the id in its static picture.
        handler: answers the page's requests.
    """

    marker = traitlets.Unicode().tag(sync=True)
    kernel_id = traitlets.Unicode().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    frame = traitlets.Dict(allow_none=True, default_value=None).tag(sync=True)

    def __init__(self, bundle: Bundle, *, view: dict[str, Any], marker: str, handler: RequestHandler) -> None:
        self._esm = bundle_text(bundle)
        super().__init__(view=view, marker=marker, kernel_id=kernel_id())
        self._repair_comm()
        self._handler = handler
        self.on_msg(LiveView._heard)

    def _repair_comm(self) -> None:
        """Let the page's messages come while a cell runs.

        ipykernel 7.4 sends what the page says on a comm to wherever Python last sent on it from: to the main thread,
        which the cell holds. Older and other kernels have no such method.
        """
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda _data, default: default  # noqa: SLF001  there is no public way

    def _heard(self, content: object, _buffers: object) -> None:
        answer(content, self._handler, self.tell)

    def tell(self, message: dict[str, Any]) -> None:
        """Send the page a message; from any thread, and in vain once the view is closed."""
        if self.comm is not None:
            self.send(message)


class LiveViews:
    """The live views of this kernel: closes those whose cell was run again, and the oldest.

    ipywidgets keeps each widget for ever, and each watches the page.

    Args:
        most: how many may live at once.
    """

    def __init__(self, most: int = 24) -> None:
        self._most = most
        self._views: list[tuple[Cell, weakref.ref[LiveView]]] = []

    def add(self, view: LiveView, cell: Cell) -> None:
        """Keep a view that `cell` shows."""
        old = [entry for entry in self._views if entry[0].place == cell.place and entry[0].execution != cell.execution]
        rest = [entry for entry in self._views if entry not in old]
        rest.append((cell, weakref.ref(view)))
        self._views = rest[-self._most :]
        for _, reference in [*old, *rest[: -self._most]]:
            found = reference()
            if found is not None:
                found.close()

    def __len__(self) -> int:
        return len(self._views)


live_views = LiveViews()
