"""The messages between a page and Python: one typed contract, the same over a widget's comm and a server's route.

A page sends `{"type": "request", "id": n, "request": {"method": ..., ...}}`; Python answers
`{"type": "answer", "id": n, "result": ...}` or `{"type": "answer", "id": n, "problem": ...}`, and sends
`{"type": "frame", "frame": RunFrame}` and `{"type": "launched", "graph": GraphView}` by itself. Results are the
records of `dagnb.views.models`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from dagnb.views.models import Direction

Fields = Literal["required", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolidRequest:
    """Ask for a panel, in a run or (run_id None) as it is declared. Answered by `SolidDetails`.

    `solid` is the handle of a solid or a composite, or in a run the key of a step (`fit[jfk]`).
    """

    method: ClassVar[str] = "solid"
    solid: str
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutRequest:
    """Ask for the graph in a direction, of a run or (run_id None) as it is declared. Answered by `GraphView`.

    `open` are the handles of the composites to be opened; None opens all of a small pipeline and none of a large one.
    """

    method: ClassVar[str] = "layout"
    direction: Direction
    run_id: str | None = None
    open: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRequest:
    """Ask what changed in a run since event `after`. Answered by `RunFrame`."""

    method: ClassVar[str] = "frame"
    run_id: str
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest:
    """Ask to stop a run. Answered by True when it was told to stop, False when it had ended."""

    method: ClassVar[str] = "cancel"
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """Ask whether a config text is right. Answered by `ConfigCheck`."""

    method: ClassVar[str] = "check"
    text: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """Ask what could stand at the cursor (from 0). Answered by a list of `CompletionView`."""

    method: ClassVar[str] = "complete"
    text: str
    mode: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaffoldRequest:
    """Ask for a config text to start from. Answered by a text."""

    method: ClassVar[str] = "scaffold"
    mode: str
    fields: Fields = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetRequest:
    """Ask for a preset's config text. Answered by a text."""

    method: ClassVar[str] = "preset"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRequest:
    """Ask to run a config text. Answered by `LaunchAnswer`."""

    method: ClassVar[str] = "launch"
    text: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRequest:
    """Ask for an asset's page. Answered by `AssetView`."""

    method: ClassVar[str] = "asset"
    key: str


Request = (
    SolidRequest
    | LayoutRequest
    | FrameRequest
    | CancelRequest
    | CheckRequest
    | CompletionRequest
    | ScaffoldRequest
    | PresetRequest
    | LaunchRequest
    | AssetRequest
)
