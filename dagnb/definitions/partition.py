"""Partitions: the parts that runs of one pipeline are for, such as days or customers, and the sets that they form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from dagnb._record import Record, set_part
from dagnb.definitions.names import check_name
from dagnb.definitions.telling import told
from dagnb.definitions.user_code import call, call_for_config, call_for_tags, check_function
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, DagnbPartitionError

if TYPE_CHECKING:
    from dagnb.definitions.partition_schedule import PartitionScheduleDefinition, PartitionSelector

PARTITION_TAG = "dagnb/partition"
PARTITION_SET_TAG = "dagnb/partition_set"
_NAMED = 500  # partitions that an error chooses the nearest name from


class Partition(Record):
    """One part: a value and its name.

    Args:
        value: what a run for it is about: a date, a customer, a list of files ...
        name: its name in the set (default: the value as text).

    >>> Partition(3)
    Partition(value=3, name='3')
    """

    __slots__ = __match_args__ = ("value", "name")
    value: Any
    name: str

    def __init__(self, value: Any = None, name: str | None = None) -> None:
        chosen: Any = str(value) if name is None else name
        if not isinstance(chosen, str) or not chosen:
            raise DagnbInvalidDefinitionError("a partition's name is a text", got=repr(chosen)[:80])
        set_part(self, "value", value)
        set_part(self, "name", chosen)

    def __hash__(self) -> int:
        return hash(self.name)  # a value may be a list


@runtime_checkable
class PartitionsInTime(Protocol):
    """A `partition_fn` whose partitions become more as time goes on, and which finds them without making all."""

    def __call__(self, now: datetime | None = None) -> list[Partition]:
        """Return the partitions that there are at a moment (default: now)."""
        ...

    def find(self, name: str, now: datetime | None = None) -> Partition | None:
        """Return a partition by its name."""
        ...

    def last(self, now: datetime | None = None) -> Partition | None:
        """Return the newest partition that there is at a moment."""
        ...


class PartitionSetDefinition:
    """Define the partitions of a pipeline, and what a run for one of them is given.

    Args:
        name: letters, digits and underscores.
        pipeline_name: the pipeline that runs for them.
        partition_fn: returns the partitions, as `Partition` or as plain values; `static_partitions`,
            `daily_partitions` and the like make one.
        solid_selection: which solids to run (default: all).
        mode: in which mode (default: the pipeline's first).
        run_config_fn_for_partition: takes a partition, returns the run config (default: an empty one).
        tags_fn_for_partition: takes a partition, returns tags of the run (default: none).
        description: what the partitions are.

    Raises:
        DagnbInvalidDefinitionError: a bad name, or a function that is none.

    >>> carriers = PartitionSetDefinition(
    ...     "carriers",
    ...     "flights",
    ...     static_partitions(["AA", "DL", "UA"]),
    ...     run_config_fn_for_partition=lambda each: {"solids": {"load": {"config": {"carrier": each.value}}}},
    ... )
    >>> [each.name for each in carriers.partitions()]
    ['AA', 'DL', 'UA']
    >>> carriers.run_config("DL")
    {'solids': {'load': {'config': {'carrier': 'DL'}}}}
    >>> carriers.tags("DL")
    {'dagnb/partition': 'DL', 'dagnb/partition_set': 'carriers'}
    """

    def __init__(
        self,
        name: str,
        pipeline_name: str,
        partition_fn: Callable[[], Iterable[Any]],
        *,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        run_config_fn_for_partition: Callable[[Partition], Mapping[str, Any]] | None = None,
        tags_fn_for_partition: Callable[[Partition], Mapping[str, Any]] | None = None,
        description: str | None = None,
    ) -> None:
        self.name = check_name(name, "partition set")
        where = f"partition set {name}"
        self.pipeline_name = check_pipeline_name(pipeline_name, where)
        if isinstance(partition_fn, list | tuple):
            raise DagnbInvalidDefinitionError(
                "partition_fn is a function that returns the partitions",
                where=where,
                got=f"a {type(partition_fn).__name__} of {len(partition_fn)}",
                hint="static_partitions([...]) makes one of values",
            )
        check_function(partition_fn, where, "partition_fn")
        self.partition_fn = partition_fn
        self.solid_selection = check_solid_selection(solid_selection, where)
        self.mode = mode
        self._run_config_fn = _or_nothing(run_config_fn_for_partition, where, "run_config_fn_for_partition")
        self._tags_fn = _or_nothing(tags_fn_for_partition, where, "tags_fn_for_partition")
        self.description = description

    def _at(self, function: str) -> str:
        return f"partition set {self.name} › {function}"

    def partitions(self, now: datetime | None = None) -> list[Partition]:
        """Return the partitions that there are, in their order.

        Args:
            now: at which moment, for partitions in time (default: now).

        Raises:
            DagnbPartitionError: `partition_fn` raised, returned no partitions, or two of one name.
        """
        where = self._at("partition_fn")
        arguments = (now,) if isinstance(self.partition_fn, PartitionsInTime) else ()
        made = call(self.partition_fn, *arguments, failing=DagnbPartitionError, where=where)
        if isinstance(made, str | bytes | Mapping) or not isinstance(made, Iterable):
            got = told(made)
            raise DagnbPartitionError(
                "the function did not return partitions", where=where, got=got, expected="a list of partitions"
            )
        # A generator runs while it is read: what it raises is the function's failure too.
        found = call(list, made, failing=DagnbPartitionError, where=where)
        partitions = [each if isinstance(each, Partition) else Partition(each) for each in found]
        seen: set[str] = set()
        for each in partitions:
            if each.name in seen:
                raise DagnbPartitionError(
                    "two partitions have the same name",
                    where=where,
                    got=each.name,
                    hint="give each its own name; of times with a fmt that tells them apart",
                )
            seen.add(each.name)
        return partitions

    def partition(self, name: str, now: datetime | None = None) -> Partition:
        """Return a partition by its name.

        Raises:
            DagnbNotFoundError: there is none of that name.
            DagnbPartitionError: as for `partitions`.
        """
        found = self.partition_fn.find(name, now) if isinstance(self.partition_fn, PartitionsInTime) else None
        if found is not None:
            return found
        every = self.partitions(now)
        for each in every:
            if each.name == name:
                return each
        names = [each.name for each in every[-_NAMED:]]
        raise DagnbNotFoundError("partition", str(name), names, where=f"partition set {self.name}")

    def last(self, now: datetime | None = None) -> Partition | None:
        """Return the last partition; None when there is none yet.

        Raises:
            DagnbPartitionError: as for `partitions`.
        """
        if isinstance(self.partition_fn, PartitionsInTime):
            return self.partition_fn.last(now)
        every = self.partitions(now)
        return every[-1] if every else None

    def run_config(self, partition: Partition | str) -> dict[str, Any]:
        """Return the run config of a run for a partition.

        Raises:
            DagnbPartitionError: the function for it raised, or returned no dict.
            DagnbNotFoundError: there is no partition of that name.
        """
        where = f"{self._at('run_config_fn_for_partition')} › {_name_of(partition)}"
        chosen = self._resolve(partition)
        return call_for_config(self._run_config_fn, chosen, failing=DagnbPartitionError, where=where)

    def tags(self, partition: Partition | str) -> dict[str, str]:
        """Return the tags of a run for a partition, ``dagnb/partition`` and ``dagnb/partition_set`` among them.

        Raises:
            DagnbPartitionError: the function for them raised, or returned no tags.
            DagnbNotFoundError: there is no partition of that name.
        """
        where = f"{self._at('tags_fn_for_partition')} › {_name_of(partition)}"
        chosen = self._resolve(partition)
        tags = call_for_tags(self._tags_fn, chosen, failing=DagnbPartitionError, where=where)
        return {**tags, PARTITION_TAG: chosen.name, PARTITION_SET_TAG: self.name}

    def _resolve(self, partition: Partition | str) -> Partition:
        return partition if isinstance(partition, Partition) else self.partition(partition)

    def schedule(
        self,
        schedule_name: str,
        cron_schedule: str,
        *,
        should_execute: Callable[..., bool] | None = None,
        partition_selector: PartitionSelector | None = None,
        environment_vars: Mapping[str, str] | None = None,
        execution_timezone: str | None = None,
    ) -> PartitionScheduleDefinition:
        """Define a schedule each of whose runs is for a partition of this set.

        Args:
            schedule_name: letters, digits and underscores.
            cron_schedule: when, five fields of cron.
            should_execute: takes the schedule's context; False leaves a tick out.
            partition_selector: takes the schedule's context and this set, returns the partition to run, or None for
                none (default: the last one).
            environment_vars: environment variables of its runs.
            execution_timezone: the time zone of `cron_schedule` (default: UTC).

        Raises:
            DagnbInvalidDefinitionError: see `ScheduleDefinition`.

        >>> carriers = PartitionSetDefinition("carriers", "flights", static_partitions(["AA", "DL"]))
        >>> carriers.schedule("nightly", "0 2 * * *").tags("2020-01-02T02:00")["dagnb/partition"]
        'DL'
        """
        from dagnb.definitions.partition_schedule import PartitionScheduleDefinition, last_partition

        return PartitionScheduleDefinition(
            schedule_name,
            cron_schedule,
            self,
            partition_selector=last_partition if partition_selector is None else partition_selector,
            should_execute=should_execute,
            environment_vars=environment_vars,
            execution_timezone=execution_timezone,
        )

    def __repr__(self) -> str:
        return f"<partition set {self.name} of {self.pipeline_name}>"


def static_partitions(values: Iterable[Any]) -> Callable[[], list[Partition]]:
    """Make a `partition_fn` of values that are there already.

    Args:
        values: the partitions, or their values; names are the values as text.

    Raises:
        DagnbInvalidDefinitionError: two of one name.

    >>> static_partitions([1, 2])()
    [Partition(value=1, name='1'), Partition(value=2, name='2')]
    """
    if isinstance(values, str):
        raise DagnbInvalidDefinitionError(
            "static_partitions takes a list of values", got=repr(values)[:80], hint=f"static_partitions([{values!r}])"
        )
    made = [each if isinstance(each, Partition) else Partition(each) for each in values]
    names = [each.name for each in made]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise DagnbInvalidDefinitionError("two partitions have the same name", got=", ".join(twice[:5]))
    return lambda: list(made)


def check_pipeline_name(name: Any, where: str) -> str:
    """Return the name of the pipeline that a partition set or schedule is for.

    Raises:
        DagnbInvalidDefinitionError: it is no name.
    """
    if isinstance(name, str):
        return check_name(name, "pipeline")
    own = getattr(name, "name", None)
    raise DagnbInvalidDefinitionError(
        "pipeline_name is the name of a pipeline",
        where=where,
        got=told(name),
        expected="a text",
        hint=f"pipeline_name={own!r}" if isinstance(own, str) else None,
    )


def check_solid_selection(selection: Sequence[str] | str | None, where: str) -> list[str] | None:
    """Return a selection of solids as a list; None for all.

    Raises:
        DagnbInvalidDefinitionError: it is no list of texts.
    """
    if selection is None:
        return None
    listed = [selection] if isinstance(selection, str) else list(selection)
    if not listed or not all(isinstance(each, str) for each in listed):
        raise DagnbInvalidDefinitionError(
            "solid_selection is a list of texts",
            where=where,
            got=repr(selection)[:80],
            expected='for example ["*train_model"]',
            hint=None if listed else "leave it out to run all solids",
        )
    return listed


def _or_nothing(function: Callable[[Any], Any] | None, where: str, argument: str) -> Callable[[Any], Any]:
    if function is None:
        return lambda _: {}
    check_function(function, where, argument)
    return function


def _name_of(partition: Partition | str) -> str:
    return partition.name if isinstance(partition, Partition) else str(partition)
