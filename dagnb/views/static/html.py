"""The static HTML forms: fragments for a notebook's output, and the report of a run as a file of its own."""

from __future__ import annotations

from dagnb.views.static.asset import asset_html
from dagnb.views.static.details import details_html
from dagnb.views.static.report import report_html
from dagnb.views.static.tables import table_html

__all__ = ["asset_html", "details_html", "report_html", "table_html"]
