"""Repositories: what is in them, when it is made, what is refused."""

from __future__ import annotations

import threading
import time
from typing import Any

import cloudpickle
import pytest

from dagnb import (
    PartitionSetDefinition,
    Pipeline,
    RepositoryDefinition,
    ScheduleDefinition,
    SolidDefinition,
    composite_solid,
    daily_schedule,
    lambda_solid,
    pipeline,
    repository,
    solid,
    static_partitions,
)
from dagnb.definitions.pipeline import PipelineDefinition, compose_pipeline
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from tests.definitions.solids import double, one


@pipeline
def numbers() -> None:
    double(one())


def other() -> PipelineDefinition:
    def body() -> None:
        one()

    return compose_pipeline(body, name="other")


nightly = ScheduleDefinition("nightly", "0 2 * * *", "numbers")
letters = PartitionSetDefinition("letters", "numbers", static_partitions(["a", "b"]))


@daily_schedule("numbers", "2020-01-01")
def daily(date: Any) -> dict[str, Any]:
    return {}


def test_a_list_is_sorted_out_by_kind() -> None:
    @repository
    def company() -> list[Any]:
        """What the company runs.

        Every night.
        """
        return [nightly, numbers, letters, daily, other()]

    assert isinstance(company, RepositoryDefinition)
    assert (company.name, company.description) == ("company", "What the company runs.\n\nEvery night.")
    assert company.pipeline_names == ["numbers", "other"]
    assert company.pipeline("numbers") is numbers
    assert isinstance(company.pipeline("other"), PipelineDefinition)
    assert (company.schedules, company.schedule_names) == ([nightly, daily], ["nightly", "daily"])
    assert company.schedule("daily") is daily
    assert company.partition_set_names == ["letters", "daily_partitions"]
    assert company.partition_set("daily_partitions") is daily.partition_set
    assert company.partition_set("letters") is letters
    assert company.partition_sets == [letters, daily.partition_set]
    assert company.solid("double") is double
    assert repr(company) == "<repository company: numbers, other>"


def test_the_name_and_description_can_be_given() -> None:
    made = repository("firm", description="Ours.")(list)
    assert (made.name, made.description, made.pipelines) == ("firm", "Ours.", [])
    assert repository(name="firm")(lambda: (numbers,)).pipelines == [numbers]


def test_what_functions_make_is_made_once_and_when_it_is_asked_for() -> None:
    calls: list[str] = []

    def lazily(name: str, made: Any) -> Any:
        def make() -> Any:
            calls.append(name)
            return made

        return make

    @repository
    def company() -> dict[str, Any]:
        return {
            "pipelines": {"numbers": lazily("numbers", numbers), "other": lazily("other", other())},
            "schedules": {"daily": lazily("daily", daily)},
            "partition_sets": {"letters": lazily("letters", letters)},
        }

    assert company.has_pipeline("other")
    assert not company.has_pipeline("others")
    assert company.pipeline_names == ["numbers", "other"]
    assert company.made_pipeline("numbers") is None
    assert calls == []
    assert company.pipeline("numbers") is company.pipeline("numbers") is company.made_pipeline("numbers") is numbers
    assert calls == ["numbers"]
    assert company.partition_set("letters") is letters
    assert calls == ["numbers", "letters"]
    assert company.partition_set("daily_partitions") is daily.partition_set
    assert [each.name for each in company.pipelines] == ["numbers", "other"]
    assert company.solid("double") is double
    assert company.schedules == [daily]
    assert sorted(calls) == ["daily", "letters", "numbers", "other"]


