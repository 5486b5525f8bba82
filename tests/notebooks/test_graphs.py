"""Notebooks and cells where graphs get wide: in composites, mapped, configured, hooked, tried again, out of time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from dagnb import (
    DynamicOutputDefinition,
    Instance,
    ModeDefinition,
    OutputDefinition,
    RetryPolicy,
    composite_solid,
    execute_pipeline,
    execute_solid,
    notebook_solid,
    pipeline,
    success_hook,
    yield_result,
)
from dagnb.definitions import SolidDefinition
from dagnb.errors import DagnbTimeLimitError
from dagnb.events.records import NotebookExecuted
from dagnb.notebooks.cells import cell_solid
from dagnb.notebooks.document import save_document
from dagnb.storage.values.io_managers import MemoryIOManager
from tests.notebooks.documents import document, read


@pytest.fixture
def instance() -> Iterator[Instance]:
    with Instance.ephemeral() as made:
        yield made


def saved(folder: Path, name: str, *cells: str, parameters: str | None = None) -> Path:
    path = folder / f"{name}.ipynb"
    save_document(document(*cells, parameters=parameters), path)
    return path


AIRPORTS = """
from dagnb import yield_result, yield_event, DynamicOutput
airport = ["a name that is an output's too"]
for key, rows in {"jfk": 1, "lga": 2}.items():
    yield_result(flights.head(rows), "airport", mapping_key=key)
yield_event(DynamicOutput(flights, "all", "airport"))
yield_result(flights.height, "rows")
"""

FIT = """
import pathlib
from dagnb import get_context, yield_result
context = get_context()
attempts = pathlib.Path("attempts-" + context.step_key)
attempts.write_text(attempts.read_text() + "." if attempts.exists() else ".")
assert airport.height == 2 or attempts.read_text() == "..", "the first attempt fails"
yield_result({"rows": airport.height, "folds": folds, "step": context.step_key, "told": context.solid_name}, "model")
"""


def test_a_graph_of_notebooks_and_cells(tmp_path: Path, instance: Instance) -> None:
    airports = notebook_solid(saved(tmp_path, "airports", AIRPORTS, parameters="flights = None"))
    assert repr(airports) == "airports(flights: Any) -> airport: Any, rows: Any"
    assert airports.outputs["airport"].is_dynamic
    fit = notebook_solid(
        saved(tmp_path, "fit", FIT, parameters="airport = None\nfolds: int = 5"),
        output_defs=[OutputDefinition(dict, "model", io_manager_key="models")],
        retry_policy=RetryPolicy(max_retries=1),
    )
    ended: list[str] = []

    @success_hook
    def tell(context: Any) -> None:
        ended.append(context.step_key)

    two_folds = fit.configured({"folds": 2}, name="two_folds")
    add = cell_solid("add", 'total = sum(model["rows"] for model in models)', {})
    keep = cell_solid("keep", "kept = {**model, 'kept': True}", {})

    @composite_solid
    def fitting(airport: Any) -> Any:
        return keep(two_folds.alias("fit").with_hooks([tell])(airport))

    flights = cell_solid("flights", "table = pl.DataFrame({'delay': [1, 2, 3]})", {"pl": pl})
    models = MemoryIOManager()

    @pipeline(mode_defs=[ModeDefinition(resource_defs={"models": models})])
    def report() -> None:
        found = airports(flights())
        add(models=found.airport.map(fitting).collect())

    run = execute_pipeline(report, instance=instance)
    assert run["airports"].output_values["rows"] == 3
    assert list(run["airports"].output_values["airport"]) == ["jfk", "lga", "all"]
    assert run["add"].value == 6
    steps = ["fitting.fit[jfk]", "fitting.fit[lga]", "fitting.fit[all]"]
    assert sorted(ended) == sorted(steps)
    fitted = {key: run["fitting.fit"][key].value for key in ("jfk", "lga")}
    assert fitted == {
        "jfk": {"rows": 1, "folds": 2, "step": steps[0], "told": "fitting.fit"},
        "lga": {"rows": 2, "folds": 2, "step": steps[1], "told": "fitting.fit"},
    }
    copies = [run[step].notebook for step in steps]
    assert len(set(copies)) == 3
    assert [copy.name for copy in copies if copy] == ["fit-2.ipynb", "fit.ipynb", "fit-2.ipynb"]
    for step, copy in zip(steps, copies, strict=True):
        assert copy is not None
        assert "folds = 2" in read(copy).cells[1].source
        assert (
            len([one for one in run[step].event_list if isinstance(one.event, NotebookExecuted)]) == run[step].attempts
        )
        assert len(list(copy.parent.glob("*.ipynb"))) == run[step].attempts, "the copy of each attempt is kept"


MISTAKES = """
from dagnb import yield_result
told = []
for call in (
    lambda: yield_result(1, "airport"),
    lambda: yield_result(1, "rows", mapping_key="jfk"),
    lambda: yield_result(1, "airport", mapping_key="a b"),
    lambda: (yield_result(1, "airport", mapping_key="jfk"), yield_result(1, "airport", mapping_key="jfk")),
):
    try:
        call()
    except Exception as error:
        told.append(str(error))
