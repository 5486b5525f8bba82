from __future__ import annotations

import json
from dataclasses import asdict, replace

from hypothesis import given, strategies as st

from dagnb.views.models import EdgeState, RunFrame, SolidDetails
from dagnb.widgets.wire import WholeFrame, plain, split
from tests.widgets.sample import GRAPH, HEADER, details, frame, state

STATES = st.lists(
    st.builds(state, st.text(max_size=40), st.sampled_from(["waiting", "running", "success"])), max_size=40
)
EDGES = st.lists(st.builds(EdgeState, id=st.text(max_size=9), label=st.text(max_size=40)), max_size=9)
DETAILS = st.lists(st.builds(details, st.text(max_size=9), st.text(max_size=400)), max_size=9)


def test_view_models_become_what_json_carries() -> None:
    assert plain(GRAPH) == json.loads(json.dumps(asdict(GRAPH)))


@given(nodes=STATES, edges=EDGES, details=DETAILS, limit=st.integers(300, 3000))
def test_a_split_frame_is_whole_in_order_and_small(
    nodes: list[object], edges: list[EdgeState], details: list[SolidDetails], limit: int
) -> None:
    whole = RunFrame(seq=3, run=HEADER, nodes=tuple(nodes), edges=tuple(edges), details=tuple(details))  # type: ignore[arg-type]
    parts = list(split(whole, limit))
    joined = replace(
        whole,
        nodes=tuple(item for part in parts for item in part.nodes),
        edges=tuple(item for part in parts for item in part.edges),
        details=tuple(item for part in parts for item in part.details),
    )
    assert joined == whole
    for part in parts:
        pieces = len(part.nodes) + len(part.edges) + len(part.details)
        assert pieces <= 1 or len(json.dumps(plain(part))) <= limit


def test_a_frame_without_changes_still_carries_the_header() -> None:
    assert list(split(frame(4))) == [frame(4)]


def test_the_whole_frame_is_the_last_state_of_each_solid_without_details() -> None:
    whole = WholeFrame()
    assert whole.frame() is None
    whole.take(frame(1, state("a", "running"), state("b", "waiting")))
    whole.take(frame(2, state("a", "success"), details=(details("a"),)))
    assert whole.frame() == frame(2, state("a", "success"), state("b", "waiting"))


def test_the_whole_frame_starts_over_with_another_run() -> None:
    whole = WholeFrame()
    whole.take(frame(7, state("a", "success")))
    other = replace(frame(1, state("b", "running")), run=replace(HEADER, run_id="51aa"))
    whole.take(other)
    assert whole.frame() == other
