"""Find pipelines by reading notebooks and modules: nothing is executed."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SKIPPED = {"__pycache__", "node_modules", "site-packages", "build", "dist", "venv"}
_LARGEST = 50_000_000  # bytes; a notebook with that much output is not read for a list
_MOST_FILES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPipeline:
    """A pipeline as its source tells it: `solids` are the names that its body calls, in order."""

    name: str
    path: Path
    solids: tuple[str, ...]
    description: str


def find_pipelines(folder: Path) -> list[FoundPipeline]:
    """Return the pipelines that the notebooks and .py files in a folder and below define, by path.

    Hidden folders, environments and built packages are left out. A file must name dagnb somewhere.
    """
    found: list[FoundPipeline] = []
    for path in _files(folder):
        found += pipelines_in(path)
    return found


def pipelines_in(path: Path) -> list[FoundPipeline]:
    """Return the pipelines that one notebook or .py file defines; none when it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            return []
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    if "pipeline" not in text or "dagnb" not in text:
        return []
    sources = _cells(text) if path.suffix == ".ipynb" else [text]
    return [pipeline for source in sources for pipeline in _read(source, path)]


def names_repository(path: Path) -> bool:
    """Tell whether a notebook or .py file may define a repository: it has the word."""
    try:
        return "repository" in path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _files(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _SKIPPED and not (here / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            if name.endswith((".ipynb", ".py")):
                count += 1
                if count > _MOST_FILES:
                    return
                yield here / name


def _cells(text: str) -> list[str]:
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        return []
    return [_without_magics(source) for source in sources]


def _without_magics(source: str) -> str:
    if source.lstrip().startswith("%%"):
        return ""
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n"))


def _read(source: str, path: Path) -> Iterator[FoundPipeline]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                name = _pipeline_name(decorator, node.name)
                if name is not None:
                    described = (ast.get_docstring(node) or "").split("\n")[0]
                    yield FoundPipeline(name=name, path=path, solids=tuple(_called(node)), description=described)


def _pipeline_name(decorator: ast.expr, function: str) -> str | None:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    last = target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""
    if last != "pipeline":
        return None
    if isinstance(decorator, ast.Call):
        for value in (*decorator.args[:1], *(each.value for each in decorator.keywords if each.arg == "name")):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                return value.value
    return function


def _called(function: ast.FunctionDef) -> Iterator[str]:
    """Yield what the body calls, in the order in which it would run."""
    seen: set[str] = set()
    for statement in function.body:
        for name in _calls(statement):
            if name not in seen:
                seen.add(name)
                yield name


def _calls(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        yield from _calls(child)
    if isinstance(node, ast.Call):
        name = _callee(node.func)
        if name is not None:
            yield name


def _callee(node: ast.expr) -> str | None:
    match node:
        case ast.Name(name):
            return name
        case ast.Call(ast.Attribute(_, "alias"), [ast.Constant(str(alias)), *_]):
            return alias
        case _:
            return None
