"""Which output `.value` is, and outputs of composites, on the next day too."""

from __future__ import annotations

from typing import Any

import pytest

import dagnb
from dagnb import (
    DynamicOutput,
    DynamicOutputDefinition,
    Instance,
    Output,
    OutputDefinition,
    composite_solid,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.errors import DagnbNotFoundError
from dagnb.handles import running


@solid(output_defs=[OutputDefinition(int, "counts"), OutputDefinition(int, "late", is_required=False)])
def split(number: int) -> Any:
    yield Output(number, "counts")
    if number > 1:
        yield Output(-number, "late")


@lambda_solid
def one() -> int:
    return 1


@lambda_solid
def two() -> int:
    return 2


@pytest.mark.parametrize("number", [one, two])
def test_a_step_with_several_outputs_has_no_value_whatever_it_gave(number: Any, instance: Instance) -> None:
    @pipeline
    def report() -> None:
        split(number())

    found = report.run(instance=instance)["split"]
    with pytest.raises(DagnbNotFoundError) as caught:
        _ = found.value
    assert str(caught.value) == (
        "no output named result\n  at: split\n  expected: one of counts, late\n"
        '  next: run["split"]["counts"] is one of its values'
    )
    given = ["counts"] if number is one else ["counts", "late"]
    assert list(found) == given
    assert found["counts"] == found.output_value("counts") == (1 if number is one else 2)
    with pytest.raises(DagnbNotFoundError, match="did you mean counts"):
        found["count"]


def test_the_only_output_is_the_value_whatever_its_name(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, "counts")])
    def count() -> Any:
        yield Output(3, "counts")

    @solid(output_defs=[OutputDefinition(int), OutputDefinition(int, "more")])
    def both() -> Any:
        yield Output(5, "more")
        yield Output(4)

    @pipeline
    def report() -> None:
        count()
        both()

    run = report.run(instance=instance)
    assert run["count"].value == 3
    assert run["both"].value == run["both"]["result"] == 4


@solid(output_defs=[DynamicOutputDefinition(int)])
def numbers() -> Any:
    for key in ("a", "b"):
        yield DynamicOutput(ord(key), key)


@lambda_solid
def double(number: int) -> int:
    return 2 * number


def test_a_composite_gives_its_outputs_when_its_definition_is_gone(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    @composite_solid
    def inner() -> Any:
        return numbers().map(double)

    @composite_solid(
        output_defs=[DynamicOutputDefinition(name="each"), OutputDefinition(name="all"), OutputDefinition()]
    )
    def outer() -> Any:
        doubled = inner()
        return {"each": doubled, "all": doubled.collect(), "result": one()}

    @pipeline
    def report() -> None:
        outer()

    run_id = report.run(instance=instance).run_id
    del report
    monkeypatch.setattr(running, "_definitions", {})
    monkeypatch.setattr(running, "_executed", {})
    run = dagnb.run(run_id, instance=instance)
    assert run._definition() is None
    assert run["outer"].value == 1
    assert run["outer"].output_value("each") == {"a": 194, "b": 196}
    assert run["outer"].output_value("all") == [194, 196]
    assert run["outer"]["inner"].value == {"a": 194, "b": 196}
    with pytest.raises(DagnbNotFoundError, match=r'run\["outer"\]\.output_value\("each"\)'):
        run["outer"].output_value("nothing_like_it")


def test_a_composite_with_several_outputs_has_no_value(instance: Instance) -> None:
    @composite_solid(output_defs=[OutputDefinition(name="low"), OutputDefinition(name="high")])
    def pair() -> Any:
        return {"low": one(), "high": two()}

    @pipeline
    def report() -> None:
        pair()

    found = report.run(instance=instance)["pair"]
    with pytest.raises(DagnbNotFoundError, match="one of low, high"):
        _ = found.value
    assert found.output_values == {"low": 1, "high": 2}
