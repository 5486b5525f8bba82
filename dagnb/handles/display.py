"""Show graphs and runs as outputs of cells: static pictures that live widgets lie over."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.views.messages import LayoutRequest
from dagnb.views.models import AssetView, EdgeState, GraphView, NodeState, RunFrame, RunHeader

if TYPE_CHECKING:
    from dagnb.views.run import RunView
    from dagnb.views.service import ViewService
    from dagnb.widgets.graph import GraphDisplay

_FOLLOWED_EVERY = 0.5  # seconds between two looks at whether the run has ended


def in_notebook() -> bool:
    """Tell whether a cell of a notebook is what runs."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


def execution_count() -> int | None:
    """Return the number of the cell that runs, None outside of notebooks."""
    if not in_notebook():
        return None
    from IPython import get_ipython

    count: int | None = getattr(get_ipython(), "execution_count", None)
    return count


Standing = tuple[Mapping[str, NodeState], Mapping[str, EdgeState], RunHeader | None]


def pictures(
    graph: GraphView | Callable[[], GraphView], state: Callable[[], Standing]
) -> tuple[Callable[[str], str], Callable[[], str]]:
    """Return what draws the graph as SVG (given its marker) and as text, as both stand when it is called.

    Args:
        graph: the graph, or what gives it where it may be turned.
        state: gives how it stands: the states of its nodes and edges, and the run.
    """
    current = graph if callable(graph) else lambda: graph

    def svg(marker: str) -> str:
        from dagnb.views.static.svg import graph_svg

        states, edges, header = state()
        return graph_svg(current(), states, edges, run=header, marker=marker)

    def text() -> str:
        from dagnb.views.static.text import graph_text

        states, _, header = state()
        return graph_text(current(), states, header)

    return svg, text


class _Shown:
    """A graph in a cell's output: what turns it, or opens a composite, on the page does so in its picture too.

    Args:
        graph: the graph as it is shown first.
        service: answers the page's requests.
        state: gives how it stands.
    """

    def __init__(self, graph: GraphView, service: ViewService, state: Callable[[], Standing]) -> None:
        self.graph = graph
        self._service = service
        self.svg, self.text = pictures(lambda: self.graph, state)
        self._display: GraphDisplay | None = None

    def __call__(self, request: dict[str, Any], /) -> Any:
        answer = self._service(request)
        if request["method"] == LayoutRequest.method:
            self.graph = answer
            if self._display is not None:
                self._display.turn(answer)
        return answer

    def show(self, frame: RunFrame | None = None) -> GraphDisplay:
        from dagnb.widgets.graph import show_graph

        self._display = show_graph(self.graph, handler=self, svg=self.svg, text=self.text, frame=frame)
        return self._display


def show_definition(graph: GraphView, service: ViewService) -> None:
    """Show a pipeline's graph as the output of the cell."""
    _Shown(graph, service, lambda: ({}, {}, None)).show()


def show_run(view: RunView, service: ViewService) -> GraphDisplay:
    """Show a run's graph as the output of the cell and return the display, to be published to."""
    shown = _Shown(view.graph, service, lambda: (view.states(), view.edge_states(), view.header()))
    return shown.show(view.frame(-1))


def follow_run(display: GraphDisplay, service: ViewService, run_id: str) -> threading.Thread:
    """Keep a display up to date with a run that goes on elsewhere, until it ends; returns the thread that does."""
    from dagnb.widgets.publisher import Publisher

    def follow() -> None:
        with Publisher(lambda after: service.since(run_id, after), display.publish, display.finish):
            while not service.run_view(run_id).is_terminal:
                time.sleep(_FOLLOWED_EVERY)

    thread = threading.Thread(target=follow, name=f"dagnb-publisher-follow-{run_id[:8]}", daemon=True)
    thread.start()
    return thread


def show_asset_page(view: AssetView, service: ViewService) -> None:
    """Show an asset's page as the output of the cell."""
    from dagnb.views.static.asset_picture import asset_svg, asset_text
    from dagnb.widgets.asset import show_asset

    def svg(marker: str) -> str:
        return asset_svg(view, marker=marker, now=time.time())

    show_asset(view, handler=service, svg=svg, text=lambda: asset_text(view))
