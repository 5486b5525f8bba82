"""The IO managers that come with dagnb: memory, a folder, and paths of one's own."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, ClassVar

from dagnb.config import Field, StringSource
from dagnb.definitions.resource import ResourceDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbValueError
from dagnb.events.metadata import EventMetadataEntry
from dagnb.events.user import AssetMaterialization
from dagnb.storage.values.folders import Folder, is_address, open_folder
from dagnb.storage.values.paths import component
from dagnb.storage.values.store import refuse_secrets
from dagnb.storage.values.value_types import ValueTypes

if TYPE_CHECKING:
    from dagnb.contracts.io import InputContext, OutputContext
    from dagnb.contracts.stores import ValueType

_RUNS_KEPT = 8
_PICKLES = ("", "pickle", "pkl")

_Shelf = dict[tuple[str, str], Any]


class MemoryIOManager:
    """Keep values in this process: for those that cannot be stored, or are wanted as the very same objects.

    After a run its values stay for as long as it is one of the newest 8 runs that have any.

    >>> from dagnb import InputContext, OutputContext
    >>> manager, stored = MemoryIOManager(), OutputContext(run_id="r", step_key="load")
    >>> manager.store(stored, {1, 2})
    >>> manager.load(InputContext(upstream_output=stored))
    {1, 2}
    """

    _shelves: ClassVar[OrderedDict[str, _Shelf]] = OrderedDict()
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        # Held here, what a run has stored lasts until its end, however many begin meanwhile.
        self._own: dict[str, _Shelf] = {}

    def store(self, context: OutputContext, value: Any) -> None:
        """Keep the value."""
        with self._lock:
            shelf = self._own.get(context.run_id)
            if shelf is None:
                shelf = self._own[context.run_id] = self._shelves.setdefault(context.run_id, {})
                while len(self._shelves) > _RUNS_KEPT:
                    self._shelves.popitem(last=False)
        shelf[context.step_key, context.key] = value

    def load(self, context: InputContext) -> Any:
        """Return the value itself.

        Raises:
            DagnbValueError: it is not in this process, or no longer.
        """
        stored = context.upstream_output
        with self._lock:
            shelf = self._own.get(stored.run_id) or self._shelves.get(stored.run_id, {})
        try:
            return shelf[stored.step_key, stored.key]
        except KeyError:
            raise DagnbValueError(
                "the value was kept in memory, and is gone with its process or its run",
                where=_where(stored),
                hint="run the step again to have it",
            ) from None


class FolderIOManager:
    """Keep values as typed files, ``<base_dir>/<run>/<step>/<output>.<suffix>``, as the instance's value store does.

    Args:
        folder: where to.
        types: the value types; they sign what is pickled.
    """

    def __init__(self, folder: Folder, types: ValueTypes) -> None:
        self._folder = folder
        self._types = types

    def store(self, context: OutputContext, value: Any) -> Iterator[EventMetadataEntry]:
        """Write the value; the file's path and size become facts about it."""
        where = _where(context)
        value_type, data, _ = self._types.encode(value, where)
        refuse_secrets(data, where)
        place, stem = self._place(context)
        file = f"{stem}.{value_type.suffix}"
        _write(self._folder, f"{place}/{file}", data, where)
        for name in self._files(place, stem):
            if name != file:
                self._folder.remove(f"{place}/{name}")  # of an attempt that gave a value of another type
        yield EventMetadataEntry.path(self._folder.place(f"{place}/{file}"), "path")
        yield EventMetadataEntry.int(len(data), "bytes")

    def load(self, context: InputContext) -> Any:
        """Read the value. Runs no code but that of pickles which this instance signed.

        Raises:
            DagnbValueError: it is gone, damaged, or its signature is not this instance's.
        """
        place, stem = self._place(context.upstream_output)
        for name in self._files(place, stem):
            value_type = self._types.with_suffix(name.partition(".")[2])
            if value_type is not None:
                address = f"{place}/{name}"
                return self._types.decode(value_type.name, self._folder.read(address), self._folder.place(address))
        raise DagnbValueError(
            "a stored value is gone",
            where=_where(context.upstream_output),
            expected=f"a file {self._folder.place(f'{place}/{stem}')}.*",
            hint="run the step again to make the value anew",
        )

    @staticmethod
    def _place(context: OutputContext) -> tuple[str, str]:
        return f"{component(context.run_id)}/{component(context.step_key)}", component(context.key)

    def _files(self, place: str, stem: str) -> list[str]:
        return [name for name in self._folder.names(place) if name.partition(".")[0] == stem]


