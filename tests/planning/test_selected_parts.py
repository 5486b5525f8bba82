"""Selections of pipelines with composites and maps: what they mean, what they cut off, and what can be handed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dagnb import Pipeline, lambda_solid, solid
from dagnb.definitions import PipelineDefinition, compose_pipeline, composite_solid
from dagnb.definitions.ports import DynamicOutputDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbSelectionError
from dagnb.events.user import DynamicOutput
from dagnb.instance import Instance
from dagnb.planning.plan import make_plan, selected_nodes
from tests.handles.drawn import draw_pipeline


def walk(definition: PipelineDefinition, clause: str) -> set[str]:
    """Return what a clause means, the slow way."""
    match = re.fullmatch(r"(\*?\+*)([\w.]+)(\+*\*?)", clause)
    assert match is not None
    before, name, after = match.groups()
    nodes = definition.flat.nodes
    edges = {(source.node, handle) for handle, node in nodes.items() for _, source in node.connections()}
    named = {handle for handle in nodes if handle == name or handle.startswith(f"{name}.")}
    found = set(named)
    for text, back in ((before, True), (after, False)):
        reached = set(named)
        for _ in range(len(nodes) if "*" in text else len(text)):
            reached |= {a if back else b for a, b in edges if (b if back else a) in reached}
        found |= reached
    return found


@given(st.integers(0, 100_000), st.data())
@settings(max_examples=60, deadline=None)
def test_a_clause_means_the_same_for_composites(seed: int, data: st.DataObject) -> None:
    definition = draw_pipeline(seed, lambda _: None).definition
    names = [*definition.flat.nodes, *definition.flat.composites]
    sides = st.sampled_from(["", "+", "++", "*"])
    clauses = [
        f"{data.draw(sides)}{data.draw(st.sampled_from(names))}{data.draw(sides)}"
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    expected = set().union(*(walk(definition, clause) for clause in clauses))
    for form in (clauses, ",".join(clauses)):
        chosen = list(selected_nodes(definition, form))
        assert set(chosen) == expected
        assert chosen == [handle for handle in definition.flat.nodes if handle in expected]


@pytest.fixture
def nested() -> PipelineDefinition:
    @lambda_solid
    def one() -> int:
        return 1

    @lambda_solid
    def add(number: int, more: int = 1) -> int:
        return number + more

    @composite_solid
    def pair(number: Any) -> Any:
        return add.alias("second")(add.alias("first")(number))

    @composite_solid
    def outer(number: Any) -> Any:
        return add.alias("last")(pair.alias("inner")(number))

    return compose_pipeline(lambda: add.alias("end")(outer(one())), name="nested")


def test_handles_and_composites_are_named_in_errors(nested: PipelineDefinition) -> None:
    with pytest.raises(DagnbSelectionError, match=r"there is no outer.innr, did you mean outer.inner\?"):
        make_plan(nested, solid_selection="outer.innr")
    with pytest.raises(DagnbSelectionError, match=r"there is no outr, did you mean outer\?"):
        make_plan(nested, solid_selection=["one", "outr"])
    with pytest.raises(DagnbSelectionError, match=r"there is no one\[k\], did you mean one\?"):
        make_plan(nested, solid_selection="one[k]")


def test_an_input_that_is_cut_off_in_a_composite_is_given_where_the_hint_says(nested: PipelineDefinition) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make_plan(nested, solid_selection="outer.inner.second*")
    assert "at: pipeline nested › outer.inner.second" in str(caught.value)
    assert "solids › outer › solids › inner › solids › second › inputs › number" in str(caught.value)
    inner = {"solids": {"second": {"inputs": {"number": 5}}}}
    document = {"solids": {"outer": {"solids": {"inner": inner}}}}
    plan = make_plan(nested, document, solid_selection="outer.inner.second*")
    assert list(plan.steps) == ["outer.inner.second", "outer.last", "end"]
    assert plan.config.inputs == {"outer.inner.second": {"number": 5}}


def test_a_composite_that_makes_the_config_of_its_solids_is_no_place_for_an_input() -> None:
    @lambda_solid
    def add(number: int) -> int:
        return number + 1

    @composite_solid(config_schema={"by": int}, config_fn=lambda _: {})
    def made(number: int) -> Any:
        return add.alias("second")(add.alias("first")(number))

    @lambda_solid
    def one() -> int:
        return 1

    definition = compose_pipeline(lambda: made(one()), name="p")
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make_plan(definition, {"solids": {"made": {"config": {"by": 1}}}}, solid_selection="made.second")
    assert "run config" not in str(caught.value)
    assert 'input_values={"made.second": {"number": ...}}' in str(caught.value)


def test_values_for_a_composite_go_to_what_its_input_feeds(nested: PipelineDefinition, instance: Instance) -> None:
    run = Pipeline(nested).run(solid_selection="outer*", input_values={"outer": {"number": 10}}, instance=instance)
    assert run["end"].value == 14
    assert run["outer"].value == 13
    inner = {"outer.inner": {"number": 20}, "outer.last": {"more": 5}}
    run = Pipeline(nested).run(solid_selection="outer.inner*", input_values=inner, instance=instance)
    assert run["end"].value == 28


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral() as made:
        yield made


def test_values_for_what_is_not_there_are_told(nested: PipelineDefinition) -> None:
    with pytest.raises(DagnbNotFoundError, match="no selected solid named outr") as caught:
        make_plan(nested, input_values={"outr": {"number": 1}})
    assert "did you mean outer?" in str(caught.value)
    with pytest.raises(DagnbNotFoundError, match="no input named nmber"):
        make_plan(nested, input_values={"outer": {"nmber": 1}})
    with pytest.raises(DagnbNotFoundError, match="no selected solid named outer"):
        make_plan(nested, solid_selection="one", input_values={"outer": {"number": 1}})


def test_a_part_of_a_fan_in_takes_no_value_alone() -> None:
    @lambda_solid
    def one() -> int:
        return 1

    @lambda_solid
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    @composite_solid
    def outer(number: int) -> Any:
        return total([number, one()])

    definition = compose_pipeline(lambda: outer(one.alias("first")()), name="p")
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make_plan(definition, solid_selection="outer", input_values={"outer": {"number": 1}})
    assert 'input_values={"outer.total": {"numbers": [...]}}' in str(caught.value)
    plan = make_plan(definition, solid_selection="outer.total", input_values={"outer.total": {"numbers": [1, 2]}})
    assert list(plan.steps) == ["outer.total"]


@pytest.fixture
def mapped() -> Pipeline:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def load() -> Iterator[DynamicOutput]:
        yield DynamicOutput(1, "a")
        yield DynamicOutput(2, "b")

    @lambda_solid
    def double(number: int) -> int:
        return 2 * number

    @lambda_solid
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    return Pipeline(compose_pipeline(lambda: total(load().map(double).collect()), name="mapped"))


def test_a_mapped_solid_without_its_dynamic_output_runs_once(mapped: Pipeline, instance: Instance) -> None:
    run = mapped.run(solid_selection="double*", input_values={"double": {"number": 4}}, instance=instance)
    assert [step.key for step in run] == ["double", "total"]
    assert run["double"].value == 8
    assert run["total"].value == 8
    document = {"solids": {"double": {"inputs": {"number": 5}}}}
    assert mapped.run(document, solid_selection="double", instance=instance)["double"].value == 10
    whole = mapped.run(input_values={"double": {"number": 3}}, instance=instance)
    assert whole["total"].value == 6
    assert whole["load"].value == {"a": 1, "b": 2}


def test_a_map_is_selected_with_its_dynamic_output(mapped: Pipeline, instance: Instance) -> None:
    run = mapped.run(solid_selection="*double", instance=instance)
    assert {step.key for step in run} == {"load", "double[a]", "double[b]"}
    with pytest.raises(DagnbInvalidDefinitionError, match="the selection cuts off the input number"):
        make_plan(mapped.definition, solid_selection="double")
