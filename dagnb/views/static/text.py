"""Views as plain text: for a terminal, a log, and notebooks that JupyterLab does not trust and shows only text of."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from dagnb.views.format import plural, summarize_run
from dagnb.views.models import Align, GraphView, NodeState, NodeView, RunHeader, Status, TableView
from dagnb.views.static.graph import EMPTY_GRAPH, count_solids, second_line
from dagnb.views.static.markup import single_line
from dagnb.views.static.palette import STATUS_WORDS

__all__ = ["MARKS", "graph_text", "in_topological_order", "table_text"]

MARKS: dict[Status, str] = {
    "waiting": "·",
    "running": "▸",
    "success": "✓",
    "failure": "×",
    "skipped": "–",
    "canceled": "–",
}
# Names and cells longer than this do not make their whole column wider; names then stick out, cells are cut.
MOST_NAME = 32
MOST_CELL = 48
MOST_TARGETS = 4
# Of a larger graph the first solids are written, and those that failed: text stands in every saved notebook.
MOST_SOLIDS = 200


def graph_text(graph: GraphView, states: Mapping[str, NodeState] | None = None, run: RunHeader | None = None) -> str:
    """Write a graph as a line a solid, in topological order, with how each stands and what it feeds.

    Args:
        graph: the graph.
        states: the solids' states by solid id, none for a graph outside a run.
        run: the run in one line, for the header.

    >>> one = NodeView(id="load", name="load", label="load", kind="function", subtitle="function · DataFrame",
    ...                x=0, y=0, width=150, height=46)
    >>> graph = GraphView(name="etl", description="", direction="lr", width=0, height=0, nodes=(one,), edges=())
    >>> print(graph_text(graph, {"load": NodeState(id="load", status="success", note="1.2 s")}))
    etl: 1 solid
      ✓ succeeded  load  function · DataFrame  1.2 s
    """
    known = states or {}
    header = (run.summary or summarize_run(run)) if run else f"{graph.name}: {plural(count_solids(graph), 'solid')}"
    if not graph.nodes:
        return f"{_clean(header)}\n  {EMPTY_GRAPH}"
    first = [_clean(header)]
    if run and run.error:
        first.append(f"  {_clean(run.error.title)}: {_clean(run.error.message)}")
    in_run = bool(known) or run is not None
    targets: dict[str, dict[str, None]] = {}
    for edge in graph.edges:
        targets.setdefault(edge.source, {})[_clean(edge.target)] = None
    ordered = in_topological_order(graph)
    failed = {node_id for node_id, state in known.items() if state.status == "failure"}
    shown = ordered[:MOST_SOLIDS] + [node for node in ordered[MOST_SOLIDS:] if node.id in failed][:MOST_SOLIDS]
    rows = [_line(node, known.get(node.id), list(targets.get(node.id, ())), in_run=in_run) for node in shown]
    sides: list[Align] = ["left"] * len(rows[0])
    aligned = _aligned(rows, sides, MOST_NAME)
    rest = len(ordered) - len(shown)
    last = [f"  … and {plural(rest, 'more solid')}"] if rest else []
    return "\n".join([*first, *(f"  {row}" for row in aligned), *last])


def _line(node: NodeView, state: NodeState | None, targets: list[str], *, in_run: bool) -> list[str]:
    shown = targets[:MOST_TARGETS]
    arrow = f"→ {', '.join(shown)}" if shown else ""
    if len(targets) > MOST_TARGETS:
        arrow += f" and {len(targets) - MOST_TARGETS} more"
    middle = [_clean(node.id), _clean(second_line(node, state) or node.kind)]
    if not in_run:
        return [*middle, arrow]
    status = state.status if state else "waiting"
    word = STATUS_WORDS[status]
    note = _clean(state.note) if state and state.note != word else ""
    if state and state.stale:
        note = f"{note}, stale" if note else "stale"
    return [f"{MARKS[status]} {word}", *middle, note, arrow]


def in_topological_order(graph: GraphView) -> list[NodeView]:
    """The graph's nodes, each after all that feed it; the rest in the order in which they are given."""
    nodes = {node.id: node for node in graph.nodes}
    waiting = dict.fromkeys(nodes, 0)
    targets: dict[str, list[str]] = {}
    for edge in graph.edges:
        if edge.source in nodes and edge.target in nodes:
            targets.setdefault(edge.source, []).append(edge.target)
            waiting[edge.target] += 1
    ready = [name for name, count in waiting.items() if not count]
    for name in ready:
        for target in targets.get(name, ()):
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return [nodes[name] for name in ready]


def table_text(table: TableView) -> str:
    """Write a table with aligned columns, its note below.

    >>> from dagnb.views.models import ColumnView
    >>> print(table_text(TableView(columns=(ColumnView(name="asset"), ColumnView(name="rows", align="right")),
    ...                            rows=(("flights.raw", "336,776"), ("planes", "3,322")), note="2 of 9 assets")))
    asset           rows
    ───────────  ───────
    flights.raw  336,776
    planes         3,322
    2 of 9 assets
    """
    aligns = tuple(column.align for column in table.columns)
    names = [_cut(_clean(column.name)) for column in table.columns]
    cells = [[_cut(_clean(cell)) for cell in row] for row in table.rows]
    widths = [max([_columns(row[index]) for row in [names, *cells]]) for index in range(len(names))]
    rule = ["─" * width for width in widths]
    lines = _aligned([names, rule, *cells], aligns, MOST_CELL) if names else []
    return "\n".join([*lines, *([_clean(table.note)] if table.note else [])])


def _aligned(rows: Sequence[Sequence[str]], aligns: Sequence[Align], most: int) -> list[str]:
    """Rows of cells as lines; a column is as wide as its widest cell, but no wider than `most`."""
    widths = [min(most, max([_columns(row[index]) for row in rows])) for index in range(len(aligns))]
    lines = []
    for row in rows:
        cells = []
        for cell, align, width in zip(row, aligns, widths, strict=True):
            padding = " " * (width - _columns(cell))
            cells.append(cell + padding if align == "left" else padding + cell)
        lines.append("  ".join([cell for cell, width in zip(cells, widths, strict=True) if width]).rstrip())
    return lines


def _clean(text: str) -> str:
    """One line without the characters that steer a terminal."""
    return "".join(
        ["\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in single_line(text)]
    )


def _cut(text: str) -> str:
    if _columns(text) <= MOST_CELL:
        return text
    while _columns(text) > MOST_CELL - 1:
        text = text[:-1]
    return text + "…"


def _columns(text: str) -> int:
    """How many columns of a terminal text takes: two for a wide character, none for a mark that combines."""
    if text.isascii():
        return len(text)
    return sum(
        [2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text]
    )
