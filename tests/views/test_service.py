"""ViewService: every request of the page, right and wrong, is answered or told what is wrong with it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb import (
    AssetMaterialization,
    EventMetadataEntry,
    Field,
    ModeDefinition,
    Output,
    Pipeline,
    PresetDefinition,
    lambda_solid,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.errors import DagnbError, DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.instance import Instance
from dagnb.views.models import AssetView, ConfigCheck, LaunchAnswer, RunFrame, SolidDetails
from dagnb.views.service import ViewService
from dagnb.widgets.wire import plain


@solid(config_schema={"rows": Field(int, description="how many"), "origin": Field(str, default_value="JFK")})
def load(context: Any) -> Any:
    """Load it."""
    yield AssetMaterialization("a.b", metadata_entries=[EventMetadataEntry.int(context.solid_config["rows"], "rows")])
    yield Output(context.solid_config["rows"])


@lambda_solid
def double(number: int) -> int:
    return 2 * number


def make() -> Pipeline:
    presets = [PresetDefinition("small", {"solids": {"load": {"config": {"rows": 1}}}})]
    modes = [ModeDefinition("dev"), ModeDefinition("prod")]
    return Pipeline(compose_pipeline(lambda: double(load()), name="p", mode_defs=modes, preset_defs=presets))


GOOD = "solids:\n  load:\n    config:\n      rows: 3\n"
BAD = "solids:\n  load:\n    config:\n      rows: many\n      orign: x\n"


class Asked:
    """A service over one pipeline, and what it was asked to do."""

    def __init__(self, instance: Instance) -> None:
        self.pipeline = make()
        self.instance = instance
        self.cancelled: list[str] = []
        self.service = ViewService(
            instance, pipeline=lambda: self.pipeline.definition, launch=self.launch, cancel=self.cancel
        )

    def launch(self, document: Mapping[str, Any], mode: str) -> str:
        return self.pipeline.run(document, mode=mode, instance=self.instance).run_id

    def cancel(self, run_id: str) -> bool:
        self.cancelled.append(run_id)
        return True

    def __call__(self, method: str, **fields: Any) -> Any:
        request = json.loads(json.dumps({"method": method, **fields}))
        answer = self.service(request)
        json.dumps(plain(answer))
        return answer


@pytest.fixture
def ask(instance: Instance) -> Asked:
    return Asked(instance)


def test_a_solid_is_told_as_it_is_declared_and_as_it_ran(ask: Asked) -> None:
    declared = ask("solid", solid="load")
    assert isinstance(declared, SolidDetails)
    assert (declared.status, declared.description) == (None, "Load it.")
    assert "rows" in declared.schema
    run_id = ask.launch({"solids": {"load": {"config": {"rows": 3}}}}, "dev")
    ran = ask("solid", solid="load", run_id=run_id)
    assert (ran.status, ran.config) == ("success", "rows: 3\n")


def test_frames_go_on_from_where_the_page_stands(ask: Asked) -> None:
    run_id = ask.launch({"solids": {"load": {"config": {"rows": 3}}}}, "dev")
    whole = ask("frame", run_id=run_id)
    assert isinstance(whole, RunFrame)
    assert {node.status for node in whole.nodes} == {"success"}
    assert ask("frame", run_id=run_id, after=whole.seq) is None


def test_the_graph_is_laid_out_in_either_direction(ask: Asked) -> None:
    run_id = ask.launch({"solids": {"load": {"config": {"rows": 3}}}}, "dev")
    for asked_of in (None, run_id):
        down, across = (ask("layout", direction=each, run_id=asked_of) for each in ("tb", "lr"))
        assert (down.direction, across.direction) == ("tb", "lr")
        first, second = down.nodes
        assert (first.id, second.id) == ("load", "double")
        assert second.y > first.y + first.height
        assert across.nodes[1].x > across.nodes[0].x + across.nodes[0].width


def test_a_config_is_checked(ask: Asked) -> None:
    right = ask("check", text=GOOD, mode="dev")
    assert isinstance(right, ConfigCheck)
    assert right.diagnostics == ()
    assert right.plan is not None
    assert [row[0] for row in right.plan.rows] == ["load", "double"]
    wrong = ask("check", text=BAD, mode="dev")
    assert [(each.path, each.line) for each in wrong.diagnostics] == [
        ("solids › load › config › rows", 3),
        ("solids › load › config › orign", 4),
    ]
    assert wrong.summary == "2 errors"
    assert ask("check", text="solids: [", mode="dev").diagnostics
    assert ask("check", text="", mode="dev").diagnostics


def test_what_could_stand_at_the_cursor(ask: Asked) -> None:
    text = "solids:\n  load:\n    config:\n      "
    found = ask("complete", text=text, mode="dev", line=3, column=6)
    assert {"rows", "origin"} <= {each.label for each in found}
    assert ask("complete", text="", mode="dev", line=0, column=0)


def test_a_scaffold_and_a_preset_are_texts(ask: Asked) -> None:
    required = ask("scaffold", mode="dev")
    assert "rows" in required
    assert "origin" not in required
    assert "origin: JFK" in ask("scaffold", mode="dev", fields="all")
    assert ask("preset", name="small") == "solids:\n  load:\n    config:\n      rows: 1\n"


def test_launch_runs_or_says_what_keeps_it(ask: Asked) -> None:
    answer = ask("launch", text=GOOD, mode="prod")
    assert isinstance(answer, LaunchAnswer)
    assert answer.run_id is not None
    assert answer.graph is not None
    run = ask.instance.runs.run(answer.run_id)
    assert run is not None
    assert run.mode == "prod"
    kept = ask("launch", text=BAD, mode="prod")
    assert (kept.run_id, kept.graph, len(kept.check.diagnostics)) == (None, None, 2)
    assert len(ask.instance.runs.runs()) == 1


def test_cancel_is_passed_on(ask: Asked) -> None:
    assert ask("cancel", run_id="r") is True
    assert ask.cancelled == ["r"]
    assert ViewService(ask.instance)({"method": "cancel", "run_id": "r"}) is False


def test_an_asset_has_its_page(ask: Asked) -> None:
    for rows in (3, 5):
        ask.launch({"solids": {"load": {"config": {"rows": rows}}}}, "dev")
    page = ask("asset", key="a.b")
    assert isinstance(page, AssetView)
    assert (page.count, [point.value for point in page.series[0].points]) == (2, [3.0, 5.0])
    assert page.series[0].headline == "5, up 2 from the run before"
    assert [row[-1] for row in page.history.rows] == ["5", "3"]


WRONG: dict[str, tuple[dict[str, Any], type[DagnbError], str]] = {
    "no method": ({}, DagnbNotFoundError, "no request named None"),
    "an unknown method": ({"method": "solids"}, DagnbNotFoundError, "did you mean solid"),
    "a method that is none": ({"method": ["solid"]}, DagnbNotFoundError, "no request named"),
    "an unknown solid": ({"method": "solid", "solid": "laod"}, DagnbNotFoundError, "did you mean load"),
    "an unknown run": ({"method": "frame", "run_id": "x"}, DagnbNotFoundError, "no run named x"),
    "an unknown mode": ({"method": "check", "text": "", "mode": "prd"}, DagnbNotFoundError, "did you mean prod"),
    "an unknown mode to launch": ({"method": "launch", "text": GOOD, "mode": "x"}, DagnbNotFoundError, "no mode"),
    "an unknown preset": ({"method": "preset", "name": "smal"}, DagnbNotFoundError, "did you mean small"),
    "an unknown asset": ({"method": "asset", "key": "a.c"}, DagnbNotFoundError, "no asset named"),
    "an empty asset": ({"method": "asset", "key": ""}, DagnbError, "asset key"),
    "a field left out": ({"method": "solid"}, DagnbInvariantViolationError, "solid"),
    "a field too many": ({"method": "asset", "key": "a", "size": 3}, DagnbInvariantViolationError, "size"),
    "a field of another type": ({"method": "frame", "run_id": 3}, DagnbInvariantViolationError, "run_id"),
    "a number that is none": (
        {"method": "frame", "run_id": "x", "after": "2"},
        DagnbInvariantViolationError,
        "after",
    ),
    "a truth as a number": ({"method": "frame", "run_id": "x", "after": True}, DagnbInvariantViolationError, "after"),
    "a direction that is none": (
        {"method": "layout", "direction": "up"},
        DagnbInvariantViolationError,
        "direction",
    ),
    "a choice that is none": (
        {"method": "scaffold", "mode": "dev", "fields": "some"},
        DagnbInvariantViolationError,
        "fields",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_is_told_what_is_wrong(name: str, ask: Asked) -> None:
    request, error, part = WRONG[name]
    with pytest.raises(error, match=part):
        ask.service(request)


def test_a_service_without_a_pipeline_says_so(instance: Instance) -> None:
    service = ViewService(instance)
    for request in (
        {"method": "solid", "solid": "load"},
        {"method": "check", "text": "", "mode": "dev"},
        {"method": "launch", "text": "", "mode": "dev"},
    ):
        with pytest.raises(DagnbInvariantViolationError, match="knows no pipeline"):
            service(request)
    only_looks = ViewService(instance, pipeline=lambda: make().definition)
    with pytest.raises(DagnbInvariantViolationError, match="cannot launch"):
        only_looks({"method": "launch", "text": GOOD, "mode": "dev"})


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6) | st.sampled_from(["load", "dev", "a.b"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
METHODS = ["solid", "layout", "frame", "cancel", "check", "complete", "scaffold", "preset", "asset"]
FIELDS = ["solid", "direction", "run_id", "after", "text", "mode", "line", "column", "fields", "name", "key"]


@given(st.sampled_from(METHODS), st.dictionaries(st.sampled_from(FIELDS), anything, max_size=5))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_or_refused(ask: Asked, method: str, fields: dict[str, Any]) -> None:
    with suppress(DagnbError):
        ask(method, **fields)


def test_a_run_is_followed_while_it_goes_on(instance: Instance) -> None:
    gate, begun = threading.Event(), threading.Event()

    @solid
    def waits() -> int:
        begun.set()
        gate.wait(10)
        return 1

    made = Pipeline(compose_pipeline(lambda: double(waits()), name="p"))
    thread = threading.Thread(target=lambda: made.run(instance=instance))
    thread.start()
    assert begun.wait(5)
    service = ViewService(instance)
    (run,) = instance.runs.runs()
    first = service.since(run.run_id)
    while first is None or first.nodes[0].status != "running":
        first = service.since(run.run_id)
    assert first.run.state == "started"
    gate.set()
    thread.join(10)
    last = service.since(run.run_id, first.seq)
    assert last is not None
    assert last.run.state == "success"
    assert {node.id for node in last.nodes} == {"waits", "double"}


def test_pickles_are_never_read_for_a_preview(instance: Instance) -> None:
    class Own:
        def __reduce__(self) -> Any:
            return (opened.append, (1,))

    opened: list[int] = []

    @solid
    def make_own() -> Any:
        return Own()

    made = Pipeline(compose_pipeline(lambda: [make_own()], name="p"))
    run = made.run(instance=instance)
    panel = ViewService(instance).solid("make_own", run.run_id)
    assert panel.output_values[0].table is None
    assert opened == []


def test_many_runs_can_be_looked_at_in_turn(ask: Asked) -> None:
    ids = [ask.launch({"solids": {"load": {"config": {"rows": n}}}}, "dev") for n in range(12)]
    for run_id in ids + ids[:2]:
        assert ask("frame", run_id=run_id).run.run_id == run_id
