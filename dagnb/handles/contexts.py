"""Contexts for solids that are called as functions."""

from __future__ import annotations

import uuid
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace, TracebackType
from typing import TYPE_CHECKING, Any, Self

from dagnb.contracts.records import RunRecord
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.names import check_tags
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.errors import DagnbInvariantViolationError
from dagnb.events.records import MessageLogged, PendingEvent, ResourceEnded
from dagnb.events.user import AssetMaterialization, ExpectationResult, Output
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import ExecutionPlan, Step
from dagnb.planning.run_config import ResolvedRunConfig, resolve_run_config

if TYPE_CHECKING:
    from dagnb.instance import Instance

_NAME = "build_context"
_NOTE = "\nthe resource "


class UnclosedContextWarning(ResourceWarning):
    """A context whose resources are to be torn down was forgotten; they were torn down when Python noticed."""


class CallLog:
    """The lines that solids logged, oldest first.

    Args:
        write: gets each line as text, as it comes.
    """

    def __init__(self, write: Callable[[str], object] | None = None) -> None:
        self.lines: list[MessageLogged] = []
        """The lines: `level`, `message` and `fields` of each."""
        self._write = write

    @property
    def messages(self) -> list[str]:
        """The messages alone."""
        return [line.message for line in self.lines]

    def take(self, line: MessageLogged) -> None:
        """Take a line."""
        self.lines.append(line)
        if self._write is not None:
            self._write(f"{line.level}: {line.message}{''.join(f' {key}={value}' for key, value in line.fields)}")


class CallSink:
    """Takes the records of calls: hands on the lines of the log, keeps what became of the resources."""

    def __init__(self, log: CallLog) -> None:
        self._log = log
        self.torn_down: list[ResourceEnded] = []

    def emit(self, event: PendingEvent) -> None:
        """Take one record."""
        if isinstance(event.event, MessageLogged):
            self._log.take(event.event)
        elif isinstance(event.event, ResourceEnded):
            self.torn_down.append(event.event)

    def flush(self) -> None:
        """Return: nothing waits."""


class CallContext:
    """A context for solids that are called as functions; `build_context` makes it.

    It may be used for several calls, and collects what the solids yield beside their outputs. Used in a ``with``
    statement, it tears its resources down at the end.
    """

    def __init__(
        self,
        *,
        config: Any,
        mode: ModeDefinition,
        resources_config: Mapping[str, Any],
        run_id: str,
        tags: Mapping[str, str],
        instance: Instance | None,
        write: Callable[[str], object] | None,
    ) -> None:
        self.config = config
        self.run_id = run_id
        self.tags = dict(tags)
        self.events: list[AssetMaterialization | ExpectationResult] = []
        """What solids called with this context yielded beside their outputs, oldest first."""
        self.outputs: list[Output] = []
        """The outputs that they gave, with their metadata, oldest first."""
        self.log = CallLog(write)
        self._sink = CallSink(self.log)
        self._mode = mode
        self.given_instance = instance
        """The instance that the context was made with; None for a temporary one of its own."""
        self._instance = instance
        self._values: dict[str, Any] = {}
        self._is_closed = False
        self._stack = ExitStack()
        self._forgotten: weakref.finalize[..., CallContext] | None = None
        if mode.resource_defs:
            self._open(resources_config)

    def _open(self, config: Mapping[str, Any]) -> None:
        from dagnb.execution.resources import open_resources

        pipeline = PipelineDefinition(_NAME, {}, mode_defs=[self._mode])
        resolved = resolve_run_config(pipeline, self._mode, {"resources": config} if config else None)
        scope = self._scope(ExecutionPlan(pipeline, self._mode, resolved))
        self._stack.callback(scope.loop.close)
        try:
            self._stack.enter_context(open_resources(scope, self._mode.resource_order(self._mode.resource_defs)))
        except BaseException as error:
            error.__notes__ = [each for each in getattr(error, "__notes__", ()) if not each.startswith(_NOTE)]
            self._stack.close()
            raise
        self._values = scope.resources
        self._forgotten = weakref.finalize(self, _tear_down_forgotten, self._stack, self._sink)

    @property
    def instance(self) -> Instance:
        """The instance that solids see: the one given, else a temporary one of this context's own."""
        if self._instance is None:
            from dagnb.instance import Instance

            self._instance = Instance.ephemeral()
        return self._instance

    @property
    def resources(self) -> Any:
        """The resources, as attributes."""
        return SimpleNamespace(**self._values)

    @property
    def resource_values(self) -> Mapping[str, Any]:
        """The resources by key."""
        return self._values

    @property
    def materializations(self) -> list[AssetMaterialization]:
        """The materializations that solids called with this context yielded."""
        return [event for event in self.events if isinstance(event, AssetMaterialization)]

    @property
    def expectations(self) -> list[ExpectationResult]:
        """The expectation results that solids called with this context yielded."""
        return [event for event in self.events if isinstance(event, ExpectationResult)]

    @contextmanager
    def running(self, step: Step, config: ResolvedRunConfig) -> Iterator[RunScope]:
        """Return the scope in which a step computes; what it starts ends with the block.

        Raises:
            DagnbInvariantViolationError: the context is closed.
        """
        if self._is_closed:
            raise DagnbInvariantViolationError(
                "the context is closed, and so are its resources",
                where=f"solid {step.node.name}",
                hint="call the solid within the with statement of the context",
            )
        pipeline = PipelineDefinition(step.node.name, {}, mode_defs=[self._mode])
        scope = self._scope(ExecutionPlan(pipeline, self._mode, config, {step.key: step}))
        scope.resources = dict(self._values)
        try:
            yield scope
        finally:
            scope.loop.close()

    def _scope(self, plan: ExecutionPlan) -> RunScope:
        instance = self.instance
        record = RunRecord(
            run_id=self.run_id,
            pipeline_name=plan.pipeline.name,
            mode=self._mode.name,
            run_config="{}",
            snapshot_id="",
            created=instance.clock.now(),
            tags=tuple(sorted(self.tags.items())),
        )
        return RunScope(record, plan, instance, self._sink)

    def close(self) -> None:
        """Tear the resources down, newest first, and remove the temporary instance; a second time does nothing.

        Raises:
            DagnbStepError: a resource raised while it was torn down; the others were torn down all the same.
        """
        if self._is_closed:
            return
        self._is_closed = True
        if self._forgotten is not None:
            self._forgotten.detach()
        self._stack.close()
        if self.given_instance is None and self._instance is not None:
            self._instance.close()
        for ended in self._sink.torn_down:
            if ended.error is not None:
                from dagnb.handles.steps import step_error

                raise step_error(f"resource {ended.resource}", ended.error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _frames: TracebackType | None
    ) -> None:
        try:
            self.close()
        except Exception as unclosed:
            if error is None:
                raise
            error.add_note(f"\nbesides: {unclosed}")

    def __repr__(self) -> str:
        return f"<context for calls, {', '.join(self._values) or 'no resources'}>"


