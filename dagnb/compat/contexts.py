"""The contexts that functions of the user's are called with (`dagster.core.execution.context`), over those of dagnb."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from dagnb.compat.errors import translating
from dagnb.events.mapped import handle_of

if TYPE_CHECKING:
    from dagnb.compat.files import LocalFileManager
    from dagnb.compat.instance import DagsterInstance
    from dagnb.compat.runs import PipelineRun

__all__ = [
    "AssetStoreContext",
    "DagsterLogManager",
    "HookContext",
    "InitExecutorContext",
    "InitIntermediateStorageContext",
    "InitLoggerContext",
    "InitResourceContext",
    "InitSystemStorageContext",
    "SolidExecutionContext",
    "SolidHandle",
    "SystemComputeExecutionContext",
    "TypeCheckContext",
]

_LEVELS = ("debug", "info", "warning", "error", "critical")


class SolidHandle(NamedTuple):
    """The place of a solid in a pipeline: its name, and the composite solid that it is in.

    >>> str(SolidHandle.from_string("outer.inner"))
    'outer.inner'
    """

    name: str
    parent: SolidHandle | None = None

    @staticmethod
    def from_string(handle_str: str) -> SolidHandle:
        """Read a handle such as ``outer.inner``."""
        outer, _, name = handle_str.rpartition(".")
        return SolidHandle(name, SolidHandle.from_string(outer) if outer else None)

    @property
    def path(self) -> list[str]:
        """The names on the way, the outermost first."""
        return [*(self.parent.path if self.parent is not None else ()), self.name]

    def to_string(self) -> str:
        """Return the handle as a text."""
        return ".".join(self.path)

    def is_or_descends_from(self, handle: SolidHandle) -> bool:
        """Tell whether it is the other one, or within it."""
        return self.path[: len(handle.path)] == handle.path

    def __str__(self) -> str:
        return self.to_string()


class _Resources:
    """The resources that somebody asked for, as attributes; any other is a `DagsterUnknownResourceError`."""

    __slots__ = ("_inner",)

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        with translating("execution"):
            return getattr(self._inner, name)

    def __dir__(self) -> list[str]:
        return dir(self._inner)

    def _asdict(self) -> dict[str, Any]:
        return {name: getattr(self._inner, name) for name in dir(self._inner)}


class DagsterLogManager:
    """Write lines into the log of a run.

    Args:
        run_id: the run.
        logging_tags: what is known of each line.
        loggers: where lines go.
    """

    def __init__(self, run_id: str, logging_tags: Mapping[str, Any], loggers: list[Any]) -> None:
        self.run_id = run_id
        self.logging_tags = dict(logging_tags)
        self.loggers = list(loggers)

    def with_tags(self, **new_tags: Any) -> DagsterLogManager:
        """Return one whose lines have more tags."""
        return DagsterLogManager(self.run_id, {**self.logging_tags, **new_tags}, self.loggers)

    def _write(self, level: str, msg: Any, fields: Mapping[str, Any]) -> None:
        for each in self.loggers:
            getattr(each, level)(msg, **fields)

    def log(self, level: Any, msg: Any, **kwargs: Any) -> None:
        """Write a line; the level is a name in any case, or a number of `logging`."""
        name = logging.getLevelName(level) if isinstance(level, int) else str(level)
        known = name.lower()
        self._write(known if known in _LEVELS else _nearest_level(level), msg, kwargs)

    def debug(self, msg: Any, **kwargs: Any) -> None:
        """Write a line."""
        self._write("debug", msg, kwargs)

    def info(self, msg: Any, **kwargs: Any) -> None:
        """Write a line."""
        self._write("info", msg, kwargs)

    def warning(self, msg: Any, **kwargs: Any) -> None:
        """Write a line."""
        self._write("warning", msg, kwargs)

    def error(self, msg: Any, **kwargs: Any) -> None:
        """Write a line."""
        self._write("error", msg, kwargs)

    def critical(self, msg: Any, **kwargs: Any) -> None:
        """Write a line."""
        self._write("critical", msg, kwargs)


def _nearest_level(level: Any) -> str:
    from dagnb.compat.check import CheckError

    if not isinstance(level, int):
        raise CheckError(f"there is no level {level!r}; there are {', '.join(_LEVELS).upper()}")
    return next((name for name in reversed(_LEVELS) if level >= getattr(logging, name.upper())), "debug")


class _OverStep:
    """What the contexts of a step have in common."""

    __slots__ = ("_inner",)

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def solid_config(self) -> Any:
        """The solid's config."""
        return self._inner.solid_config

    @property
    def resources(self) -> Any:
        """The resources that were asked for, as attributes."""
        return _Resources(self._inner.resources)

    @property
    def log(self) -> DagsterLogManager:
        """Writes lines into the log of the run."""
        return DagsterLogManager(self.run_id, self.logging_tags, [self._inner.log])

    @property
    def logging_tags(self) -> dict[str, str]:
        """What is known of each line of the log: the run's tags, the pipeline, the solid and the step."""
        inner = self._inner
        own = {
            "pipeline": inner.pipeline_name,
            "step_key": f"{inner.step_key}.compute",
            "solid": self.solid_handle.name,
            "solid_definition": inner.solid_def.name,
        }
        return {**dict(self.pipeline_run.tags), **own}

    @property
    def run_id(self) -> str:
        """The run's id."""
        run_id: str = self._inner.run_id
        return run_id

    @property
    def run_config(self) -> dict[str, Any]:
        """The run config document, as it was given."""
        return dict(self.pipeline_run.run_config)

    @property
    def pipeline_run(self) -> PipelineRun:
        """The run, which goes on."""
        from dagnb.compat.runs import PipelineRunStatus, pipeline_run_of

        run = pipeline_run_of(self._inner.instance.read_run(self.run_id))
        return run.with_status(PipelineRunStatus.STARTED)  # the store may not have heard of it yet

    @property
    def pipeline_def(self) -> Any:
        """The pipeline."""
        from dagnb.compat.pipelines import as_old_pipeline

        return as_old_pipeline(self._inner.pipeline_def)

    @property
    def mode_def(self) -> Any:
        """The mode."""
        return self._inner.mode_def

    @property
    def solid(self) -> Any:
        """The solid as it stands in the pipeline, or in its composite solid: `name`, `definition`, `tags`."""
        node = self._inner.solid
        made = copy(node)
        made.name = node.name.rpartition(".")[2]
        return made

    @property
    def solid_def(self) -> Any:
        """The solid's definition."""
        return self._inner.solid_def

    @property
    def solid_handle(self) -> SolidHandle:
        """The solid's place in the pipeline."""
        return SolidHandle.from_string(handle_of(self._inner.step_key))

    @property
    def instance(self) -> DagsterInstance:
        """The instance that the run is kept in."""
        from dagnb.compat.instance import DagsterInstance

        return DagsterInstance.over(self._inner.instance)

    @property
    def file_manager(self) -> LocalFileManager:
        """Keeps files of the run."""
        from dagnb.compat.files import LocalFileManager

        return LocalFileManager.for_instance(self.instance, self.run_id)

    @property
    def step_launcher(self) -> None:
        """Steps are launched by nobody else here."""
        return

    def has_tag(self, key: str) -> bool:
        """Tell whether lines of the log have a tag."""
        return key in self.logging_tags

    def get_tag(self, key: str) -> str | None:
        """Return a tag of the lines of the log, or None."""
        return self.logging_tags.get(key)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._inner, name)  # what dagnb's own context has besides