def test_threads_that_ask_at_once_get_the_same_pipeline() -> None:
    calls: list[int] = []

    def slowly() -> PipelineDefinition:
        calls.append(1)
        time.sleep(0.05)
        return other()

    company = RepositoryDefinition("company", {"pipelines": {"other": slowly}})
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(company.pipeline("other"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len(found) == 4
    assert {id(each) for each in found} == {id(company.pipeline("other"))}


def test_an_object_is_asked_when_it_is_needed() -> None:
    asked: list[str] = []

    class Files:
        def pipelines(self) -> dict[str, Any]:
            asked.append("pipelines")
            return {"numbers": numbers, "other": other}

        def schedules(self) -> dict[str, Any]:
            asked.append("schedules")
            return {"nightly": nightly}

    company = repository("company")(Files)
    assert asked == []
    assert company.pipeline("other").name == "other"
    assert (company.schedules, company.partition_sets) == ([nightly], [])
    assert company.has_pipeline("numbers")
    assert asked == ["pipelines", "schedules"]


def test_unknown_names_are_told_with_the_nearest() -> None:
    company = RepositoryDefinition("company", [numbers, nightly, daily, letters])
    for ask, text in (
        (lambda: company.pipeline("nubmers"), "did you mean numbers?"),
        (lambda: company.schedule("nightyl"), "did you mean nightly?"),
        (lambda: company.partition_set("daily_partition"), "did you mean daily_partitions?"),
        (lambda: company.solid("duoble"), "did you mean double?"),
        (lambda: RepositoryDefinition("empty", []).schedule("a"), "the repository has no schedules"),
    ):
        with pytest.raises(DagnbNotFoundError) as caught:
            ask()
        assert text in str(caught.value)
        assert "at: repository " in str(caught.value)


def test_a_schedule_of_a_pipeline_that_is_not_there_fails_when_the_pipeline_is_asked_for() -> None:
    company = RepositoryDefinition("company", [nightly])
    with pytest.raises(DagnbNotFoundError, match="no pipeline named numbers"):
        company.pipeline(company.schedule("nightly").pipeline_name)


@solid(name="double")
def another_double(number: int) -> int:
    return number


@composite_solid
def inside(number: int) -> int:
    return another_double(number)  # type: ignore[no-any-return]


def doubling(inner: SolidDefinition) -> PipelineDefinition:
    def body() -> None:
        inner(one())

    return compose_pipeline(body, name="doubling")


@pytest.mark.parametrize("inner", [another_double, inside])
def test_two_different_solids_of_one_name_are_refused(inner: SolidDefinition) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match=r"(?s)two different solids.*solid double.*numbers.*doubling"):
        RepositoryDefinition("company", [numbers, doubling(inner)])
    lazy = RepositoryDefinition(
        "company", {"pipelines": {"numbers": lambda: numbers, "doubling": lambda: doubling(inner)}}
    )
    assert lazy.pipeline("doubling").name == "doubling"
    for _ in range(2):
        with pytest.raises(DagnbInvalidDefinitionError, match="two different solids have the same name"):
            lazy.pipeline("numbers")
    assert RepositoryDefinition("company", [doubling(double), numbers]).solid("double") is double


def test_a_solid_that_is_defined_again_is_no_other_solid() -> None:
    names: dict[str, Any] = {
        "pipeline": pipeline,
        "lambda_solid": lambda_solid,
        "RepositoryDefinition": RepositoryDefinition,
    }
    define = "@lambda_solid\ndef load() -> int:\n    return 1\n"
    exec(define, names)  # noqa: S102  # cells are run so
    exec(  # noqa: S102  # as above
        "@pipeline\ndef first():\n    load()\n"
        "def second():\n    @pipeline(name='second')\n    def made():\n        load()\n    return made\n"
        "company = RepositoryDefinition('company', {'pipelines': {'first': first, 'second': second}})",
        names,
    )
    exec(define, names)  # noqa: S102  # as above
    company = names["company"]
    assert company.pipeline("second").name == "second"
    assert company.solid("load") is names["load"]


@pytest.mark.parametrize(
    ("contents", "text"),
    [
        (None, "next: return it"),
        (3, "a list of definitions"),
        ("numbers", "a list of definitions"),
        ([one], "a repository holds pipelines, partition sets and schedules"),
        ([other], 'functions that make a pipeline stand in a dict: {"pipelines": {"name": function}}'),
        ([numbers, numbers], "two pipelines have the same name"),
        ([nightly, nightly], "two schedules have the same name"),
        ([letters, letters], "two partition sets have the same name"),
        (
            [daily, PartitionSetDefinition("daily_partitions", "numbers", list)],
            "one of the schedule daily, and another",
        ),
        (
            [
                letters.schedule("a", "0 0 * * *"),
                PartitionSetDefinition("letters", "numbers", list).schedule("b", "@daily"),
            ],
            "one of the schedule b, and another",
        ),
        ({"pipeline": {}}, "did you mean pipelines?"),
        ({"numbers": numbers}, 'next: {"pipelines": {"numbers": ...}}'),
        ({"pipelines": [numbers]}, "pipelines of a repository are a dict"),
        ({"pipelines": {"numbers": 3}}, "a pipeline, or a function without arguments that makes it"),
        ({"pipelines": {"nubmers": numbers}}, 'write {"numbers": ...}, or name the pipeline nubmers'),
        ({"schedules": {"nightly": letters}}, "this is no schedule"),
        ({"partition_sets": {3: letters}}, "the partition set has another name"),
    ],
)
def test_contents_that_cannot_be_are_refused(contents: Any, text: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        RepositoryDefinition("company", contents)
    assert text in str(caught.value)
    assert "repository company" in str(caught.value)


def test_schedules_may_share_a_partition_set() -> None:
    shared = [letters, letters.schedule("a", "0 0 * * *"), letters.schedule("b", "0 1 * * *")]
    assert RepositoryDefinition("company", shared).partition_sets == [letters]


def test_what_functions_must_not_make() -> None:
    def broken() -> None:
        raise OSError("the file is gone")

    company: Any = None

    def itself() -> Any:
        return company.pipeline("itself")

    company = RepositoryDefinition(
        "company", {"pipelines": {"wrong": lambda: 3, "misnamed": other, "broken": broken, "itself": itself}}
    )
    for name, text in (
        ("wrong", "the function did not return a pipeline"),
        ("misnamed", 'write {"other": ...}'),
        ("itself", "asks for the pipeline itself"),
    ):
        with pytest.raises(DagnbInvalidDefinitionError) as caught:
            company.pipeline(name)
        assert text in str(caught.value)
    for _ in range(2):
        with pytest.raises(OSError, match="the file is gone") as raised:
            company.pipeline("broken")
        assert raised.value.__notes__ == ["while repository company made its pipeline broken"]


def test_only_functions_are_decorated() -> None:
    number: Any = 3
    with pytest.raises(DagnbInvalidDefinitionError, match="@repository decorates a function"):
        repository("a")(number)
    with pytest.raises(DagnbInvalidDefinitionError, match="repositories cannot be named so"):
        repository("a b")(list)


def test_a_repository_goes_to_other_processes() -> None:
    company = RepositoryDefinition(
        "company", {"pipelines": {"numbers": lambda: numbers}, "schedules": {"daily": daily}}
    )
    again = cloudpickle.loads(cloudpickle.dumps(company))
    assert isinstance(again.pipeline("numbers"), Pipeline)
    assert again.partition_set("daily_partitions").partition("2020-01-01").name == "2020-01-01"
