"""The graph as a static picture: the same cards, words and colours as the live one, in presentation attributes only.

It is shown through `<img>` and by viewers that take away style sheets, scripts, references and foreign markup, so it
has none: only groups, paths, rectangles, circles, text and titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from dagnb.views.format import format_count, format_duration, plural, summarize_run
from dagnb.views.models import EdgeState, GraphView, NodeState, NodeView, RunHeader
from dagnb.views.static.groups import boxes_svg, heads_svg
from dagnb.views.static.markup import escape, short, single_line
from dagnb.views.static.metrics import CARD_LEFT, CARD_RIGHT, SMALL_SIZE, elide, text_width
from dagnb.views.static.palette import FONT, RUN_WORDS, STATUS_WORDS, Palette, Theme, palette_of
from dagnb.views.static.run_error import error_height, error_svg

__all__ = ["EMPTY_GRAPH", "count_solids", "graph_svg", "node_title", "second_line", "state_pills"]

EMPTY_GRAPH = "No solids yet: call a solid in the body of @pipeline."
HEADER_HEIGHT = 36.0
# A picture is at least so wide that a header with its pills fits in most cases.
LEAST_WIDTH = 400.0
PILL_SIZE = 10.0
LONGEST_PILL = 76.0


def graph_svg(
    graph: GraphView,
    states: Mapping[str, NodeState] | None = None,
    edge_states: Mapping[str, EdgeState] | None = None,
    run: RunHeader | None = None,
    *,
    marker: str | None = None,
    theme: Theme = "auto",
) -> str:
    """Draw a graph as it is declared or, with states, as it stands in a run.

    Args:
        graph: the graph with its positions.
        states: the solids' states by solid id; a solid that is not there has not started.
        edge_states: the pills' texts by edge id.
        run: the run in one line, for the pills of the header.
        marker: an id for the `<svg>` element, by which the live widget finds its picture.
        theme: `light`, `dark`, or `auto` for a page of which nothing is known: a light panel reads well on any.

    Returns:
        A complete SVG document, without an XML declaration.

    >>> empty = GraphView(name="etl", description="", direction="lr", width=0, height=0, nodes=(), edges=())
    >>> graph_svg(empty).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    True
    """
    colors = palette_of(theme)
    known = states or {}
    pills = state_pills(graph, run)
    width = max(graph.width, LEAST_WIDTH)
    top = HEADER_HEIGHT + error_height(run, width)
    height = top + (graph.height if graph.nodes else 48.0)
    summary = (run.summary or summarize_run(run)) if run else f"{graph.name}: {plural(count_solids(graph), 'solid')}"
    pieces = [_open(summary, marker, (width, height), colors), *_header(graph.name, pills, width, colors)]
    pieces += error_svg(run, HEADER_HEIGHT, width, colors)
    if graph.nodes:
        pieces.append(f'<g transform="translate({short((width - graph.width) / 2)} {short(top)})">')
        pieces += boxes_svg(graph, known, colors)
        pieces += _edges(graph, edge_states or {}, colors)
        pieces += heads_svg(graph, known, colors)
        in_run = bool(known) or run is not None
        draw = _Cards(colors, in_run=in_run)
        pieces += [draw.card(node, known.get(node.id) or _not_started(node, in_run=in_run)) for node in graph.nodes]
        pieces += _edge_pills(graph, edge_states or {}, colors)
        pieces.append("</g>")
    else:
        pieces.append(f'<text x="16" y="{short(top + 28)}" fill="{colors.muted}">{EMPTY_GRAPH}</text>')
    pieces.append("</g></svg>")
    return "".join(pieces)


def count_solids(graph: GraphView) -> int:
    """Return how many solids compute in a graph, those in closed composites too.

    >>> count_solids(GraphView(name="etl", description="", direction="lr", width=0, height=0, nodes=(), edges=()))
    0
    """
    return sum(node.kind != "composite" for node in graph.nodes) + sum(len(group.solids) for group in graph.groups)


def second_line(node: NodeView, state: NodeState | None) -> str:
    """Return what stands under a card's name; of a mapped solid first how many steps it has.

    >>> node = NodeView(id="fit", name="fit", label="fit", kind="function", subtitle="function · float",
    ...                 x=0, y=0, width=150, height=46, is_mapped=True)
    >>> second_line(node, None), second_line(node, NodeState(id="fit", status="running", count=12))
    ('× n · function · float', '× 12 · function · float')
    """
    if not node.is_mapped:
        return node.subtitle
    count = "n" if state is None or state.count is None else format_count(state.count)
    return f"× {count} · {node.subtitle}"


def _open(summary: str, marker: str | None, size: tuple[float, float], colors: Palette) -> str:
    width, height = size
    name = f' id="{escape(marker)}"' if marker else ""
    box = f'width="{short(width)}" height="{short(height)}" viewBox="0 0 {short(width)} {short(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{name} {box} role="img"><title>{escape(summary)}</title>'
        f'<rect x=".5" y=".5" width="{short(width - 1)}" height="{short(height - 1)}" rx="6" '
        f'fill="{colors.panel}" stroke="{colors.line}"/>'
        f'<g font-family="{FONT}" font-size="13" fill="{colors.ink}">'
    )


def state_pills(graph: GraphView, run: RunHeader | None) -> list[tuple[str, str]]:
    """The header's pills: text and the name of its colour, `muted` or a status.

    >>> empty = GraphView(name="etl", description="", direction="lr", width=0, height=0, nodes=(), edges=())
    >>> state_pills(empty, None)
    [('0 solids', 'muted')]
    """
    if run is None:
        return [(plural(count_solids(graph), "solid"), "muted")]
    state = RUN_WORDS[run.state]
    if run.started is not None and run.ended is not None:
        state += " " + format_duration(run.ended - run.started)
    tone = {"success": "success", "failure": "failure", "started": "running", "starting": "running"}
    pills = [(f"● {state}", tone.get(run.state, "muted"))]
    pills.append((f"{format_count(run.done)} of {format_count(run.total)}", "muted"))
    if run.failed:
        pills.append((f"{format_count(run.failed)} failed", "failure"))
    return pills


def _header(name: str, pills: list[tuple[str, str]], width: float, colors: Palette) -> Iterable[str]:
    widths = [text_width(text, SMALL_SIZE) + 16 for text, _ in pills]
    room = max(48.0, width - 32 - sum([wide + 8 for wide in widths]))
    label = elide(single_line(name), room)
    yield f'<path d="M1 {short(HEADER_HEIGHT - 0.5)}H{short(width - 1)}" stroke="{colors.line}"/>'
    yield f'<text x="16" y="23" font-weight="600">{escape(label)}</text>'
    x = 16 + text_width(label, bold=True) + 12
    for (text, tone), wide in zip(pills, widths, strict=True):
        yield (
            f'<rect x="{short(x)}" y="9" width="{short(wide)}" height="18" rx="9" fill="{colors.page}" '
            f'stroke="{colors.line}"/>'
            f'<text x="{short(x + wide / 2)}" y="21.8" font-size="{SMALL_SIZE}" text-anchor="middle" '
            f'fill="{getattr(colors, tone)}">{escape(text)}</text>'
        )
        x += wide + 8


def _edges(graph: GraphView, states: Mapping[str, EdgeState], colors: Palette) -> Iterable[str]:
    """All edges of a tone in one path: a graph of 1000 solids stays small."""
    plain: list[str] = []
    lost: list[str] = []
    for edge in graph.edges:
        state = states.get(edge.id)
        (lost if state and state.tone == "failure" else plain).append(edge.path)
    for paths, color in ((plain, colors.edge), (lost, colors.failure)):
        if paths:
            yield f'<path d="{escape("".join(paths))}" fill="none" stroke="{color}" stroke-width="1.5"/>'


def _edge_pills(graph: GraphView, states: Mapping[str, EdgeState], colors: Palette) -> Iterable[str]:
    for edge in graph.edges:
        state = states.get(edge.id)
        if not state or not state.label:
            continue
        failed = state.tone == "failure"
        label = elide(single_line(state.label), LONGEST_PILL, PILL_SIZE, bold=False)
        wide = text_width(label, PILL_SIZE) + 10
        title = state.title or f"{edge.source}.{edge.output} → {edge.target}.{edge.input}: {state.label}"
        yield (
            f"<g><title>{escape(title)}</title>"
            f'<rect x="{short(edge.label_x - wide / 2)}" y="{short(edge.label_y - 7.5)}" width="{short(wide)}" '
            f'height="15" rx="7.5" fill="{colors.faint_failure if failed else colors.panel}" '
            f'stroke="{colors.failure if failed else colors.line}"/>'
            f'<text x="{short(edge.label_x)}" y="{short(edge.label_y + 3.5)}" font-size="{PILL_SIZE:.0f}" '
            f'text-anchor="middle" fill="{colors.failure if failed else colors.muted}">{escape(label)}</text></g>'
        )


def _not_started(node: NodeView, *, in_run: bool) -> NodeState | None:
    return NodeState(id=node.id, status="waiting") if in_run else None


def node_title(node: NodeView, state: NodeState | None) -> str:
    r"""Say in words what a card shows: the whole name, how it stands, and why it is stale.

    >>> node = NodeView(id="load", name="load", label="load", kind="function", subtitle="function · DataFrame",
    ...                 x=0, y=0, width=150, height=46)
    >>> node_title(node, NodeState(id="load", status="success", note="1.2 s", stale="its code changed"))
    'load: succeeded, 1.2 s\nfunction · DataFrame\nstale: its code changed'
    """
    lines = [node.id]
    if state:
        lines[0] += f": {STATUS_WORDS[state.status]}"
        if state.note and state.note != STATUS_WORDS[state.status]:
            lines[0] += f", {state.note}"
    if node.subtitle:
        lines.append(second_line(node, state))
    if state and state.stale:
        lines.append(f"stale: {state.stale}")
    return "\n".join(lines)


# Words for the right of a card whose state brings no note of its own: a status is never colour alone.
_NOTES = {"success": "done", "running": "running", "failure": "failed", "skipped": "skipped", "canceled": "cancelled"}


class _Cards:
    """Draws cards; what all cards of a size share is written once."""

    def __init__(self, colors: Palette, *, in_run: bool) -> None:
        self.colors = colors
        self.in_run = in_run

    def card(self, node: NodeView, state: NodeState | None) -> str:
        colors = self.colors
        status = state.status if state else "waiting"
        idle = self.in_run and status in ("waiting", "skipped", "canceled")
        note, note_color = self._note(state)
        pieces = [
            f'<g transform="translate({short(node.x)} {short(node.y)})">',
            f"<title>{escape(node_title(node, state))}</title>",
            *self._frame(node, colors.status(status) if self.in_run else colors.accent, dashed=idle),
            f'<text x="{CARD_LEFT:.0f}" y="19.5" font-weight="600"',
            f' fill="{colors.muted}">' if idle else ">",
            f"{escape(node.label)}</text>",
            *self._second_line(node, second_line(node, state), note, note_color),
        ]
        if state:
            pieces += self._progress(state, node.width, node.height)
            if state.stale:
                pieces.append(self._clock(node.width))
        pieces.append("</g>")
        return "".join(pieces)

    def _frame(self, node: NodeView, bar: str, *, dashed: bool) -> Iterable[str]:
        wide, high, line = short(node.width), short(node.height), self.colors.line
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        yield f'<rect width="{wide}" height="{high}" rx="6" fill="{self.colors.page}" stroke="{line}"{dashes}/>'
        yield f'<path d="M4 0v{high}a6 6 0 0 1-4-6V6a6 6 0 0 1 4-6z" fill="{bar}"/>'
        if node.kind == "composite":
            size = f'width="{short(node.width - 9)}" height="{short(node.height - 5)}"'
            yield f'<rect x="6.5" y="2.5" {size} rx="4" fill="none" stroke="{self.colors.edge}"/>'

    def _second_line(self, node: NodeView, text: str, note: str, note_color: str) -> Iterable[str]:
        small = f'y="36" font-size="{SMALL_SIZE}"'
        room = node.width - CARD_LEFT - CARD_RIGHT
        subtitle = _fit(text, room - (_note_width(note) + 4 if note else 0))
        if subtitle:
            yield f'<text x="{CARD_LEFT:.0f}" {small} fill="{self.colors.muted}">{escape(subtitle)}</text>'
        if note:
            right = short(node.width - CARD_RIGHT)
            yield f'<text x="{right}" {small} text-anchor="end" fill="{note_color}">{escape(note)}</text>'

    def _note(self, state: NodeState | None) -> tuple[str, str]:
        if state is None:
            return "", ""
        note = single_line(state.note) or _NOTES.get(state.status, "")
        if state.status == "failure" and note != "failed":
            note = f"× {note}"
        return elide(note, 80, SMALL_SIZE, bold=False, cut="end"), self.colors.status_text(state.status)

    def _progress(self, state: NodeState, wide: float, high: float) -> Iterable[str]:
        if state.status == "running" and state.done is not None and state.total:
            part = min(1.0, max(0.0, state.done / state.total))
            yield (
                f'<path d="M{CARD_LEFT:.0f} {short(high - 1.5)}h{short(part * (wide - CARD_LEFT - CARD_RIGHT))}" '
                f'stroke="{self.colors.running}" stroke-width="2"/>'
            )

    def _clock(self, wide: float) -> str:
        return (
            f'<g transform="translate({short(wide - 8)} 1)" fill="{self.colors.page}" stroke="{self.colors.running}">'
            '<circle r="6"/><path d="M0-3.5V0L2.5 1.5" fill="none"/></g>'
        )


@lru_cache(maxsize=2048)
def _fit(subtitle: str, room: float) -> str:
    return elide(single_line(subtitle), room, SMALL_SIZE, bold=False, cut="end")


@lru_cache(maxsize=2048)
def _note_width(note: str) -> float:
    return text_width(note, SMALL_SIZE)