class SolidExecutionContext(_OverStep):
    """What a solid gets to know of its run, and how it logs."""

    __slots__ = ()

    def __init__(self, system_compute_execution_context: Any) -> None:
        super().__init__(system_compute_execution_context)

    @property
    def pdb(self) -> Any:
        """A debugger: ``context.pdb.set_trace()``."""
        import pdb  # noqa: T100  # it is what the attribute is for

        return pdb.Pdb()

    def get_system_context(self) -> SystemComputeExecutionContext:
        """Return what stands behind this context."""
        return SystemComputeExecutionContext(None, None, self._inner)


class SystemComputeExecutionContext(_OverStep):
    """What stands behind the context of a solid."""

    __slots__ = ()

    def __init__(self, execution_context_data: Any, log_manager: Any, step: Any) -> None:
        del execution_context_data, log_manager  # dagnb's context holds what they held
        super().__init__(step)


class HookContext(_OverStep):
    """What a hook gets to know: the step that ended, and the hook's own resources."""

    __slots__ = ("_hook_def",)

    def __init__(self, execution_context_data: Any, log_manager: Any, hook_def: Any, step: Any) -> None:
        del execution_context_data, log_manager  # dagnb's context holds what they held
        super().__init__(step)
        self._hook_def = hook_def

    @property
    def hook_def(self) -> Any:
        """The hook."""
        return self._hook_def

    @property
    def step(self) -> _StepOfHook:
        """The step that ended."""
        return _StepOfHook(f"{self._inner.step_key}.compute", self.solid_handle)

    @property
    def required_resource_keys(self) -> frozenset[str]:
        """The resources that the hook asked for."""
        return frozenset(self._hook_def.required_resource_keys)


