"""The room's public names, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dagnb.config


def test_every_public_name_can_be_had() -> None:
    assert dagnb.config.__all__ == sorted(dagnb.config.__all__)
    assert {name for names in dagnb.config._HOMES.values() for name in names} == set(dagnb.config.__all__)
    for name in dagnb.config.__all__:
        assert getattr(dagnb.config, name) is not None


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Feild'"):
        dagnb.config.Feild  # type: ignore[attr-defined]  # noqa: B018


def test_declaring_a_field_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dagnb.config import Field, Noneable, resolve_schema;"
        "resolve_schema({'a': Field(int, default_value=1), 'b': Field(Noneable([str]))});"
        "print([name for name in ('pydantic', 'pydantic_core', 'yaml', 'pandas') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
