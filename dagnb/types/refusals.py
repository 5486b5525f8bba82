"""What is said of annotations that cannot be types: each with what stands in its place."""

from __future__ import annotations

import types
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import short_value

__all__ = ["refused_config", "refused_form", "refused_value"]

#: Forms of typing that say nothing of a value, and what to write.
FORMS = {
    "Never": "Nothing, or None as the annotation, when there is no value",
    "NoReturn": "Nothing, or None as the annotation, when there is no value",
    "Optional": "Optional[int], or int | None",
    "Union": "Union[int, str], or int | str",
    "Literal": 'Literal["JFK", "LGA"]',
    "Annotated": "Annotated[int, ...], or the type itself",
    "Final": "the type itself",
    "ClassVar": "the type itself",
    "TypeGuard": "bool",
    "TypeIs": "bool",
    "Unpack": "tuple[int, ...], or dict[str, int]",
    "Concatenate": "Callable",
    "Required": "the type itself",
    "NotRequired": "int | None",
    "ReadOnly": "the type itself",
}
_CONFIG = {
    "Array": "List[...], or list[...]",
    "Noneable": "Optional[...], or ... | None",
    "Shape": "dict, a TypedDict or a dataclass",
    "Permissive": "dict",
    "Map": "Dict[String, ...], or dict[str, ...]",
    "Selector": "dict",
    "Enum": "the Python enum itself, or Literal[...]",
    "ScalarUnion": "a union, int | dict",
    "StringSource": "String, or str; the run config of an input takes no environment variables",
    "IntSource": "Int, or int",
    "BoolSource": "Bool, or bool",
}


def refused_form(name: str) -> DagnbInvalidDefinitionError:
    """Return the error for a form of `typing` that says nothing of a value.

    >>> print(refused_form("Never"))
    this form of typing is not a type of values
      got: Never
      expected: Nothing, or None as the annotation, when there is no value
    """
    return DagnbInvalidDefinitionError(
        "this form of typing is not a type of values", got=name, expected=FORMS.get(name, "a class or a typing form")
    )


def refused_config(annotation: Any, symbol: str) -> DagnbInvalidDefinitionError:
    """Return the error for a type of config that stands where a type of values should."""
    return DagnbInvalidDefinitionError(
        "this is a type of config, not of inputs and outputs",
        got=symbol or short_value(annotation),
        expected=_CONFIG.get(symbol, "Any, Bool, Float, Int, String, Nothing, List[...], Dict[...], a class"),
        hint="types of config belong into config_schema",
    )


def refused_value(annotation: Any) -> DagnbInvalidDefinitionError:
    """Return the error for a value that stands where a type should.

    >>> print(refused_value([int]))
    this is not a type
      got: a list of 1
      expected: list[int]
      next: to check nothing, use Any
    """
    return DagnbInvalidDefinitionError(
        "this is not a type", got=short_value(annotation), expected=_meant(annotation), hint="to check nothing, use Any"
    )


def _meant(annotation: Any) -> str:
    kind = type(annotation)
    if kind in {list, tuple, set, frozenset, dict} and annotation:
        return _meant_members(annotation)
    if isinstance(annotation, types.FunctionType | types.BuiltinFunctionType | types.MethodType):
        return f"DagnbType({getattr(annotation, '__name__', 'check')}, name=...)"
    if kind in {int, float, bool, str, bytes}:
        return f"{kind.__name__}, or Literal[{annotation!r}]"[:80]
    if kind.__module__.startswith("dagnb.types."):
        return "create_dataframe_type(name, columns=[...], dataframe_constraints=[...])"
    return "a class, a typing form, or a type made with DagnbType, PythonObjectType or create_dataframe_type"


def _meant_members(annotation: Any) -> str:
    words = [_word(member) for member in annotation]
    if isinstance(annotation, dict):
        key, value = next(iter(annotation.items()))
        if len(annotation) == 1 and isinstance(key, type):
            return f"dict[{_word(key)}, {_word(value)}]"
        return "dict, a TypedDict or a dataclass; a dict of types is a schema of config"
    if isinstance(annotation, set | frozenset):
        return f"set[{' | '.join(sorted(words))}]"
    if isinstance(annotation, list) and len(words) == 1:
        return f"list[{words[0]}]"
    return f"tuple[{', '.join(words)}] for a tuple, or {' | '.join(words)} for one of them"


def _word(member: Any) -> str:
    return member.__name__ if isinstance(member, type) else "..."
