"""Requests as JSON gives them, checked: what a page may ask is what `dagnb.views.messages` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from dagnb.errors import DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.views.messages import Request

_KINDS: dict[str, type[Request]] = {cls.method: cls for cls in get_args(Request)}


def parse_request(request: Mapping[str, Any]) -> Request:
    """Return the request that a page's message stands for.

    Raises:
        DagnbNotFoundError: there is no such method.
        DagnbInvariantViolationError: a field is missing, unknown, or of another type.

    >>> parse_request({"method": "asset", "key": "flights.raw"})
    AssetRequest(key='flights.raw')
    """
    method = request.get("method")
    kind = _KINDS.get(method) if isinstance(method, str) else None
    if kind is None:
        raise DagnbNotFoundError("request", str(method)[:40], _KINDS)
    given = {key: value for key, value in request.items() if key != "method"}
    hints = _hints(kind.method)
    required = {field.name for field in fields(kind) if field.default is MISSING}
    for name in sorted(required - given.keys()):
        raise DagnbInvariantViolationError(f"the request {method} lacks the field {name}")
    for name, value in given.items():
        if name not in hints:
            raise DagnbInvariantViolationError(
                f"the request {method} has no field {str(name)[:40]}", expected=", ".join(hints)
            )
        if isinstance(value, list):
            given[name] = tuple(value)
        if not _fits(given[name], hints[name]):
            raise DagnbInvariantViolationError(
                f"the field {name} of the request {method} is of another type", got=f"{value!r:.40}"
            )
    return kind(**given)


@cache
def _hints(method: str) -> dict[str, Any]:
    kind = _KINDS[method]
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return isinstance(value, str) and value in get_args(hint)
    if get_origin(hint) is UnionType:
        return any(_fits(value, each) for each in get_args(hint))
    if get_origin(hint) is tuple:  # of any length
        return isinstance(value, tuple) and all(_fits(item, get_args(hint)[0]) for item in value)
    return isinstance(value, hint) and not isinstance(value, bool)
