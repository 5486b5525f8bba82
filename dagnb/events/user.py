"""What a solid's body yields and raises. Argument order is that of the slides."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbError, DagnbInvalidDefinitionError
from dagnb.events.entries import check_entries
from dagnb.events.keys import AssetKey

if TYPE_CHECKING:
    from dagnb.events.metadata import EventMetadataEntry

DEFAULT_OUTPUT = "result"


class Output:
    """Hand a value to the solids downstream.

    Args:
        value: the value.
        output_name: which output of the solid it is for (default "result").
        metadata_entries: facts about the value, kept on its event.

    >>> Output(3).output_name
    'result'
    """

    __slots__ = ("metadata_entries", "output_name", "value")

    def __init__(
        self,
        value: Any,
        output_name: str = DEFAULT_OUTPUT,
        metadata_entries: Iterable[EventMetadataEntry] | None = None,
    ) -> None:
        if not isinstance(output_name, str):
            raise DagnbInvalidDefinitionError(
                "Output takes the value first and the output's name second",
                got=f"an output name of type {type(output_name).__name__}",
                expected='Output(value, "name")',
            )
        self.value = value
        self.output_name = output_name
        self.metadata_entries = check_entries(metadata_entries, "Output") if metadata_entries else ()

    def __repr__(self) -> str:
        return f"Output({type(self.value).__name__}, {self.output_name!r})"


class DynamicOutput(Output):
    """Hand on one of the values of a dynamic output.

    Args:
        value: the value.
        mapping_key: names it among the values of the output: letters, digits and underscores. It becomes part of the
            keys of the steps that are mapped over it.
        output_name: which output of the solid it is for (default "result").
        metadata_entries: facts about the value, kept on its event.

    Raises:
        DagnbInvalidDefinitionError: the key has other characters.

    >>> DynamicOutput(3, "three").mapping_key
    'three'
    """

    __slots__ = ("mapping_key",)

    def __init__(
        self,
        value: Any,
        mapping_key: str,
        output_name: str = DEFAULT_OUTPUT,
        metadata_entries: Iterable[EventMetadataEntry] | None = None,
    ) -> None:
        super().__init__(value, output_name, metadata_entries)
        key: object = mapping_key
        if not isinstance(key, str) or not (key.isascii() and key.replace("_", "a").isalnum()):
            raise DagnbInvalidDefinitionError(
                "a mapping key cannot be written so",
                where=f"DynamicOutput of {output_name}",
                got=repr(mapping_key)[:80],
                expected="letters, digits and underscores",
            )
        self.mapping_key = mapping_key

    def __repr__(self) -> str:
        return f"DynamicOutput({type(self.value).__name__}, {self.mapping_key!r}, {self.output_name!r})"


class AssetMaterialization:
    """Say that the solid has written a data asset.

    Args:
        asset_key: names the asset, for example ``"flights.raw"``.
        description: one line about this materialization.
        metadata_entries: facts about it; they become columns of the asset's history.
        partition: which partition of the asset was written.

    Raises:
        DagnbInvalidDefinitionError: the key is empty, or an entry is not a metadata entry.

    >>> str(AssetMaterialization("flights.raw").asset_key)
    'flights.raw'
    """

    __slots__ = ("asset_key", "description", "metadata_entries", "partition")

    def __init__(
        self,
        asset_key: AssetKey | str | Iterable[str],
        description: str | None = None,
        metadata_entries: Iterable[EventMetadataEntry] | None = None,
        partition: str | None = None,
    ) -> None:
        self.asset_key = AssetKey.of(asset_key)
        self.description = description
        self.metadata_entries = check_entries(metadata_entries, f"AssetMaterialization {self.asset_key}")
        self.partition = partition

    @classmethod
    def file(
        cls,
        path: str | os.PathLike[str],
        description: str | None = None,
        asset_key: AssetKey | str | Iterable[str] | None = None,
    ) -> AssetMaterialization:
        """Say that a file was written; the key is its path unless another is given."""
        from dagnb.events.metadata import EventMetadataEntry

        text = os.fspath(path)
        return cls(asset_key or text, description, [EventMetadataEntry.fspath(text)])

    def __repr__(self) -> str:
        return f"AssetMaterialization({str(self.asset_key)!r})"


class ExpectationResult:
    """Say whether the data is as expected; it never fails the step by itself.

    Args:
        success: whether it is.
        label: names the expectation (default "result").
        description: what was expected.
        metadata_entries: facts about it.
    """

    __slots__ = ("description", "label", "metadata_entries", "success")

    def __init__(
        self,
        success: bool,  # noqa: FBT001  # the argument order of the slides' API
        label: str = DEFAULT_OUTPUT,
        description: str | None = None,
        metadata_entries: Iterable[EventMetadataEntry] | None = None,
    ) -> None:
        self.success = bool(success)
        self.label = label
        self.description = description
        self.metadata_entries = check_entries(metadata_entries, f"ExpectationResult {label}")

    def __repr__(self) -> str:
        return f"ExpectationResult({self.success}, {self.label!r})"


class Failure(DagnbError):
    """Raise it in a solid to fail the step with metadata that is kept with the failure.

    Args:
        description: what failed.
        metadata_entries: facts about it.
        allow_retries: False to fail the step even when a retry policy would try again (default True).

    >>> from dagnb import EventMetadataEntry
    >>> Failure("too few rows", [EventMetadataEntry.int(3, "rows")]).metadata_entries[0].value
    3
    """

    def __init__(
        self,
        description: str | None = None,
        metadata_entries: Iterable[EventMetadataEntry] | None = None,
        *,
        allow_retries: bool = True,
    ) -> None:
        self.description = description
        self.allow_retries = allow_retries
        self.metadata_entries = check_entries(metadata_entries, "Failure")
        super().__init__(description or "the solid failed")


class RetryRequested(DagnbError):
    """Raise it in a solid to have the step tried again.

    Args:
        max_retries: how many times at the most (default 1).
        seconds_to_wait: how long to wait before it (default not at all).
    """

    def __init__(self, max_retries: int = 1, seconds_to_wait: float | None = None) -> None:
        self.max_retries = max_retries
        self.seconds_to_wait = seconds_to_wait
        super().__init__("the solid asked to be tried again")


UserEvent = Output | AssetMaterialization | ExpectationResult
