"""The values of outputs, small ones inside their events, others in files of their own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import Any

from dagnb.errors import DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.folders import LocalFolder, open_folder
from dagnb.storage.values.paths import component
from dagnb.storage.values.value_types import ValueTypes

INLINE_LIMIT = 4096  # bytes
_WRITTEN_PLAINLY = ("json", "structure", "text")
_DIGEST_SIZE = 16  # hexadecimal digits


class FilesystemValueStore:
    """Keep values below a folder, as ``<run>/<step>/<output>.<suffix>``.

    Args:
        root: the folder, made at first use; or an address that fsspec knows, such as ``s3://bucket/values`` or
            ``memory://values``. Folders for files are local ones all the same, in ``values`` beside the key then.
        key_file: holds the key that pickles are signed with, made at first use.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> values = FilesystemValueStore(f"{folder.name}/values", f"{folder.name}/key")
    >>> reference = values.put([1, 2], run_id="r", step_key="load", output_name="result")
    >>> reference.codec, reference.inline, values.get(reference)
    ('json', '[1,2]', [1, 2])
    >>> folder.cleanup()
    """

    def __init__(self, root: str | os.PathLike[str], key_file: str | os.PathLike[str]) -> None:
        self.types = ValueTypes(key_file)
        self._folder = open_folder(root)
        beside = Path(key_file).with_name("values")
        self._local = self._folder if isinstance(self._folder, LocalFolder) else LocalFolder(beside)
        self.root = self._local.root

    def put(self, value: Any, *, run_id: str, step_key: str, output_name: str) -> ValueReference:
        """Store the value: under 4 kB inside the reference, else in a file.

        The reference of a value that is pickled though its kind has a value type says why in its `note`.

        Raises:
            DagnbValueError: it cannot be stored, not even pickled; or it holds a password.
            DagnbInstanceError: it has to be signed, and the instance's key cannot be read.
        """
        where = f"{step_key} › {output_name}"
        value_type, data, reason = self.types.encode(value, where)
        refuse_secrets(data, where)
        digest, name = _digest(data), value_type.name
        if len(data) < INLINE_LIMIT:
            inline = data.decode() if name in _WRITTEN_PLAINLY else base64.b64encode(data).decode()
            return ValueReference(codec=name, inline=inline, bytes=len(data), digest=digest, note=reason)
        file = f"{component(output_name)}.{value_type.suffix}"
        address = "/".join((component(run_id), component(step_key), file))
        try:
            self._folder.write(address, data)
        except OSError as error:
            raise DagnbValueError(
                "the value could not be written to the instance",
                where=where,
                got=error.strerror or str(error),
                hint=f"see whether {self._folder.place('').rstrip('/')} can be written and has room",
            ) from error
        return ValueReference(codec=name, address=address, bytes=len(data), digest=digest, note=reason)

    def get(self, reference: ValueReference) -> Any:
        """Read the value back. Runs no code but that of pickles which this instance signed.

        Raises:
            DagnbValueError: it was not stored, is gone, was changed, or its signature is not this instance's.
        """
        if reference.codec is None:
            raise DagnbValueError("the value was not stored", got=reference.note, hint="run the step again to have it")
        self.types.named(reference.codec)
        data = self._read(reference)
        if reference.digest is not None and _digest(data) != reference.digest:
            raise DagnbValueError(
                "a stored value was changed after its step wrote it, so it was not read",
                where=reference.address,
                hint="run the step again to make the value anew",
            )
        return self.types.decode(reference.codec, data, reference.address)

    def open_folder(self, run_id: str, step_key: str) -> str:
        """Return a local folder of the step's own, made on first use, for files kept beside its values."""
        return self._local.make_folder("/".join((component(run_id), component(step_key), "files")))

    def _read(self, reference: ValueReference) -> bytes:
        if reference.inline is None:
            if reference.address is None:
                raise DagnbValueError("the reference to a value says neither where nor what it is", got=repr(reference))
            return self._folder.read(reference.address)
        if reference.codec in _WRITTEN_PLAINLY:
            return reference.inline.encode()
        try:
            return base64.b64decode(reference.inline, validate=True)
        except binascii.Error as error:
            raise DagnbValueError("a value kept in its event is damaged", got=str(error)) from error


def refuse_secrets(data: bytes, where: str) -> None:
    """Refuse to write data that holds a password.

    Raises:
        DagnbValueError: it does.
    """
    from dagnb.config.secret import holds_secret, knows_secrets

    if knows_secrets() and holds_secret(data):
        raise DagnbValueError(
            "the value holds a secret, so it is not stored",
            where=where,
            hint="hand the secret over as the config of a resource instead",
        )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGEST_SIZE]
