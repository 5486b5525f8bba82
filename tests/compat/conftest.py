"""Code of old finds its packages here, and only while a test runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

import dagnb.compat
from dagnb.compat.instance import unkept_runs


@pytest.fixture
def installed() -> Iterator[None]:
    dagnb.compat.install()
    yield
    dagnb.compat.uninstall()


@pytest.fixture(autouse=True)
def _closes_what_is_kept_nowhere(_nothing_is_left_behind: None) -> Iterator[None]:
    yield
    gc.collect()  # the pipelines of a program hold the instances of their last runs
    unkept_runs().close()
