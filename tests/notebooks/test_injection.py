"""Values for parameters: checked, then literal assignments and nothing else."""

from __future__ import annotations

import ast
import datetime as dt
import decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from dagnb.config import Secret
from dagnb.errors import DagnbParameterError
from dagnb.notebooks.errors import DagnbUnknownParameterError
from dagnb.notebooks.injection import check_values, inject, injected_source, split_values
from dagnb.notebooks.parameters import is_parameter_name, read_parameters
from tests.notebooks.documents import document

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.sets(st.integers(), min_size=1)
    ),
    max_leaves=8,
)
names = (
    st.text(max_size=12)
    | st.sampled_from(["x=1;y", "x\n__import__('os')", "class", "__name__", "ﬁt", "a b", "x: int", "None", "x#", "x"])
    | st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
)


@given(st.dictionaries(names, values, max_size=4))
def test_the_injected_cell_holds_literal_assignments_of_the_given_values_only(parameters: dict[str, Any]) -> None:
    split = split_values(parameters)
    if not all(is_parameter_name(name) for name in parameters):
        with pytest.raises(DagnbParameterError, match="not a name that can be set"):
            injected_source(split.literals, split.objects)
        return
    tree = ast.parse(injected_source(split.literals, split.objects))
    found: dict[str, Any] = {}
    for statement in tree.body:
        assert isinstance(statement, ast.Assign)
        (target,) = statement.targets
        assert isinstance(target, ast.Name)
        found[target.id] = ast.literal_eval(statement.value)
    assert found == split.literals
    assert split.literals.keys() | split.objects.keys() == parameters.keys()


def test_what_is_no_literal_travels_as_a_value() -> None:
    odd = type("evil\nimport os", (), {})()
    split = split_values(
        {
            "day": dt.date(2013, 1, 1),
            "path": Path("x"),
            "price": decimal.Decimal("1.5"),
            "far": float("inf"),
            "text": Secret("hunter-twenty-two"),
            "password": "plain",
            "long": "x" * 100_000,
            "inside": [1, Path("x")],
            "odd": odd,
            "folds": 3,
        }
    )
    assert split.literals == {"folds": 3}
    source = injected_source(split.literals, split.objects)
    assert len(ast.parse(source).body) == 1
    assert "# odd: a value, handed over" in source
    assert "hunter" not in source
    assert "plain" not in source


CELL = read_parameters(
    document(
        parameters="import datetime\nfrom typing import Literal\nfolds: int = 5\nshare: float = 0.5\n"
        "day: datetime.date = datetime.date(2013, 1, 1)\nrange: tuple[int, int] = (0, 1)\n"
        "kind: Literal['a', 'b'] = 'a'\nnames: set[str] = {'x'}\nanything = compute()\nflag = True"
    )
)


def test_values_are_brought_to_their_types() -> None:
    given_values = {
        "folds": 3,
        "share": 1,
        "day": "2014-02-03",
        "range": [2, 3],
        "kind": "b",
        "names": ["y"],
        "anything": object,
        "flag": False,
    }
    assert check_values(CELL, given_values) == {
        **given_values,
        "share": 1.0,
        "day": dt.date(2014, 2, 3),
        "range": (2, 3),
        "names": {"y"},
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("folds", "3"), ("folds", 2.5), ("folds", True), ("day", "soon"), ("range", [1]), ("kind", "c"), ("flag", 1)],
)
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(DagnbParameterError, match=f"the parameter {name}.* is of another type"):
        check_values(CELL, {name: value}, path="fit.ipynb")


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(DagnbUnknownParameterError, match="did you mean folds"):
        check_values(CELL, {"fold": 3})


def test_the_cell_is_put_behind_the_parameters_and_replaces_an_earlier_one() -> None:
    notebook = document("first = 1")
    notebook.cells += document("last = 1", parameters="folds = 5").cells
    assert inject(notebook, {"folds": 3}, {}) == 2
    assert inject(notebook, {"folds": 4}, {}) == 2
    assert [cell.source for cell in notebook.cells] == ["first = 1", "folds = 5", "# Parameters\nfolds = 4", "last = 1"]
    assert inject(notebook, {}, {}) == 1
    assert len(notebook.cells) == 3
    bare = document("first = 1")
    assert inject(bare, {"folds": 3}, {}) == 0
    assert inject(document("first = 1"), {}, {}) is None
