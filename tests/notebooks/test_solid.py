"""Notebooks as solids: what is found in them, and what runs of them give."""

from __future__ import annotations

import datetime as dt
import pickle
import threading
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from dagnb.config import DagnbConfigError
from dagnb.config.schema import ShapeNode
from dagnb.definitions import InputDefinition, ModeDefinition, OutputDefinition, SolidDefinition, solid
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotebookError, DagnbParameterError
from dagnb.events import Failure
from dagnb.events.records import NotebookExecuted, StepFailed, StepProgressed
from dagnb.handles import execute_pipeline, pipeline
from dagnb.notebooks.document import save_document
from dagnb.notebooks.errors import DagnbNotebookFailedError, DagnbNotebookUnreadableError
from dagnb.notebooks.interface import NotebookSolidBody
from dagnb.notebooks.solid import notebook_solid
from tests.notebooks.documents import document, read
from tests.notebooks.paths import FILES, notebook


def made_of(folder: Path, *cells: str, parameters: str | None = None, **options: Any) -> SolidDefinition:
    path = folder / "made.ipynb"
    save_document(document(*cells, parameters=parameters), path)
    return notebook_solid(path, **options)


def body_of(defined: SolidDefinition) -> NotebookSolidBody:
    assert isinstance(defined.body, NotebookSolidBody)
    return defined.body


def test_inputs_config_and_outputs_are_found_in_the_notebook() -> None:
    fit = notebook_solid(notebook("yields_results_and_events"))
    assert repr(fit) == "yields_results_and_events(flights: Any) -> model: Any, scores: Any"
    double = notebook_solid(notebook("values_in_and_out"), outputs=["doubled"], name="double")
    assert repr(double) == "double(flights: DataFrame) -> doubled: Any"
    assert double.inputs["flights"].description == "the table"
    assert not double.inputs["flights"].has_default
    assert double.description == "Doubles a table\n\nBy a factor."
    assert double.kind == "notebook"
    assert list(double.config_schema) == ["factor", "day", "token"]
    assert double.config_schema["factor"].default_value == 2
    assert double.config_schema["factor"].description == "by how much"
    assert not double.config_schema["day"].is_required


def test_a_notebook_that_gives_nothing_gives_its_executed_copy() -> None:
    assert repr(notebook_solid(notebook("floods"))) == "floods() -> str"


def test_what_is_said_goes_before_what_is_found(tmp_path: Path) -> None:
    defined = made_of(
        tmp_path,
        "# outputs: a, b",
        parameters="rows = 3\nname = 'x'\ntable = None",
        input_defs=[InputDefinition("rows", int), InputDefinition("more", str)],
        output_defs=[OutputDefinition(int, "a")],
        config_schema={"name": str, "other": int},
        output_notebook="copy",
        description="what it does",
    )
    assert repr(defined) == "made(rows: int, table: Any, more: str) -> a: int, copy: str"
    assert body_of(defined).parameters == ("name",)
    assert defined.description == "what it does"
    assert repr(made_of(tmp_path, "# outputs: a, b")) == "made() -> a: Any, b: Any"
    with pytest.raises(DagnbInvalidDefinitionError, match="outputs is a list"):
        made_of(tmp_path, outputs="a")


def test_paths_are_relative_to_the_working_folder_or_to_the_file_that_says_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FILES)
    assert body_of(notebook_solid("floods.ipynb")).path == notebook("floods")
    monkeypatch.chdir(tmp_path)
    assert body_of(notebook_solid("files/floods.ipynb")).path == notebook("floods")
    with pytest.raises(DagnbNotebookError, match=r"did you mean floods\.ipynb"):
        notebook_solid(FILES / "flods.ipynb")


def test_names_are_made_of_the_files_name(tmp_path: Path) -> None:
    for file, name in [("1 first-try.ipynb", "notebook_1_first_try"), ("fit model.ipynb", "fit_model")]:
        save_document(document("x = 1"), tmp_path / file)
        assert notebook_solid(tmp_path / file).name == name


def test_a_default_of_another_type_is_refused_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(DagnbParameterError, match="default of the parameter folds is not of its type"):
        made_of(tmp_path, parameters="folds: int = 'five'")


def test_the_version_changes_with_the_text_and_not_with_outputs(tmp_path: Path) -> None:
    defined = made_of(tmp_path, "x = 1")
    before = defined.code_version
    changed = read(tmp_path / "made.ipynb")
    changed.cells[0].outputs = [nbformat.v4.new_output("stream", text="1")]  # type: ignore[no-untyped-call]
    save_document(changed, tmp_path / "made.ipynb")
    assert defined.code_version == before
    changed.cells[0].source = "x = 2"
    save_document(changed, tmp_path / "made.ipynb")
    assert defined.code_version != before
    assert pickle.loads(pickle.dumps(defined.body)) == defined.body


@solid
def load_flights() -> pd.DataFrame:
    return pd.DataFrame({"delay": [1.0, 2.0]})


def events_of(run: Any, kind: type) -> list[Any]:
    return [event for event in run.events["event"] if isinstance(event, kind)]


