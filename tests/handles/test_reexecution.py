"""Running a run again: all of it, from where it failed, or some of its steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from dagnb import (
    ModeDefinition,
    Nothing,
    Output,
    OutputDefinition,
    Pipeline,
    ResourceDefinition,
    lambda_solid,
    pipeline,
    solid,
)
from dagnb.definitions import composite_solid
from dagnb.definitions.ports import DynamicOutputDefinition, InputDefinition
from dagnb.errors import DagnbInvariantViolationError, DagnbNotFoundError, DagnbSelectionError, DagnbValueError
from dagnb.events.user import DynamicOutput
from dagnb.handles import reexecute_pipeline, run as find_run
from dagnb.handles.play import Play
from dagnb.instance import Instance


class Counts(dict[str, int]):
    """How often each step was computed, and which are to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: set[str] = set()

    def count(self, step: str) -> None:
        self[step] = self.get(step, 0) + 1
        if step in self.broken:
            raise ValueError(step)


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def report(counts: Counts) -> Pipeline:
    @lambda_solid
    def load() -> list[int]:
        counts.count("load")
        return [1, 2, 3]

    @lambda_solid
    def total(numbers: list[int]) -> int:
        counts.count("total")
        return sum(numbers)

    @lambda_solid
    def most(numbers: list[int]) -> int:
        counts.count("most")
        return max(numbers)

    @solid(config_schema={"unit": str})
    def told(context: Any, total: int, most: int) -> str:
        counts.count("told")
        return f"{total} {most} {context.solid_config['unit']}"

    @pipeline
    def report() -> None:
        numbers = load()
        told(total(numbers), most(numbers))

    return report


CONFIG = {"solids": {"told": {"config": {"unit": "min"}}}}


def test_from_failure_computes_what_did_not_succeed(report: Pipeline, counts: Counts, instance: Instance) -> None:
    counts.broken = {"most"}
    failed = report.run(CONFIG, instance=instance, raise_on_error=False)
    assert {step.key: step.status for step in failed} == {
        "load": "success",
        "total": "success",
        "most": "failure",
        "told": "skipped",
    }
    counts.broken = set()
    again = failed.reexecute(from_failure=True)
    assert again.success
    assert counts == {"load": 1, "total": 1, "most": 2, "told": 1}
    assert [step.key for step in again] == ["most", "told"]
    assert again["told"].value == "6 3 min"
    assert again.run_config == CONFIG
    assert (again.parent_run_id, again.root_run_id) == (failed.run_id, failed.run_id)
    assert again.record.step_keys == ("most", "told")


def test_what_was_taken_over_is_found_in_the_run(report: Pipeline, counts: Counts, instance: Instance) -> None:
    counts.broken = {"most"}
    failed = report.run(CONFIG, instance=instance, raise_on_error=False)
    counts.broken = {"told"}
    second = failed.reexecute(from_failure=True, raise_on_error=False)
    counts.broken = set()
    third = second.reexecute(from_failure=True)
    assert counts == {"load": 1, "total": 1, "most": 2, "told": 2}
    assert third["load"].value == [1, 2, 3]
    assert third["load"].run.run_id == failed.run_id
    assert third["most"].run.run_id == second.run_id
    assert "load" not in third
    assert third.root_run_id == failed.run_id


def test_lineage_names_the_run_that_computed_an_input(report: Pipeline, counts: Counts, instance: Instance) -> None:
    counts.broken = {"told"}
    failed = report.run(CONFIG, instance=instance, raise_on_error=False)
    counts.broken = {"told"}
    second = failed.reexecute(from_failure=True, raise_on_error=False)
    counts.broken = set()
    third = second.reexecute(from_failure=True)
    sources = third["told"].fold.inputs["total"].sources
    assert [(each.run_id, each.step_key, each.output_name) for each in sources] == [(failed.run_id, "total", "result")]
    produced = third["told"].fold.outputs["result"]
    assert {each.run_id for each in produced.inputs} == {failed.run_id}


@pytest.mark.parametrize(
    ("selection", "computed"),
    [
        ("told", ["told"]),
        ("total+", ["total", "told"]),
        ("*total", ["load", "total"]),
        (["most", "told"], ["most", "told"]),
        ("most, total", ["total", "most"]),
        ("load*", ["load", "total", "most", "told"]),
    ],
)
def test_from_selected_takes_the_grammar_of_selections(
    selection: Any, computed: list[str], report: Pipeline, counts: Counts, instance: Instance
) -> None:
    first = report.run(CONFIG, instance=instance)
    counts.clear()
    again = report.reexecute(first, step_selection=selection)
    assert sorted(counts) == sorted(computed)
    assert [step.key for step in again] == [key for key in ("load", "total", "most", "told") if key in computed]
    assert again["told"].value == "6 3 min"
    assert again.success


