"""Constraints on a frame as a whole."""

from __future__ import annotations

import pickle
from typing import Any

import pandas as pd
import pytest

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import (
    ConstraintViolationError,
    DataFrameConstraint,
    RowCountConstraint,
    StrictColumnsConstraint,
    UniqueColumnsConstraint,
)


def told(constraint: DataFrameConstraint, frame: pd.DataFrame) -> list[str]:
    return [violation.got for violation in constraint.violations(frame)]


def test_strict_columns() -> None:
    frame = pd.DataFrame({"a": [1], "b": [2]})
    assert told(StrictColumnsConstraint(["b", "a"]), frame) == []
    assert told(StrictColumnsConstraint(["a", "c"]), frame) == ["no c", "also b"]
    assert told(StrictColumnsConstraint(["b", "a"], enforce_ordering=True), frame) == ["the order a, b"]
    assert told(StrictColumnsConstraint(["a", "b"], enforce_ordering=True), frame) == []


def test_row_counts() -> None:
    frame = pd.DataFrame({"a": range(10)})
    assert told(RowCountConstraint(10), frame) == []
    assert told(RowCountConstraint(9), frame) == ["10 rows"]
    assert told(RowCountConstraint(8, error_tolerance=2), frame) == []
    assert told(RowCountConstraint(13, error_tolerance=2), frame) == ["10 rows"]
    for wrong in (-1, 2.5, True, "10"):
        with pytest.raises(DagnbInvalidDefinitionError, match="counts of rows"):
            RowCountConstraint(wrong)  # type: ignore[arg-type]


def test_unique_columns_are_a_key() -> None:
    frame = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "x"]}, index=[5, 5, 5])
    assert told(UniqueColumnsConstraint(["a", "b"]), frame) == []
    (found,) = UniqueColumnsConstraint(["a"]).violations(frame)
    assert (found.count, found.rows) == (2, (("5", "(1)"), ("5", "(1)")))
    assert told(UniqueColumnsConstraint(["a", "bb"]), frame) == ['no bb; the nearest to bb is "b"']
    assert told(UniqueColumnsConstraint(["a"]), frame.iloc[:0]) == []


@pytest.mark.parametrize("wrong", ["date", [1], []])
def test_columns_are_given_as_a_list_of_names(wrong: Any) -> None:
    with pytest.raises(DagnbInvalidDefinitionError):
        UniqueColumnsConstraint(wrong)


def test_a_constraint_of_ones_own_may_raise() -> None:
    class NotEmpty(DataFrameConstraint):
        expected = "rows"

        def validate(self, dataframe: Any) -> None:
            if dataframe.empty:
                raise ValueError("none")

    assert told(NotEmpty(), pd.DataFrame({"a": [1]})) == []
    assert told(NotEmpty(), pd.DataFrame()) == ["none"]
    with pytest.raises(ValueError, match="none"):
        NotEmpty().validate(pd.DataFrame())


def test_a_constraint_that_checks_nothing_says_so() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="checks nothing"):
        DataFrameConstraint().validate(pd.DataFrame())


def test_validate_raises_with_every_violation_and_pickles() -> None:
    with pytest.raises(ConstraintViolationError, match="breaks 2 constraints") as raised:
        StrictColumnsConstraint(["b"]).validate(pd.DataFrame({"a": [1]}))
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.violations) == (str(raised.value), raised.value.violations)
