"""What the names in a composition function stand for: when one of them is defined again, it is composed anew."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dagnb.definitions.solid import SolidDefinition

_ABSENT = object()


def referred(function: object) -> list[Any]:
    """Return what the names in a function stand for now, and those in functions beside it that it names."""
    if not isinstance(function, types.FunctionType):
        return []
    return [each.current() if isinstance(each, SolidDefinition) else each for each in _referred(function, set())]


def are_same(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """Tell whether two functions' names stand for the same things."""
    return len(left) == len(right) and all(a is b for a, b in zip(left, right, strict=True))


def _referred(function: types.FunctionType, seen: set[types.CodeType]) -> Iterator[Any]:
    seen.add(function.__code__)
    values = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    values += _named(function.__code__, function.__globals__)
    for value in values:
        yield value
        is_helper = type(value) is types.FunctionType and value.__globals__ is function.__globals__
        if is_helper and value.__code__ not in seen:
            yield from _referred(value, seen)


def _named(code: types.CodeType, names: Mapping[str, Any]) -> Iterator[Any]:
    for name in code.co_names:
        yield names.get(name, _ABSENT)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _named(constant, names)


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


__all__ = ["are_same", "referred"]
