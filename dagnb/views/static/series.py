"""A numeric metadata entry over the materializations of an asset, as a line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import tzinfo

from dagnb.views.format import format_exact, format_moments, format_number
from dagnb.views.models import PointView, SeriesView
from dagnb.views.static.axis import nice_ticks, tick_label
from dagnb.views.static.markup import escape, short, single_line
from dagnb.views.static.metrics import SMALL_SIZE, elide, text_width
from dagnb.views.static.palette import FONT, Palette, Theme, palette_of

__all__ = ["series_svg"]

TOP, BOTTOM, RIGHT = 40.0, 28.0, 20.0
# Above this many points each is a hair's breadth wide: the line alone is drawn, by its extremes at each pixel.
MOST_DOTS = 120
LABEL_GAP = 12.0

Spot = tuple[float, float]


def series_svg(
    series: SeriesView,
    width: float = 560.0,
    height: float = 180.0,
    *,
    now: float | None = None,
    tz: tzinfo | None = None,
    theme: Theme = "auto",
) -> str:
    """Draw a series: evenly spaced from the oldest to the newest, since materializations come in bursts.

    Args:
        series: the points, oldest first. Values that are not finite leave a gap in the line.
        width, height: the picture's size in pixels.
        now: the present, seconds since 1970, for times like `today 14:08`; without it the exact times are written.
        tz: the reader's time zone; None is this machine's.
        theme: as in `graph_svg`.

    >>> empty = SeriesView(label="r2", headline="", points=())
    >>> "No numbers yet" in series_svg(empty)
    True
    """
    colors = palette_of(theme)
    every = series.points
    box = f'width="{short(width)}" height="{short(height)}" viewBox="0 0 {short(width)} {short(height)}"'
    title = single_line(f"{series.label} {series.headline}")
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img"><title>{escape(title)}</title>',
        f'<rect x=".5" y=".5" width="{short(width - 1)}" height="{short(height - 1)}" rx="6" fill="{colors.page}" ',
        f'stroke="{colors.line}"/><g font-family="{FONT}" font-size="{SMALL_SIZE}" fill="{colors.muted}">',
        *_headline(series, width, colors),
    ]
    if any(math.isfinite(point.value) for point in every):
        words = format_moments([one.at for one in every], now, tz)
        pieces += _plot(every, (width, height), words, tz, colors)
    else:
        reason = "No numbers yet: this entry was never a finite number." if every else "No numbers yet."
        pieces.append(f'<text x="16" y="{short(TOP + 24)}" font-size="13">{reason}</text>')
    pieces.append("</g></svg>")
    return "".join(pieces)


def _headline(series: SeriesView, width: float, colors: Palette) -> Iterable[str]:
    label = elide(single_line(series.label), width / 2)
    yield f'<text x="16" y="24" font-size="13" font-weight="600" fill="{colors.ink}">{escape(label)}</text>'
    left = 16 + text_width(label, bold=True) + 8
    rest = elide(single_line(series.headline), width - left - 8, bold=False, cut="end")
    yield f'<text x="{short(left)}" y="24" font-size="13">{escape(rest)}</text>'


def _plot(
    points: Sequence[PointView], size: tuple[float, float], words: Sequence[str], tz: tzinfo | None, colors: Palette
) -> Iterable[str]:
    width, height = size
    values = [point.value for point in points if math.isfinite(point.value)]
    ticks = nice_ticks(min(values), max(values))
    labels = [tick_label(tick, ticks) for tick in ticks]
    left = 16 + max([text_width(label, SMALL_SIZE) for label in labels]) + 8
    bottom = height - BOTTOM
    scale = (bottom - TOP) / (ticks[-1] - ticks[0])
    for tick, label in zip(ticks, labels, strict=True):
        y = bottom - (tick - ticks[0]) * scale
        yield f'<path d="M{short(left)} {short(y)}H{short(width - RIGHT)}" stroke="{colors.line}"/>'
        yield f'<text x="{short(left - 8)}" y="{short(y + 3.5)}" text-anchor="end">{label}</text>'
    step = (width - RIGHT - left - 16) / max(1, len(points) - 1)
    start = left + 8 if len(points) > 1 else (left + width - RIGHT) / 2
    xs = [start + index * step for index in range(len(points))]
    ys = [bottom - (point.value - ticks[0]) * scale for point in points]
    yield f'<path d="{_line(xs, ys)}" fill="none" stroke="{colors.accent}" stroke-width="1.5"/>'
    if len(values) <= MOST_DOTS:
        yield f'<g fill="{colors.accent}">'
        for x, y, point in zip(xs, ys, points, strict=True):
            if math.isfinite(y):
                title = f"{format_number(point.value)}, {format_exact(point.at, tz)}, run {point.run_id[:8]}"
                yield f'<circle cx="{short(x)}" cy="{short(y)}" r="3"><title>{escape(title)}</title></circle>'
        yield "</g>"
    yield from _times(words, xs, size)


def _line(xs: Sequence[float], ys: Sequence[float]) -> str:
    """A path through the points, with a gap where one is not finite; thinned to the extremes of each pixel."""
    commands: list[str] = []
    pen_down = False
    for x, y in _thinned(xs, ys):
        if math.isfinite(y):
            commands.append(f"{'L' if pen_down else 'M'}{short(x)} {short(y)}")
        pen_down = math.isfinite(y)
    return "".join(commands)


def _thinned(xs: Sequence[float], ys: Sequence[float]) -> Iterable[Spot]:
    if len(xs) <= 2 * (xs[-1] - xs[0]) or len(xs) <= MOST_DOTS:
        yield from zip(xs, ys, strict=True)
        return
    columns: dict[int, list[Spot]] = {}
    for x, y in zip(xs, ys, strict=True):
        columns.setdefault(int(x), []).append((x, y))
    for spots in columns.values():
        finite = [spot for spot in spots if math.isfinite(spot[1])]
        if not finite:
            yield spots[0]
            continue
        kept = {finite[0], finite[-1], min(finite, key=_height), max(finite, key=_height)}
        yield from sorted(kept)


def _height(spot: Spot) -> float:
    return spot[1]


def _times(words: Sequence[str], xs: Sequence[float], size: tuple[float, float]) -> Iterable[str]:
    """Times below the first and the last point and, where there is room, some in between."""
    width, height = size
    widths = [text_width(word, SMALL_SIZE) for word in (words[0], words[-1])]
    count = 1
    if len(words) > 1:
        count = min(len(words), max(2, int((xs[-1] - xs[0]) / (3 * max(widths)))))
    chosen = sorted({round(index * (len(words) - 1) / max(1, count - 1)) for index in range(count)})
    free_from = -math.inf
    for index in chosen:
        half = text_width(words[index], SMALL_SIZE) / 2
        middle = min(max(xs[index], half + 8), width - half - 8)
        if middle - half < free_from:
            continue
        free_from = middle + half + LABEL_GAP
        yield f'<text x="{short(middle)}" y="{short(height - 10)}" text-anchor="middle">{escape(words[index])}</text>'
