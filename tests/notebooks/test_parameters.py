"""What the parameters cell says, read without running it."""

from __future__ import annotations

import datetime as dt
import pickle
import typing
from pathlib import Path

import pytest

from dagnb.errors import DagnbParameterError
from dagnb.notebooks.errors import DagnbParametersCellError
from dagnb.notebooks.parameters import COMPUTED, REQUIRED, Parameter, read_parameters
from tests.notebooks.documents import document


def read(text: str, *before: str) -> dict[str, Parameter]:
    notebook = document(*before)
    notebook.cells += document(parameters=text).cells
    return {parameter.name: parameter for parameter in read_parameters(notebook).parameters}


def test_inputs_and_config_are_told_apart() -> None:
    found = read(
        "flights: pd.DataFrame = None\n"
        "planes = None\n"
        "weather: pd.DataFrame\n"
        "need: list[int]\n"
        "folds: int = 5\n"
        "limit: int | None = None\n"
        "origin = 'JFK'\n"
        "seen = 3  # input: what was seen\n"
        "model = None  # config\n"
    )
    assert {name: parameter.role for name, parameter in found.items()} == {
        "flights": "input",
        "planes": "input",
        "weather": "input",
        "need": "input",
        "folds": "config",
        "limit": "config",
        "origin": "config",
        "seen": "input",
        "model": "config",
    }
    assert found["seen"].description == "what was seen"
    assert found["weather"].is_required
    assert not found["planes"].is_required


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x: int = 1", int),
        ("x: 'int' = 1", int),
        ("x: int | None = None", int | None),
        ("x: tuple[int, ...] = (1,)", tuple[int, ...]),
        ("x: dict[str, list[float]] = {}", dict[str, list[float]]),
        ("import datetime as dt\nx: dt.date = dt.date(2013, 1, 1)", dt.date),
        ("from datetime import date as day\nx: day = day(2013, 1, 1)", dt.date),
        ("from pathlib import Path\nx: Path = Path('a')", Path),
        ("from typing import Literal\nx: Literal['a', 'b'] = 'a'", typing.Literal["a", "b"]),
        ("import typing\nx: typing.Optional[int] = 3", typing.Optional[int]),  # noqa: UP045
        ("x: Unheard[int] = 1", None),
        ("x: eval('int') = 1", None),
        ("x = 2.5", float),
        ("x = compute()", None),
    ],
)
def test_types_are_those_that_the_text_means(text: str, kind: object) -> None:
    assert read(text)["x"].type == kind


def test_imports_of_earlier_cells_count() -> None:
    assert read("x: date = None", "%matplotlib inline\nfrom datetime import date")["x"].type is dt.date


def test_defaults_are_literals_and_nothing_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    found = read(
        f"a = open({str(trap)!r}, 'w')\nb = -1\n"
        f"c = {{'k': (1, 2)}}\nd: int\nlo, (hi, _x) = 1, (2, 3)\ne = f = 'x'\nb = 2"
    )
    assert not trap.exists()
    defaults = {name: parameter.default for name, parameter in found.items()}
    assert defaults == {
        "a": COMPUTED,
        "b": 2,
        "c": {"k": (1, 2)},
        "d": REQUIRED,
        "lo": 1,
        "hi": 2,
        "_x": 3,
        "e": "x",
        "f": "x",
    }


def test_comments_describe_and_a_hash_in_a_text_is_none() -> None:
    found = read("a = '# no'\nb = [  # no\n    1,\n]  # yes\n# a heading\nc = 1")
    assert [parameter.description for parameter in found.values()] == [None, "yes", None]


def test_magics_may_stand_among_parameters() -> None:
    found = read("%matplotlib inline\n!echo\nx = 1")
    assert found["x"].line == 3


def test_a_syntax_error_names_notebook_cell_and_line() -> None:
    notebook = document("first = 1", "")
    notebook.cells += document(parameters="folds = 5\nmodel = = 3").cells
    with pytest.raises(DagnbParametersCellError, match=r"fit\.ipynb › cell 2 › line 2") as caught:
        read_parameters(notebook, "fit.ipynb")
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DagnbParameterError)
    assert "model = = 3" in str(caught.value)


def test_no_parameters_cell_is_no_parameters() -> None:
    assert read_parameters(document("x = 1")).names == ()


def test_marks_survive_pickling() -> None:
    assert pickle.loads(pickle.dumps([REQUIRED, COMPUTED])) == [REQUIRED, COMPUTED]
    assert repr(REQUIRED) == "REQUIRED"
