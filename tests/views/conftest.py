"""What the tests of views share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dagnb.instance import Instance


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral() as made:
        yield made
