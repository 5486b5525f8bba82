"""Every public name of release 0.9.22 is there, of the same kind, with the same parameters and defaults."""

from __future__ import annotations

import datetime as dt
import enum
import inspect
from typing import Any

import pytest

from dagnb.compat import dagster
from tests.compat.facts import PUBLIC

# Some are aliases of dagnb's own, which take a text as an exception does; others write their keywords out by name.
ERRORS = sorted(name for name, (kind, _) in PUBLIC.items() if kind == "class" and name.startswith("Dagster"))
ERRORS = [name for name in ERRORS if issubclass(getattr(dagster, name), BaseException)]
# Made by dagnb, never by users; what they take is dagnb's.
MADE_HERE = {"DagsterInstance"}


def own_parameters(value: Any) -> list[str]:
    found = inspect.signature(value).parameters.values()
    return [told(each) for each in found if each.kind is not each.KEYWORD_ONLY and not each.name.startswith("_")]


def told(parameter: inspect.Parameter) -> str:
    default = parameter.default
    if default is parameter.empty:
        return str(parameter).partition(":")[0]
    if repr(default) in ("<MISSING>", "<no default>") or getattr(default, "name", "") == "MISSING":
        shown = "<none>"
    elif inspect.isfunction(default):
        shown = "<function>"
    elif default == dt.time(0, 0):
        shown = "<midnight>"
    elif isinstance(default, enum.Enum):
        shown = f"<{default.name}>"
    else:
        shown = repr(default)
    return f"{parameter.name}={shown}"


def test_all_names_are_there_and_no_others() -> None:
    assert sorted(dagster.__all__) == sorted(PUBLIC)
    assert len(PUBLIC) == 155
    assert [name for name in PUBLIC if not hasattr(dagster, name)] == []


@pytest.mark.parametrize("name", [name for name, (_, facts) in PUBLIC.items() if facts is not None])
def test_parameters_and_defaults_are_the_same(name: str) -> None:
    kind, facts = PUBLIC[name]
    value = getattr(dagster, name)
    assert inspect.isclass(value) == (kind == "class")
    if name in MADE_HERE or name in ERRORS:
        return
    own = own_parameters(value)
    assert own[: len(facts or ())] == facts
    assert all("=" in more for more in own[len(facts or ()) :]), "what dagnb takes besides may be left out"


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_exceptions_of_the_root(name: str) -> None:
    assert issubclass(getattr(dagster, name), dagster.DagsterError)


POSITIONS = {
    "DagsterInvalidConfigDefinitionError": ["original_root", "current_value", "stack", "reason=None"],
    "DagsterInvalidConfigError": ["preamble", "errors", "config_value"],
    "DagsterTypeCheckDidNotPass": ["description=None", "metadata_entries=None", "dagster_type=None"],
    "DagsterUnknownResourceError": ["resource_name"],
    "DagsterEventLogInvalidForRun": ["run_id"],
}


@pytest.mark.parametrize("name", POSITIONS)
def test_errors_take_what_they_took(name: str) -> None:
    assert own_parameters(getattr(dagster, name))[: len(POSITIONS[name])] == POSITIONS[name]


def test_the_parameters_of_private_use_are_not_offered() -> None:
    for name in PUBLIC:
        value = getattr(dagster, name)
        if inspect.isclass(value) and not issubclass(value, BaseException | enum.Enum):
            names = list(inspect.signature(value).parameters)
            assert not [each for each in names if each.startswith("_configured")], name
