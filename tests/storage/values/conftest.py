"""What the tests of values share."""

from __future__ import annotations

import io

import pytest


@pytest.fixture(scope="session", autouse=True)
def _threads_of_polars() -> None:
    """Have polars make the threads and descriptors that it keeps for ever, so that no test is charged with them."""
    import polars as pl

    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).lazy().collect().write_ipc_stream(buffer)
    pl.read_ipc_stream(io.BytesIO(buffer.getvalue()))
