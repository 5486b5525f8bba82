"""The folders that values are written to: local ones, and those at any address that fsspec knows."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any, Literal, Protocol

from dagnb.errors import DagnbValueError
from dagnb.storage.values.paths import address_parts, inside

# What these hold appears whole or not at all, so a file need not be written under another name first.
_OBJECT_STORES = frozenset(["abfs", "abfss", "adl", "az", "gcs", "gs", "memory", "oci", "oss", "s3", "s3a"])
_AGAIN = "run the step again to make the value anew"


class Folder(Protocol):
    """A folder of files by address: relative paths with slashes. A file is there whole or not at all."""

    def write(self, address: str, data: bytes) -> None:
        """Write a file, in place of the one that was there.

        Raises:
            DagnbValueError: the address leads outside.
            OSError: it cannot be written.
        """
        ...

    def read(self, address: str) -> bytes:
        """Read a file.

        Raises:
            DagnbValueError: it is gone or cannot be read, or the address leads outside.
        """
        ...

    def names(self, address: str) -> list[str]:
        """Return the names of the files in a folder; none when there is no such folder."""
        ...

    def remove(self, address: str) -> None:
        """Delete a file."""
        ...

    def place(self, address: str) -> str:
        """Return the path or address of a file, for people."""
        ...


class LocalFolder:
    """A folder of this machine, made at first use.

    Args:
        root: the folder.
        access: "private" when nobody else is to read what is written; "usual" leaves that to the system (umask).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     folder = LocalFolder(root)
    ...     folder.write("a/b.txt", b"text")
    ...     folder.read("a/b.txt"), folder.names("a")
    (b'text', ['b.txt'])
    """

    def __init__(self, root: str | os.PathLike[str], access: Literal["private", "usual"] = "private") -> None:
        self.root = Path(root)
        self._folder_mode, self._file_mode = (0o700, 0o600) if access == "private" else (0o777, 0o666)

    def write(self, address: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        # Without fsync: what a power cut takes, running the step again brings back.
        path = inside(self.root, address)
        self._make(path.parent)
        draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(draft, flags, self._file_mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def read(self, address: str) -> bytes:
        """Read a file; links are not followed."""
        path = inside(self.root, address)
        try:
            # The opener's descriptor is closed by `open` also where it turns out to be a folder's.
            with open(path, "rb", opener=_open_plainly) as file:  # Path.open takes no opener
                return file.read()
        except OSError as error:
            raise _unread(str(path), error) from error

    def names(self, address: str) -> list[str]:
        """Return the names of the files in a folder."""
        try:
            return sorted(path.name for path in inside(self.root, address).iterdir() if path.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def remove(self, address: str) -> None:
        """Delete a file."""
        inside(self.root, address).unlink()

    def place(self, address: str) -> str:
        """Return the path of a file."""
        return str(self.root / address)

    def make_folder(self, address: str) -> str:
        """Make a folder in it and return its path."""
        path = inside(self.root, address)
        self._make(path)
        return str(path)

    def _make(self, folder: Path) -> None:
        self.root.mkdir(mode=self._folder_mode, parents=True, exist_ok=True)
        made = self.root
        for part in folder.relative_to(self.root).parts:
            made = made / part
            made.mkdir(mode=self._folder_mode, exist_ok=True)


class RemoteFolder:
    """A folder at an address that fsspec knows, such as ``s3://bucket/values`` or ``memory://values``.

    Raises:
        DagnbValueError: on use, when no package for such addresses is installed.

    >>> folder = RemoteFolder("memory://of-a-docstring")
    >>> folder.write("a/b.txt", b"text")
    >>> folder.read("a/b.txt"), folder.names("a")
    (b'text', ['b.txt'])
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: tuple[Any, str] | None = None

    def write(self, address: str, data: bytes) -> None:
        """Write a file whole or not at all."""
        files, path = self._at(address)
        parent = path.rpartition("/")[0]
        try:
            files.makedirs(parent, exist_ok=True)
            if _OBJECT_STORES.isdisjoint([files.protocol] if isinstance(files.protocol, str) else files.protocol):
                draft = f"{parent}/.{secrets.token_hex(8)}.tmp"
                files.pipe_file(draft, data)
                files.mv(draft, path)
            else:
                files.pipe_file(path, data)
        except OSError:
            raise
        except Exception as error:  # each protocol has its own
            raise OSError(f"{type(error).__name__}: {error}") from error

    def read(self, address: str) -> bytes:
        """Read a file."""
        files, path = self._at(address)
        try:
            return bytes(files.cat_file(path))
        except Exception as error:  # each protocol has its own
            raise _unread(self.place(address), error) from error

    def names(self, address: str) -> list[str]:
        """Return the names of the files in a folder."""
        files, path = self._at(address)
        files.invalidate_cache(path)
        try:
            listed = files.ls(path, detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(each["name"].rpartition("/")[2] for each in listed if each["type"] == "file")

    def remove(self, address: str) -> None:
        """Delete a file."""
        files, path = self._at(address)
        files.rm_file(path)

    def place(self, address: str) -> str:
        """Return the address of a file, without the password that it may hold."""
        return f"{re.sub('//[^/@]*@', '//', self._url).rstrip('/')}/{address}"

    def _at(self, address: str) -> tuple[Any, str]:
        parts = address_parts(address, self.place(""))
        if self._opened is None:
            import fsspec

            try:
                self._opened = fsspec.core.url_to_fs(self._url)
            except (ImportError, ValueError) as error:
                raise DagnbValueError(
                    "the place of values cannot be opened",
                    where=self.place(""),
                    got=str(error),
                    hint="install the package that fsspec needs for such addresses",
                ) from error
        files, base = self._opened
        return files, "/".join((base.rstrip("/"), *parts))


def open_folder(root: str | os.PathLike[str], access: Literal["private", "usual"] = "private") -> Folder:
    """Return the folder at a path, or at an address that fsspec knows.

    >>> open_folder("memory://x").place("a"), open_folder("file:///tmp/x").place("a")
    ('memory://x/a', '/tmp/x/a')
    """
    if not is_address(root):
        return LocalFolder(root, access)
    url = str(root)
    if url.startswith("file://"):
        from urllib.request import url2pathname

        return LocalFolder(url2pathname(url.removeprefix("file://")), access)
    return RemoteFolder(url)


def is_address(root: str | os.PathLike[str]) -> bool:
    """Tell whether it is an address of fsspec's, and no path."""
    return isinstance(root, str) and "://" in root


def _open_plainly(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _unread(place: str, error: Exception) -> DagnbValueError:
    is_gone = isinstance(error, FileNotFoundError)
    return DagnbValueError(
        "a stored value is gone" if is_gone else "a stored value cannot be read",
        where=place,
        got=getattr(error, "strerror", None) or (None if is_gone else f"{type(error).__name__}: {error}"),
        hint=_AGAIN,
    )
