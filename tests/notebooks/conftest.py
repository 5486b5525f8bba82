"""Every test here may run pipelines in its own instance, which is closed behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _closes_its_instance(dagnb_home: Path) -> Iterator[None]:
    yield
    if "dagnb.notebooks.kernel_engine" in sys.modules:
        from dagnb.notebooks.kernel_engine import await_ending

        await_ending()
    if dagnb_home.exists() and "dagnb.instance" in sys.modules:
        from dagnb.instance import Instance

        Instance.get().close()
