"""Answer ``import dagster``, ``import dagster_pandas`` and ``import dagstermill`` with the modules of this package."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from dagnb.errors import DagnbInvariantViolationError, nearest

_ROOTS = ("dagster", "dagster_pandas", "dagstermill")
_DEFINITIONS = ("events", "ports", "solids", "pipelines", "resources", "storages", "schedules", "execute", "utilities")

# What each module of 0.9.22 holds, by the modules of this package.
_MODULES: dict[str, tuple[str, ...]] = {
    "dagster": ("dagster",),
    "dagster.builtins": ("types",),
    "dagster.check": ("check",),
    "dagster.config": ("config",),
    "dagster.config.config_schema": ("config",),
    "dagster.config.config_type": ("config", "types"),
    "dagster.config.errors": ("evaluation",),
    "dagster.config.field": ("config",),
    "dagster.config.field_utils": ("config",),
    "dagster.config.source": ("config",),
    "dagster.config.stack": ("evaluation",),
    "dagster.core": (),
    "dagster.core.definitions": _DEFINITIONS,
    **{
        f"dagster.core.definitions.{name}": _DEFINITIONS
        for name in (
            "composition",
            "config",
            "config_mappable",
            "decorators",
            "dependency",
            "events",
            "executor",
            "hook",
            "input",
            "intermediate_storage",
            "logger",
            "mode",
            "output",
            "partition",
            "pipeline",
            "preset",
            "reconstructable",
            "repository",
            "resource",
            "schedule",
            "solid",
            "system_storage",
        )
    },
    "dagster.core.errors": ("errors",),
    "dagster.core.events": ("log_events", "events"),
    "dagster.core.events.log": ("log_events",),
    "dagster.core.execution": ("execute", "results"),
    "dagster.core.execution.api": ("execute",),
    "dagster.core.execution.context": ("contexts",),
    "dagster.core.execution.context.compute": ("contexts",),
    "dagster.core.execution.context.init": ("contexts",),
    "dagster.core.execution.context.logger": ("contexts",),
    "dagster.core.execution.context.system": ("contexts",),
    "dagster.core.execution.plan": (),
    "dagster.core.execution.plan.objects": ("log_events",),
    "dagster.core.execution.results": ("results",),
    "dagster.core.execution.stats": ("runs",),
    "dagster.core.executor": ("resources",),
    "dagster.core.executor.base": ("resources",),
    "dagster.core.executor.init": ("contexts",),
    "dagster.core.instance": ("instance",),
    "dagster.core.launcher": ("utilities",),
    "dagster.core.log_manager": ("contexts",),
    "dagster.core.storage": ("runs", "files", "storages", "asset_stores"),
    "dagster.core.storage.asset_store": ("asset_stores",),
    "dagster.core.storage.file_manager": ("files",),
    "dagster.core.storage.init": ("contexts",),
    "dagster.core.storage.pipeline_run": ("runs",),
    "dagster.core.storage.system_storage": ("storages",),
    "dagster.core.types": ("types",),
    "dagster.core.types.config_schema": ("types",),
    "dagster.core.types.dagster_type": ("types",),
    "dagster.core.types.decorator": ("types",),
    "dagster.core.types.marshal": ("types",),
    "dagster.core.types.python_dict": ("types",),
    "dagster.core.types.python_set": ("types",),
    "dagster.core.types.python_tuple": ("types",),
    "dagster.loggers": ("/execution.loggers",),
    "dagster.utils": ("utilities",),
    "dagster.utils.backcompat": ("utilities",),
    "dagster.utils.error": ("log_events",),
    "dagster.utils.partitions": ("schedules",),
    "dagster.utils.test": ("execute", "types"),
    "dagster.version": ("dagster",),
    "dagster_pandas": ("dagster_pandas",),
    "dagster_pandas.constraints": ("dagster_pandas",),
    "dagster_pandas.data_frame": ("dagster_pandas",),
    "dagster_pandas.validation": ("dagster_pandas",),
    "dagster_pandas.version": ("dagster_pandas",),
    "dagstermill": ("dagstermill",),
    "dagstermill.context": ("dagstermill",),
    "dagstermill.errors": ("dagstermill",),
    "dagstermill.solids": ("dagstermill",),
    "dagstermill.version": ("dagstermill",),
}


class _CompatModule(ModuleType):
    """A module of the names of 0.9.22."""


class _Finder(MetaPathFinder, Loader):
    """Find the modules of 0.9.22 in this package."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is made; None for all others."""
        del path, target
        if fullname.partition(".")[0] not in _ROOTS:
            return None
        if fullname not in _MODULES:
            near = nearest(fullname, _MODULES)
            told = f"; the nearest is {near}" if near else ""
            raise ModuleNotFoundError(f"dagnb.compat has no module {fullname}{told}", name=fullname)
        return ModuleSpec(fullname, self, origin=__name__, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make the module."""
        return _CompatModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Fill the module with its names."""
        for name in _MODULES[module.__name__]:
            home = import_module(f"dagnb.{name[1:].lstrip('.')}" if name.startswith("/") else f"dagnb.compat.{name}")
            kept = ("__all__", "__doc__", "__version__")
            vars(module).update(
                {key: value for key, value in vars(home).items() if not key.startswith("__") or key in kept}
            )
        if module.__name__ == "dagster":
            module.check = import_module("dagster.check")  # type: ignore[attr-defined]  # a module has what it is given


_finder = _Finder()


def install() -> None:
    """Let old code run unedited: ``import dagster`` and its like find this package from now on.

    Raises:
        DagnbInvariantViolationError: the package of that name itself was imported already.

    >>> install()
    >>> import dagster
    >>> dagster.__version__
    '0.9.22'
    >>> uninstall()
    """
    for root in _ROOTS:
        there = sys.modules.get(root)
        if there is not None and not isinstance(there, _CompatModule):
            raise DagnbInvariantViolationError(
                f"the package {root} was imported already, so its name cannot be answered otherwise",
                got=str(getattr(there, "__file__", there)),
                hint=f"call dagnb.compat.install() before anything imports {root}",
            )
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Take back what `install` did; modules that were imported meanwhile keep what they have."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name, module in list(sys.modules.items()):
        if isinstance(module, _CompatModule):
            del sys.modules[name]