class PathIOManager:
    """Keep each output at the path that its definition names, and say that the asset there was written.

    The suffix decides how: parquet for frames of pandas, json, txt, npy, arrow and so on; without one, or with
    pickle or pkl, a signed pickle; with any other suffix the value must be bytes.

    Args:
        base_dir: where relative paths begin; a folder, or an address that fsspec knows.
        types: the value types; they sign what is pickled.
    """

    def __init__(self, base_dir: str, types: ValueTypes) -> None:
        self._base_dir = base_dir
        self._types = types

    def store(self, context: OutputContext, value: Any) -> AssetMaterialization:
        """Write the value.

        Raises:
            DagnbInvalidDefinitionError: the definition names no path, or one that several values would share.
            DagnbValueError: the value cannot be written as the path's suffix asks for.
        """
        where = _where(context)
        folder, file = self._file(context)
        value_type = self._type(file)
        if not value_type.accepts(value):
            raise self._no_such_file(where, file, value, "it is for other values")
        try:
            data = value_type.encode(value)
        except Exception as error:
            raise self._no_such_file(where, file, value, str(error)) from error
        refuse_secrets(data, where)
        _write(folder, file, data, where)
        return AssetMaterialization(
            context.metadata.get("asset_key") or self._asset_key(context),
            metadata_entries=[
                EventMetadataEntry.path(folder.place(file), "path"),
                EventMetadataEntry.int(len(data), "bytes"),
            ],
            partition=context.partition,
        )

    def load(self, context: InputContext) -> Any:
        """Read the value. Runs no code but that of pickles which this instance signed.

        Raises:
            DagnbValueError: it is gone, damaged, or its signature is not this instance's.
        """
        folder, file = self._file(context.upstream_output)
        return self._types.decode(self._type(file).name, folder.read(file), folder.place(file))

    def _file(self, context: OutputContext) -> tuple[Folder, str]:
        path = _filled(_template(context), context)
        if not is_address(path):
            if is_address(self._base_dir):
                path = f"{self._base_dir.rstrip('/')}/{path.lstrip('/')}"
            else:
                path = Path(self._base_dir, path).expanduser().absolute().as_posix()
        parent, _, file = path.rpartition("/")
        return open_folder(parent or "/", "usual"), file

    def _type(self, file: str) -> ValueType:
        _, *suffixes = file.split(".")
        for number in range(len(suffixes)):
            found = self._types.with_suffix(".".join(suffixes[number:]))
            if found is not None:
                return found
        return self._types.named("pickle" if not suffixes or suffixes[-1] in _PICKLES else "bytes")

    def _no_such_file(self, where: str, file: str, value: Any, why: str) -> DagnbValueError:
        return DagnbValueError(
            f"the value cannot be written as {file}",
            where=where,
            got=f"a value of type {type(value).__name__}: {why}"[:300],
            expected=f"what the value type {self._type(file).name} takes",
            hint="give the path another suffix; .pickle takes nearly everything",
        )

    @staticmethod
    def _asset_key(context: OutputContext) -> list[str]:
        *folders, file = [part for part in _template(context).replace(os.sep, "/").split("/") if part]
        parts = [part for part in (*folders, file.partition(".")[0]) if part.strip(".") and "{" not in part]
        return [part for part in parts if not part.endswith(":")] or [context.solid_name, context.output_name]


