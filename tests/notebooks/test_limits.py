"""Limits in the annotations of a notebook's parameters hold as those of any config."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from dagnb.config import DagnbConfigError, compile_schema, resolve_schema
from dagnb.definitions import SolidDefinition
from dagnb.errors import DagnbParameterError
from dagnb.notebooks import notebook_solid
from dagnb.notebooks.document import save_document
from tests.notebooks.documents import document

IMPORTS = """
import annotated_types
import pydantic
from typing import Annotated, Optional
from annotated_types import Ge, Gt, Interval, Le, Len
from pydantic import AfterValidator, BaseModel, Field, PositiveInt
"""


def solid_of(folder: Path, parameters: str) -> SolidDefinition:
    made = document(IMPORTS, "out = 1")
    made.cells[0].source, imports = IMPORTS + parameters, made.cells[0].source
    assert imports == IMPORTS
    made.cells[0].metadata["tags"] = ["parameters"]
    save_document(made, folder / "fit.ipynb")
    return notebook_solid(folder / "fit.ipynb", outputs=["out"])


def problem(solid: SolidDefinition, config: dict[str, Any]) -> str:
    assert solid.config_node is not None
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(solid.config_node).validate(config)
    return str(caught.value)


@pytest.mark.parametrize(
    ("annotation", "default", "wrong", "told"),
    [
        ("Annotated[int, Field(ge=2, le=20)]", "5", 90, "an integer from 2 to 20, got"),
        ("Annotated[int, pydantic.Field(ge=2)]", "5", 1, "an integer"),
        ("Annotated[int, Ge(2), Le(20)]", "5", 90, "an integer from 2 to 20, got"),
        ("Annotated[float, annotated_types.Interval(gt=0, lt=1)]", "0.5", 1.0, "a number"),
        ("Annotated[str, Len(2, 4)]", "'abc'", "abcde", "text"),
        ("Annotated[str, Field(pattern='^[A-Z]{3}$')]", "'JFK'", "jfk", "text"),
        ("Annotated[list[int], Len(1)]", "[1]", [], "a list of at least 1 item"),
        ("'Annotated[int, Field(ge=2)]'", "5", 1, "an integer"),
        ("Annotated[int | None, Ge(2)]", "None", 1, "an integer"),
        ("list[Annotated[int, Gt(0)]]", "[1]", [0], "an integer"),
        ("PositiveInt", "5", 0, "an integer"),
    ],
)
def test_a_limit_holds(annotation: str, default: str, wrong: Any, told: str, tmp_path: Path) -> None:
    solid = solid_of(tmp_path, f"folds: {annotation} = {default}\n")
    assert problem(solid, {"folds": wrong}).splitlines()[1].startswith(f"  expected {told}")
    assert solid.config_node is not None
    assert compile_schema(solid.config_node).validate({}) == {"folds": ast.literal_eval(default)}


def test_it_says_what_function_solids_say(tmp_path: Path) -> None:
    from typing import Annotated

    from pydantic import Field

    node = resolve_schema({"folds": Annotated[int, Field(ge=2, le=20)]})
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(node).validate({"folds": 90})
    solid = solid_of(tmp_path, "folds: Annotated[int, Field(ge=2, le=20)] = 5\n")
    assert problem(solid, {"folds": 90}) == str(caught.value)


def test_a_default_beyond_its_limit_is_told(tmp_path: Path) -> None:
    with pytest.raises(DagnbParameterError, match="folds"):
        solid_of(tmp_path, "folds: Annotated[int, Field(ge=2)] = 1\n")


@pytest.mark.parametrize(
    "annotation",
    [
        "Annotated[int, AfterValidator(print)]",  # code of the notebook's own is not run
        "Annotated[int, Field(ge=low)]",
        "Annotated[int, open('run-me', 'w')]",
        "Annotated[int, Field(no_such_argument_at_all=[].append)]",
        "Annotated[int, Ge()]",
    ],
)
def test_what_is_no_literal_limit_is_left_out(annotation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    solid = solid_of(tmp_path, f"folds: {annotation} = 5\n")
    assert solid.config_node is not None
    assert compile_schema(solid.config_node).validate({"folds": -3}) == {"folds": -3}
    assert not Path("run-me").exists()


def test_a_text_beside_the_type_describes_it(tmp_path: Path) -> None:
    solid = solid_of(tmp_path, "folds: Annotated[int, 'how many parts'] = 5\nrows: Annotated[int, 'x'] = 1  # most\n")
    fields: Any = solid.config_node
    assert fields.fields["folds"].description == "how many parts"
    assert fields.fields["rows"].description == "most"


def test_models_of_pydantic_stay_inputs(tmp_path: Path) -> None:
    solid = solid_of(tmp_path, "settings: BaseModel = None\ncount: Annotated[int, Field(ge=1)]\n")
    assert list(solid.inputs) == ["settings", "count"]
    assert solid.inputs["count"].type.check(3).success
