"""An asset's page: its history as a table, a series for each numeric metadata entry."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dagnb.events.keys import AssetKey
from dagnb.events.records import AssetMaterialized, EventRecord
from dagnb.types.numbers import metadata_text
from dagnb.views.format import format_moments, format_number
from dagnb.views.models import AssetView, ColumnView, PointView, SeriesView, TableView

_ROWS = 100


def asset_view(key: AssetKey, count: int, records: Sequence[EventRecord], *, now: float) -> AssetView:
    """Return the page of an asset.

    Args:
        key: the asset.
        count: how many materializations it has in all.
        records: its newest ones, newest first.
        now: the present, seconds since 1970.
    """
    newest = records[0].event if records else None
    return AssetView(
        key=str(key),
        path=key.path,
        count=count,
        description=(newest.description or "") if isinstance(newest, AssetMaterialized) else "",
        last_at=records[0].at.timestamp() if records else None,
        history=_history(records[:_ROWS], count, now),
        series=tuple(_series(records)),
    )


def _materialized(records: Sequence[EventRecord]) -> list[tuple[EventRecord, AssetMaterialized]]:
    return [(record, record.event) for record in records if isinstance(record.event, AssetMaterialized)]


def _history(records: Sequence[EventRecord], count: int, now: float) -> TableView:
    listed = _materialized(records)
    numeric: dict[str, bool] = {}
    for _, event in listed:
        for entry in event.metadata:
            if entry.kind != "table":
                numeric[entry.label] = numeric.get(entry.label, True) and entry.kind in ("int", "float")
    has_partitions = any(event.partition for _, event in listed)
    columns = [ColumnView(name="when"), ColumnView(name="run")]
    columns += [ColumnView(name="partition")] if has_partitions else []
    columns += [ColumnView(name=label, align="right" if right else "left") for label, right in numeric.items()]
    rows = []
    moments = format_moments([record.at.timestamp() for record, _ in listed], now)
    for (record, event), when in zip(listed, moments, strict=True):
        texts = {entry.label: metadata_text(entry) for entry in event.metadata}
        first = [when, record.run_id[:8]]
        first += [event.partition or ""] if has_partitions else []
        rows.append((*first, *(texts.get(label, "") for label in numeric)))
    note = f"the newest {len(rows)} of {count:,}" if count > len(rows) else ""
    return TableView(columns=tuple(columns), rows=tuple(rows), note=note)


def _series(records: Sequence[EventRecord]) -> list[SeriesView]:
    points: dict[str, list[PointView]] = {}
    for record, event in reversed(_materialized(records)):
        for entry in event.metadata:
            if entry.kind in ("int", "float"):
                point = PointView(at=record.at.timestamp(), value=_finite_or_inf(entry.value), run_id=record.run_id)
                points.setdefault(entry.label, []).append(point)
    return [SeriesView(label=label, headline=_headline(found), points=tuple(found)) for label, found in points.items()]


def _finite_or_inf(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number with more than 308 digits
        return math.inf if value > 0 else -math.inf


def _headline(points: Sequence[PointView]) -> str:
    last = points[-1].value
    if len(points) == 1:
        return format_number(last)
    change = last - points[-2].value
    if change == 0:
        return f"{format_number(last)}, as in the run before"
    word = "up" if change > 0 else "down"
    return f"{format_number(last)}, {word} {format_number(abs(change))} from the run before"
