"""View models for the tests of the widgets."""

from __future__ import annotations

from dagnb.views.models import GraphView, NodeState, NodeView, RunFrame, RunHeader, SolidDetails, Status

HEADER = RunHeader(
    run_id="7c1e", short_id="7c1e", pipeline="g", state="started", started=1.0, ended=None, done=0, total=2, failed=0
)


def node(name: str) -> NodeView:
    return NodeView(
        id=name, name=name, label=name, kind="function", subtitle="function", x=0.0, y=0.0, width=160.0, height=46.0
    )


GRAPH = GraphView(
    name="g", description="", direction="lr", width=160.0, height=46.0, nodes=(node("a"), node("b")), edges=()
)


def state(name: str, status: Status) -> NodeState:
    return NodeState(id=name, status=status)


def details(name: str, log: str = "") -> SolidDetails:
    return SolidDetails(id=name, name=name, kind="function", subtitle="function", log=(log,))


def frame(seq: int, *nodes: NodeState, details: tuple[SolidDetails, ...] = ()) -> RunFrame:
    return RunFrame(seq=seq, run=HEADER, nodes=nodes, details=details)