def _tear_down_forgotten(stack: ExitStack, sink: CallSink) -> None:
    stack.close()
    if sink.torn_down:
        names = ", ".join(ended.resource for ended in sink.torn_down)
        warnings.warn(
            f"a context with the resources {names} was never closed; they are torn down now. "
            "Write: with build_context(...) as context:",
            UnclosedContextWarning,
            stacklevel=2,
        )


def build_context(
    config: Any = None,
    resources: Mapping[str, Any] | None = None,
    *,
    resources_config: Mapping[str, Any] | None = None,
    run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    instance: Instance | None = None,
    log: Callable[[str], object] | None = None,
) -> CallContext:
    """Make a context, to call a solid as a function: ``my_solid(build_context(config=...), 1, x=2)``.

    Args:
        config: the solid's config, checked when it is called, defaults filled in. For a composite solid without a
            config of its own, what stands under its name in a run config: ``{"solids": {...}}``.
        resources: by key, values or resource definitions; the latter are made now. One whose generator tears it down
            asks for ``with build_context(...) as context:``.
        resources_config: config of the resource definitions: ``{"db": {"config": {...}}}``, as in a run config.
        run_id: what solids see as the run's id (default: a new one).
        tags: what solids see as the run's tags.
        instance: what solids see as the run's instance (default: a temporary one).
        log: gets each line of the log as text, `print` for example (default: they are in `context.log` only).

    Raises:
        DagnbConfigError: the config of a resource has problems.
        Exception: what a resource raised while it was made; those made before it are torn down.

    >>> from dagnb import solid
    >>> @solid(config_schema={"by": int}, required_resource_keys={"offset"})
    ... def scale(context, number: int) -> int:
    ...     context.log.info("scaling", by=context.solid_config["by"])
    ...     return number * context.solid_config["by"] + context.resources.offset
    >>> context = build_context(config={"by": 2}, resources={"offset": 1})
    >>> scale(context, 21), context.log.messages
    (43, ['scaling'])
    """
    return CallContext(
        config=config,
        mode=ModeDefinition(resource_defs=resources),
        resources_config=resources_config or {},
        run_id=run_id or str(uuid.uuid4()),
        tags=check_tags(tags, _NAME),
        instance=instance,
        write=log,
    )
