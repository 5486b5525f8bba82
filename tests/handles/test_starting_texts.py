"""What a run config begins from: the scaffold, and the playground where nothing is live."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import dagnb.widgets.playground
from dagnb import Field, Instance, ModeDefinition, PresetDefinition, lambda_solid, pipeline, solid
from dagnb.views.playground import check_config, read_config
from dagnb.views.service import ViewService


@solid(config_schema={"rows": Field(int, default_value=3)})
def load(context: Any) -> int:
    return int(context.solid_config["rows"])


@solid(config_schema={"rows": int})
def need(context: Any) -> int:
    return int(context.solid_config["rows"])


@lambda_solid
def one() -> int:
    return 1


NIGHTLY = PresetDefinition("nightly", {"solids": {"load": {"config": {"rows": 9}}}}, mode="prod")


@pipeline(mode_defs=[ModeDefinition("dev"), ModeDefinition("prod")], preset_defs=[NIGHTLY])
def report() -> None:
    load()


@pipeline
def single() -> None:
    one()


def test_a_scaffold_of_nothing_says_so_and_how_to_get_more() -> None:
    text = report.scaffold()
    assert text.splitlines() == [
        "# nothing is required: an empty run config will do",
        '# report.scaffold(fields="all") writes every field with its default',
    ]
    assert yaml.safe_load(text) is None
    assert read_config(text) == {}
    assert not check_config(report.definition, text, "dev").diagnostics
    assert "rows: 3" in report.scaffold(fields="all")


def test_a_scaffold_of_what_is_required_is_as_before() -> None:
    @pipeline
    def needing() -> None:
        need()

    assert needing.scaffold().startswith("solids:\n  need:\n")
    assert "#" not in needing.scaffold().splitlines()[0]


def test_the_page_gets_a_scaffold_that_is_no_call(instance: Instance) -> None:
    service = ViewService(instance, pipeline=lambda: single.definition)
    answer = service({"method": "scaffold", "mode": "default", "fields": "required"})
    assert answer == "# nothing is required: an empty run config will do"


@pytest.mark.parametrize(
    ("made", "given", "first"),
    [
        (report, {}, "# mode dev"),
        (report, {"mode": "prod"}, "# mode prod"),
        (report, {"preset": "nightly"}, "# mode prod · preset nightly"),
        (single, {}, None),
    ],
)
def test_the_static_playground_tells_mode_and_preset(
    made: Any, given: dict[str, str], first: str | None, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    display = dagnb.widgets.playground.PlaygroundDisplay

    class Seen(display):  # type: ignore[misc, valid-type]  # the display that is there, with an eye on it
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            shown.append(self._picture.text())

    monkeypatch.setattr(dagnb.widgets.playground, "PlaygroundDisplay", Seen)
    made.playground(instance=instance, **given)
    title, *lines = shown[0].splitlines()
    assert title == f"{made.name} · playground"
    if first is None:
        assert not any(line.startswith("# mode") for line in lines)
    else:
        assert lines[0] == first
        assert ("rows: 9" in shown[0]) is ("preset" in given)
