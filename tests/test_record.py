"""Records: what is frozen, equal by its parts and carried to other processes."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from dagnb import AssetKey, DependencyDefinition
from dagnb.definitions import SolidInvocation
from dagnb.definitions.graph import Connection

RECORDS: list[Any] = [
    AssetKey(["flights", "raw"]),
    Connection("load", "flights"),
    DependencyDefinition("load", description="why"),
    SolidInvocation("load", alias="again", tags={"n": 2}),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: type(each).__name__)
def test_a_record_survives_pickling_and_copying(record: Any) -> None:
    for again in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
        assert again == record
        assert hash(again) == hash(record)
        assert repr(again) == repr(record)


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: type(each).__name__)
def test_a_record_cannot_be_changed(record: Any) -> None:
    part = record.__match_args__[0]
    before = repr(record)
    with pytest.raises(AttributeError, match=f"cannot be changed: {part}"):
        setattr(record, part, "other")
    with pytest.raises(AttributeError, match=f"cannot be changed: {part}"):
        delattr(record, part)
    with pytest.raises(AttributeError):
        record.another = 1
    assert repr(record) == before


def test_records_are_equal_by_class_and_parts() -> None:
    assert Connection("load") == Connection("load", "result")
    assert Connection("load") != Connection("load", "other")
    assert Connection("load") != DependencyDefinition("load")
    assert len({AssetKey("a.b"), AssetKey(["a", "b"]), AssetKey("b.a")}) == 2


def test_invocations_are_keys_whatever_their_tags() -> None:
    first, second = SolidInvocation("load", tags={"n": 1}), SolidInvocation("load", tags={"n": 2})
    assert len({first: 1, second: 2}) == 2
