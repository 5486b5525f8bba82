"""Type checks in runs: they get the step's context, with the resources that the type asks for."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import DagnbType, ModeDefinition, OutputDefinition, lambda_solid, pipeline, solid
from dagnb.errors import DagnbInvalidDefinitionError, DagnbTypeCheckError
from dagnb.instance import Instance


def check_small(context: Any, value: object) -> bool:
    return isinstance(value, int) and value < context.resources.limit


Small = DagnbType(check_small, name="Small", required_resource_keys={"limit"})


@solid(output_defs=[OutputDefinition(Small)], config_schema=int)
def give(context: Any) -> int:
    number: int = context.solid_config
    return number


@lambda_solid
def take(numbers: list[Small]) -> int:  # type: ignore[valid-type]  # what a user writes
    return len(numbers)


def test_a_check_uses_the_resources_that_its_type_asks_for(instance: Instance) -> None:
    @pipeline(mode_defs=[ModeDefinition("dev", {"limit": 10})])
    def checked() -> None:
        take([give.alias("first")(), give.alias("second")()])

    def document(first: int, second: int) -> dict[str, Any]:
        return {"solids": {"first": {"config": first}, "second": {"config": second}}}

    assert checked.run(document(1, 2), instance=instance)["take"].value == 2
    with pytest.raises(DagnbTypeCheckError, match="second › output result"):
        checked.run(document(1, 12), instance=instance)
    swapped = checked.run(document(1, 12), resources={"limit": 20}, instance=instance)
    assert swapped.success


def test_a_mode_without_what_a_type_asks_for_is_refused() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="no resource named limit"):

        @pipeline
        def checked() -> None:
            give()
