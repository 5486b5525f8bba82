"""What type checkers see of the types: mypy strict reads this file, and an unused ignore in it is an error too."""

from __future__ import annotations

from typing import Annotated, Any, assert_type

import pandas as pd

from dagnb import (
    AssetMaterialization,
    DagnbType,
    EventMetadataEntry,
    PandasColumn,
    PythonObjectType,
    TypeCheck,
    UniqueColumnsConstraint,
    check_type,
    create_dataframe_type,
    dagnb_type_loader,
    dagnb_type_materializer,
    solid,
    usable_as_dagnb_type,
)
from dagnb.types import DataFrameType, TypeLoader, TypeMaterializer, resolve_type


@usable_as_dagnb_type
class Plain:
    size = 3


@usable_as_dagnb_type(name="Gate", description="where it leaves")
class Gate:
    letter = "B"


@dagnb_type_loader({"path": str})
def read(context: Any, config: dict[str, str]) -> pd.DataFrame:
    return pd.read_csv(config["path"])


@dagnb_type_materializer({"path": str})
def write(context: Any, config: dict[str, str], frame: pd.DataFrame) -> AssetMaterialization:
    return AssetMaterialization.file(config["path"])


Teams = create_dataframe_type(
    "Teams",
    columns=[PandasColumn.string_column("team", non_nullable=True)],
    event_metadata_fn=lambda frame: [EventMetadataEntry.int(len(frame), "rows")],
    dataframe_constraints=[UniqueColumnsConstraint(["team"])],
    loader=read,
    materializer=write,
    library="pandas",
)


@solid
def count(teams: Annotated[pd.DataFrame, Teams]) -> int:
    return len(teams)  # a DataFrame to the type checker, one of the type Teams in a run


def test_what_must_check() -> None:
    # A decorated class stays the class.
    assert_type(Plain().size, int)
    assert_type(Gate().letter, str)
    assert_type(read, TypeLoader)
    assert_type(write, TypeMaterializer)
    assert_type(Teams, DataFrameType)
    assert_type(check_type(Teams, 3), TypeCheck)
    assert_type(resolve_type(Annotated[pd.DataFrame, Teams]), DagnbType)
    assert_type(resolve_type(int) | None, DagnbType)
    assert_type(Teams.loader, TypeLoader | None)
    assert resolve_type(Annotated[pd.DataFrame, Teams]) is Teams
    assert count.inputs["teams"].type is Teams
    # A check takes a context and a value, or the value.
    assert DagnbType(lambda _context, value: value > 0, name="Positive").check(1).success
    assert DagnbType(lambda value: value > 0, name="Positive").check(1).success
    assert DagnbType(lambda value: TypeCheck(value > 0), name="Positive").check(1).success


def must_not_check() -> None:
    """Is never called: each line is an error to a type checker."""
    DagnbType("Positive")  # type: ignore[arg-type]
    DagnbType(lambda value: "yes", name="Positive")  # type: ignore[arg-type]
    DagnbType(lambda value: value > 0, name="Positive", kind="odd")  # type: ignore[arg-type]
    PythonObjectType("int")  # type: ignore[arg-type]
    PandasColumn.integer_column("n", min_value="one")  # type: ignore[arg-type]
    PandasColumn.integer_column("n", tz="UTC")  # type: ignore[call-arg]
    create_dataframe_type("T", columns=["a"])  # type: ignore[list-item]
    create_dataframe_type("T", dataframe_constraints=[PandasColumn.exists("a")])  # type: ignore[list-item]
    create_dataframe_type("T", library="spark")  # type: ignore[arg-type]
    create_dataframe_type("T", loader=write)  # type: ignore[arg-type]
    usable_as_dagnb_type(colour="red")  # type: ignore[call-overload]
    TypeCheck(True, metadata_entries=["rows"])  # type: ignore[list-item]
    Gate().number  # type: ignore[attr-defined]  # noqa: B018
    Teams.loader = None  # type: ignore[misc]
