"""The colours of the static forms: those that the widgets fall back to outside JupyterLab.

A static picture cannot know the page around it: inside `<img>` there is no style sheet and no theme, and no ink reads
well on white and on black alike. So a picture brings its own panel, light unless asked otherwise, and every text
on it has a contrast of 4.5 or more.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from dagnb.views.models import RunState, Status, Tone

__all__ = [
    "DARK",
    "FONT",
    "LIGHT",
    "MONO",
    "RUN_WORDS",
    "STATUS_WORDS",
    "TONES_ANYWHERE",
    "Palette",
    "Theme",
    "palette_of",
    "variables",
]

Theme = Literal["auto", "light", "dark", "page"]

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

STATUS_WORDS: dict[Status, str] = {
    "waiting": "waiting",
    "running": "running",
    "success": "succeeded",
    "failure": "failed",
    "skipped": "skipped",
    "canceled": "cancelled",
}
RUN_WORDS: dict[RunState, str] = {
    "queued": "queued",
    "starting": "starting",
    "started": "running",
    "canceling": "cancelling",
    "canceled": "cancelled",
    "success": "succeeded",
    "failure": "failed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One theme's colours, as `#rrggbb`.

    `page` is what cards and tables are filled with, `panel` what lies behind them, `edge` the curves, `faint_...`
    the fill behind text of that tone.
    """

    page: str
    panel: str
    ink: str
    muted: str
    line: str
    edge: str
    accent: str
    success: str
    running: str
    failure: str
    waiting: str
    faint_success: str
    faint_running: str
    faint_failure: str

    def status(self, status: Status) -> str:
        """The colour of a status bar."""
        return {
            "success": self.success,
            "running": self.running,
            "failure": self.failure,
        }.get(status, self.waiting)

    def status_text(self, status: Status) -> str:
        """The colour of text that tells a status; what has not happened is written in the muted ink."""
        return {
            "success": self.success,
            "running": self.running,
            "failure": self.failure,
        }.get(status, self.muted)

    def run(self, state: RunState) -> str:
        """The colour of text that tells a run's state."""
        return {
            "success": self.success,
            "starting": self.running,
            "started": self.running,
            "canceling": self.running,
            "failure": self.failure,
        }.get(state, self.muted)

    def tone(self, tone: Tone) -> str:
        """The colour of text of a tone."""
        return {
            "plain": self.ink,
            "muted": self.muted,
            "success": self.success,
            "running": self.running,
            "failure": self.failure,
        }[tone]


LIGHT = Palette(
    page="#ffffff",
    panel="#fafbfc",
    ink="#1c2430",
    muted="#65707e",
    line="#e3e6ea",
    edge="#a3acb7",
    accent="#2f6fde",
    success="#1a7a40",
    running="#9a5b00",
    failure="#c4321c",
    waiting="#8a94a1",
    faint_success="#e5f4ec",
    faint_running="#fdf3e1",
    faint_failure="#fdebe8",
)
DARK = Palette(
    page="#12161b",
    panel="#1a1f26",
    ink="#e4e9ef",
    muted="#9aa5b1",
    line="#2c333c",
    edge="#5c6773",
    accent="#6ea3ff",
    success="#4cc27f",
    running="#f0b04a",
    failure="#ff7a66",
    waiting="#7d8893",
    faint_success="#17301f",
    faint_running="#33270f",
    faint_failure="#3a1a15",
)


# Text on a page of which nothing is known: as bright as reads equally well on white and on black, 4.5 on both.
TONES_ANYWHERE: dict[Tone, str] = {
    "muted": "#6e7681",
    "success": "#218650",
    "running": "#ac6404",
    "failure": "#dc361f",
}
_NAMES = tuple(field.name for field in fields(Palette))
_PAGE = Palette(**{name: f"var(--{name.replace('_', '-')})" for name in _NAMES})


def palette_of(theme: Theme) -> Palette:
    """The colours of a theme.

    `auto`, where nothing is known of the page, is the light one. `page` stands for a page of our own, whose style
    sheet sets `variables` for either scheme.
    """
    return {"dark": DARK, "page": _PAGE}.get(theme, LIGHT)


def variables(palette: Palette) -> str:
    """A theme as CSS custom properties, one for each colour.

    >>> variables(LIGHT)[:30]
    '--page:#ffffff;--panel:#fafbfc'
    """
    return ";".join(f"--{name.replace('_', '-')}:{getattr(palette, name)}" for name in _NAMES)
