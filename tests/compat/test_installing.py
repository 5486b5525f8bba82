"""`install` answers the old names, and only those; `uninstall` takes it back."""

from __future__ import annotations

import importlib
import pickle
import sys
from types import ModuleType

import pytest

import dagnb.compat
from dagnb.compat.installing import _MODULES
from dagnb.errors import DagnbInvariantViolationError


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", _MODULES)
def test_every_module_is_there_and_has_names(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__name__ == name
    public = [each for each in vars(module) if not each.startswith("_")]
    assert public or not _MODULES[name]


@pytest.mark.usefixtures("installed")
def test_one_class_by_two_ways_is_one() -> None:
    dagster = importlib.import_module("dagster")
    errors = importlib.import_module("dagster.core.errors")
    assert errors.DagsterInvalidConfigError is dagster.DagsterInvalidConfigError
    assert importlib.import_module("dagster.check") is dagster.check
    assert importlib.import_module("dagster.utils.partitions").date_partition_range
    assert importlib.import_module("dagster_pandas").DataFrame
    assert importlib.import_module("dagstermill").define_dagstermill_solid


@pytest.mark.usefixtures("installed")
def test_what_is_pickled_needs_no_installing() -> None:
    dagster = importlib.import_module("dagster")
    kept = pickle.dumps([dagster.AssetKey(["a", "b"]), dagster.DagsterRunNotFoundError(invalid_run_id="r")])
    dagnb.compat.uninstall()
    key, error = pickle.loads(kept)
    assert key.path == ["a", "b"]
    assert error.invalid_run_id == "r"


@pytest.mark.usefixtures("installed")
def test_a_module_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"no module dagster\.core\.eror; the nearest is dagster\.core\.err"):
        importlib.import_module("dagster.core.eror")


def test_without_installing_nothing_answers() -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("dagster")


def test_it_refuses_when_the_package_itself_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dagster", ModuleType("dagster"))
    with pytest.raises(DagnbInvariantViolationError, match="dagster was imported already"):
        dagnb.compat.install()
    assert not any(type(each).__module__ == "dagnb.compat.installing" for each in sys.meta_path)


@pytest.mark.usefixtures("installed")
def test_installing_twice_is_installing_once() -> None:
    before = list(sys.meta_path)
    dagnb.compat.install()
    assert sys.meta_path == before
