"""Re-running a cell that defines a solid replaces it in every pipeline that names it; nothing is there twice."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb import Pipeline
from dagnb.instance import Instance

IMPORTS = """
from dagnb import solid, lambda_solid, pipeline, ModeDefinition
"""
ONE = """
@lambda_solid
def one() -> int:
    return {number}
"""
REPORT = """
@lambda_solid
def double(number: int) -> int:
    return 2 * number

@pipeline
def report():
    double(one())
"""


class Cells:
    """A notebook's namespace: cells run in it, in any order, again and again."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.run(IMPORTS)

    def run(self, source: str) -> None:
        exec(compile(source, "<cell>", "exec"), self.names)  # noqa: S102  # a notebook runs its cells

    @property
    def report(self) -> Pipeline:
        found: Pipeline = self.names["report"]
        return found


def cells(*sources: str) -> Cells:
    made = Cells()
    for source in sources:
        made.run(source)
    return made


def test_a_solid_that_is_defined_again_is_the_new_one(instance: Instance) -> None:
    notebook = cells(ONE.format(number=1), REPORT)
    report = notebook.report
    assert report.run(instance=instance)["double"].value == 2
    notebook.run(ONE.format(number=5))
    assert report.run(instance=instance)["double"].value == 10
    assert list(report.definition.nodes) == ["one", "double"]


def test_what_is_not_redefined_is_not_composed_anew() -> None:
    notebook = cells(ONE.format(number=1), REPORT)
    definition = notebook.report.definition
    assert notebook.report.definition is definition
    notebook.run("unrelated = 3")
    assert notebook.report.definition is definition
    notebook.run(ONE.format(number=2))
    assert notebook.report.definition is not definition


def test_a_pipeline_that_is_defined_again_replaces_itself(instance: Instance) -> None:
    notebook = cells(ONE.format(number=1), REPORT, REPORT, REPORT)
    assert list(notebook.report.definition.nodes) == ["one", "double"]
    assert notebook.report.run(instance=instance).success


def test_new_inputs_outputs_and_config_of_a_solid_count_at_once(instance: Instance) -> None:
    notebook = cells(ONE.format(number=1), REPORT)
    notebook.run(
        """
@solid(config_schema={"by": int})
def double(context, number: int, plus: int = 1) -> int:
    return context.solid_config["by"] * number + plus
"""
    )
    config = {"solids": {"double": {"config": {"by": 3}}}}
    assert notebook.report.run(config, instance=instance)["double"].value == 4
    assert "by" in notebook.report.scaffold()


def test_a_helper_that_calls_solids_is_followed(instance: Instance) -> None:
    notebook = cells(
        ONE.format(number=1),
        REPORT,
        "def tail(x):\n    return double(x)",
        "@pipeline\ndef report():\n    tail(one())",
    )
    report = notebook.report
    assert report.run(instance=instance)["double"].value == 2
    notebook.run("@lambda_solid\ndef double(number: int) -> int:\n    return 3 * number")
    assert report.run(instance=instance)["double"].value == 3
    notebook.run("def tail(x):\n    return double.alias('triple')(x)")
    assert list(report.definition.nodes) == ["one", "triple"]


def test_helpers_that_call_each_other_are_followed_once() -> None:
    notebook = cells(
        ONE.format(number=1),
        "def even(n, x):\n    return odd(n - 1, x) if n else x",
        "def odd(n, x):\n    return even(n - 1, x) if n else x",
        "@lambda_solid\ndef double(number: int) -> int:\n    return 2 * number",
        "@pipeline\ndef report():\n    double(even(4, one()))",
    )
    assert list(notebook.report.definition.nodes) == ["one", "double"]


def test_a_solid_that_is_gone_is_told_where_it_is_named() -> None:
    notebook = cells(ONE.format(number=1), REPORT)
    del notebook.names["one"]
    with pytest.raises(NameError, match="one"):
        _ = notebook.report.definition
    notebook.run(ONE.format(number=1))
    assert list(notebook.report.definition.nodes) == ["one", "double"]


def test_solids_within_a_function_are_followed_too(instance: Instance) -> None:
    notebook = cells(
        """
def make():
    @lambda_solid
    def one() -> int:
        return 1

    @pipeline
    def inner():
        one()

    def change():
        nonlocal one

        @lambda_solid
        def one() -> int:
            return 2

    return inner, change

report, change = make()
"""
    )
    assert notebook.report.run(instance=instance)["one"].value == 1
    notebook.run("change()")
    assert notebook.report.run(instance=instance)["one"].value == 2


def test_a_run_that_was_made_before_still_tells_of_the_code_it_ran(instance: Instance) -> None:
    notebook = cells(ONE.format(number=1), REPORT)
    before = notebook.report.run(instance=instance)
    notebook.run(ONE.format(number=5))
    now = notebook.report.run(instance=instance)
    changed = set(now.diff(before)["what"])
    assert {"code of one", "data of result"} <= changed
    assert before.record.snapshot_id != now.record.snapshot_id
