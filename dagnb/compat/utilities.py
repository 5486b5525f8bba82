"""Small things that users take from `dagster.utils`, and names that stand for what dagnb has otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagnb.compat.errors import DagsterInvariantViolationError
from dagnb.compat.execute import file_relative_path
from dagnb.config.frozen import (
    ConfigDict as frozendict,  # noqa: N813  # the name of 0.9.22
    ConfigList as frozenlist,  # noqa: N813  # the name of 0.9.22
)

__all__ = [
    "DefaultRunLauncher",
    "ExperimentalWarning",
    "configured",
    "file_relative_path",
    "frozendict",
    "frozenlist",
    "merge_dicts",
    "mkdir_p",
    "pushd",
    "script_relative_path",
]


class ExperimentalWarning(UserWarning):
    """Something that 0.9.22 called experimental; dagnb never warns so."""


def configured(configurable: Any, config_schema: Any = None, **kwargs: Any) -> Callable[[Any], Any]:
    """Configure a resource, solid, logger or executor, as a decorator or by a call with the config.

    >>> from dagnb.compat.resources import ResourceDefinition
    >>> text = ResourceDefinition.string_resource()
    >>> configured(text)("hello").inner_config()
    'hello'
    """
    return lambda config: configurable.configured(
        config, config_schema, **({"name": config.__name__} | kwargs if _needs_name(configurable, config) else kwargs)
    )


def _needs_name(configurable: Any, config: Any) -> bool:
    from dagnb.definitions.solid import SolidDefinition

    return callable(config) and isinstance(configurable, SolidDefinition)


def script_relative_path(file_path: str) -> str:
    """Return a path that is written from the folder of the file that calls this."""
    import sys

    return file_relative_path(sys._getframe(1).f_code.co_filename, file_path)  # noqa: SLF001  # the caller's file


def merge_dicts(*mappings: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return one dict of several, later ones over earlier ones.

    >>> merge_dicts({"a": 1}, {"b": 2})
    {'a': 1, 'b': 2}
    """
    return {key: value for each in mappings for key, value in each.items()}


def mkdir_p(path: str) -> str:
    """Make a folder and those above it, and return it."""
    Path(path).mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def pushd(path: str) -> Iterator[str]:
    """Work in another folder for a while."""
    before = Path.cwd()
    os.chdir(path)
    try:
        yield path
    finally:
        os.chdir(before)


class DefaultRunLauncher:
    """Stands for the launcher that settings of an instance name; dagnb's instance has its own launchers."""

    def __init__(self, inst_data: Any = None) -> None:
        self.inst_data = inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return the schema of its settings: none."""
        return {}

    @staticmethod
    def from_config_value(inst_data: Any, config_value: Any) -> DefaultRunLauncher:
        """Make one of the settings of an instance."""
        del config_value
        return DefaultRunLauncher(inst_data)

    def launch_run(self, instance: Any, run: Any, external_pipeline: Any) -> Any:
        """Refuse: runs are launched by the pipeline itself."""
        del instance, run, external_pipeline
        raise DagsterInvariantViolationError("this launcher launches nothing", hint="execute_pipeline runs a pipeline")

    def can_terminate(self, run_id: str) -> bool:
        """Tell whether it can stop a run: no."""
        del run_id
        return False

    def terminate(self, run_id: str) -> bool:
        """Tell that no run was stopped."""
        del run_id
        return False
