"""Loaders and materializers."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb.config import compile_schema, resolve_schema
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events import AssetMaterialization
from dagnb.types import PythonObjectType, TypeLoader, TypeMaterializer, dagnb_type_loader, dagnb_type_materializer


def test_a_type_carries_its_loader_and_materializer() -> None:
    @dagnb_type_loader({"low": int, "high": int}, required_resource_keys={"clock"}, loader_version="1")
    def load(context: Any, config: Any) -> range:
        return range(config["low"], config["high"])

    @dagnb_type_materializer({"path": str})
    def write(context: Any, config: Any, value: Any) -> AssetMaterialization:
        return AssetMaterialization(config["path"], f"{len(value)} rows")

    kind = PythonObjectType(range, name="Range", loader=load, materializer=write)
    assert kind.loader is load
    assert kind.materializer is write
    config = compile_schema(resolve_schema(load.config_schema)).validate({"low": 1, "high": 4})
    assert load.load(None, config) == range(1, 4)
    (made,) = write.materialize(None, {"path": "x"}, range(3))
    assert (str(made.asset_key), made.description) == ("x", "3 rows")
    assert (load.required_resource_keys, load.loader_version) == (frozenset({"clock"}), "1")


def test_a_schema_may_be_made_when_it_is_asked_for() -> None:
    asked = []

    def schema() -> Any:
        asked.append(1)
        return {"path": str}

    loader = TypeLoader(lambda _context, config: config, schema)
    assert asked == []
    assert loader.config_schema == {"path": str}
    # A class is a schema, not a function that makes one.
    assert TypeLoader(lambda _context, config: config, int).config_schema is int


@pytest.mark.parametrize("make", [TypeLoader, TypeMaterializer])
def test_they_are_made_of_functions(make: Any) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="made of a function"):
        make({"path": str}, {"path": str})
