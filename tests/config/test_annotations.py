from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import pathlib
import typing
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Optional

import annotated_types
import pydantic
import pytest

from dagnb.config import (
    DagnbConfigError,
    DagnbInvalidConfigDefinitionError,
    compile_schema,
    print_schema,
    resolve_field,
    resolve_schema,
)
from dagnb.config.schema import ShapeNode
from dagnb.config.wording import describe_expected


class Color(enum.StrEnum):
    RED = "red"


class Level(enum.Enum):
    LOW = 1


@dataclasses.dataclass
class Point:
    x: int


class Model(pydantic.BaseModel):
    x: int


class Window(typing.TypedDict):
    """Which rows."""

    rows: Annotated[int, pydantic.Field(ge=1), "How many."]
    origin: typing.NotRequired[str]
    labels: dict[str, int]


class Loose(typing.TypedDict, total=False):
    a: typing.Required[int]
    b: Annotated[int, pydantic.Field(default=3)]
    inner: Window


Folds = typing.NewType("Folds", int)


@pytest.mark.parametrize(
    ("annotation", "printed"),
    [
        (int | None, "Int?"),
        (Optional[int], "Int?"),  # noqa: UP045 - users still write it
        (list[int], "[Int]"),
        (typing.List[int], "[Int]"),  # noqa: UP006 - users still write it
        (Sequence[str], "[String]"),
        (dict[str, float], "{ [String]: Float }"),
        (Mapping[str, int], "{ [String]: Int }"),
        (dict, "{ ... }"),
        (typing.Dict, "{ ... }"),  # noqa: UP006 - users still write it
        (typing.List, "[Any]"),  # noqa: UP006 - users still write it
        (Folds, "Int"),
        (list[Folds] | None, "[Int]?"),
        (Window, "{ rows: Int origin?: String labels: { [String]: Int } }"),
        (
            Loose,
            "{ a: Int b?: Int inner?: { rows: Int origin?: String labels: { [String]: Int } } }",
        ),
        (Literal["a", "b"], "(a | b)"),
        (Literal[1, True], "(1 | true)"),
        (list[Literal["a"]] | None, "[(a)]?"),
        (Color, "(red)"),
        (Level, "(LOW)"),
        (Point, "Point"),
        (Model, "Model"),
        (dt.date, "date"),
        (pathlib.Path, "Path"),
        (Annotated[int, "how many"], "Int"),
    ],
)
def test_annotations_mean_the_types_they_name(annotation: Any, printed: str) -> None:
    assert print_schema(resolve_schema(annotation)) == printed


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (Annotated[int, pydantic.Field(ge=2, le=20)], "an integer from 2 to 20"),
        (Annotated[int, annotated_types.Interval(gt=0, lt=5)], "an integer above 0 and below 5"),
        (Annotated[int, annotated_types.Ge(0)], "an integer of at least 0"),
        (Annotated[float, pydantic.Field(lt=0.5)], "a number below 0.5"),
        (Annotated[int, annotated_types.MultipleOf(5)], "an integer that is a multiple of 5"),
        (Annotated[str, annotated_types.Len(1, 3)], "text of 1 to 3 characters"),
        (Annotated[str, pydantic.Field(pattern="^a")], "text that matches ^a"),
        (Annotated[list[int], annotated_types.MinLen(1)], "a list of at least 1 item, each an integer"),
        (Annotated[int | None, annotated_types.Le(3)], "an integer of at most 3 or null"),
    ],
)
def test_limits_are_read_from_metadata(annotation: Any, expected: str) -> None:
    assert describe_expected(resolve_schema(annotation)) == expected


def test_limits_are_held() -> None:
    validator = compile_schema(resolve_schema(Annotated[int, pydantic.Field(ge=2, le=20)]))
    assert validator.validate(2) == 2
    assert not validator.problems(20)
    assert [problem.message for problem in validator.problems(21)] == [
        "expected an integer from 2 to 20, got the number 21"
    ]


def test_defaults_and_descriptions_come_along() -> None:
    field = resolve_field(Annotated[int, pydantic.Field(default=5, ge=2, description="How many folds.")])
    assert (field.is_required, field.default, field.description) == (False, 5, "How many folds.")
    assert resolve_field(Annotated[int, "How many."]).description == "How many."
    assert resolve_field(Annotated[int, pydantic.Field(ge=2)]).is_required


def test_a_default_outside_its_limits_is_told() -> None:
    with pytest.raises(DagnbConfigError, match="expected an integer of at least 2, got the number 1"):
        resolve_field(Annotated[int, pydantic.Field(default=1, ge=2)])


def test_a_validator_that_only_pydantic_knows_is_run_by_pydantic() -> None:
    even = Annotated[int, pydantic.AfterValidator(lambda number: number * 2)]
    assert compile_schema(resolve_schema({"a": even})).validate({"a": 3}) == {"a": 6}


def test_dates_and_paths_arrive_as_such() -> None:
    validator = compile_schema(resolve_schema({"day": dt.date, "file": pathlib.Path}))
    assert validator.validate({"day": "2024-06-30", "file": "a/b"}) == {
        "day": dt.date(2024, 6, 30),
        "file": pathlib.Path("a/b"),
    }
    assert [problem.message for problem in validator.problems({"day": "soon", "file": "x"})] == [
        'expected a date such as 2024-06-30, got the text "soon"'
    ]


@pytest.mark.parametrize(
    ("annotation", "hint"),
    [
        (set[int], "write [inner]: config has lists, not sets"),
        (tuple[int, int], "write [inner], or a dict with one field for each position"),
        (int | str, "write ScalarUnion(scalar, structured), Selector, or a pydantic model"),
        (None, "write Noneable(...) around the type that may be null"),
        (bytes, "write str"),
    ],
)
def test_types_that_config_has_not_name_the_alternative(annotation: Any, hint: str) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema({"field": annotation})
    assert caught.value.hint == hint
    assert caught.value.path == ("field",)


def test_a_typed_dict_is_a_shape() -> None:
    validator = compile_schema(resolve_schema(Loose))
    assert validator.validate({"a": 1}) == {"a": 1, "b": 3}
    assert [problem.stack for problem in validator.problems({"a": 1, "inner": {"rows": 0}})] == [
        "root:inner:rows",
        "root:inner:labels",
    ]
    schema = resolve_schema(Window)
    assert isinstance(schema, ShapeNode)
    assert schema.description == "Which rows."
    assert schema.fields["rows"].description == "How many."


def test_a_member_that_validation_gave_stays_valid() -> None:
    validator = compile_schema(resolve_schema({"color": Color, "level": Level}))
    resolved = validator.validate({"color": "red", "level": "LOW"})
    assert resolved == {"color": Color.RED, "level": Level.LOW}
    assert validator.validate(resolved) == resolved
    assert [problem.path for problem in validator.problems({"color": Level.LOW, "level": "LOW"})] == [("color",)]
