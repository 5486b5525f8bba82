"""Pickle files that loaders read and materializers write: signed by the instance, because reading one runs its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from dagnb.errors import DagnbValueError

__all__ = ["PickleSigner", "read_pickle", "write_pickle"]


class PickleSigner(Protocol):
    """What pickles a value and signs it, and reads only what it has signed: ``context.instance.pickles``."""

    def encode(self, value: Any) -> bytes:
        """Pickle the value and sign it."""
        ...

    def decode(self, data: bytes) -> Any:
        """Read what `encode` wrote.

        Raises:
            DagnbValueError: somebody else wrote it, or it was changed.
        """
        ...


def _signer(context: Any, path: str) -> PickleSigner:
    signer: PickleSigner | None = getattr(getattr(context, "instance", None), "pickles", None)
    if signer is None:
        raise DagnbValueError(
            "there is no instance at hand whose signature tells a pickle that is safe to read",
            where=path,
            expected="a run with an instance",
            hint="keep the value as json, or a frame as parquet: these run no code when they are read",
        )
    return signer


def read_pickle(context: Any, path: str) -> Any:
    """Read a pickle file that this instance has written.

    Raises:
        DagnbValueError: it carries no signature of the instance; unpickling it could run anybody's code.
    """
    signer = _signer(context, path)
    data = Path(path).read_bytes()
    try:
        return signer.decode(data)
    except DagnbValueError as error:
        raise DagnbValueError(
            "a pickle file was not read: it is not signed by this instance, and reading it could run code",
            where=path,
            got="a file that another program or instance wrote, or that was changed",
            expected="a file that a run of this instance materialized",
            hint="read it yourself in a solid if you trust it, or keep the value as json or parquet",
        ) from error


def write_pickle(context: Any, path: str, value: Any) -> None:
    """Write a pickle file with the instance's signature, which `read_pickle` asks for.

    Raises:
        DagnbValueError: there is no instance at hand.
    """
    Path(path).write_bytes(_signer(context, path).encode(value))
