"""Composite solids and dynamic outputs as they are defined: what they infer and how they are found."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dagnb import (
    CompositeSolidDefinition,
    DynamicOutputDefinition,
    Field,
    InputDefinition,
    composite_solid,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.errors import (
    DagnbInvalidDefinitionError,
    DagnbNotFoundError,
)
from tests.definitions.solids import calling, double, many, one, prepare, quadruple, total


@solid(output_defs=[DynamicOutputDefinition(int)])
def more(number: int) -> Any:
    raise AssertionError(f"nothing runs here with {number}")


def _length(words: Any) -> int:
    return len(words)


@solid(config_schema={"by": int})
def scale(context: Any, number: int) -> int:
    by: int = context.solid_config["by"]
    return number * by


class Pair(NamedTuple):
    left: Any
    right: Any


def test_inputs_and_outputs_are_inferred_from_what_they_feed_and_come_from() -> None:
    @composite_solid
    def inferred(number, words=None):  # type: ignore[no-untyped-def]  # what it infers is the point
        lambda_solid(name="length")(_length)(words)
        return Pair(left=double(number), right=prepare())

    assert {name: each.type.name for name, each in inferred.inputs.items()} == {"number": "int", "words": "Any"}
    assert inferred.inputs["words"].default_value is None
    assert {name: each.type.name for name, each in inferred.outputs.items()} == {"left": "int", "right": "Nothing"}
    assert quadruple.description == "Double twice."
    assert repr(quadruple) == "quadruple(number: int) -> int"
    assert quadruple.kind == "composite"


def test_defaults_of_parameters_are_those_of_the_inputs() -> None:
    @composite_solid
    def with_default(number: int = 3) -> int:
        made: int = double(number)
        return made

    assert with_default.inputs["number"].default_value == 3
    assert list(compose_pipeline(lambda: [with_default()], name="p").flat.unfed) == [("with_default.double", "number")]


def test_what_is_in_a_composite_is_found_by_its_handle() -> None:
    @composite_solid
    def twice(number: int) -> int:
        made: int = quadruple(quadruple.alias("first")(number))
        return made

    made = compose_pipeline(lambda: twice.alias("whole")(one()), name="p")
    assert list(made.flat.nodes) == [
        "one",
        *(f"whole.{each}" for each in ("first.double", "first.again", "quadruple.double", "quadruple.again")),
    ]
    assert made.node("whole").definition is twice
    assert made.node("whole.first").definition is quadruple
    assert made.node("whole.first.again").definition is double
    assert made.flat.inside("whole.first") == ["whole.first.double", "whole.first.again"]
    assert [each.name for each in made.solid_defs] == ["one", "twice", "quadruple", "double"]
    assert list(made.types) == ["int"]
    with pytest.raises(DagnbNotFoundError, match=r"did you mean whole\.first\.again"):
        made.node("whole.first.agan")


def test_tags_of_an_invocation_of_a_composite_are_its_own() -> None:
    made = compose_pipeline(lambda: quadruple.tag({"team": "data"})(one()), name="p")
    assert made.flat.composites["quadruple"].tags == {"team": "data"}
    assert made.flat.nodes["quadruple.double"].tags == {}


def test_a_subset_keeps_what_the_chosen_solids_feed_each_other() -> None:
    made = compose_pipeline(lambda: total([quadruple(one()), double(one())]), name="p")
    part = made.subset(["total", "quadruple", "double"])
    assert list(part.nodes) == ["quadruple", "double", "total"]
    assert part.nodes["quadruple"].inputs == {}
    assert [each.node for _, each in part.nodes["total"].connections()] == ["quadruple", "double"]
    with pytest.raises(DagnbNotFoundError, match="did you mean double"):
        made.subset(["doubel"])
    with pytest.raises(DagnbInvalidDefinitionError, match="nothing can feed the input numbers"):
        made.subset(["total"])


def test_code_versions_follow_the_code_and_config_within() -> None:
    def of(by: int, *, start: int = 0) -> CompositeSolidDefinition:
        inner = scale.configured({"by": by}, name="scale")

        @composite_solid(name="whole")
        def whole(number: int) -> int:
            if start:
                one()
            made: int = inner(number)
            return made

        return whole

    assert of(2).code_version == of(2).code_version
    assert len({of(2).code_version, of(3).code_version, of(2, start=1).code_version}) == 3

    def mapped(config_fn: Callable[[Any], Any]) -> str:
        made = CompositeSolidDefinition(
            "m",
            [scale],
            [InputDefinition("number", int).mapping_to("scale", "number")],
            config_schema=int,
            config_fn=config_fn,
        )
        return made.code_version

    first = mapped(lambda config: {"scale": {"config": {"by": config}}})
    assert first == mapped(lambda config: {"scale": {"config": {"by": config}}})
    assert first != mapped(lambda config: {"scale": {"config": {"by": config + 1}}})
    assert scale.code_version != scale.configured({"by": 1}, name="s").code_version
    named = [scale.configured(lambda config: {"by": config}, int, name="s"), scale.configured({"by": 1}, name="s")]
    assert len({each.code_version for each in named}) == 2
    assert len({scale.configured({"by": by}, name="s").code_version for by in (1, 2, 1)}) == 2


def test_calls_in_loops_helpers_and_branches_are_recorded() -> None:
    def helper(count: int) -> list[Any]:
        return [double(one()) for _ in range(count)]

    def body() -> None:
        if len(helper(2)) == 2:
            total(helper(1))

    made = compose_pipeline(body, name="p")
    assert set(made.nodes) == {"one", "one_2", "one_3", "double", "double_2", "double_3", "total"}


def test_what_a_pipelines_body_returns_does_not_matter() -> None:
    for returned in (None, 3, {"a": 1}):
        made = compose_pipeline(calling(one, returned=returned), name="p")
        assert list(made.nodes) == ["one"]


def test_a_pipeline_has_config_of_its_own_that_maps_to_its_solids() -> None:
    @pipeline(
        config_schema={"size": Field(int, default_value=2)},
        config_fn=lambda config: {"scale": {"config": {"by": config["size"]}}},
    )
    def sized() -> None:
        scale(one())

    assert sized.run()["scale"].value == 2
    assert sized.run({"config": {"size": 5}})["scale"].value == 5
    with pytest.raises(ValueError, match="solids › scale"):
        sized.run({"solids": {"scale": {"config": {"by": 1}}}})
    with pytest.raises(ValueError, match="config › size"):
        sized.run({"config": {"size": "x"}})
    with pytest.raises(DagnbInvalidDefinitionError, match="config_fn is missing"):
        pipeline("p", config_schema={"size": int})(lambda: None)


def test_depths_follow_what_an_output_of_a_composite_depends_on() -> None:
    @composite_solid
    def several(left: int, right: int) -> Any:
        return {"left": double(left), "single": one(), "deep": more(right), "flat": more.alias("m")(left).collect()}

    kinds: dict[str, str] = {}

    def body() -> None:
        made = many().map(lambda each: several(each, one()))
        kinds.update({name: type(getattr(made, name)).__name__ for name in made.names()})
        kinds["deep of deep"] = type(many().map(lambda each: several(one(), each)).deep.collect()).__name__

    compose_pipeline(body, name="p")
    assert kinds == {
        "left": "DynamicHandle",
        "single": "OutputHandle",
        "deep": "DynamicHandle",
        "flat": "DynamicHandle",
        "deep of deep": "DynamicHandle",
    }


def test_a_composite_follows_the_names_in_its_function() -> None:
    cells: dict[str, Any] = {"composite_solid": composite_solid, "pipeline": pipeline, "one": one, "double": double}
    exec("@composite_solid\ndef inner(number):\n    return double(number)\n", cells)  # noqa: S102  # a notebook
    exec("@composite_solid\ndef outer(number):\n    return inner(number)\n", cells)  # noqa: S102
    exec("@pipeline\ndef numbers():\n    outer(one())\n    outer(one())\n", cells)  # noqa: S102
    numbers = cells["numbers"]
    before = numbers.definition
    assert numbers.definition is before
    assert numbers.run()["outer.inner.double"].value == 2
    cells["double"] = lambda_solid(name="threefold")(_threefold)
    assert numbers.definition is not before
    assert list(numbers.definition.flat.nodes) == [
        "one",
        "one_2",
        "outer.inner.threefold",
        "outer_2.inner.threefold",
    ]
    assert numbers.run()["outer_2.inner.threefold"].value == 3


def _threefold(number: int) -> int:
    return 3 * number


def test_a_composite_that_came_to_be_in_itself_is_named() -> None:
    cells: dict[str, Any] = {"composite_solid": composite_solid, "double": double}
    text = "@composite_solid\ndef whole(number):\n    return {}(number)\n"
    exec(text.format("double"), cells)  # noqa: S102  # a notebook
    exec(text.format("whole"), cells)  # noqa: S102  # the one before is in it
    with pytest.raises(DagnbInvalidDefinitionError, match="is in itself") as caught:
        compose_pipeline(lambda: cells["whole"](one()), name="p")
    assert "composite solid whole" in str(caught.value)


def test_a_copy_of_a_composite_stays_as_it_is() -> None:
    import cloudpickle

    cells: dict[str, Any] = {"composite_solid": composite_solid, "double": double}
    exec("@composite_solid\ndef whole(number):\n    return double(number)\n", cells)  # noqa: S102  # a notebook
    copied = pickle.loads(cloudpickle.dumps(cells["whole"]))
    cells["double"] = lambda_solid(name="threefold")(_threefold)
    assert list(compose_pipeline(lambda: copied(one()), name="p").flat.nodes) == ["one", "whole.double"]
