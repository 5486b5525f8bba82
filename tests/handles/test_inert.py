"""While a notebook is loaded for its definitions, nothing in it is run, shown or looked up."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

import dagnb
from dagnb import lambda_solid, pipeline
from dagnb.handles.inert import Inert
from dagnb.notebooks.loading import load_notebook, loading


@lambda_solid
def one() -> int:
    raise RuntimeError("not to be run")


@pipeline
def numbers() -> None:
    one()


def test_nothing_opens_an_instance(dagnb_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with loading():
        given: list[object] = [
            dagnb.asset("a.b"),
            dagnb.assets(),
            dagnb.runs(status="no such status"),
            dagnb.run("7c1e"),
            dagnb.execute_pipeline(numbers),
            dagnb.execute_solid(one),
            numbers.run(),
            numbers.last_run,
        ]
        assert [type(each) for each in given] == [Inert] * 8
        dagnb.show("7c1e")
        numbers.show()
        numbers.playground()
    assert not dagnb_home.exists()
    assert capsys.readouterr() == ("", "")


SOURCE = """
import dagnb
from dagnb import lambda_solid, pipeline

@lambda_solid
def one() -> int:
    return 1

@pipeline
def first():
    one()

run = first.run()
assert run.success and run.error is None
value = run["one"].value
assert value == 1 and value >= 1
print(f"{value:.2f} {run.seconds:>8}", round(value / 2 + 1, 1), float(value), int(value), -value, 3 - value)
for step in run:
    print(step.key)
frame = dagnb.assets()
frame[frame["rows"] > 3].sort_values("rows").head(len(frame)).plot()
frame["late"] if "late" in frame else None
dagnb.asset("flights.raw").history.rows.mean() * 2
history = dagnb.asset("flights.raw").history
smooth = (history["rows"] & ~history["late"]) | history.x
dagnb.runs().groupby("status").size()
dagnb.show(run)
dagnb.execute_solid(one).value + 1
"""


def test_a_notebook_that_works_on_its_results_is_loaded(tmp_path: Path, dagnb_home: Path) -> None:
    cells = [nbformat.v4.new_code_cell(SOURCE), nbformat.v4.new_code_cell("@pipeline\ndef second():\n    one()")]  # type: ignore[no-untyped-call]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "both.ipynb")  # type: ignore[no-untyped-call]
    found = load_notebook(str(tmp_path / "both.ipynb"), lambda value: isinstance(value, dagnb.Pipeline), "second")
    assert list(found) == ["second"]
    assert not dagnb_home.exists()
    assert found["second"].run()["one"].value == 1


def test_what_is_inert_says_why() -> None:
    inert = Inert()
    assert repr(inert["a"].b(1)) == "not run: the notebook is being loaded for its definitions"
    assert not inert
    assert list(inert) == []
    assert len({inert, Inert()}) == 2
    with pytest.raises(AttributeError):
        _ = inert._repr_html_
