"""Any graph that can be drawn composes, plans and runs in an order of its data, with the right values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb import (
    DependencyDefinition,
    MultiDependencyDefinition,
    Output,
    OutputDefinition,
    Pipeline,
    lambda_solid,
    solid,
)
from dagnb.definitions import PipelineDefinition, SolidInvocation, compose_pipeline
from dagnb.instance import Instance
from dagnb.planning.plan import make_plan

Wire = tuple[int, str]  # the number of a node, the name of its output


@dataclass(frozen=True)
class Drawn:
    """A node: what feeds `first`, what fans in to `rest`, whether it has two outputs."""

    first: Wire | None
    rest: tuple[Wire, ...]
    splits: bool

    @property
    def outputs(self) -> tuple[str, ...]:
        return ("low", "high") if self.splits else ("result",)


@st.composite
def graphs(draw: st.DrawFn) -> list[Drawn]:
    nodes: list[Drawn] = []
    for _ in range(draw(st.integers(1, 9))):
        wires: list[Wire] = [(index, output) for index, node in enumerate(nodes) for output in node.outputs]
        first = draw(st.none() | st.sampled_from(wires)) if wires else None
        rest = draw(st.lists(st.sampled_from(wires), max_size=3, unique=True)) if wires else []
        nodes.append(Drawn(first, tuple(rest), draw(st.booleans())))
    return nodes


def values(nodes: list[Drawn]) -> dict[Wire, int]:
    """Compute the graph, the plain way."""
    found: dict[Wire, int] = {}
    for index, node in enumerate(nodes):
        total = 1 + (found[node.first] if node.first else 0) + sum(2 * found[wire] for wire in node.rest)
        if node.splits:
            found[index, "low"], found[index, "high"] = total, 10 * total
        else:
            found[index, "result"] = total
    return found


def total(first: int, rest: list[int]) -> int:
    return 1 + first + sum(2 * value for value in rest)


@lambda_solid
def plain(first: int = 0, rest: list[int] = []) -> int:  # noqa: B006  # nobody changes it
    return total(first, rest)


@solid(output_defs=[OutputDefinition(int, "low"), OutputDefinition(int, "high")])
def splits(first: int = 0, rest: list[int] = []) -> Iterator[Output]:  # noqa: B006  # nobody changes it
    yield Output(10 * total(first, rest), "high")
    yield Output(total(first, rest), "low")


def composition_of(nodes: list[Drawn]) -> Callable[[], None]:
    def body() -> None:
        handles: dict[Wire, Any] = {}
        for index, node in enumerate(nodes):
            arguments: dict[str, Any] = {}
            if node.first:
                arguments["first"] = handles[node.first]
            if node.rest:
                arguments["rest"] = [handles[wire] for wire in node.rest]
            made = (splits if node.splits else plain).alias(f"n{index}")(**arguments)
            for output in node.outputs:
                handles[index, output] = getattr(made, output) if node.splits else made

    return body


def dependencies_of(nodes: list[Drawn], order: list[int]) -> PipelineDefinition:
    dependencies: dict[Any, dict[str, Any]] = {}
    for index in order:
        node = nodes[index]
        inputs: dict[str, Any] = {}
        if node.first:
            inputs["first"] = DependencyDefinition(f"n{node.first[0]}", node.first[1])
        if node.rest:
            inputs["rest"] = MultiDependencyDefinition([DependencyDefinition(f"n{i}", name) for i, name in node.rest])
        dependencies[SolidInvocation("splits" if node.splits else "plain", alias=f"n{index}")] = inputs
    used = {node.splits for node in nodes}
    return PipelineDefinition.from_dependencies(
        [*([plain] if False in used else []), *([splits] if True in used else [])], "drawn", dependencies
    )


def check_order(order: list[str], nodes: list[Drawn]) -> None:
    place = {name: index for index, name in enumerate(order)}
    for index, node in enumerate(nodes):
        for source, _ in [*([node.first] if node.first else []), *node.rest]:
            assert place[f"n{source}"] < place[f"n{index}"]
    assert sorted(place) == sorted(f"n{index}" for index in range(len(nodes)))


@given(graphs(), st.randoms(use_true_random=False))
def test_any_graph_composes_and_plans_in_an_order_of_its_data(nodes: list[Drawn], chance: Any) -> None:
    composed = compose_pipeline(composition_of(nodes), name="drawn")
    check_order(list(make_plan(composed).steps), nodes)
    order = list(range(len(nodes)))
    chance.shuffle(order)
    stated = dependencies_of(nodes, order)
    check_order(list(make_plan(stated).steps), nodes)
    for name, node in composed.nodes.items():
        assert stated.nodes[name].inputs == node.inputs


@pytest.fixture
def shared() -> Iterator[Instance]:
    with Instance.ephemeral() as instance:
        yield instance


@given(graphs())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_graph_runs_with_the_right_values(shared: Instance, nodes: list[Drawn]) -> None:
    run = Pipeline(compose_pipeline(composition_of(nodes), name="drawn")).run(instance=shared)
    begun = [record.step_key for record in run.event_list if record.kind == "StepStarted"]
    check_order([step for step in begun if step], nodes)
    for (index, output), value in values(nodes).items():
        assert run[f"n{index}"].output_value(output) == value
