"""Text that came from the environment: usable as text, hidden where things are shown."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Container, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Self, TypeVar, cast
from urllib.parse import quote

__all__ = [
    "MASK",
    "Secret",
    "holds_secret",
    "is_secret_name",
    "knows_secrets",
    "redact",
    "redact_tree",
    "remember_secret",
]

_T = TypeVar("_T")

MASK = "•••••"
# Shorter values ("1", "yes") stand everywhere by accident; hiding them would make text unreadable.
_SHORTEST = 4
# And shorter ones than this keep no value from being stored, for the same reason.
_SHORTEST_CERTAIN = 8
# The texts, and whether each is a password for certain.
_known: dict[str, bool] = {}
_pattern: re.Pattern[str] | None = None
# A URL with a login in it; a text that only a machine makes up.
_CREDENTIAL = re.compile(r"://[^/\s@]+:[^/\s@]+@|^(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_+=-]{16,}$")

_SECRET_NAME = re.compile(
    r"(?i)((^|_)pwd?|pass(word|wd|phrase)?|secret|token|credentials?|api_?key|private_?key|access_?key|auth)s?$"
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


def remember_secret(text: str, *, is_certain: bool = False) -> None:
    """Let `redact` hide `text` in this process from now on; texts under 4 characters are not kept.

    Args:
        text: what to hide, in plain text and as JSON, Python, HTML and URLs write it.
        is_certain: whether it is a password or the like, not just any text of the environment (a folder, a host):
            then a value that holds it is not stored either.
    """
    global _pattern  # noqa: PLW0603  # what was compiled of the texts known so far
    plain = str.__str__(text)
    if len(plain) < _SHORTEST:
        return
    certain = len(plain) >= _SHORTEST_CERTAIN and (is_certain or _CREDENTIAL.search(plain) is not None)
    if plain not in _known or (certain and not _known[plain]):
        _known[plain] = certain
        _pattern = None


def knows_secrets() -> bool:
    """Tell whether there is anything to hide."""
    return bool(_known)


def redact(text: str) -> str:
    """Return `text` with every secret that this process has resolved replaced by a mask."""
    global _pattern  # noqa: PLW0603  # compiled once for all the texts known so far
    if not _known:
        return text
    pattern = _pattern
    if pattern is None:
        forms = {form for secret in list(_known) for form in _forms(secret)}
        pattern = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))
        _pattern = pattern
    return pattern.sub(MASK, text)


def redact_tree(value: _T, *, keep: Container[str] = ()) -> _T:
    """Return the value with secrets masked in every text inside it; what holds none is returned itself.

    Args:
        value: a text, or a nest of dataclasses, mappings, lists and tuples; other things stay as they are.
        keep: fields and keys whose texts are names that others refer to, left as they are.

    >>> _ = Secret("hunter22")
    >>> redact_tree({"rows": 3, "log": ["login with hunter22"]})
    {'rows': 3, 'log': ['login with •••••']}
    """
    found: Any = _masked(value, keep) if _known else value
    return cast("_T", found)


def _masked(value: Any, keep: Container[str]) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {_masked(key, keep): item if key in keep else _masked(item, keep) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, keep) for item in value]
    if isinstance(value, tuple):
        items = [_masked(item, keep) for item in value]
        changed = any(new is not old for new, old in zip(items, value, strict=True))
        return value if not changed else type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for each in fields(value):
            old = getattr(value, each.name)
            new = old if each.name in keep else _masked(old, keep)
            if new is not old and new != old:
                changes[each.name] = new
        return replace(value, **changes) if changes else value
    return value


def holds_secret(data: bytes) -> bool:
    """Tell whether stored data would show a password or the like: a secret that is one for certain."""
    certain = [text for text, is_certain in list(_known.items()) if is_certain]
    return any(form.encode(errors="surrogatepass") in data for text in certain for form in _forms(text))


def _forms(text: str) -> set[str]:
    """Return the text as it is written in plain text, JSON, Python, HTML and URLs."""
    return {
        text,
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        repr(text)[1:-1],
        html.escape(text),
        quote(text, safe="", errors="surrogatepass"),
    }


def is_secret_name(name: object) -> bool:
    """Tell whether a field of this name probably holds a secret, so that errors hide what it holds.

    >>> is_secret_name("slack_token"), is_secret_name("tokens_per_batch")
    (True, False)
    """
    return isinstance(name, str) and _SECRET_NAME.search(name) is not None
