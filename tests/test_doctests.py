"""The examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import io
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# These rooms need packages that are not installed with dagnb.
EXTRAS = {"integrations", "compat"}


def _modules_with_examples() -> list[str]:
    files = sorted((ROOT / "dagnb").rglob("*.py"))
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in files
        if ">>> " in path.read_text(encoding="utf-8") and path.relative_to(ROOT).parts[1] not in EXTRAS
    ]


@pytest.mark.parametrize("name", _modules_with_examples())
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=flags)
    for example in doctest.DocTestFinder().find(module, name):
        runner.run(example, out=report.write)
    assert runner.failures == 0, report.getvalue()
    assert runner.tries > 0, f"{name} has examples that doctest does not find"
