"""Cells as solids, with and without the magic."""

from __future__ import annotations

import functools
import math
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from dagnb.definitions import SolidDefinition, solid
from dagnb.definitions.bodies import CellBody
from dagnb.errors import DagnbInvalidDefinitionError, DagnbOutputError
from dagnb.handles import execute_pipeline, pipeline
from dagnb.notebooks.cells import cell_solid


def values_of(defined: SolidDefinition, **inputs: Any) -> dict[str, Any]:
    assert isinstance(defined.body, CellBody)
    return {output.output_name: output.value for output in defined.body.function(**inputs)}


def test_inputs_are_free_names_in_order_and_the_output_is_the_last_one_assigned() -> None:
    defined = cell_solid("late", "share = len(flights[flights > limit]) / total\nlate = share * scale", {})
    assert repr(defined) == "late(flights: Any, limit: Any, total: Any, scale: Any) -> Any"
    assert defined.kind == "cell"
    assert defined.body.source.startswith("share")


def test_helpers_are_borrowed_and_data_is_not() -> None:
    def double(x: int) -> int:
        return x * 2

    namespace: dict[str, Any] = {"math": math, "double": double, "half": functools.partial(pow, 2), "data": 5}
    namespace |= {"cls": dict, "pi": math.pi, "not_pi": 3.0, "In": ["from math import pi"]}
    source = "out = double(math.floor(data)), half(1), cls(), pi, not_pi"
    defined = cell_solid("it", source, namespace)
    assert list(defined.inputs) == ["data", "not_pi"]
    namespace["double"] = lambda x: x * 3
    assert values_of(defined, data=2.5, not_pi=1) == {"result": (6, 2, {}, math.pi, 1)}


def test_a_cell_has_its_own_scope() -> None:
    namespace: dict[str, Any] = {"x": 1, "y": 2}
    defined = cell_solid("it", "x = x + 1\n\ndef inner():\n    return x\n\nz = inner()", namespace)
    assert values_of(defined, x=10) == {"result": 11}
    assert namespace == {"x": 1, "y": 2}
    with pytest.raises(NameError, match="y"):
        values_of(cell_solid("it", "z = eval('y')", namespace))


def test_several_outputs_keep_their_names() -> None:
    defined = cell_solid("it", "a = x\nb = 2\nc = 3", {}, outputs=["a", "c"])
    assert list(defined.outputs) == ["a", "c"]
    assert values_of(defined, x=1) == {"a": 1, "c": 3}
    assert list(cell_solid("it", "a = x\nb = 2", {}, outputs=["a"]).outputs) == ["result"]
    assert values_of(cell_solid("it", "def f():\n    pass", {}, outputs=["f"]))["result"].__name__ == "f"


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("a = = 1", {}, r"not Python[\s\S]*cell it › line 1"),
        ("x = 1\n%%time\n)", {}, r"not Python[\s\S]*line"),
        ("print(x)", {}, "leaves no name behind"),
        ("_hidden = 1", {}, "leaves no name behind"),
        ("delays = 1", {"outputs": ["delay"]}, r"never assigns its output delay[\s\S]*did you mean delays"),
        ("a = flights", {"inputs": ["flight"]}, r"does not read the input flight\b[\s\S]*did you mean flights"),
        ("a = flights + limit", {"inputs": ["flights"]}, "reads limit, which is neither"),
    ],
)
def test_what_is_wrong_is_said_when_the_cell_is_defined(source: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match=message):
        cell_solid("it", source, {}, **options)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match="solids cannot be named so"):
        cell_solid("a b", "x = 1", {})


def test_tracebacks_show_the_cells_lines() -> None:
    defined = cell_solid("broken", "one = 1\n# why\nresult = one / zero", {})
    with pytest.raises(ZeroDivisionError) as caught:
        values_of(defined, zero=0)
    text = "".join(traceback.format_exception(caught.value))
    assert "<cell broken" in text
    assert "line 3" in text
    assert "result = one / zero" in text


def test_a_cell_travels_to_another_process_by_value_with_what_it_uses_only() -> None:
    def double(x: int) -> int:
        return x * 2

    defined = cell_solid("it", "y = double(x)", {"double": double, "big": bytearray(1_000_000)})
    sent = cloudpickle.dumps(defined)
    assert len(sent) < 50_000
    assert values_of(cloudpickle.loads(sent), x=3) == {"result": 6}


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.enabled = False
    made = InteractiveShell.instance(config=config)
    made.run_line_magic("load_ext", "dagnb")
    yield made
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, source: str) -> None:
    shell.run_cell(source, store_history=True).raise_error()  # type: ignore[no-untyped-call]


