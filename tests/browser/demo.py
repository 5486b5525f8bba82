"""An invented pipeline and its run: shows the views without the rest of the house. These tests' notebooks import it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from dagnb.errors import DagnbNotFoundError
from dagnb.views.models import (
    ColumnView,
    EdgeState,
    EdgeView,
    ErrorView,
    GraphView,
    MaterializationView,
    MetadataView,
    NodeState,
    NodeView,
    PortView,
    RunFrame,
    RunHeader,
    RunState,
    SolidDetails,
    SolidKind,
    Status,
    TableView,
    ValueView,
)
from dagnb.widgets.graph import GraphDisplay, show_graph
from dagnb.widgets.publisher import Publisher

WIDTH, HEIGHT = 158.0, 46.0
SOLIDS: dict[str, tuple[int, float, SolidKind, str]] = {
    "ingest_costs": (0, 0, "function", "function · frame"),
    "persist_costs": (1, 0, "function", "function · asset"),
    "build_cost_dashboard": (2, 0, "notebook", "notebook · report"),
    "build_model": (2, 1, "notebook", "notebook · model"),
    "train_model": (3, 1, "function", "function · model"),
    "persist_model": (4, 1, "function", "function · asset"),
    "ingest_traffic": (0, 2, "function", "function · frame"),
    "persist_traffic": (1, 2, "cell", "cell · asset"),
    "build_traffic_dashboard": (2, 2, "notebook", "notebook · report"),
}
FEEDS = [
    ("ingest_costs", "persist_costs"),
    ("persist_costs", "build_cost_dashboard"),
    ("persist_costs", "build_model"),
    ("persist_traffic", "build_model"),
    ("build_model", "train_model"),
    ("train_model", "persist_model"),
    ("ingest_traffic", "persist_traffic"),
    ("persist_traffic", "build_traffic_dashboard"),
]


def elided(name: str, length: int = 18) -> str:
    if len(name) <= length:
        return name
    half = (length - 1) // 2
    return f"{name[: length - 1 - half]}…{name[-half:]}"


def node(name: str, x: float, y: float, kind: SolidKind, subtitle: str) -> NodeView:
    return NodeView(
        id=name, name=name, label=elided(name), kind=kind, subtitle=subtitle, x=x, y=y, width=WIDTH, height=HEIGHT
    )


def edge(source: NodeView, target: NodeView) -> EdgeView:
    x0, y0, x1, y1 = source.x + WIDTH, source.y + HEIGHT / 2, target.x, target.y + HEIGHT / 2
    middle = (x0 + x1) / 2
    return EdgeView(
        id=f"{source.id}.result>{target.id}.{source.id}",
        source=source.id,
        output="result",
        target=target.id,
        input=source.id,
        path=f"M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}",
        label_x=middle,
        label_y=(y0 + y1) / 2,
    )


def graph(prefix: str = "") -> GraphView:
    nodes = {
        name: node(prefix + name, column * (WIDTH + 44), row * 80, kind, subtitle)
        for name, (column, row, kind, subtitle) in SOLIDS.items()
    }
    return GraphView(
        name=prefix + "longitudinal",
        description="Costs and traffic, joined and modelled.",
        direction="lr",
        width=5 * WIDTH + 4 * 44,
        height=2 * 80 + HEIGHT,
        nodes=tuple(nodes.values()),
        edges=tuple(edge(nodes[source], nodes[target]) for source, target in FEEDS),
    )


def large_graph(size: int, height: int = 25) -> GraphView:
    nodes = [
        node(f"solid_{at}", at // height * (WIDTH + 44), at % height * 70, "function", "function · frame")
        for at in range(size)
    ]
    edges = [
        edge(nodes[at], nodes[at + height + step]) for at in range(size) for step in (0, 1) if at + height + step < size
    ]
    width = (size // height + 1) * (WIDTH + 44)
    return GraphView(
        name="large",
        description="",
        direction="lr",
        width=width,
        height=height * 70,
        nodes=tuple(nodes),
        edges=tuple(edges),
    )


FILLS = {"success": "#1f8a4c", "failure": "#c4321c", "running": "#b26a00"}


def svg_of(view: GraphView, states: dict[str, NodeState], marker: str) -> str:
    cards = "".join(
        f'<g transform="translate({n.x + 10} {n.y + 10})"><rect width="{n.width}" height="{n.height}" rx="5" '
        f'fill="#fafbfc" stroke="#e3e6ea"/><rect width="5" height="{n.height}" fill="'
        f'{FILLS.get(states[n.id].status if n.id in states else "", "#8a94a1")}"/>'
        f'<text x="14" y="27" font-family="sans-serif" font-size="13">{n.label}</text></g>'
        for n in view.nodes
    )
    return (
        f'<svg id="{marker}" xmlns="http://www.w3.org/2000/svg" width="{view.width + 20}" height="{view.height + 20}">'
        f"<title>graph of {view.name}</title>{cards}</svg>"
    )


def preview() -> TableView:
    return TableView(
        columns=(
            ColumnView(name="origin"),
            ColumnView(name="dep_delay", align="right"),
            ColumnView(name="distance", align="right"),
        ),
        rows=(("EWR", "2", "1,400"), ("LGA", "4", "1,416"), ("JFK", "null", "1,089"), ("JFK", "-1", "1,576")),
        note="4 of 336,776 rows",
    )


def details(name: str, status: Status | None, note: str = "", *, now: str = "") -> SolidDetails:
    has_run = status in {"success", "failure", "running"}
    kind, subtitle = next(
        ((kind, text) for solid, (_, _, kind, text) in SOLIDS.items() if name.endswith(solid)), ("function", "function")
    )
    frame = ValueView(name="costs", type="DataFrame", summary="336,776 × 19", source="persist_costs", table=preview())
    lost = ValueView(
        name="traffic",
        type="DataFrame",
        summary="20,412 × 8 ▼22%",
        tone="failure",
        source="persist_traffic",
        table=preview(),
    )
    return SolidDetails(
        id=name,
        name=name,
        kind=kind,
        subtitle=f"{subtitle} · models/{name}.ipynb" if kind == "notebook" else subtitle,
        description="Joins costs with traffic and fits the delay of each carrier.",
        status=status,
        note=note,
        inputs=(PortView(name="costs", type="DataFrame"), PortView(name="traffic", type="DataFrame", note="optional")),
        outputs=(PortView(name="result", type="DataFrame", description="a row for each carrier"),),
        input_values=(replace(frame), lost) if has_run else (),
        output_values=(replace(frame, name="result", summary="16 × 9"),) if status == "success" else (),
        schema="folds: Int  from 2 to 20\ntarget: String = dep_delay",
        config="folds: 5\ntarget: dep_delay",
        source=f"def {name}(costs, traffic):\n    return costs.merge(traffic)",
        now=now,
        materializations=(
            MaterializationView(
                asset="models.features",
                at=time.time() - 60,
                description="",
                entries=(
                    MetadataView(label="rows", kind="int", text="310,204"),
                    MetadataView(
                        label="report", kind="url", text="http://example.org/report", href="http://example.org/report"
                    ),
                    MetadataView(label="odd", kind="text", text="<img src=x onerror=alert(1)>"),
                ),
            ),
        )
        if has_run
        else (),
        materialization_table=TableView(
            columns=(
                ColumnView(name="asset"),
                ColumnView(name="rows", align="right"),
                ColumnView(name="r2", align="right"),
            ),
            rows=(("models.features", "310,204", ""), ("models.delay", "", "0.41")),
        )
        if has_run
        else None,
        error=ErrorView(
            title="KeyError: 'hour'",
            message="nearest column: 'hours'",
            where="cell 3 of models/build_traffic_dashboard.ipynb",
            traceback="Traceback (most recent call last):\n  File <cell 3>\n    traffic['hour']\nKeyError: 'hour'",
        )
        if status == "failure"
        else None,
        log=("14:08:19.940  input traffic: type check passed", "14:08:20.497  success") if has_run else (),
    )


class FakeRun:
    """A run of the invented pipeline: a state for each step, as a handler and a publisher read it from a store."""

    def __init__(self, view: GraphView, *, fails: str | None = None) -> None:
        self.view = view
        self.fails = fails
        self.lock = threading.Lock()
        self.states = {n.id: NodeState(id=n.id, status="waiting") for n in view.nodes}
        self.edges: dict[str, EdgeState] = {}
        self.history: list[NodeState | EdgeState | SolidDetails] = list(self.states.values())
        self.run = RunHeader(
            run_id="7c1e0000", short_id="7c1e", pipeline=view.name, state="started", started=time.time(), ended=None,
            done=0, total=len(view.nodes), failed=0, remaining=6.0, summary="",
        )  # fmt: skip
        self.canceled = threading.Event()
        self.asked: list[dict[str, Any]] = []

    def handle(self, request: dict[str, Any], /) -> Any:
        self.asked.append({**request, "thread": threading.current_thread().name})
        if request["method"] == "cancel":
            self.canceled.set()
            return True
        if request["method"] == "solid" and request["solid"] in self.states:
            state = self.states[request["solid"]]
            note = state.note or (f"cell {state.done} of {state.total}" if state.total else "")
            now = "model.fit(X_train, y_train)" if state.status == "running" else ""
            return details(state.id, state.status if request["run_id"] else None, note, now=now)
        if request["method"] == "layout":
            return replace(self.view, direction=request["direction"])
        raise DagnbNotFoundError("solid", str(request.get("solid")), list(self.states))

    def change(self, state: NodeState, *edges: EdgeState) -> None:
        with self.lock:
            self.states[state.id] = state
            self.edges.update((item.id, item) for item in edges)
            self.history += [state, *edges]
            if state.status in {"success", "failure"}:
                self.history.append(details(state.id, state.status, state.note))
            ended = [item for item in self.states.values() if item.status in {"success", "failure", "skipped"}]
            failed = sum(item.status == "failure" for item in ended)
            self.run = replace(self.run, done=len(ended), failed=failed)

    def next_frame(self, after: int) -> RunFrame | None:
        with self.lock:
            news, seq = self.history[after:], len(self.history)
            if not news and after:
                return None
            return RunFrame(
                seq=seq,
                run=self.run,
                nodes=tuple(item for item in news if isinstance(item, NodeState)),
                edges=tuple(item for item in news if isinstance(item, EdgeState)),
                details=tuple(item for item in news if isinstance(item, SolidDetails)),
            )

    def step(self, name: str, seconds: float, cells: int = 0) -> None:
        started = time.time()
        for done in range(max(1, cells)):
            self.change(
                NodeState(id=name, status="running", started=started, done=done if cells else None, total=cells or None)
            )
            time.sleep(seconds / max(1, cells))
        ended = time.time()
        if name == self.fails:
            self.change(NodeState(id=name, status="failure", note="cell 3", started=started, ended=ended))
            return
        out = [
            EdgeState(id=item.id, label="337k" if item.target.endswith("build_model") else "", title="336,776 rows")
            if not item.source.endswith("persist_traffic")
            else EdgeState(id=item.id, label="20k ▼22%", title="20,412 rows, 22% fewer than before", tone="failure")
            for item in self.view.edges
            if item.source == name and item.target.endswith("build_model")
        ]
        self.change(
            NodeState(id=name, status="success", note=f"{ended - started:.1f} s", started=started, ended=ended), *out
        )

    def end(self) -> None:
        with self.lock:
            state: RunState = "canceled" if self.canceled.is_set() else "failure" if self.run.failed else "success"
            self.run = replace(self.run, state=state, ended=time.time(), remaining=None)
            self.history.append(next(iter(self.states.values())))


def text_of(run: FakeRun) -> str:
    return "\n".join(f"{state.id}: {state.status}" for state in run.states.values())


def execute(run: FakeRun, seconds: float) -> GraphDisplay:
    """Show the graph, and run for about `seconds`."""
    shown = show_graph(
        run.view, handler=run.handle, svg=lambda marker: svg_of(run.view, run.states, marker), text=lambda: text_of(run)
    )
    with Publisher(run.next_frame, shown.publish, shown.snapshot):
        for item in run.view.nodes:
            if run.canceled.is_set():
                break
            run.step(item.id, seconds / len(run.view.nodes), cells=12 if item.id.endswith("build_model") else 0)
        run.end()
    shown.finish()
    return shown


def empty_graph() -> GraphView:
    return replace(graph(), nodes=(), edges=(), width=0, height=0)


def show_still(view: GraphView) -> tuple[GraphDisplay, GraphView]:
    run = FakeRun(view)
    shown = show_graph(view, handler=run.handle, svg=lambda marker: svg_of(view, {}, marker), text=lambda: view.name)
    return shown, view


def change_many(shown: GraphDisplay, view: GraphView, size: int) -> None:
    run = FakeRun(view).run
    states = tuple(NodeState(id=item.id, status="success", note="1.2 s") for item in view.nodes[:size])
    shown.publish(RunFrame(seq=1, run=run, nodes=states))
