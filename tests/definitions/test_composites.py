"""Composite solids and dynamic outputs as they are defined: what they infer, and what every mistake is told."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dagnb import (
    CompositeSolidDefinition,
    DependencyDefinition,
    DynamicOutputDefinition,
    Field,
    InputDefinition,
    MultiDependencyDefinition,
    Nothing,
    OutputDefinition,
    composite_solid,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.errors import (
    DagnbCycleError,
    DagnbError,
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbNotFoundError,
)
from tests.definitions.solids import add, announce, divide, double, one, prepare, total


@composite_solid
def quadruple(number: int) -> int:
    """Double twice."""
    again: int = double.alias("again")(double(number))
    return again


@solid(output_defs=[DynamicOutputDefinition(int)])
def many() -> Any:
    raise AssertionError("nothing runs here")


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


def _feeds_nothing() -> None:
    @composite_solid
    def idle(number: int) -> int:
        del number
        made: int = one()
        return made


def _returns(value: Callable[[Any], Any], **rest: Any) -> Callable[[], Any]:
    def define() -> Any:
        def whole(number: int) -> Any:
            return value(double(number))

        return composite_solid(name="whole", **rest)(whole)

    return define


def _stated(**parts: Any) -> Callable[[], Any]:
    def define() -> Any:
        given = {"solid_defs": [double, one], "output_mappings": []}
        return CompositeSolidDefinition("whole", **{**given, **parts})

    return define


def _calls_itself() -> None:
    @composite_solid
    def endless(number: int) -> int:
        made: int = endless(number)
        return made


def _kept_from_a_composite() -> None:
    kept: list[Any] = []

    @composite_solid
    def inner(number: int) -> Any:
        kept.append(number)
        return double(number)

    double(kept[0])


def _pipeline_in_a_pipeline() -> None:
    @pipeline
    def inner() -> None:
        one()

    inner()


def _out_of_the_map() -> None:
    kept: list[Any] = []
    many().map(kept.append)
    double(kept[0])


def _unfed_in_a_list() -> None:
    @composite_solid
    def listed(number: int = 3) -> Any:
        return total([number, one()])

    listed()


def _map_after_the_end() -> None:
    kept: list[Any] = []
    compose_pipeline(lambda: kept.append(many()), name="other")
    kept[0].map(double)


Fed = InputDefinition("number", int)
Made = OutputDefinition(int)

MISTAKES: dict[str, tuple[Callable[[], Any], type[DagnbError], list[str]]] = {
    "an input that feeds nothing": (
        _feeds_nothing,
        DagnbInvalidDefinitionError,
        ["composite solid idle › input number", "feeds nothing in it", "hand it to a solid"],
    ),
    "an input of another kind": (
        _stated(input_mappings=[InputDefinition("number", Nothing).mapping_to("double", "number")]),
        DagnbInvalidDefinitionError,
        ["composite solid whole › input number", "Nothing", "int, as double › number"],
    ),
    "an input of another class": (
        _stated(input_mappings=[InputDefinition("number", str).mapping_to("double", "number")]),
        DagnbInvalidDefinitionError,
        ["composite solid whole › input number", "got: str", "int, as double › number"],
    ),
    "an output of another class": (
        _stated(
            input_mappings=[InputDefinition("number", int).mapping_to("double", "number")],
            output_mappings=[OutputDefinition(str).mapping_from("double")],
        ),
        DagnbInvalidDefinitionError,
        ["composite solid whole › output result", "got: str", "int, as double › result"],
    ),
    "an input mapped to an unknown solid": (
        _stated(input_mappings=[Fed.mapping_to("doubel", "number")]),
        DagnbNotFoundError,
        ["whole › input number", "no solid named doubel", "did you mean double?"],
    ),
    "an input mapped to an unknown input": (
        _stated(input_mappings=[Fed.mapping_to("double", "nubmer")]),
        DagnbNotFoundError,
        ["whole › input number › double", "no input named nubmer", "did you mean number?"],
    ),
    "an input fed twice": (
        _stated(
            input_mappings=[Fed.mapping_to("double", "number")],
            dependencies={"double": {"number": DependencyDefinition("one")}},
        ),
        DagnbInvalidDefinitionError,
        ["an input is fed twice", "double › input number", "one › result", "fan_in_index"],
    ),
    "an output mapped from an unknown solid": (
        _stated(output_mappings=[Made.mapping_from("onn")]),
        DagnbNotFoundError,
        ["whole › output result", "no solid named onn"],
    ),
    "an output mapped from an unknown output": (
        _stated(solid_defs=[one], output_mappings=[Made.mapping_from("one", "reslt")]),
        DagnbNotFoundError,
        ["no output named reslt", "did you mean result?"],
    ),
    "an output mapped twice": (
        _stated(solid_defs=[one], output_mappings=[Made.mapping_from("one"), Made.mapping_from("one")]),
        DagnbInvalidDefinitionError,
        ["mapped twice", "whole › output result"],
    ),
    "an output of another kind": (
        _stated(solid_defs=[prepare], output_mappings=[Made.mapping_from("prepare")]),
        DagnbInvalidDefinitionError,
        ["whole › output result", "Nothing, as prepare › result"],
    ),
    "nothing to feed an inner input": (
        _stated(solid_defs=[total]),
        DagnbInvalidDefinitionError,
        ["whole › total", "nothing can feed the input numbers"],
    ),
    "a cycle within": (
        _stated(
            solid_defs=[double],
            dependencies={"double": {"number": DependencyDefinition("double")}},
        ),
        DagnbCycleError,
        ["whole", "double → double"],
    ),
    "a fan-in of something else": (
        lambda: MultiDependencyDefinition([DependencyDefinition("one"), "two"]),  # type: ignore[list-item]
        DagnbInvalidDefinitionError,
        ["a fan-in takes dependencies only", 'the text "two"', "mapping_to"],
    ),
    "a fan-in twice": (
        lambda: MultiDependencyDefinition([DependencyDefinition("one")] * 2),
        DagnbInvalidDefinitionError,
        ["names an output twice", "one › result"],
    ),
    "dependencies that are no dict": (
        _stated(dependencies=[("double", "one")]),
        DagnbInvalidDefinitionError,
        ["dependencies are a dict", "a list of 1"],
    ),
    "inputs that are no dict": (
        _stated(dependencies={"double": DependencyDefinition("one")}),
        DagnbInvalidDefinitionError,
        ["stated for each of its inputs", "whole › double"],
    ),
    "one solid for a list": (_stated(solid_defs=one), DagnbInvalidDefinitionError, ["a list of solids", "solid one"]),
    "a value returned": (
        _returns(lambda _made: 3),
        DagnbInvalidDefinitionError,
        ["composite solid whole", "the integer 3", "or a dict of such by name"],
    ),
    "a list returned": (_returns(lambda made: [made]), DagnbInvalidDefinitionError, ["a list of 1"]),
    "a value in the dict": (
        _returns(lambda made: {"a": made, "b": 3}),
        DagnbInvalidDefinitionError,
        ["whole › output b", "the integer 3"],
    ),
    "an unknown output returned": (
        _returns(lambda made: {"reslt": made}, output_defs=[OutputDefinition(int)]),
        DagnbNotFoundError,
        ["no output named reslt", "did you mean result?"],
    ),
    "an output not returned": (
        _returns(lambda made: {"a": made}, output_defs=[OutputDefinition(int, "a"), OutputDefinition(int, "b")]),
        DagnbInvalidDefinitionError,
        ["whole › output b", "comes from nothing in it", '{"b": solid(...)}'],
    ),
    "one of two outputs returned": (
        _returns(lambda made: made, output_defs=[OutputDefinition(int, "a"), OutputDefinition(int, "b")]),
        DagnbInvalidDefinitionError,
        ["returns one output, and 2 are declared", "a dict of a, b"],
    ),
    "an input handed on unchanged": (
        lambda: composite_solid(lambda number: number),
        DagnbInvalidDefinitionError,
        ["hands an input on unchanged", "<input number of the composite>"],
    ),
    "a parameter that is not there": (
        _returns(lambda made: made, input_defs=[InputDefinition("nubmer", int)]),
        DagnbInvalidDefinitionError,
        ["whole › input nubmer", "a parameter named nubmer"],
    ),
    "a schema without a function": (
        _returns(lambda made: made, config_schema={"a": int}),
        DagnbInvalidDefinitionError,
        ["come together, and config_fn is missing", "composite solid whole"],
    ),
    "a function without a schema": (
        _returns(lambda made: made, config_fn=dict),
        DagnbInvalidDefinitionError,
        ["come together, and config_schema is missing"],
    ),
    "a config_fn that is none": (
        _returns(lambda made: made, config_schema={"a": int}, config_fn={"a": 1}),
        DagnbInvalidDefinitionError,
        ["config_fn is a function", "a dict of 1"],
    ),
    "configured without config": (
        lambda: quadruple.configured({}, name="q"),
        DagnbInvalidDefinitionError,
        ["composite solid quadruple", "a config_schema, and a config_fn"],
    ),
    "a composite in itself": (_calls_itself, NameError, ["endless"]),  # type: ignore[dict-item]  # Python's own
    "an input kept from a composite": (
        _kept_from_a_composite,
        DagnbInvalidDefinitionError,
        ["an output of another composite was given", "of inner"],
    ),
    "calculating with an input": (
        lambda: composite_solid(lambda number: double(number + 1)),
        DagnbInvariantViolationError,
        ["calculating with an output", "input number", "a composite's body"],
    ),
    "an unfed input in a list": (
        _unfed_in_a_list,
        DagnbInvalidDefinitionError,
        ["p › listed.total › input numbers", "the input number of listed", "listed(number=...)"],
    ),
    "a pipeline called in a pipeline": (
        _pipeline_in_a_pipeline,
        DagnbInvalidDefinitionError,
        ["inner", "a pipeline is run, not called"],
    ),
    "a dynamic output declared as single": (
        lambda: composite_solid(output_defs=[OutputDefinition(int)])(lambda: many().map(double)),
        DagnbInvalidDefinitionError,
        ["is dynamic", "double › result", "DynamicOutputDefinition(...)", ".collect()"],
    ),
    "a single output declared as dynamic": (
        lambda: composite_solid(output_defs=[DynamicOutputDefinition(int)])(lambda: many().collect()),
        DagnbInvalidDefinitionError,
        ["is one value", "many › result, collected"],
    ),
    "a dynamic output as one value": (
        lambda: double(many()),
        DagnbInvalidDefinitionError,
        ["p › double › input number", "as if it were one value", ".map(", ".collect()"],
    ),
    "a dynamic output in a list": (lambda: total([many()]), DagnbInvalidDefinitionError, ["numbers[0]", ".collect()"]),
    "map of an output that is single": (
        lambda: one().map(double),
        DagnbInvalidDefinitionError,
        ["only a dynamic output has .map()", "DynamicOutputDefinition"],
    ),
    "collect of an output that is single": (
        lambda: one().collect(),
        DagnbInvalidDefinitionError,
        ["only a dynamic output has .collect()", "computed once"],
    ),
    "collected twice": (lambda: many().collect().collect(), DagnbInvalidDefinitionError, ["only a dynamic output"]),
    "map of no function": (
        lambda: many().map(3),
        DagnbInvalidDefinitionError,
        ["p › many › map", "takes a function", "the integer 3"],
    ),
    "a value returned by a mapped function": (
        lambda: many().map(lambda number: {"a": double(number), "b": "x"}),
        DagnbInvalidDefinitionError,
        ["p › many › map['b']", "no output", "stands in a solid"],
    ),
    "two maps that have nothing to do with each other": (
        lambda: many().map(lambda left: many().map(lambda right: add(left, right))),
        DagnbInvalidDefinitionError,
        ["p › add › input right", "many › result", "many_2 › result", ".collect() one of them"],
    ),
    "a mapped value out of its map": (_out_of_the_map, DagnbInvalidDefinitionError, ["taken out of the function"]),
    "map after the end of the body": (_map_after_the_end, DagnbInvariantViolationError, ["outside of the pipeline"]),
    "going through a dynamic output": (
        lambda: [double(each) for each in many()],
        DagnbInvariantViolationError,
        ["not known before the run", ".map("],
    ),
    "the length of a dynamic output": (lambda: len(many()), DagnbInvariantViolationError, ["the length of an output"]),
    "an item of a dynamic output": (lambda: many()[0], DagnbInvariantViolationError, ["taking an item"]),
    "an alias of a dynamic output": (lambda: many().alias("a"), DagnbInvariantViolationError, [".alias() comes"]),
    "an alias of several outputs": (lambda: divide().alias("a"), DagnbInvariantViolationError, ["before the call"]),
    "hooks after the call": (lambda: one().with_hooks(()), DagnbInvariantViolationError, [".with_hooks() comes"]),
    "an attribute of a dynamic output": (lambda: many().rows, DagnbInvariantViolationError, ["the attribute rows"]),
    "a generator": (lambda: total(one() for _ in "ab"), DagnbInvalidDefinitionError, ["a generator does not"]),
    "a set": (lambda: total({"a"}), DagnbInvalidDefinitionError, ["a list of outputs fans in; a set does not"]),
    "a dict": (lambda: total({"a": one()}), DagnbInvalidDefinitionError, ["a dict does not", "a dict of 1"]),
    "a function": (lambda: double(_stated), DagnbInvalidDefinitionError, ["the function _stated", "@solid above def"]),
    "with": (lambda: one().__enter__(), DagnbInvariantViolationError, ["opening an output"]),
    "in": (lambda: 3 in one(), DagnbInvariantViolationError, ["looking into an output"]),
    "None of a solid without outputs": (lambda: double(announce(one())), DagnbInvalidDefinitionError, ["None"]),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    body, error, parts = MISTAKES[mistake]
    with pytest.raises(error) as caught:
        compose_pipeline(body, name="p")
    text = str(caught.value)
    assert type(caught.value) is error, text
    assert [part for part in parts if part not in text] == [], text
    if isinstance(caught.value, DagnbError):
        assert str(pickle.loads(pickle.dumps(caught.value))) == text


def _calling(called: Any, *given: Any, returned: Any = None) -> Callable[[], Any]:
    def body() -> Any:
        called(*given)
        return returned

    return body


def test_a_constant_of_a_million_rows_is_not_printed() -> None:
    class Rows:
        def __repr__(self) -> str:
            raise AssertionError("a million rows")

    for given in (Rows(), [Rows()], {1: Rows()}, (Rows(),)):
        with pytest.raises(DagnbInvalidDefinitionError, match="no output"):
            compose_pipeline(_calling(double, given), name="p")


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
        made = compose_pipeline(_calling(one, returned=returned), name="p")
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
