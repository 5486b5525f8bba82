from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dagnb.config import DagnbConfigError
from dagnb.contracts.records import RunStatus
from dagnb.errors import DagnbInstanceError, DagnbNotFoundError, DagnbPluginError
from dagnb.instance import Instance, InstanceWarning
from dagnb.storage.owner import current_owner
from tests.leaks import Snapshot, leaked_since
from tests.storage.samples import NOON, SNAPSHOT, a_run


@pytest.fixture(autouse=True)
def _instances_closed(dagnb_home: Path) -> Iterator[None]:
    yield
    Instance.close_all()


def test_a_place_has_one_instance(dagnb_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = Instance.get()
    assert instance.home == dagnb_home
    assert Instance.get() is instance
    assert Instance.get(tmp_path / "elsewhere") is instance
    monkeypatch.delenv("DAGNB_HOME")
    project = tmp_path / "project"
    project.mkdir()
    other = Instance.get(project)
    assert other.home == tmp_path / ".dagnb" == dagnb_home
    assert other is instance


def test_what_is_written_is_there_tomorrow(dagnb_home: Path) -> None:
    with Instance.get() as today:
        today.runs.create_run(a_run(), SNAPSHOT)
        reference = today.values.put({1, 2}, run_id="run-1", step_key="a", output_name="result")
    with Instance.get() as tomorrow:
        assert tomorrow is not today
        assert tomorrow.read_run("run-1") == a_run()
        assert tomorrow.values.get(reference) == {1, 2}
    assert sorted(path.name for path in dagnb_home.iterdir()) == [".gitignore", "dagnb.db", "key"]


def test_opening_makes_no_store_and_imports_no_database() -> None:
    code = (
        "import sys; from dagnb.instance import Instance; Instance.get()\n"
        "heavy = {'sqlalchemy', 'alembic', 'pandas', 'pydantic_core', 'yaml', 'psutil'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path.cwd())


def test_an_ephemeral_instance_leaves_nothing() -> None:
    with Instance.ephemeral() as instance:
        instance.runs.create_run(a_run(), SNAPSHOT)
        home = instance.home
        assert instance.temporary
        assert home.stat().st_mode & 0o777 == 0o700
    assert not home.exists()


def test_an_ephemeral_instance_that_is_forgotten_leaves_nothing_either(tmp_path: Path) -> None:
    code = "from dagnb.instance import Instance; i = Instance.ephemeral(); i.read_runs(); print(i.home)"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=Path.cwd(), capture_output=True, text=True)
    assert not Path(done.stdout.strip()).exists()


def test_a_forked_child_does_not_remove_its_parents_folder() -> None:
    code = (
        "import os, sys; from dagnb.instance import Instance; i = Instance.ephemeral(); i.read_runs()\n"
        "pid = os.fork()\n"
        "if pid == 0: sys.exit(0)\n"
        "os.waitpid(pid, 0); assert i.home.exists(); print(i.read_runs())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=Path.cwd(), capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_where_it_cannot_be_written_a_temporary_one_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    # /proc takes no folders, not even root's.
    monkeypatch.setenv("DAGNB_HOME", "/proc/dagnb-home")
    with pytest.warns(InstanceWarning, match="/proc/dagnb-home cannot be written"):
        instance = Instance.get()
    assert instance.temporary
    instance.runs.create_run(a_run(), SNAPSHOT)
    # Said once; the runs of this process stay together.
    assert Instance.get() is instance
    assert [run.run_id for run in Instance.get().read_runs()] == ["run-1"]


def test_a_folder_asked_for_by_name_that_cannot_be_written_is_an_error() -> None:
    with pytest.raises(DagnbInstanceError, match="cannot be written") as caught:
        Instance.at("/proc/dagnb-home")
    assert caught.value.where == "/proc/dagnb-home"


def test_a_file_in_the_folders_place_is_an_error(dagnb_home: Path) -> None:
    dagnb_home.write_text("in the way")
    with pytest.raises(DagnbInstanceError, match="a file is in its place"):
        Instance.get()


def test_a_damaged_database_is_one_clear_error_and_is_left_alone(dagnb_home: Path) -> None:
    Instance.get()
    (dagnb_home / "dagnb.db").write_bytes(b"scribble" * 1000)
    for _ in range(2):
        with pytest.raises(DagnbInstanceError, match="not a SQLite database") as caught:
            Instance.get().read_runs()
        assert caught.value.where == str(dagnb_home / "dagnb.db")
        assert caught.value.hint
    assert (dagnb_home / "dagnb.db").read_bytes() == b"scribble" * 1000


def test_an_instance_that_somebody_deleted_is_made_anew(dagnb_home: Path) -> None:
    import shutil

    Instance.get().runs.create_run(a_run(), SNAPSHOT)
    shutil.rmtree(dagnb_home)
    assert Instance.get().read_runs() == []
    Instance.get().runs.create_run(a_run(), SNAPSHOT)
    Instance.close_all()
    assert [run.run_id for run in Instance.get().read_runs()] == ["run-1"]


def test_a_run_is_found_by_the_beginning_of_its_id() -> None:
    instance = Instance.get()
    with pytest.raises(DagnbNotFoundError, match="no run named 7c") as caught:
        instance.read_run("7c")
    assert caught.value.hint == "this instance has no runs yet"
    for run_id in ("7c1e", "7c1e55", "8a00"):
        instance.runs.create_run(a_run(run_id), SNAPSHOT)
    assert instance.read_run("8").run_id == "8a00"
    assert instance.read_run("7c1e").run_id == "7c1e"
    with pytest.raises(DagnbNotFoundError, match="no single run named 7c") as caught:
        instance.read_run("7c")
    assert "7c1e, 7c1e55" in str(caught.value) or "7c1e55, 7c1e" in str(caught.value)
    with pytest.raises(DagnbNotFoundError):
        instance.read_run("")
    with pytest.raises(DagnbNotFoundError):
        instance.read_run("%")


def test_a_lost_run_is_a_failure_by_the_time_it_is_read() -> None:
    instance = Instance.get()
    dead = replace(current_owner(), process_started="earlier")
    for number in (1, 2):
        instance.runs.create_run(a_run(f"run-{number}", created=NOON, status=RunStatus.STARTED), SNAPSHOT)
        instance.runs.claim(f"run-{number}", dead)
    assert instance.read_run("run-1").status is RunStatus.FAILURE
    assert [run.status for run in instance.read_runs()] == [RunStatus.FAILURE] * 2


def test_settings_move_the_stores(dagnb_home: Path, tmp_path: Path) -> None:
    dagnb_home.mkdir()
    (dagnb_home / "dagnb.yaml").write_text(f"database: {tmp_path / 'fast' / 'runs.db'}\nvalues: blobs\n")
    instance = Instance.get()
    instance.runs.create_run(a_run(), SNAPSHOT)
    instance.values.put("x" * 5000, run_id="run-1", step_key="a", output_name="result")
    assert (tmp_path / "fast" / "runs.db").exists()
    assert (dagnb_home / "blobs" / "run-1" / "a" / "result.txt").exists()


def test_a_store_that_is_not_installed_is_named(dagnb_home: Path) -> None:
    dagnb_home.mkdir()
    (dagnb_home / "dagnb.yaml").write_text("store: sqlit\n")
    with pytest.raises(DagnbPluginError, match="no part named sqlit among the stores") as caught:
        Instance.get().runs  # noqa: B018  # opens the store
    assert caught.value.hint == "did you mean sqlite?"


def test_parts_of_other_packages_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "elsewhere-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(
        "[dagnb.executors]\nfast = dagnb_elsewhere:Fast\nbroken = dagnb_elsewhere:Missing\ngone = dagnb_gone:X\n"
    )
    (tmp_path / "site" / "dagnb_elsewhere.py").write_text("class Fast: pass\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    instance = Instance.get()
    assert instance.plugin("executors", "fast").__name__ == "Fast"
    assert instance.plugin("executors", "fast") is instance.plugin("executors", "fast")
    assert {"fast", "in_process"} <= set(instance.plugin_names("executors"))
    for name, said in (("broken", "AttributeError"), ("gone", "ModuleNotFoundError")):
        with pytest.raises(DagnbPluginError, match="does not load") as caught:
            instance.plugin("executors", name)
        assert said in (caught.value.got or "")


def test_dagnbs_own_parts_are_those_that_it_declares() -> None:
    import tomllib

    from dagnb.contracts.parts import OWN_PARTS

    declared = tomllib.loads(Path("pyproject.toml").read_text())["project"]["entry-points"]
    ours = {group.removeprefix("dagnb."): parts for group, parts in declared.items() if group.startswith("dagnb.")}
    assert {group: dict(parts) for group, parts in OWN_PARTS.items()} == ours


def test_the_doctor_sees_the_place(dagnb_home: Path) -> None:
    instance = Instance.get()
    instance.runs.create_run(a_run(), SNAPSHOT)
    info = instance.info()
    assert (info["home"], info["runs"], info["store"]) == (str(dagnb_home), 1, "sqlite")
    assert info["database_bytes"] > 0
    assert "in_process" in info["plugins"]["executors"]


def test_the_working_folder_may_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert Instance.get().read_runs() == []
    monkeypatch.delenv("DAGNB_HOME")
    with pytest.raises(DagnbInstanceError, match="the working folder is gone"):
        Instance.get()


@pytest.mark.parametrize("text", ["store: [", "stoer: sqlite", "store: 3"])
def test_what_is_wrong_with_the_settings_names_their_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "dagnb.yaml").write_text(text)
    with Instance.at(tmp_path) as instance, pytest.raises(DagnbConfigError, match=r"dagnb\.yaml"):
        instance.read_runs()


def test_an_instance_may_be_the_default_for_a_while(dagnb_home: Path, tmp_path: Path) -> None:
    before = Instance.get()
    with Instance.ephemeral() as temporary, temporary.as_default():
        assert Instance.get() is temporary
        assert os.environ["DAGNB_HOME"] == str(temporary.home)
        with Instance.local_temp(tmp_path / "inner") as inner, inner.as_default():
            assert Instance.get() is inner
        assert Instance.get() is temporary
    assert Instance.get() is before
    assert os.environ["DAGNB_HOME"] == str(dagnb_home)
    with before.as_default():
        assert Instance.get() is before
    assert Instance.get() is before


def test_an_instance_for_a_test_is_kept_where_a_folder_is_given(tmp_path: Path) -> None:
    with Instance.local_temp(tmp_path / "mine") as kept, Instance.local_temp() as gone:
        kept.runs.create_run(a_run(), SNAPSHOT)
    assert (tmp_path / "mine" / "dagnb.db").exists()
    assert (kept.temporary, gone.temporary) == (False, True)
    assert not gone.home.exists()


def test_a_forgotten_temporary_instance_closes_its_files() -> None:
    before = Snapshot.take()
    instance = Instance.ephemeral()
    instance.runs.create_run(a_run(), SNAPSHOT)
    assert Snapshot.take().new_since(before) != []
    del instance
    assert leaked_since(before) == []
