"""Files that say of themselves what is not so: they are refused or read as data, and none of them runs code (R18)."""

from __future__ import annotations

import base64
import io
import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.errors import DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.store import FilesystemValueStore
from tests.bombs import Bomb

TABLES = ["pandas", "pyarrow", "polars", "polars_lazy", "polars_series"]


@pytest.fixture
def values(tmp_path: Path) -> FilesystemValueStore:
    return FilesystemValueStore(tmp_path / "values", tmp_path / "key")


def read(values: FilesystemValueStore, codec: str, data: bytes) -> Any:
    """Read planted data and return the value, or the error when it is refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries say of odd files
            return values.get(ValueReference(codec=codec, inline=base64.b64encode(data).decode()))
    except DagnbValueError as error:
        return error


def stream(schema: pa.Schema) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_table(pa.table([pa.array([1, 2])] * len(schema), schema=schema))
    return bytes(sink.getvalue())


def parquet(schema: pa.Schema) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table([pa.array([1, 2])] * len(schema), schema=schema), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("codec", TABLES)
@pytest.mark.parametrize(
    "name", ["arrow.py_extension_type", "pandas.period", "pandas.interval", "polars.object", "POLARS_EXTENSION_TYPE"]
)
def test_types_that_are_pickles_are_not_unpickled(
    values: FilesystemValueStore, tmp_path: Path, codec: str, name: str
) -> None:
    made = tmp_path / "made by a bomb"
    metadata = {"ARROW:extension:name": name, "ARROW:extension:metadata": pickle.dumps(Bomb(made))}
    schema = pa.schema([pa.field("a", pa.int64(), metadata=metadata)])
    for data in (stream(schema), parquet(schema)):
        read(values, codec, data)
    assert not made.exists()


CODE = "__import__('os').mkdir('{made}')"
PANDAS: list[dict[str, Any]] = [
    {"index_columns": [CODE], "columns": [], "column_indexes": []},
    {"index_columns": [{"kind": "range", "name": CODE, "start": CODE, "stop": CODE, "step": CODE}]},
    {
        "index_columns": [],
        "column_indexes": [{"name": CODE, "pandas_type": CODE, "numpy_type": CODE, "metadata": {"encoding": CODE}}],
        "columns": [{"name": "a", "field_name": "a", "pandas_type": CODE, "numpy_type": CODE, "metadata": CODE}],
    },
    {"attributes": {"a": CODE}, "columns": 3, "index_columns": 3, "column_indexes": 3},
]
NOTES: list[Any] = [
    {"seconds": {"a": CODE}},
    {"seconds": 3},
    {"freq": CODE},
    {"series": {"name": CODE}},
    {"series": 3},
    {"columns": {"names": [CODE], "dtype": CODE, "name": CODE}},
    {"columns": {"range": [0, 10**18, 1], "name": None}},
    {"columns": {"levels": [[CODE]], "dtypes": [CODE], "names": [CODE]}},
    {"attrs": CODE},
    CODE,
    [],
]


@pytest.mark.parametrize("note", [*PANDAS, *NOTES], ids=range(len(PANDAS) + len(NOTES)))
def test_what_a_file_says_about_its_columns_is_not_evaluated(
    values: FilesystemValueStore, tmp_path: Path, note: Any
) -> None:
    made = tmp_path / "made"
    text = json.dumps(note).replace("{made}", str(made)).encode()
    key = b"pandas" if note in PANDAS else b"dagnb"
    schema = pa.schema([pa.field("a", pa.int64())], metadata={key: text})
    for codec in TABLES:
        read(values, codec, stream(schema))
        read(values, codec, parquet(schema))
    assert not made.exists()


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': __import__('os').mkdir('made'), 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (10**18,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000000000000,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (-1,)}",
        "(" * 3000,
    ],
)
def test_headers_of_arrays_are_read_as_data(
    values: FilesystemValueStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = header.encode() + b" \n"
    data = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + pickle.dumps(Bomb(tmp_path / "made"))
    assert isinstance(read(values, "numpy", data), DagnbValueError)
    assert not (tmp_path / "made").exists()


def test_archives_are_no_arrays(values: FilesystemValueStore) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, a=np.arange(3))
    assert isinstance(read(values, "numpy", buffer.getvalue()), DagnbValueError)


def good(codec: str) -> bytes:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    if codec == "pandas":
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pandas(frame), buffer)
        return buffer.getvalue()
    if codec == "numpy":
        buffer = io.BytesIO()
        np.save(buffer, np.arange(20))
        return buffer.getvalue()
    return stream(pa.schema([pa.field("a", pa.int64())]))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), codec=st.sampled_from(["pandas", "numpy", "pyarrow", "polars"]))
def test_any_damage_is_refused_or_read_as_data(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, codec: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    values = FilesystemValueStore(folder / "values", folder / "key")
    whole = good(codec)
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, len(whole)))
    damaged = whole[:begin] + data.draw(st.binary(max_size=16)) + whole[end:]
    found = read(values, codec, damaged)  # whatever it is, neither crash nor another exception
    assert (
        isinstance(found, DagnbValueError | pd.DataFrame | np.ndarray | pa.Table) or type(found).__name__ == "DataFrame"
    )


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "NaN", '"\\ud800"', "9" * 10_000, "", "{", "\0"])
def test_json_that_would_break_a_parser_is_refused_or_read(values: FilesystemValueStore, text: str) -> None:
    try:
        values.get(ValueReference(codec="json", inline=text))
    except DagnbValueError as error:
        assert "cannot be read as json" in str(error)  # noqa: PT017  # either outcome is right
