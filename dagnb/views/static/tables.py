"""Tables as HTML: no style sheet, so that a notebook's own look for tables applies."""

from __future__ import annotations

from dagnb.views.models import Align, TableView
from dagnb.views.static.markup import escape
from dagnb.views.static.palette import TONES_ANYWHERE

__all__ = ["TABLE", "cell_style", "muted", "table_html"]

# A table takes the page's ink even where a browser reads the page by old rules, under which tables do not.
TABLE = '<table class="dagnb-table" style="color:inherit">'


def cell_style(align: Align) -> str:
    """The attribute of a cell on this side of its column."""
    return f' style="text-align:{align};padding:2px 12px 2px 0"'


def muted(text: str) -> str:
    """A line of lesser text."""
    return f'<span class="dagnb-muted" style="color:{TONES_ANYWHERE["muted"]}">{escape(text)}</span>'


def table_html(table: TableView) -> str:
    """Write a table as an HTML fragment, its note below.

    >>> from dagnb.views.models import ColumnView
    >>> table_html(TableView(columns=(ColumnView(name="rows", align="right"),), rows=(("2",),)))[-62:]
    'lign:right;padding:2px 12px 2px 0">2</td></tr></tbody></table>'
    """
    sides = [cell_style(column.align) for column in table.columns]
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
    return f"{TABLE}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"