yield_result(told, "told")
"""
TOLD = [
    "a value of the dynamic output airport has no key",
    "the output rows has one value and takes no mapping key",
    "a mapping key cannot be written so",
    "the output airport[jfk] was given already",
]


@pytest.mark.parametrize("kind", ["notebook", "cell"])
def test_mistakes_with_dynamic_outputs_are_told_where_they_are_made(
    kind: str, tmp_path: Path, instance: Instance
) -> None:
    made: SolidDefinition
    if kind == "notebook":
        made = notebook_solid(
            saved(tmp_path, "it", MISTAKES),
            output_defs=[
                DynamicOutputDefinition(name="airport"),
                OutputDefinition(name="rows", is_required=False),
                OutputDefinition(name="told"),
            ],
        )
    else:
        source = MISTAKES.replace('"rows", mapping_key="jfk"', '"rows", **{"mapping_key": "jfk"}') + "rows = 1"
        made = cell_solid("it", source, {})
    result = execute_solid(made, instance=instance)
    told = result.output_value("told")
    assert [each.splitlines()[0] for each in told] == TOLD
    assert 'mapping_key="..."' in told[0]
    assert result.output_value("airport") == {"jfk": 1}


def test_a_cell_gives_a_dynamic_output_and_a_list_stays_one(instance: Instance) -> None:
    source = "numbers = [1, 2]\nfor key in names:\n    yield_result(len(key), 'numbers', mapping_key=key)"
    lengths = cell_solid("lengths", source, {})
    as_list = cell_solid("as_list", "numbers = [1, 2]", {}, outputs=["numbers"])
    double = cell_solid("double", "doubled = 2 * number", {})

    names = cell_solid("names", "words = ['a', 'bcd']", {})

    @pipeline
    def report() -> None:
        lengths(names()).map(double)
        as_list()

    run = execute_pipeline(report, instance=instance)
    assert run["as_list"].value == [1, 2]
    assert run["double"].value == {"a": 2, "bcd": 6}
    none = execute_solid(lengths, input_values={"names": []}, instance=instance)
    assert none.success, "it may give none"
    called = lengths(names=["a", "bcd"])
    assert [(each.mapping_key, each.value) for each in called] == [("a", 1), ("bcd", 3)]


def test_by_hand_a_key_is_looked_at_and_nothing_else_happens() -> None:
    from dagnb.errors import DagnbInvalidDefinitionError

    assert yield_result(3, "airport", mapping_key="jfk") == 3
    with pytest.raises(DagnbInvalidDefinitionError, match="letters, digits and underscores"):
        yield_result(3, mapping_key="j f k")


def test_tables_of_arrow_and_polars_cross_into_the_kernel_and_back(tmp_path: Path, instance: Instance) -> None:
    source = "kinds = [type(a).__name__, type(b).__name__, type(c).__name__]\nb2, a2 = b, a"
    path = saved(tmp_path, "it", source, parameters="a = None\nb = None\nc = None")
    defined = notebook_solid(path, outputs=["kinds", "a2", "b2"])
    table, frame = pa.table({"x": [1, None]}), pl.DataFrame({"x": [1.5, None]})
    values = {"a": table, "b": frame, "c": frame.lazy()}
    result = execute_solid(defined, input_values=values, instance=instance)
    assert result.output_value("kinds") == ["Table", "DataFrame", "LazyFrame"]
    assert result.output_value("a2").equals(table)
    assert result.output_value("b2").equals(frame)


def test_a_time_limit_ends_a_notebook_in_the_midst_of_a_cell(tmp_path: Path, instance: Instance) -> None:
    slow = notebook_solid(saved(tmp_path, "slow", "import time\ntime.sleep(60)"), time_limit=4)
    begun = time.monotonic()
    result = execute_solid(slow, raise_on_error=False, instance=instance)
    assert time.monotonic() - begun < 30
    assert isinstance(result.error, DagnbTimeLimitError)
    assert result.notebook is not None
    assert result.notebook.exists(), "what was finished is kept"


def test_so_it_does_in_another_thread_and_it_is_tried_again(tmp_path: Path, instance: Instance) -> None:
    source = (
        "import time, pathlib\nmark = pathlib.Path('mark')\nif not mark.exists():\n    mark.touch()\n    time.sleep(60)"
    )
    slow = notebook_solid(
        saved(tmp_path, "slow", source), time_limit=8, retry_policy=RetryPolicy(max_retries=1), name="slow"
    )
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(execute_solid(slow, instance=instance)))
    begun = time.monotonic()
    thread.start()
    thread.join()
    assert time.monotonic() - begun < 40
    assert results[0].attempts == 2
    assert results[0].notebook.name == "slow-2.ipynb"
    assert (results[0].notebook.parent / "slow.ipynb").exists()
