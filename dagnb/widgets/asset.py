"""An asset's page in a cell's output."""

from __future__ import annotations

from dagnb.views.models import AssetView
from dagnb.widgets.answers import RequestHandler
from dagnb.widgets.picture import Picture, Svg, Text
from dagnb.widgets.wire import plain


def show_asset(view: AssetView, *, handler: RequestHandler, svg: Svg, text: Text) -> None:
    """Show an asset's page as the output of the cell that runs.

    Args:
        view: the page.
        handler: answers the page's requests.
        svg: draws its history; its argument is the id that the ``<svg>`` must have.
        text: says the same in text.
    """
    Picture("asset", lambda: plain(view), handler, svg=svg, text=text)
