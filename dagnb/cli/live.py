"""A run while it runs: a picture that is drawn anew on a terminal, a line a solid elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from dagnb.cli.console import STYLES, make_table, say, styled
from dagnb.cli.words import single_line

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from dagnb.views.models import Align, NodeState, RunFrame
    from dagnb.views.run import RunView

Shown = Literal["live", "lines", "nothing"]

_PER_SECOND = 8
_ENDED = ("success", "failure", "skipped", "canceled")
_BAR = 40
_LEAST_LEFT = 0.5  # seconds; less is not worth a word
_LEAST_ROWS = 5
# Lines that the picture needs beside those of the solids: three of the head, two folds, the cursor's.
_OTHER_LINES = 7


def showing(
    view: RunView, console: Console, shown: Shown, *, typical: Mapping[str, float], now: Callable[[], float]
) -> AbstractContextManager[Any]:
    """Show a run in the context that is returned.

    Args:
        view: the run.
        console: where.
        shown: a picture, lines, or nothing.
        typical: seconds that each solid took in earlier runs, for the time left.
        now: tells the time, seconds since 1970.
    """
    match shown:
        case "live":
            return _live(view, console, typical, now)
        case "lines":
            return _lines(view, console)
        case _:
            return nullcontext()


@contextmanager
def _live(view: RunView, console: Console, typical: Mapping[str, float], now: Callable[[], float]) -> Iterator[None]:
    from rich.live import Live

    picture = Picture(view, typical, now)

    def draw() -> RenderableType:
        return picture.draw(console.height)

    with Live(console=console, get_renderable=draw, refresh_per_second=_PER_SECOND, transient=True):
        yield


class Picture:
    """The run as it stands: what it is, how far, and a line a solid.

    Args:
        view: the run.
        typical: seconds that each solid took in earlier runs.
        now: tells the time, seconds since 1970.
    """

    def __init__(self, view: RunView, typical: Mapping[str, float], now: Callable[[], float]) -> None:
        self._view = view
        self._typical = typical
        self._now = now

    def draw(self, height: int) -> RenderableType:
        """Return what is shown in a terminal of `height` lines; of many solids those around the running one."""
        from rich.console import Group

        states = list(self._view.states().values())
        first, last = _window(states, max(_LEAST_ROWS, height - _OTHER_LINES))
        now = self._now()
        rows = [self._row(state, now) for state in states[first:last]]
        columns: list[tuple[str, Align]] = [("", "left"), ("", "left"), ("", "right"), ("", "right"), ("", "left")]
        table = make_table(columns, rows)
        table.show_header = False
        above = [styled(f"  … {first} before", "dim")] if first else []
        below = [styled(f"  … {len(states) - last} after", "dim")] if last < len(states) else []
        return Group(self._head(now), *above, table, *below)

    def _head(self, now: float) -> RenderableType:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        from dagnb.views.format import summarize_run

        header = self._view.header()
        if header.remaining is not None and header.remaining < _LEAST_LEFT:
            header = replace(header, remaining=None)
        style = STYLES["failure" if header.failed else "running"]
        bar = ProgressBar(
            total=max(header.total, 1), completed=header.done, width=_BAR, complete_style=style, finished_style=style
        )
        sentence = styled(single_line(summarize_run(header, now)), "bold")
        sentence.no_wrap, sentence.overflow = True, "ellipsis"
        line = Table.grid()
        line.add_row(bar)
        return Group(sentence, line)

    def _row(self, state: NodeState, now: float) -> list[str | Text]:
        from dagnb.views.static.palette import STATUS_WORDS
        from dagnb.views.static.text import MARKS

        status = styled(f"{MARKS[state.status]} {STATUS_WORDS[state.status]}", state.status)
        name = styled(single_line(state.id), "bold" if state.status == "running" else "")
        return [status, name, *self._numbers(state, now)]

    def _numbers(self, state: NodeState, now: float) -> tuple[str, str, str]:
        """Return how far, how long, and what is left or what is to be said."""
        from dagnb.views.format import format_duration

        if state.status != "running" or state.started is None:
            is_time = state.status == "success"
            return ("", state.note, "") if is_time else ("", "", state.note if state.note != state.status else "")
        spent = now - state.started
        left = self._left(state, spent)
        return state.note, format_duration(spent), f"about {format_duration(left)} left" if left is not None else ""

    def _left(self, state: NodeState, spent: float) -> float | None:
        typical = self._typical.get(state.id)
        if typical is not None:
            return typical - spent if typical - spent > _LEAST_LEFT else None
        if state.done and state.total:
            return spent / state.done * (state.total - state.done)
        return None


def _window(states: list[NodeState], rows: int) -> tuple[int, int]:
    """Return which solids fit: those around the first that has not ended."""
    if len(states) <= rows:
        return 0, len(states)
    at = next((index for index, state in enumerate(states) if state.status not in _ENDED), len(states))
    first = min(max(0, at - rows // 2), len(states) - rows)
    return first, first + rows


@contextmanager
def _lines(view: RunView, console: Console) -> Iterator[None]:
    from dagnb.widgets.publisher import Publisher

    header = view.header()
    say(
        console,
        f"run {header.short_id} of {header.pipeline}, {header.total} {'solid' if header.total == 1 else 'solids'}",
    )
    lines = _Lines(view, console)
    with Publisher(view.frame, lines.take):
        yield


class _Lines:
    """Write a line for each solid when it ends."""

    def __init__(self, view: RunView, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()
        self._width = min(max((len(name) for name in view.states()), default=0), 40)

    def take(self, frame: RunFrame) -> None:
        """Take what changed."""
        for state in sorted(frame.nodes, key=lambda each: each.ended or 0.0):
            if state.status in _ENDED and state.id not in self._told:
                self._told.add(state.id)
                say(self._console, self._line(state))

    def _line(self, state: NodeState) -> str:
        from dagnb.views.static.palette import STATUS_WORDS
        from dagnb.views.static.text import MARKS

        word = STATUS_WORDS[state.status]
        note = "" if state.note in (word, state.status) else state.note
        return f"  {MARKS[state.status]} {word:<9}  {single_line(state.id):<{self._width}}  {note}".rstrip()
