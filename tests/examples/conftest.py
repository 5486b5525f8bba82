"""Executes the notebooks as a person does: in a kernel of their own, from the first cell to the last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dagnb.instance import Instance


@pytest.fixture
def instance(dagnb_home: Path) -> Iterator[Instance]:
    """The instance that the notebooks of this test keep their runs in."""
    with Instance.get() as opened:
        assert opened.home == dagnb_home
        yield opened
