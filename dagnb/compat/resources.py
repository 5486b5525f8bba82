"""Resources, loggers, executors, modes and presets with the constructors of release 0.9.22."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import wraps
from typing import Any

from dagnb.compat.check import callable_param
from dagnb.compat.contexts import InitResourceContext
from dagnb.compat.errors import DagsterResourceFunctionError, translated, translating
from dagnb.definitions.executor import ExecutorDefinition as DagnbExecutorDefinition
from dagnb.definitions.logger import LoggerDefinition, logger
from dagnb.definitions.mode import ModeDefinition as DagnbMode
from dagnb.definitions.preset import PresetDefinition as DagnbPreset
from dagnb.definitions.resource import ResourceDefinition as DagnbResource
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError
from dagnb.execution.in_process import RETRIES, InProcessExecutor, in_process_executor

__all__ = [
    "Executor",
    "ExecutorDefinition",
    "LoggerDefinition",
    "ModeDefinition",
    "PresetDefinition",
    "ResourceDefinition",
    "default_executors",
    "executor",
    "in_process_executor",
    "logger",
    "multiprocess_executor",
    "resource",
]


def _failed(function: Callable[..., Any], error: Exception) -> DagsterResourceFunctionError:
    name = getattr(function, "__name__", type(function).__name__)
    return DagsterResourceFunctionError(
        f"the function {name} of a resource raised {type(error).__name__}: {error}"[:500],
        user_exception=error,
        original_exc_info=sys.exc_info(),
    )


def _made_in_old_context(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that makes the same resource, and raises `DagsterResourceFunctionError` when it cannot."""

    @wraps(function)
    def make(context: Any) -> Any:
        try:
            made = function(InitResourceContext.over(context))
        except DagnbError:
            raise
        except Exception as error:
            raise _failed(function, error) from error
        return _begun(function, made) if isinstance(made, Generator) else made

    return make


def _begun(function: Callable[..., Any], made: Generator[Any, None, None]) -> Generator[Any, None, None]:
    try:
        value = next(made)
    except StopIteration:
        return
    except DagnbError:
        raise
    except Exception as error:
        raise _failed(function, error) from error
    try:
        yield value
        yield from made
    finally:
        made.close()


