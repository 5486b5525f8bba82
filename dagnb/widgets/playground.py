"""The playground in a cell's output: a config editor, and the run launched from it."""

from __future__ import annotations

import threading
from functools import partial

from dagnb.views.models import GraphView, PlaygroundView, RunFrame
from dagnb.widgets.answers import RequestHandler
from dagnb.widgets.picture import Picture, Svg, Text
from dagnb.widgets.text_card import text_card
from dagnb.widgets.wire import plain, split


def show_playground(
    view: PlaygroundView, *, handler: RequestHandler, static_text: str | None = None
) -> PlaygroundDisplay:
    """Show a playground as the output of the cell that runs.

    Args:
        view: its first state.
        handler: answers the page's requests; a launch returns at once, its frames go to
            `PlaygroundDisplay.publish`.
        static_text: what is shown where nothing is live; the config's text by default.
    """
    return PlaygroundDisplay(view, handler=handler, static_text=static_text)


class PlaygroundDisplay:
    """A playground that is shown. Its methods may be called from any thread."""

    def __init__(self, view: PlaygroundView, *, handler: RequestHandler, static_text: str | None = None) -> None:
        self._lock = threading.Lock()
        text = view.text if static_text is None else static_text
        title = f"{view.pipeline} · playground"
        self._picture = Picture(
            "playground",
            lambda: plain(view),
            handler,
            svg=partial(text_card, title=title, text=text),
            text=lambda: f"{title}\n{text}",
        )

    @property
    def is_live(self) -> bool:
        """Whether a page may be showing it live."""
        return self._picture.live is not None

    def launched(self, graph: GraphView, *, svg: Svg, text: Text) -> None:
        """Show a run that begins; the static picture shows it from the next `snapshot` on.

        A run that the page launched it shows by itself, from the answer to its request; this may come before or after.
        """
        self._picture.svg, self._picture.text = svg, text
        self._picture.tell({"type": "launched", "graph": plain(graph)})

    def publish(self, frame: RunFrame) -> None:
        """Send a frame of the launched run to the page, in parts when it is large."""
        if not self.is_live:
            return
        with self._lock:
            for part in split(frame):
                self._picture.tell({"type": "frame", "frame": plain(part)})

    def snapshot(self) -> None:
        """Draw the static picture as the run stands."""
        self._picture.update()

    def finish(self) -> None:
        """Leave the final picture."""
        self.snapshot()
