"""Pipelines that are made of a dict of dependencies."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import DependencyDefinition, MultiDependencyDefinition
from dagnb.definitions import PipelineDefinition, SolidInvocation, lambda_solid
from dagnb.errors import DagnbCycleError, DagnbError, DagnbInvalidDefinitionError, DagnbNotFoundError
from tests.definitions.solids import add, divide, double, one, prepare, total

From = DependencyDefinition


def made(solids: list[Any], dependencies: dict[Any, Any]) -> PipelineDefinition:
    return PipelineDefinition.from_dependencies(solids, "p", dependencies)


def test_solids_come_in_an_order_in_which_they_can_run() -> None:
    found = made(
        [double, one, add], {"add": {"left": From("one"), "right": From("double")}, "double": {"number": From("one")}}
    )
    assert list(found.nodes) == ["one", "double", "add"]


def test_a_solid_is_used_several_times_by_invocations() -> None:
    found = made(
        [one, double],
        {
            SolidInvocation("double", alias="twice", tags={"n": 2}): {"number": From("one")},
            SolidInvocation("double", alias="again"): {"number": From("twice")},
        },
    )
    assert list(found.nodes) == ["one", "twice", "again"]
    assert found.nodes["twice"].tags == {"n": "2"}


def test_several_outputs_fan_in() -> None:
    several = MultiDependencyDefinition([From("divide", "quotient"), From("divide", "rest")])
    found = made([divide, total], {"total": {"numbers": several}})
    assert [connection.output for _, connection in found.nodes["total"].connections()] == ["quotient", "rest"]


def _another_one() -> Any:
    @lambda_solid(name="one")
    def other() -> int:
        return 2

    return other


MISTAKES: dict[str, tuple[list[Any], dict[Any, Any], type[DagnbError], list[str]]] = {
    "an unknown solid": (
        [one, double],
        {"dobule": {"number": From("one")}},
        DagnbNotFoundError,
        ["no solid named dobule", "pipeline p", "did you mean double?"],
    ),
    "an unknown source": (
        [one, double],
        {"double": {"number": From("onne")}},
        DagnbNotFoundError,
        ["no solid named onne", "p › double › number", "did you mean one?"],
    ),
    "an unknown input": (
        [one, double],
        {"double": {"nummer": From("one")}},
        DagnbNotFoundError,
        ["no input named nummer", "p › double", "number"],
    ),
    "an unknown output": (
        [one, double],
        {"double": {"number": From("one", "resutl")}},
        DagnbNotFoundError,
        ["no output named resutl", "p › one", "did you mean result?"],
    ),
    "a source that is no dependency": (
        [one, double],
        {"double": {"number": "one"}},
        DagnbInvalidDefinitionError,
        ["p › double › input number", 'the text "one"', "DependencyDefinition("],
    ),
    "two solids of one name": (
        [one, _another_one()],
        {},
        DagnbInvalidDefinitionError,
        ["p › one", "two different solids"],
    ),
    "two invocations of one name": (
        [one, double],
        {"double": {"number": From("one")}, SolidInvocation("double"): {"number": From("one")}},
        DagnbInvalidDefinitionError,
        ["p › double", "the same name"],
    ),
    "a key that is neither name nor invocation": (
        [one, double],
        {double: {"number": From("one")}},
        DagnbInvalidDefinitionError,
        ["p", "double", "SolidInvocation"],
    ),
    "a solid that is none": ([one, print], {}, DagnbInvalidDefinitionError, ["pipeline p", "print"]),
    "a cycle of one": (
        [double],
        {"double": {"number": From("double")}},
        DagnbCycleError,
        ["p", "double → double"],
    ),
    "a cycle of two": (
        [one, add, double],
        {"add": {"left": From("one"), "right": From("double")}, "double": {"number": From("add")}},
        DagnbCycleError,
        ["p", "→", "take one of these dependencies away"],
    ),
    "an output named twice in a fan-in": (
        [prepare, total],
        {},
        DagnbInvalidDefinitionError,
        ["nothing can feed the input numbers"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    solids, dependencies, error, parts = MISTAKES[mistake]
    with pytest.raises(error) as caught:
        made(solids, dependencies)
    text = str(caught.value)
    assert [part for part in parts if part not in text] == [], text


def test_a_cycle_names_its_solids_in_the_order_of_the_data() -> None:
    with pytest.raises(DagnbCycleError) as caught:
        made(
            [one, add, double],
            {"add": {"left": From("one"), "right": From("double")}, "double": {"number": From("add")}},
        )
    assert sorted(caught.value.solids) == ["add", "double"]
    assert isinstance(caught.value, ValueError)


def test_a_fan_in_names_each_output_once() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="twice"):
        MultiDependencyDefinition([From("one"), From("one", "result")])
