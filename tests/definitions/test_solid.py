"""Solids: what is read from a function, and what cannot be one."""

from __future__ import annotations

import functools
import typing
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from dagnb import (
    AssetMaterialization,
    Field,
    InputDefinition,
    Nothing,
    Output,
    OutputDefinition,
    build_context,
    lambda_solid,
    solid,
)
from dagnb.definitions import SolidDefinition
from dagnb.definitions.bodies import CellBody, FunctionBody
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError

if typing.TYPE_CHECKING:
    from decimal import Decimal


def inputs_of(made: SolidDefinition) -> dict[str, str]:
    return {each.name: each.type.name for each in made.inputs.values()}


def test_parameters_are_inputs_and_the_annotation_types_the_output() -> None:
    @solid
    def join(context: Any, left: int, right: "str", more=3.5) -> list[int]:  # type: ignore[no-untyped-def]  # noqa: UP037
        """Join them.

        At length.
        """
        return [left]

    assert inputs_of(join) == {"left": "int", "right": "str", "more": "Any"}
    assert join.inputs["more"].default_value == 3.5
    assert not join.inputs["left"].has_default
    assert [each.type.name for each in join.outputs.values()] == ["list[int]"]
    assert join.description == "Join them.\n\nAt length."
    assert (join.name, join.__name__, join.kind) == ("join", "join", "function")
    assert repr(join) == "join(left: int, right: str, more: Any) -> list[int]"


@pytest.mark.parametrize("name", ["context", "_context", "context_", "_"])
def test_a_first_parameter_of_these_names_is_the_context(name: str) -> None:
    scope: dict[str, Any] = {}
    exec(f"def f({name}, x): return x", scope)  # noqa: S102
    assert list(solid(scope["f"]).inputs) == ["x"]


@pytest.mark.parametrize("name", ["ctx", "_ctx", "__", "self"])
def test_a_misspelt_context_is_told(name: str) -> None:
    scope: dict[str, Any] = {}
    exec(f"def f({name}, x): return x", scope)  # noqa: S102
    with pytest.raises(DagnbInvalidDefinitionError, match=r"def f\(context, x\)") as caught:
        solid(scope["f"])
    assert f"cannot be called {name}" in str(caught.value)


def test_keyword_only_parameters_are_inputs_too() -> None:
    @lambda_solid
    def scale(number: int, *, by: int = 2) -> int:
        return number * by

    assert list(scale.inputs) == ["number", "by"]
    assert scale.inputs["by"].default_value == 2


def test_streams_are_no_output_types() -> None:
    @solid
    def plain_stream() -> Iterator[Output]:
        yield Output(1)

    @solid
    async def async_stream() -> AsyncIterator[Output]:
        yield Output(1)

    @solid
    def one_output() -> Output:
        return Output(1)

    for made in (plain_stream, async_stream, one_output):
        assert made.outputs["result"].type.name == "Any"


def test_a_return_annotation_of_none_is_an_output_of_nothing() -> None:
    @solid
    def silent() -> None: ...

    assert silent.outputs["result"].type is Nothing


def test_annotations_that_only_type_checkers_can_read_are_any() -> None:
    @solid
    def price(amount: Decimal) -> Decimal:
        return amount

    assert inputs_of(price) == {"amount": "Any"}
    assert price.outputs["result"].type.name == "Any"


def test_local_names_in_annotations_are_found() -> None:
    class Rows(list[int]):
        pass

    @solid
    def count(rows: Rows) -> int:
        return len(Rows(rows))

    assert inputs_of(count) == {"rows": "Rows"}


def test_a_local_name_that_is_not_there_yet_is_any() -> None:
    @solid
    def count(rows: Rows) -> int:
        return len(Rows(rows))

    class Rows(list[int]):
        pass

    assert inputs_of(count) == {"rows": "Any"}


def test_a_cached_function_is_a_solid_too() -> None:
    @solid
    @functools.cache
    def double(number: int) -> int:
        return 2 * number

    assert (inputs_of(double), double.body.kind) == ({"number": "int"}, "function")


