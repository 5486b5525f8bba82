"""Selections that cut an input off: told with the solid that gives it and the ways to give it otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import Nothing, lambda_solid
from dagnb.config import DagnbConfigError
from dagnb.definitions import InputDefinition, PipelineDefinition, compose_pipeline
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.planning.plan import make_plan


class Frame:
    """A class that no config can give."""


@lambda_solid
def load() -> Frame:
    return Frame()


@lambda_solid
def limit() -> int:
    return 3


@lambda_solid
def delays(flights: Any, most: int) -> Any:
    return flights, most


@lambda_solid
def shown(flights: Frame, by: str = "x") -> str:
    return f"{flights} {by}"


@lambda_solid(input_defs=[InputDefinition("start", Nothing)])
def after() -> int:
    return 1


@pytest.fixture
def made() -> PipelineDefinition:
    def body() -> None:
        flights = load()
        after(delays(flights, limit()))
        shown(flights)

    return compose_pipeline(body, name="report")


def refused(made: PipelineDefinition, **request: Any) -> str:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make_plan(made, **request)
    return str(caught.value)


def test_an_input_that_config_could_give_is_told_as_cut_off(made: PipelineDefinition) -> None:
    lines = refused(made, solid_selection="limit,delays").splitlines()
    assert lines[:4] == [
        "the selection cuts off the input flights",
        "  at: pipeline report › delays",
        "  got: load, which gives it, is not selected",
        "  expected: a value of type Any",
    ]
    ways = lines[4].removeprefix("  next: ").split("; ")
    assert ways == [
        'solid_selection="*delays" computes it',
        'input_values={"delays": {"flights": ...}} hands in a value',
        "the run config gives one at solids › delays › inputs › flights",
    ]


def test_an_input_that_config_cannot_give_is_not_sent_there(made: PipelineDefinition) -> None:
    text = refused(made, solid_selection="shown")
    assert "load, which gives it" in text
    assert "run config" not in text


def test_all_that_is_cut_off_is_told_at_once(made: PipelineDefinition) -> None:
    text = refused(made, solid_selection=["delays", "shown"])
    assert text.startswith("the selection cuts off 3 inputs\n  at: pipeline report\n")
    assert "got: shown › flights, from load; delays › flights, from load; delays › most, from limit\n" in text
    assert 'solid_selection="*shown,*delays" computes them' in text


def test_a_fan_in_that_is_cut_off_names_all_that_feed_it() -> None:
    @lambda_solid
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    made = compose_pipeline(lambda: total([limit(), limit.alias("other")()]), name="p")
    assert "got: limit and other, which give it, are not selected\n" in refused(made, solid_selection="total")


@pytest.mark.parametrize("document", [None, {"solids": None}, {"solids": {"delays": {"inputs": []}}}, {"solids": 3}])
def test_a_document_that_does_not_say_it_does_not_hide_it(document: Any, made: PipelineDefinition) -> None:
    assert "cuts off the input most" in refused(made, run_config=document, solid_selection=["load", "delays"])


def test_what_the_run_config_gives_is_not_cut_off(made: PipelineDefinition) -> None:
    document = {"solids": {"delays": {"inputs": {"most": 4}}}}
    assert make_plan(made, document, solid_selection=["load", "delays"]).config.inputs["delays"] == {"most": 4}
    with pytest.raises(DagnbConfigError, match="most"):  # given, and wrong: that is for the config to say
        make_plan(made, {"solids": {"delays": {"inputs": {"most": "x"}}}}, solid_selection=["load", "delays"])


def test_values_at_hand_and_order_alone_are_enough(made: PipelineDefinition) -> None:
    given = {"delays": {"flights": 1, "most": 2}}
    assert list(make_plan(made, solid_selection="delays", input_values=given).steps) == ["delays"]
    assert list(make_plan(made, solid_selection="after").steps) == ["after"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"delay": {"most": 1}}, "no selected solid named delay"),
        ({"shown": {"flights": 1}}, "no selected solid named shown"),
        ({"delays": {"mst": 1}}, "no input named mst"),
    ],
)
def test_a_value_for_what_is_not_there_is_told(given: Any, told: str, made: PipelineDefinition) -> None:
    with pytest.raises(DagnbNotFoundError, match=told):
        make_plan(made, solid_selection="*delays", input_values=given)
