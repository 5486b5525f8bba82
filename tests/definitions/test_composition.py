"""What can be composed, and what every mistake in a composition is told."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from dagnb import pipeline, solid
from dagnb.definitions import PipelineDefinition, compose_pipeline, lambda_solid
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbInvariantViolationError
from tests.definitions.solids import add, announce, divide, double, follow, one, prepare, total


def composed(body: Callable[[], Any]) -> PipelineDefinition:
    return compose_pipeline(body, name="p")


def feeds(definition: PipelineDefinition) -> dict[str, list[tuple[str, str, str]]]:
    return {
        node.name: [(name, connection.node, connection.output) for name, connection in node.connections()]
        for node in definition.nodes.values()
    }


def test_outputs_are_bound_by_position_and_by_name() -> None:
    made = composed(lambda: add(one(), right=double(one())))
    assert feeds(made) == {
        "one": [],
        "one_2": [],
        "double": [("number", "one_2", "result")],
        "add": [("left", "one", "result"), ("right", "double", "result")],
    }


def test_outputs_of_a_solid_that_has_several_unpack_or_are_named() -> None:
    def body() -> None:
        quotient, rest = divide()
        add(quotient, rest)
        both = divide()
        add(both.rest, both[0])

    assert feeds(composed(body))["add"] == [("left", "divide", "quotient"), ("right", "divide", "rest")]
    assert feeds(composed(body))["add_2"] == [("left", "divide_2", "rest"), ("right", "divide_2", "quotient")]


def test_a_list_of_outputs_fans_in() -> None:
    made = composed(lambda: total([one(), one(), double(one())]))
    assert [connection.node for _, connection in made.nodes["total"].connections()] == ["one", "one_2", "double"]


def test_a_call_without_an_alias_never_takes_a_name_that_is_taken() -> None:
    def body() -> None:
        one()
        one.alias("one_2")()
        one()

    assert list(composed(body).nodes) == ["one", "one_2", "one_3"]


def test_nothing_orders_steps() -> None:
    assert feeds(composed(lambda: follow(prepare())))["follow"] == [("start", "prepare", "result")]


def test_tags_of_a_call_are_the_nodes() -> None:
    made = composed(lambda: [one.tag({"team": "data"}).alias("first").tag({"size": 3})()])
    assert made.nodes["first"].tags == {"team": "data", "size": "3"}


def test_solids_are_plain_functions_outside_a_pipeline() -> None:
    assert add(2, right=3) == 5
    assert divide()._asdict() == {"quotient": 3, "rest": 1}


def test_a_solid_with_a_context_says_how_it_is_called_alone() -> None:
    @solid
    def needs_context(context: Any) -> int:
        return len(context.run_id)

    with pytest.raises(TypeError, match="takes a context") as caught:
        needs_context()
    assert "needs_context(build_context())" in str(caught.value)


def test_a_pipeline_within_a_pipelines_body_leaves_the_outer_one_alone() -> None:
    def body() -> None:
        first = one()
        compose_pipeline(lambda: double(one()), name="inner")
        double(first)

    assert list(composed(body).nodes) == ["one", "double"]


def test_a_body_that_raises_leaves_no_composition_open() -> None:
    def body() -> None:
        one()
        raise KeyError("my own mistake")

    with pytest.raises(KeyError, match="my own mistake"):
        composed(body)
    assert one() == 1


def _two_definitions_of_one_name() -> None:
    one()

    @lambda_solid(name="one")
    def another() -> int:
        return 1

    another()


def _alias_clash() -> None:
    one.alias("a")()
    one.alias("a")()


def _twice() -> None:
    first = one()
    add(first, left=first)


def _output_of_another_pipeline() -> None:
    kept: list[Any] = []
    compose_pipeline(lambda: kept.append(one()), name="other")
    double(kept[0])


def _iterate() -> None:
    for _ in one():
        pass


MISTAKES: dict[str, tuple[Callable[[], Any], type[DagnbError], list[str]]] = {
    "a constant": (
        lambda: double(3),
        DagnbInvalidDefinitionError,
        ["p › double › input number", "the integer 3", "the output of a solid", "config_schema"],
    ),
    "a text": (lambda: double("x"), DagnbInvalidDefinitionError, ['the text "x"', "config_schema"]),
    "None from a solid without outputs": (
        lambda: double(announce(one())),
        DagnbInvalidDefinitionError,
        ["p › double › input number", "type Nothing"],
    ),
    "a solid that was not called": (
        lambda: double(one),
        DagnbInvalidDefinitionError,
        ["p › double › input number", "has not been called", "one()"],
    ),
    "an alias that was not called": (
        lambda: double(one.alias("first")),
        DagnbInvalidDefinitionError,
        ["has not been called", "one()"],
    ),
    "a tuple of outputs": (
        lambda: total((one(), one())),
        DagnbInvalidDefinitionError,
        ["p › total › input numbers", "tuple", "a list of outputs fans in"],
    ),
    "all outputs at once": (
        lambda: double(divide()),
        DagnbInvalidDefinitionError,
        ["p › double › input number", "quotient, rest", "take one"],
    ),
    "a list with something else in it": (
        lambda: total([one(), 3]),
        DagnbInvalidDefinitionError,
        ["p › total › input numbers[1]", "the integer 3"],
    ),
    "an empty list": (lambda: total([]), DagnbInvalidDefinitionError, ["p › total › input numbers", "empty list"]),
    "a list in a list": (lambda: total([[one()]]), DagnbInvalidDefinitionError, ["cannot hold lists"]),
    "too many positionals": (
        lambda: double(one(), one()),
        DagnbInvalidDefinitionError,
        ["p › double", "takes 1 input, and 2 were given", "number"],
    ),
    "an unknown keyword": (
        lambda: double(nubmer=one()),
        DagnbInvalidDefinitionError,
        ["p › double", "no input named nubmer", "one of number", "did you mean number?"],
    ),
    "by position and by name": (_twice, DagnbInvalidDefinitionError, ["p › add › input left", "twice"]),
    "an unknown output": (
        lambda: double(divide().quotent),
        DagnbInvalidDefinitionError,
        ["no output named quotent", "one of quotient, rest", "did you mean quotient?"],
    ),
    "two definitions of one name": (
        _two_definitions_of_one_name,
        DagnbInvalidDefinitionError,
        ["p › one", "two different solids", ".alias("],
    ),
    "two aliases of one name": (_alias_clash, DagnbInvalidDefinitionError, ["p › a", "the same name", "alias"]),
    "an output of another pipeline": (
        _output_of_another_pipeline,
        DagnbInvalidDefinitionError,
        ["another pipeline", "of other"],
    ),
    "an input that nothing feeds": (
        lambda: [total()],
        DagnbInvalidDefinitionError,
        ["p › total", "nothing can feed the input numbers", "total(numbers=...)"],
    ),
    "Nothing into a typed input": (
        lambda: double(prepare()),
        DagnbInvalidDefinitionError,
        ["p › double › input number", "prepare › result: Nothing", "InputDefinition('number', Nothing)"],
    ),
    "going through an output": (_iterate, DagnbInvariantViolationError, ["p › one", "going through", "inside a solid"]),
    "an item of an output": (lambda: double(one()[0]), DagnbInvariantViolationError, ["p › one", "taking an item"]),
    "an attribute of an output": (
        lambda: one().rows("x"),
        DagnbInvariantViolationError,
        ["p › one", "the attribute rows"],
    ),
    "whether an output is true": (lambda: one() and one(), DagnbInvariantViolationError, ["p › one", "true"]),
    "calculating with an output": (lambda: one() + 1, DagnbInvariantViolationError, ["p › one", "inside a solid"]),
    "comparing an output": (lambda: one() > 1, DagnbInvariantViolationError, ["p › one", "inside a solid"]),
    "the length of an output": (lambda: len(one()), DagnbInvariantViolationError, ["p › one", "inside a solid"]),
    "calling an output": (lambda: [one()()], DagnbInvariantViolationError, ["p › one", "inside a solid"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    body, error, parts = MISTAKES[mistake]
    with pytest.raises(error) as caught:
        composed(body)
    text = str(caught.value)
    assert type(caught.value) is error
    assert [part for part in parts if part not in text] == [], text
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == text


def test_a_pipelines_body_takes_no_parameters() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match=r"def p\(number\)") as caught:

        @pipeline  # type: ignore[arg-type]
        def p(number: int) -> None:
            double(number)

    assert "pipeline p" in str(caught.value)


def test_a_pipelines_body_is_a_plain_function() -> None:
    def stream() -> Any:
        yield one()

    async def later() -> None:
        one()

    for body in (stream, later):
        with pytest.raises(DagnbInvalidDefinitionError, match="plain function"):
            compose_pipeline(body)


@pytest.mark.parametrize("given", [one, 3, print])
def test_a_pipeline_is_made_of_a_function(given: Any) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="function"):
        compose_pipeline(given)


def test_an_output_reads_as_what_it_is() -> None:
    seen: list[str] = []
    composed(lambda: seen.append(repr(one())))
    assert seen == ["<output result of one>"]