def test_input_definitions_say_more_than_parameters_can() -> None:
    @solid(input_defs=[InputDefinition("number", int, "how many"), InputDefinition("start", Nothing)])
    def count(number=3) -> int:  # type: ignore[no-untyped-def]
        return int(number)

    assert list(count.inputs) == ["number", "start"]
    assert (count.inputs["number"].description, count.inputs["number"].default_value) == ("how many", 3)


def test_a_decorated_function_keeps_its_own_parameters() -> None:
    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    @solid
    @logged
    def scale(context: Any, number: int, by: int = 2) -> int:
        return number * by

    assert inputs_of(scale) == {"number": "int", "by": "int"}
    assert scale.inputs["by"].default_value == 2
    assert isinstance(scale.body, FunctionBody)
    assert scale.body.takes_context


def test_the_code_version_follows_the_code_and_not_its_place() -> None:
    scopes: list[dict[str, Any]] = [{}, {}, {}, {}]
    for scope, code in zip(
        scopes,
        [
            "def f(x): return x + 1",
            "\n\n# a comment\ndef f(x):\n    return x + 1",
            "def f(x): return x + 2",
            "def f(x): return {y for y in ('b', 'a') if x in {'b', 'a', 'c'}}",
        ],
        strict=True,
    ):
        exec(code, scope)  # noqa: S102
    versions = [solid(scope["f"]).code_version for scope in scopes]
    assert versions[0] == versions[1]
    assert len({versions[0], versions[2], versions[3]}) == 3
    assert SolidDefinition("f", body=FunctionBody(scopes[0]["f"]), version="7").code_version == "7"


def test_a_default_that_changes_changes_the_code_version() -> None:
    @lambda_solid(name="f")
    def first(x: int = 1) -> int:
        return x

    @lambda_solid(name="f")
    def second(x: int = 2) -> int:
        return x

    assert first.code_version != second.code_version


def test_the_source_is_the_functions_text() -> None:
    @lambda_solid
    def add_one(x: int) -> int:
        def inner(y: int) -> int:
            return y + 1

        return inner(x)

    source = add_one.body.source
    assert source.startswith("@lambda_solid\ndef add_one(x: int) -> int:\n")
    assert source.endswith("    return inner(x)\n")


def test_a_cells_source_is_the_cells_text() -> None:
    def body(x: int) -> int:
        return x

    made = SolidDefinition("cell", body=CellBody(source="y = x", function=body))
    assert (made.body.source, made.kind) == ("y = x", "cell")


def test_config_is_kept_as_a_schema() -> None:
    @solid(config_schema={"by": Field(int, default_value=2)}, tags={"kind": "scaler", "owner": {"team": 1}})
    def scale(context: Any, number: int) -> int:
        return number * int(context.solid_config["by"])

    assert scale.config_node is not None
    assert scale.kind == "scaler"
    assert scale.tags["owner"] == '{"team": 1}'


def _args(*numbers: int) -> int:
    return sum(numbers)


def _f(x: int = 1) -> int:
    return x


def _waits(go: Nothing) -> int:  # type: ignore[valid-type]
    return 1


def _positional(x: int, /) -> int:
    return x


async def _stream() -> AsyncIterator[Output]:
    yield Output(1)


