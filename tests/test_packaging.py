"""What is installed from a checkout is whole: the wheel carries the built front end and needs no Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STATIC = "dagnb/widgets/static/"

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


def _run(*command: str | Path, cwd: Path, path: str | None = None) -> str:
    environment = {**os.environ, "PATH": path or os.environ["PATH"]}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def path_without_node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which every program is found but Node's."""
    folder = tmp_path_factory.mktemp("bin")
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*") if place else ():
            link = folder / program.name
            if program.name not in {"node", "nodejs", "npm", "npx"} and not link.is_symlink():
                link.symlink_to(program)
    assert shutil.which("node", path=str(folder)) is None
    return str(folder)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is committed and changed here, without anything built."""
    folder = tmp_path_factory.mktemp("check out")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    _run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", out, checkout, cwd=checkout)
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(sdist: Path, path_without_node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist where there is no Node."""
    out = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(out, filter="data")
    (source,) = out.iterdir()
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir")
    _run(*build, out / "dist", source, cwd=out, path=path_without_node)
    (built,) = (out / "dist").iterdir()
    return built


def test_the_sdist_carries_the_built_front_end_and_its_sources(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert [name for name in names if name.startswith(STATIC) and name.endswith(".js")]
    assert "extensions/package.json" in names
    assert not [name for name in names if "node_modules" in name]


def test_the_wheel_carries_the_package_the_built_front_end_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"dagnb"}
    assert [name for name in names if name.startswith(STATIC) and name.endswith(".js")]
    assert "dagnb/py.typed" in names


def test_the_wheel_installs_and_works_without_node(wheel: Path, path_without_node: str, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    _run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path, path=path_without_node)
    where = _run(python, "-c", "import dagnb; print(dagnb.__file__)", cwd=tmp_path, path=path_without_node)
    static = Path(where.strip()).parent / "widgets" / "static"
    assert static.is_relative_to(tmp_path / "venv")
    assert list(static.glob("*.js"))
    _run(tmp_path / "venv" / "bin" / "dagnb", "--help", cwd=tmp_path, path=path_without_node)
    points = "[p for p in distribution('dagnb').entry_points if p.group.startswith('dagnb.')]"
    load = f"from importlib.metadata import distribution; print(len([p.load() for p in {points}]))"
    assert int(_run(python, "-c", load, cwd=tmp_path, path=path_without_node)) > 0


def test_building_from_a_checkout_without_node_says_what_is_missing(
    checkout: Path, path_without_node: str, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(checkout, bare, ignore=shutil.ignore_patterns("node_modules", "static"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(bare)]
    environment = {**os.environ, "PATH": path_without_node}
    done = subprocess.run(command, cwd=bare, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "needs Node.js 20 or newer with npm; Node.js is not on PATH" in done.stdout + done.stderr
