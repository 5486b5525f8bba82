"""A pipeline's graph in a cell's output, live while a run lasts."""

from __future__ import annotations

import threading
import time

from dagnb.views.models import GraphView, RunFrame
from dagnb.widgets.answers import RequestHandler
from dagnb.widgets.picture import Picture, Svg, Text
from dagnb.widgets.wire import WholeFrame, plain, split

KEPT_EVERY = 2.0
"""Seconds between the states that are kept for a page that is loaded during the run."""


def show_graph(
    graph: GraphView, *, handler: RequestHandler, svg: Svg, text: Text, frame: RunFrame | None = None
) -> GraphDisplay:
    """Show a graph as the output of the cell that runs.

    Args:
        graph: the graph with its positions.
        handler: answers the page's requests.
        svg: draws the graph as it stands; its argument is the id that the ``<svg>`` must have.
        text: says how it stands, a line for each step.
        frame: the state of the run to start from, with all of its nodes.

    In plain Python nothing is shown; in a terminal, VS Code and Colab the text or the picture.
    """
    return GraphDisplay(graph, handler=handler, svg=svg, text=text, frame=frame)


class GraphDisplay:
    """A graph that is shown. `publish`, `snapshot` and `finish` may be called from any thread."""

    def __init__(
        self, graph: GraphView, *, handler: RequestHandler, svg: Svg, text: Text, frame: RunFrame | None = None
    ) -> None:
        self._lock = threading.Lock()
        self._whole = WholeFrame()
        self._kept_at = 0.0
        self._picture = Picture("graph", lambda: plain(graph), handler, svg=svg, text=text)
        if frame is not None:
            self._whole.take(frame)
            self._keep()

    @property
    def is_live(self) -> bool:
        """Whether a page may be showing it live."""
        return self._picture.live is not None

    def publish(self, frame: RunFrame) -> None:
        """Send a frame to the page, in parts when it is large."""
        if not self.is_live:
            return
        with self._lock:
            self._whole.take(frame)
            for part in split(frame):
                self._picture.tell({"type": "frame", "frame": plain(part)})
            if time.monotonic() - self._kept_at > KEPT_EVERY:
                self._keep()

    def turn(self, graph: GraphView) -> None:
        """Have the graph laid out like this from now on: in the picture, and on pages that are loaded later."""
        live = self._picture.live
        if live is not None and live.comm is not None:
            live.view = plain(graph)
        self.snapshot()

    def snapshot(self) -> None:
        """Draw the static picture as the run stands."""
        self._picture.update()

    def finish(self) -> None:
        """Leave the final picture, and the final state for pages that are loaded later."""
        with self._lock:
            self._keep()
        self.snapshot()

    def _keep(self) -> None:
        self._kept_at = time.monotonic()
        live = self._picture.live
        if live is not None and live.comm is not None:
            live.frame = plain(self._whole.frame())
