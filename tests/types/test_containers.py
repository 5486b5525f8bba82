"""Containers are checked down to their members."""

from __future__ import annotations

import collections
import collections.abc
import types
import typing
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types import Dict, List, Optional, Set, Tuple, check_type, resolve_type

# Pairs of an annotation and the values that it describes; the oracle is hypothesis' own reading of annotations.
LEAVES: list[Any] = [int, str, float, bool, type(None)]


def forms() -> st.SearchStrategy[Any]:
    def extend(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            inner.map(lambda one: list[one]),  # type: ignore[valid-type]
            inner.map(lambda one: tuple[one, ...]),  # type: ignore[valid-type]
            st.tuples(inner, inner).map(lambda two: types.GenericAlias(tuple, two)),
            st.tuples(st.sampled_from([int, str]), inner).map(lambda two: types.GenericAlias(dict, two)),
            st.tuples(inner, inner).map(lambda two: typing.Union[two]),  # noqa: UP007  # of what comes
        )

    return st.recursive(st.sampled_from(LEAVES), extend, max_leaves=5)


@settings(deadline=None)
@given(st.data())
def test_a_value_made_from_an_annotation_passes_it(data: st.DataObject) -> None:
    annotation = data.draw(forms())
    value = data.draw(st.from_type(annotation))
    outcome = check_type(annotation, value)
    assert outcome.success, outcome.description


class Stranger:
    pass


def _planted(value: Any) -> list[Any]:
    """Return copies of the value with a stranger in each place in turn."""
    found: list[Any] = [Stranger()]
    if isinstance(value, list):
        found += [[*value[:i], bad, *value[i + 1 :]] for i in range(len(value)) for bad in _planted(value[i])]
    elif isinstance(value, tuple):
        found += [(*value[:i], bad, *value[i + 1 :]) for i in range(len(value)) for bad in _planted(value[i])]
    elif isinstance(value, dict):
        found += [{**value, key: bad} for key in value for bad in _planted(value[key])]
    return found


@settings(deadline=None)
@given(st.data())
def test_a_stranger_anywhere_is_found(data: st.DataObject) -> None:
    annotation = data.draw(forms())
    value = data.draw(st.from_type(annotation))
    for spoiled in _planted(value):
        outcome = check_type(annotation, spoiled)
        assert not outcome.success
        assert "Stranger" in (outcome.description or "") or "|" in (outcome.description or "")


@pytest.mark.parametrize(
    ("annotation", "value", "description"),
    [
        (list[int], (1,), "expected list[int], got a tuple of 1"),
        (list[list[int]], [[1], [2, "x"]], 'item 1 › item 1: expected int, got the text "x"'),
        (dict[str, int], {"a": 1, 2: 2}, "key 1: expected str, got the integer 2"),
        (dict[str, list[int]], {"a": [None]}, 'value of "a" › item 0: expected int, got None'),
        (dict[int, int], {7: None}, "value of the integer 7: expected int, got None"),
        (tuple[int, str], (1, 2), "item 1: expected str, got the integer 2"),
        (tuple[()], (1,), "expected tuple[()], got a tuple of 1"),
        (set[int], [1], "expected set[int], got a list of 1"),
        (int | None, "x", 'expected int, got the text "x"'),
        (int | str, None, "expected int | str, got None"),
        (int | str | None, 0.5, "expected int | str | None, got the float 0.5"),
        (list[int] | None, [None], "item 0: expected int, got None"),
        (typing.Literal["a", 1], True, 'expected one of "a", 1, got the bool True'),
        (collections.abc.Callable[[int], str], 3, "expected Callable, got the integer 3"),
    ],
)
def test_a_refusal_says_where(annotation: Any, value: object, description: str) -> None:
    assert check_type(annotation, value).description == description


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (list, [object()]),
        (collections.abc.Sequence[int], (1, 2)),
        (collections.abc.Mapping[str, int], collections.OrderedDict(a=1)),
        (collections.Counter[str], collections.Counter("aab")),
        (collections.defaultdict[str, list[int]], collections.defaultdict(list, a=[1])),
        (collections.deque[int], collections.deque([1])),
        (frozenset[str], frozenset("a")),
        (typing.Literal["a", 1], 1),
        (collections.abc.Callable[[int], str], str),
        (type[int], int),
        (Set, frozenset([1])),
        (Optional, None),
        (Optional[int], None),
        (Tuple[int, ...], (1, 2)),
        (List, []),
        (Dict, {1: 2}),
    ],
)
def test_other_forms_pass(annotation: Any, value: object) -> None:
    assert check_type(annotation, value).success


def test_an_iterator_is_not_used_up() -> None:
    numbers = iter([1, 2])
    assert check_type(collections.abc.Iterator[str], numbers).success
    assert list(numbers) == [1, 2]


def test_metadata_of_an_inner_check_is_kept() -> None:
    from dagnb.events.metadata import EventMetadataEntry
    from dagnb.types import DagnbType, TypeCheck

    kind = DagnbType(lambda _, _value: TypeCheck(False, "no", [EventMetadataEntry.int(1, "n")]), name="Never")
    outcome = check_type(List[kind], [3])
    assert outcome.description == "item 0: no"
    assert outcome.metadata_entries[0].label == "n"


def test_a_dict_takes_two_types() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="keys and values"):
        Dict[int]


def test_unions_are_flat_and_hold_none_last() -> None:
    assert resolve_type(None | (int | str) | int).name == "int | str | None"
    assert resolve_type(typing.Optional[typing.Any]).name == "Any"  # noqa: UP045  # the old spelling
