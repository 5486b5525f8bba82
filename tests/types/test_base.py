"""What a type is and what its check answers."""

from __future__ import annotations

import typing
from typing import Any

import numpy as np
import pytest

from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbTypeCheckError
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types import DagnbType, PythonObjectType, TypeCheck, check_type, resolve_type
from dagnb.types.base import PASSED, short_value


class Loud:
    """Raises whatever one does to it."""

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __len__(self) -> int:
        raise RuntimeError("len")

    def __bool__(self) -> bool:
        raise RuntimeError("bool")


def test_the_argument_order_is_that_of_the_slides() -> None:
    kind = DagnbType(lambda _context, value: value > 0, "key", "Positive", False, "more than zero")
    assert (kind.key, kind.name, kind.is_builtin, kind.description) == ("key", "Positive", False, "more than zero")
    assert kind.display_name == "Positive"


def test_the_check_gets_the_context() -> None:
    seen: list[object] = []

    def see(context: object, value: object) -> bool:
        seen.append((context, value))
        return True

    kind = DagnbType(see, name="Seen")
    assert kind.check(3, context="here").success
    assert check_type(kind, 4).success
    assert seen == [("here", 3), (None, 4)]


def test_an_answer_with_metadata_comes_back_as_it_is() -> None:
    answer = TypeCheck(False, "too old", [EventMetadataEntry.int(9, "days")])
    assert DagnbType(lambda _context, _value: answer, name="Fresh").check(1) is answer
    assert answer.metadata_entries[0].value == 9


def test_numpy_answers_are_answers() -> None:
    def positive(_context: object, value: Any) -> Any:
        return np.all(np.asarray(value) > 0)

    kind = DagnbType(positive, name="Positive")
    assert kind.check([1, 2]).success
    assert kind.check([1, -2]).description == "expected Positive, got a list of 2"


@pytest.mark.parametrize("outcome", [None, 1, "yes", [True]])
def test_anything_else_is_no_answer(outcome: object) -> None:
    with pytest.raises(DagnbInvariantViolationError, match="something else than an answer"):
        DagnbType(lambda _context, _value: outcome, name="Odd").check(1)  # type: ignore[arg-type]


def test_a_check_that_raises_is_told_with_its_cause() -> None:
    kind = DagnbType(lambda _context, value: value["a"] > 0, name="HasA")
    with pytest.raises(DagnbTypeCheckError, match=r"the check of the type HasA raised KeyError: 'a'") as raised:
        kind.check({})
    assert isinstance(raised.value.__cause__, KeyError)


def test_a_type_needs_a_check_and_a_name() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="needs a name"):
        DagnbType(lambda _context, _value: True)
    with pytest.raises(DagnbInvalidDefinitionError, match="is its check"):
        DagnbType("Positive")  # type: ignore[arg-type]


def test_metadata_of_a_check_must_be_metadata() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="TypeCheck"):
        TypeCheck(True, None, ["rows"])  # type: ignore[list-item]


def test_a_class_or_several_make_a_type() -> None:
    text = PythonObjectType((str, bytes))
    assert text.name == "str | bytes"
    assert text.check("a").success
    assert text.check(b"a") is PASSED
    assert not text.check(1).success
    assert PythonObjectType(dict, name="Record", description="a record").description == "a record"
    for wrong in ((), "str", (str, 1)):
        with pytest.raises(DagnbInvalidDefinitionError, match="needs a class"):
            PythonObjectType(wrong)  # type: ignore[arg-type]


def test_a_subclass_is_an_instance() -> None:
    class Base: ...

    class Derived(Base): ...

    assert PythonObjectType(Base).check(Derived()).success
    assert not PythonObjectType(Derived).check(Base()).success


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "the bool True"),
        (7, "the integer 7"),
        pytest.param(10**5000, "a huge integer", id="huge"),
        (0.5, "the float 0.5"),
        ("a" * 1000, f'the text "{"a" * 59}…"'),
        ({"a": 1}, "a dict of 1"),
        (int, "the class int"),
        (Loud(), "a value of type Loud"),
    ],
)
def test_a_value_is_named_without_asking_it(value: Any, text: str) -> None:
    assert short_value(value) == text


class Lost:
    """Like a proxy whose object is gone."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


def test_a_value_that_cannot_even_name_its_class_is_refused() -> None:
    for annotation in (int, str, bool, float, None):
        assert not check_type(annotation, Lost()).success


def test_a_refused_value_is_never_asked_anything() -> None:
    assert check_type(int, Loud()).description == "expected int, got a value of type Loud"


def test_a_check_may_take_the_value_alone() -> None:
    class Limit:
        def __init__(self, limit: int) -> None:
            self.limit = limit

        def below(self, value: int) -> bool:
            return value < self.limit

        def __call__(self, value: int) -> bool:
            return self.below(value)

    def small(value: int, limit: int = 3) -> bool:
        return value < limit

    def either(_context: object = None, value: int = 0) -> bool:
        return value < 3

    def many(*arguments: Any) -> bool:
        return bool(arguments[1] < 3)

    for check in (lambda value: value < 3, small, Limit(3).below, Limit(3), either, many):
        kind = DagnbType(check, name="Small")
        assert kind.check(2).success
        assert kind.check(3).description == "expected Small, got the integer 3"
    assert DagnbType(str.isupper, name="Upper").check("A").success


@pytest.mark.parametrize(
    ("check", "got"),
    [
        (lambda: True, "a function of 0 arguments"),
        (lambda _a, _b, _c: True, "a function of 3 arguments"),
        (lambda _context, *, value: value, "a function that needs the keyword value"),
    ],
)
def test_a_check_takes_one_or_two_arguments(check: Any, got: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="the first argument of a type is its check") as raised:
        DagnbType(check, name="Odd")
    assert (raised.value.where, raised.value.got) == ("type Odd", got)
    assert (
        raised.value.expected == "a function of (context, value) or of (value) that returns True, False or a TypeCheck"
    )


def test_the_parts_of_a_type_are_checked() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="no such kind of type"):
        DagnbType(lambda _: True, name="T", kind="odd")  # type: ignore[arg-type]
    for part in ("loader", "materializer"):
        parts: dict[str, Any] = {part: print}
        with pytest.raises(DagnbInvalidDefinitionError, match=f"the {part} of a type is something else") as raised:
            DagnbType(lambda _: True, name="T", **parts)
        assert raised.value.hint == f"decorate the function with @dagnb_type_{part}(config_schema)"


def test_types_have_kinds() -> None:
    wanted = {
        int: "scalar",
        typing.Any: "any",
        None: "nothing",
        list[int]: "list",
        int | None: "nullable",
        int | str: "regular",
        dict: "regular",
    }
    assert {annotation: resolve_type(annotation).kind for annotation in wanted} == wanted


def test_members_are_checked_in_the_context_of_the_whole() -> None:
    class Context:
        limit = 3

    def below(context: Any, value: int) -> bool:
        return bool(value < context.limit)

    small = DagnbType(below, name="Small", required_resource_keys={"limits"})
    for whole, good, bad in [
        (list[small], [1, 2], [1, 3]),  # type: ignore[valid-type]
        (dict[str, small], {"a": 1}, {"a": 3}),  # type: ignore[valid-type]
        (tuple[int, small], (9, 2), (9, 3)),  # type: ignore[valid-type]
        (small | None, 2, 3),
        (dict[str, list[small | None]], {"a": [1, None]}, {"a": [3]}),  # type: ignore[valid-type]
    ]:
        assert check_type(whole, good, Context()).success
        assert not check_type(whole, bad, Context()).success
        assert resolve_type(whole).required_resource_keys == {"limits"}
