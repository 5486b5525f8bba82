"""The error of a run itself, one that no solid raised, below the header of its picture."""

from __future__ import annotations

from collections.abc import Iterable

from dagnb.views.models import ErrorView, RunHeader
from dagnb.views.static.markup import escape, short, single_line
from dagnb.views.static.metrics import elide, text_width
from dagnb.views.static.palette import Palette

__all__ = ["error_height", "error_lines", "error_svg"]

SIZE, LINE, MARGIN, PADDING = 12.0, 18.0, 16.0, 8.0
MOST_LINES = 3


def error_lines(error: ErrorView, width: float) -> list[str]:
    """Write the error's class and message in at most three lines of a width, the last one cut when there is more.

    >>> error_lines(ErrorView(title="ConnectionRefusedError", message="the warehouse is closed"), 400.0)
    ['× ConnectionRefusedError: the warehouse is closed']
    """
    room = width - 2 * MARGIN
    message = single_line(error.message)
    words = single_line(f"× {error.title}: {message}" if message else f"× {error.title}").split(" ")
    lines: list[str] = []
    while words and len(lines) < MOST_LINES - 1:
        taken = 1
        while taken < len(words) and text_width(" ".join(words[: taken + 1]), SIZE) <= room:
            taken += 1
        lines.append(elide(" ".join(words[:taken]), room, SIZE, bold=False))
        words = words[taken:]
    if words:
        lines.append(elide(" ".join(words), room, SIZE, bold=False, cut="end"))
    return lines


def error_height(run: RunHeader | None, width: float) -> float:
    """How much room the error takes, in pixels; none when the run has none."""
    return len(error_lines(run.error, width)) * LINE + 2 * PADDING if run is not None and run.error else 0.0


def error_svg(run: RunHeader | None, top: float, width: float, colors: Palette) -> Iterable[str]:
    """Draw the error in red on its faint ground, from `top` down; the title holds the whole of it."""
    if run is None or run.error is None:
        return
    height = error_height(run, width)
    whole = "\n".join(part for part in (f"{run.error.title}: {run.error.message}", run.error.where) if part)
    yield f"<g><title>{escape(whole)}</title>"
    yield f'<rect x="1" y="{short(top)}" width="{short(width - 2)}" height="{short(height)}" '
    yield f'fill="{colors.faint_failure}"/>'
    for number, line in enumerate(error_lines(run.error, width)):
        y = top + PADDING + number * LINE + 13
        yield f'<text x="{short(MARGIN)}" y="{short(y)}" font-size="{SIZE:.0f}" fill="{colors.failure}">'
        yield f"{escape(line)}</text>"
    yield "</g>"
