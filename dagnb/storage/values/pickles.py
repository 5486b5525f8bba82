"""Values that only pickle can hold, signed with the instance's key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any

from dagnb.errors import DagnbInstanceError, DagnbValueError

_MAGIC = b"dagnb-pickle-1\n"
_SIGNATURE_SIZE = hashlib.sha256().digest_size
_KEY_SIZE = 32


class PickleCodec:
    """Anything else, pickled. Unpickling runs code, so only what this instance has signed is unpickled.

    Args:
        key: the instance's key.

    Raises:
        DagnbValueError: on decoding, when the signature is not this key's.

    >>> codec = PickleCodec(b"our key")
    >>> codec.decode(codec.encode({1, 2}))
    {1, 2}
    """

    name = "pickle"
    suffix = "pickle"
    priority = -100

    def __init__(self, key: bytes) -> None:
        self._key = key

    def accepts(self, value: Any) -> bool:  # noqa: ARG002  # of a ValueType
        """Take everything; what cannot be pickled is found out in the attempt."""
        return True

    def encode(self, value: Any) -> bytes:
        """Pickle the value, classes and functions of `__main__` by value, and sign it."""
        import cloudpickle

        payload: bytes = cloudpickle.dumps(value)
        return _MAGIC + self._sign(payload) + payload

    def decode(self, data: bytes) -> Any:
        """Unpickle what `encode` wrote, once its signature has been verified."""
        start = len(_MAGIC)
        signature, payload = data[start : start + _SIGNATURE_SIZE], data[start + _SIGNATURE_SIZE :]
        if not data.startswith(_MAGIC) or not hmac.compare_digest(signature, self._sign(payload)):
            raise DagnbValueError(
                "a pickled value is not signed by this instance, so it was not read: reading it could run code",
                got="data that was changed, or that another instance wrote",
                hint="run the step again to make the value anew",
            )
        import cloudpickle

        return cloudpickle.loads(payload)

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, _MAGIC + payload, "sha256")


def instance_key(key_file: Path) -> bytes:
    """Return the key in the file, made at first use and readable by its owner only.

    Raises:
        DagnbInstanceError: the file cannot be read or made, or holds something else.
    """
    try:
        if not key_file.exists():
            _make_key(key_file)
        key = key_file.read_bytes()
    except OSError as error:
        raise DagnbInstanceError(
            "the instance's key cannot be read",
            where=str(key_file),
            got=error.strerror or str(error),
            expected=f"a file of {_KEY_SIZE} bytes that you can read, or none yet",
            hint="put a backup in its place, or move it away: pickled values written so far will then be refused",
        ) from error
    if len(key) != _KEY_SIZE:
        raise DagnbInstanceError(
            "the instance's key is damaged",
            where=str(key_file),
            got=f"{len(key)} bytes",
            expected=f"{_KEY_SIZE} bytes",
            hint="put a backup in its place, or delete it: pickled values written so far will then be refused",
        )
    return key


def _make_key(key_file: Path) -> None:
    draft = key_file.with_name(f".{key_file.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_SIZE))
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, leaves alone the key that another process may have made meanwhile.
        os.link(draft, key_file)
    except FileExistsError:
        pass
    except OSError:
        if not draft.exists():
            raise
        draft.replace(key_file)  # a file system without links
    finally:
        draft.unlink(missing_ok=True)
