"""Repositories in `dagnb list`: what is in them, without making the pipelines that nobody has asked for yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from dagnb.definitions.partition import PartitionSetDefinition
    from dagnb.definitions.repository import RepositoryDefinition
    from dagnb.definitions.schedule import ScheduleDefinition
    from dagnb.views.models import Align


def describe(repository: RepositoryDefinition, target: str) -> dict[str, Any]:
    """Return what is in a repository, as `dagnb list --json` prints it.

    Of the user's functions only those run that make schedules and partition sets, and each `partition_fn` once.
    """
    from dagnb.contracts.clock import SystemClock

    now = SystemClock().now()
    return {
        "repository": repository.name,
        "target": target,
        "description": repository.description or "",
        "pipelines": [_pipeline(repository, name) for name in repository.pipeline_names],
        "schedules": [_schedule(each, now) for each in repository.schedules],
        "partition_sets": [_partition_set(each, now) for each in repository.partition_sets],
    }


def _pipeline(repository: RepositoryDefinition, name: str) -> dict[str, Any]:
    """Return a pipeline's facts; its solids are null where it has not been made."""
    from dagnb.definitions.repository import definition_of

    made = repository.made_pipeline(name)
    return {"pipeline": name, "solids": None if made is None else list(definition_of(made).nodes)}


def _schedule(schedule: ScheduleDefinition, now: datetime) -> dict[str, Any]:
    ticks = schedule.next_times(now, 1)
    return {
        "schedule": schedule.name,
        "pipeline": schedule.pipeline_name,
        "cron": schedule.cron_schedule,
        "timezone": schedule.execution_timezone,
        "words": schedule.words,
        "next": ticks[0].isoformat() if ticks else None,
        "partition_set": schedule.partition_set.name if schedule.partition_set else None,
    }


def _partition_set(partition_set: PartitionSetDefinition, now: datetime) -> dict[str, Any]:
    from dagnb.errors import DagnbError

    document: dict[str, Any] = {"partition_set": partition_set.name, "pipeline": partition_set.pipeline_name}
    try:
        names = [each.name for each in partition_set.partitions(now)]
    except DagnbError as error:
        # One that cannot be listed now does not hide the others.
        return {**document, "count": None, "first": None, "last": None, "error": error.got or error.what}
    ends = {"first": names[0], "last": names[-1]} if names else {"first": None, "last": None}
    return {**document, "count": len(names), **ends, "error": None}


def print_repository(document: dict[str, Any], *, is_first: bool) -> None:
    """Print what `describe` returned."""
    from dagnb.cli.console import make_console, make_table, print_table, say
    from dagnb.views.format import plural

    console = make_console()
    if not is_first:
        console.print()
    facts = ["repository", plural(len(document["pipelines"]), "pipeline")]
    facts += [
        plural(len(document[part]), word)
        for part, word in (("schedules", "schedule"), ("partition_sets", "partition set"))
        if document[part]
    ]
    say(console, f"{document['repository']}  {' · '.join(facts)}", "bold")
    if document["description"]:
        say(console, document["description"].strip().split("\n")[0], "dim")
    columns: list[tuple[str, Align]] = [("part", "left"), ("name", "left"), ("runs", "left"), ("facts", "left")]
    table = make_table(columns, _rows(document), wraps=["runs", "facts"])
    table.show_header = False
    print_table(console, table)


def _rows(document: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    from dagnb.views.format import plural

    there = {each["pipeline"] for each in document["pipelines"]}
    return [
        *(
            (
                "  pipeline",
                each["pipeline"],
                "",
                "made when it runs" if each["solids"] is None else plural(len(each["solids"]), "solid"),
            )
            for each in document["pipelines"]
        ),
        *(
            (
                "  schedule",
                each["schedule"],
                _runs(each, there),
                f"{each['words']}{_next(each['next'], each['timezone'])}",
            )
            for each in document["schedules"]
        ),
        *(
            ("  partitions", each["partition_set"], _runs(each, there), _count(each))
            for each in document["partition_sets"]
        ),
    ]


def _runs(document: dict[str, Any], there: set[str]) -> str:
    name = document["pipeline"]
    return f"runs {name}" if name in there else f"runs {name}, which is not in the repository"


def _next(moment: str | None, timezone: str) -> str:
    """Say when the next tick comes, by the clocks of the schedule's time zone."""
    if moment is None:
        return ""
    from datetime import datetime

    from dagnb.contracts.clock import SystemClock
    from dagnb.definitions.calendar_time import find_zone
    from dagnb.views.format import format_when

    # The text has the offset of its day; what "tomorrow" is depends on that of today.
    at = datetime.fromisoformat(moment).astimezone(find_zone(timezone, "schedule"))
    now = SystemClock().now()
    words = format_when(at.timestamp(), now.timestamp(), at.tzinfo)
    clock = f"{at:%H:%M}"
    return f" · next {words}" if words.endswith(clock) else f" · next {words} {clock}"


def _count(document: dict[str, Any]) -> str:
    from dagnb.views.format import format_count

    if document["error"] is not None:
        return f"cannot be listed: {document['error']}"
    if not document["count"]:
        return "none yet"
    first, last = document["first"], document["last"]
    return f"{format_count(document['count'])} · {first}" + (f" to {last}" if last != first else "")
