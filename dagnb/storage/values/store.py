"""The values of outputs, small ones inside their events, others in files of their own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagnb.contracts.stores import ValueType
from dagnb.errors import DagnbError, DagnbValueError, nearest
from dagnb.events.records import ValueReference
from dagnb.storage.values.codecs import ArrowCodec, BytesCodec, JsonCodec, NumpyCodec, PandasCodec, TextCodec
from dagnb.storage.values.paths import component, inside
from dagnb.storage.values.pickles import PickleCodec, instance_key

INLINE_LIMIT = 4096  # bytes
ENTRY_POINTS = "dagnb.value_types"
_WRITTEN_PLAINLY = ("json", "text")
_DIGEST_SIZE = 16  # hexadecimal digits


class FilesystemValueStore:
    """Keep values below a local folder, as ``<run>/<step>/<output>.<suffix>``.

    Args:
        root: the folder, made at first use.
        key_file: holds the key that pickles are signed with, made at first use.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> values = FilesystemValueStore(Path(folder.name, "values"), Path(folder.name, "key"))
    >>> reference = values.put([1, 2], run_id="r", step_key="load", output_name="result")
    >>> reference.codec, reference.inline, values.get(reference)
    ('json', '[1,2]', [1, 2])
    >>> folder.cleanup()
    """

    def __init__(self, root: str | os.PathLike[str], key_file: str | os.PathLike[str]) -> None:
        self.root = Path(root)
        self._key_file = Path(key_file)
        self._lock = threading.Lock()
        self._types: tuple[ValueType, ...] = _sorted(
            PandasCodec(), NumpyCodec(), ArrowCodec(), TextCodec(), BytesCodec(), JsonCodec()
        )
        self._pickle: PickleCodec | None = None
        self._scanned = False

    def put(self, value: Any, *, run_id: str, step_key: str, output_name: str) -> ValueReference:
        """Store the value: under 4 kB inside the reference, else in a file.

        Raises:
            DagnbValueError: it cannot be stored, not even pickled; or it holds a password.
        """
        where = f"{step_key} › {output_name}"
        value_type, data = self._encode(value, where)
        _refuse_secrets(data, where)
        digest = _digest(data)
        if len(data) < INLINE_LIMIT:
            inline = data.decode() if value_type.name in _WRITTEN_PLAINLY else base64.b64encode(data).decode()
            return ValueReference(codec=value_type.name, inline=inline, bytes=len(data), digest=digest)
        name = f"{component(output_name)}.{value_type.suffix}"
        address = "/".join((component(run_id), component(step_key), name))
        try:
            _write(self.root, inside(self.root, address), data)
        except OSError as error:
            raise DagnbValueError(
                "the value could not be written to the instance",
                where=where,
                got=error.strerror or str(error),
                hint=f"see whether {self.root} can be written and has room",
            ) from error
        return ValueReference(codec=value_type.name, address=address, bytes=len(data), digest=digest)

    def get(self, reference: ValueReference) -> Any:
        """Read the value back. Runs no code but that of pickles which this instance signed.

        Raises:
            DagnbValueError: it was not stored, is gone, was changed, or its signature is not this instance's.
        """
        if reference.codec is None:
            raise DagnbValueError("the value was not stored", got=reference.note, hint="run the step again to have it")
        value_type = self._named(reference.codec)
        data = _read(self.root, reference)
        if reference.digest is not None and _digest(data) != reference.digest:
            raise DagnbValueError(
                "a stored value was changed after its step wrote it, so it was not read",
                where=reference.address,
                hint="run the step again to make the value anew",
            )
        try:
            return value_type.decode(data)
        except DagnbError:
            raise
        except Exception as error:
            raise DagnbValueError(
                f"a stored value cannot be read as {reference.codec}",
                where=reference.address,
                got=f"{type(error).__name__}: {error}",
                hint="install what the step used when it ran, or run it again",
            ) from error

    def open_folder(self, run_id: str, step_key: str) -> str:
        """Return a local folder of the step's own, made on first use, for files kept beside its values."""
        folder = inside(self.root, "/".join((component(run_id), component(step_key), "files")))
        _make_folders(self.root, folder)
        return str(folder)

    def _encode(self, value: Any, where: str) -> tuple[ValueType, bytes]:
        for value_type in self._types:
            if value_type.accepts(value):
                try:
                    return value_type, value_type.encode(value)
                except Exception:  # noqa: BLE001, S112  # the next one takes it, at last the pickle
                    continue
        if not self._scanned:
            self._scan()
            return self._encode(value, where)
        pickle = self._pickles()
        try:
            return pickle, pickle.encode(value)
        except Exception as error:
            raise DagnbValueError(
                f"a value of type {type(value).__name__} cannot be stored",
                where=where,
                got=f"{type(error).__name__}: {error}"[:300],
                expected="a value that a value type takes, or that can be pickled",
                hint="give out what it was made from, or keep it in memory with persist=False",
            ) from error

    def _pickles(self) -> PickleCodec:
        if self._pickle is None:
            _make_folders(self._key_file.parent, self._key_file.parent)
            self._pickle = PickleCodec(instance_key(self._key_file))
        return self._pickle

    def _named(self, name: str) -> ValueType:
        if name == PickleCodec.name:
            return self._pickles()
        known: Mapping[str, ValueType] = {value_type.name: value_type for value_type in self._types}
        if name not in known and not self._scanned:
            self._scan()
            known = {value_type.name: value_type for value_type in self._types}
        if name in known:
            return known[name]
        near = nearest(name, known)
        raise DagnbValueError(
            f"no value type named {name} is installed",
            expected=f"one of {', '.join(sorted(known))}, pickle",
            hint=f"did you mean {near}?" if near else f"install the package that brings it ({ENTRY_POINTS})",
        )

    def _scan(self) -> None:
        """Add the value types that other packages bring, once, and only for a value that none of ours takes."""
        from importlib.metadata import entry_points

        with self._lock:
            if self._scanned:
                return
            ours = {value_type.name for value_type in self._types} | {PickleCodec.name}
            for point in entry_points(group=ENTRY_POINTS):
                if point.name in ours:
                    continue
                try:
                    self._types = _sorted(*self._types, point.load()())
                except Exception as error:  # noqa: BLE001  # a broken plug-in must not lose the values of others
                    text = f"the value type {point.name} ({point.value}) does not load: {error!r}"
                    warnings.warn(text, RuntimeWarning, stacklevel=2)
            self._scanned = True