def test_without_a_selection_all_of_it_runs_again(report: Pipeline, counts: Counts, instance: Instance) -> None:
    first = report.run(CONFIG, tags={"day": "monday"}, instance=instance)
    again = reexecute_pipeline(report, first.run_id, tags={"try": "2"}, instance=instance)
    assert counts == {"load": 2, "total": 2, "most": 2, "told": 2}
    assert again.tags == {"day": "monday", "try": "2"}
    assert again.parent_run_id == first.run_id
    other = report.reexecute(first, {"solids": {"told": {"config": {"unit": "h"}}}}, step_selection="told")
    assert other["told"].value == "6 3 h"


def test_as_python_runs_it_again(report: Pipeline, instance: Instance) -> None:
    first = report.run(CONFIG, instance=instance)
    again = report.reexecute(first, step_selection="told")
    assert again.as_python() == f"report.reexecute({first.run_id!r}, {CONFIG!r}, step_selection='told')"
    same: Any = eval(f"{again.as_python()[:-1]}, instance=instance)", {"report": report, "instance": instance})  # noqa: S307
    assert [step.key for step in same] == ["told"]


def test_a_mended_solid_is_the_mended_one(instance: Instance) -> None:
    names: dict[str, Any] = {"lambda_solid": lambda_solid, "pipeline": pipeline}
    exec("@lambda_solid\ndef one() -> int:\n    raise ValueError('bad')\n", names)  # noqa: S102  # a cell
    exec("@pipeline\ndef mended():\n    one()\n", names)  # noqa: S102
    failed = names["mended"].run(instance=instance, raise_on_error=False)
    exec("@lambda_solid\ndef one() -> int:\n    return 1\n", names)  # noqa: S102
    assert failed.reexecute(from_failure=True)["one"].value == 1
    found = find_run(failed.run_id, instance=instance)
    assert found.reexecute(from_failure=True)["one"].value == 1


def text_of(error: pytest.ExceptionInfo[BaseException]) -> str:
    return str(error.value)


def test_what_cannot_be_run_again_is_told(report: Pipeline, instance: Instance) -> None:
    first = report.run(CONFIG, instance=instance)
    short = first.run_id[:8]
    with pytest.raises(DagnbInvariantViolationError) as caught:
        first.reexecute(from_failure=True)
    assert "nothing of the run failed" in text_of(caught)
    assert f"run {short} of report" in text_of(caught)
    with pytest.raises(DagnbInvariantViolationError, match="either from where it failed or with the steps"):
        first.reexecute(from_failure=True, step_selection="told")
    with pytest.raises(DagnbNotFoundError, match="no run named zzz"):
        reexecute_pipeline(report, "zzz", instance=instance)
    with pytest.raises(DagnbSelectionError, match="there is no tolld, did you mean told") as selected:
        first.reexecute(step_selection="tolld")
    assert f"run {short} of report" in text_of(selected)

    @pipeline
    def other() -> None:
        pass

    with pytest.raises(DagnbInvariantViolationError, match="the run is of another pipeline") as caught:
        other.reexecute(first)
    assert "got: a run of report" in text_of(caught)
    assert "expected: a run of other" in text_of(caught)


def test_a_run_that_goes_on_is_not_run_again(instance: Instance) -> None:
    told: list[str] = []

    @solid
    def again(context: Any) -> None:
        with pytest.raises(DagnbInvariantViolationError) as caught:
            looping.reexecute(context.run_id, instance=context.instance)
        told.append(str(caught.value))

    @pipeline
    def looping() -> None:
        again()

    looping.run(instance=instance)
    assert told[0].startswith("the run has not ended, so it cannot be run again\n")
    assert "got: status " in told[0]


def test_a_pipeline_that_is_not_here_is_told(instance: Instance) -> None:
    @lambda_solid
    def one() -> int:
        return 1

    @pipeline
    def gone() -> None:
        one()

    run_id = gone.run(instance=instance).run_id
    del gone
    with pytest.raises(DagnbInvariantViolationError, match="the pipeline gone is not defined in this process"):
        find_run(run_id, instance=instance).reexecute()


def test_an_output_that_is_not_there_is_told_with_what_to_do(
    report: Pipeline, counts: Counts, instance: Instance
) -> None:
    counts.broken = {"most"}
    failed = report.run(CONFIG, instance=instance, raise_on_error=False)
    with pytest.raises(DagnbSelectionError) as caught:
        failed.reexecute(step_selection="told")
    assert text_of(caught).splitlines() == [
        "the run has no output result of most to take over",
        f"  at: run {failed.run_id[:8]} of report › told › input most",
        "  got: most failed",
        '  next: step_selection="*told" computes what feeds it, from_failure=True all that did not succeed',
    ]


