"""Repositories: pipelines, partition sets and schedules under one name, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.graph import Node
from dagnb.definitions.names import check_name
from dagnb.definitions.partition import PartitionSetDefinition
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.definitions.schedule import ScheduleDefinition
from dagnb.definitions.shelf import Shelf
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, nearest

_KINDS = ("pipelines", "partition_sets", "schedules")


class RepositoryDefinition:
    """Hold pipelines, partition sets and schedules by name; `@repository` makes one.

    A pipeline that a function makes is made once, when it is first asked for. The partition sets of its schedules are
    the repository's too.

    Args:
        name: letters, digits and underscores.
        contents: a list of definitions; or a dict with "pipelines", "partition_sets" and "schedules", each a dict by
            name of definitions or of functions without arguments that make one; or an object with methods of these
            names, `pipelines` at least, that return such dicts and are called when they are needed.
        description: what it is for, Markdown.

    Raises:
        DagnbInvalidDefinitionError: a bad name, contents of another kind, two definitions of one name, or two
            different solids of one name.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> made = RepositoryDefinition("company", [numbers])
    >>> made.pipeline_names, made.solid("one").name
    (['numbers'], 'one')
    """

    def __init__(self, name: str, contents: Any, description: str | None = None) -> None:
        self.name = check_name(name, "repository")
        self.description = description
        where = f"repository {name}"
        given = _read(contents, where)
        self._solids: dict[str, tuple[SolidDefinition, str]] = {}
        self._pipelines: Shelf[Any] = Shelf(
            "pipeline", where, is_pipeline, given["pipelines"], on_made=self._check_solids
        )
        self._partition_sets: Shelf[PartitionSetDefinition] = Shelf(
            "partition set", where, _is_partition_set, given["partition_sets"]
        )
        self._schedules: Shelf[ScheduleDefinition] = Shelf(
            "schedule", where, _is_schedule, given["schedules"], on_made=self._check_partition_set
        )
        if isinstance(contents, Sequence | Mapping):  # an object is asked when it is needed
            for shelf in (self._pipelines, self._partition_sets, self._schedules):
                _ = shelf.entries

    @property
    def pipeline_names(self) -> list[str]:
        """The names of its pipelines; none is made for it."""
        return self._pipelines.names

    def has_pipeline(self, name: str) -> bool:
        """Tell whether it has a pipeline of this name; none is made for it."""
        return name in self._pipelines.entries

    def pipeline(self, name: str) -> Any:
        """Return a pipeline as it was declared: what `@pipeline` makes, or a `PipelineDefinition`.

        Raises:
            DagnbNotFoundError: there is none of that name.
            DagnbInvalidDefinitionError: its function returned something else, or a solid of it has the name of
                another one in the repository.
        """
        return self._pipelines.get(name)

    def made_pipeline(self, name: str) -> Any:
        """Return a pipeline when it has been made already, else None."""
        return self._pipelines.made(name)

    @property
    def pipelines(self) -> list[Any]:
        """All its pipelines, made now when they have not been yet."""
        return list(self._pipelines)

    @property
    def schedule_names(self) -> list[str]:
        """The names of its schedules."""
        return self._schedules.names

    @property
    def schedules(self) -> list[ScheduleDefinition]:
        """All its schedules."""
        return list(self._schedules)

    def schedule(self, name: str) -> ScheduleDefinition:
        """Return a schedule.

        Raises:
            DagnbNotFoundError: there is none of that name.
        """
        return self._schedules.get(name)

    @property
    def partition_sets(self) -> list[PartitionSetDefinition]:
        """All its partition sets, those of its schedules among them."""
        return list(self._all_partition_sets().values())

    @property
    def partition_set_names(self) -> list[str]:
        """The names of its partition sets, those of its schedules among them."""
        return list(self._all_partition_sets())

    def partition_set(self, name: str) -> PartitionSetDefinition:
        """Return a partition set.

        Raises:
            DagnbNotFoundError: there is none of that name.
        """
        if name in self._partition_sets.entries:
            return self._partition_sets.get(name)
        every = self._all_partition_sets()
        if name not in every:
            raise DagnbNotFoundError("partition set", str(name), every, where=f"repository {self.name}")
        return every[name]

    def solid(self, name: str) -> SolidDefinition:
        """Return a solid of any of its pipelines, those inside composite solids among them; makes all pipelines.

        Raises:
            DagnbNotFoundError: there is none of that name.
            DagnbInvalidDefinitionError: two different solids have the same name.
        """
        found = {each.name: each for pipeline in self.pipelines for each in _solids_of(definition_of(pipeline))}
        if name not in found:
            raise DagnbNotFoundError("solid", str(name), found, where=f"repository {self.name}")
        return found[name]

    def _all_partition_sets(self) -> dict[str, PartitionSetDefinition]:
        own = {each.name: each for each in self._partition_sets}
        return own | {each.partition_set.name: each.partition_set for each in self._schedules if each.partition_set}

    def _check_partition_set(self, schedule: ScheduleDefinition) -> None:
        """Refuse a schedule whose partition set has the name of another one."""
        own = schedule.partition_set
        if own is None:
            return
        made = (self._schedules.made(name) for name in self._schedules.names)
        others = [each.partition_set for each in made if each is not None and each.partition_set is not None]
        others.append(self._partition_sets.entries.get(own.name, own))
        if any(each is not own and (callable(each) or each.name == own.name) for each in others):
            raise DagnbInvalidDefinitionError(
                "two partition sets have the same name",
                where=f"repository {self.name} › partition set {own.name}",
                got=f"one of the schedule {schedule.name}, and another",
                hint="rename one of them",
            )

    def _check_solids(self, pipeline: Any) -> None:
        """Refuse a pipeline with a solid whose name another solid of the repository has."""
        definition = definition_of(pipeline)
        solids = _solids_of(definition)
        if any(each.name in self._solids and self._solids[each.name][0] is not each for each in solids):
            # Cells that define solids may have been run again since: what stands there now is what counts.
            self._solids = {}
            made = (self._pipelines.made(name) for name in self._pipelines.names)
            for other in (definition_of(each) for each in made if each is not None and each is not pipeline):
                for solid in _solids_of(other):
                    self._solids.setdefault(solid.name, (solid, other.name))
        for each in solids:
            first, owner = self._solids.setdefault(each.name, (each, definition.name))
            if first is not each:
                raise DagnbInvalidDefinitionError(
                    "two different solids have the same name",
                    where=f"repository {self.name} › solid {each.name}",
                    got=f"one in the pipeline {owner}, another in {definition.name}",
                    hint="rename one of them, or use the same one in both",
                )

    def __repr__(self) -> str:
        return f"<repository {self.name}: {', '.join(self.pipeline_names)}>"


@overload
def repository(name: Callable[[], Any]) -> RepositoryDefinition: ...


@overload
def repository(
    name: str | None = None, description: str | None = None
) -> Callable[[Callable[[], Any]], RepositoryDefinition]: ...


def repository(name: Any = None, description: str | None = None) -> Any:
    """Make a repository of a function that returns what is in it: `@repository` or `@repository(...)`.

    Args:
        name: the repository's name (default: the function's).
        description: what it is for (default: the function's docstring).

    Raises:
        DagnbInvalidDefinitionError: see `RepositoryDefinition`.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> def numbers():
    ...     @pipeline
    ...     def numbers():
    ...         one()
    ...     return numbers
    >>> @repository
    ... def company():
    ...     return {"pipelines": {"numbers": numbers}}
    >>> company.has_pipeline("numbers"), company.pipeline("numbers").run()["one"].value
    (True, 1)
    """
    if callable(name):
        return repository()(name)

    def decorate(function: Any) -> RepositoryDefinition:
        own = getattr(function, "__name__", None)
        if not callable(function) or own is None:
            got = told(function)
            raise DagnbInvalidDefinitionError("@repository decorates a function", got=got)
        chosen = check_name(name or own, "repository")
        return RepositoryDefinition(chosen, function(), description or clean_doc(function.__doc__))

    return decorate


def definition_of(value: Any) -> PipelineDefinition:
    """Return the definition of a pipeline, however it is held.

    Raises:
        DagnbInvalidDefinitionError: the value is no pipeline.
    """
    found = value if isinstance(value, PipelineDefinition) else getattr(value, "definition", None)
    if isinstance(found, PipelineDefinition):
        return found
    raise DagnbInvalidDefinitionError("this is no pipeline", got=told(value))


def is_pipeline(value: Any) -> bool:
    """Tell whether a value is a pipeline, or what `@pipeline` makes of one."""
    return isinstance(value, PipelineDefinition) or isinstance(getattr(value, "definition", None), PipelineDefinition)


def _is_partition_set(value: Any) -> bool:
    return isinstance(value, PartitionSetDefinition)


def _is_schedule(value: Any) -> bool:
    return isinstance(value, ScheduleDefinition)


def _read(contents: Any, where: str) -> dict[str, Any]:
    """Return the entries of each kind, or functions that return them."""
    if isinstance(contents, Mapping):
        _check_kinds(contents, where)
        return {kind: contents.get(kind, {}) for kind in _KINDS}
    if isinstance(contents, list | tuple):
        return _sorted_out(contents, where)
    if callable(getattr(contents, "pipelines", None)) and not isinstance(contents, RepositoryDefinition):
        return {kind: getattr(contents, kind, dict) for kind in _KINDS}
    raise DagnbInvalidDefinitionError(
        "a repository's function returns what is in it",
        where=where,
        got=told(contents),
        expected='a list of definitions, a dict {"pipelines": {...}}, or an object with a method pipelines()',
        hint="return it" if contents is None else None,
    )


def _check_kinds(contents: Mapping[Any, Any], where: str) -> None:
    strange = [key for key in contents if key not in _KINDS]
    if strange:
        near = nearest(str(strange[0]), _KINDS)
        is_pipeline_itself = is_pipeline(contents[strange[0]]) or callable(contents[strange[0]])
        wrap = f'{{"pipelines": {{"{strange[0]}": ...}}}}' if is_pipeline_itself else None
        raise DagnbInvalidDefinitionError(
            "a repository has no such part",
            where=where,
            got=repr(strange[0])[:80],
            expected=f"only {', '.join(_KINDS)}",
            hint=f"did you mean {near}?" if near else wrap,
        )


def _sorted_out(contents: Sequence[Any], where: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
    for each in contents:
        kind = _kind_of(each, where)
        if each.name in found[kind]:
            word = kind[:-1].replace("_", " ")
            raise DagnbInvalidDefinitionError(
                f"two {word}s have the same name", where=f"{where} › {word} {each.name}", hint="rename one of them"
            )
        found[kind][each.name] = each
    return found


def _kind_of(value: Any, where: str) -> str:
    if is_pipeline(value):
        return "pipelines"
    if _is_partition_set(value):
        return "partition_sets"
    if _is_schedule(value):
        return "schedules"
    lazy = callable(value) and not isinstance(value, SolidDefinition)
    raise DagnbInvalidDefinitionError(
        "a repository holds pipelines, partition sets and schedules",
        where=where,
        got=told(value),
        hint='functions that make a pipeline stand in a dict: {"pipelines": {"name": function}}' if lazy else None,
    )


def _solids_of(definition: PipelineDefinition) -> list[SolidDefinition]:
    """Return the solids of a pipeline, those inside composite solids too, each once."""
    return list(dict.fromkeys(_walk(definition.nodes)))


def _walk(nodes: Mapping[str, Node]) -> Iterator[SolidDefinition]:
    for node in nodes.values():
        yield node.definition
        if isinstance(node.definition.body, CompositeBody):
            yield from _walk(node.definition.body.nodes)
