"""Asset keys: what names a data asset over all runs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dagnb._record import Record, set_part
from dagnb.errors import DagnbInvalidDefinitionError

# What no name has in any script: ASCII but letters, digits and the underscore; spaces; what is invisible.
_SEPARATORS = re.compile(r"[\x00-/:-@\[-^`{-\x9f\s\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")


class AssetKey(Record):
    """Name an asset by a path of parts.

    A text is split at every run of spaces and signs other than the underscore (as in the 2020 system, so that
    ``"slack.message"`` is ``["slack", "message"]``; letters of any script stay); a list is taken as it is.

    Args:
        path: a text, or the parts themselves, at least one and none empty.

    Raises:
        DagnbInvalidDefinitionError: nothing is left of the text, or a part is empty or no text.

    >>> AssetKey("flights.raw") == AssetKey(["flights", "raw"])
    True
    >>> str(AssetKey(["models", "delay"]))
    'models.delay'
    """

    __slots__ = __match_args__ = ("path",)
    path: tuple[str, ...]

    def __init__(self, path: str | Iterable[str]) -> None:
        if isinstance(path, str):
            parts = tuple(part for part in _SEPARATORS.split(path) if part)
        else:
            given: object = path
            parts = tuple(given) if isinstance(given, Iterable) else ()
        if not parts or not all(isinstance(part, str) and part for part in parts):
            raise DagnbInvalidDefinitionError(
                "an asset key needs at least one part, each a text that is not empty",
                got=repr(path)[:80],
                expected='for example "flights.raw" or ["flights", "raw"]',
            )
        set_part(self, "path", parts)

    @classmethod
    def of(cls, key: AssetKey | str | Iterable[str]) -> AssetKey:
        """Return `key` itself when it is an asset key already, else make one of it."""
        return key if isinstance(key, AssetKey) else cls(key)

    @classmethod
    def from_storage(cls, text: str) -> AssetKey:
        """Read back what `to_storage` wrote."""
        import json

        return cls(json.loads(text))

    def to_storage(self) -> str:
        """Return the one text that stands for this key in a store; distinct keys give distinct texts."""
        import json

        return json.dumps(self.path, ensure_ascii=False, separators=(",", ":"))

    def __str__(self) -> str:
        return ".".join(self.path)
