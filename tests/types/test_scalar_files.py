"""Scalars and frames from the run config and from files, and to files."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any as AnyValue

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from dagnb.config import DagnbConfigError, compile_schema, resolve_schema
from dagnb.errors import DagnbValueError
from dagnb.events import AssetMaterialization
from dagnb.storage.values.codecs import PickleCodec
from dagnb.types import (
    Any,
    Bool,
    DagnbType,
    DagnbTypeLoadingError,
    DagnbTypeMaterializationError,
    DataFrame,
    Float,
    Int,
    Nothing,
    String,
    TypeMaterializer,
    create_dataframe_type,
    dagnb_type_loader,
    dagnb_type_materializer,
    resolve_type,
)
from tests.bombs import Bomb

pytestmark = pytest.mark.usefixtures("table_libraries")


class Instance:
    def __init__(self, key: bytes) -> None:
        self.pickles = PickleCodec(key)


class Context:
    """What a step's context has for loaders and materializers."""

    def __init__(self, key: bytes = b"ours") -> None:
        self.instance = Instance(key)


def load(kind: DagnbType, config: AnyValue, context: AnyValue = None) -> AnyValue:
    assert kind.loader is not None
    return kind.loader.load(context, compile_schema(resolve_schema(kind.loader.config_schema)).validate(config))


def write(
    kind: DagnbType, config: AnyValue, value: AnyValue, context: AnyValue = None
) -> tuple[AssetMaterialization, ...]:
    assert kind.materializer is not None
    materializer: TypeMaterializer = kind.materializer
    made = compile_schema(resolve_schema(materializer.config_schema)).validate(config)
    return materializer.materialize(context, made, value)


SCALARS = [(Int, 3), (Float, 0.5), (Bool, True), (String, "JFK"), (Any, [1, {"a": None}])]


@pytest.mark.parametrize(("kind", "value"), SCALARS)
def test_a_scalar_comes_as_itself_as_a_value_and_from_files(kind: DagnbType, value: AnyValue, tmp_path: Path) -> None:
    path = str(tmp_path / "value.json")
    assert load(kind, value) == value
    assert load(kind, {"value": value}) == value
    (made,) = write(kind, {"json": {"path": path}}, value)
    assert [entry.value for entry in made.metadata_entries] == [path]
    assert json.loads(Path(path).read_text(encoding="utf-8")) == value
    assert load(kind, {"json": {"path": path}}) == value
    write(kind, {"pickle": {"path": path}}, value, Context())
    assert load(kind, {"pickle": {"path": path}}, Context()) == value


def test_config_of_another_type_is_refused() -> None:
    for config in ("three", {"value": "three"}, {"csv": {"path": "x"}}, {"json": {"path": 3}}, True):
        with pytest.raises(DagnbConfigError):
            load(Int, config)


def test_anything_that_is_no_source_is_itself() -> None:
    for value in ({"json": 3}, {"value": 1, "more": 2}, {"pickle": {"path": 3}}, {}, None):
        assert load(Any, value) == value


def test_scalars_of_numpy_have_a_form_in_json(tmp_path: Path) -> None:
    path = str(tmp_path / "n.json")
    write(Int, {"json": {"path": path}}, np.int64(3))
    assert load(Int, {"json": {"path": path}}) == 3
    with pytest.raises(DagnbTypeMaterializationError, match="has no form in JSON; write it as a pickle"):
        write(Any, {"json": {"path": path}}, object())


def test_no_value_is_not_loaded() -> None:
    assert (Nothing.loader, Nothing.materializer) == (None, None)


