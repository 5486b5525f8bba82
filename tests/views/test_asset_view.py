"""An asset's page: its history, and a series for each number."""

from __future__ import annotations

import math

from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry as Entry
from dagnb.events.records import AssetMaterialized, EventRecord
from dagnb.views.asset import asset_view
from dagnb.views.models import AssetView
from dagnb.views.static.series import series_svg
from tests.events.strategies import START, numbered

KEY = AssetKey("flights.raw")


def page(*metadata: tuple[Entry, ...], partition: str | None = None, count: int | None = None) -> AssetView:
    events = [
        (None, AssetMaterialized(asset_key=KEY, description="raw", metadata=each, partition=partition))
        for each in metadata
    ]
    newest_first: list[EventRecord] = numbered(list(events))[::-1]
    return asset_view(KEY, len(metadata) if count is None else count, newest_first, now=START.timestamp() + 60)


def test_the_newest_stands_first_in_the_history_and_last_in_the_series() -> None:
    made = page((Entry.int(3, "rows"),), (Entry.int(5, "rows"), Entry.text("x", "note")))
    assert (made.key, made.path, made.count, made.description) == ("flights.raw", ("flights", "raw"), 2, "raw")
    assert [(column.name, column.align) for column in made.history.columns] == [
        ("when", "left"),
        ("run", "left"),
        ("rows", "right"),
        ("note", "left"),
    ]
    assert [row[2:] for row in made.history.rows] == [("5", "x"), ("3", "")]
    (series,) = made.series
    assert [point.value for point in series.points] == [3.0, 5.0]
    assert made.last_at == START.timestamp() + 2


def test_a_headline_says_how_the_number_went() -> None:
    def headline(*values: float) -> str:
        return page(*[(Entry.float(value, "score"),) for value in values]).series[0].headline

    assert headline(0.41) == "0.41"
    assert headline(0.39, 0.41) == "0.41, up 0.02 from the run before"
    assert headline(0.41, 0.39) == "0.39, down 0.02 from the run before"
    assert headline(0.41, 0.41) == "0.41, as in the run before"


def test_numbers_that_are_none_can_be_shown() -> None:
    made = page((Entry.float(float("nan"), "loss"),), (Entry.float(float("inf"), "loss"),), (Entry.int(2**70, "loss"),))
    assert len(made.history.rows) == 3
    assert made.series[0].headline


def test_whole_numbers_too_large_for_an_axis_leave_a_gap() -> None:
    made = page((Entry.int(3, "rows"),), (Entry.int(10**400, "rows"),), (Entry.int(-(10**400), "rows"),))
    assert [point.value for point in made.series[0].points] == [3.0, math.inf, -math.inf]
    assert made.history.rows[1][2].startswith("10")
    assert ">rows</text>" in series_svg(made.series[0])


def test_a_long_history_is_cut_with_a_note() -> None:
    made = page(*[(Entry.int(n, "rows"),) for n in range(150)], count=5000)
    assert len(made.history.rows) == 100
    assert made.history.note == "the newest 100 of 5,000"
    assert len(made.series[0].points) == 150


def test_partitions_and_tables() -> None:
    made = page((Entry.table([{"a": 1}], "t"), Entry.bool(True, "ok")), partition="2026-03")
    assert [column.name for column in made.history.columns] == ["when", "run", "partition", "ok"]
    assert made.history.rows[0][2:] == ("2026-03", "yes")
    assert made.series == ()


def test_an_asset_that_was_never_written_is_an_empty_page() -> None:
    made = asset_view(KEY, 0, [], now=0.0)
    assert (made.last_at, made.history.rows, made.series) == (None, (), ())