class _StepOfHook(NamedTuple):
    key: str
    solid_handle: SolidHandle

    @property
    def solid_name(self) -> str:
        """The solid's name."""
        return self.solid_handle.name


class TypeCheckContext(_OverStep):
    """What the check of a type gets to know; outside of a run it has no resources."""

    __slots__ = ("_dagster_type",)

    def __init__(self, execution_context_data: Any, log_manager: Any, dagster_type: Any) -> None:
        del log_manager  # dagnb's context holds what it held
        super().__init__(execution_context_data)
        self._dagster_type = dagster_type

    @property
    def resources(self) -> Any:
        """The resources that the type asked for, as attributes."""
        from dagnb.execution.context import Resources

        inner = self._inner
        return _Resources(Resources(f"type {self._dagster_type}", {}) if inner is None else inner.resources)

    @property
    def log(self) -> DagsterLogManager:
        """Writes lines into the log of the run."""
        return DagsterLogManager("", {}, []) if self._inner is None else super().log


class InitResourceContext:
    """What a resource gets to know when it is made.

    Args:
        resource_config: its config.
        pipeline_def: the pipeline.
        resource_def: the resource's definition.
        run_id: the run's id.
        log_manager: writes lines into the log of the run.
    """

    def __init__(
        self, resource_config: Any, pipeline_def: Any, resource_def: Any, run_id: str, log_manager: Any = None
    ) -> None:
        self.resource_config = resource_config
        self.pipeline_def = pipeline_def
        self.resource_def = resource_def
        self.run_id = run_id
        self.log_manager = log_manager

    @property
    def log(self) -> Any:
        """Writes lines into the log of the run."""
        return self.log_manager

    def replace_config(self, config: Any) -> InitResourceContext:
        """Return the same context with another config."""
        return InitResourceContext(config, self.pipeline_def, self.resource_def, self.run_id, self.log_manager)

    @staticmethod
    def over(inner: Any) -> InitResourceContext:
        """Return the context over one of dagnb's."""
        from dagnb.compat.pipelines import as_old_pipeline

        known = getattr(inner, "pipeline_def", None)
        log = DagsterLogManager(inner.run_id, {}, [inner.log])
        made = InitResourceContext(
            inner.resource_config,
            None if known is None else as_old_pipeline(known),
            getattr(inner, "resource_def", None),
            inner.run_id,
            log,
        )
        made.instance = getattr(inner, "instance", None)
        return made

    instance: Any = None


class InitLoggerContext(NamedTuple):
    """What a logger gets to know when it is made."""

    logger_config: Any
    pipeline_def: Any
    logger_def: Any
    run_id: str


class InitExecutorContext(NamedTuple):
    """What an executor gets to know when it is made."""

    pipeline: Any
    mode_def: Any
    executor_def: Any
    pipeline_run: Any
    environment_config: Any
    executor_config: Any
    system_storage_def: Any
    instance: Any
    intermediate_storage_def: Any = None

    @property
    def pipeline_def(self) -> Any:
        """The pipeline."""
        return self.pipeline


class InitIntermediateStorageContext(NamedTuple):
    """What an intermediate storage gets to know when it is made."""

    pipeline_def: Any
    mode_def: Any
    intermediate_storage_def: Any
    pipeline_run: Any
    instance: Any
    environment_config: Any
    type_storage_plugin_registry: Any
    resources: Any
    intermediate_storage_config: Any


class InitSystemStorageContext(NamedTuple):
    """What a system storage gets to know when it is made."""

    pipeline_def: Any
    mode_def: Any
    system_storage_def: Any
    pipeline_run: Any
    instance: Any
    environment_config: Any
    type_storage_plugin_registry: Any
    resources: Any
    system_storage_config: Any


class AssetStoreContext(NamedTuple):
    """Which output it is that an asset store keeps."""

    step_key: str
    output_name: str
    asset_metadata: dict[str, Any]
    pipeline_name: str
    solid_def: Any
    source_run_id: str | None = None

    def get_run_scoped_output_identifier(self) -> list[str]:
        """Return what tells the output from all others: run, step and name."""
        return [str(self.source_run_id), self.step_key, self.output_name]
