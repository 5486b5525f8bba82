"""The terminal: one console, quiet tables, status words in their colours."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dagnb.cli.words import clean, single_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dagnb.views.models import Align, TableView

# Where nobody's terminal sets a limit (a file, a pipe), lines are as long as they are.
_UNLIMITED = 10_000

STYLES = {
    "success": "green",
    "running": "yellow",
    "started": "yellow",
    "failure": "red",
    "problem": "red",
    "attention": "yellow",
    "ok": "green",
    "waiting": "dim",
    "queued": "dim",
    "skipped": "dim",
    "canceled": "dim",
}


def make_console(*, stderr: bool = False) -> Console:
    """Return a console for what stands in ``sys.stdout`` now.

    Texts are shown as they are: no markup, no emoji codes, no guessed highlighting. NO_COLOR is heeded.
    """
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    is_terminal = stream.isatty()
    width = None if is_terminal or os.environ.get("COLUMNS") else _UNLIMITED
    return Console(file=stream, markup=False, emoji=False, highlight=False, width=width)


def styled(text: str, style: str = "") -> Text:
    """Return a text in a style; a status is its own style."""
    from rich.text import Text

    return Text(clean(text), style=STYLES.get(style, style))


def say(console: Console, text: str, style: str = "") -> None:
    """Print a text; long lines are left to the terminal, so that they can be copied whole."""
    console.print(styled(text, style), soft_wrap=True)


def make_table(
    columns: Sequence[tuple[str, Align]], rows: Iterable[Sequence[str | Text]], *, wraps: Sequence[str] = ()
) -> Table:
    """Return a table without lines.

    Args:
        columns: names and sides.
        rows: cells; a text is shown on one line.
        wraps: the columns that may take several lines where the terminal is narrow; the others are cut.
    """
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for name, align in columns:
        if name in wraps:
            table.add_column(single_line(name), justify=align, overflow="fold", ratio=None)
        else:
            table.add_column(single_line(name), justify=align, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(single_line(cell)) for cell in row))
    return table


def print_table(console: Console, table: Table) -> None:
    """Print a table; in a file its lines end where their text does."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.file.write(f"{line.rstrip()}\n")


def print_table_view(console: Console, view: TableView) -> None:
    """Print a view's table and what it says below."""
    print_table(console, make_table([(column.name, column.align) for column in view.columns], view.rows))
    if view.note:
        say(console, view.note, "dim")
