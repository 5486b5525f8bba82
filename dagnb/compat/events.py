"""What solids yield and raise, with the constructors of release 0.9.22 (`dagster.core.definitions.events`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dagnb._record import set_part
from dagnb.compat.check import ParameterCheckError, opt_str_param
from dagnb.compat.errors import DagsterInvalidAssetKey
from dagnb.events.keys import AssetKey as DagnbAssetKey
from dagnb.events.metadata import (
    EventMetadataEntry as DagnbMetadataEntry,
    FloatMetadataEntryData,
    IntMetadataEntryData,
    JsonMetadataEntryData as DagnbJsonData,
    MarkdownMetadataEntryData,
    MetadataEntryData,
    PathMetadataEntryData,
    TextMetadataEntryData,
    UrlMetadataEntryData,
)
from dagnb.events.user import (
    DEFAULT_OUTPUT,
    AssetMaterialization as DagnbMaterialization,
    ExpectationResult as DagnbExpectation,
    Failure,
    Output as DagnbOutput,
    RetryRequested,
)
from dagnb.types import TypeCheck

__all__ = [
    "AssetKey",
    "AssetMaterialization",
    "EventMetadataEntry",
    "ExpectationResult",
    "Failure",
    "FloatMetadataEntryData",
    "IntMetadataEntryData",
    "JsonMetadataEntryData",
    "MarkdownMetadataEntryData",
    "Materialization",
    "Output",
    "PathMetadataEntryData",
    "RetryRequested",
    "TextMetadataEntryData",
    "TypeCheck",
    "UrlMetadataEntryData",
]


class KeyPath(tuple[str, ...]):
    """The parts of an asset key: a tuple, as dagnb has them, and equal to a list, as 0.9.22 has them."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    __hash__ = tuple.__hash__

    def __ne__(self, other: object) -> bool:
        return not self == other


class AssetKey(DagnbAssetKey):
    """Name an asset: a text is one part, a list or tuple its parts.

    >>> AssetKey("a.b").path, AssetKey(["a", "b"]).path == ["a", "b"]
    (('a.b',), True)
    """

    __slots__ = ()

    def __init__(self, path: Any = None) -> None:
        parts = [path] if isinstance(path, str) else path
        if not isinstance(parts, list | tuple) or not all(isinstance(part, str) and part for part in parts):
            raise ParameterCheckError(f"an asset key takes a text, or a list or tuple of texts, got {path!r}"[:200])
        if not parts:
            raise DagsterInvalidAssetKey("an asset key needs at least one part", got=repr(path))
        set_part(self, "path", KeyPath(parts))

    def to_string(self, legacy: bool = False) -> str:
        """Return the key as a text: JSON, or, as before, its parts with dots between them."""
        return ".".join(self.path) if legacy else json.dumps(list(self.path))

    @staticmethod
    def from_db_string(asset_key_string: str) -> AssetKey | None:
        """Read back what `to_string` wrote."""
        if not asset_key_string:
            return None
        is_json = asset_key_string.startswith("[")
        return AssetKey(json.loads(asset_key_string) if is_json else asset_key_string.split("."))

    def __eq__(self, other: object) -> bool:
        return tuple(self.path) == tuple(other.path) if isinstance(other, DagnbAssetKey) else NotImplemented

    def __hash__(self) -> int:
        return super().__hash__()


def plain_key(given: Any) -> DagnbAssetKey:
    """Return an asset key as dagnb's events hold it; its path equals lists too."""
    made = DagnbAssetKey(given.path if isinstance(given, DagnbAssetKey) else given)
    set_part(made, "path", KeyPath(made.path))
    return made


class _StandsForBase(type):
    """A class whose calls make objects of its base, so that what dagnb records is of dagnb's own classes."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])


class JsonMetadataEntryData(DagnbJsonData, metaclass=_StandsForBase):
    """A JSON document; `data` is the document as Python data."""

    def __new__(cls, data: Any) -> Any:
        """Return dagnb's own record of the document."""
        return DagnbJsonData(json.dumps(data, ensure_ascii=False))


class EventMetadataEntry(DagnbMetadataEntry, metaclass=_StandsForBase):
    """A labelled fact; made by the factories.

    >>> EventMetadataEntry.int(3, "rows").entry_data.value
    3
    """

    def __new__(cls, label: str, description: str | None, entry_data: MetadataEntryData) -> Any:
        """Return dagnb's own entry."""
        return DagnbMetadataEntry(label, description, entry_data)

    @staticmethod
    def python_artifact(python_artifact: Any, label: str, description: str | None = None) -> DagnbMetadataEntry:
        """Make an entry that names a function or a class: its module and name, as a text."""
        name = f"{python_artifact.__module__}.{python_artifact.__name__}"
        return DagnbMetadataEntry.text(name, label, description)


class Output(DagnbOutput):
    """Hand a value on; `address` is taken, and without effect."""

    __slots__ = ("address",)

    def __init__(self, value: Any, output_name: str = DEFAULT_OUTPUT, address: str | None = None) -> None:
        super().__init__(value, output_name)
        self.address = address


class AssetMaterialization(DagnbMaterialization):
    """Say that an asset was written.

    >>> AssetMaterialization("slack.message").asset_key.path == ["slack", "message"]
    True
    """

    __slots__ = ()

    def __init__(
        self,
        asset_key: Any,
        description: str | None = None,
        metadata_entries: Iterable[DagnbMetadataEntry] | None = None,
        partition: str | None = None,
    ) -> None:
        super().__init__(plain_key(asset_key), opt_str_param(description, "description"), metadata_entries, partition)

    @property
    def label(self) -> str:
        """The key's parts with spaces between them."""
        return " ".join(self.asset_key.path)


class Materialization(AssetMaterialization):
    """Say that something was written; `AssetMaterialization` is what to write in its place."""

    __slots__ = ("_label",)

    def __init__(
        self,
        label: str | None = None,
        description: str | None = None,
        metadata_entries: Iterable[DagnbMetadataEntry] | None = None,
        asset_key: Any = None,
        partition: str | None = None,
        skip_deprecation_warning: bool = False,
    ) -> None:
        if not skip_deprecation_warning:
            import warnings

            warnings.warn("Materialization is deprecated; write AssetMaterialization", stacklevel=2)
        if asset_key is None and not label:
            raise ParameterCheckError("a Materialization takes a label or an asset_key")
        super().__init__(asset_key if asset_key is not None else label, description, metadata_entries, partition)
        self._label = label or " ".join(self.asset_key.path)

    @property
    def label(self) -> str:
        """What was written."""
        return self._label

    @classmethod
    def file(cls, path: Any, description: str | None = None, asset_key: Any = None) -> Materialization:
        """Say that a file was written."""
        text = str(path)
        entries = [EventMetadataEntry.fspath(text)]
        return cls(text, description, entries, asset_key or text, skip_deprecation_warning=True)


class ExpectationResult(DagnbExpectation):
    """Say whether the data is as expected; a label of None is "result"."""

    __slots__ = ()

    def __init__(
        self,
        success: bool,
        label: str | None = None,
        description: str | None = None,
        metadata_entries: Iterable[DagnbMetadataEntry] | None = None,
    ) -> None:
        super().__init__(success, label or DEFAULT_OUTPUT, description, metadata_entries)
