"""Values handed in where something else would feed an input."""

from __future__ import annotations

import pytest

from dagnb import Instance, lambda_solid, pipeline
from dagnb.errors import DagnbInvalidDefinitionError


@lambda_solid
def load() -> int:
    raise RuntimeError("not to be run")


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@pipeline
def numbers() -> None:
    double(load())


def test_a_part_of_a_pipeline_runs_on_a_value_at_hand(instance: Instance) -> None:
    run = numbers.run(solid_selection="double", input_values={"double": {"number": 4}}, instance=instance)
    assert run["double"].value == 8
    assert [step.key for step in run] == ["double"]


def test_without_the_value_nothing_is_run(instance: Instance) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="cuts off the input number"):
        numbers.run(solid_selection="double", instance=instance)
    assert instance.runs.count_runs() == 0