@pytest.mark.parametrize("kind", [Any, Int, DataFrame])
def test_a_pickle_of_somebody_else_is_not_read(
    kind: DagnbType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plain, foreign = tmp_path / "plain.pkl", tmp_path / "foreign.pkl"
    plain.write_bytes(pickle.dumps(Bomb(Path("exploded"))))
    foreign.write_bytes(PickleCodec(b"theirs").encode(Bomb(Path("exploded"))))
    for path in (plain, foreign):
        with pytest.raises(
            DagnbValueError, match="not signed by this instance, and reading it could run code"
        ) as raised:
            load(kind, {"pickle": {"path": str(path)}}, Context())
        assert raised.value.where == str(path)
        assert raised.value.expected == "a file that a run of this instance materialized"
        with pytest.raises(DagnbValueError, match="no instance at hand"):
            load(kind, {"pickle": {"path": str(path)}})
    assert not Path("exploded").exists()


def test_a_missing_file_is_told_with_the_config() -> None:
    with pytest.raises(DagnbTypeLoadingError, match="the loader load_scalar raised an error"):
        load(Int, {"json": {"path": "nowhere.json"}})
    with pytest.raises(DagnbTypeLoadingError) as raised:
        load(DataFrame, {"csv": {"path": "nowhere.csv"}})
    assert isinstance(raised.value.__cause__, FileNotFoundError)
    assert raised.value.what == "the loader of pandas frames raised an error"
    assert raised.value.where == '{"csv": {"path": "nowhere.csv", "sep": ","}}'
    assert isinstance(pickle.loads(pickle.dumps(raised.value)), ValueError)


def test_a_materializer_that_raises_or_says_something_else() -> None:
    @dagnb_type_materializer({"path": str})
    def broken(context: AnyValue, config: AnyValue, value: AnyValue) -> AnyValue:
        if value == 0:
            raise OSError("disk full")
        yield from [AssetMaterialization("a"), AssetMaterialization("b")] if value == 1 else ["a"]

    with pytest.raises(DagnbTypeMaterializationError, match="the materializer broken raised an error") as raised:
        broken.materialize(None, {"path": "/x"}, 0)
    assert (raised.value.got, raised.value.where) == ("OSError: disk full", '{"path": "/x"}')
    assert [str(made.asset_key) for made in broken.materialize(None, {"path": "/x"}, 1)] == ["a", "b"]
    with pytest.raises(RuntimeError, match="returned something else than what it materialized"):
        broken.materialize(None, {"path": "/x"}, 2)

    @dagnb_type_materializer({"path": str})
    def silent(context: AnyValue, config: AnyValue, value: AnyValue) -> None:
        return None

    assert silent.materialize(None, {"path": "/x"}, 2) == ()


def test_loaders_have_versions() -> None:
    @dagnb_type_loader(str, external_version_fn=lambda config: f"v{len(config)}")
    def read(context: AnyValue, config: AnyValue) -> AnyValue:
        return config

    assert (read.name, read.external_version("abc")) == ("read", "v3")
    assert Int.loader is not None
    assert Int.loader.external_version(3) is None


@pytest.mark.parametrize(
    ("kind", "frame"),
    [
        (DataFrame, pd.DataFrame({"carrier": ["UA", "AA"], "delay": [1.5, 2.0]})),
        (resolve_type(pl.DataFrame), pl.DataFrame({"carrier": ["UA", "AA"], "delay": [1.5, 2.0]})),
        (resolve_type(pa.Table), pa.table({"carrier": ["UA", "AA"], "delay": [1.5, 2.0]})),
        (create_dataframe_type("T", library="polars"), pl.DataFrame({"carrier": ["UA", "AA"], "delay": [1.5, 2.0]})),
    ],
)
def test_frames_of_every_library_go_to_files_and_come_back(kind: DagnbType, frame: AnyValue, tmp_path: Path) -> None:
    formats: list[tuple[str, dict[str, str]]] = [("csv", {}), ("csv", {"sep": ";"}), ("parquet", {}), ("json", {})]
    for name, extra in [*formats, ("table", {}), ("pickle", {})]:
        config = {name: {"path": str(tmp_path / f"flights.{name}"), **extra}}
        (made,) = write(kind, config, frame, Context())
        assert {entry.label: entry.value for entry in made.metadata_entries}["rows"] == 2
        again = load(kind, config, Context())
        assert kind.check(again).success
        assert again.equals(frame)
