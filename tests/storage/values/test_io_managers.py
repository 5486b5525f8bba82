"""The IO managers that come with dagnb, in runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dagnb import (
    DynamicOutput,
    DynamicOutputDefinition,
    Instance,
    Output,
    OutputDefinition,
    RetryRequested,
    Run,
    custom_path_io_manager,
    fs_io_manager,
    mem_io_manager,
    solid,
)
from dagnb.errors import DagnbValueError
from dagnb.execution.run import ExecutedRun
from dagnb.handles import running
from tests.execution.runs import alone, executed, messages, statuses


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral() as made:
        yield made


@solid(output_defs=[OutputDefinition(io_manager_key="files")])
def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key"))


@solid
def rows(table: pd.DataFrame) -> int:
    return len(table)


def test_memory_keeps_the_very_object(instance: Instance) -> None:
    lock = object()

    @solid(output_defs=[OutputDefinition(io_manager_key="files")])
    def held() -> Any:
        return lock

    seen: list[Any] = []

    @solid
    def look(thing: Any) -> None:
        seen.append(thing)

    run = executed(lambda: look(held()), instance, resources={"files": mem_io_manager})
    assert seen == [lock]
    assert run["held"].value is lock
    others = [alone(held, instance, resources={"files": mem_io_manager}) for _ in range(8)]
    assert others[0]["held"].value is lock
    running._keep(ExecutedRun(run_id=run.run_id, success=True, plan=running._executed[others[0].run_id].plan))
    with pytest.raises(DagnbValueError, match="kept in memory, and is gone"):
        run["held"].value  # noqa: B018  # reading is what is tested


@pytest.mark.parametrize("kind", ["a folder", "memory://", "file://", "the instance's own"])
def test_files_are_kept_in_a_folder_or_at_an_address(instance: Instance, tmp_path: Path, kind: str) -> None:
    base = {
        "a folder": str(tmp_path / "base"),
        "memory://": f"memory://{tmp_path.name}",
        "file://": f"file://{tmp_path}/base",
        "the instance's own": None,
    }[kind]
    config = {"resources": {"files": {"config": {"base_dir": base}}}} if base else None
    run = executed(lambda: rows(frame()), instance, resources={"files": fs_io_manager}, run_config=config)
    assert run.success, messages(run.error)
    pd.testing.assert_frame_equal(run["frame"].value, frame())
    folder = {"a folder": tmp_path / "base", "file://": tmp_path / "base", "the instance's own": instance.home / "io"}
    if kind in folder:
        (file,) = [path for path in folder[kind].rglob("*") if path.is_file()]
        assert file.relative_to(folder[kind]).as_posix() == f"{run.run_id}/frame/result.parquet"
        (event,) = [r.event for r in run.event_list if r.kind == "OutputProduced" and r.step_key == "frame"]
        assert {entry.label: entry.value for entry in event.metadata} == {  # type: ignore[union-attr]
            "path": str(file),
            "bytes": file.stat().st_size,
        }


def test_files_of_an_attempt_that_gave_another_type_are_removed(instance: Instance, tmp_path: Path) -> None:
    attempts: list[int] = []

    @solid(output_defs=[OutputDefinition(io_manager_key="files")])
    def flaky() -> Iterator[Output]:
        attempts.append(1)
        yield Output([1] if len(attempts) == 1 else np.arange(3))
        if len(attempts) == 1:
            raise RetryRequested(max_retries=1)

    config = {"resources": {"files": {"config": {"base_dir": str(tmp_path / "base")}}}}
    run = alone(flaky, instance, resources={"files": fs_io_manager}, run_config=config)
    assert run["flaky"].value.tolist() == [0, 1, 2]
    assert [path.name for path in (tmp_path / "base").rglob("*.*")] == ["result.npy"]


def test_a_file_that_is_gone_or_not_signed_here_is_refused(instance: Instance, tmp_path: Path) -> None:
    @solid(output_defs=[OutputDefinition(io_manager_key="files")])
    def a_set() -> Any:
        return {1, 2}

    config = {"resources": {"files": {"config": {"base_dir": str(tmp_path / "base")}}}}
    run = alone(a_set, instance, resources={"files": fs_io_manager}, run_config=config)
    (file,) = (tmp_path / "base").rglob("*.pickle")
    assert run["a_set"].value == {1, 2}
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(DagnbValueError, match="not signed by this instance"):
        run["a_set"].value  # noqa: B018  # reading is what is tested
    file.unlink()
    with pytest.raises(DagnbValueError, match="is gone") as caught:
        run["a_set"].value  # noqa: B018  # as above
    assert "result.*" in (caught.value.expected or "")


def at_path(path: Any, value: Any, instance: Instance, base: Path, **metadata: Any) -> Run:
    @solid(output_defs=[OutputDefinition(io_manager_key="files", metadata={"path": path, **metadata})])
    def report() -> Any:
        return value

    @solid
    def take(thing: Any) -> Any:
        return thing

    config = {"resources": {"files": {"config": {"base_dir": str(base)}}}}
    return executed(lambda: take(report()), instance, resources={"files": custom_path_io_manager}, run_config=config)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sales/daily.json", {"a": [1]}),
        ("note.txt", "text"),
        ("picture.png", b"\x89PNG"),
        ("model.pkl", {1, 2}),
        ("model", {1, 2}),
        ("v1.2/model.v3.json", [1]),
    ],
)
def test_a_path_of_ones_own_is_written_as_its_suffix_says(
    instance: Instance, tmp_path: Path, path: str, value: Any
) -> None:
    run = at_path(path, value, instance, tmp_path / "base")
    assert run.success, messages(run.error)
    assert run["take"].value == value
    assert run["report"].value == value
    assert (tmp_path / "base" / path).is_file()
    if path.endswith("json"):
        assert json.loads((tmp_path / "base" / path).read_text()) == value
    if path.endswith("png"):
        assert (tmp_path / "base" / path).read_bytes() == value


def test_a_path_of_ones_own_is_an_asset(instance: Instance, tmp_path: Path) -> None:
    run = at_path("sales/{partition}/daily.json", [1], instance, tmp_path, asset_key=None)
    assert "take {partition} out of the path" in messages(run["report"].error)
    run = at_path("sales/daily.json", [1], instance, tmp_path)
    assert run.materializations["asset"].tolist() == ["sales.daily"]
    assert run.materializations["path"].tolist() == [str(tmp_path / "sales" / "daily.json")]
    run = at_path(tmp_path / "x.json", [1], instance, tmp_path, asset_key="mine")
    assert run.materializations["asset"].tolist() == ["mine"]
    run = at_path("{run_id}.json", [1], instance, tmp_path)
    assert run.materializations["asset"].tolist() == ["report.result"]
    assert (tmp_path / f"{run.run_id}.json").is_file()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("a.parquet", [1], "the value cannot be written as a.parquet"),
        ("a.parquet", pd.DataFrame({"a": [1, "x"]}), "column a"),
        ("a.csv", [1], "what the value type bytes takes"),
        (None, [1], "needs the path of a file"),
        (3, [1], "needs the path of a file"),
        ("folder/", [1], "needs the path of a file"),
        ("{who}.json", [1], "take {who} out of the path"),
        ("{run_id.__class__}.json", [1], "out of the path"),
        ("{.json", [1], "the path of an output cannot be read"),
    ],
)
def test_a_path_that_will_not_do_fails_the_step_in_words(
    instance: Instance, tmp_path: Path, path: Any, value: Any, told: str
) -> None:
    run = at_path(path, value, instance, tmp_path)
    assert statuses(run)["report"] == "failure"
    assert told in messages(run["report"].error)


@pytest.mark.parametrize(("path", "is_well"), [("one.json", False), ("{mapping_key}.json", True)])
def test_mapped_values_do_not_overwrite_each_other(
    instance: Instance, tmp_path: Path, path: str, is_well: bool
) -> None:
    @solid(output_defs=[DynamicOutputDefinition(int)])
    def numbers() -> Iterator[DynamicOutput]:
        yield DynamicOutput(1, "a")
        yield DynamicOutput(2, "b")

    @solid(output_defs=[OutputDefinition(io_manager_key="files", metadata={"path": path})])
    def double(number: int) -> int:
        return 2 * number

    config = {"resources": {"files": {"config": {"base_dir": str(tmp_path / "base")}}}}
    run = executed(
        lambda: numbers().map(double), instance, resources={"files": custom_path_io_manager}, run_config=config
    )
    assert run.success is is_well
    if is_well:
        assert {file.name: file.read_text() for file in (tmp_path / "base").iterdir()} == {"a.json": "2", "b.json": "4"}
    else:
        assert "put {mapping_key} into the path" in messages(run["double[a]"].error)


def test_what_holds_a_password_is_written_to_no_file(instance: Instance, tmp_path: Path) -> None:
    @solid(config_schema={"password": str}, output_defs=[OutputDefinition(io_manager_key="files")])
    def leak(context: Any) -> str:
        return f"it is {context.solid_config['password']}"

    config = {
        "solids": {"leak": {"config": {"password": "hunter2-of-io"}}},
        "resources": {"files": {"config": {"base_dir": str(tmp_path / "base")}}},
    }
    run = alone(leak, instance, resources={"files": fs_io_manager}, run_config=config)
    assert "the value holds a secret" in messages(run["leak"].error)
    assert not (tmp_path / "base").exists()


def test_a_folder_that_cannot_be_written_fails_the_step_in_words(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "base").write_text("in the way")
    config = {"resources": {"files": {"config": {"base_dir": str(tmp_path / "base")}}}}
    run = alone(frame, instance, resources={"files": fs_io_manager}, run_config=config)
    assert "the value could not be written" in messages(run["frame"].error)


def test_an_address_that_nothing_opens_says_so(instance: Instance) -> None:
    config = {"resources": {"files": {"config": {"base_dir": "gopher://u:pw@host/x"}}}}
    run = alone(frame, instance, resources={"files": fs_io_manager}, run_config=config)
    text = messages(run["frame"].error)
    assert "the place of values cannot be opened" in text
    assert "pw" not in text