def test_a_value_that_was_not_stored_is_told(instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, persist=False)])
    def quick() -> int:
        return 5

    @lambda_solid
    def double(number: int) -> int:
        return 2 * number

    @pipeline
    def short() -> None:
        double(quick())

    first = short.run(instance=instance)
    with pytest.raises(DagnbValueError) as caught:
        first.reexecute(step_selection="double")
    text = text_of(caught)
    assert text.startswith("a value that is needed was not stored, so it cannot be taken over\n")
    assert f"run {first.run_id[:8]} › quick › result" in text
    assert 'step_selection="quick*"' in text
    assert first.reexecute(step_selection="quick*")["double"].value == 10


def test_order_alone_and_nothing_are_taken_over(counts: Counts, instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(Nothing)])
    def prepare() -> None:
        counts.count("prepare")

    @lambda_solid(input_defs=[InputDefinition("start", Nothing)])
    def work() -> int:
        counts.count("work")
        return 1

    @pipeline
    def ordered() -> None:
        work(start=prepare())

    counts.broken = {"work"}
    failed = ordered.run(instance=instance, raise_on_error=False)
    counts.broken = set()
    assert failed.reexecute(from_failure=True).success
    assert counts == {"prepare": 1, "work": 2}


def test_a_config_with_a_password_is_asked_for_again(instance: Instance) -> None:
    @solid(config_schema={"password": str})
    def log_in(context: Any) -> int:
        return len(context.solid_config["password"])

    @pipeline
    def secret() -> None:
        log_in()

    config = {"solids": {"log_in": {"config": {"password": "correct horse"}}}}
    first = secret.run(config, instance=instance)
    with pytest.raises(DagnbInvariantViolationError, match="holds a password, which is not stored"):
        first.reexecute()
    assert first.reexecute(config)["log_in"].value == 13


@pytest.fixture
def airports(counts: Counts) -> Pipeline:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def load() -> Iterator[DynamicOutput]:
        counts.count("load")
        for number, key in enumerate(("jfk", "lga", "ewr")):
            yield DynamicOutput(number, key)

    @solid
    def fit(context: Any, number: int) -> int:
        counts.count(context.step_key)
        return 10 * number

    @solid
    def check(context: Any, number: int) -> int:
        counts.count(context.step_key)
        return number + 1

    @lambda_solid
    def total(numbers: list[int]) -> int:
        counts.count("total")
        return sum(numbers)

    @pipeline
    def airports() -> None:
        total(load().map(lambda one: check(fit(one))).collect())

    return airports


def test_mapped_steps_go_on_one_by_one(airports: Pipeline, counts: Counts, instance: Instance) -> None:
    counts.broken = {"fit[lga]", "check[ewr]"}
    failed = airports.run(instance=instance, raise_on_error=False)
    counts.broken = set()
    before = dict(counts)
    again = failed.reexecute(from_failure=True)
    anew = {key: counts[key] - before.get(key, 0) for key in counts}
    assert {key for key, count in anew.items() if count} == {"fit[lga]", "check[lga]", "check[ewr]", "total"}
    assert again["total"].value == 33
    assert again["check"].value == {"jfk": 1, "lga": 11, "ewr": 21}
    assert again["fit"].value == {"jfk": 0, "lga": 10, "ewr": 20}
    assert again.success


@pytest.mark.parametrize(
    ("selection", "computed"),
    [
        ("fit[lga]", {"fit[lga]"}),
        ("fit[lga]+", {"fit[lga]", "check[lga]"}),
        ("fit[lga]*", {"fit[lga]", "check[lga]", "total"}),
        ("fit", {"fit[jfk]", "fit[lga]", "fit[ewr]"}),
        ("total", {"total"}),
        ("+total", {"check[jfk]", "check[lga]", "check[ewr]", "total"}),
        ("load", {"load"}),
        ("*check[ewr]", {"load", "fit[ewr]", "check[ewr]"}),
    ],
)
def test_mapped_steps_are_selected_one_by_one(
    selection: str, computed: set[str], airports: Pipeline, counts: Counts, instance: Instance
) -> None:
    first = airports.run(instance=instance)
    counts.clear()
    again = first.reexecute(step_selection=selection)
    assert set(counts) == computed
    assert again.success
    assert again["total"].value == 33
    assert {step.key for step in again} == computed


