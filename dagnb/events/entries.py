"""Check the metadata entries that somebody hands in, without loading the kinds when there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagnb.events.metadata import EventMetadataEntry


def check_entries(entries: Iterable[EventMetadataEntry] | None, where: str) -> tuple[EventMetadataEntry, ...]:
    """Return the entries as a tuple.

    Raises:
        DagnbInvalidDefinitionError: one of them is not an `EventMetadataEntry`.
    """
    checked = tuple(entries or ())
    if not checked:
        return ()
    from dagnb.errors import DagnbInvalidDefinitionError
    from dagnb.events.metadata import EventMetadataEntry

    for entry in checked:
        if not isinstance(entry, EventMetadataEntry):
            raise DagnbInvalidDefinitionError(
                "metadata_entries takes metadata entries only",
                where=where,
                got=f"{type(entry).__name__} {entry!r}"[:120],
                expected='for example EventMetadataEntry.int(3, "rows")',
            )
    return checked
