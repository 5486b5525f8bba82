from __future__ import annotations

import base64
import json
import math
import stat
import threading
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbInstanceError, DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.store import FilesystemValueStore
from tests.bombs import Bomb

PLACE = {"run_id": "run-1", "step_key": "load", "output_name": "result"}


@pytest.fixture
def values(tmp_path: Path) -> FilesystemValueStore:
    return FilesystemValueStore(tmp_path / "values", tmp_path / "key")


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def exactly(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same types all through; not-a-number is equal to itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            exactly(a, b) and exactly(one[a], other[b]) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(exactly(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float):
        return math.copysign(1, one) == math.copysign(1, other) and (
            one == other or (math.isnan(one) and math.isnan(other))
        )
    return bool(one == other)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
scalars = scalars | st.text(st.characters(categories=["Cs", "L"])) | st.builds(lambda: 10**5000)
python_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.booleans(), inner, max_size=4)
        | st.sets(st.integers(), max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(value=python_values)
def test_python_values_come_back_exactly(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "shared"
    values = FilesystemValueStore(folder / "values", folder / "key")
    reference = values.put(value, **PLACE)
    assert exactly(values.get(reference), value)
    # The reference travels in an event, so its text must have a UTF-8 form.
    assert (reference.inline or "").encode() is not None


@pytest.mark.parametrize(
    ("value", "codec"),
    [
        ({"a": [1, 2.5, None, True]}, "json"),
        ("text", "text"),
        (b"bytes", "bytes"),
        ((1, 2), "pickle"),
        ({1: 2}, "pickle"),
        (float("nan"), "pickle"),
        ("\udcff", "pickle"),
        ({1}, "pickle"),
    ],
)
def test_each_value_goes_to_the_type_that_keeps_it(values: FilesystemValueStore, value: Any, codec: str) -> None:
    assert values.put(value, **PLACE).codec == codec


def test_small_values_travel_inline_and_large_ones_in_files(values: FilesystemValueStore) -> None:
    small, large = values.put("x" * 4095, **PLACE), values.put("x" * 4096, **PLACE)
    assert (small.inline, small.address, small.bytes) == ("x" * 4095, None, 4095)
    assert (large.inline, large.address, large.bytes) == (None, "run-1/load/result.txt", 4096)
    (file,) = files_below(values.root)
    assert file.read_text() == "x" * 4096
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in [values.root, *list(file.parents)[:2]]} == {0o700}
    assert values.get(large) == "x" * 4096


def test_equal_values_have_equal_digests_and_others_do_not(values: FilesystemValueStore) -> None:
    digests = [values.put(value, **PLACE).digest for value in ([1, 2], [1, 2], [1, 3])]
    assert digests[0] == digests[1] != digests[2]


def test_a_value_that_cannot_be_stored_says_so(values: FilesystemValueStore) -> None:
    with pytest.raises(DagnbValueError, match="a value of type lock cannot be stored") as caught:
        values.put(threading.Lock(), **PLACE)
    assert caught.value.where == "load › result"


def test_classes_of_a_cell_are_stored_by_value(values: FilesystemValueStore) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec("class Model:\n    def __init__(self, k): self.k = k", namespace)  # noqa: S102  # as a cell does
    again = values.get(values.put(namespace["Model"](3), **PLACE))
    assert again.k == 3


def test_what_was_not_stored_says_why(values: FilesystemValueStore) -> None:
    with pytest.raises(DagnbValueError, match="was not stored") as caught:
        values.get(ValueReference(codec=None, note="persist=False"))
    assert caught.value.got == "persist=False"


def test_a_file_that_is_gone_says_so(values: FilesystemValueStore) -> None:
    reference = values.put("x" * 5000, **PLACE)
    files_below(values.root)[0].unlink()
    with pytest.raises(DagnbValueError, match="is gone"):
        values.get(reference)


def test_a_file_that_was_changed_is_refused(values: FilesystemValueStore) -> None:
    reference = values.put("x" * 5000, **PLACE)
    files_below(values.root)[0].write_text("y" * 5000)
    with pytest.raises(DagnbValueError, match="was changed"):
        values.get(reference)


def test_a_type_that_is_not_installed_is_named(values: FilesystemValueStore) -> None:
    with pytest.raises(DagnbValueError, match="no value type named panda is installed") as caught:
        values.get(ValueReference(codec="panda", inline="AA=="))
    assert caught.value.hint == "did you mean pandas?"


def every_way_to_plant(bomb: bytes, codec: str) -> list[bytes]:
    from dagnb.storage.values.pickles import PickleCodec

    foreign = PickleCodec(b"another instance's key").encode
    signed = foreign("harmless")
    head = len(signed) - len(cloudpickle.dumps("harmless"))
    return [bomb, signed[:head] + bomb, b"", signed[: head - 1], foreign(codec), b"\x93NUMPY" + bomb]


@pytest.mark.parametrize("codec", ["pickle", "pandas", "numpy", "pyarrow", "json", "text", "bytes"])
def test_reading_planted_data_runs_none_of_it(values: FilesystemValueStore, tmp_path: Path, codec: str) -> None:
    mark = tmp_path / "exploded"
    bomb = cloudpickle.dumps(Bomb(mark))
    for data in every_way_to_plant(bomb, codec):
        address = "run-1/load/result.data"
        (values.root / "run-1" / "load").mkdir(parents=True, exist_ok=True)
        (values.root / address).write_bytes(data)
        for reference in (
            ValueReference(codec=codec, address=address),
            ValueReference(codec=codec, inline=base64.b64encode(data).decode()),
        ):
            try:
                values.get(reference)
            except DagnbValueError:
                continue
            assert codec in {"text", "bytes", "json"}, f"{codec} read {data!r}"
    assert not mark.exists()
    # The bomb is real: it does go off when somebody unpickles it.
    cloudpickle.loads(bomb)
    assert mark.exists()


def test_arrays_of_objects_in_a_file_are_refused(values: FilesystemValueStore, tmp_path: Path) -> None:
    import io

    import numpy as np

    buffer = io.BytesIO()
    np.save(buffer, np.array([Bomb(tmp_path / "exploded")], dtype=object), allow_pickle=True)
    with pytest.raises(DagnbValueError, match="cannot be read as numpy"):
        values.get(ValueReference(codec="numpy", inline=base64.b64encode(buffer.getvalue()).decode()))
    assert not (tmp_path / "exploded").exists()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_pickle_with_any_byte_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "tampered"
    values = FilesystemValueStore(folder / "values", folder / "key")
    reference = values.put({1, 2, 3}, **PLACE)
    content = bytearray(base64.b64decode(reference.inline or ""))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    changed = ValueReference(codec="pickle", inline=base64.b64encode(content).decode())
    with pytest.raises(DagnbValueError, match="not signed by this instance"):
        values.get(changed)


def test_another_instances_pickle_is_refused(tmp_path: Path) -> None:
    ours = FilesystemValueStore(tmp_path / "a", tmp_path / "key-a")
    theirs = FilesystemValueStore(tmp_path / "b", tmp_path / "key-b")
    with pytest.raises(DagnbValueError, match="not signed by this instance"):
        ours.get(theirs.put({1}, **PLACE))


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = FilesystemValueStore(tmp_path / "values", tmp_path / "home" / "key")
    reference = first.put({1}, **PLACE)
    key = tmp_path / "home" / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["key"]
    second = FilesystemValueStore(tmp_path / "values", key)
    assert second.get(reference) == {1}
    key.write_bytes(b"short")
    with pytest.raises(DagnbInstanceError, match="key is damaged"):
        FilesystemValueStore(tmp_path / "values", key).get(reference)


def test_two_threads_that_make_the_key_agree_on_it(tmp_path: Path) -> None:
    from dagnb.storage.values.pickles import instance_key

    found: list[bytes] = []
    gate = threading.Barrier(8)

    def make() -> None:
        gate.wait()
        found.append(instance_key(tmp_path / "key"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_folder_where_the_file_should_go_is_one_clear_error(values: FilesystemValueStore) -> None:
    values.root.write_text("in the way")
    with pytest.raises(DagnbValueError, match="could not be written"):
        values.put("x" * 5000, **PLACE)


def test_a_failed_write_leaves_nothing_half_written(values: FilesystemValueStore) -> None:
    values.put("x" * 5000, **PLACE)
    target = values.root / "run-1" / "load" / "other.txt"
    target.mkdir()
    with pytest.raises(DagnbValueError, match="could not be written"):
        values.put("y" * 5000, run_id="run-1", step_key="load", output_name="other")
    assert [path.name for path in files_below(values.root)] == ["result.txt"]


def test_the_folder_of_a_step_is_its_own(values: FilesystemValueStore) -> None:
    folder = values.open_folder("run-1", "load")
    assert Path(folder).is_dir()
    assert folder == values.open_folder("run-1", "load") != values.open_folder("run-1", "fit")
    Path(folder, "result.txt").write_text("mine")
    assert values.get(values.put("x" * 5000, **PLACE)) == "x" * 5000
    assert Path(folder, "result.txt").read_text() == "mine"


def test_the_inline_form_of_json_is_readable(values: FilesystemValueStore) -> None:
    assert json.loads(values.put({"été": [1]}, **PLACE).inline or "") == {"été": [1]}
