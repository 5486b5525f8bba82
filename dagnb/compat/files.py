"""Files of a run, by handles (`dagster.core.storage.file_manager`)."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dagnb.compat.check import inst_param, opt_str_param, param_invariant, str_param
from dagnb.compat.config import Field
from dagnb.compat.resources import ResourceDefinition
from dagnb.config import StringSource

if TYPE_CHECKING:
    from dagnb.compat.contexts import InitResourceContext
    from dagnb.compat.instance import DagsterInstance


class FileHandle(ABC):
    """Stands for a file, wherever it is kept."""

    @property
    @abstractmethod
    def path_desc(self) -> str:
        """Where it is, for reading."""


class LocalFileHandle(FileHandle):
    """Stands for a file on this machine.

    >>> LocalFileHandle("/tmp/teams.csv").path_desc
    '/tmp/teams.csv'
    """

    def __init__(self, path: str) -> None:
        self._path: str = str_param(path, "path")

    @property
    def path(self) -> str:
        """Where it is."""
        return self._path

    @property
    def path_desc(self) -> str:
        """Where it is, for reading."""
        return self._path


class FileManager(ABC):
    """Keep files that solids hand on by handles."""

    @abstractmethod
    def copy_handle_to_local_temp(self, file_handle: FileHandle) -> str:
        """Return the path of a local copy, which is there until the step ends."""

    @abstractmethod
    def delete_local_temp(self) -> None:
        """Remove the local copies."""

    @abstractmethod
    def read(self, file_handle: FileHandle, mode: str = "rb") -> Any:
        """Open a file."""

    @abstractmethod
    def read_data(self, file_handle: FileHandle) -> bytes:
        """Return what a file holds."""

    @abstractmethod
    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> FileHandle:
        """Keep what an open file holds."""

    @abstractmethod
    def write_data(self, data: bytes, ext: str | None = None) -> FileHandle:
        """Keep bytes."""


class LocalFileManager(FileManager):
    """Keep files in a folder of this machine.

    Args:
        base_dir: the folder, made when the first file is written.
    """

    def __init__(self, base_dir: str) -> None:
        self.base_dir = base_dir
        self._copies: list[str] = []

    @staticmethod
    def for_instance(instance: DagsterInstance, run_id: str) -> LocalFileManager:
        """Return the one that keeps the files of a run."""
        return LocalFileManager(instance.file_manager_directory(run_id))

    def ensure_base_dir_exists(self) -> None:
        """Make the folder."""
        Path(self.base_dir).mkdir(parents=True, exist_ok=True)

    def copy_handle_to_local_temp(self, file_handle: FileHandle) -> str:
        """Return the path of a local copy."""
        number, path = tempfile.mkstemp(prefix="dagnb-")
        with os.fdopen(number, "wb") as file:
            file.write(self.read_data(file_handle))
        self._copies.append(path)
        return path

    def delete_local_temp(self) -> None:
        """Remove the local copies."""
        while self._copies:
            Path(self._copies.pop()).unlink(missing_ok=True)

    @contextmanager
    def read(self, file_handle: FileHandle, mode: str = "rb") -> Iterator[IO[Any]]:
        """Open a file for reading, as bytes or as text (mode "r")."""
        param_invariant(mode in ("r", "rb"), "mode")
        handle: LocalFileHandle = inst_param(file_handle, "file_handle", LocalFileHandle)
        with open(handle.path, mode, encoding=None if "b" in mode else "utf-8") as file:  # noqa: PTH123  # any mode
            yield file

    def read_data(self, file_handle: FileHandle) -> bytes:
        """Return what a file holds."""
        with self.read(file_handle) as file:
            data: bytes = file.read()
            return data

    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> LocalFileHandle:
        """Keep what an open file holds, under a new name with the extension `ext`."""
        opt_str_param(ext, "ext")
        self.ensure_base_dir_exists()
        path = Path(self.base_dir) / f"{uuid.uuid4()}{f'.{ext}' if ext is not None else ''}"
        with open(path, mode, encoding=None if "b" in mode else "utf-8") as file:  # noqa: PTH123  # any mode
            shutil.copyfileobj(file_obj, file)
        return LocalFileHandle(str(path))

    def write_data(self, data: bytes, ext: str | None = None) -> LocalFileHandle:
        """Keep bytes."""
        return self.write(io.BytesIO(inst_param(data, "data", bytes)), ext=ext)


def _make_file_manager(init_context: InitResourceContext) -> LocalFileManager:
    """Keep files in the folder `base_dir`."""
    return LocalFileManager(init_context.resource_config["base_dir"])


local_file_manager = ResourceDefinition(
    _make_file_manager, {"base_dir": Field(StringSource, default_value=".", is_required=False)}
)
