from __future__ import annotations

import dataclasses
import json
import sys
import types
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.store import FilesystemValueStore
from dagnb.storage.values.structures import StructureCodec
from tests.storage.values import examples
from tests.storage.values.examples import (
    Flight,
    Leg,
    Loud,
    Numbers,
    Open,
    Reduced,
    Remembering,
    Secretive,
    Side,
    Trip,
)

PLACE = {"run_id": "run-1", "step_key": "load", "output_name": "result"}


@pytest.fixture
def values(tmp_path: Path) -> FilesystemValueStore:
    return FilesystemValueStore(tmp_path / "values", tmp_path / "key")


BY_FIELDS: dict[str, Any] = {
    "a dataclass": Leg("AA", [1.5, 2.0], datetime(2026, 3, 1, 12)),  # noqa: DTZ001  # naive times too
    "one with slots that holds others": Trip(
        (Leg("AA"), Leg("UA", [1.0], datetime(2026, 3, 1, tzinfo=UTC))), Decimal("1.10"), Side.RIGHT, {1: (2, [3])}
    ),
    "one that does things when it is made": Loud(),
    "a model": Flight(carrier="AA", leg=Leg("UA")),
    "a model with every field set": Flight(carrier="AA", leg=None, delay=2.5),
    "an open model": Open(carrier="AA"),
    "the mark of the format": Trip((), Decimal(0), notes={"$": "enum", "class": "os:system"}),
    "no number": Leg("AA", [float("inf"), -0.0]),
    "an id": Trip((), Decimal("-0"), notes={"id": UUID(int=3), "day": date(2026, 3, 1)}),
}

PICKLED: dict[str, tuple[Any, str]] = {
    "other state": (Remembering(2), ""),
    "its own way of pickling": (Reduced(2), "says itself what its state is"),
    "a list": (Numbers("s"), "is more than its fields"),
    "an open model with further values": (Open(carrier="AA", delay=3), "values beside its fields"),  # type: ignore[call-arg]
    "a model with a private value": (Secretive(carrier="AA"), "values beside its fields"),
    "a zone": (Leg("AA", at=datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1)))), "Leg.at holds a time"),
    "a set": (Trip((), Decimal(1), notes={"seen": {1}}), "Trip.notes.seen holds a value of type set"),
    "too many items": (Leg("AA", [0.5] * 100_001), "too large"),
}
assert PICKLED["other state"][0].double == 4


def again(values: FilesystemValueStore, value: Any) -> tuple[ValueReference, Any]:
    reference = values.put(value, **PLACE)
    return reference, values.get(reference)


@pytest.mark.parametrize("name", BY_FIELDS)
def test_dataclasses_and_models_are_kept_by_their_fields(values: FilesystemValueStore, name: str) -> None:
    value = BY_FIELDS[name]
    reference, read = again(values, value)
    assert reference.codec == "structure", reference.note
    assert type(read) is type(value)
    assert read == value
    assert repr(read) == repr(value)
    if isinstance(value, Flight):
        assert read.model_fields_set == value.model_fields_set


@pytest.mark.parametrize("name", PICKLED)
def test_what_fields_do_not_tell_is_pickled_and_the_reference_says_why(values: FilesystemValueStore, name: str) -> None:
    value, told = PICKLED[name]
    reference, read = again(values, value)
    assert reference.codec == "pickle"
    assert (reference.note or "").startswith("not kept as structure: ")
    assert told in (reference.note or "")
    assert type(read) is type(value)
    assert read == value


def test_classes_of_a_cell_are_pickled(values: FilesystemValueStore) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__", "dataclass": dataclasses.dataclass}
    exec("@dataclass\nclass Model:\n    k: int", namespace)  # noqa: S102  # as a cell does
    reference, read = again(values, namespace["Model"](3))
    assert reference.codec == "pickle"
    assert read.k == 3

    @dataclasses.dataclass
    class Local:
        k: int

    assert again(values, Local(3))[0].codec == "pickle"


