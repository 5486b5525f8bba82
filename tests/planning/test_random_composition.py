"""Any graph of composites, maps, fan-ins, optional outputs and Nothing gives what plain Python gives for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb import (
    DynamicOutput,
    DynamicOutputDefinition,
    InputDefinition,
    Nothing,
    Output,
    OutputDefinition,
    Pipeline,
    composite_solid,
    lambda_solid,
    solid,
)
from dagnb.definitions import compose_pipeline
from dagnb.events.records import InputLoaded, OutputProduced
from dagnb.instance import Instance
from dagnb.planning.plan import make_plan

Kind = str  # "sum", "parity", "after", "composite" or "map"


@dataclass(frozen=True)
class Op:
    """A call: of which kind, on which wires (numbers of values made so far), and what is in it."""

    kind: Kind
    first: int
    rest: tuple[int, ...]
    inside: tuple[Op, ...] = ()


@lambda_solid
def start() -> int:
    return 1


@lambda_solid
def add_all(first: int, rest: list[int] = []) -> int:  # noqa: B006  # nobody changes it
    return 1 + first + sum(2 * value for value in rest)


@solid(output_defs=[OutputDefinition(int, "even", is_required=False), OutputDefinition(int, "odd", is_required=False)])
def parity(first: int) -> Iterator[Output]:
    yield Output(first, "odd" if first % 2 else "even")


@lambda_solid
def finish(first: int) -> None:
    del first


@solid(input_defs=[InputDefinition("starts", Nothing)])
def after() -> int:
    return 7


@solid(output_defs=[DynamicOutputDefinition(int)])
def spread(first: int) -> Iterator[Output]:
    for index in range(first % 4):
        yield DynamicOutput(first + index, f"k{index}")


@lambda_solid
def total(parts: list[int]) -> int:
    return 1 + sum(parts)


@lambda_solid
def shown(value: int) -> int:
    return value


@st.composite
def programs(draw: st.DrawFn, known: int = 1, depth: int = 2, longest: int = 5) -> tuple[Op, ...]:
    """Draw calls on `known` values and on what the calls before them give."""
    ops: list[Op] = []
    kinds = ["sum", "parity", "after", *(["composite", "map"] if depth else [])]
    for _ in range(draw(st.integers(1, longest))):
        kind = draw(st.sampled_from(kinds))
        wires = st.integers(0, known - 1)
        rest = tuple(draw(st.lists(wires, max_size=3, unique=True)))
        inside: tuple[Op, ...] = ()
        if kind == "composite":
            inside = draw(programs(known=2, depth=depth - 1, longest=2))
        elif kind == "map":  # it knows all that stands outside too
            inside = draw(programs(known=known + 1, depth=depth - 1, longest=2))
        ops.append(Op(kind, draw(wires), rest, inside))
        known += 2 if kind == "parity" else 1
    return tuple(ops)


def evaluate(ops: tuple[Op, ...], values: list[int | None], must: tuple[int, ...] = ()) -> list[int | None]:
    """Compute a program the plain way; None is a value that nobody gives.

    What is mapped over takes the wires in `must`: nothing can be mapped over two dynamic outputs of which neither
    depends on the other.
    """
    values = list(values)
    for op in ops:
        first = values[op.first]
        rest = [values[index] for index in op.rest]
        if op.kind == "sum":
            values.append(_add(first, rest))
        elif op.kind == "parity":
            values += [first if first is not None and first % 2 == side else None for side in (0, 1)]
        elif op.kind == "after":
            values.append(7 if any(each is not None for each in [first, *rest]) else None)
        elif op.kind == "composite":
            second = values[op.rest[0]] if op.rest else first
            last = evaluate(op.inside, [first, second], (0, 1))[-1]
            values.append(_add(first, [second, last]))
        else:
            base = _add(first, [values[index] for index in must]) if must else first
            values.append(_mapped(op, base, values))
    return values


def _add(first: int | None, rest: list[int | None]) -> int | None:
    there = [value for value in rest if value is not None]
    return None if first is None or (rest and not there) else 1 + first + sum(2 * value for value in there)


def _mapped(op: Op, first: int | None, values: list[int | None]) -> int | None:
    if first is None:
        return None
    items = [first + index for index in range(first % 4)]
    made = [_add(item, [evaluate(op.inside, [*values, item], (len(values),))[-1]]) for item in items]
    there = [value for value in made if value is not None]
    return None if made and not there else 1 + sum(there)


class Composing:
    """Compose a program; composites and calls get names of their own."""

    def __init__(self) -> None:
        self._numbers = count()

    def compose(self, ops: tuple[Op, ...], wires: list[Any], must: tuple[int, ...] = ()) -> list[Any]:
        wires = list(wires)
        for op in ops:
            first, rest = wires[op.first], [wires[index] for index in op.rest]
            if op.kind == "sum":
                wires.append(self._add(first, rest) if rest else add_all(first))
            elif op.kind == "parity":
                wires += parity(first)
            elif op.kind == "after":
                wires.append(after(starts=[finish(each) for each in dict.fromkeys([first, *rest])]))
            elif op.kind == "composite":
                wires.append(self._composite(op.inside)(first, rest[0] if rest else first))
            else:
                base = self._add(first, [wires[index] for index in must]) if must else first
                wires.append(total(spread(base).map(self._each(op.inside, wires)).collect()))
        return wires

    @staticmethod
    def _add(first: Any, rest: list[Any]) -> Any:
        return add_all(first, rest)

    def _composite(self, inside: tuple[Op, ...]) -> Any:
        def whole(first: int, second: int) -> Any:
            last = self.compose(inside, [first, second], (0, 1))[-1]
            return self._add(first, [second, last])

        return composite_solid(name=f"whole_{next(self._numbers)}")(whole)

    def _each(self, inside: tuple[Op, ...], wires: list[Any]) -> Callable[[Any], Any]:
        return lambda item: self._add(item, [self.compose(inside, [*wires, item], (len(wires),))[-1]])


def composition_of(ops: tuple[Op, ...]) -> Callable[[], None]:
    def body() -> None:
        wires = Composing().compose(ops, [start()])
        for index, wire in enumerate(wires):
            shown.alias(f"w{index}")(wire)

    return body


@given(programs())
@settings(deadline=None)
def test_any_program_composes_and_plans_in_an_order_of_its_data(ops: tuple[Op, ...]) -> None:
    plan = make_plan(compose_pipeline(composition_of(ops), name="drawn"))
    place = {name: index for index, name in enumerate(plan.steps)}
    for step in plan.steps.values():
        assert all(place[source] < place[step.key] for source in step.needs())


@pytest.fixture
def shared() -> Iterator[Instance]:
    with Instance.ephemeral() as instance:
        yield instance


@given(programs())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_program_gives_what_plain_python_gives(shared: Instance, ops: tuple[Op, ...]) -> None:
    run = Pipeline(compose_pipeline(composition_of(ops), name="drawn")).run(instance=shared)
    given: set[tuple[str | None, str]] = set()
    for record in run.event_list:
        if isinstance(record.event, OutputProduced):
            given.add((record.step_key, record.event.key))
        elif isinstance(record.event, InputLoaded):
            assert {(each.step_key, each.output_name) for each in record.event.sources} <= given
    for index, value in enumerate(evaluate(ops, [1])):
        step = run[f"w{index}"]
        assert step.status == ("skipped" if value is None else "success")
        if value is not None:
            assert step.value == value
