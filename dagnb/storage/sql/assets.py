"""The summary of each asset: how often it was materialized, and by which event last."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from dagnb.events.records import AssetMaterialized

_NOTE_ASSET = (
    "INSERT INTO assets (asset_key, materializations, last_event) VALUES (?, 1, ?)"
    " ON CONFLICT (asset_key) DO UPDATE"
    " SET materializations = assets.materializations + 1, last_event = excluded.last_event"
    " RETURNING id"
)
_NOTE_EVENT = "INSERT INTO materializations (asset, event, partition_key) VALUES (?, ?, ?)"
_FIND_EVENT = "SELECT id FROM events WHERE run = ? AND seq = ?"


def note_materializations(
    driver: sqlite3.Connection, run: int, materialized: Iterable[tuple[int, AssetMaterialized]]
) -> None:
    """Bring the summaries up to the events, given with their `seq`, that were just inserted."""
    for seq, event in materialized:
        number = driver.execute(_FIND_EVENT, (run, seq)).fetchone()[0]
        asset = driver.execute(_NOTE_ASSET, (event.asset_key.to_storage(), number)).fetchall()[0][0]
        driver.execute(_NOTE_EVENT, (asset, number, event.partition))
