"""The error tree: what every error says, that it pickles, what a notebook shows of it."""

from __future__ import annotations

import pickle
import re
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dagnb import errors
from dagnb.errors import (
    DagnbCycleError,
    DagnbError,
    DagnbInvalidDefinitionError,
    DagnbNotFoundError,
    DagnbStaleOwnerError,
    DagnbTimeLimitError,
    DagnbUnknownResourceError,
    nearest,
)

LEAVES = [
    DagnbCycleError(pipeline="etl", solids=["a", "b"]),
    DagnbUnknownResourceError(solid="post", resource="slak", known=["slack"]),
    DagnbNotFoundError("mode", "prd", ["prod", "test"], where="flights"),
    DagnbStaleOwnerError(run_id="7c1e", token=3),
    DagnbTimeLimitError(step="fit", seconds=2.5),
    *(
        getattr(errors, name)("it broke", where="here", got="this", expected="that", hint="mend it")
        for name in errors.__all__
        if name.startswith("Dagnb")
        and name
        not in (
            "DagnbCycleError",
            "DagnbNotFoundError",
            "DagnbStaleOwnerError",
            "DagnbTimeLimitError",
            "DagnbUnknownResourceError",
        )
    ),
]


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: type(error).__name__)
def test_an_error_pickles_with_all_that_it_says(error: DagnbError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("error", LEAVES, ids=lambda error: type(error).__name__)
def test_an_error_is_also_the_nearest_built_in_one(error: DagnbError) -> None:
    bases = {base.__name__ for base in type(error).__mro__}
    assert type(error) is DagnbError or bases & {
        "ValueError", "RuntimeError", "TypeError", "LookupError", "AttributeError", "OSError", "ImportError",
    }  # fmt: skip


def test_the_docstring_draws_every_error() -> None:
    assert errors.__doc__ is not None
    drawn = set(re.findall(r"Dagnb\w+", errors.__doc__))
    assert {name for name in errors.__all__ if name.startswith("Dagnb")} <= drawn


def test_an_error_tells_its_parts_in_lines() -> None:
    error = DagnbError("it broke", where="flights › load", got="3", expected="4", hint="mend it")
    assert str(error).splitlines() == [
        "it broke",
        "  at: flights › load",
        "  got: 3",
        "  expected: 4",
        "  next: mend it",
    ]


def test_many_choices_are_cut() -> None:
    assert str(DagnbNotFoundError("solid", "zzz", [f"solid_{n}" for n in range(50)])).count("solid_") == 12


def test_nearest_finds_nothing_where_nothing_is_near() -> None:
    assert nearest("zebra", ["load_flights"]) is None


def _shell() -> Any:
    return InteractiveShell.instance()


def test_a_notebook_shows_the_users_frames_only() -> None:
    shell = _shell()
    shell.run_cell("from dagnb import InputDefinition\ndef mine():\n    InputDefinition('a b')")
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        shell.user_ns["mine"]()
    text = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(caught.value._render_traceback_()))
    assert "InputDefinition('a b')" in text
    assert "ports.py" not in text
    assert "inputs cannot be named so" in text


def test_the_root_error_is_shown_without_a_traceback_too() -> None:
    _shell()
    assert DagnbError("it broke", hint="mend it")._render_traceback_() == ["DagnbError: it broke\n  next: mend it"]