def test_the_magic_binds_the_solid_and_says_so_in_a_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "from math import pi\nradius = 3")
    run(shell, "%%solid area\n# how much\nsurface = pi * radius ** 2")
    assert capsys.readouterr().out == "solid area(radius) → surface\n"
    assert shell.user_ns["area"].description == "how much"
    run(shell, "%%solid area --in radius --out twice,surface\nsurface = pi * radius ** 2\ntwice = 2 * surface")
    assert list(shell.user_ns["area"].outputs) == ["twice", "surface"]
    assert capsys.readouterr().out == "solid area(radius) → twice, surface\n"
    with pytest.raises(DagnbInvalidDefinitionError, match="does not understand its line"):
        run(shell, "%%solid area --inn x\ny = x")
    with pytest.raises(DagnbInvalidDefinitionError, match="required: name"):
        run(shell, "%%solid\ny = 1")


def test_magics_commands_and_await_work_in_a_cell_of_a_pipeline(
    shell: InteractiveShell, capfd: pytest.CaptureFixture[str]
) -> None:
    run(
        shell,
        "%%solid it\nimport asyncio\n!echo from a shell\n%time y = x + 1\nfound = !echo 5\nawait asyncio.sleep(0)\n"
        "z = y + int(found[0])",
    )

    @solid
    def number() -> int:
        return 1

    @pipeline
    def numbers() -> None:
        shell.user_ns["it"](number())

    done = execute_pipeline(numbers)
    assert done["it"].value == 7
    printed = capfd.readouterr().out
    assert "from a shell" in printed
    assert "wall time" in printed


def test_what_a_star_import_brings_is_no_input() -> None:
    within = cell_solid("area", "from math import *\narea = pi * sqrt(radius)", {})
    assert list(within.inputs) == ["radius"]
    namespace: dict[str, Any] = {"In": ["", "from math import *"]}
    exec("from math import *", namespace)  # noqa: S102  (as a cell does)
    assert list(cell_solid("area", "area = pi * sqrt(radius)", namespace).inputs) == ["radius"]


def test_a_star_import_of_a_module_that_is_not_there_is_told_when_the_cell_runs() -> None:
    solid = cell_solid("area", "from no_such_module_here import *\narea = pi", {})
    assert list(solid.inputs) == ["pi"]
    with pytest.raises(ModuleNotFoundError, match="no_such_module_here"):
        solid(3)


def test_a_command_gets_the_inputs_in_its_braces(tmp_path: Path) -> None:
    (tmp_path / "a b").touch()
    solid = cell_solid("listed", "files = !ls {folder}", {})
    assert list(solid.inputs) == ["folder"]
    assert list(solid(str(tmp_path))) == ["a b"]


def test_a_timed_cell_tells_its_time_and_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    solid = cell_solid("doubled", "%%time\ntwice = 2 * each", {})
    assert (list(solid.inputs), solid(4)) == (["each"], 8)
    assert "wall time" in capsys.readouterr().out
    with pytest.raises(TypeError) as caught:
        solid(None)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].line == "twice = 2 * each"


def test_another_cell_magic_is_refused_by_name() -> None:
    with pytest.raises(DagnbInvalidDefinitionError, match=r"%%bash[\s\S]*a magic \(%...\) or a command"):
        cell_solid("listed", "%%bash\nls", {})


def test_an_output_that_only_some_ways_assign_is_named() -> None:
    solid = cell_solid("late", "if is_late:\n    minutes = 5", {})
    assert solid(True) == 5
    with pytest.raises(DagnbOutputError, match=r"without its output minutes[\s\S]*on every way through the cell"):
        solid(False)


def test_commands_and_plots_work_outside_of_a_kernel() -> None:
    code = (
        "from dagnb.notebooks.cells import cell_solid\n"
        "text = '%matplotlib inline\\nimport matplotlib.pyplot as plt\\nplt.plot([1])\\nplt.show()\\nhi = !echo hi'\n"
        "print(list(cell_solid('c', text, {})()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines()[-1:], done.returncode) == (["['hi']"], 0), done.stderr