def _sorted(*value_types: ValueType) -> tuple[ValueType, ...]:
    return tuple(sorted(value_types, key=lambda value_type: -value_type.priority))


def _refuse_secrets(data: bytes, where: str) -> None:
    from dagnb.config.secret import holds_secret, knows_secrets

    if knows_secrets() and holds_secret(data):
        raise DagnbValueError(
            "the value holds a secret, so it is not stored",
            where=where,
            hint="hand the secret over as the config of a resource instead",
        )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGEST_SIZE]


def _make_folders(root: Path, folder: Path) -> None:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = root
    for part in folder.relative_to(root).parts:
        made = made / part
        made.mkdir(mode=0o700, exist_ok=True)


def _write(root: Path, path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    # Without fsync: what a power cut takes, running the step again brings back.
    _make_folders(root, path.parent)
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _open_plainly(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _read(root: Path, reference: ValueReference) -> bytes:
    if reference.inline is not None:
        if reference.codec in _WRITTEN_PLAINLY:
            return reference.inline.encode()
        try:
            return base64.b64decode(reference.inline, validate=True)
        except binascii.Error as error:
            raise DagnbValueError("a value kept in its event is damaged", got=str(error)) from error
    if reference.address is None:
        raise DagnbValueError("the reference to a value says neither where nor what it is", got=repr(reference))
    path = inside(root, reference.address)
    try:
        # The opener's descriptor is closed by `open` also where it turns out to be a folder's.
        with open(path, "rb", opener=_open_plainly) as file:  # Path.open takes no opener
            return file.read()
    except OSError as error:
        raise DagnbValueError(
            "a stored value is gone" if isinstance(error, FileNotFoundError) else "a stored value cannot be read",
            where=str(path),
            got=error.strerror,
            hint="run the step again to make the value anew",
        ) from error
