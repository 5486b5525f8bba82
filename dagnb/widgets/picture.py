"""A static picture in a cell's output with a live view over it."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbInstanceError
from dagnb.widgets.answers import RequestHandler
from dagnb.widgets.surroundings import Shows, current_cell, what_shows

if TYPE_CHECKING:
    from dagnb.widgets.base import Bundle, LiveView

Svg = Callable[[str], str]
"""Draws the picture that bears the marker given to it as the id of its ``<svg>``."""
Text = Callable[[], str]


class Picture:
    """What a cell shows: a picture and a text for any reader of the notebook, and a live view where there can be one.

    Args:
        bundle: the bundle that draws the live view.
        view: its first state, as JSON.
        handler: answers the page's requests.
        svg: draws the picture as things stand.
        text: says the same in text, for untrusted notebooks and terminals.
    """

    def __init__(
        self, bundle: Bundle, view: Callable[[], dict[str, Any]], handler: RequestHandler, *, svg: Svg, text: Text
    ) -> None:
        self.svg, self.text = svg, text
        self.live: LiveView | None = None
        self._shows = what_shows()
        self.marker = ""
        if self._shows is Shows.NOTHING:
            return
        # Letters, digits and a hyphen survive every encoding of an image's source.
        self.marker = f"dagnb-{uuid.uuid4().hex}"
        if self._shows is Shows.LIVE:
            self.live = _live_view(bundle, view(), self.marker, handler)
        from IPython.display import display

        display(self._bundle(), raw=True, display_id=self.marker)  # type: ignore[no-untyped-call]  # IPython does not type it

    def _bundle(self) -> dict[str, str]:
        if self._shows is Shows.STATIC and not _has_kernel():
            return {"text/plain": self.text()}
        return {"image/svg+xml": self.svg(self.marker), "text/plain": self.text()}

    def update(self) -> None:
        """Draw the picture anew, in every output that shows it; from any thread."""
        if self._shows is Shows.NOTHING or not _has_kernel():
            return
        from IPython.display import update_display

        update_display(self._bundle(), raw=True, display_id=self.marker)  # type: ignore[no-untyped-call]  # as display

    def tell(self, message: dict[str, Any]) -> None:
        """Send the live view a message, if there is one."""
        if self.live is not None:
            self.live.tell(message)


def _has_kernel() -> bool:
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def _live_view(bundle: Bundle, view: dict[str, Any], marker: str, handler: RequestHandler) -> LiveView | None:
    from dagnb.widgets.base import LiveView, live_views

    try:
        live = LiveView(bundle, view=view, marker=marker, handler=handler)
    except DagnbInstanceError as error:
        warnings.warn(str(error), stacklevel=4)
        return None
    cell = current_cell()
    if cell is not None:
        live_views.add(live, cell)
    return live
