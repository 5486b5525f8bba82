"""A repository that the tests of the command line list and run."""

from __future__ import annotations

import sys
from datetime import time
from typing import Any

from dagnb import PartitionSetDefinition, Pipeline, daily_schedule, lambda_solid, pipeline, repository, schedule


@lambda_solid
def one() -> int:
    return 1


def daily() -> Pipeline:
    sys.stdout.write("daily is made\n")

    @pipeline
    def daily() -> None:
        one()

    return daily


def broken() -> Pipeline:
    raise OSError("the list of files is gone")


def no_letters() -> list[str]:
    raise OSError("the alphabet is gone")


@daily_schedule("daily", "2020-01-01", execution_time=time(2, 30), end_date="2020-03-01")
def nightly(date: Any) -> dict[str, Any]:
    return {}


@schedule("0 9 * * MON-FRI", "gone", execution_timezone="Europe/Budapest")
def workdays() -> dict[str, Any]:
    return {}


@repository
def company() -> dict[str, Any]:
    """What the company runs."""
    return {
        "pipelines": {"daily": daily, "broken": broken},
        "schedules": {"nightly": nightly, "workdays": workdays},
        "partition_sets": {
            "letters": PartitionSetDefinition("letters", "daily", no_letters),
            "none": PartitionSetDefinition("none", "daily", list),
        },
    }
