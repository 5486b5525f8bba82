"""Names: what solids, pipelines, inputs, outputs, modes and resources may be called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError

T = TypeVar("T")

_VALID = re.compile(r"[A-Za-z0-9_]+")
_RESERVED = frozenset(
    {
        "arg_dict",
        "bool",
        "conf",
        "config",
        "context",
        "dict",
        "float",
        "input",
        "input_arg_dict",
        "int",
        "meta",
        "output",
        "output_arg_dict",
        "str",
        "type",
    }
)


def check_name(name: Any, what: str) -> str:
    """Return the name.

    Args:
        name: letters, digits and underscores.
        what: what is named, for the error.

    Raises:
        DagnbInvalidDefinitionError: it is not a text, has other characters, or is reserved.

    >>> check_name("load_flights", "solid")
    'load_flights'
    """
    if type(name) is str and _VALID.fullmatch(name) and name not in _RESERVED:
        return name
    if isinstance(name, str) and name in _RESERVED:
        raise DagnbInvalidDefinitionError(
            f"{_plural(what)} cannot be named {name}: the name is reserved", hint=f"call it my_{name}, for example"
        )
    suggestion = re.sub(r"[^A-Za-z0-9_]+", "_", str(name)).strip("_") or "my_" + what.rsplit(maxsplit=1)[-1]
    raise DagnbInvalidDefinitionError(
        f"{_plural(what)} cannot be named so",
        got=repr(name)[:80],
        expected="letters, digits and underscores",
        hint=f"for example {suggestion}",
    )


def _plural(what: str) -> str:
    return f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"


_NO_KEYS: frozenset[str] = frozenset()


def check_objects(given: Any, kind: type[T], argument: str, where: str) -> list[T]:
    """Return the definitions that an argument lists.

    Raises:
        DagnbInvalidDefinitionError: it is no list, or something else is in it.
    """
    if given is None:
        return []
    if isinstance(given, kind | str | Mapping) or not isinstance(given, Iterable):
        raise DagnbInvalidDefinitionError(
            f"{argument} takes a list", where=where, got=told(given), expected=f"[{kind.__name__}(...), ...]"
        )
    listed = list(given)
    for each in listed:
        if not isinstance(each, kind):
            raise DagnbInvalidDefinitionError(
                f"{argument} takes {kind.__name__} objects only", where=where, got=told(each)
            )
    return listed


def check_keys(keys: Iterable[str] | None, where: str, argument: str = "required_resource_keys") -> frozenset[str]:
    """Return the names of resources that something asks for.

    Raises:
        DagnbInvalidDefinitionError: a text, which is no set of names, or a name that is none.

    >>> sorted(check_keys(["db", "slack"], "solid post"))
    ['db', 'slack']
    """
    if not keys:
        return _NO_KEYS  # most need none; one empty set for all of them spares the collector thousands
    if isinstance(keys, str):
        raise DagnbInvalidDefinitionError(
            f"{argument} is a set of names", where=where, got=repr(keys)[:80], expected=f'{{"{keys}"}}'[:80]
        )
    for key in keys:
        if not isinstance(key, str):
            raise DagnbInvalidDefinitionError(f"{argument} is a set of names", where=where, got=told(key))
    return frozenset(keys)


def check_tags(tags: Mapping[str, Any] | None, where: str) -> dict[str, str]:
    """Return the tags as texts; values other than texts become JSON.

    Raises:
        DagnbInvalidDefinitionError: a key is not a text, or JSON cannot hold a value.
    """
    if not tags:
        return {}
    import json

    checked: dict[str, str] = {}
    for key, value in tags.items():
        if not isinstance(key, str):
            raise DagnbInvalidDefinitionError("a tag's key is a text", where=where, got=repr(key)[:80])
        if isinstance(value, str):
            checked[key] = value
            continue
        try:
            checked[key] = json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            raise DagnbInvalidDefinitionError(
                "a tag's value is a text or something that JSON can hold",
                where=f"{where} › tag {key}",
                got=told(value),
            ) from None
    return checked
