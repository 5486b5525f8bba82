"""Loaders and materializers."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb.config import DagnbConfigError, compile_schema, resolve_schema
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events import AssetMaterialization
from dagnb.types import (
    Int,
    PythonObjectType,
    TypeLoader,
    TypeMaterializer,
    dagnb_type_loader,
    dagnb_type_materializer,
    resolve_type,
)


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


def test_their_functions_take_what_they_are_given() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="a loader takes 2 arguments") as caught:

        @dagnb_type_loader(str)  # type: ignore[arg-type]  # the mistake
        def load(config: Any) -> Any:
            return config

    assert "def load(config)" in str(caught.value)
    with pytest.raises(DagnbInvalidDefinitionError, match="a materializer takes 3 arguments"):
        TypeMaterializer(lambda _context, _config: None, str)  # type: ignore[arg-type, misc]
    assert TypeLoader(lambda *given: given[1], str).load(None, "x") == "x"


def test_what_may_be_none_loads_as_what_it_is_otherwise() -> None:
    kind = resolve_type(int | None)
    assert kind.loader is not None
    assert kind.loader is kind.loader
    assert kind.loader.name == Int.loader.name if Int.loader is not None else False
    schema = compile_schema(resolve_schema(kind.loader.config_schema))
    given = [None, 3, {"value": 4}]
    assert [kind.loader.load(None, schema.validate(config)) for config in given] == [None, 3, 4]
    with pytest.raises(DagnbConfigError):
        schema.validate("three")
    assert resolve_type(int | str | None).loader is None
    assert resolve_type(range | None).loader is None
