"""An asset's page as an HTML fragment: a line for each numeric entry, then the history."""

from __future__ import annotations

from datetime import tzinfo

from dagnb.views.format import format_when, plural
from dagnb.views.models import AssetView
from dagnb.views.static.markup import escape
from dagnb.views.static.palette import Theme
from dagnb.views.static.series import series_svg
from dagnb.views.static.tables import muted, table_html

__all__ = ["asset_html"]


def asset_html(asset: AssetView, *, now: float | None = None, tz: tzinfo | None = None, theme: Theme = "auto") -> str:
    """Write an asset's page.

    Args:
        asset: the asset with its history.
        now: the present, seconds since 1970, for times like `today 14:08`; without it exact times are written.
        tz: the reader's time zone; None is this machine's.
        theme: as in `graph_svg`.

    >>> from dagnb.views.models import TableView
    >>> none = AssetView(key="flights.raw", path=("flights", "raw"), count=0, description="", last_at=None,
    ...                  history=TableView(columns=(), rows=()), series=())
    >>> "not materialized yet" in asset_html(none)
    True
    """
    path = " › ".join(asset.path) or asset.key
    title = f"<p><strong>{escape(path)}</strong> {muted(plural(asset.count, 'materialization'))}"
    if asset.last_at is not None and now is not None:
        title += f" {muted('last ' + format_when(asset.last_at, now, tz))}"
    parts = [title + "</p>"]
    if asset.description:
        parts.append(f'<p style="white-space:pre-wrap">{escape(asset.description)}</p>')
    if not asset.count:
        code = f'yield AssetMaterialization("{asset.key}")'
        parts.append(f"<p>It was not materialized yet: <code>{escape(code)}</code> in a solid does it.</p>")
    parts += [
        f'<div style="margin:8px 0">{series_svg(series, now=now, tz=tz, theme=theme)}</div>' for series in asset.series
    ]
    if asset.history.rows:
        parts.append(table_html(asset.history))
    return f'<div class="dagnb-asset">{"".join(parts)}</div>'
