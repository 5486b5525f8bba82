"""Annotations that cannot be types are refused with what stands in their place."""

from __future__ import annotations

import typing

import pytest

from dagnb.config import (
    Array,
    BoolSource,
    Enum,
    EnumValue,
    IntSource,
    Noneable,
    Permissive,
    Selector,
    Shape,
    StringSource,
)
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import PandasColumn, UniqueColumnsConstraint, resolve_type


def is_even(value: int) -> bool:
    return value % 2 == 0


T = typing.TypeVar("T", bound=int)


@pytest.mark.parametrize(
    ("annotation", "instead"),
    [
        ([int], "list[int]"),
        ([int, str], "tuple[int, str] for a tuple, or int | str for one of them"),
        ((int, str), "tuple[int, str] for a tuple, or int | str for one of them"),
        ({str}, "set[str]"),
        ({str: int}, "dict[str, int]"),
        ({"a": int}, "dict, a TypedDict or a dataclass; a dict of types is a schema of config"),
        (3, "int, or Literal[3]"),
        (is_even, "DagnbType(is_even, name=...)"),
        (len, "DagnbType(len, name=...)"),
        (PandasColumn.exists("a"), "create_dataframe_type(name, columns=[...], dataframe_constraints=[...])"),
        (UniqueColumnsConstraint(["a"]), "create_dataframe_type(name, columns=[...], dataframe_constraints=[...])"),
    ],
)
def test_a_value_is_refused_with_the_type_that_was_meant(annotation: object, instead: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="this is not a type") as raised:
        resolve_type(annotation)
    assert raised.value.expected == instead


@pytest.mark.parametrize(
    ("annotation", "instead"),
    [
        (typing.Never, "Nothing, or None as the annotation, when there is no value"),
        (typing.NoReturn, "Nothing, or None as the annotation, when there is no value"),
        (typing.Optional, "Optional[int], or int | None"),
        (typing.Literal, 'Literal["JFK", "LGA"]'),
        (typing.ClassVar, "the type itself"),
        (typing.TypeGuard[int], "bool"),
        (list[typing.Never], "Nothing, or None as the annotation, when there is no value"),
    ],
)
def test_a_form_that_says_nothing_of_a_value_is_refused(annotation: object, instead: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="this form of typing is not a type of values") as raised:
        resolve_type(annotation)
    assert raised.value.expected == instead


@pytest.mark.parametrize(
    ("annotation", "instead"),
    [
        (Array(int), "List[...], or list[...]"),
        (Noneable(int), "Optional[...], or ... | None"),
        (Shape({"a": int}), "dict, a TypedDict or a dataclass"),
        (Permissive({"a": int}), "dict"),
        (Selector({"a": int}), "dict"),
        (Enum("E", [EnumValue("a")]), "the Python enum itself, or Literal[...]"),
        (StringSource, "String, or str; the run config of an input takes no environment variables"),
        (IntSource, "Int, or int"),
        (BoolSource, "Bool, or bool"),
    ],
)
def test_a_type_of_config_is_refused_with_the_type_of_values(annotation: object, instead: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="this is a type of config") as raised:
        resolve_type(annotation)
    assert raised.value.expected == instead
    assert raised.value.hint == "types of config belong into config_schema"


def test_a_bound_type_variable_is_at_least_its_bound() -> None:
    assert resolve_type(T).name == "int"
    assert resolve_type(list[T]).name == "list[int]"  # type: ignore[valid-type]  # no function binds it here
    assert resolve_type(typing.LiteralString).name == "str"
