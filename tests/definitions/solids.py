"""Small solids that the tests of definitions put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dagnb import (
    DynamicOutputDefinition,
    InputDefinition,
    Nothing,
    Output,
    OutputDefinition,
    composite_solid,
    lambda_solid,
    solid,
)


@lambda_solid
def one() -> int:
    return 1


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@lambda_solid
def add(left: int, right: int) -> int:
    return left + right


@lambda_solid
def total(numbers: list[int]) -> int:
    return sum(numbers)


@solid(output_defs=[OutputDefinition(int, "quotient"), OutputDefinition(int, "rest")])
def divide():  # type: ignore[no-untyped-def]  # the stream of outputs needs no annotation
    yield Output(3, "quotient")
    yield Output(1, "rest")


@solid(output_defs=[])
def announce(number: int) -> None:
    del number


@solid
def prepare() -> None:
    """Hand nothing on but the order."""


@solid(input_defs=[InputDefinition("start", Nothing)])
def follow() -> int:
    return 1


@composite_solid
def quadruple(number: int) -> int:
    """Double twice."""
    again: int = double.alias("again")(double(number))
    return again


@solid(output_defs=[DynamicOutputDefinition(int)])
def many() -> Any:
    raise AssertionError("nothing runs here")


def calling(called: Any, *given: Any, returned: Any = None) -> Callable[[], Any]:
    """Return a body that calls something."""

    def body() -> Any:
        called(*given)
        return returned

    return body
