"""Notebooks in other languages: their parameters, and a real bash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from nbformat import NotebookNode

from dagnb.config import DagnbConfigError, Secret
from dagnb.contracts.notebooks import NotebookJob, NotebookResult
from dagnb.definitions import InputDefinition, solid
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotebookError, DagnbParameterError
from dagnb.handles import execute_pipeline, pipeline
from dagnb.notebooks.document import save_document
from dagnb.notebooks.errors import DagnbNotebookFailedError, DagnbUntranslatedLanguageError
from dagnb.notebooks.kernel_engine import KernelEngine
from dagnb.notebooks.languages import other_language, read_other_parameters, translate
from dagnb.notebooks.solid import notebook_solid
from dagnb.types import Nothing
from tests.notebooks.documents import document, read

CELLS = {
    "bash": ("folds=5  # how many\norigin='a # b'\nif true; then x=1; fi\n[ a == b ]", "folds origin"),
    "R": ("folds <- 5 # how many\nlearning.rate = 0.1\nfolds == 3\n.hidden = 1", "folds learning.rate"),
    "julia": ("folds::Int = 5 # how many\nnames = [\n  1]\nf(x) = 3", "folds names"),
    "scala": ("val folds: Int = 5 // how many\nval m: Map[String, Int] = Map()\nprintln(x)", "folds m"),
    "matlab": ("folds = 5; % how many\n", "folds"),
}
KERNELS = {"C#": ".net-csharp", "F#": ".net-fsharp", "PowerShell": ".net-powershell"}


def in_language(language: str, *cells: str, parameters: str | None = None) -> NotebookNode:
    made = document(*cells, parameters=parameters)
    made.metadata["kernelspec"] = {"name": language, "display_name": language, "language": language}
    return made


@pytest.fixture
def bash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for notebooks, and bash among the kernels."""
    folder = tmp_path / "jupyter" / "kernels" / "bash"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Bash", "language": "bash"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return tmp_path


def run(made: NotebookNode, folder: Path, **job: Any) -> tuple[NotebookResult, NotebookNode]:
    source, target = folder / "made.ipynb", folder / "out" / "copy.ipynb"
    save_document(made, source)
    result = KernelEngine().execute(NotebookJob(source=str(source), target=str(target), **job), lambda _: None)
    return result, read(target)


def texts(copy: NotebookNode) -> list[str]:
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in copy.cells]


@pytest.mark.parametrize("language", CELLS)
def test_assignments_are_parameters(language: str) -> None:
    source, names = CELLS[language]
    cell = read_other_parameters(in_language(language, parameters=source), language)
    assert cell.names == tuple(names.split())
    folds = cell.parameters[0]
    assert folds.role == "config"
    assert folds.description == "how many · default: 5"


def test_a_language_that_is_not_translated_has_no_parameters_and_takes_none() -> None:
    made = in_language("sas", parameters="%let x = 3")
    assert other_language(made) == "sas"
    assert read_other_parameters(made, "sas").names == ()
    with pytest.raises(DagnbUntranslatedLanguageError, match="in a notebook in sas"):
        translate({"x": 1}, language="sas")


def test_python_is_no_other_language(bash: Path) -> None:
    assert other_language(document("x = 1")) is None
    assert other_language(in_language("python")) is None
    assert other_language(in_language("bash"), "python3") is None
    assert other_language(document("x = 1"), "bash") == "bash"
    unsaid = document("x=1")
    unsaid.metadata["kernelspec"] = {"name": "bash"}
    assert other_language(unsaid) == "bash"


@pytest.mark.parametrize("language", ["bash", "R", "julia", "C#", "PowerShell"])
@pytest.mark.parametrize("name", ["x;y", "x\ny", "a b", "$x", "x=1;y", "_x", "1x", "é", "", "x`y`"])
def test_what_is_no_name_is_refused(language: str, name: str) -> None:
    with pytest.raises(DagnbParameterError, match=f"can be set in a notebook in {language}"):
        translate({name: 1}, language=language, kernel_name=KERNELS.get(language))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Path("x"), "PosixPath"),
        ((1, 2), "tuple"),
        ([1, {2}], "set"),
        (float("nan"), "float nan"),
        ({3: 4}, "dict with the key 3"),
        ("\ud800", "surrogates"),
        (b"x", "bytes"),
    ],
)
def test_values_are_what_json_can_hold(value: Any, kind: str) -> None:
    with pytest.raises(DagnbParameterError, match=rf"parameter limit cannot be handed[\s\S]*{kind}"):
        translate({"limit": value}, language="R", path="fit.ipynb")


@pytest.mark.parametrize("value", [{"a": 1}, [[1], [2]], [1, None], "a\0b"])
def test_what_a_language_has_no_word_for_is_refused(value: Any) -> None:
    with pytest.raises(DagnbParameterError, match="parameter limit cannot be written in bash"):
        translate({"limit": value}, language="bash")


@pytest.mark.parametrize(
    "given_value", [{"token": "plain"}, {"x": Secret("hunter-twenty-two")}, {"x": [Secret("ab12")]}]
)
def test_secrets_are_not_written_into_cells(given_value: dict[str, Any]) -> None:
    with pytest.raises(DagnbParameterError, match="is a secret") as caught:
        translate(given_value, language="julia")
    assert "hunter" not in str(caught.value)


