"""Values, metadata and errors as they are shown: finished texts, links that may be links, tables that line up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from dagnb.events.keys import AssetKey
from dagnb.events.metadata import EventMetadataEntry as Entry
from dagnb.events.records import (
    AssetMaterialized,
    ColumnInfo,
    EventRecord,
    InputLoaded,
    OutputProduced,
    StepStarted,
    TypeCheckInfo,
    ValueInfo,
    ValueReference,
)
from dagnb.types.preview import ValuePreview
from dagnb.views.values import (
    input_view,
    lost_rows,
    materialization_table,
    materialization_view,
    metadata_view,
    output_view,
    safe_href,
    schema_table,
)
from tests.events.strategies import entries, numbered


@pytest.mark.parametrize("url", ["https://example.org/a?b=c#d", "HTTP://x", "mailto:a@example.org"])
def test_links_of_these_schemes_may_be_links(url: str) -> None:
    assert safe_href(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org",
        "example.org",
        "",
        "http://[::1",
        "https://exa\u0085mple.org",
    ],
)
def test_other_addresses_are_texts(url: str) -> None:
    assert safe_href(url) is None
    view = metadata_view(Entry.url(url, "x"))
    assert (view.href, view.text) == (None, url)


TEXTS: dict[str, tuple[Entry, str]] = {
    "int": (Entry.int(336776, "x"), "336,776"),
    "yes": (Entry.bool(True, "x"), "yes"),
    "no": (Entry.bool(False, "x"), "no"),
    "timestamp": (Entry.timestamp(datetime(2026, 3, 1, 12, tzinfo=UTC), "x"), "2026-03-01 12:00:00+00:00"),
    "json": (Entry.json({"a": 1}, "x"), '{"a": 1}'),
    "path": (Entry.path("/a/b", "x"), "/a/b"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_metadata_are_finished_texts(name: str) -> None:
    entry, text = TEXTS[name]
    assert metadata_view(entry).text.replace("\u202f", ",") == text


def test_long_texts_are_cut() -> None:
    assert len(metadata_view(Entry.text("x" * 10_000, "x")).text) < 2_100


def test_a_table_lines_its_numbers_up() -> None:
    view = metadata_view(Entry.table([{"n": 1, "t": "a", "f": 0.5, "b": True, "m": None}] * 2, "x"))
    assert view.table is not None
    assert [(column.name, column.align) for column in view.table.columns] == [
        ("n", "right"),
        ("t", "left"),
        ("f", "right"),
        ("b", "left"),
        ("m", "left"),
    ]
    assert view.table.rows[0] == ("1", "a", "0.5", "True", "")
    empty = metadata_view(Entry.table([], "x", columns=["n"]))
    assert empty.table is not None
    assert empty.table.columns[0].align == "left"


@given(entries)
def test_any_entry_can_be_shown(entry: Any) -> None:
    view = metadata_view(entry)
    assert isinstance(view.text, str)
    if view.table is not None:
        assert all(len(row) == len(view.table.columns) for row in view.table.rows)


def test_materializations_are_a_table_of_their_labels() -> None:
    records = numbered(
        [
            ("s", AssetMaterialized(asset_key=AssetKey("a"), metadata=(Entry.int(3, "rows"), Entry.text("x", "note")))),
            ("s", AssetMaterialized(asset_key=AssetKey("b"), metadata=(Entry.table([{"q": 1}], "t"),))),
        ]
    )
    table = materialization_table(records)
    assert table is not None
    assert [(column.name, column.align) for column in table.columns] == [
        ("asset", "left"),
        ("rows", "right"),
        ("note", "left"),
    ]
    assert table.rows == (("a", "3", "x"), ("b", "", ""))
    assert materialization_table([]) is None
    assert materialization_view(records[0]).at == records[0].at.timestamp()


def test_what_is_no_materialization_is_refused() -> None:
    record: EventRecord = numbered([("s", StepStarted())])[0]
    with pytest.raises(TypeError, match="StepStarted"):
        materialization_view(record)


def produced(rows: int | None, columns: str, **changes: Any) -> OutputProduced:
    described = tuple(ColumnInfo(name=name, dtype="int64", nulls=0) for name in columns) or None
    values: dict[str, Any] = {
        "output_name": "result",
        "type_check": TypeCheckInfo(type_name="DataFrame"),
        "value": ValueInfo(type_name="DataFrame", rows=rows, columns=described, bytes=2048),
        "reference": ValueReference(codec="pandas"),
    }
    return OutputProduced(**{**values, **changes})


def loaded(rows: int | None, columns: str) -> InputLoaded:
    value = produced(rows, columns).value
    return InputLoaded(input_name="x", type_check=TypeCheckInfo(type_name="DataFrame"), value=value)


@pytest.mark.parametrize(
    ("rows", "columns", "taken", "share"),
    [
        (8, "ab", [(10, "ab")], 0.2),
        (8, "abc", [(10, "ab")], 0.2),
        (8, "ac", [(10, "ab")], None),
        (10, "ab", [(10, "ab")], None),
        (12, "ab", [(10, "ab")], None),
        (0, "ab", [(10, "ab")], 1.0),
        (0, "ab", [(0, "ab")], None),
        (8, "ab", [(16, "a"), (10, "ab")], 0.5),
        (8, "", [(10, "")], None),
        (None, "ab", [(10, "ab")], None),
        (8, "ab", [(None, "ab")], None),
        (8, "ab", [], None),
    ],
)
def test_rows_are_lost_when_the_columns_stay(
    rows: int | None, columns: str, taken: list[tuple[int | None, str]], share: float | None
) -> None:
    output = produced(rows, columns)
    found = lost_rows(output, [output], [loaded(*each) for each in taken])
    assert found == (None if share is None else pytest.approx(share))


def test_a_split_loses_nothing() -> None:
    low, high = produced(4, "ab"), produced(6, "ab", output_name="high")
    assert lost_rows(low, [low, high], [loaded(10, "ab")]) is None


def test_an_output_that_failed_its_check_or_was_not_stored_says_so() -> None:
    failed = produced(1, "a", type_check=TypeCheckInfo(type_name="DataFrame", success=False))
    assert output_view(failed, None, None).tone == "failure"
    kept = produced(1, "a", reference=ValueReference(codec=None, note="not stored: it is a lock"))
    assert "not stored: it is a lock" in output_view(kept, None, None).note
    assert output_view(produced(10, "a"), 0.5, None).summary.endswith("▼50%")


def test_a_scalar_is_its_own_summary() -> None:
    scalar = produced(None, "", value=ValueInfo(type_name="int"))
    assert output_view(scalar, None, ValuePreview(type_name="int", text="42")).summary == "42"
    assert output_view(scalar, None, ValuePreview(type_name="int", text="x" * 100)).text == "x" * 100


def test_an_input_names_where_it_came_from() -> None:
    view = input_view(loaded(3, "a"), None)
    assert (view.name, view.source) == ("x", "")
    bare = InputLoaded(input_name="x", type_check=TypeCheckInfo(type_name="Stars", success=False))
    assert (input_view(bare, None).type, input_view(bare, None).tone) == ("Stars", "failure")


def test_columns_are_told_with_their_nulls() -> None:
    table = schema_table(produced(3, "ab").value)
    assert table is not None
    assert table.rows == (("a", "int64", "0"), ("b", "int64", "0"))
    assert schema_table(ValueInfo(type_name="int")) is None
