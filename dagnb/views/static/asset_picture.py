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
MOST_SERIES, MOST_ROWS, MOST_COLUMNS = 4, 10, 8
LONGEST_CELL = 160.0


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
    left = 16 + text_width(label, bold=True) + 12
    yield f'<text x="{short(left)}" y="23" fill="{colors.muted}" font-size="{SMALL_SIZE}">{escape(facts)}</text>'


def _table(table: TableView, top: float, colors: Palette) -> Iterable[str]:
    columns = table.columns[:MOST_COLUMNS]
    rows = [[column.name for column in columns], *[row[:MOST_COLUMNS] for row in table.rows[:MOST_ROWS]]]
    if not columns:
        return
    widest = [
        min(LONGEST_CELL, max([text_width(single_line(row[index])) for row in rows])) for index in range(len(columns))
    ]
    spare = max(0.0, WIDTH - 2 * GAP - 16 - sum(widest)) / max(1, len(columns))
    for number, row in enumerate(rows):
        y = top + number * ROW
        left = GAP + 8
        yield f'<path d="M{short(GAP)} {short(y + ROW)}H{short(WIDTH - GAP)}" stroke="{colors.line}"/>'
        for column, cell, wide in zip(columns, row, widest, strict=True):
            text = escape(elide(single_line(cell), wide, cut="end"))
            x, anchor = (left + wide, "end") if column.align == "right" else (left, "start")
            fill = colors.muted if number == 0 else colors.ink
            yield f'<text x="{short(x)}" y="{short(y + 16)}" text-anchor="{anchor}" fill="{fill}">{text}</text>'
            left += wide + spare