class ResourceDefinition(DagnbResource):
    """Define a resource: a function that makes it for a run.

    >>> ResourceDefinition.hardcoded_resource(3).resource_fn(None)
    3
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any] | None = None,
        config_schema: Any = None,
        description: str | None = None,
        version: str | None = None,
    ) -> None:
        function = callable_param((lambda _context: None) if resource_fn is None else resource_fn, "resource_fn")
        with translating("definition"):
            super().__init__(_made_in_old_context(function), config_schema, description, version)

    @property
    def takes_context(self) -> bool:
        """Whether the function takes the init context: always."""
        return True

    @staticmethod
    def none_resource(description: str | None = None) -> ResourceDefinition:
        """Make a resource that is None."""
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def hardcoded_resource(value: Any, description: str | None = None) -> ResourceDefinition:
        """Make a resource of a value."""
        return as_old_resource(DagnbResource.hardcoded_resource(value, description))

    @staticmethod
    def mock_resource(description: str | None = None) -> ResourceDefinition:
        """Make a resource that answers every call."""
        return as_old_resource(DagnbResource.mock_resource(description))

    @staticmethod
    def string_resource(description: str | None = None) -> ResourceDefinition:
        """Make a resource that is the text in its config."""
        return as_old_resource(DagnbResource.string_resource(description))

    @translated("definition")
    def configured(  # type: ignore[override]  # the arguments' names are those of 0.9.22
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None, **kwargs: Any
    ) -> ResourceDefinition:
        """Return one that does the same with config of another form, or with none."""
        del kwargs  # a name, which resources do not have
        return super().configured(config_or_config_fn, config_schema, description)


def as_old_resource(made: DagnbResource) -> ResourceDefinition:
    """Return a resource as one of this package."""
    made.__class__ = ResourceDefinition
    assert isinstance(made, ResourceDefinition)  # noqa: S101  # by the line above
    return made


def resource(config_schema: Any = None, description: str | None = None, version: str | None = None) -> Any:
    """Make a resource of a function: `@resource` or `@resource(config_schema=...)`.

    >>> @resource(config_schema={"path": str})
    ... def folder(context):
    ...     return context.resource_config["path"]
    >>> isinstance(folder, ResourceDefinition)
    True
    """
    if callable(config_schema) and not isinstance(config_schema, type):
        return ResourceDefinition(config_schema)
    return lambda function: ResourceDefinition(function, config_schema, description, version)


class Executor(ABC):
    """Run the steps of a run: ``execute(work)``, as `dagnb.contracts.execution.Executor` says."""

    @abstractmethod
    def execute(self, pipeline_context: Any, execution_plan: Any) -> Any:
        """Run the steps."""

    @property
    @abstractmethod
    def retries(self) -> Any:
        """Whether failed steps are tried again."""


class ExecutorDefinition(DagnbExecutorDefinition):
    """Define an executor."""

    def __init__(
        self,
        name: str,
        config_schema: Any = None,
        executor_creation_fn: Callable[[Any], Any] | None = None,
        required_resource_keys: Any = None,
    ) -> None:
        if required_resource_keys:
            raise DagnbInvalidDefinitionError("an executor is made without resources", where=f"executor {name}")
        with translating("definition"):
            super().__init__(name, config_schema, executor_creation_fn)


def executor(name: Any = None, config_schema: Any = None, required_resource_keys: Any = None) -> Any:
    """Make an executor of a function: `@executor` or `@executor(...)`."""
    if callable(name):
        return ExecutorDefinition(name.__name__, None, name)
    return lambda function: ExecutorDefinition(
        name or function.__name__, config_schema, function, required_resource_keys
    )


def make_executor(context: Any) -> InProcessExecutor:
    """Return what runs the steps of the multiprocess executor: one after the other, in this process."""
    from dagnb.contracts.execution import RetryMode

    return InProcessExecutor(RetryMode(next(iter(context.executor_config["retries"]))))


def _make_multiprocess_executor() -> ExecutorDefinition:
    from dagnb.compat.config import Field

    schema = {"max_concurrent": Field(int, is_required=False, default_value=0), "retries": RETRIES}
    return ExecutorDefinition("multiprocess", schema, make_executor)


multiprocess_executor = _make_multiprocess_executor()
default_executors = [in_process_executor, multiprocess_executor]


class ModeDefinition(DagnbMode):
    """Define a mode: resources, loggers and executors by name.

    >>> ModeDefinition("test", {"db": ResourceDefinition.hardcoded_resource(3)}).resource_key_set
    frozenset({'db'})
    """

    def __init__(
        self,
        name: str | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        logger_defs: Mapping[str, LoggerDefinition] | None = None,
        system_storage_defs: Sequence[Any] | None = None,
        executor_defs: Sequence[DagnbExecutorDefinition] | None = None,
        description: str | None = None,
        intermediate_storage_defs: Sequence[Any] | None = None,
    ) -> None:
        with translating("definition"):
            super().__init__(name, resource_defs, logger_defs, executor_defs or default_executors, description)
        self._system_storage_defs = system_storage_defs
        self._intermediate_storage_defs = intermediate_storage_defs

    @staticmethod
    def from_resources(resources: Mapping[str, Any], name: str | None = None) -> ModeDefinition:
        """Make a mode of values that are there already."""
        return ModeDefinition(name, resources)

    @property
    def loggers(self) -> dict[str, LoggerDefinition]:
        """The loggers by name."""
        return self.logger_defs

    @property
    def resource_key_set(self) -> frozenset[str]:
        """The keys of its resources."""
        return frozenset(self.resource_defs)

    @property
    def system_storage_defs(self) -> list[Any]:
        """The system storages that a run config may name."""
        from dagnb.compat.storages import default_system_storage_defs

        return list(self._system_storage_defs or default_system_storage_defs)

    @property
    def intermediate_storage_defs(self) -> list[Any]:
        """The intermediate storages that a run config may name."""
        from dagnb.compat.storages import default_intermediate_storage_defs

        return list(self._intermediate_storage_defs or default_intermediate_storage_defs)


class PresetDefinition(DagnbPreset):
    """Define a preset: a named run config with a mode and, perhaps, a selection of solids.

    >>> PresetDefinition.from_yaml_strings("small", ["solids: {}"]).run_config
    {'solids': {}}
    """

    @staticmethod
    @translated("definition")
    def from_files(  # type: ignore[override]  # the arguments are those of 0.9.22
        name: str,
        environment_files: Sequence[str] | None = None,
        config_files: Sequence[str] | None = None,
        solid_selection: Sequence[str] | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> PresetDefinition:
        """Make a preset of YAML files, named by glob patterns; later ones go over earlier ones."""
        files = config_files if environment_files is None else environment_files
        return _old_preset(DagnbPreset.from_files(name, files, solid_selection, mode, tags))

    @staticmethod
    @translated("definition")
    def from_yaml_strings(
        name: str,
        yaml_strings: Sequence[str] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> PresetDefinition:
        """Make a preset of YAML texts; later ones go over earlier ones."""
        return _old_preset(DagnbPreset.from_yaml_strings(name, yaml_strings, solid_selection, mode, tags))

    @staticmethod
    @translated("definition")
    def from_pkg_resources(
        name: str,
        pkg_resource_defs: Any = None,
        solid_selection: Sequence[str] | str | None = None,
        mode: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> PresetDefinition:
        """Make a preset of YAML files in installed packages: pairs of a package and a path in it."""
        return _old_preset(DagnbPreset.from_pkg_resources(name, pkg_resource_defs, solid_selection, mode, tags))

    def with_additional_config(self, run_config: Mapping[str, Any] | None) -> PresetDefinition:
        """Return the same preset with a run config over its own."""
        return _old_preset(super().with_additional_config(run_config))


def _old_preset(made: DagnbPreset) -> PresetDefinition:
    made.__class__ = PresetDefinition
    assert isinstance(made, PresetDefinition)  # noqa: S101  # by the line above
    return made