def test_a_mapped_step_that_failed_keeps_the_rest_from_being_collected(
    airports: Pipeline, counts: Counts, instance: Instance
) -> None:
    counts.broken = {"check[lga]"}
    failed = airports.run(instance=instance, raise_on_error=False)
    with pytest.raises(DagnbSelectionError, match=r"no output result of check\[lga\] to take over"):
        failed.reexecute(step_selection="total")
    with pytest.raises(DagnbSelectionError, match=r"there is no fit\[lgb\], did you mean fit\[lga\]"):
        failed.reexecute(step_selection="fit[lgb]")


def test_dynamic_outputs_without_values_are_taken_over(counts: Counts, instance: Instance) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def load() -> Iterator[DynamicOutput]:
        counts.count("load")
        yield from ()

    @lambda_solid
    def fit(number: int) -> int:
        return number

    @lambda_solid
    def total(numbers: list[int]) -> int:
        counts.count("total")
        return sum(numbers)

    @pipeline
    def empty() -> None:
        total(load().map(fit).collect())

    counts.broken = {"total"}
    failed = empty.run(instance=instance, raise_on_error=False)
    counts.broken = set()
    again = failed.reexecute(from_failure=True)
    assert again["total"].value == 0
    assert counts == {"load": 1, "total": 2}
    assert again["load"].value == {}
    assert again["fit"].value == {}


def test_composites_are_selected_by_name_and_handle(counts: Counts, instance: Instance) -> None:
    @lambda_solid
    def add(number: int) -> int:
        counts.count("add")
        return number + 1

    @lambda_solid
    def double(number: int) -> int:
        counts.count("double")
        return 2 * number

    @composite_solid
    def both(number: Any) -> Any:
        return double(add(number))

    @lambda_solid
    def one() -> int:
        counts.count("one")
        return 1

    @pipeline
    def nested() -> None:
        both(one())

    first = nested.run(instance=instance)
    counts.clear()
    assert first.reexecute(step_selection="both")["both"].value == 4
    assert counts == {"add": 1, "double": 1}
    again = first.reexecute(step_selection="both.double")
    assert counts == {"add": 1, "double": 2}
    assert again["both"].value == 4
    assert again["both"]["add"].run.run_id == first.run_id
    assert [step.key for step in first.reexecute(step_selection="+both")] == ["one", "both.add", "both.double"]


def test_solid_selection_of_the_parent_holds_on(report: Pipeline, counts: Counts, instance: Instance) -> None:
    counts.broken = {"total"}
    failed = report.run(solid_selection="*total", instance=instance, raise_on_error=False)
    counts.broken = set()
    again = failed.reexecute(from_failure=True)
    assert counts == {"load": 1, "total": 2}
    assert again.record.solid_selection == ("*total",)
    assert again.success


def test_an_optional_output_that_was_not_given_stays_so(counts: Counts, instance: Instance) -> None:
    @solid(output_defs=[OutputDefinition(int, "some", is_required=False), OutputDefinition(int, "other")])
    def split() -> Iterator[Output]:
        counts.count("split")
        yield Output(1, "other")

    @lambda_solid
    def use(number: int) -> int:
        counts.count("use")
        return number

    @lambda_solid
    def use_other(number: int) -> int:
        counts.count("use_other")
        return number

    @pipeline
    def optional() -> None:
        some, other = split()
        use(some)
        use_other(other)

    counts.broken = {"use_other"}
    failed = optional.run(instance=instance, raise_on_error=False)
    counts.broken = set()
    again = failed.reexecute(from_failure=True)
    assert again["use"].skipped
    assert counts == {"split": 1, "use_other": 2}
    with pytest.raises(DagnbInvariantViolationError, match="nothing of the run failed"):
        again.reexecute(from_failure=True)


def test_the_playground_runs_what_is_selected(report: Pipeline, counts: Counts, instance: Instance) -> None:
    play = Play(report, instance, None, "*total")
    run_id = play.launch({}, "default")
    while not instance.read_run(run_id).status.is_terminal:
        time.sleep(0.01)
    assert sorted(counts) == ["load", "total"]
    with pytest.raises(DagnbSelectionError, match="there is no totl, did you mean total"):
        report.playground(solid_selection="totl", instance=instance)


def test_resources_are_swapped_for_the_new_run(instance: Instance) -> None:
    @solid(required_resource_keys={"db"})
    def read(context: Any) -> str:
        if context.resources.db == "broken":
            raise ValueError("no connection")
        return str(context.resources.db)

    @pipeline(mode_defs=[ModeDefinition(resource_defs={"db": ResourceDefinition.hardcoded_resource("broken")})])
    def reading() -> None:
        read()

    failed = reading.run(instance=instance, raise_on_error=False)
    again = failed.reexecute(from_failure=True, resources={"db": "fake"})
    assert again["read"].value == "fake"
