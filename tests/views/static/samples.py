"""Views to draw: a run half way through with every status, and one that is out to break the page."""

from __future__ import annotations

from dagnb.views.models import (
    AssetView,
    ColumnView,
    EdgeState,
    ErrorView,
    ExpectationView,
    MaterializationView,
    MetadataView,
    NodeState,
    PointView,
    PortView,
    RunHeader,
    SeriesView,
    SolidDetails,
    TableView,
    ValueView,
)
from tests.views.graphs import graph_view

NOW = 1_773_000_000.0
NAMES = [
    "ingest_costs", "persist_costs", "build_cost_dashboard", "ingest_traffic", "persist_traffic",
    "build_traffic_dashboard", "build_model", "train_model", "persist_model",
]  # fmt: skip
PAIRS = [(0, 1), (1, 2), (3, 4), (4, 5), (1, 6), (4, 6), (6, 7), (7, 8)]
GRAPH = graph_view(NAMES, PAIRS, name="longitudinal")
STATES = {
    state.id: state
    for state in (
        NodeState(id="ingest_costs", status="success", note="1.2 s", started=NOW, ended=NOW + 1.2),
        NodeState(id="persist_costs", status="success", note="340 ms", stale="its code changed", started=NOW + 1.2,
                  ended=NOW + 1.54),
        NodeState(id="build_cost_dashboard", status="canceled"),
        NodeState(id="ingest_traffic", status="success", note="0.9 s", started=NOW, ended=NOW + 0.9),
        NodeState(id="persist_traffic", status="success", note="0.5 s", started=NOW + 1, ended=NOW + 1.5),
        NodeState(id="build_traffic_dashboard", status="failure", note="cell 3", started=NOW + 1.5, ended=NOW + 2.3),
        NodeState(id="build_model", status="running", note="7 / 12", done=7, total=12, started=NOW + 1.6),
        NodeState(id="persist_model", status="skipped"),
    )
}  # fmt: skip
EDGE_STATES = {
    GRAPH.edges[0].id: EdgeState(id=GRAPH.edges[0].id, label="337k", title="336,776 rows"),
    GRAPH.edges[5].id: EdgeState(id=GRAPH.edges[5].id, label="20k ▼22%", tone="failure"),
}
RUN = RunHeader(
    run_id="7c1e0a", short_id="7c1e", pipeline="longitudinal", state="started", started=NOW, ended=None,
    done=6, total=9, failed=1, remaining=6.0,
)  # fmt: skip

# Each would run, load or break something where it is written as markup.
ATTACKS = (
    "<script>document.title='broken'</script>",
    "\"><img src=x onerror=\"document.title='broken'\">",
    "'><svg onload=document.title='broken'>",
    "</title></svg><iframe src='https://example.org'>",
    "<!--", "-->", "]]>", "<![CDATA[", "&lt;&amp;&#60;", "javascript:document.title='broken'",
    "</style></pre></code><b>", "\x00\x1b[31m\ud800\ufffe", "a\u202egnp.exe", "{{7*7}}", "</details></div></section>",
)  # fmt: skip


def hostile(index: int) -> str:
    return ATTACKS[index % len(ATTACKS)] + str(index)


def hostile_details(solid: str, name: str) -> SolidDetails:
    """A panel with an attack in every text."""
    texts = iter([hostile(index) for index in range(100)])

    def entry() -> MetadataView:
        return MetadataView(
            label=next(texts), kind="url", text=next(texts), description=next(texts), href="javascript:alert(1)",
            table=None,
        )  # fmt: skip

    table = TableView(columns=(ColumnView(name=next(texts)),), rows=((next(texts),),), note=next(texts))
    return SolidDetails(
        id=solid, name=name, kind="function", subtitle=next(texts), description=next(texts), status="failure",
        note=next(texts), inputs=(PortView(name=next(texts), type=next(texts), description=next(texts)),),
        output_values=(
            ValueView(name=next(texts), type=next(texts), summary=next(texts), source=next(texts), text=next(texts),
                      table=table, schema=table),
        ),
        schema=next(texts), config=next(texts), resources=(next(texts),), tags=(next(texts),), source=next(texts),
        now=next(texts), log=(next(texts),), notebook=next(texts), materialization_table=table,
        materializations=(
            MaterializationView(asset=next(texts), at=NOW, description=next(texts), entries=(entry(),)),
        ),
        expectations=(
            ExpectationView(label=next(texts), success=False, description=next(texts), entries=(entry(),)),
        ),
        error=ErrorView(title=next(texts), message=next(texts), where=next(texts), traceback=next(texts),
                        entries=(entry(),)),
    )  # fmt: skip


SERIES = SeriesView(
    label="r2",
    headline="0.41, up 0.02 from the run before",
    points=tuple(
        PointView(at=NOW - (11 - index) * 40_000, value=0.3 + index % 5 / 50, run_id=f"run{index}")
        for index in range(12)
    ),
)
ASSET = AssetView(
    key="models.delay", path=("models", "delay"), count=12, description="How late planes are.", last_at=NOW - 3600,
    history=TableView(
        columns=(ColumnView(name="when"), ColumnView(name="r2", align="right")), rows=(("today", "0.41"),),
    ),
    series=(SERIES,),
)  # fmt: skip