MISTAKES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "*args": (lambda: solid(_args), ["no *args", "solid _args", "name each input"]),
    "no function": (lambda: solid(print), ["made of a Python function", "print", "def my_solid"]),
    "a class": (lambda: solid(dict), ["made of a Python function", "type dict"]),
    "a bad name": (lambda: solid(name="load flights")(_f), ["'load flights'", "for example load_flights"]),
    "a reserved name": (lambda: solid(name="config")(_f), ["cannot be named config", "my_config"]),
    "an empty name": (lambda: solid(name="-")(_f), ["'-'", "my_solid"]),
    "a context for a lambda_solid": (
        lambda: lambda_solid(lambda context: context),
        ["a lambda_solid takes no context", "use @solid"],
    ),
    "an unknown input": (
        lambda: solid(input_defs=[InputDefinition("y")])(_f),
        ["solid _f › input y", "def _f(x)", "a parameter named y"],
    ),
    "Nothing as a parameter": (
        lambda: solid(input_defs=[InputDefinition("x", Nothing)])(_f),
        ["solid _f › input x", "take x out"],
    ),
    "an annotation of Nothing": (lambda: solid(_waits), ["solid _waits › input go", "take go out", "Nothing)]"]),
    "inputs without names": (lambda: solid(_positional), ["solid _positional", "def _positional(x, /...)"]),
    "one output in place of a list": (
        lambda: solid(output_defs=OutputDefinition())(_f),  # type: ignore[call-overload]
        ["solid _f", "output_defs takes a list", "[OutputDefinition(...), ...]"],
    ),
    "one input in place of a list": (
        lambda: solid(input_defs=InputDefinition("x"))(_f),  # type: ignore[call-overload]
        ["solid _f", "input_defs takes a list", "[InputDefinition(...), ...]"],
    ),
    "a retry policy that is none": (
        lambda: solid(retry_policy=3)(_f),  # type: ignore[call-overload]
        ["solid _f", "the integer 3", "RetryPolicy(max_retries=3)"],
    ),
    "a retry policy of a call that is none": (
        lambda: solid(_f).with_retry_policy(3),  # type: ignore[arg-type]
        ["solid _f", "the integer 3", "RetryPolicy(max_retries=3)"],
    ),
    "two inputs of one name": (
        lambda: SolidDefinition("f", body=FunctionBody(_f), input_defs=[InputDefinition("x"), InputDefinition("x")]),
        ["two inputs", "solid f › input x"],
    ),
    "two outputs of one name": (
        lambda: solid(output_defs=[OutputDefinition(), OutputDefinition()])(_f),
        ["two outputs", "solid _f › output result"],
    ),
    "an output that is none": (lambda: solid(output_defs=[int])(_f), ["OutputDefinition objects only"]),  # type: ignore[list-item]
    "a default of another type": (
        lambda: InputDefinition("x", int, default_value="one"),
        ["input x", 'the text "one"', "int"],
    ),
    "a default for Nothing": (lambda: InputDefinition("x", Nothing, default_value=1), ["input x", "no default"]),
    "a type that is none": (lambda: InputDefinition("x", 3), ["3"]),
    "resource keys as a text": (
        lambda: solid(required_resource_keys="slack")(_f),  # type: ignore[call-overload]
        ["solid _f", "set of names", '{"slack"}'],
    ),
    "a tag that JSON cannot hold": (lambda: solid(tags={"a": object()})(_f), ["solid _f › tag a", "JSON"]),
    "a tag that is not a number": (lambda: solid(tags={"a": float("nan")})(_f), ["solid _f › tag a", "JSON"]),
    "a tag's key": (lambda: solid(tags={1: "a"})(_f), ["a tag's key is a text", "1"]),  # type: ignore[dict-item]
    "an alias": (lambda: lambda_solid(_f).alias("a b"), ["'a b'", "a_b"]),
    "an output's name first": (lambda: Output("name", 3), ["the value first"]),  # type: ignore[arg-type]
    "an entry that is none": (
        lambda: AssetMaterialization("a", metadata_entries=[("rows", 3)]),  # type: ignore[list-item]
        ["AssetMaterialization a", "tuple ('rows', 3)", "EventMetadataEntry.int"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    make, parts = MISTAKES[mistake]
    with pytest.raises(DagnbError) as caught:
        make()
    text = str(caught.value)
    assert [part for part in parts if part not in text] == [], text


def test_a_default_of_none_goes_with_any_type() -> None:
    assert InputDefinition("x", int, default_value=None).has_default


def test_a_default_of_none_makes_what_is_annotated_optional() -> None:
    @solid
    def count(context: Any, rows: int = None, *, names: list[str] = None, kind: Any = None) -> int:  # type: ignore[assignment]  # noqa: RUF013
        return rows or 0

    assert repr(count) == "count(rows: int | None, names: list[str] | None, kind: Any) -> int"
    assert count(build_context()) == 0
    declared = solid(input_defs=[InputDefinition("rows", int, "how many")])(lambda_with_none())
    assert (declared.inputs["rows"].type.name, declared.inputs["rows"].description) == ("int | None", "how many")


def lambda_with_none() -> Callable[..., Any]:
    def taken(rows: Any = None) -> Any:
        return rows

    return taken
