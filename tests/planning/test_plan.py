"""Plans: what a run will do, and everything that can be known to be wrong before it."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import InputDefinition, ModeDefinition, Nothing, lambda_solid, solid
from dagnb.config import DagnbConfigError
from dagnb.definitions import PipelineDefinition, compose_pipeline
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbSelectionError
from dagnb.planning.plan import ExecutionPlan, make_plan


class Frame:
    """A class that no config can give."""


@lambda_solid
def load() -> Frame:
    return Frame()


@lambda_solid
def number() -> int:
    return 1


@solid(config_schema={"by": int, "name": str})
def scale(context: Any, value: int) -> int:
    return value * int(context.solid_config["by"])


@lambda_solid
def fit(frame: Frame, folds: int = 3) -> Frame:
    assert folds
    return frame


@lambda_solid
def total(numbers: list[int]) -> int:
    return sum(numbers)


@solid(input_defs=[InputDefinition("start", Nothing)])
def follow() -> int:
    return 1


def body() -> None:
    frame = load()
    fit(frame)
    scale(number())
    total([number.alias("first")(), number.alias("second")()])
    follow(start=frame)


@pytest.fixture
def made() -> PipelineDefinition:
    return compose_pipeline(body, name="p", mode_defs=[ModeDefinition("dev"), ModeDefinition("prod")])


SCALE = {"solids": {"scale": {"config": {"by": 2, "name": "x"}}}}


def inputs(plan: ExecutionPlan, step: str) -> dict[str, Any]:
    return {
        each.definition.name: [connection.node for connection in each.connections] or each.value
        for each in plan.steps[step].inputs
    }


def test_a_plan_has_every_step_after_those_that_feed_it(made: PipelineDefinition) -> None:
    plan = make_plan(made, SCALE)
    seen: set[str] = set()
    for key, step in plan.steps.items():
        assert set(step.needs()) <= seen
        seen.add(key)
    assert len(seen) == 8
    assert plan.mode.name == "dev"
    assert plan.steps["scale"].config == {"by": 2, "name": "x"}
    assert inputs(plan, "fit") == {"frame": ["load"], "folds": 3}
    assert inputs(plan, "total") == {"numbers": ["first", "second"]}


def test_every_problem_of_a_run_config_comes_at_once(made: PipelineDefinition) -> None:
    document = {"solids": {"scale": {"config": {"by": "two"}}, "lod": {}}, "resource": {}}
    with pytest.raises(DagnbConfigError) as caught:
        make_plan(made, document)
    text = str(caught.value)
    for part in ("run config of p", "solids › scale › config › by", "name", "lod", "load", "resource"):
        assert part in text, text
    assert len(caught.value.errors) == 4


@pytest.mark.parametrize("document", ["a text", 3, ["solids"]])
def test_a_run_config_that_is_no_document_is_told(document: Any, made: PipelineDefinition) -> None:
    with pytest.raises(DagnbConfigError):
        make_plan(made, document)


def test_an_unknown_mode_is_told(made: PipelineDefinition) -> None:
    with pytest.raises(DagnbNotFoundError, match="did you mean prod"):
        make_plan(made, SCALE, mode="prd")


def test_a_selection_needs_config_for_what_it_runs_only(made: PipelineDefinition) -> None:
    assert list(make_plan(made, solid_selection="*fit").steps) == ["load", "fit"]
    assert list(make_plan(made, SCALE, solid_selection="*fit").steps) == ["load", "fit"], (
        "config for the rest is no fault"
    )
    with pytest.raises(DagnbSelectionError, match="there is no fti"):
        make_plan(made, solid_selection="fti")


def test_a_cut_input_comes_from_config(made: PipelineDefinition) -> None:
    document = {"solids": {"scale": {"config": {"by": 2, "name": "x"}, "inputs": {"value": 7}}}}
    plan = make_plan(made, document, solid_selection="scale")
    assert inputs(plan, "scale") == {"value": 7}
    document["solids"]["scale"]["inputs"] = {"value": {"value": 8}}
    assert inputs(make_plan(made, document, solid_selection="scale"), "scale") == {"value": {"value": 8}}, (
        "the type's loader takes it apart"
    )
    with pytest.raises(DagnbInvalidDefinitionError, match="cuts off the input value"):
        make_plan(made, SCALE, solid_selection="scale")


def test_a_cut_input_that_nothing_else_can_give_is_told(made: PipelineDefinition) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="cuts off the input frame") as caught:
        make_plan(made, solid_selection="fit")
    text = str(caught.value)
    assert "pipeline p › fit" in text
    assert "*fit" in text


def test_a_cut_fan_in_takes_what_is_left(made: PipelineDefinition) -> None:
    assert inputs(make_plan(made, solid_selection=["total", "second"]), "total") == {"numbers": ["second"]}
    with pytest.raises(DagnbInvalidDefinitionError, match="cuts off the input numbers"):
        make_plan(made, solid_selection="total")


def test_a_fan_in_that_is_cut_off_has_its_default() -> None:
    @lambda_solid
    def sums(numbers: list[int] = [5]) -> int:  # noqa: B006  # nobody changes it
        return sum(numbers)

    made = compose_pipeline(lambda: sums([number()]), name="p")
    (taken,) = make_plan(made, solid_selection="sums").steps["sums"].inputs
    assert (taken.value, taken.is_fan_in) == ([5], False)


def test_a_cut_order_is_no_fault(made: PipelineDefinition) -> None:
    assert inputs(make_plan(made, solid_selection="follow"), "follow") == {}


def test_values_at_hand_go_before_anything_else(made: PipelineDefinition) -> None:
    frame = Frame()
    make_plan(made, SCALE)
    plan = make_plan(made, SCALE, input_values={"fit": {"frame": frame}, "scale": {"value": 5}})
    assert inputs(plan, "fit")["frame"] is frame
    assert inputs(plan, "scale") == {"value": 5}
    alone = make_plan(made, solid_selection="fit", input_values={"fit": {"frame": frame}})
    assert inputs(alone, "fit")["frame"] is frame


def test_values_at_hand_and_config_do_not_get_in_each_others_way() -> None:
    @lambda_solid
    def double(value: int) -> int:
        return 2 * value

    made = compose_pipeline(lambda: [double()], name="p")
    given = make_plan(made, input_values={"double": {"value": 5}})
    assert inputs(given, "double") == {"value": 5}
    from_config = make_plan(made, {"solids": {"double": {"inputs": {"value": 6}}}})
    assert inputs(from_config, "double") == {"value": 6}
    again = make_plan(made, input_values={"double": {"value": 7}})
    assert inputs(again, "double") == {"value": 7}


def test_a_plan_of_nothing_is_empty() -> None:
    assert make_plan(compose_pipeline(lambda: None, name="p")).steps == {}
