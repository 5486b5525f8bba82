"""`dagnb assets`."""

from __future__ import annotations

from tests.cli.conftest import Invoke, answer


def _run(invoke: Invoke, rows: int, label: str = "flights.raw") -> None:
    values = (f"solids.load.config.rows={rows}", f"solids.load.config.label={label}", "solids.fit.config.folds=2")
    assert invoke("run", "etl.py:daily", *(part for value in values for part in ("--set", value))).exit_code == 0


def test_without_assets_it_says_what_to_do(invoke: Invoke) -> None:
    assert "AssetMaterialization" in invoke("assets").stdout
    assert answer(invoke("assets", "--json")) == []


def test_assets_are_listed(invoke: Invoke) -> None:
    _run(invoke, 3)
    _run(invoke, 4, "planes")
    _run(invoke, 5)
    listed = answer(invoke("assets", "--json"))
    assert [(each["asset"], each["count"], each["metadata"]["rows"]) for each in listed] == [
        ("flights.raw", 2, 5),
        ("planes", 1, 4),
    ]
    assert "rows 5 · score nan" in invoke("assets").stdout
    assert [each["asset"] for each in answer(invoke("assets", "flights", "--json"))] == ["flights.raw"]
    assert invoke("assets", "fligth").stdout == "No assets begin with fligth: dagnb assets lists all.\n"


def test_the_history_of_an_asset_is_a_table_and_lines(invoke: Invoke) -> None:
    for rows in (1, 2, 9):
        _run(invoke, rows)
    text = invoke("assets", "show", "flights.raw").stdout
    assert text.startswith("flights.raw: 3 materializations\n")
    assert "▁▂█" in text
    assert "9, up 7 from the run before" in text
    history = answer(invoke("assets", "show", "flights.raw", "--json"))
    assert [each["metadata"]["rows"] for each in history] == [9, 2, 1]


def test_an_unknown_asset_is_exit_code_1(invoke: Invoke) -> None:
    _run(invoke, 1)
    result = invoke("assets", "show", "flights.row")
    assert result.exit_code == 1
    assert "did you mean flights.raw?" in result.stderr
