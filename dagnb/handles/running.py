"""Run a pipeline in this process, shown live where there is a page to show it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from dagnb.contracts.records import Lease, RunRecord
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.errors import DagnbError, DagnbInvariantViolationError, DagnbStepError
from dagnb.execution.ending import end_when_possible
from dagnb.execution.failures import describe_error
from dagnb.execution.run import ExecutedRun, create_run, execute_run
from dagnb.handles.interrupt import stops
from dagnb.planning.plan import ExecutionPlan, Inherited, make_plan
from dagnb.storage.owner import current_owner

if TYPE_CHECKING:
    from dagnb.events.records import EventRecord, OutputProduced, ValueInfo
    from dagnb.instance import Instance
    from dagnb.types.preview import ValuePreview
    from dagnb.views.run import RunView
    from dagnb.views.service import ViewService

OnCommit = Callable[["list[EventRecord]"], None]

_KEPT = 8
_executed: OrderedDict[str, ExecutedRun] = OrderedDict()
# By the id of their snapshots, as long as somebody else holds them.
_definitions: WeakValueDictionary[str, PipelineDefinition] = WeakValueDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What is asked for when a pipeline is to be run.

    `parent` is the run that is repeated, `inherited` what is taken over from it; `resources` stand in for those of the
    mode.
    """

    run_config: Mapping[str, Any] | None = None
    mode: str | None = None
    preset: str | None = None
    tags: Mapping[str, str] | None = None
    solid_selection: Sequence[str] | str | None = None
    input_values: Mapping[str, Mapping[str, Any]] | None = None
    parent: RunRecord | None = None
    inherited: Inherited | None = None
    resources: Mapping[str, Any] | None = None


def executed(run_id: str) -> ExecutedRun | None:
    """Return what is at hand in this process of one of the newest runs."""
    return _executed.get(run_id)


def definition_of(run: RunRecord) -> PipelineDefinition | None:
    """Return the pipeline that a run was of, when it is at hand in this process."""
    return _definitions.get(run.snapshot_id)


def _keep(run: ExecutedRun) -> None:
    with _lock:
        _executed[run.run_id] = run
        while len(_executed) > _KEPT:
            _executed.popitem(last=False)


