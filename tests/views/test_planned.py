"""What a playground says will run, and how long that usually takes."""

from __future__ import annotations

from typing import Any

from dagnb import DynamicOutput, DynamicOutputDefinition, composite_solid, execute_pipeline, lambda_solid, solid
from dagnb.definitions import compose_pipeline
from dagnb.instance import Instance
from dagnb.views.planned import Planned
from dagnb.views.playground import check_config
from dagnb.views.service import typical_seconds


@solid(output_defs=[DynamicOutputDefinition(int)])
def numbers() -> Any:
    for key in "ab":
        yield DynamicOutput(1, mapping_key=key)


@lambda_solid
def fit(number: int) -> int:
    return number


@lambda_solid
def best(found: list[int]) -> int:
    return max(found)


@composite_solid
def model(number: int) -> Any:
    return fit(number)


@composite_solid
def models() -> Any:
    return best(numbers().map(model).collect())


def report() -> None:
    best.alias("last")([models(), fit.alias("plain")(best.alias("other")([models.alias("again")()]))])


TYPICAL = {"models.numbers": 1.0, "models.model.fit[a]": 2.0, "models.model.fit[b]": 3.0, "gone": 50.0}


def test_composites_are_told_with_what_is_in_them_and_its_time() -> None:
    planned = Planned(compose_pipeline(report), TYPICAL)
    assert [tuple(text.replace("\N{EM SPACE}", "> ") for text in row) for row in planned.table.rows] == [
        ("models", "3 solids", "6.0 s"),
        ("> numbers", "function", "1.0 s"),
        ("> model", "1 solid", "5.0 s"),
        ("> > fit", "× n · function", "2 × 2.5 s"),
        ("> best", "function", ""),
        ("again", "3 solids", ""),
        ("> numbers", "function", ""),
        ("> model", "1 solid", ""),
        ("> > fit", "× n · function", ""),
        ("> best", "function", ""),
        ("other", "function", ""),
        ("plain", "function", ""),
        ("last", "function", ""),
    ]
    assert planned.summary == "9 solids, about 6.0 s"
    unknown = Planned(compose_pipeline(report), {"gone": 50.0})
    assert unknown.summary == "9 solids"
    assert [column.name for column in unknown.table.columns] == ["solid", "kind"]
    assert unknown.table.rows[1] == ("\N{EM SPACE}numbers", "function")


def test_in_a_large_pipeline_composites_stand_for_what_is_in_them() -> None:
    def large() -> None:
        for at in range(20):
            models.alias(f"models_{at}")()

    planned = Planned(compose_pipeline(large), {"models_3.best": 1.0})
    assert len(planned.table.rows) == 20
    assert planned.table.rows[3] == ("models_3", "3 solids", "1.0 s")


def test_mapped_steps_of_runs_before_are_not_counted(instance: Instance) -> None:
    keys: list[str] = []

    @solid(output_defs=[DynamicOutputDefinition(int)])
    def over() -> Any:
        for key in keys:
            yield DynamicOutput(1, mapping_key=key)

    def mapped() -> None:
        over().map(fit)

    definition = compose_pipeline(mapped)
    for each in ("abcd", "de"):
        keys[:] = each
        execute_pipeline(definition, instance=instance)
    assert typical_seconds(instance, "mapped").keys() == {"over", "fit[d]", "fit[e]"}
    found = check_config(definition, "", "default", typical_seconds(instance, "mapped"))
    assert found.plan
    assert found.plan.rows[1][2].startswith("2 × ")
