"""Metadata entries: every kind takes what it should and says what it cannot."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from dagnb import AssetMaterialization, ExpectationResult
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events import AssetKey, EventMetadataEntry as Entry, Failure, Output, RetryRequested
from tests.events.strategies import json_values, keys

KINDS: dict[str, tuple[Entry, str, Any]] = {
    "text": (Entry.text("a", "x"), "text", "a"),
    "text of something else": (Entry.text(3, "x"), "text", "3"),
    "no text": (Entry.text(None, "x"), "text", ""),
    "url": (Entry.url("https://example.org", "x"), "url", "https://example.org"),
    "path": (Entry.path(Path("a/b.csv"), "x"), "path", "a/b.csv"),
    "md": (Entry.md("# a", "x"), "md", "# a"),
    "json": (Entry.json({"a": [1, None]}, "x"), "json", {"a": [1, None]}),
    "int": (Entry.int(3, "x"), "int", 3),
    "numpy's int": (Entry.int(np.int64(3), "x"), "int", 3),
    "a whole float": (Entry.int(3.0, "x"), "int", 3),
    "float": (Entry.float(0.5, "x"), "float", 0.5),
    "an int for a float": (Entry.float(1, "x"), "float", 1.0),
    "numpy's float": (Entry.float(np.float32(0.5), "x"), "float", 0.5),
    "a decimal": (Entry.float(Decimal("0.5"), "x"), "float", 0.5),
    "bool": (Entry.bool(True, "x"), "bool", True),
    "numpy's bool": (Entry.bool(np.bool_(False), "x"), "bool", False),
    "timestamp": (
        Entry.timestamp(datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1))), "x"),
        "timestamp",
        datetime(2026, 3, 1, 12, tzinfo=UTC),
    ),
    "a naive timestamp": (
        Entry.timestamp(datetime(2026, 3, 1, 12), "x"),  # noqa: DTZ001  # taken as UTC
        "timestamp",
        datetime(2026, 3, 1, 12, tzinfo=UTC),
    ),
    "seconds": (Entry.timestamp(0, "x"), "timestamp", datetime(1970, 1, 1, tzinfo=UTC)),
    "pandas' timestamp": (
        Entry.timestamp(pd.Timestamp("2026-03-01", tz="UTC"), "x"),
        "timestamp",
        datetime(2026, 3, 1, tzinfo=UTC),
    ),
    "a table of dicts": (Entry.table([{"a": 1}, {"a": None}], "x"), "table", [{"a": 1}, {"a": None}]),
    "a table of rows": (Entry.table([[1, "b"]], "x", columns=["n", "t"]), "table", [{"n": 1, "t": "b"}]),
    "a frame": (
        Entry.table(pd.DataFrame({"n": [1], "f": [float("inf")]}), "x"),
        "table",
        [{"n": 1, "f": "inf"}],
    ),
    "an empty frame": (Entry.table(pd.DataFrame({"n": []}), "x"), "table", []),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_holds_plain_python(name: str) -> None:
    entry, kind, value = KINDS[name]
    assert (entry.kind, entry.value, entry.label) == (kind, value, "x")
    assert type(entry.value) is type(value)
    assert pickle.loads(pickle.dumps(entry)) == entry


def test_missing_values_of_a_frame_are_empty_cells() -> None:
    frame = pd.DataFrame({"t": [pd.Timestamp("2026-03-01"), pd.NaT], "n": pd.array([1, None], dtype="Int64")})
    rows = Entry.table(frame, "x").value
    assert rows[1] == {"t": None, "n": None}


def test_a_long_table_is_cut() -> None:
    assert len(Entry.table([{"a": n} for n in range(500)], "x").value) == 200
    assert len(Entry.table([{"a": n} for n in range(500)], "x", max_rows=3).value) == 3


def test_a_path_is_labelled_by_its_last_part() -> None:
    assert Entry.fspath("/data/flights.csv").label == "flights.csv"


@given(json_values)
def test_json_comes_back(value: Any) -> None:
    assert Entry.json(value, "x").value == json.loads(json.dumps(value))


REFUSED: dict[str, tuple[Callable[[], object], list[str]]] = {
    "a text for an int": (lambda: Entry.int("3", "rows"), ["kind int", "'rows'", "str '3'", "a whole number"]),
    "a part for an int": (lambda: Entry.int(2.5, "rows"), ["kind int", "float 2.5"]),
    "infinity for an int": (lambda: Entry.int(float("inf"), "rows"), ["kind int"]),
    "nothing for an int": (lambda: Entry.int(None, "rows"), ["kind int", "None"]),
    "a number too long to write": (lambda: Entry.int(10**5000, "rows"), ["kind int", "'rows'"]),
    "a text for a float": (lambda: Entry.float("0.5", "r"), ["kind float", "str '0.5'", "a number"]),
    "a number too large for a float": (lambda: Entry.float(10**400, "r"), ["kind float"]),
    "an object as json": (lambda: Entry.json({"a": object()}, "j"), ["kind json", "JSON can hold"]),
    "json that holds itself": (lambda: Entry.json(_circle(), "j"), ["kind json"]),
    "no path": (lambda: Entry.path(3, "p"), ["kind path", "int 3"]),  # type: ignore[arg-type]
    "a text as a timestamp": (lambda: Entry.timestamp("now", "t"), ["kind timestamp", "str 'now'"]),  # type: ignore[arg-type]
    "seconds out of time": (lambda: Entry.timestamp(1e20, "t"), ["kind timestamp"]),
    "a time that is none": (lambda: Entry.timestamp(pd.NaT, "t"), ["kind timestamp", "NaT"]),  # type: ignore[arg-type]
    "rows without columns": (lambda: Entry.table([[1, 2]], "t"), ["kind table", "columns=[...]"]),
    "rows of other lengths": (lambda: Entry.table([[1], [1, 2]], "t", columns=["a"]), ["kind table", "1 cell"]),
    "rows that are none": (lambda: Entry.table([1, 2], "t"), ["kind table"]),
    "no rows": (lambda: Entry.table(3, "t"), ["kind table", "int 3"]),
}


def _circle() -> list[Any]:
    circle: list[Any] = []
    circle.append(circle)
    return circle


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_kind_cannot_hold_is_told(name: str) -> None:
    make, parts = REFUSED[name]
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make()
    text = str(caught.value)
    assert [part for part in parts if part not in text] == [], text


@given(keys)
def test_distinct_asset_keys_are_kept_apart(key: AssetKey) -> None:
    assert AssetKey.from_storage(key.to_storage()) == key
    assert AssetKey.of(key) is key


def test_a_text_is_split_into_a_key() -> None:
    assert AssetKey("a.b/c d").path == ("a", "b", "c", "d")
    assert AssetKey("slack.message").path == ("slack", "message")
    assert AssetKey(["a.b", "c"]).path == ("a.b", "c")


@pytest.mark.parametrize("path", ["", "...", [], [""], ["a", 3], [None]])
def test_an_empty_key_is_refused(path: Any) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="asset key"):
        AssetKey(path)


@pytest.mark.parametrize("path", [None, 3])
def test_a_key_that_is_none_is_refused(path: Any) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="asset key"):
        AssetMaterialization(path)


def test_a_file_is_an_asset_by_its_path(tmp_path: Path) -> None:
    made = AssetMaterialization.file(tmp_path / "a.csv", "written")
    assert made.asset_key == AssetKey(str(tmp_path / "a.csv"))
    assert (made.description, made.metadata_entries[0].kind) == ("written", "path")
    assert AssetMaterialization.file("x", asset_key="y").asset_key == AssetKey("y")


def test_events_read_as_what_they_are() -> None:
    assert repr(Output(3, "n")) == "Output(int, 'n')"
    assert repr(AssetMaterialization("a.b")) == "AssetMaterialization('a.b')"
    assert repr(ExpectationResult(np.bool_(True), "x")) == "ExpectationResult(True, 'x')"  # type: ignore[arg-type]


def test_what_solids_raise_pickles() -> None:
    failure = pickle.loads(pickle.dumps(Failure("too few", [Entry.int(3, "rows")])))
    assert (failure.description, failure.metadata_entries[0].value) == ("too few", 3)
    again = pickle.loads(pickle.dumps(RetryRequested(3, 0.5)))
    assert (again.max_retries, again.seconds_to_wait) == (3, 0.5)
