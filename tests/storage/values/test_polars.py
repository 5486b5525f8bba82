from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal, assert_series_equal
from polars.testing.parametric import dataframes

from dagnb.errors import DagnbValueError
from dagnb.events.records import ValueReference
from dagnb.storage.values.store import FilesystemValueStore

PLACE = {"run_id": "run-1", "step_key": "load", "output_name": "result"}


@pytest.fixture
def values(tmp_path: Path) -> FilesystemValueStore:
    return FilesystemValueStore(tmp_path / "values", tmp_path / "key")


def table() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "int": [1, None],
            "category": pl.Series(["x", "y"], dtype=pl.Categorical),
            "enum": pl.Series(["x", "y"], dtype=pl.Enum(["y", "x"])),
            "lag": [dt.timedelta(1), None],
            "list": [[1], []],
            "null": [None, None],
            "time": [dt.time(1), None],
            "decimal": pl.Series(["1.1", "2.2"]).cast(pl.Decimal(10, 2)),
            "struct": [{"x": 1}, {"x": 2}],
            "zone": pl.Series([dt.datetime(2026, 1, 1)] * 2).dt.replace_time_zone("Europe/Vienna"),  # noqa: DTZ001
            "bytes": [b"a", None],
            "array": pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int8, 2)),
        }
    )


def test_frames_come_back_with_their_dtypes(values: FilesystemValueStore) -> None:
    reference = values.put(table(), **PLACE)
    assert reference.codec == "polars"
    again = values.get(reference)
    assert type(again) is pl.DataFrame
    assert again.schema == table().schema
    assert_frame_equal(again, table())


def test_lazy_frames_are_collected_and_come_back_lazy(values: FilesystemValueStore) -> None:
    lazy = table().lazy().with_columns(twice=2 * pl.col("int"))
    reference = values.put(lazy, **PLACE)
    assert reference.codec == "polars_lazy"
    again = values.get(reference)
    assert type(again) is pl.LazyFrame
    assert_frame_equal(again.collect(), lazy.collect())


@pytest.mark.parametrize("series", [pl.Series("a", [1, None]), pl.Series(["x"], dtype=pl.Categorical), pl.Series()])
def test_series_come_back(values: FilesystemValueStore, series: pl.Series) -> None:
    reference = values.put(series, **PLACE)
    assert reference.codec == "polars_series"
    assert_series_equal(values.get(reference), series)


@pytest.mark.parametrize("frame", [pl.DataFrame(), pl.DataFrame({"a": []}), pl.DataFrame(schema={"a": pl.Int8})])
def test_empty_frames_come_back(values: FilesystemValueStore, frame: pl.DataFrame) -> None:
    again = values.get(values.put(frame, **PLACE))
    assert again.schema == frame.schema
    assert again.shape == frame.shape


def test_python_objects_are_never_written_as_places_in_memory(values: FilesystemValueStore) -> None:
    frame = pl.DataFrame({"held": pl.Series([{1}, {2}], dtype=pl.Object)})
    try:
        reference = values.put(frame, **PLACE)
    except DagnbValueError:
        return  # neither can pickle hold them
    assert reference.codec == "pickle"
    assert "held" in (reference.note or "")
    assert values.get(reference)["held"].to_list() == [{1}, {2}]


def test_a_lazy_frame_that_fails_is_named(values: FilesystemValueStore) -> None:
    lazy = pl.DataFrame({"a": ["x"]}).lazy().select(pl.col("a").cast(pl.Int64))
    reference = values.put(lazy, **PLACE)  # its plan can be pickled, so that it fails where it is collected
    assert reference.codec == "pickle"
    assert "not kept as polars_lazy" in (reference.note or "")


def test_large_frames_go_to_a_file_that_arrow_reads(values: FilesystemValueStore) -> None:
    import pyarrow as pa

    reference = values.put(pl.DataFrame({"a": range(10_000)}), **PLACE)
    assert reference.address == "run-1/load/result.polars.arrow"
    with pa.ipc.open_stream(values.root / reference.address) as reader:
        assert reader.read_all().num_rows == 10_000


@settings(max_examples=60, deadline=None)
@given(frame=dataframes(max_cols=4, max_size=5))
def test_any_frame_comes_back(tmp_path_factory: pytest.TempPathFactory, frame: pl.DataFrame) -> None:
    folder = tmp_path_factory.getbasetemp() / "polars"
    values = FilesystemValueStore(folder / "values", folder / "key")
    reference = values.put(frame, **PLACE)
    again = values.get(reference)
    assert again.schema == frame.schema
    assert_frame_equal(again, frame, categorical_as_str=True)


@pytest.mark.parametrize("codec", ["polars", "polars_lazy", "polars_series"])
@pytest.mark.parametrize("damage", ["cut", "junk", "middle"])
def test_damaged_data_is_refused(values: FilesystemValueStore, codec: str, damage: str) -> None:
    good: Any = pl.DataFrame({"a": range(2000)})
    reference = values.put(good, **PLACE)
    assert reference.address is not None
    file = values.root / reference.address
    data = file.read_bytes()
    file.write_bytes({"cut": data[:60], "junk": b"junk" * 100, "middle": data[:20] + b"\xff" * 40 + data[60:]}[damage])
    with pytest.raises(DagnbValueError):
        values.get(ValueReference(codec=codec, address=reference.address))
