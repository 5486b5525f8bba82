"""The scalar types take what their annotation promises."""

from __future__ import annotations

import fractions
from typing import Any as AnyValue

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.types import Any, Bool, DagnbType, Float, Int, Nothing, String

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.complex_numbers(), st.dates()
)


@settings(deadline=None)
@given(SCALARS)
def test_each_scalar_is_of_the_types_of_its_class(value: object) -> None:
    accepted = {kind.name for kind in (Bool, Float, Int, String, Nothing) if kind.check(value).success}
    wanted = {
        bool: {"bool"},
        int: {"int", "float"},
        float: {"float"},
        str: {"str"},
        type(None): {"Nothing"},
    }
    assert accepted == wanted.get(type(value), set())
    assert Any.check(value).success


@settings(deadline=None)
@given(SCALARS)
def test_a_refusal_names_the_type_and_stays_short(value: object) -> None:
    for kind in (Bool, Float, Int, String, Nothing):
        outcome = kind.check(value)
        if not outcome.success:
            assert outcome.description is not None
            assert outcome.description.startswith(f"expected {kind.name}, got ")
            assert len(outcome.description) < 200


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Int, np.int64(3)),
        (Int, np.uint8(3)),
        (Float, np.float32(0.5)),
        (Float, np.float64(0.5)),
        (Float, np.int64(3)),
        (Float, 3),
        (Bool, np.bool_(True)),
        (String, np.str_("a")),
    ],
)
def test_numpy_scalars_are_scalars(kind: DagnbType, value: AnyValue) -> None:
    assert kind.check(value).success


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Int, True),
        (Int, 1.0),
        (Int, "1"),
        (Int, np.bool_(True)),
        (Int, np.float64(1)),
        (Float, True),
        (Float, "0.5"),
        (Float, fractions.Fraction(1, 2)),
        (Float, np.array([0.5])),
        (Bool, 1),
        (String, b"a"),
        (String, 1),
        (Nothing, 0),
    ],
)
def test_what_only_resembles_a_scalar_is_refused(kind: DagnbType, value: AnyValue) -> None:
    assert not kind.check(value).success


def test_subclasses_are_scalars_too() -> None:
    class Tail(str):
        __slots__ = ()

    class Miles(int):
        pass

    assert String.check(Tail("N1")).success
    assert Int.check(Miles(3)).success
