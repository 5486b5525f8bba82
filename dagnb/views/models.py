"""View models: what is shown, as plain typed records. The TypeScript types are generated from this module.

Texts are finished: formatted, shortened, in the product's words. Python computes; the browser draws them as text.
Times are seconds since 1970, durations seconds, positions pixels at scale 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["waiting", "running", "success", "failure", "skipped", "canceled"]
RunState = Literal["queued", "starting", "started", "canceling", "canceled", "success", "failure"]
SolidKind = Literal["function", "notebook", "cell", "composite"]
Direction = Literal["lr", "tb"]
Tone = Literal["plain", "muted", "success", "running", "failure"]
Align = Literal["left", "right"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortView:
    """An input or output of a solid. `note` says optional, default, fan-in ... in words."""

    name: str
    type: str
    description: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A solid in the graph: `id` is its handle in the pipeline (`outer.inner`); x, y is its upper left corner.

    `name` is the handle's last part, `label` the name elided in the middle when long; `subtitle` is
    `kind · output type`. `parent` is the handle of the open composite that it lies in, empty when it lies in none. A
    closed composite is a card too. `is_mapped` says that it runs once for each value of a dynamic output.
    """

    id: str
    name: str
    label: str
    kind: SolidKind
    subtitle: str
    x: float
    y: float
    width: float
    height: float
    description: str = ""
    parent: str = ""
    is_mapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A composite: `id` is its handle, `name` the handle's last part, `count` how many solids it is made of.

    Open, it is a box around its own; closed, a card of the same id, with `solids` the handles of all that compute in
    it, at any depth. Where a composite around it (`parent`) is closed it is nowhere, and has no size.
    """

    id: str
    name: str
    label: str
    count: int
    is_open: bool
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    parent: str = ""
    description: str = ""
    solids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeView:
    """A dependency, from `source`'s output to `target`'s input: between solids, or the closed composites around them.

    `path` is SVG path data, `label_x, label_y` the middle of its pill. `id` names the solids, so that it stays the
    same when composites are opened; one edge stands for all that carry the same output to the same card.
    """

    id: str
    source: str
    output: str
    target: str
    input: str
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphView:
    """A pipeline's graph with its positions."""

    name: str
    description: str
    direction: Direction
    width: float
    height: float
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    groups: tuple[GroupView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """How a solid or composite stands in a run.

    `note` is the short text on the card's right (`1.2 s`, `7 / 12`, `cell 3`). `count` is how many steps a mapped
    solid has, None while that is not known and for others; `failed` how many of the steps failed.
    """

    id: str
    status: Status
    note: str = ""
    started: float | None = None
    ended: float | None = None
    done: int | None = None
    total: int | None = None
    stale: str | None = None
    count: int | None = None
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeState:
    """What went along an edge. `label` is the row count (`337k`, `20k ▼22%`), `tone` failure when rows were lost."""

    id: str
    label: str
    title: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """A run in one line. `remaining` is from history, None when there is none. `error` is the run's own, no step's."""

    run_id: str
    short_id: str
    pipeline: str
    state: RunState
    started: float | None
    ended: float | None
    done: int
    total: int
    failed: int
    remaining: float | None = None
    summary: str = ""
    error: ErrorView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnView:
    """A column of a table of texts."""

    name: str
    align: Align = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table of texts; `note` says what was left out (`10 of 336,776 rows`)."""

    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueView:
    """An input or output value: `summary` is its shape (`336,776 × 19`); `text` or `table` is the preview.

    `source` names the outputs that an input came from; `note` says more (`56 MiB`, `not stored`).
    """

    name: str
    type: str
    summary: str = ""
    tone: Tone = "plain"
    source: str = ""
    note: str = ""
    text: str = ""
    table: TableView | None = None
    schema: TableView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataView:
    """A metadata entry as text; `href` only when the scheme is http, https or mailto."""

    label: str
    kind: str
    text: str
    description: str = ""
    href: str | None = None
    table: TableView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializationView:
    """An asset that a step wrote."""

    asset: str
    at: float
    description: str
    entries: tuple[MetadataView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationView:
    """What a step expected of its data."""

    label: str
    success: bool
    description: str
    entries: tuple[MetadataView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorView:
    """An error: what (the exception's own message), where, and the traceback as plain text."""

    title: str
    message: str
    where: str = ""
    traceback: str = ""
    entries: tuple[MetadataView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One of the steps of a mapped solid, or of the solids in a composite: a row that leads to its own panel.

    `id` is what its panel is asked by, `summary` what came out of it (`3,322 × 9`, `0.41`).
    """

    id: str
    label: str
    status: Status | None = None
    note: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolidDetails:
    """What the side panel shows of a solid; outside a run only the declared half is filled in.

    A mapped solid and a composite have `parts`, those that failed first; `parts_note` says what was left out.
    `source` is the function's or cell's text or the notebook's path, `config` its config in this run as YAML,
    `schema` its config schema printed, `now` the source that runs at the moment.
    """

    id: str
    name: str
    kind: SolidKind
    subtitle: str
    description: str = ""
    status: Status | None = None
    note: str = ""
    inputs: tuple[PortView, ...] = ()
    outputs: tuple[PortView, ...] = ()
    input_values: tuple[ValueView, ...] = ()
    output_values: tuple[ValueView, ...] = ()
    schema: str = ""
    config: str = ""
    resources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = ""
    now: str = ""
    materializations: tuple[MaterializationView, ...] = ()
    materialization_table: TableView | None = None
    expectations: tuple[ExpectationView, ...] = ()
    error: ErrorView | None = None
    log: tuple[str, ...] = ()
    notebook: str | None = None
    parts: tuple[PartView, ...] = ()
    parts_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFrame:
    """What changed in a run up to event `seq`: at most 10 a second and 64 kB each.

    Node and edge states are whole, of those that changed; `details` holds the panels of the steps that ended.
    """

    seq: int
    run: RunHeader
    nodes: tuple[NodeState, ...] = ()
    edges: tuple[EdgeState, ...] = ()
    details: tuple[SolidDetails, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticView:
    """A problem in the config text. Lines and columns count from 0; `path` is `solids › load › config › origin`."""

    path: str
    message: str
    severity: Severity
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionView:
    """One line of the completion pop-up: `insert` replaces from `column` of the cursor's line to the cursor."""

    label: str
    insert: str
    column: int
    detail: str = ""
    description: str = ""
    kind: str = "field"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigCheck:
    """The answer to a config text: its problems (none: it can be launched) and what will run."""

    diagnostics: tuple[DiagnosticView, ...]
    plan: TableView | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaygroundView:
    """The playground's first state."""

    pipeline: str
    modes: tuple[str, ...]
    mode: str
    presets: tuple[str, ...]
    text: str
    check: ConfigCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchAnswer:
    """The answer to Launch: the run's graph, or the problems that kept it from starting."""

    run_id: str | None
    graph: GraphView | None
    check: ConfigCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """A value of a numeric metadata entry at a materialization."""

    at: float
    value: float
    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesView:
    """A numeric metadata entry over the materializations, oldest first.

    `headline` tells the newest: `0.41, up 0.02 from the run before`.
    """

    label: str
    headline: str
    points: tuple[PointView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """An asset's page: `history` has when, run, then a column per metadata label, newest first."""

    key: str
    path: tuple[str, ...]
    count: int
    description: str
    last_at: float | None
    history: TableView
    series: tuple[SeriesView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request was not answered, in the words of the error."""

    message: str
    hint: str = ""
