"""The house is as it was agreed: where things stand, how large they are, what is committed."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "dagnb"
TESTS = ROOT / "tests"

LONGEST_FILE = 600  # lines

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    ".pre-commit-config.yaml",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "binder",
    "dagnb",
    "extensions",
    "hatch_build.py",
    "notebooks",
    "pyproject.toml",
    "tests",
}

# Folders of tests that stand for no room: they test the whole from outside.
TESTS_OF_THE_WHOLE = {"benchmarks", "browser", "crash", "examples", "hostile", "typing"}


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


TRACKED = _tracked()
PYTHON_FILES = [name for name in TRACKED if name.endswith(".py")]


def _exports(path: Path) -> list[str] | None:
    """Read ``__all__`` of a module without importing it; None when it has none or computes it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name("__all__")], value=ast.List() | ast.Tuple() as names):
                return list(ast.literal_eval(names))
            case ast.AnnAssign(target=ast.Name("__all__"), value=ast.List() | ast.Tuple() as names):
                return list(ast.literal_eval(names))
    return None


def _place(name: str) -> tuple[int, str]:
    """Sort as ruff's RUF022 does: constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def test_the_top_level_holds_what_was_agreed() -> None:
    assert {name.split("/")[0] for name in TRACKED} <= TOP_LEVEL


def test_every_room_of_tests_stands_for_a_room_of_the_package() -> None:
    rooms = {name.split("/")[1] for name in PYTHON_FILES if name.startswith("tests/") and name.count("/") > 1}
    strangers = {room for room in rooms - TESTS_OF_THE_WHOLE if not (PACKAGE / room).is_dir()}
    assert not strangers, f"tests/ has folders that dagnb/ has not: {sorted(strangers)}"


def test_every_room_has_tests() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file() and path.name != "contracts"}
    untested = {room for room in rooms if not any((TESTS / room).rglob("test_*.py"))}
    assert not untested, f"no tests/<room>/test_*.py for {sorted(untested)}"


@pytest.mark.parametrize("name", PYTHON_FILES)
def test_a_python_file_fits_in_the_head(name: str) -> None:
    lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{name} has {lines} lines: it probably holds two ideas"


@pytest.mark.parametrize("name", [name for name in PYTHON_FILES if name.startswith("dagnb/")])
def test_exports_are_sorted_and_named_once(name: str) -> None:
    exports = _exports(ROOT / name)
    if exports is not None:
        assert exports == sorted(set(exports), key=_place), f"{name}: __all__ is not sorted or names something twice"


def test_notebooks_are_committed_without_outputs() -> None:
    kept = []
    for name in TRACKED:
        if name.endswith(".ipynb"):
            cells = json.loads((ROOT / name).read_text(encoding="utf-8"))["cells"]
            code = [cell for cell in cells if cell["cell_type"] == "code"]
            kept += [name for cell in code if cell["outputs"] or cell["execution_count"] is not None]
    assert not kept, f"run `jupyter nbconvert --clear-output --inplace` on {sorted(set(kept))}"


def test_nothing_built_is_committed() -> None:
    built = ("dagnb/widgets/static/", "node_modules/", ".egg-info/", "__pycache__/")
    assert [name for name in TRACKED if any(part in name for part in built)] == []


def test_no_committed_file_names_a_package_registry() -> None:
    # In pieces, so that this file does not name them either.
    hosts = [
        ".".join(pieces)
        for pieces in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("anaconda", "org"),
            ("debian", "org"),
        )
    ]
    found = []
    for name in TRACKED:
        text = (ROOT / name).read_bytes().lower()
        found += [f"{name}: {host}" for host in hosts if host.encode() in text]
    assert not found, "whoever installs from here has a registry of their own:\n" + "\n".join(found)


def test_locks_leave_the_registry_to_the_reader() -> None:
    locks = [ROOT / name for name in TRACKED if name.endswith("package-lock.json")]
    for lock in locks:
        settings = (lock.parent / ".npmrc").read_text(encoding="utf-8").split()
        assert "omit-lockfile-registry-resolved=true" in settings
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
        assert not [path for path, package in packages.items() if str(package.get("resolved", "")).startswith("http")]
