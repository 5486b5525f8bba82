from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import given, settings, strategies as st

from dagnb import Instance, pipeline, solid
from dagnb.errors import DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.folders import LocalFolder, RemoteFolder, open_folder
from dagnb.storage.values.store import FilesystemValueStore

PLACE = {"run_id": "run-1", "step_key": "load", "output_name": "result"}


@pytest.fixture(params=["path", "file://", "memory://", "local://"])
def values(request: pytest.FixtureRequest, tmp_path: Path) -> FilesystemValueStore:
    root: Any = {
        "path": tmp_path / "values",
        "file://": f"file://{tmp_path}/values",
        "memory://": f"memory://{tmp_path}/values",
        # Of no kind that is known to write whole files: each is written under another name first.
        "local://": f"local://{tmp_path}/remote",
    }[request.param]
    return FilesystemValueStore(root, tmp_path / "key")


def test_values_come_back_from_any_place(values: FilesystemValueStore) -> None:
    for value in ("x" * 5000, {1, 2}, list(range(5000)), set(range(5000))):
        assert values.get(values.put(value, **PLACE)) == value
    reference = values.put(b"\0" * 5000, **PLACE)
    assert values.get(reference) == b"\0" * 5000
    assert reference.address == "run-1/load/result.bin"
    assert reference.bytes == 5000


def test_what_is_gone_or_changed_is_noticed_at_any_place(values: FilesystemValueStore) -> None:
    reference = values.put("x" * 5000, **PLACE)
    other = values.put("y" * 5000, **{**PLACE, "step_key": "other"})
    assert reference.address is not None
    assert other.address is not None
    values._folder.write(reference.address, b"z" * 5000)
    with pytest.raises(DagnbValueError, match="was changed"):
        values.get(reference)
    values._folder.write(reference.address, b"x" * 4999)
    with pytest.raises(DagnbValueError, match="was changed"):
        values.get(reference)
    values._folder.remove(reference.address)
    with pytest.raises(DagnbValueError, match="is gone") as caught:
        values.get(reference)
    assert (caught.value.where or "").endswith("/run-1/load/result.txt")
    assert values.get(other) == "y" * 5000


@pytest.mark.parametrize("address", ["../key", "a/../../key", "/etc/passwd", "a//b", "", ".", "a\0b", ".."])
def test_no_address_leads_outside(values: FilesystemValueStore, address: str) -> None:
    with pytest.raises(DagnbValueError, match="outside"):
        values.get(ValueReference(codec="text", address=address))
    with pytest.raises(DagnbValueError, match="outside"):
        values._folder.write(address, b"")


def test_files_for_steps_are_local_ones_wherever_values_are(values: FilesystemValueStore, tmp_path: Path) -> None:
    folder = Path(values.open_folder("run-1", "load"))
    assert folder == tmp_path / "values" / "run-1" / "load" / "files"
    assert folder.is_dir()


names = st.text(min_size=1) | st.sampled_from(
    ["..", ".", "/", "\\", "\0", "~", "::", "?", "*", "#", "[a]", "é", "\udcff"]
)


@settings(max_examples=100, deadline=None)
@given(first=names, second=names)
def test_odd_names_stay_inside_and_apart_in_memory_too(
    tmp_path_factory: pytest.TempPathFactory, first: str, second: str
) -> None:
    key_file = tmp_path_factory.getbasetemp() / "remote-key"
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    values = FilesystemValueStore("memory://inside/values", key_file)
    references = {
        (run, step): values.put(
            (run + step + "x" * 5000).encode(errors="surrogatepass"), run_id=run, step_key=step, output_name="result"
        )
        for run in (first, second)
        for step in (first, second)
    }
    assert len(memory.store) == len(references)
    assert all(path.startswith("/inside/values/") and ".." not in path.split("/") for path in memory.store)
    for (run, step), reference in references.items():
        assert values.get(reference) == (run + step + "x" * 5000).encode(errors="surrogatepass")


class Interrupted(fsspec.AbstractFileSystem):  # type: ignore[misc]
    """A place of no known kind where the line goes dead in the middle of a file."""

    protocol = "deadline"
    cachable = False
    files: dict[str, bytes] = {}  # noqa: RUF012  # of all its instances
    is_dead = False

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        pass

    def pipe_file(self, path: str, value: bytes, **_rest: Any) -> None:
        type(self).files[path] = value[: len(value) // 2] if self.is_dead else value
        if self.is_dead:
            raise RuntimeError("the line is dead")

    def mv(self, path1: str, path2: str, **_rest: Any) -> None:
        self.files[path2] = self.files.pop(path1)

    def cat_file(self, path: str, **_rest: Any) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]


def test_half_a_file_is_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.register_implementation("deadline", Interrupted, clobber=True)
    values = FilesystemValueStore("deadline://values", tmp_path / "key")
    reference = values.put("x" * 5000, **PLACE)
    monkeypatch.setattr(Interrupted, "is_dead", True)
    with pytest.raises(DagnbValueError, match="could not be written") as caught:
        values.put("y" * 6000, **PLACE)
    assert "the line is dead" in (caught.value.got or "")
    assert values.get(reference) == "x" * 5000  # of the attempt before: what was written whole is still whole


def test_a_local_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = LocalFolder(tmp_path / "values")
    folder.write("a/b.txt", b"whole")

    def dies(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(OSError, match="No space left"):
        folder.write("a/b.txt", b"half")
    assert folder.read("a/b.txt") == b"whole"
    assert folder.names("a") == ["b.txt"]


def test_folders_of_the_instance_are_private_and_others_are_not(tmp_path: Path) -> None:
    previous = os.umask(0o022)
    try:
        LocalFolder(tmp_path / "own").write("a/b", b"")
        LocalFolder(tmp_path / "shared", "usual").write("a/b", b"")
    finally:
        os.umask(previous)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("own/a", "own/a/b", "shared/a", "shared/a/b")]
    assert modes == [0o700, 0o600, 0o755, 0o644]


def test_an_unknown_place_names_what_is_missing_and_no_password(tmp_path: Path) -> None:
    values = FilesystemValueStore("gopher://user:hunter2@host/values", tmp_path / "key")
    assert values.get(values.put("small", **PLACE)) == "small"  # travels in its event
    with pytest.raises(DagnbValueError, match="cannot be opened") as caught:
        values.put("x" * 5000, **PLACE)
    assert caught.value.where == "gopher://host/values/"
    assert "hunter2" not in str(caught.value)


def test_folders_are_chosen_by_their_place() -> None:
    assert isinstance(open_folder("/tmp/x"), LocalFolder)
    assert isinstance(open_folder("file:///tmp/x"), LocalFolder)
    assert isinstance(open_folder("memory://x"), RemoteFolder)
    assert RemoteFolder("memory://nowhere").names("a") == []


@solid
def numbers() -> list[int]:
    return list(range(5000))


@solid
def total(values: list[int]) -> int:
    return sum(values)


@pipeline
def totals() -> None:
    total(numbers())


def test_the_values_of_an_instance_may_lie_at_an_address(tmp_path: Path) -> None:
    home = tmp_path / ".dagnb"
    home.mkdir()
    (home / "dagnb.yaml").write_text(f"values: memory://{tmp_path.name}/of-an-instance\n")
    with Instance.at(home) as instance:
        run = totals.run(instance=instance)
        assert run["numbers"].value == list(range(5000))
        memory = fsspec.filesystem("memory")
        assert memory.exists(f"/{tmp_path.name}/of-an-instance/{run.run_id}/numbers/result.json")
        assert not (home / "values").exists()
