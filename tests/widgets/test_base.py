from __future__ import annotations

import gc
import queue
from pathlib import Path
from typing import Any

import pytest

from dagnb.errors import DagnbInstanceError
from dagnb.widgets import base
from dagnb.widgets.base import LiveView, LiveViews
from dagnb.widgets.surroundings import Cell


@pytest.fixture(autouse=True)
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A front end that stands for the built one."""
    monkeypatch.setattr(base, "STATIC", tmp_path)
    base.bundle_text.cache_clear()
    (tmp_path / "graph.js").write_text("export default {}")
    return tmp_path


def live_view(**fields: Any) -> LiveView:
    return LiveView("graph", **{"view": {"name": "g"}, "marker": "dagnb-1", "handler": lambda _request: None, **fields})


def test_a_view_carries_its_bundle_its_state_and_its_marker() -> None:
    view = live_view()
    state = view.get_state()
    assert state["_esm"] == "export default {}"
    assert (state["marker"], state["view"], state["frame"], state["kernel_id"]) == ("dagnb-1", {"name": "g"}, None, "")
    view.close()


def test_what_the_page_asks_is_answered_over_the_comm(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    view = live_view(handler=lambda request: request["solid"].upper())
    monkeypatch.setattr(view, "send", sent.put)
    asked = {"type": "request", "id": 3, "request": {"method": "solid", "solid": "a"}}
    view._handle_msg({"content": {"data": {"method": "custom", "content": asked}}, "buffers": []})
    assert sent.get(timeout=5) == {"type": "answer", "id": 3, "result": "A"}
    view.close()


def test_a_closed_view_is_told_in_vain() -> None:
    view = live_view()
    view.close()
    view.tell({"type": "frame"})


def test_a_front_end_that_is_not_built_is_an_error_that_says_how_to_build_it(bundles: Path) -> None:
    (bundles / "graph.js").unlink()
    with pytest.raises(DagnbInstanceError, match=r"hatch_build\.py"):
        live_view()


def test_the_views_of_a_cell_that_runs_again_are_closed_and_those_of_one_run_stay() -> None:
    views = LiveViews()
    old, also_old, other, new = (live_view() for _ in range(4))
    views.add(old, Cell("cell 1", "run 1"))
    views.add(also_old, Cell("cell 1", "run 1"))
    views.add(other, Cell("cell 2", "run 2"))
    assert [view.comm is None for view in (old, also_old, other)] == [False, False, False]
    views.add(new, Cell("cell 1", "run 3"))
    assert [view.comm is None for view in (old, also_old, other, new)] == [True, True, False, False]
    assert len(views) == 2
    other.close()
    new.close()


def test_the_oldest_view_is_closed_when_there_are_too_many() -> None:
    views = LiveViews(most=2)
    three = [live_view() for _ in range(3)]
    for number, view in enumerate(three):
        views.add(view, Cell(f"cell {number}", f"run {number}"))
    assert [view.comm is None for view in three] == [True, False, False]
    for view in three:
        view.close()
    del view, three
    gc.collect()
    assert len(views) == 2
