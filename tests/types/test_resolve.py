"""Annotations become types."""

from __future__ import annotations

import collections.abc
import enum
import pathlib
import pickle
import typing
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from dagnb.config import fields as config_fields
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import (
    Any,
    Bool,
    DagnbType,
    Dict,
    Float,
    Int,
    List,
    Nothing,
    Optional,
    PythonObjectType,
    Set,
    String,
    Tuple,
    annotated_types,
    check_type,
    make_python_type_usable_as_dagnb_type,
    resolve_type,
    usable_as_dagnb_type,
)
from dagnb.types.frames import DataFrame

Even = DagnbType(lambda _, value: value % 2 == 0, name="Even")


class Colour(enum.Enum):
    RED = 1


@dataclass
class Leg:
    miles: int


T = typing.TypeVar("T")


class Box(typing.Generic[T]):
    pass


class Sized(typing.Protocol):
    def size(self) -> int: ...


class Row(typing.TypedDict):
    carrier: str


Miles = typing.NewType("Miles", int)


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (int, "int"),
        (None, "Nothing"),
        (object, "Any"),
        (typing.Any, "Any"),
        (list, "list"),
        (list[int], "list[int]"),
        (typing.List[int], "list[int]"),  # noqa: UP006  # the old spelling is what is tested
        (typing.Optional[int], "int | None"),  # noqa: UP045  # as above
        (int | None, "int | None"),
        (None | int, "int | None"),
        (typing.Union[int, str, None], "int | str | None"),  # noqa: UP007  # as above
        (dict[str, list[float]], "dict[str, list[float]]"),
        (tuple[int, str], "tuple[int, str]"),
        (tuple[int, ...], "tuple[int]"),
        (tuple[()], "tuple[()]"),
        (set[str], "set[str]"),
        (typing.Literal["a", 1], 'one of "a", 1'),
        (typing.Annotated[int, "miles"], "int"),
        (typing.Annotated[int, Even], "Even"),
        (collections.abc.Sequence[int], "Sequence[int]"),
        (collections.abc.Mapping[str, int], "Mapping[str, int]"),
        (collections.abc.Iterator[int], "Iterator"),
        (collections.abc.Callable[[int], str], "Callable"),
        (type[int], "type"),
        (Miles, "int"),
        (Box[int], "Box"),
        (Sized, "Any"),
        (T, "Any"),
        (Row, "Row"),
        (Leg, "Leg"),
        (Colour, "Colour"),
        (pathlib.Path, "Path"),
        (pd.DataFrame, "DataFrame"),
        (pd.Series, "Series"),
        (np.ndarray[typing.Any, np.dtype[np.float64]], "ndarray"),
        ("int", "int"),
        ("pd.DataFrame", "DataFrame"),
        ("Unknown[thing]", "Any"),
        (Even, "Even"),
        (List[Int], "list[int]"),
        (List[Even], "list[Even]"),
        (list[Even], "list[Even]"),  # type: ignore[valid-type]  # mypy takes classes only
        (Optional[Int], "int | None"),
        (Dict[String, Int], "dict[str, int]"),
        (Set[Int], "set[int]"),
        (Tuple[Int, String], "tuple[int, str]"),
        (Even | None, "Even | None"),
        (int | Even, "int | Even"),
        (config_fields.Int, "int"),
        (config_fields.Any, "Any"),
        (List[config_fields.String], "list[str]"),
    ],
)
def test_an_annotation_has_its_type(annotation: object, name: str) -> None:
    assert resolve_type(annotation).name == name


@pytest.mark.parametrize("wrong", [3, 2.5, [int, str], {"a": int}, config_fields.StringSource])
def test_a_value_is_not_a_type(wrong: object) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match=r"not a type|type of config"):
        resolve_type(wrong)


def test_the_same_annotation_gives_the_same_object() -> None:
    assert resolve_type(list[Leg]) is resolve_type(list[Leg])
    assert resolve_type(Leg) is resolve_type(Leg)
    assert resolve_type(pd.DataFrame) is DataFrame


def test_the_cards_have_short_labels() -> None:
    from sklearn.linear_model import LinearRegression

    wanted = {
        pd.DataFrame: "frame",
        pd.Series: "series",
        np.ndarray: "array",
        LinearRegression: "model",
        pathlib.Path: "path",
        Leg: "Leg",
        int: "int",
        int | None: "int?",
        list[pd.DataFrame]: "list[frame]",
        typing.Any: "any",
    }
    assert {annotation: resolve_type(annotation).display_name for annotation in wanted} == wanted


@pytest.mark.parametrize("kind", [Any, Bool, Float, Int, Nothing, String])
def test_builtins_stay_one_object_through_pickle(kind: DagnbType) -> None:
    assert pickle.loads(pickle.dumps(kind)) is kind  # pickled a moment ago


@pytest.mark.parametrize("annotation", [list[int], dict[str, Leg], int | None, tuple[int, str], typing.Literal[1], Leg])
def test_types_pickle(annotation: object) -> None:
    kind = resolve_type(annotation)
    again = pickle.loads(pickle.dumps(kind))  # pickled a moment ago
    assert (again.name, again.display_name) == (kind.name, kind.display_name)
    assert again.check(object()).success is kind.check(object()).success is False


def test_a_type_of_a_cell_travels_by_value() -> None:
    import cloudpickle

    again = cloudpickle.loads(cloudpickle.dumps(DagnbType(lambda _, value: value > 1, name="Big")))
    assert again.check(2).success
    assert not again.check(1).success


def test_a_class_can_be_given_a_type_once() -> None:
    class Tail:
        pass

    kind = PythonObjectType(Tail, name="TailNumber")
    resolve_type(Tail)  # what was resolved before must not stick
    make_python_type_usable_as_dagnb_type(Tail, kind)
    make_python_type_usable_as_dagnb_type(Tail, kind)
    assert resolve_type(Tail) is kind
    assert resolve_type(list[Tail]).name == "list[TailNumber]"
    with pytest.raises(DagnbInvalidDefinitionError, match="one type only"):
        make_python_type_usable_as_dagnb_type(Tail, Even)
    with pytest.raises(DagnbInvalidDefinitionError, match="one type only"):
        make_python_type_usable_as_dagnb_type(int, Even)


def test_a_class_can_be_decorated() -> None:
    @usable_as_dagnb_type
    class Plain:
        pass

    @usable_as_dagnb_type(name="Gate", description="where it leaves")
    class Other:
        pass

    assert resolve_type(Plain).check(Plain()).success
    assert (resolve_type(Other).name, resolve_type(Other).description) == ("Gate", "where it leaves")


def test_annotations_of_a_function_are_read_in_its_own_scope() -> None:
    local = Even

    def solid(a: local, b: pd.DataFrame, c: missing, d) -> list[Leg]:  # type: ignore[name-defined,no-untyped-def,valid-type]  # noqa: F821
        return []

    found = annotated_types(solid, {"local": local})
    assert {name: kind.name for name, kind in found.items()} == {
        "a": "Even",
        "b": "DataFrame",
        "c": "Any",
        "return": "list[Leg]",
    }


def test_a_closure_is_part_of_the_scope() -> None:
    local = Even

    def solid(a: local) -> DagnbType:  # type: ignore[valid-type]
        return local

    assert annotated_types(solid)["a"] is Even


def test_protocols_of_the_library_are_classes_to_check() -> None:
    assert check_type(collections.abc.Hashable, 1).success
    assert not check_type(collections.abc.Hashable, []).success
    assert not check_type(Decimal, 1.0).success
