"""Programs of 2020 run as they are, and give what they gave on release 0.9.22."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.compat.expected import EXPECTED

PROGRAMS = Path(__file__).parent / "programs"

pytestmark = pytest.mark.usefixtures("installed", "dagnb_home")


def run_program(name: str) -> dict[str, Any]:
    made: dict[str, Any] = runpy.run_path(str(PROGRAMS / f"{name}.py"))["main"]()
    return made


@pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name, parts in EXPECTED.items() if name != "notebooks" for part in parts]
)
def test_programs_give_what_they_gave(name: str, part: str, programs: dict[str, dict[str, Any]]) -> None:
    if name not in programs:
        programs[name] = run_program(name)
    assert programs[name][part] == EXPECTED[name][part]


@pytest.fixture(scope="module")
def programs() -> dict[str, dict[str, Any]]:
    """What the programs gave, each run once."""
    return {}


def test_notebooks_run_in_kernels_that_know_the_old_names() -> None:
    assert run_program("notebooks") == EXPECTED["notebooks"]
