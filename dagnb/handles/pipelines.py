"""The pipeline that a person holds: its definition, composed anew when what it names changed, and its runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from dagnb.definitions.hook import check_hooks
from dagnb.definitions.pipeline import PipelineDefinition, compose_pipeline
from dagnb.definitions.references import are_same, referred
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError
from dagnb.handles.described import DescribedPipeline

if TYPE_CHECKING:
    from dagnb.definitions.hook import HookDefinition
    from dagnb.handles.results import Run
    from dagnb.handles.steps import StepResult
    from dagnb.instance import Instance

# By name, as long as somebody else holds them.
_newest: WeakValueDictionary[str, Pipeline] = WeakValueDictionary()


class Pipeline(DescribedPipeline):
    """A pipeline to look at, to configure and to run; `@pipeline` makes one.

    Shown in a notebook, it is its graph. Its `definition` is composed anew when a name that its body refers to has
    been defined again: re-running a cell that defines a solid is enough.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def one() -> int:
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> numbers.run()["one"].value
    1
    """

    def __init__(self, definition: PipelineDefinition) -> None:
        self._definition = definition
        self._function: Callable[[], Any] | None = None
        self._rest: dict[str, Any] = {}
        self._seen: list[Any] = []
        self._last_run: tuple[str, Instance] | None = None
        self.__doc__ = definition.description

    @classmethod
    def composed(cls, function: Callable[[], Any], **rest: Any) -> Pipeline:
        """Make a pipeline of a composition function; see `pipeline`."""
        made = cls(compose_pipeline(function, **rest))
        made._function = function
        made._rest = rest
        made._seen = referred(function)
        made.__module__ = function.__module__
        _newest[made.name] = made
        return made

    @property
    def definition(self) -> PipelineDefinition:
        """The definition as it stands now."""
        if self._function is not None:
            seen = referred(self._function)
            if not are_same(seen, self._seen):
                self._definition = compose_pipeline(self._function, **self._rest)
                self._seen = seen
        return self._definition

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self._definition.name

    def run(
        self,
        run_config: Mapping[str, Any] | None = None,
        *,
        mode: str | None = None,
        preset: str | None = None,
        tags: Mapping[str, str] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        input_values: Mapping[str, Mapping[str, Any]] | None = None,
        resources: Mapping[str, Any] | None = None,
        instance: Instance | None = None,
        raise_on_error: bool = True,
    ) -> Run:
        """Run it in the calling thread and return the run; in a notebook the graph shows it live.

        Args:
            run_config: the run config document, for example ``{"solids": {"load": {"config": {...}}}}``.
            mode: in which mode (default: the pipeline's first).
            preset: a preset to start from; `run_config` goes over it.
            tags: tags of the run.
            solid_selection: which solids, for example ``"*train_model"`` (default: all).
            input_values: values for inputs, by solid and input, in place of what would feed them.
            resources: resources in place of those of the mode, by key: values (a fake, a mock) or definitions.
            instance: where the run is kept (default: the instance of this folder).
            raise_on_error: False to get the failed run back instead of the exception of a solid or a resource.

        Raises:
            DagnbConfigError: the run config has problems; all of them, before anything runs.
            DagnbError: whatever else can be known before: see `dagnb.planning.plan.make_plan`.
            Exception: what a solid raised, the run being kept as failed.
        """
        __tracebackhide__ = True
        from dagnb.handles.execute import run_pipeline
        from dagnb.handles.running import RunRequest

        request = RunRequest(
            run_config=run_config,
            mode=mode,
            preset=preset,
            tags=tags,
            solid_selection=solid_selection,
            input_values=input_values,
            resources=resources,
        )
        return run_pipeline(self, request, instance=instance, raise_on_error=raise_on_error)

    def test(
        self,
        solid: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        config: Any = None,
        resources: Mapping[str, Any] | None = None,
        mode: str | None = None,
        run_config: Mapping[str, Any] | None = None,
        instance: Instance | None = None,
        raise_on_error: bool = True,
    ) -> StepResult:
        """Run one solid of it alone, with everything that belongs to a step, and return its result.

        Args:
            solid: which one; ``"outer.inner"`` for one in a composite, the composite's name for all in it.
            inputs: values of its inputs.
            config: its config.
            resources: values or definitions in place of resources of the mode, by key.
            mode: in which mode (default: the first).
            run_config: the rest of the run config document, for example the config of resources.
            instance: where the run is kept (default: in a temporary one, gone with the result).
            raise_on_error: False to get the failed result back instead of the exception.

        Raises:
            DagnbNotFoundError: there is no such solid, input, resource or mode.
            DagnbInvalidDefinitionError: an input has no value.
            DagnbConfigError: the config has problems.
            Exception: what the solid or a resource raised.

        >>> from dagnb import lambda_solid, pipeline
        >>> @lambda_solid
        ... def one() -> int:
        ...     return 1
        >>> @lambda_solid
        ... def double(number: int) -> int:
        ...     return 2 * number
        >>> @pipeline
        ... def numbers():
        ...     double(one())
        >>> numbers.test("double", {"number": 21}).value
        42
        """
        __tracebackhide__ = True
        from dagnb.handles.testing import run_alone

        return run_alone(
            self.definition,
            solid,
            inputs,
            config=config,
            resources=resources,
            mode=mode,
            run_config=run_config,
            instance=instance,
            raise_on_error=raise_on_error,
        )

    def reexecute(
        self,
        run: Run | str,
        run_config: Mapping[str, Any] | None = None,
        *,
        step_selection: Sequence[str] | str | None = None,
        from_failure: bool = False,
        mode: str | None = None,
        preset: str | None = None,
        tags: Mapping[str, str] | None = None,
        input_values: Mapping[str, Mapping[str, Any]] | None = None,
        resources: Mapping[str, Any] | None = None,
        instance: Instance | None = None,
        raise_on_error: bool = True,
    ) -> Run:
        """Run a run of it again: all of it, from where it failed, or some of its steps.

        What is not computed again is taken over: later steps get its values, and ``run["step"]`` finds it.

        Args:
            run: the run, or its id.
            run_config: the run config document (default: that of the run).
            step_selection: only these steps, for example ``"fit*"`` or ``["fit[jfk]", "report"]``; the names of mapped
                and composite solids stand for all the steps in them.
            from_failure: only what failed, was skipped or cancelled, or never ran.
            mode: in which mode (default: that of the run).
            preset: a preset to take the run config from in place of the run's.
            tags: tags, besides those of the run.
            input_values: values for inputs, by solid and input, in place of what would feed them.
            resources: resources in place of those of the mode, by key: values (a fake, a mock) or definitions.
            instance: where both runs are kept (default: where the run is, else the instance of this folder).
            raise_on_error: False to get the failed run back instead of the exception of a solid or a resource.

        Raises:
            DagnbNotFoundError: there is no such run.
            DagnbInvariantViolationError: the run is of another pipeline, goes on, has nothing to go on with, or its
                config held a password, which is not stored.
            DagnbSelectionError: the selection names nothing, or needs an output that the run does not have.
            DagnbValueError: a value that is needed was not stored.
            DagnbConfigError: the run config has problems.
            Exception: what a solid raised, the run being kept as failed.

        >>> from dagnb import lambda_solid, pipeline
        >>> @lambda_solid
        ... def one() -> int:
        ...     return 1
        >>> @lambda_solid
        ... def double(number: int) -> int:
        ...     return 2 * number
        >>> @pipeline
        ... def numbers():
        ...     double(one())
        >>> first = numbers.run()
        >>> again = numbers.reexecute(first, step_selection="double")
        >>> [step.key for step in again], again["one"].value, again.parent_run_id == first.run_id
        (['double'], 1, True)
        """
        __tracebackhide__ = True
        from dagnb.handles.execute import rerun_pipeline
        from dagnb.handles.running import RunRequest

        request = RunRequest(
            run_config=run_config,
            mode=mode,
            preset=preset,
            tags=tags,
            input_values=input_values,
            resources=resources,
        )
        return rerun_pipeline(
            self,
            run,
            request,
            step_selection=step_selection,
            from_failure=from_failure,
            instance=instance,
            raise_on_error=raise_on_error,
        )

    def with_hooks(self, hooks: Iterable[HookDefinition]) -> Pipeline:
        """Return the same pipeline with more hooks for every solid in it.

        Raises:
            DagnbInvalidDefinitionError: something else than a hook.

        >>> from dagnb import lambda_solid, pipeline, success_hook
        >>> @lambda_solid
        ... def one() -> int:
        ...     return 1
        >>> @success_hook
        ... def tell(context):
        ...     print(context.solid.name, "is done")
        >>> @pipeline
        ... def numbers():
        ...     one()
        >>> _ = numbers.with_hooks({tell}).run()
        one is done
        """
        if self._function is None:
            return Pipeline(self._definition.with_hooks(hooks))
        more = check_hooks(hooks, f"pipeline {self.name}")
        every = (*(self._rest.get("hook_defs") or ()), *more)
        return Pipeline.composed(self._function, **{**self._rest, "hook_defs": every})

    def playground(
        self,
        run_config: Mapping[str, Any] | str | None = None,
        *,
        mode: str | None = None,
        preset: str | None = None,
        solid_selection: Sequence[str] | str | None = None,
        instance: Instance | None = None,
    ) -> None:
        """Show the playground: a typed editor for the run config, and Launch.

        Args:
            run_config: what to begin with, a document or a YAML text (default: a scaffold of what is required).
            mode: the mode to begin with (default: the first).
            preset: a preset to begin with.
            solid_selection: which solids its runs compute, for example ``"*train_model"`` (default: as the preset says,
                else all).
            instance: where runs are kept (default: the instance of this folder).

        Raises:
            DagnbNotFoundError: there is no such mode or preset.
            DagnbSelectionError: the selection names nothing.
        """
        from dagnb.handles.inert import is_loading
        from dagnb.handles.play import show_playground_of

        if not is_loading():
            show_playground_of(
                self, run_config, mode=mode, preset=preset, solid_selection=solid_selection, instance=instance
            )

    @property
    def last_run(self) -> Run | None:
        """The newest run of it that this object began, None before the first; a failed one too."""
        from dagnb.handles.finding import run
        from dagnb.handles.inert import Inert, is_loading

        if is_loading():
            return Inert()  # type: ignore[return-value]  # it stands for a run
        return None if self._last_run is None else run(self._last_run[0], instance=self._last_run[1])

    def __call__(self) -> Any:
        """Refuse: a pipeline is run."""
        raise DagnbInvalidDefinitionError(
            "a pipeline is run, not called", where=self.name, hint=f"{self.name}.run() runs it"
        )

    def __repr__(self) -> str:
        names = list(self.definition.nodes)
        shown = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")  # noqa: PLR2004  (one line)
        return f"<pipeline {self.name}: {shown}>"


def newest_pipeline(name: str, otherwise: Pipeline | None = None) -> Pipeline:
    """Return the newest pipeline of this name that was defined in this process and is still held.

    Args:
        name: its name.
        otherwise: what is returned when there is none.

    Raises:
        DagnbInvariantViolationError: there is none at all.
    """
    found = _newest.get(name, otherwise)
    if found is None:
        raise DagnbInvariantViolationError(
            f"the pipeline {name} is not defined in this process",
            hint=f"run the cell or import the module that defines it, then {name}.reexecute(run)",
        )
    return found
