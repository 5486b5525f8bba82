"""An asset's page as a static picture and as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from dagnb.views.format import format_when, plural
from dagnb.views.models import AssetView, TableView
from dagnb.views.static.markup import escape, short, single_line
from dagnb.views.static.metrics import SMALL_SIZE, elide, text_width
from dagnb.views.static.palette import FONT, Palette, Theme, palette_of
from dagnb.views.static.series import series_svg
from dagnb.views.static.text import table_text

__all__ = ["asset_svg", "asset_text"]

WIDTH, HEADER, ROW, GAP = 760.0, 36.0, 24.0, 12.0
SERIES_HEIGHT = 150.0
MOST_SERIES, MOST_ROWS = 4, 10
# Of the table: when and which run come first; a column of texts is at least this wide, and as far from the next.
FIXED_COLUMNS, NARROWEST, MARGIN = 2, 72.0, 12.0
ROUNDING = 0.01  # of widths that are added up
_ROOM = WIDTH - 2 * GAP - 16


def asset_svg(
    asset: AssetView,
    *,
    marker: str | None = None,
    now: float | None = None,
    tz: tzinfo | None = None,
    theme: Theme = "auto",
) -> str:
    """Draw an asset's page: a line for each of the first four numeric entries, then the newest ten materializations.

    Args:
        asset: the page.
        marker: an id for the `<svg>` element, by which the live widget finds its picture.
        now: the present, seconds since 1970, for times like `today 14:08`.
        tz: the reader's time zone; None is this machine's.
        theme: as in `graph_svg`.

    >>> empty = AssetView(key="a", path=("a",), count=0, description="", last_at=None,
    ...                   history=TableView(columns=(), rows=()), series=())
    >>> asset_svg(empty).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    True
    """
    colors = palette_of(theme)
    series = asset.series[:MOST_SERIES]
    table_top = HEADER + GAP + len(series) * (SERIES_HEIGHT + GAP)
    rows = min(len(asset.history.rows), MOST_ROWS)
    height = table_top + (rows + 1) * ROW + GAP
    name = f' id="{escape(marker)}"' if marker else ""
    box = f'width="{short(WIDTH)}" height="{short(height)}" viewBox="0 0 {short(WIDTH)} {short(height)}"'
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg"{name} {box} role="img"><title>{escape(_title(asset))}</title>',
        f'<rect x=".5" y=".5" width="{short(WIDTH - 1)}" height="{short(height - 1)}" rx="6" fill="{colors.panel}" ',
        f'stroke="{colors.line}"/><g font-family="{FONT}" font-size="13" fill="{colors.ink}">',
        *_header(asset, now, tz, colors),
    ]
    for number, each in enumerate(series):
        drawn = series_svg(each, WIDTH - 2 * GAP, SERIES_HEIGHT, now=now, tz=tz, theme=theme)
        top = HEADER + GAP + number * (SERIES_HEIGHT + GAP)
        pieces.append(f'<g transform="translate({short(GAP)} {short(top)})">{drawn}</g>')
    pieces += _table(asset.history, table_top, colors)
    pieces.append("</g></svg>")
    return "".join(pieces)


def asset_text(asset: AssetView) -> str:
    """Write an asset's page as text: a line for each numeric entry, then the table.

    >>> empty = AssetView(key="a.b", path=("a", "b"), count=0, description="", last_at=None,
    ...                   history=TableView(columns=(), rows=()), series=())
    >>> asset_text(empty).splitlines()[0]
    'a › b: 0 materializations'
    """
    lines = [single_line(_title(asset))]
    lines += [f"  {single_line(each.label)}: {single_line(each.headline)}" for each in asset.series]
    if asset.history.rows:
        lines += ["", table_text(asset.history)]
    return "\n".join(lines)


def _title(asset: AssetView) -> str:
    return f"{' › '.join(asset.path)}: {plural(asset.count, 'materialization')}"


def _header(asset: AssetView, now: float | None, tz: tzinfo | None, colors: Palette) -> Iterable[str]:
    label = elide(single_line(" › ".join(asset.path)), WIDTH / 2)
    yield f'<path d="M1 {short(HEADER - 0.5)}H{short(WIDTH - 1)}" stroke="{colors.line}"/>'
    yield f'<text x="16" y="23" font-weight="600">{escape(label)}</text>'
    facts = plural(asset.count, "materialization")
    if asset.last_at is not None and now is not None:
        facts += f", the newest {format_when(asset.last_at, now, tz)}"
    hidden = len(asset.history.columns) - len(_widths(asset.history))
    if hidden:
        facts += f", {plural(hidden, 'column')} not shown"
    left = 16 + text_width(label, bold=True) + 12
    yield f'<text x="{short(left)}" y="23" fill="{colors.muted}" font-size="{SMALL_SIZE}">{escape(facts)}</text>'


def _table(table: TableView, top: float, colors: Palette) -> Iterable[str]:
    widths = _widths(table)
    columns = table.columns[: len(widths)]
    spare = (_ROOM - sum(widths)) / max(1, len(columns))
    for number, row in enumerate(_shown(table)):
        y = top + number * ROW
        left = GAP + 8
        yield f'<path d="M{short(GAP)} {short(y + ROW)}H{short(WIDTH - GAP)}" stroke="{colors.line}"/>'
        for column, cell, wide in zip(columns, row, widths, strict=False):
            text = escape(elide(single_line(cell), wide + ROUNDING, cut="end", bold=False))
            x, anchor = (left + wide, "end") if column.align == "right" else (left, "start")
            fill = colors.muted if number == 0 else colors.ink
            yield f'<text x="{short(x)}" y="{short(y + 16)}" text-anchor="{anchor}" fill="{fill}">{text}</text>'
            left += wide + spare


def _shown(table: TableView) -> list[tuple[str, ...]]:
    return [tuple(column.name for column in table.columns), *table.rows[:MOST_ROWS]]


def _widths(table: TableView) -> list[float]:
    """How wide the columns are, of as many as fit: numbers, times and runs stand whole, texts share what is left."""
    rows = _shown(table)
    wanted: list[float] = []
    least: list[float] = []
    for index, column in enumerate(table.columns):
        cells = [text_width(single_line(row[index])) for row in rows]
        wanted.append(max(cells))
        if column.align == "right":
            least.append(max(cells[1:], default=0.0))
        else:
            least.append(wanted[-1] if index < FIXED_COLUMNS else min(wanted[-1], NARROWEST))
    while len(least) > 1 and sum(least) + MARGIN * (len(least) - 1) > _ROOM:
        del least[-1]
    room = _ROOM - MARGIN * (len(least) - 1)
    names = [max(width, text_width(column.name)) for width, column in zip(least, table.columns, strict=False)]
    return _share(_share(least, names, room), wanted[: len(least)], room)


def _share(least: list[float], wanted: list[float], room: float) -> list[float]:
    """Give each what it wants, or an equal part of what the others leave; never less than its least."""
    widths = list(least)
    left = room - sum(least)
    hungry = sorted(range(len(least)), key=lambda index: wanted[index] - least[index])
    for taken, index in enumerate(hungry):
        given = max(0.0, min(wanted[index] - least[index], left / (len(hungry) - taken)))
        widths[index] += given
        left -= given
    return widths