def apply_preset(definition: PipelineDefinition, request: RunRequest) -> RunRequest:
    """Return the request with its preset worked in: what is asked for goes over what the preset says.

    Raises:
        DagnbNotFoundError: there is no such preset.
        DagnbInvariantViolationError: the preset is for another mode than the one asked for.
    """
    if request.preset is None:
        return request
    preset = definition.preset(request.preset)
    if request.mode is not None and preset.mode is not None and request.mode != preset.mode:
        raise DagnbInvariantViolationError(
            "the preset is for another mode",
            where=f"pipeline {definition.name} › preset {preset.name}",
            got=f"mode {request.mode}",
            expected=f"mode {preset.mode}",
            hint="leave the mode out",
        )
    return replace(
        request,
        run_config=_over(preset.run_config, request.run_config or {}),
        mode=request.mode or preset.mode,
        preset=preset.name,
        tags={**preset.tags, **(request.tags or {})},
        solid_selection=preset.solid_selection if request.solid_selection is None else request.solid_selection,
    )


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        there = merged.get(key)
        merged[key] = _over(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
    return merged


def plan_request(definition: PipelineDefinition, request: RunRequest) -> ExecutionPlan:
    """Check a request and return its plan; errors come without dagnb's own frames."""
    __tracebackhide__ = True
    try:
        if request.resources:
            definition = definition.with_resources(request.resources, request.mode)
        return make_plan(
            definition,
            request.run_config,
            mode=request.mode,
            solid_selection=request.solid_selection,
            input_values=request.input_values,
            inherited=request.inherited,
        )
    except DagnbError as error:
        raise error.with_traceback(None) from error.__cause__


def prepare(plan: ExecutionPlan, request: RunRequest, instance: Instance) -> RunRecord:
    """Add the run to the instance."""
    selection = request.solid_selection
    record = create_run(
        plan,
        instance,
        run_config=request.run_config,
        tags=request.tags,
        solid_selection=[selection] if isinstance(selection, str) else selection,
        preset=request.preset,
        parent=request.parent,
    )
    _definitions[record.snapshot_id] = plan.pipeline
    return record


class RunInProcess:
    """A run about to be executed by this process, with its live view.

    Args:
        plan: its plan.
        run: its record.
        instance: where it is kept.
        service: answers for its view; None when nobody looks.
    """

    def __init__(
        self,
        plan: ExecutionPlan,
        run: RunRecord,
        instance: Instance,
        *,
        service: ViewService | None = None,
    ) -> None:
        self.plan = plan
        self.run = run
        self.instance = instance
        self._lease: Lease | None = None
        with self._ending():
            self._lease = instance.runs.claim(run.run_id, current_owner())
            self.view: RunView | None = self._make_view(service) if service is not None else None
        self._previews: dict[tuple[str, str], ValuePreview] = {}

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """End the run as failed when the block raises: nobody will begin it."""
        try:
            yield
        except BaseException as error:
            end_when_possible(self.instance, self.run.run_id, self._lease, describe_error(error))
            raise

    def _make_view(self, service: ViewService) -> RunView:
        from dagnb.planning.snapshot import snapshot_of
        from dagnb.views.run import RunView
        from dagnb.views.service import typical_seconds

        view = RunView(
            self.run,
            snapshot_of(self.plan.pipeline),
            preview=self._preview,
            typical=typical_seconds(self.instance, self.run.pipeline_name),
            now=lambda: self.instance.clock.now().timestamp(),
        )
        service.attach(view)
        return view

    def _preview(self, step_key: str, output: OutputProduced) -> ValuePreview | None:
        return self._previews.get((step_key, output.key))

    def _take_value(self, step_key: str, output_name: str, value: Any, info: ValueInfo) -> None:
        from dagnb.types.preview import preview_value

        self._previews[step_key, output_name] = preview_value(value, info=info)

    def _listener(self, on_commit: OnCommit | None) -> OnCommit | None:
        view = self.view
        if view is None or on_commit is None:
            return on_commit if view is None else view.take

        def both(records: list[EventRecord]) -> None:
            view.take(records)
            on_commit(records)

        return both

    def execute(
        self,
        publishing: Callable[[RunView], AbstractContextManager[Any]] | None = None,
        on_commit: OnCommit | None = None,
    ) -> ExecutedRun:
        """Execute the run in the calling thread.

        Args:
            publishing: given the view, returns the context in which its frames are sent (default: they are not).
            on_commit: gets the events as they are committed, in order.

        Raises:
            KeyboardInterrupt: the user interrupted it (not: pressed Cancel, which returns).
            Exception: a resource could not be made.
        """
        view = self.view
        with self._ending():
            shown = publishing(view) if publishing is not None and view is not None else nullcontext()
        try:
            with shown, stops.watch(self.run.run_id):
                done = execute_run(
                    self.run,
                    self.plan,
                    self.instance,
                    on_commit=self._listener(on_commit),
                    on_value=self._take_value if view is not None else None,
                    lease=self._lease,
                )
        except KeyboardInterrupt:
            if not stops.was_asked(self.run.run_id):
                raise
            done = ExecutedRun(run_id=self.run.run_id, success=False, plan=replace(self.plan, steps={}, inherited=None))
        _keep(done)
        return done


def raise_first(done: ExecutedRun, pipeline: str, *, is_kept: bool = True) -> None:
    """Raise the first step's own exception, with a note that says how to get at the run where it is kept.

    What would end the process (`SystemExit` and its like) is raised as the cause of a `DagnbStepError`.
    """
    __tracebackhide__ = True
    for step_key, error in done.errors.items():
        short = done.run_id[:8]
        raised = error if isinstance(error, Exception) else _contained(step_key, error)
        finding = (
            f' What finished is kept: run = dagnb.run("{short}"); run shows it, run["{step_key}"] the failed step.'
        )
        # The class may be anybody's, with an `add_note` or a `__setattr__` that raises: its own error counts.
        with suppress(Exception):
            raised.add_note(f"\n{step_key} failed in run {short} of {pipeline}.{finding if is_kept else ''}")
        raise raised


def _contained(step_key: str, error: BaseException) -> DagnbStepError:
    name = type(error).__name__
    contained = DagnbStepError(
        f"the solid raised {name}",
        where=step_key,
        got=f"{name}({', '.join(map(repr, error.args))})"[:120],
        hint="a solid ends by returning; raise Failure to fail it",
    )
    contained.__cause__ = error
    return contained
