"""Series and gantt charts."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC

from hypothesis import given, settings, strategies as st

from dagnb.views.models import PointView, SeriesView
from dagnb.views.static.svg import GanttRow, gantt_rows, gantt_svg, series_svg
from tests.views.static.samples import ATTACKS, GRAPH, NOW, SERIES, STATES
from tests.views.static.test_graph import SVG, parse, texts, titles


def series(*values: float) -> SeriesView:
    points = tuple(PointView(at=NOW + at, value=value, run_id=f"run{at}") for at, value in enumerate(values))
    return SeriesView(label="rows", headline="", points=points)


def line(svg: str) -> str:
    return next(path.get("d") or "" for path in parse(svg).iter(f"{SVG}path") if path.get("stroke-width") == "1.5")


def test_a_series_has_a_point_each_with_its_value_time_and_run() -> None:
    root = parse(series_svg(SERIES, now=NOW, tz=UTC))
    assert len(list(root.iter(f"{SVG}circle"))) == 12
    assert "0.32, 2026-03-08 20:00:00 +00:00, run run11" in titles(root)
    shown = texts(root)
    assert {"r2", "0.41, up 0.02 from the run before", "0.300", "today 20:00"} <= set(shown)


def test_without_the_present_times_are_exact() -> None:
    assert "2026-03-08 20:00" in texts(parse(series_svg(SERIES, tz=UTC)))


def test_what_is_not_finite_leaves_a_gap() -> None:
    assert line(series_svg(series(1, 2, math.nan, 3, math.inf, 4))).count("M") == 3
    assert line(series_svg(series(1, 2, 3))).count("M") == 1


def test_nothing_and_no_number_are_said_in_words() -> None:
    assert "No numbers yet." in texts(parse(series_svg(series())))
    assert "No numbers yet: this entry was never a finite number." in texts(parse(series_svg(series(math.nan))))


def test_one_point_stands_in_the_middle() -> None:
    (circle,) = parse(series_svg(series(310_204.0))).iter(f"{SVG}circle")
    assert 240 < float(circle.get("cx") or 0) < 360


def test_many_points_become_a_line_that_keeps_its_extremes() -> None:
    values = [math.sin(index / 50) for index in range(20_000)]
    values[7_777] = 9.0
    svg = series_svg(series(*values))
    assert "<circle" not in svg
    assert len(svg) < 40_000
    heights = [float(piece.split()[1]) for piece in line(svg).replace("L", "M").split("M")[1:]]
    spike = min(heights)
    assert sorted(heights)[1] - spike > 50


@given(st.lists(st.floats(width=32), max_size=30), st.text() | st.sampled_from(ATTACKS))
@settings(max_examples=80, deadline=None)
def test_any_series_is_drawn_inside_its_picture(values: list[float], label: str) -> None:
    root = parse(series_svg(replace(series(*values), label=label, headline=label), now=NOW))
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx") or -1) <= 560
        assert 30 <= float(circle.get("cy") or -1) <= 160


def test_a_run_as_bars_in_the_order_of_their_starts() -> None:
    rows = gantt_rows(GRAPH, STATES)
    assert [row.label for row in rows][:3] == ["ingest_costs", "ingest_traffic", "persist_traffic"]
    assert rows[-1].start is None
    root = parse(gantt_svg(rows, now=NOW + 4.3))
    assert len([rect for rect in root.iter(f"{SVG}rect") if rect.get("rx") == "2"]) == 6
    assert "build_traffic_dashboard: failed, 800 ms" in titles(root)
    shown = texts(root)
    assert {"0 s", "4 s", "1.2 s", "× 800 ms", "running"} <= set(shown)


def test_a_bar_is_as_long_as_its_step_took() -> None:
    rows = [
        GanttRow(label="one", status="success", start=NOW, end=NOW + 1),
        GanttRow(label="four", status="success", start=NOW + 1, end=NOW + 5),
    ]
    short, long = [rect for rect in parse(gantt_svg(rows)).iter(f"{SVG}rect") if rect.get("rx") == "2"]
    assert abs(float(long.get("width") or 0) - 4 * float(short.get("width") or 0)) < 0.5


def test_no_steps_and_steps_within_a_tick_are_drawn() -> None:
    assert "No steps yet." in texts(parse(gantt_svg(())))
    parse(gantt_svg([GanttRow(label="quick", status="success", start=NOW, end=NOW)]))
