"""What every mistake in a composition is told, where it is made."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from dagnb import (
    CompositeSolidDefinition,
    DependencyDefinition,
    DynamicOutputDefinition,
    InputDefinition,
    MultiDependencyDefinition,
    Nothing,
    OutputDefinition,
    composite_solid,
    pipeline,
)
from dagnb.definitions import compose_pipeline
from dagnb.errors import (
    DagnbCycleError,
    DagnbError,
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbNotFoundError,
)
from tests.definitions.solids import add, announce, calling, divide, double, many, one, prepare, quadruple, total


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


def test_a_constant_of_a_million_rows_is_not_printed() -> None:
    class Rows:
        def __repr__(self) -> str:
            raise AssertionError("a million rows")

    for given in (Rows(), [Rows()], {1: Rows()}, (Rows(),)):
        with pytest.raises(DagnbInvalidDefinitionError, match="no output"):
            compose_pipeline(calling(double, given), name="p")