def test_texts_run_nothing() -> None:
    """Papermill writes them so that Julia and PowerShell would run what stands in them."""
    value = {"x": '$(rm -rf /) `rm` ${y} "\u2019; rm #\\'}
    assert translate(value, language="julia").endswith(r'x = "\$(rm -rf /) `rm` \${y} \"’; rm #\\"')
    powershell = translate(value, language="PowerShell", kernel_name=KERNELS["PowerShell"])
    assert powershell.endswith("$x = '$(rm -rf /) `rm` ${y} \"\u2019\u2019; rm #\\'")
    assert translate({"x": "\x07é\n"}, language="scala").endswith(r'val x = "\u0007é\n"')


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=4))
def test_bash_reads_back_what_was_given(given_texts: list[str]) -> None:
    source = translate({"texts": given_texts, "first": "".join(given_texts)}, language="bash")
    assert all(letter.isprintable() or letter == "\n" for letter in source)
    script = f'{source}\nprintf \'%s\\0\' "${{texts[@]}}" "$first"'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    expected = [*(given_texts or []), "".join(given_texts)]
    assert done.stdout.decode().split("\0")[:-1] == expected


def test_parameters_arrive_in_a_real_bash(bash: Path) -> None:
    nasty = "it's $(echo run) `echo` !! \x03\techo run\n\\ é"
    made = in_language(
        "bash", 'echo "$folds-${names[1]}"; printf %s "$text" | od -An -tx1', parameters="folds=5\ntext="
    )
    result, copy = run(made, bash, parameters={"folds": 3, "text": nasty, "names": ["a", "b c"]})
    assert result.error is None
    assert copy.cells[1].metadata.tags == ["injected-parameters"]
    first, _, rest = texts(copy)[2].partition("\r\n") if "\r\n" in texts(copy)[2] else texts(copy)[2].partition("\n")
    assert first == "3-b c"
    assert bytes.fromhex("".join(rest.split())).decode() == nasty
    assert copy.metadata.papermill.parameters == {"folds": 3, "text": nasty, "names": ["a", "b c"]}


def test_a_failing_cell_of_bash_is_named(bash: Path) -> None:
    result, copy = run(in_language("bash", "echo one", "echo two; false", "echo three"), bash)
    assert result.failed_cell == 2
    assert result.error is not None
    assert (result.error.cls_name, result.error.message) == ("CellFailed", "the cell ended with 1")
    assert [text.split() for text in texts(copy)] == [["one"], ["two"], []]


def test_values_do_not_go_in_and_out_of_bash(bash: Path) -> None:
    made = in_language("bash", "echo one")
    with pytest.raises(DagnbNotebookError, match=r"only a Python notebook takes inputs[\s\S]*in bash"):
        run(made, bash, inputs={"x": 1})
    for refused in (
        {"input_defs": [InputDefinition("table")]},
        {"outputs": ["rows"]},
        {"required_resource_keys": {"slack"}},
    ):
        with pytest.raises(DagnbInvalidDefinitionError, match=r"the (input table|output rows|resource slack)\b"):
            notebook_solid(bash / "made.ipynb", **refused)


def test_a_bash_notebook_is_a_solid(bash: Path) -> None:
    made = in_language("bash", "# outputs: none", 'echo "$folds" > "$where"', parameters="folds=5 # how many\nwhere=/x")
    save_document(made, bash / "count.ipynb")
    count = notebook_solid(bash / "count.ipynb", input_defs=[InputDefinition("start", Nothing)])
    assert repr(count) == "count(start: Nothing) -> str"
    assert count.config_schema["folds"].description == "how many · default: 5"

    @solid
    def begin() -> None:
        pass

    @pipeline
    def report() -> None:
        count(begin())

    written = bash / "written.txt"
    config: dict[str, Any] = {"where": str(written)}
    run = execute_pipeline(report, run_config={"solids": {"count": {"config": config}}})
    assert written.read_text() == "5\n"
    assert read(run["count"].value).cells[1].source == f"# Parameters\nwhere={written}"
    with pytest.raises(DagnbConfigError, match="flods"):
        execute_pipeline(report, run_config={"solids": {"count": {"config": {"flods": 3}}}})
    wrong = {"where": {"a": 1}}
    with pytest.raises(DagnbParameterError, match="parameter where cannot be written in bash"):
        execute_pipeline(report, run_config={"solids": {"count": {"config": wrong}}})


def test_a_schema_says_what_the_cell_does_not(bash: Path) -> None:
    save_document(in_language("bash", 'test "$limit" = 7', parameters="export limit=3"), bash / "check.ipynb")
    assert notebook_solid(bash / "check.ipynb").config_schema is None
    check = notebook_solid(bash / "check.ipynb", config_schema={"limit": int})

    @pipeline
    def report() -> None:
        check()

    assert execute_pipeline(report, run_config={"solids": {"check": {"config": {"limit": 7}}}}).success
    with pytest.raises(DagnbNotebookFailedError, match=r"check\.ipynb › cell 3"):
        execute_pipeline(report, run_config={"solids": {"check": {"config": {"limit": 8}}}})
