"""What importing costs: the heavy packages come when they are used, not before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import dagnb

ROOT = Path(__file__).resolve().parent.parent

HEAVY = {
    "IPython",
    "alembic",
    "anywidget",
    "asyncio",
    "cloudpickle",
    "fsspec",
    "graphviz",
    "ipykernel",
    "ipywidgets",
    "jupyter_client",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "psutil",
    "pyarrow",
    "pydantic",
    "pydantic_core",
    "rich",
    "sqlalchemy",
    "yaml",
}

# Prints what was loaded beyond bare Python, and the CPU that it took.
_MEASURE = """
import json, sys, time
before = set(sys.modules)
begun = time.process_time()
{code}
spent = time.process_time() - begun
print(json.dumps([sorted(set(sys.modules) - before), spent]))
"""


def loaded_by(code: str) -> set[str]:
    """Return the names of the modules that the code loads in a new Python."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE.format(code=code)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    names, seconds = json.loads(done.stdout)
    print(f"{code.splitlines()[0]}: {len(names)} modules, {1000 * seconds:.0f} ms CPU")  # noqa: T201  # seen with -s
    return set(names)


def packages(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def test_the_first_import_loads_nothing_heavy() -> None:
    loaded = loaded_by("from dagnb import solid, pipeline, execute_pipeline")
    assert packages(loaded) & HEAVY == set()
    # Only what declares: a room that runs, stores or shows is loaded when it is asked to.
    ours = {name for name in loaded if name.startswith("dagnb.")} - {"dagnb.notebooks", "dagnb.notebooks.inert"}
    rooms = {name.split(".")[1] for name in ours}
    assert rooms <= {"_lazy", "_record", "definitions", "errors", "events", "handles", "types"}


def test_the_first_import_needs_no_source_tools() -> None:
    # dataclasses brings inspect, ast, dis, tokenize and linecache: a third of the time.
    loaded = loaded_by("from dagnb import solid, pipeline, execute_pipeline")
    assert loaded & {"ast", "dataclasses", "dis", "inspect", "json", "pathlib", "threading", "tokenize"} == set()


def test_importing_dagnb_alone_loads_nothing_of_it() -> None:
    assert {name for name in loaded_by("import dagnb") if name.startswith("dagnb.")} == {"dagnb._lazy"}


DEFINE = """
from dagnb import solid, lambda_solid, pipeline, ModeDefinition, Output, AssetMaterialization
@lambda_solid
def one() -> int:
    return 1
@lambda_solid
def double(x: int) -> int:
    return 2 * x
@pipeline(mode_defs=[ModeDefinition("test", {"db": 1})])
def report():
    double(one())
"""


def test_defining_a_pipeline_loads_nothing_heavy() -> None:
    assert packages(loaded_by(DEFINE.strip())) & HEAVY == set()


def test_running_a_pipeline_loads_no_tables_and_no_notebooks(tmp_path: Path) -> None:
    code = f"{DEFINE.strip()}\nfrom dagnb.instance import Instance\nreport.run(instance=Instance.at({str(tmp_path)!r}))"
    loaded = packages(loaded_by(code))
    unwanted = HEAVY - {"sqlalchemy", "alembic", "pydantic_core", "psutil", "asyncio"}
    assert loaded & unwanted == set()


def test_every_public_name_is_there() -> None:
    for name in dagnb.__all__:
        assert getattr(dagnb, name) is not None
    assert set(dagnb.__all__) <= set(dir(dagnb))
    assert set(dagnb.__all__) == {name for names in dagnb._HOMES.values() for name in names}
    with pytest.raises(AttributeError, match="no attribute 'sold'"):
        _ = dagnb.sold  # type: ignore[attr-defined]


SAMPLE = """
from typing import Any

import dagnb
from dagnb import ModeDefinition, execute_pipeline, lambda_solid, pipeline, resource, solid


@solid
def one(context: Any) -> int:
    return 1


@solid(config_schema={"by": int})
def scale(context: Any, number: int) -> int:
    return number


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@resource(config_schema={"token": str})
def client(context: Any) -> str:
    return "client"


@resource
def plain(context: Any) -> str:
    return "client"


@pipeline(mode_defs=[ModeDefinition("test", {"client": client, "plain": plain})])
def report() -> None:
    double(scale(one()))


reveal_type(one)
reveal_type(scale)
reveal_type(double)
reveal_type(client)
reveal_type(plain)
reveal_type(report)
reveal_type(execute_pipeline(report))
reveal_type(dagnb.run("a"))
dagnb.no_such_name
"""

EXPECTED = [
    "dagnb.definitions.solid.SolidDefinition",
    "dagnb.definitions.solid.SolidDefinition",
    "dagnb.definitions.solid.SolidDefinition",
    "dagnb.definitions.resource.ResourceDefinition",
    "dagnb.definitions.resource.ResourceDefinition",
    "dagnb.handles.pipelines.Pipeline",
    "dagnb.handles.results.Run",
    "dagnb.handles.results.Run",
]


def test_type_checkers_see_what_the_names_are(tmp_path: Path) -> None:
    from mypy import api

    sample = tmp_path / "sample.py"
    sample.write_text(SAMPLE, encoding="utf-8")
    cache = ROOT / ".mypy_cache"
    out, err, _ = api.run(
        [str(sample), "--strict", "--config-file=", "--cache-dir", str(cache), "--follow-imports=silent"]
    )
    assert not err
    revealed = [line.split('"')[1] for line in out.splitlines() if "Revealed type is" in line]
    assert revealed == EXPECTED, out
    errors = [line for line in out.splitlines() if " error: " in line]
    assert len(errors) == 1, out
    assert 'has no attribute "no_such_name"' in errors[0]