def test_a_pipeline_of_notebooks_hands_values_on_and_streams_events() -> None:
    double = notebook_solid(notebook("values_in_and_out"), outputs=["doubled"], output_notebook="copy", name="double")
    fit = notebook_solid(notebook("yields_results_and_events"), name="fit")

    @pipeline
    def report() -> None:
        doubled, _copy = double(load_flights())
        fit(flights=doubled)

    config = {"solids": {"double": {"config": {"factor": 3, "day": "2014-02-03"}}, "fit": {"config": {"folds": 2}}}}
    run = execute_pipeline(report, run_config=config)
    assert run.success
    assert run["double"].output_value("doubled")["delay"].tolist() == [3.0, 6.0]
    assert run["fit"].output_value("scores") == [0.5, 0.5]
    copy = run["double"].output_value("copy")
    assert read(copy).cells[2].source.startswith("# Parameters\nfactor = 3")
    assert [event.path == copy for event in events_of(run, NotebookExecuted)] == [True, False]
    kinds = list(run.events[run.events.step == "fit"].kind)
    assert kinds.index("AssetMaterialized") < kinds.index("ExpectationChecked") < kinds.index("NotebookExecuted")
    progress = [event for event in events_of(run, StepProgressed) if event.total == 6]
    assert [event.done for event in progress] == [0, 1, 2, 3, 4, 5, 6]
    assert progress[0].text == "flights = None\nfolds: int = 5"
    assert progress[0].unit == "cell"


def test_a_notebook_that_raises_fails_the_step_with_its_own_error() -> None:
    broken = notebook_solid(notebook("raises_in_the_third_cell"), name="broken")

    @pipeline
    def report() -> None:
        broken()

    run = execute_pipeline(report, raise_on_error=False)
    (failed,) = events_of(run, StepFailed)
    assert (failed.error.cls_name, failed.error.where) == ("ZeroDivisionError", "cell 3")
    (executed,) = events_of(run, NotebookExecuted)
    assert executed.failed_cell == 3
    assert Path(executed.path).exists()
    with pytest.raises(DagnbNotebookFailedError, match=r"raises_in_the_third_cell\.ipynb › cell 3"):
        execute_pipeline(report)


def test_a_failure_keeps_its_metadata_on_its_way_out_of_the_notebook() -> None:
    few = notebook_solid(notebook("raises_a_failure"), name="few")

    @pipeline
    def report() -> None:
        few()

    run = execute_pipeline(report, raise_on_error=False)
    (failed,) = events_of(run, StepFailed)
    assert [(entry.label, entry.value) for entry in failed.metadata] == [("rows", 3)]
    with pytest.raises(Failure, match="too few rows"):
        execute_pipeline(report)


def test_wrong_config_is_refused_before_anything_runs() -> None:
    fit = notebook_solid(notebook("yields_results_and_events"), name="fit")

    @pipeline
    def report() -> None:
        fit(load_flights())

    with pytest.raises(DagnbConfigError, match="fold"):
        execute_pipeline(report, run_config={"solids": {"fit": {"config": {"fold": 2}}}})


def test_resources_go_along_when_they_can() -> None:
    use = notebook_solid(
        notebook("uses_a_resource"),
        outputs=["rows", "told", "unknown"],
        required_resource_keys={"table", "lock"},
        name="use",
    )
    mode = ModeDefinition("test", {"table": {"rows": 3}, "lock": threading.Lock(), "other": 1})

    @pipeline(mode_defs=[mode])
    def report() -> None:
        use()

    run = execute_pipeline(report)
    assert run["use"].output_value("rows") == 3
    assert "the resource lock cannot be handed to the notebook's process" in run["use"].output_value("told")
    assert "did not ask for the resource other" in run["use"].output_value("unknown")


def test_typed_parameters_arrive_as_their_types(tmp_path: Path) -> None:
    typed = made_of(
        tmp_path,
        "seen = [type(x).__name__ for x in (when, where, pair, names, maybe)]\nvalues = when, pair",
        parameters=(
            "import datetime\nfrom pathlib import Path\n"
            "when: datetime.date = datetime.date(2013, 1, 1)\nwhere: Path = Path('a')\n"
            "pair: tuple[int, int] = (0, 1)\nnames: set[str] = {'a'}\nmaybe: float | None = None"
        ),
        outputs=["seen", "values"],
    )

    @pipeline
    def report() -> None:
        typed()

    config = {"when": "2014-02-03", "where": "b", "pair": [2, 3], "names": ["b"], "maybe": 1.5}
    run = execute_pipeline(report, run_config={"solids": {"made": {"config": config}}})
    assert run["made"].output_value("seen") == ["date", "PosixPath", "tuple", "set", "float"]
    assert run["made"].output_value("values") == (dt.date(2014, 2, 3), (2, 3))


def test_a_folder_is_no_notebook(tmp_path: Path) -> None:
    (tmp_path / "fit.ipynb").mkdir()
    with pytest.raises(DagnbNotebookUnreadableError, match=r"a folder[\s\S]*name a notebook in it"):
        notebook_solid(tmp_path / "fit.ipynb")


def test_a_default_that_config_cannot_hold_is_described_as_it_is_written(tmp_path: Path) -> None:
    text = "limit = 10**6  # rows\npair: tuple[int, int] = (1, -2)\nfolds = 5\nlong = " + " + ".join(["one"] * 40)
    save_document(document(parameters=text), tmp_path / "fit.ipynb")
    node = notebook_solid(tmp_path / "fit.ipynb").config_node
    assert isinstance(node, ShapeNode)
    said = {name: field.description for name, field in node.fields.items()}
    assert said == {"limit": "rows · default: 10 ** 6", "pair": "default: (1, -2)", "folds": None, "long": None}
