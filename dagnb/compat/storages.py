"""Intermediate and system storages: names that run configs choose (`dagster.core.storage`).

Values of outputs are kept in the instance whatever is chosen: dagnb has no other place for them. `asset_stores` and
`OutputDefinition(asset_store_key=...)` keep them elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self

from dagnb.compat.check import str_param
from dagnb.compat.config import Field
from dagnb.compat.errors import DagsterInvariantViolationError


class _StorageDefinition:
    """A storage that a run config may choose."""

    def __init__(
        self,
        name: str,
        is_persistent: bool,
        required_resource_keys: Iterable[str] | None,
        config_schema: Any,
        creation_fn: Callable[[Any], Any] | None,
    ) -> None:
        self.name: str = str_param(name, "name")
        self.is_persistent = is_persistent
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.config_schema = config_schema
        self._creation_fn = creation_fn

    def configured(self, config_or_config_fn: Any, config_schema: Any = None, **kwargs: Any) -> Self:
        """Return one of another name or schema."""
        from copy import copy

        made = copy(self)
        made.name = kwargs.get("name", self.name)
        made.config_schema = config_schema if callable(config_or_config_fn) else None
        return made


class IntermediateStorageDefinition(_StorageDefinition):
    """Define an intermediate storage."""

    def __init__(
        self,
        name: str,
        is_persistent: bool,
        required_resource_keys: Iterable[str] | None,
        config_schema: Any = None,
        intermediate_storage_creation_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(name, is_persistent, required_resource_keys, config_schema, intermediate_storage_creation_fn)

    @property
    def intermediate_storage_creation_fn(self) -> Callable[[Any], Any] | None:
        """What made the storage in 0.9.22; it is not called."""
        return self._creation_fn


class SystemStorageDefinition(_StorageDefinition):
    """Define a system storage."""

    def __init__(
        self,
        name: str,
        is_persistent: bool,
        required_resource_keys: Iterable[str] | None,
        config_schema: Any = None,
        system_storage_creation_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(name, is_persistent, required_resource_keys, config_schema, system_storage_creation_fn)

    @property
    def system_storage_creation_fn(self) -> Callable[[Any], Any] | None:
        """What made the storage in 0.9.22; it is not called."""
        return self._creation_fn


class SystemStorageData:
    """An intermediate storage and a file manager."""

    def __init__(self, intermediate_storage: Any, file_manager: Any) -> None:
        self.intermediate_storage = intermediate_storage
        self.file_manager = file_manager


def intermediate_storage(
    required_resource_keys: Any = None, name: str | None = None, is_persistent: bool = True, config_schema: Any = None
) -> Any:
    """Define an intermediate storage: `@intermediate_storage` or `@intermediate_storage(...)`."""

    def decorate(function: Callable[[Any], Any]) -> IntermediateStorageDefinition:
        chosen = name or function.__name__
        keys = None if callable(required_resource_keys) else required_resource_keys
        return IntermediateStorageDefinition(chosen, is_persistent, keys, config_schema, function)

    return decorate(required_resource_keys) if callable(required_resource_keys) else decorate


def system_storage(
    required_resource_keys: Any, name: str | None = None, is_persistent: bool = True, config_schema: Any = None
) -> Any:
    """Define a system storage: `@system_storage` or `@system_storage(...)`."""

    def decorate(function: Callable[[Any], Any]) -> SystemStorageDefinition:
        chosen = name or function.__name__
        keys = None if callable(required_resource_keys) else required_resource_keys
        return SystemStorageDefinition(chosen, is_persistent, keys, config_schema, function)

    return decorate(required_resource_keys) if callable(required_resource_keys) else decorate


def build_intermediate_storage_from_object_store(
    object_store: Any, init_context: Any, root_for_run_id: Callable[[str], str] = lambda _: ""
) -> Any:
    """Refuse: dagnb keeps values in its instance."""
    del object_store, init_context, root_for_run_id
    raise DagsterInvariantViolationError(
        "values of outputs are kept in the instance, not in an object store of their own",
        hint='settings of the instance name any address as their place: values: "s3://bucket/folder" in dagnb.yaml',
    )


_FOLDER = {"base_dir": Field(str, is_required=False)}
mem_intermediate_storage = IntermediateStorageDefinition("in_memory", False, None)
fs_intermediate_storage = IntermediateStorageDefinition("filesystem", True, None, _FOLDER)
mem_system_storage = SystemStorageDefinition("in_memory", False, None)
fs_system_storage = SystemStorageDefinition("filesystem", True, None, _FOLDER)
default_intermediate_storage_defs = [mem_intermediate_storage, fs_intermediate_storage]
default_system_storage_defs = [mem_system_storage, fs_system_storage]
