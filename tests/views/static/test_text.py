"""Views as plain text."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from dagnb.views.models import ColumnView, GraphView, NodeState, TableView
from dagnb.views.static.text import graph_text, in_topological_order, table_text
from tests.views.graphs import Pairs, acyclic, graph_view
from tests.views.static.samples import ATTACKS, GRAPH, RUN, STATES


def test_a_run_is_a_line_a_solid() -> None:
    shorter = replace(GRAPH, edges=tuple(edge for edge in GRAPH.edges if not edge.target.startswith("build_t")))
    assert graph_text(shorter, STATES, RUN) == (
        "longitudinal is running: 6 of 9 solids, 1 failed\n"
        "  ✓ succeeded  ingest_costs             function · DataFrame  1.2 s          → persist_costs\n"
        "  ✓ succeeded  ingest_traffic           function · DataFrame  0.9 s          → persist_traffic\n"
        "  × failed     build_traffic_dashboard  function · DataFrame  cell 3\n"
        "  ✓ succeeded  persist_costs            function · DataFrame  340 ms, stale"
        "  → build_cost_dashboard, build_model\n"
        "  ✓ succeeded  persist_traffic          function · DataFrame  0.5 s          → build_model\n"
        "  – cancelled  build_cost_dashboard     function · DataFrame\n"
        "  ▸ running    build_model              function · DataFrame  7 / 12         → train_model\n"
        "  · waiting    train_model              function · DataFrame                 → persist_model\n"
        "  – skipped    persist_model            function · DataFrame"
    )


def test_a_graph_outside_a_run_has_no_status() -> None:
    lines = graph_text(GRAPH).splitlines()
    assert lines[0] == "longitudinal: 9 solids"
    assert lines[1] == "  ingest_costs             function · DataFrame  → persist_costs"


def test_no_solids_say_what_to_do_next() -> None:
    empty = GraphView(name="etl", description="", direction="lr", width=0, height=0, nodes=(), edges=())
    assert graph_text(empty) == "etl: 0 solids\n  No solids yet: call a solid in the body of @pipeline."


def test_parallel_edges_and_many_targets_are_told_once_and_in_short() -> None:
    graph = graph_view(["hub", *"abcdef"], [(0, 1), (0, 1), *((0, target) for target in range(2, 7))])
    assert graph_text(graph).splitlines()[1].endswith("→ a, b, c, d and 2 more")


@given(acyclic())
@settings(deadline=None)
def test_each_solid_stands_after_all_that_feed_it(graph: tuple[int, Pairs]) -> None:
    size, pairs = graph
    view = graph_view([f"s{number}" for number in range(size)], pairs)
    ordered = [node.id for node in in_topological_order(view)]
    assert sorted(ordered) == sorted(node.id for node in view.nodes)
    assert all(ordered.index(edge.source) < ordered.index(edge.target) for edge in view.edges)


@given(st.text() | st.sampled_from(ATTACKS))
@settings(deadline=None)
def test_no_text_can_steer_a_terminal_or_add_a_line(text: str) -> None:
    node = replace(GRAPH.nodes[0], name=text, subtitle=text)
    graph = replace(GRAPH, name=text, nodes=(node,), edges=())
    states = {node.id: NodeState(id=node.id, status="failure", note=text)}
    written = graph_text(graph, states, replace(RUN, summary=f"{text} failed"))
    table = TableView(columns=(ColumnView(name=text),), rows=((text,),), note=text)
    for lines, count in ((written, 2), (table_text(table), 4 if text.split() else 3)):
        assert len(lines.splitlines()) <= count
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in lines if char != "\n")
        assert not set(lines) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        lines.encode()


def test_tables_align_numbers_right_and_cut_long_cells() -> None:
    table = TableView(
        columns=(ColumnView(name="名前"), ColumnView(name="rows", align="right")),
        rows=(("x" * 80, "1"), ("表", "1,000")),
        note="2 of 9",
    )
    lines = table_text(table).splitlines()
    assert lines[0] == "名前" + " " * 44 + "   rows"
    assert lines[2] == "x" * 47 + "…" + "      1"
    assert lines[3] == "表" + " " * 46 + "  1,000"
    assert lines[4] == "2 of 9"
    assert table_text(TableView(columns=(), rows=(), note="nothing")) == "nothing"


def test_of_a_large_graph_the_first_solids_are_told_and_those_that_failed() -> None:
    names = [f"s{number}" for number in range(5000)]
    failed = {"s4000": NodeState(id="s4000", status="failure")}
    lines = graph_text(graph_view(names, [(number, number + 1) for number in range(4999)]), failed).splitlines()
    assert len(lines) < 210
    assert any("failed" in line and "s4000" in line for line in lines)
    assert lines[-1].strip() == "… and 4,799 more solids"
