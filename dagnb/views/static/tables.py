"""Tables as HTML: no style sheet, so that a notebook's own look for tables applies."""

from __future__ import annotations

from dagnb.views.models import TableView
from dagnb.views.static.markup import escape
from dagnb.views.static.palette import TONES_ANYWHERE

__all__ = ["muted", "table_html"]


def muted(text: str) -> str:
    """A line of lesser text."""
    return f'<span class="dagnb-muted" style="color:{TONES_ANYWHERE["muted"]}">{escape(text)}</span>'


def table_html(table: TableView) -> str:
    """Write a table as an HTML fragment, its note below.

    >>> from dagnb.views.models import ColumnView
    >>> table_html(TableView(columns=(ColumnView(name="rows", align="right"),), rows=(("2",),)))[-60:]
    '<tr><td style="text-align:right">2</td></tr></tbody></table>'
    """
    sides = [f' style="text-align:{column.align}"' for column in table.columns]
    head = "".join([f"<th{side}>{escape(column.name)}</th>" for column, side in zip(table.columns, sides, strict=True)])
    body = "".join(
        [
            "<tr>"
            + "".join([f"<td{side}>{escape(cell)}</td>" for cell, side in zip(row, sides, strict=True)])
            + "</tr>"
            for row in table.rows
        ]
    )
    note = f"<p>{muted(table.note)}</p>" if table.note else ""
    return f'<table class="dagnb-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}'