def _template(context: OutputContext) -> str:
    path = context.metadata.get("path")
    if isinstance(path, os.PathLike):
        path = os.fspath(path)
    if not isinstance(path, str) or not path.rpartition("/")[2]:
        raise DagnbInvalidDefinitionError(
            "an output that custom_path_io_manager keeps needs the path of a file",
            where=_where(context),
            got=repr(path)[:80],
            hint='OutputDefinition(io_manager_key=..., metadata={"path": "sales/daily.parquet"})',
        )
    return path


def _filled(template: str, context: OutputContext) -> str:
    """Return the path with its fields filled in: run_id, step_key, solid, output_name, mapping_key, partition."""
    mapping = [*context.step_key.replace("]", "").split("[")[1:], *filter(None, [context.mapping_key])]
    known = {
        "run_id": context.run_id,
        "step_key": context.step_key,
        "solid": context.solid_name,
        "output_name": context.output_name,
        "mapping_key": "-".join(mapping) or None,
        "partition": context.partition,
    }
    where = _where(context)
    try:
        asked = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise DagnbInvalidDefinitionError(
            "the path of an output cannot be read", where=where, got=f"{template}: {error}", hint="double other braces"
        ) from error
    values = {name: component(value) for name, value in known.items() if value is not None}
    if asked - set(values):
        raise DagnbInvalidDefinitionError(
            "the path of an output asks for what is not known",
            where=where,
            got=template,
            expected=f"no other fields than {', '.join(values)}",
            hint=f"take {{{min(asked - set(values))}}} out of the path",
        )
    needed = {"mapping_key"} if context.mapping_key is not None else {"mapping_key", "step_key"}
    if mapping and not asked & needed:
        raise DagnbInvalidDefinitionError(
            "the values of a dynamic output would all be written to one path",
            where=where,
            got=template,
            hint="put {mapping_key} into the path",
        )
    return template.format(**values)


def _write(folder: Folder, address: str, data: bytes, where: str) -> None:
    try:
        folder.write(address, data)
    except OSError as error:
        raise DagnbValueError(
            "the value could not be written",
            where=where,
            got=error.strerror or str(error),
            hint=f"see whether {folder.place(address)} can be written and has room",
        ) from error


def _where(context: OutputContext) -> str:
    return f"{context.step_key} › {context.key}"


def _types(context: Any) -> ValueTypes:
    return ValueTypes(context.instance.home / "key")


def _memory(_context: Any) -> MemoryIOManager:
    return MemoryIOManager()


def _in_folder(context: Any) -> FolderIOManager:
    base_dir = context.resource_config.get("base_dir")
    if base_dir is None:
        return FolderIOManager(open_folder(context.instance.home / "io"), _types(context))
    root = base_dir if is_address(base_dir) else Path(base_dir).expanduser().absolute()
    return FolderIOManager(open_folder(root, "usual"), _types(context))


def _at_paths(context: Any) -> PathIOManager:
    return PathIOManager(context.resource_config["base_dir"], _types(context))


mem_io_manager = ResourceDefinition(
    _memory, description="Keep outputs in this process. What cannot be stored can be kept so, until the process ends."
)
"""Keep outputs in memory: `ModeDefinition(resource_defs={"shelf": mem_io_manager})`."""

fs_io_manager = ResourceDefinition(
    _in_folder,
    {
        "base_dir": Field(
            StringSource,
            is_required=False,
            description="A folder, or an address such as s3://bucket/folder (default: a folder of the instance).",
        )
    },
    "Keep outputs as typed files in a folder: parquet for frames, json, npy and so on; else signed pickles.",
)
"""Keep outputs as typed files: `{"resources": {"files": {"config": {"base_dir": "s3://bucket/folder"}}}}`."""

custom_path_io_manager = ResourceDefinition(
    _at_paths,
    {
        "base_dir": Field(
            StringSource,
            default_value=".",
            description="Where relative paths begin: a folder, or an address such as s3://bucket/folder.",
        )
    },
    "Keep each output at the path in its definition's metadata, and record that the asset was materialized.",
)
"""Keep outputs at paths of one's own: `OutputDefinition(io_manager_key="files", metadata={"path": "a.parquet"})`."""
