"""What the tests of types share."""

from __future__ import annotations

import io

import pytest


@pytest.fixture(scope="session")
def table_libraries() -> None:
    """Start the runtimes of polars and pyarrow: they hold descriptors for as long as the process lives."""
    import polars as pl
    import pyarrow as pa
    from pyarrow import csv

    pl.LazyFrame({"a": [1]}).collect()
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(buffer)
    buffer.seek(0)
    pl.read_parquet(buffer)
    csv.read_csv(pa.py_buffer(b"a\n1\n"))
