"""One Jupyter server and one browser for the session; a page and a notebook for each test."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import ARGUMENTS

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PICTURES = ROOT / "test-results"
FrontEnd = Literal["lab", "notebook"]


@dataclass(frozen=True)
class Server:
    """A running Jupyter server and the folder that it serves."""

    url: str
    token: str
    folder: Path

    def rest(self, method: str, path: str) -> Any:
        request = urllib.request.Request(  # noqa: S310  our own server
            f"{self.url}/api/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310  our own server
                text = response.read()
        except HTTPError as error:  # a kernel that comes or goes at this moment makes the server stumble
            error.close()
            return None
        return json.loads(text) if text else None

    def stop_kernels(self) -> None:
        """Shut all kernels down; one that is still starting is refused, and asked again."""
        wait_until(self._has_no_kernels, 30, "the kernels to shut down")

    def _has_no_kernels(self) -> bool:
        for session in self.rest("GET", "sessions") or ():
            self.rest("DELETE", f"sessions/{session['id']}")
        return bool(self.rest("GET", "kernels") == [])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home, folder = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    port, token = free_port(), "browser-tests"
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
    }
    for name in ("VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG"):
        environment.pop(name, None)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
        "--ServerApp.log_level=ERROR",
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    server = Server(f"http://127.0.0.1:{port}", token, folder)
    try:
        wait_until(lambda: _answers(server, process), 60, "the server to answer")
        yield server
        server.stop_kernels()
    finally:
        process.terminate()
        process.wait(20)


def _answers(server: Server, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the Jupyter server ended"
    try:
        return server.rest("GET", "status") is not None
    except OSError:
        return False


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context
    context.close()


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)


class Document:
    """A notebook open in a page."""

    def __init__(self, server: Server, page: Page, front_end: FrontEnd, name: str) -> None:
        self.server, self.page, self.front_end, self.name = server, page, front_end, name
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @property
    def path(self) -> Path:
        return self.server.folder / self.name

    def open(self) -> None:
        place = f"lab/tree/{self.name}?reset&" if self.front_end == "lab" else f"notebooks/{self.name}?"
        self.page.goto(f"{self.server.url}/{place}token={self.server.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")

    def await_kernel(self) -> None:
        """Wait for the kernel: until one is there, Shift+Enter is dropped without a word."""
        wait_until(self._is_idle, 60, "the kernel to be idle")

    def _is_idle(self) -> bool:
        # Only this notebook's: a page that was closed may have left a kernel that was just starting.
        sessions = [each for each in self.server.rest("GET", "sessions") or () if each["path"] == self.name]
        kernels = [each["kernel"] for each in sessions]
        return any(each["execution_state"] == "idle" and each["connections"] for each in kernels)

    def run(self, cell: int = 0) -> None:
        self.page.locator(".jp-Notebook .jp-Cell .cm-content").nth(cell).click()
        self.page.keyboard.press("Shift+Enter")

    def is_running(self, cell: int = 0) -> bool:
        prompt = self.page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").nth(cell).text_content() or ""
        return "*" in prompt

    def await_cell(self, cell: int = 0, seconds: float = 60) -> None:
        wait_until(lambda: not self.is_running(cell), seconds, "the cell to end")

    def state_of(self, solid: str) -> str:
        found = self.page.locator(f'.dagnb-live [data-node="{solid}"]').first.get_attribute("class") or ""
        return " ".join(word for word in found.split() if word in STATES)

    def click_solid(self, solid: str) -> None:
        self.page.locator(f'.dagnb-live [data-node="{solid}"] .card').first.click()

    def save(self) -> None:
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        wait_until(lambda: self._is_saved_since(before), 20, "the notebook to be saved")

    def _is_saved_since(self, before: int) -> bool:
        try:
            json.loads(self.path.read_text())
        except json.JSONDecodeError:  # the server is in the middle of it
            return False
        return self.path.stat().st_mtime_ns != before

    def picture(self, name: str, selector: str = ".dagnb-live") -> None:
        PICTURES.mkdir(exist_ok=True)
        self.page.locator(selector).first.screenshot(path=PICTURES / f"{name}.png")


STATES = ("waiting", "running", "success", "failure", "skipped", "canceled")


def notebook_of(cells: Iterable[str]) -> dict[str, Any]:
    """Return a notebook with a kernel chosen, so that no dialog asks for one."""
    sources: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": text,
        }
        for number, text in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": sources, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def open_notebook(
    server: Server, context: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Document]]:
    """Write a notebook of the given cells, open it and wait for its kernel."""

    pages: list[Page] = []

    def opened(*cells: str, front_end: FrontEnd = "lab") -> Document:
        name = f"{request.node.originalname}-{front_end}.ipynb"
        (server.folder / name).write_text(json.dumps(notebook_of(cells)))
        pages.append(context.new_page())
        document = Document(server, pages[-1], front_end, name)
        document.open()
        document.await_kernel()
        return document

    yield opened
    for page in pages:
        page.close()
    server.stop_kernels()
