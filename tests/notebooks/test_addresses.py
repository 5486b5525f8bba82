"""Notebooks at addresses, from a real HTTP server."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest

from dagnb.definitions import solid
from dagnb.errors import DagnbNotebookError
from dagnb.handles import execute_pipeline, pipeline
from dagnb.notebooks import addresses
from dagnb.notebooks.errors import (
    DagnbNotebookFailedError,
    DagnbNotebookUnreachableError,
    DagnbNotebookUnreadableError,
    DagnbUnknownSchemeError,
)
from dagnb.notebooks.solid import notebook_solid
from tests.notebooks.documents import document, read
from tests.notebooks.paths import notebook


class Site:
    """What a server on this machine gives, by path; and what it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.let_go = threading.Event()
        self.let_go.set()
        self.port = 0

    def put(self, path: str, *cells: str, parameters: str | None = None) -> str:
        made = document(*cells, parameters=parameters)
        made.cells[-1].outputs = [nbformat.v4.new_output("stream", text="of an earlier run")]  # type: ignore[no-untyped-call]
        self.pages[path] = nbformat.writes(made)  # type: ignore[no-untyped-call]
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    told = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            told.let_go.wait(10)
            page = told.pages.get(self.path.partition("?")[0])
            self.send_response(200 if page else 404)
            self.end_headers()
            self.wfile.write((page or "<h1>Nothing\nhere</h1>").encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield told
        told.let_go.set()
        server.shutdown()
        thread.join()


@solid
def load_rows() -> int:
    return 3


def test_a_notebook_at_an_address_runs_as_it_was_read(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = site.put("/team/fit%20model.ipynb", "model = rows * folds", parameters="rows = None\nfolds: int = 5")
    fit = notebook_solid(f"{address}?token=hunter-twenty-two", outputs=["model"], output_notebook="copy")
    assert repr(fit) == "fit_model(rows: Any) -> model: Any, copy: str"
    assert fit.body.source == address
    assert b"hunter" not in pickle.dumps(fit.body)
    assert b"earlier run" not in pickle.dumps(fit.body)
    before = fit.code_version
    site.put("/team/fit%20model.ipynb", "model = 0")
    monkeypatch.chdir(tmp_path)

    @pipeline
    def report() -> None:
        fit(load_rows())

    run = execute_pipeline(report, run_config={"solids": {"fit_model": {"config": {"folds": 2}}}})
    assert run["fit_model"].output_value("model") == 6
    copy = read(run["fit_model"].output_value("copy"))
    assert copy.metadata.dagnb.source == copy.metadata.papermill.input_path == address
    assert site.asked == ["/team/fit%20model.ipynb?token=hunter-twenty-two"]
    assert fit.code_version == before
    assert notebook_solid(address).code_version != before


def test_a_failing_cell_of_it_is_named(site: Site) -> None:
    broken = notebook_solid(site.put("/raw/17", "x = 1", "1 / 0"), name="broken")

    @pipeline
    def report() -> None:
        broken()

    with pytest.raises(DagnbNotebookFailedError, match=r"17\.ipynb › cell 2"):
        execute_pipeline(report)


def test_a_page_that_is_no_notebook_is_quoted(site: Site) -> None:
    with pytest.raises(DagnbNotebookUnreadableError, match="begins with '<h1>Nothing here</h1>'") as caught:
        notebook_solid(f"http://127.0.0.1:{site.port}/gone.ipynb")
    assert f"127.0.0.1:{site.port}/gone.ipynb" in str(caught.value)


def test_nobody_there_is_said_without_the_keys() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DagnbNotebookUnreachableError, match="cannot be fetched") as caught:
        notebook_solid(f"http://me:hunter22@127.0.0.1:{port}/x.ipynb?signature=abcdef")
    assert isinstance(caught.value, ConnectionError)
    for key in ("hunter22", "abcdef"):
        assert key not in str(caught.value)


def test_a_server_that_never_answers_holds_nobody_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_SECONDS", 0.3)
    site.let_go.clear()
    with pytest.raises(DagnbNotebookUnreachableError, match=r"no answer within 0\.3 s"):
        notebook_solid(site.put("/slow.ipynb", "x = 1"))


@pytest.mark.parametrize(
    ("address", "package", "extra"),
    [("s3://bucket/x.ipynb", "boto3", "s3"), (Path("gs://bucket/x.ipynb"), "gcsfs", "gcs")],
)
def test_a_missing_package_is_named_with_how_to_install_it(address: Any, package: str, extra: str) -> None:
    # Not part of the test environment; papermill asks for them when it is imported.
    command = (
        "import sys; sys.modules.update(boto3=None, gcsfs=None)\n"
        "from pathlib import PosixPath\nfrom dagnb import notebook_solid\n"
        f"notebook_solid({address!r})"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", command], capture_output=True, text=True, check=False)
    assert f"The {package} optional dependency is missing" in done.stderr
    assert f"pip install papermill[{extra}], then define the solid again" in done.stderr


def test_an_unknown_scheme_names_the_known_ones() -> None:
    with pytest.raises(DagnbUnknownSchemeError, match=r"begin with gopher://[\s\S]*https, http, s3") as caught:
        notebook_solid("gopher://host/x.ipynb")
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), DagnbNotebookError)


def test_papermill_is_imported_for_addresses_and_other_languages_only() -> None:
    command = (
        "import sys\nfrom dagnb import notebook_solid\n"
        f"notebook_solid({notebook('values_in_and_out')!r}).code_version\n"
        "assert not [name for name in sys.modules if name.startswith(('papermill', 'requests'))]"
    )
    subprocess.run([sys.executable, "-c", command], check=True)
