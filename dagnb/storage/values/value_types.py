"""Which value type writes a value, and which one reads it back."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dagnb.contracts.stores import ValueType
from dagnb.errors import DagnbError, DagnbValueError, nearest
from dagnb.storage.values.codecs import ArrowCodec, BytesCodec, JsonCodec, NumpyCodec, PandasCodec, TextCodec
from dagnb.storage.values.pickles import PickleCodec, instance_key
from dagnb.storage.values.polars_tables import PolarsCodec, PolarsLazyCodec, PolarsSeriesCodec
from dagnb.storage.values.structures import StructureCodec, is_structure

ENTRY_POINTS = "dagnb.value_types"
_LONGEST_REASON = 200  # characters


class Encoded(NamedTuple):
    """A value as bytes; `reason` says why a pickle holds what has a value type of its own."""

    value_type: ValueType
    data: bytes
    reason: str | None = None


class ValueTypes:
    """The value types of an instance: dagnb's own, those of other packages, and at last the signed pickle.

    Args:
        key_file: holds the key that pickles are signed with, made at first use.
    """

    def __init__(self, key_file: str | os.PathLike[str]) -> None:
        self._key_file = Path(key_file)
        self._lock = threading.Lock()
        self._types: tuple[ValueType, ...] = _sorted(
            PandasCodec(),
            NumpyCodec(),
            PolarsCodec(),
            PolarsLazyCodec(),
            PolarsSeriesCodec(),
            ArrowCodec(),
            TextCodec(),
            BytesCodec(),
            JsonCodec(),
        )
        self._signed: tuple[StructureCodec, PickleCodec] | None = None
        self._scanned = False

    def encode(self, value: Any, where: str) -> Encoded:
        """Write a value with the first type that takes it and can.

        Args:
            value: the value.
            where: names it in an error.

        Raises:
            DagnbValueError: it cannot be stored, not even pickled.
            DagnbInstanceError: it has to be signed, and the instance's key cannot be read.
        """
        reason: str | None = None
        for value_type in self._types:
            if value_type.accepts(value):
                try:
                    return Encoded(value_type, value_type.encode(value))
                except Exception as error:  # noqa: BLE001  # the next one takes it, at last the pickle
                    reason = _reason(value_type, error)
        if not self._scanned:
            self._scan()
            return self.encode(value, where)
        structures, pickles = self._signing()
        if is_structure(value):
            try:
                return Encoded(structures, structures.encode(value))
            except Exception as error:  # noqa: BLE001  # as above
                reason = _reason(structures, error)
        try:
            return Encoded(pickles, pickles.encode(value), reason)
        except Exception as error:
            raise DagnbValueError(
                f"a value of type {type(value).__name__} cannot be stored",
                where=where,
                got=f"{type(error).__name__}: {error}"[:300],
                expected="a value that a value type takes, or that can be pickled",
                hint="give out what it was made from, or keep it in memory with persist=False",
            ) from error

    def decode(self, name: str, data: bytes, where: str | None) -> Any:
        """Read a value. Runs no code but that of pickles which this instance signed.

        Args:
            name: the value type.
            data: what it wrote.
            where: names it in an error.

        Raises:
            DagnbValueError: it is something else, or its signature is not this instance's.
        """
        value_type = self.named(name)
        try:
            return value_type.decode(data)
        except DagnbError:
            raise
        except Exception as error:
            raise DagnbValueError(
                f"a stored value cannot be read as {name}",
                where=where,
                got=f"{type(error).__name__}: {error}",
                hint="install what the step used when it ran, or run it again",
            ) from error

    def named(self, name: str) -> ValueType:
        """Return a value type by its name.

        Raises:
            DagnbValueError: no package that is installed brings it.
        """
        known = self._by(lambda value_type: value_type.name, name)
        if name in known:
            return known[name]
        near = nearest(name, known)
        raise DagnbValueError(
            f"no value type named {name} is installed",
            expected=f"one of {', '.join(sorted(known))}",
            hint=f"did you mean {near}?" if near else f"install the package that brings it ({ENTRY_POINTS})",
        )

    def with_suffix(self, suffix: str) -> ValueType | None:
        """Return the value type that writes files with this suffix; None when there is none."""
        return self._by(lambda value_type: value_type.suffix, suffix).get(suffix)

    def _by(self, part: Any, wanted: str) -> Mapping[str, ValueType]:
        # Reading must work without a key for all but what is signed.
        signed = self._signing() if wanted in _SIGNED else ()
        known = {part(value_type): value_type for value_type in (*signed, *reversed(self._types))}
        if wanted not in known and not self._scanned:
            self._scan()
            return self._by(part, wanted)
        return known

    def _signing(self) -> tuple[StructureCodec, PickleCodec]:
        if self._signed is None:
            self._key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            key = instance_key(self._key_file)
            self._signed = (StructureCodec(key), PickleCodec(key))
        return self._signed

    def _scan(self) -> None:
        """Add the value types that other packages bring, once, and only for a value that none of ours takes."""
        from importlib.metadata import entry_points

        with self._lock:
            if self._scanned:
                return
            ours = {value_type.name for value_type in self._types} | _SIGNED
            for point in entry_points(group=ENTRY_POINTS):
                if point.name in ours:
                    continue
                try:
                    self._types = _sorted(*self._types, point.load()())
                except Exception as error:  # noqa: BLE001  # a broken plug-in must not lose the values of others
                    text = f"the value type {point.name} ({point.value}) does not load: {error!r}"
                    warnings.warn(text, RuntimeWarning, stacklevel=2)
            self._scanned = True


_SIGNED = {StructureCodec.name, StructureCodec.suffix, PickleCodec.name, PickleCodec.suffix}


def _sorted(*value_types: ValueType) -> tuple[ValueType, ...]:
    return tuple(sorted(value_types, key=lambda value_type: -value_type.priority))


def _reason(value_type: ValueType, error: Exception) -> str:
    return f"not kept as {value_type.name}: {error}"[:_LONGEST_REASON]
