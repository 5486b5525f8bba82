"""Text that came from the environment: usable as text, hidden where things are shown."""

from __future__ import annotations

import re
from typing import Any, Self

__all__ = ["MASK", "Secret", "is_secret_name", "redact", "remember_secret"]

MASK = "•••••"
# Shorter values ("1", "yes") stand everywhere by accident; hiding them would make text unreadable.
_SHORTEST = 4
_known: set[str] = set()

_SECRET_NAME = re.compile(
    r"(?i)(pass(word|wd|phrase)?|secret|token|credentials?|api_?key|private_?key|access_?key|auth)s?$"
)


class Secret(str):
    """A str that hides itself in `repr`, and that `redact` knows.

    It is a real str: f-strings, clients and hashes see the text, so that solids can use it.

    >>> password = Secret("hunter22")
    >>> {"password": password}
    {'password': •••••}
    >>> redact("login with hunter22 failed")
    'login with ••••• failed'
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Remember the text, so that `redact` hides it."""
        remember_secret(text)
        return super().__new__(cls, text)

    def __repr__(self) -> str:
        return MASK

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str.__str__(self),)


def remember_secret(text: str) -> None:
    """Let `redact` hide `text` in this process from now on; texts under 4 characters are not kept."""
    if len(text) >= _SHORTEST:
        _known.add(str.__str__(text))


def redact(text: str) -> str:
    """Return `text` with every secret that this process has resolved replaced by a mask."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def is_secret_name(name: object) -> bool:
    """Tell whether a field of this name probably holds a secret, so that errors hide what it holds.

    >>> is_secret_name("slack_token"), is_secret_name("tokens_per_batch")
    (True, False)
    """
    return isinstance(name, str) and _SECRET_NAME.search(name) is not None
