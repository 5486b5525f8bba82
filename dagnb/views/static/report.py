"""A run as one HTML file that stands alone: no script, nothing fetched, light or dark as the reader has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from dagnb.views.format import format_duration, format_exact, summarize_run
from dagnb.views.models import ColumnView, EdgeState, GraphView, NodeState, RunHeader, SolidDetails, TableView
from dagnb.views.static.details import details_html, error_html
from dagnb.views.static.gantt import gantt_rows, gantt_svg
from dagnb.views.static.graph import graph_svg
from dagnb.views.static.markup import escape, single_line
from dagnb.views.static.metrics import elide
from dagnb.views.static.palette import DARK, FONT, LIGHT, MONO, RUN_WORDS, variables
from dagnb.views.static.tables import table_html
from dagnb.views.static.text import MARKS, in_topological_order

__all__ = ["report_html"]

# Metadata in the table of materializations, in pixels of a font as wide as any; whole in the solid's section.
LONGEST_ENTRIES = 760.0
_STYLE = f"""
:root{{color-scheme:light dark;{variables(LIGHT)}}}
@media (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}
*{{box-sizing:border-box}}
body{{margin:0 auto;max-width:1180px;padding:24px 16px 64px;background:var(--page);color:var(--ink);
font:13px/1.5 {FONT}}}
h1{{font-size:18px;margin:0 0 4px}}
h2{{font-size:14px;margin:32px 0 8px}}
p{{margin:4px 0}}
a{{color:var(--accent)}}
.dagnb-muted,.facts{{color:var(--muted)!important}}
.dagnb-success{{color:var(--success)!important}}
.dagnb-running{{color:var(--running)!important}}
.dagnb-failure{{color:var(--failure)!important}}
.facts span{{margin-right:16px;white-space:nowrap}}
.wide{{overflow-x:auto}}
.wide svg{{display:block}}
section{{border:1px solid var(--line);border-radius:6px;padding:8px 16px;margin:8px 0;background:var(--panel);
overflow-x:auto}}
section:target{{border-color:var(--accent)}}
table{{border-collapse:collapse;margin:4px 0;font-variant-numeric:tabular-nums}}
th,td{{padding:3px 12px 3px 0;border-bottom:1px solid var(--line);vertical-align:top}}
th{{color:var(--muted);font-weight:400}}
pre{{margin:4px 0;padding:8px;background:var(--page);border:1px solid var(--line);border-radius:4px;overflow-x:auto;
font:12px/1.45 {MONO}}}
summary{{cursor:pointer;color:var(--muted)}}
"""
# The file asks for nothing and runs nothing, whatever a name or a value in it says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def report_html(
    graph: GraphView,
    run: RunHeader,
    states: Mapping[str, NodeState],
    details: Sequence[SolidDetails],
    *,
    edge_states: Mapping[str, EdgeState] | None = None,
    now: float | None = None,
    tz: tzinfo | None = None,
) -> str:
    """Write a run's report: how it went, what failed, the graph, the time line and a section for each solid.

    Args:
        graph: the run's graph.
        run: the run in one line.
        states: the solids' states by solid id.
        details: the panels of the solids, in any order; those that are left out get no section.
        edge_states: the pills' texts by edge id.
        now: the present, seconds since 1970, for a run that is not over.
        tz: the reader's time zone; None is this machine's.

    Returns:
        A complete HTML document.
    """
    panels = {panel.id: panel for panel in details}
    inside = {group.id: group.solids for group in graph.groups}
    shown = [solid for node in in_topological_order(graph) for solid in inside.get(node.id) or (node.id,)]
    ordered = [panels[solid] for solid in shown if solid in panels]
    # In a run that is over no time is the present, whatever a lost step's last word was.
    chart = gantt_svg(gantt_rows(graph, states), now=now if run.ended is None else None, theme="page")
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(run.pipeline)} · run {escape(run.short_id)}</title><style>{_STYLE}</style></head><body>",
        *_summary(run, now, tz),
        *_failures(run, ordered),
        *_materializations(ordered),
        f'<h2>Graph</h2><div class="wide">{graph_svg(graph, states, edge_states, run, theme="page")}</div>',
        f'<h2>Time line</h2><div class="wide">{chart}</div>',
        *_steps(ordered, now, tz),
        "</body></html>\n",
    ]
    return "".join(parts)


def _summary(run: RunHeader, now: float | None, tz: tzinfo | None) -> Iterable[str]:
    tone = {"success": "success", "failure": "failure", "started": "running"}.get(run.state, "muted")
    yield f"<h1>{escape(run.pipeline)}</h1>"
    yield f'<p class="dagnb-{tone}">{escape(run.summary or summarize_run(run, now))}</p>'
    facts = [f"run {run.run_id}", RUN_WORDS[run.state]]
    if run.started is not None:
        facts.append(f"started {format_exact(run.started, tz)}")
        if run.ended is not None:
            facts.append(f"took {format_duration(run.ended - run.started)}")
    yield f'<p class="facts">{"".join([f"<span>{escape(fact)}</span>" for fact in facts])}</p>'


def _failures(run: RunHeader, panels: Sequence[SolidDetails]) -> Iterable[str]:
    failed = [panel for panel in panels if panel.error]
    if failed or run.error:
        yield "<h2>What failed</h2>"
    if run.error:
        yield f"<section>{error_html(run.error)}</section>"
    for panel in failed:
        if panel.error:
            yield f'<p><a href="#{_anchor(panel)}">{escape(panel.name)}</a> '
            yield f'<span class="dagnb-failure">{escape(panel.error.title)}</span></p>'


def _materializations(panels: Sequence[SolidDetails]) -> Iterable[str]:
    """One row an asset written: which solid wrote it and the numbers and short texts that it came with."""
    rows: list[tuple[str, ...]] = []
    for panel in panels:
        for one in panel.materializations:
            entries = [f"{entry.label} {single_line(entry.text)}" for entry in one.entries if entry.table is None]
            rows.append((one.asset, panel.name, elide(" · ".join(entries), LONGEST_ENTRIES, bold=False, cut="end")))
    if rows:
        columns = tuple(ColumnView(name=name) for name in ("asset", "solid", "metadata"))
        yield "<h2>Materializations</h2>"
        yield table_html(TableView(columns=columns, rows=tuple(rows)))


def _steps(panels: Sequence[SolidDetails], now: float | None, tz: tzinfo | None) -> Iterable[str]:
    if not panels:
        return
    yield "<h2>Solids</h2><p>"
    yield " · ".join(
        [
            f'<a href="#{_anchor(panel)}">{MARKS[panel.status] + " " if panel.status else ""}{escape(panel.name)}</a>'
            for panel in panels
        ]
    )
    yield "</p>"
    for panel in panels:
        yield f'<section id="{_anchor(panel)}">{details_html(panel, now=now, tz=tz)}</section>'


def _anchor(panel: SolidDetails) -> str:
    return "solid-" + escape("-".join(panel.id.split()))
