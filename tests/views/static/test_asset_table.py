"""The table of an asset's picture: numbers stand whole, columns get their fair width, moments differ."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from itertools import pairwise

from hypothesis import given, settings, strategies as st

from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry as Entry
from dagnb.events.records import AssetMaterialized, EventRecord
from dagnb.views.asset import asset_view
from dagnb.views.format import format_moments
from dagnb.views.models import AssetView, ColumnView, PointView, SeriesView, TableView
from dagnb.views.static.asset_picture import GAP, WIDTH, asset_svg
from dagnb.views.static.metrics import text_width
from dagnb.views.static.svg import series_svg
from tests.views.static.samples import NOW
from tests.views.static.test_graph import SVG, parse, texts

LONG = "written by the nightly run after the airline had corrected its delays for the whole of the month"


def page(columns: dict[str, str], *rows: tuple[str, ...]) -> AssetView:
    table = TableView(
        columns=tuple(
            ColumnView(name=name, align="right" if side == "right" else "left") for name, side in columns.items()
        ),
        rows=rows,
    )
    return AssetView(key="a", path=("a",), count=len(rows), description="", last_at=NOW, history=table, series=())


def boxes(svg: str, row: int) -> list[tuple[float, float, str]]:
    """Return left, right and text of the cells of a row, 0 being the header."""
    elements = [each for each in parse(svg).iter(f"{SVG}text") if each.get("y") == f"{48 + row * 24 + 16}"]
    found = []
    for each in elements:
        text, x = each.text or "", float(each.get("x") or 0)
        width = text_width(text)
        left = x - width if each.get("text-anchor") == "end" else x
        found.append((left, left + width, text))
    return found


def test_numbers_are_never_cut_and_texts_share_the_rest() -> None:
    columns = {
        "when": "left",
        "run": "left",
        "rows": "right",
        "mean absolute error": "right",
        "note": "left",
        "by": "left",
    }
    svg = asset_svg(page(columns, ("today 14:08:33", "7c1e9ab0", "12,345,678,901", "0.0001234", LONG, "me")), now=NOW)
    cells = boxes(svg, 1)
    shown = [text for _, _, text in cells]
    assert shown[:4] == ["today 14:08:33", "7c1e9ab0", "12,345,678,901", "0.0001234"]
    assert shown[4].endswith("…")
    assert len(shown[4]) > 25, "the one long text gets what the others leave"
    assert shown[5] == "me"
    assert [text for _, _, text in boxes(svg, 0)] == list(columns)


def test_columns_that_do_not_fit_are_told() -> None:
    columns = {"when": "left", "run": "left", **{f"share {index}": "right" for index in range(12)}}
    numbers = tuple(f"123,456,789,{index:03}" for index in range(12))
    svg = asset_svg(page(columns, ("today 14:08", "7c1e9ab0", *numbers)), now=NOW)
    shown = [text for _, _, text in boxes(svg, 1)][2:]
    assert shown == list(numbers[: len(shown)])
    assert 3 <= len(shown) < 12
    assert f"{12 - len(shown)} columns not shown" in " ".join(texts(parse(svg)))


sides = st.sampled_from(["left", "right"])


@given(st.lists(st.tuples(sides, st.text("0123456789 abcW", max_size=60)), min_size=1, max_size=12))
@settings(deadline=None, max_examples=150)
def test_no_cells_lie_over_each_other(cells: list[tuple[str, str]]) -> None:
    columns = {f"{index}": side for index, (side, _) in enumerate(cells)}
    row = tuple(" ".join(text.split()) or "x" for _, text in cells)
    found = boxes(asset_svg(page(columns, row), now=NOW), 1)
    if len(found) > 1:
        assert found[-1][1] <= WIDTH - GAP + 0.1
    for (_, right, _), (left, _, _) in pairwise(found):
        assert left >= right - 0.1
    for (_, _, shown), (side, _), text in zip(found, cells, row, strict=False):
        assert shown == text or side == "left"


def materialized(*ats: float) -> list[EventRecord]:
    from datetime import datetime

    event = AssetMaterialized(asset_key=AssetKey("a"), metadata=(Entry.int(3, "rows"),))
    return [
        EventRecord(run_id="7c1e9ab0", seq=1, at=datetime.fromtimestamp(at, UTC), step_key="s", event=event)
        for at in ats
    ]


def test_materializations_of_one_minute_are_told_apart() -> None:
    moments = [
        NOW - 61,
        NOW - 62,
        NOW - 3600,
        NOW - 100_000,
        NOW - 100_030,
        NOW - 900_000,
        NOW - 900_060.5,
        NOW - 900_060,
    ]
    table = asset_view(AssetKey("a"), len(moments), materialized(*moments), now=NOW).history
    whens = [row[0] for row in table.rows]
    assert len(set(whens)) == len(whens)
    assert all(re.search(r" \d\d:\d\d:\d\d$", when) for when in whens)


def test_one_pair_of_a_minute_makes_every_moment_of_the_table_as_exact() -> None:
    moments = [NOW - 61, NOW - 62, NOW - 3600, NOW - 100_000]
    table = asset_view(AssetKey("a"), len(moments), materialized(*moments), now=NOW).history
    assert all(re.fullmatch(r"\w+ \d\d:\d\d:\d\d", row[0]) for row in table.rows)


def test_the_axis_tells_two_points_of_a_minute_apart() -> None:
    points = tuple(PointView(at=NOW + second, value=second, run_id="r") for second in (0.0, 5.0))
    series = SeriesView(label="rows", headline="", points=points)
    for now in (NOW + 60, None):
        below = [text for text in texts(parse(series_svg(series, now=now, tz=UTC))) if ":" in text]
        assert len(below) == len(set(below)) == 2
        assert all(text.count(":") == 2 for text in below)


@given(st.lists(st.integers(0, 10**9).map(lambda milliseconds: NOW - milliseconds / 1000), max_size=30, unique=True))
@settings(deadline=None)
def test_moments_that_differ_read_differently(moments: list[float]) -> None:
    for now in (NOW, None):
        assert len(set(format_moments(moments, now, UTC))) == len(moments)


def test_the_same_moment_twice_is_the_same_text() -> None:
    first, second = format_moments([NOW, NOW], NOW, UTC)
    assert first == second
    assert format_moments([], NOW) == []


def test_a_page_without_rows_is_drawn() -> None:
    empty = page({"when": "left"})
    assert "0 materializations" in " ".join(texts(parse(asset_svg(replace(empty, count=0), now=NOW))))
