"""The examples of the old names run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import dagnb.compat

MODULES = [path.stem for path in sorted(Path(dagnb.compat.__file__).parent.glob("*.py")) if ">>> " in path.read_text()]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    module = importlib.import_module(f"dagnb.compat.{name}")
    outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert outcome.failed == 0
    assert outcome.attempted > 0