def test_people_can_read_the_file(values: FilesystemValueStore) -> None:
    reference = values.put(Leg("AA", [1.5] * 2000), **PLACE)
    assert reference.address == "run-1/load/result.structure.json"
    document = json.loads((values.root / reference.address).read_text())
    assert document["value"]["class"] == "tests.storage.values.examples:Leg"
    assert document["value"]["fields"]["carrier"] == "AA"


def test_neither_init_nor_validators_run(values: FilesystemValueStore) -> None:
    reference, read = again(values, Loud())
    assert reference.codec == "structure"
    assert read.made == 1  # __post_init__ would make it 2


@pytest.mark.parametrize(
    "planted",
    [
        {"$": "structure", "class": "tests.storage.values.planted:Bomb", "fields": {}},
        {"$": "enum", "class": "os:system", "name": "true"},
        {"$": "float", "text": "nan"},
    ],
)
@pytest.mark.parametrize("signature", ["", "0" * 64, "another key's"])
def test_what_is_not_signed_here_is_neither_read_nor_imported(
    values: FilesystemValueStore, planted: dict[str, Any], signature: str
) -> None:
    text = json.dumps(planted, separators=(",", ":"))
    if signature == "another key's":
        signature = StructureCodec(b"another key")._sign(text.encode()).decode()
    document = f'{{"signature":"{signature}","value":{text}}}'
    with pytest.raises(DagnbValueError, match="not signed by this instance"):
        values.get(ValueReference(codec="structure", inline=document))
    assert "tests.storage.values.planted" not in sys.modules


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_byte_changed_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "structures"
    values = FilesystemValueStore(folder / "values", folder / "key")
    text = values.put(Leg("AA", [1.5]), **PLACE).inline or ""
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(max_codepoint=126).filter(lambda character: character != text[place]))
    changed = text[:place] + other + text[place + 1 :]
    with pytest.raises(DagnbValueError, match="not signed"):
        values.get(ValueReference(codec="structure", inline=changed))
    with pytest.raises(DagnbValueError, match="not signed"):
        values.get(ValueReference(codec="structure", inline=text[:place]))


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.dates()
    | st.datetimes().map(lambda moment: moment.replace(fold=0))
    | st.sampled_from(Side)
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
        | st.builds(Leg, st.text(), st.lists(st.floats(allow_nan=False), max_size=2), st.none())
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(notes=st.dictionaries(st.text() | st.integers(), trees, max_size=4), legs=st.lists(st.builds(Leg, st.text())))
def test_any_fields_come_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, notes: dict[Any, Any], legs: list[Leg]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "trips"
    values = FilesystemValueStore(folder / "values", folder / "key")
    value = Trip(tuple(legs), Decimal(1), notes=notes)
    reference, read = again(values, value)
    assert read == value
    assert repr(read) == repr(value)  # tells types apart that are equal
    assert reference.codec == "structure", reference.note


def test_a_class_that_has_moved_or_changed_says_so(
    values: FilesystemValueStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = values.put(Leg("AA"), **PLACE)

    @dataclasses.dataclass
    class Changed:
        carrier: str
        origin: str

    with monkeypatch.context() as patch:
        patch.setattr(examples, "Leg", Changed)
        with pytest.raises(DagnbValueError, match="has other fields by now") as caught:
            values.get(reference)
        assert caught.value.got == "a value with carrier, delays, at"
        assert caught.value.expected == "carrier, origin"
    with monkeypatch.context() as patch:
        patch.delattr(examples, "Leg")
        with pytest.raises(DagnbValueError, match="is not where it was") as caught:
            values.get(reference)
        assert caught.value.expected == "tests.storage.values.examples.Leg"


def test_a_module_that_is_gone_says_so(values: FilesystemValueStore, monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("module_of_a_test")
    module.__spec__ = examples.__spec__
    cls = dataclasses.make_dataclass("Gone", [("k", int)])
    cls.__module__ = "module_of_a_test"
    module.Gone = cls  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "module_of_a_test", module)
        reference = values.put(cls(3), **PLACE)
        assert reference.codec == "structure"
    with pytest.raises(DagnbValueError, match="is not where it was") as caught:
        values.get(reference)
    assert "No module named" in (caught.value.got or "")
