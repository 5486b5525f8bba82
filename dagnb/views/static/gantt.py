"""A run as bars over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dagnb.views.format import format_duration, format_offset
from dagnb.views.models import GraphView, NodeState, Status
from dagnb.views.static.axis import time_ticks
from dagnb.views.static.markup import escape, short, single_line
from dagnb.views.static.metrics import SMALL_SIZE, elide, text_width
from dagnb.views.static.palette import FONT, STATUS_WORDS, Palette, Theme, palette_of

__all__ = ["GanttRow", "gantt_rows", "gantt_svg"]

ROW_HEIGHT, BAR_HEIGHT = 20.0, 12.0
TOP, PADDING = 34.0, 16.0
LABEL_SIZE = 12.0
MOST_LABEL = 200.0
# Room right of the axis for the duration of a bar that ends at its end.
RIGHT = 64.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GanttRow:
    """A step's bar: `start` and `end` in seconds since 1970, None for what has not happened."""

    label: str
    status: Status
    start: float | None
    end: float | None


def gantt_rows(graph: GraphView, states: Mapping[str, NodeState]) -> tuple[GanttRow, ...]:
    """The rows of a run in the order in which its steps started; those that have not come last, as in the graph."""
    rows: list[GanttRow] = []
    for node in graph.nodes:
        state = states.get(node.id) or NodeState(id=node.id, status="waiting")
        rows.append(GanttRow(label=node.id, status=state.status, start=state.started, end=state.ended))
    return tuple(sorted(rows, key=lambda row: float("inf") if row.start is None else row.start))


def gantt_svg(
    rows: Sequence[GanttRow], *, width: float = 760.0, now: float | None = None, theme: Theme = "auto"
) -> str:
    """Draw a run's steps as bars on one time axis that begins with the first of them.

    Args:
        rows: one a step, in the order from top to bottom.
        width: the picture's width in pixels; its height follows from the rows.
        now: the present, seconds since 1970, to which the bars of running steps reach; None: the last time known.
        theme: as in `graph_svg`.

    >>> "No steps yet" in gantt_svg(())
    True
    """
    colors = palette_of(theme)
    times = [time for row in rows for time in (row.start, row.end) if time is not None]
    running = any(row.start is not None and row.end is None for row in rows)
    start = min(times, default=0.0)
    end = max([*times, now] if running and now is not None else times, default=0.0)
    height = TOP + ROW_HEIGHT * max(1, len(rows)) + PADDING
    box = f'width="{short(width)}" height="{short(height)}" viewBox="0 0 {short(width)} {short(height)}"'
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">',
        f"<title>{len(rows)} steps over {format_duration(end - start)}</title>",
        f'<rect x=".5" y=".5" width="{short(width - 1)}" height="{short(height - 1)}" rx="6" fill="{colors.page}" ',
        f'stroke="{colors.line}"/><g font-family="{FONT}" font-size="{LABEL_SIZE:.0f}" fill="{colors.ink}">',
    ]
    if times:
        span = _Span(start=start, end=end, now=running and now is not None)
        pieces += _Chart(rows, span, (width, height), colors).draw()
    else:
        pieces.append(f'<text x="16" y="{short(TOP + 6)}" fill="{colors.muted}">No steps yet.</text>')
    pieces.append("</g></svg>")
    return "".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """What the time axis covers; `now` when its end is the present and gets a line."""

    start: float
    end: float
    now: bool

    @property
    def length(self) -> float:
        return self.end - self.start


class _Chart:
    def __init__(self, rows: Sequence[GanttRow], span: _Span, size: tuple[float, float], colors: Palette) -> None:
        width, height = size
        self.rows, self.span, self.colors = rows, span, colors
        self.bottom = height - PADDING + 4
        self.labels = [elide(single_line(row.label), MOST_LABEL, LABEL_SIZE, bold=False) for row in rows]
        self.left = PADDING + max([text_width(label, LABEL_SIZE) for label in self.labels]) + 12
        self.right = width - RIGHT
        # A run within a clock's tick still has bars to look at.
        self.scale = (self.right - self.left) / max(span.length, 1e-3)

    def draw(self) -> Iterable[str]:
        for tick in time_ticks(self.span.length):
            x = short(self.left + tick * self.scale)
            yield f'<path d="M{x} {TOP - 6:.0f}V{short(self.bottom)}" stroke="{self.colors.line}"/>'
            yield f'<text x="{x}" y="20" font-size="{SMALL_SIZE}" text-anchor="middle" fill="{self.colors.muted}">'
            yield f"{format_offset(tick)}</text>"
        for index, (row, label) in enumerate(zip(self.rows, self.labels, strict=True)):
            yield from self._row(row, label, TOP + (index + 0.5) * ROW_HEIGHT)
        if self.span.now:
            x = short(self.left + self.span.length * self.scale)
            yield f'<path d="M{x} {TOP - 8:.0f}V{short(self.bottom)}" stroke="{self.colors.accent}"/>'

    def _row(self, row: GanttRow, label: str, middle: float) -> Iterable[str]:
        words = f"{row.label}: {STATUS_WORDS[row.status]}"
        if row.start is not None and row.end is not None:
            words += f", {format_duration(row.end - row.start)}"
        color = self.colors.muted if row.start is None else self.colors.ink
        yield f'<g><title>{escape(words)}</title><text x="{short(self.left - 12)}" y="{short(middle + 4)}" '
        yield f'text-anchor="end" fill="{color}">{escape(label)}</text>'
        if row.start is None:
            yield f'<path d="M{short(self.left)} {short(middle)}H{short(self.right)}" stroke="{self.colors.line}" '
            yield 'stroke-dasharray="4 3"/>'
        else:
            yield from self._bar(row.status, row.start, row.end, middle)
        yield "</g>"

    def _bar(self, status: Status, start: float, end: float | None, middle: float) -> Iterable[str]:
        colors = self.colors
        x = self.left + (start - self.span.start) * self.scale
        wide = max(2.0, ((self.span.end if end is None else end) - start) * self.scale)
        fill = {"success": colors.faint_success, "running": colors.faint_running, "failure": colors.faint_failure}
        yield f'<rect x="{short(x)}" y="{short(middle - BAR_HEIGHT / 2)}" width="{short(wide)}" '
        yield f'height="{BAR_HEIGHT:.0f}" rx="2" fill="{fill.get(status, colors.panel)}" '
        yield f'stroke="{colors.status(status)}"/>'
        note = STATUS_WORDS[status] if end is None else format_duration(end - start)
        yield f'<text x="{short(x + wide + 6)}" y="{short(middle + 3.5)}" font-size="{SMALL_SIZE}" '
        yield f'fill="{colors.status_text(status)}">{"× " if status == "failure" else ""}{note}</text>'
