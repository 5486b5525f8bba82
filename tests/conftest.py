"""What every test stands on: an instance of its own, Jupyter's folders out of the way, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import chromium
from tests.leaks import Snapshot, leaked_since, processes_with

SESSION_VARIABLE = "DAGNB_TEST_SESSION"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser's tests on one worker: one server and one browser serve them all."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session", autouse=True)
def _own_surroundings() -> Iterator[None]:
    """Keep Jupyter and IPython out of the person's own folders; HOME itself stays."""
    # Not under pytest's own folder: the runtime folder holds sockets, whose paths must be short.
    folder = Path(tempfile.mkdtemp(prefix="dagnb-tests-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "config"))
        patch.setenv("JUPYTER_DATA_DIR", str(folder / "data"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        patch.setenv("JUPYTERLAB_SETTINGS_DIR", str(folder / "lab-settings"))
        patch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(folder / "lab-workspaces"))
        # Tests start nested pytest and notebooks; these must not find the state of this one.
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _jupyters_event_loop(_own_surroundings: None) -> Iterator[None]:
    """Make the event loop that Jupyter's blocking calls keep for a thread now, so that no test is charged with it."""
    from jupyter_core.utils import ensure_event_loop, run_sync

    loop = ensure_event_loop()

    async def nothing() -> None:
        pass

    async def inside() -> None:  # where a loop runs already, as under a browser, they keep a thread with another one
        run_sync(nothing)()

    loop.run_until_complete(inside())
    yield
    if not loop.is_running():
        loop.close()


@pytest.fixture(scope="session", autouse=True)
def _no_process_outlives_the_session() -> Iterator[None]:
    """Tag what the tests start, and fail when any of it is there at the end, however far it has detached itself."""
    tag = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SESSION_VARIABLE, tag)
        yield
    left = [process for process in processes_with(SESSION_VARIABLE, tag) if process.pid != os.getpid()]
    described = [f"{process.pid}: {' '.join(process.cmdline())[:200]}" for process in left]
    for process in left:
        process.kill()
    assert not described, "processes outlived the tests that started them:\n" + "\n".join(described)


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or an open file descriptor (R28)."""
    before = Snapshot.take()
    yield
    left = leaked_since(before)
    assert not left, "the test left behind:\n" + "\n".join(left)


@pytest.fixture(autouse=True)
def dagnb_home(_nothing_is_left_behind: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The instance folder of this test, not yet created; instances that the test opened are closed after it."""
    home = tmp_path / ".dagnb"
    monkeypatch.setenv("DAGNB_HOME", str(home))
    yield home
    engine = sys.modules.get("dagnb.notebooks.kernel_engine")
    if engine is not None:
        engine.await_ending()  # kernels that have given their result end in the background
    instances = sys.modules.get("dagnb.instance")
    if instances is not None:
        instances.Instance.close_all()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that the browser tests drive."""
    path = chromium.find()
    assert path is not None, "no Chromium that runs was found: .ci/setup installs one"
    return path
