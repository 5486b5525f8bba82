"""The words for what a config place expects and what stands there."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import pathlib
import uuid
from collections.abc import Iterable
from typing import Any

from dagnb.config.schema import (
    ArrayNode,
    EnumNode,
    Limits,
    MapNode,
    ModelNode,
    NoneableNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
)

__all__ = ["describe_expected", "describe_got", "describe_kind", "list_names", "write_scalar"]

_NOUNS = {
    ScalarKind.ANY: "any value",
    ScalarKind.BOOL: "true or false",
    ScalarKind.INT: "an integer",
    ScalarKind.FLOAT: "a number",
    ScalarKind.STRING: "text",
}
_LEAVES: dict[Any, str] = {
    dt.date: "a date such as 2024-06-30",
    dt.datetime: "a time such as 2024-06-30T14:08:00Z",
    dt.time: "a time of day such as 14:08",
    dt.timedelta: "a duration, as seconds or such as PT15M",
    decimal.Decimal: "a decimal number",
    pathlib.Path: "a path",
    uuid.UUID: "a UUID",
}
_SHOWN_NAMES = 8
_SHOWN_CHARACTERS = 40
_LONGEST_WHOLE = 1e15


def describe_expected(node: SchemaNode) -> str:  # noqa: C901, PLR0911 - one branch a kind of node
    """Say which values `node` accepts, as the object of "expected".

    >>> describe_expected(ScalarNode(ScalarKind.INT, Limits(ge=2, le=20)))
    'an integer from 2 to 20'
    """
    match node:
        case ScalarNode(kind, limits):
            return _NOUNS[kind] + _describe_limits(limits, kind)
        case SourceNode(kind):
            return f"{_NOUNS[kind]} or {{env: NAME}}"
        case NoneableNode(inner):
            return f"{describe_expected(inner)} or null"
        case ArrayNode(item, limits):
            of = "" if item == ScalarNode(ScalarKind.ANY) else f", each {describe_expected(item)}"
            return f"a list{_describe_limits(limits, None)}{of}"
        case EnumNode(_, choices):
            return _one_of([write_scalar(choice.config_value) for choice in choices])
        case SelectorNode(fields):
            return f"a mapping with exactly one of {list_names(fields)}"
        case MapNode(_, value):
            of = "" if value == ScalarNode(ScalarKind.ANY) else f", each value {describe_expected(value)}"
            return f"a mapping{of}"
        case ScalarUnionNode(scalar, non_scalar):
            return f"{describe_expected(scalar)}, or {describe_expected(non_scalar)}"
        case ShapeNode(fields):
            return f"a mapping with {list_names(fields)}" if fields else "a mapping"
        case ModelNode(model, name):
            return _LEAVES.get(model) or _describe_model(node, name)


def _describe_model(node: ModelNode, name: str) -> str:
    from dagnb.config.models import outline

    inner = outline(node)
    if inner == ScalarNode(ScalarKind.ANY):
        return _with_article(name)
    return describe_expected(inner)


def _with_article(name: str) -> str:
    """Write a type's name as the object of "expected"; what is no single name, such as ``int | str``, stands alone."""
    if not name.isidentifier():
        return name
    return f"an {name}" if name[0] in "AEIOaeio" else f"a {name}"


def describe_got(value: object, *, hide: bool = False) -> str:
    """Say what `value` is, shortened; with `hide` only of which kind it is.

    >>> describe_got("ninety"), describe_got("hunter2", hide=True), describe_got([1, 2])
    ('the text "ninety"', 'a text', 'a list of 2 items')
    """
    if value is None:
        return "null"
    if hide or not isinstance(value, (bool, int, float, str)):
        return describe_kind(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {_shorten(str(value))}"
    return f"the text {json.dumps(_shorten(str(value)), ensure_ascii=False)}"


def describe_kind(value: object) -> str:  # noqa: PLR0911 - one return a kind
    """Say of which kind `value` is, and nothing of what is in it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return f"a mapping of {len(value)} {'entry' if len(value) == 1 else 'entries'}"
        case list() | tuple():
            kind = "list" if isinstance(value, list) else "tuple"
            return f"a {kind} of {len(value)} {'item' if len(value) == 1 else 'items'}"
        case _:
            return f"an object of type {type(value).__name__}"


def list_names(names: Iterable[str]) -> str:
    """Join names for reading, the first eight of them.

    >>> list_names(["a", "b"])
    'a, b'
    """
    every = list(names)
    shown = ", ".join(every[:_SHOWN_NAMES])
    rest = len(every) - _SHOWN_NAMES
    return f"{shown} and {rest} more" if rest > 0 else shown


def write_scalar(value: object) -> str:
    """Write a scalar as one reads it in YAML: null, true, 5, dep_delay."""
    if isinstance(value, str):
        return value if value and value.strip() == value else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, default=str)


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _one_of(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"one of {list_names(values)}"


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < _LONGEST_WHOLE else str(value)


def _describe_limits(limits: Limits, kind: ScalarKind | None) -> str:
    parts = _describe_range(limits)
    if limits.multiple_of is not None:
        parts.append(f"that is a multiple of {_number(limits.multiple_of)}")
    unit = "item" if kind is None else "character"
    low, high = limits.min_length, limits.max_length
    if low is not None and high is not None:
        parts.append(f"of {low} to {high} {unit}s" if low != high else f"of {_count(low, unit)}")
    elif low is not None:
        parts.append(f"of at least {_count(low, unit)}")
    elif high is not None:
        parts.append(f"of at most {_count(high, unit)}")
    if limits.pattern is not None:
        parts.append(f"that matches {limits.pattern}")
    return "".join(f" {part}" for part in parts)


def _describe_range(limits: Limits) -> list[str]:
    if limits.ge is not None and limits.le is not None:
        return [f"from {_number(limits.ge)} to {_number(limits.le)}"]
    words = (
        ("of at least", limits.ge),
        ("above", limits.gt),
        ("of at most", limits.le),
        ("below", limits.lt),
    )
    stated = [f"{word} {_number(bound)}" for word, bound in words if bound is not None]
    return [" and ".join(stated)] if stated else []


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" + ("" if number == 1 else "s")
