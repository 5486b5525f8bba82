from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from dagnb.errors import DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.paths import component, inside
from dagnb.storage.values.store import FilesystemValueStore

nasty = st.sampled_from(["..", ".", "", "/", "\\", "\0", "%2e", "~", "a", "A", "é", "\udcff", "nul", "CON", "x" * 150])
names = st.text() | st.lists(nasty, max_size=4).map("".join) | st.text(st.characters(categories=["Cs", "Cc", "P"]))


@settings(max_examples=500)
@given(first=names, second=names)
@example("..", "%2E%2E")
@example("Load", "load")
@example("x" * 300, "x" * 301)
def test_distinct_names_have_distinct_paths_also_where_case_does_not_count(first: str, second: str) -> None:
    for name in (first, second):
        made = component(name)
        assert made not in {"", ".", ".."}
        assert not set(made) & set('/\\\0<>:"|?*')
        assert len(made.encode()) <= 200
        assert not made.endswith((".", " "))
    assert (component(first).lower() == component(second).lower()) == (first == second)


@settings(max_examples=150, deadline=None)
@given(run_id=names, step_key=names, output_name=names)
def test_values_of_any_name_stay_inside_and_come_back(
    tmp_path_factory: pytest.TempPathFactory, run_id: str, step_key: str, output_name: str
) -> None:
    folder = tmp_path_factory.mktemp("fence", numbered=True)
    values = FilesystemValueStore(folder / "values", folder / "key")
    reference = values.put("x" * 5000, run_id=run_id, step_key=step_key, output_name=output_name)
    assert values.get(reference) == "x" * 5000
    assert [path.name for path in folder.iterdir()] == ["values"]
    assert Path(values.open_folder(run_id, step_key)).resolve().is_relative_to(values.root.resolve())


@pytest.mark.parametrize(
    "address", ["../key", "a/../../key", "/etc/passwd", "a//b", "", ".", "a/./b", "a\0b", "..", "values-2/x"]
)
def test_a_stored_address_that_leads_outside_is_refused(tmp_path: Path, address: str) -> None:
    (tmp_path / "key").write_text("secret")
    (tmp_path / "values").mkdir()
    values = FilesystemValueStore(tmp_path / "values", tmp_path / "own-key")
    with pytest.raises(DagnbValueError, match=r"outside the instance|is gone"):
        values.get(ValueReference(codec="text", address=address))


def test_a_folder_whose_name_only_begins_like_the_root_is_outside(tmp_path: Path) -> None:
    (tmp_path / "values").mkdir()
    (tmp_path / "values-2").mkdir()
    with pytest.raises(DagnbValueError, match="outside"):
        inside(tmp_path / "values", "../values-2/x")


def test_links_do_not_lead_outside(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "result.txt").write_text("x" * 5000)
    values = FilesystemValueStore(tmp_path / "values", tmp_path / "key")
    (values.root / "run-1").mkdir(parents=True)
    (values.root / "run-1" / "load").symlink_to(outside)
    for reach in (
        lambda: values.get(ValueReference(codec="text", address="run-1/load/result.txt")),
        lambda: values.put("y" * 5000, run_id="run-1", step_key="load", output_name="result"),
        lambda: values.open_folder("run-1", "load"),
    ):
        with pytest.raises(DagnbValueError, match="outside"):
            reach()
    (values.root / "run-1" / "fit").mkdir()
    (values.root / "run-1" / "fit" / "result.txt").symlink_to(outside / "result.txt")
    with pytest.raises(DagnbValueError, match="outside"):
        values.get(ValueReference(codec="text", address="run-1/fit/result.txt"))
    assert (outside / "result.txt").read_text() == "x" * 5000
    assert [path.name for path in outside.iterdir()] == ["result.txt"]
