"""The boxes of open composites in the static picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dagnb.views.format import plural
from dagnb.views.models import GraphView, GroupView, NodeState
from dagnb.views.static.markup import escape, short, single_line
from dagnb.views.static.metrics import SMALL_SIZE, elide, text_width
from dagnb.views.static.palette import STATUS_WORDS, Palette

__all__ = ["boxes_svg", "group_title", "heads_svg"]

LEFT = 12.0
BASELINE = 17.0
NAME_SIZE = 12.0


def boxes_svg(graph: GraphView, states: Mapping[str, NodeState], colors: Palette) -> Iterable[str]:
    """Draw a box for each open composite, the outer ones first."""
    for group in _open(graph):
        words, place = escape(group_title(group, states.get(group.id))), f"translate({_place(group)})"
        yield f'<g transform="{place}"><title>{words}</title><rect width="{short(group.width)}" rx="8" '
        yield f'height="{short(group.height)}" fill="{colors.line}" fill-opacity=".22" stroke="{colors.edge}"/></g>'


def heads_svg(graph: GraphView, states: Mapping[str, NodeState], colors: Palette) -> Iterable[str]:
    """Write into each box its name and how it stands, over the edges that enter it there."""
    for group in _open(graph):
        halo = f'stroke="{colors.panel}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
        yield f'<g transform="translate({_place(group)})" {halo}>'
        yield from _head(group, states.get(group.id), colors)
        yield "</g>"


def _open(graph: GraphView) -> Iterable[GroupView]:
    return (group for group in graph.groups if group.is_open and group.width)


def _place(group: GroupView) -> str:
    return f"{short(group.x)} {short(group.y)}"


def group_title(group: GroupView, state: NodeState | None) -> str:
    """Say in words what a box shows.

    >>> group_title(GroupView(id="a.b", name="b", label="b", count=2, is_open=True), None)
    'a.b: composite of 2 solids'
    """
    words = f"{group.id}: composite of {plural(group.count, 'solid')}"
    if state is not None:
        words += f", {STATUS_WORDS[state.status]}" + (f", {state.note}" if state.note else "")
    return words


def _head(group: GroupView, state: NodeState | None, colors: Palette) -> Iterable[str]:
    note = single_line(state.note) if state is not None else ""
    taken = text_width(note, SMALL_SIZE) + 8 if note else 0.0
    label = elide(single_line(group.label), max(24.0, group.width - 2 * LEFT - taken), NAME_SIZE)
    line = f'y="{BASELINE:.0f}" font-size'
    yield f'<text x="{LEFT:.0f}" {line}="{NAME_SIZE:.0f}" font-weight="600">{escape(label)}</text>'
    at = LEFT + text_width(label, NAME_SIZE, bold=True) + 8
    count = plural(group.count, "solid")
    if at + text_width(count, SMALL_SIZE) + taken + LEFT < group.width:
        yield f'<text x="{short(at)}" {line}="{SMALL_SIZE}" fill="{colors.muted}">{count}</text>'
    if state is not None and note:
        yield (
            f'<text x="{short(group.width - LEFT)}" {line}="{SMALL_SIZE}" text-anchor="end" '
            f'fill="{colors.status_text(state.status)}">{escape(note)}</text>'
        )
