"""Asset stores: what keeps the values of outputs elsewhere (`dagster.core.storage.asset_store`)."""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from dagnb.compat.check import str_param
from dagnb.compat.config import Field
from dagnb.compat.contexts import AssetStoreContext
from dagnb.compat.events import AssetKey, AssetMaterialization, EventMetadataEntry
from dagnb.compat.resources import ResourceDefinition
from dagnb.config import StringSource

if TYPE_CHECKING:
    from dagnb.compat.contexts import InitResourceContext
    from dagnb.contracts.io import InputContext, OutputContext

_RUNS = 8  # of which values in memory are kept


class AssetStore(ABC):
    """Keep the values of outputs: the resource that `OutputDefinition(asset_store_key=...)` names."""

    @abstractmethod
    def set_asset(self, context: AssetStoreContext, obj: Any) -> Any:
        """Keep a value; may return, or yield, `AssetMaterialization` events."""

    @abstractmethod
    def get_asset(self, context: AssetStoreContext) -> Any:
        """Return a value."""

    def store(self, context: OutputContext, value: Any) -> Any:
        """Keep a value, as an IO manager of dagnb does."""
        return self.set_asset(_old_context(context), value)

    def load(self, context: InputContext) -> Any:
        """Return a value, as an IO manager of dagnb does."""
        return self.get_asset(_old_context(context.upstream_output))


def _old_context(context: OutputContext) -> AssetStoreContext:
    return AssetStoreContext(
        f"{context.step_key}.compute",
        context.key,
        dict(context.metadata),
        str(context.pipeline_name),
        None if context.solid is None else context.solid.definition,
        context.run_id,
    )


class InMemoryAssetStore(AssetStore):
    """Keep values in this process, of the newest runs."""

    _values: ClassVar[OrderedDict[str, dict[tuple[str, str], Any]]] = OrderedDict()

    def set_asset(self, context: AssetStoreContext, obj: Any) -> None:
        """Keep a value."""
        self._values.setdefault(str(context.source_run_id), {})[context.step_key, context.output_name] = obj
        while len(self._values) > _RUNS:
            self._values.popitem(last=False)

    def get_asset(self, context: AssetStoreContext) -> Any:
        """Return a value."""
        return self._values[str(context.source_run_id)][context.step_key, context.output_name]


class PickledObjectFilesystemAssetStore(AssetStore):
    """Keep values as pickles in a folder, by run, step and output."""

    def __init__(self, base_dir: str) -> None:
        self.base_dir = base_dir

    def _path(self, context: AssetStoreContext) -> Path:
        return Path(self.base_dir, *context.get_run_scoped_output_identifier())

    def set_asset(self, context: AssetStoreContext, obj: Any) -> Any:
        """Keep a value."""
        path = self._path(context)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(obj))

    def get_asset(self, context: AssetStoreContext) -> Any:
        """Return a value. Who uses this store trusts its folder: unpickling runs code."""
        return pickle.loads(self._path(context).read_bytes())  # noqa: S301  # the user chose this store


class CustomPathPickledObjectFilesystemAssetStore(PickledObjectFilesystemAssetStore):
    """Keep values as pickles at ``OutputDefinition(asset_metadata={"path": ...})`` in a folder."""

    def _path(self, context: AssetStoreContext) -> Path:
        return Path(self.base_dir, str_param(context.asset_metadata.get("path"), "asset_metadata.path"))

    def set_asset(self, context: AssetStoreContext, obj: Any) -> AssetMaterialization:
        """Keep a value, and say where."""
        super().set_asset(context, obj)
        return AssetMaterialization(
            AssetKey([context.pipeline_name, context.step_key, context.output_name]),
            metadata_entries=[EventMetadataEntry.fspath(str(self._path(context).absolute()))],
        )


def _in_memory(_: InitResourceContext) -> InMemoryAssetStore:
    """Keep values in this process."""
    return InMemoryAssetStore()


def _in_folder(init_context: InitResourceContext) -> PickledObjectFilesystemAssetStore:
    """Keep values as pickles in the folder `base_dir`."""
    return PickledObjectFilesystemAssetStore(init_context.resource_config["base_dir"])


def _at_paths(init_context: InitResourceContext) -> CustomPathPickledObjectFilesystemAssetStore:
    """Keep values as pickles at paths of their own in the folder `base_dir`."""
    return CustomPathPickledObjectFilesystemAssetStore(init_context.resource_config["base_dir"])


_SCHEMA = {"base_dir": Field(StringSource, default_value=".", is_required=False)}
mem_asset_store = ResourceDefinition(_in_memory)
fs_asset_store = ResourceDefinition(_in_folder, _SCHEMA)
custom_path_fs_asset_store = ResourceDefinition(_at_paths, _SCHEMA)
