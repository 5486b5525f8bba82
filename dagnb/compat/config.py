"""Schemas of config, with the errors of release 0.9.22 (`dagster.config`)."""

from __future__ import annotations

import enum as stdlib_enum
import json
from collections.abc import Iterable, Mapping
from typing import Any

from dagnb.compat.check import ParameterCheckError
from dagnb.compat.errors import translating
from dagnb.config import (
    Array as DagnbArray,
    Enum as DagnbEnum,
    EnumValue,
    Field as DagnbField,
    IntSource,
    Noneable as DagnbNoneable,
    Permissive as DagnbPermissive,
    ScalarUnion as DagnbScalarUnion,
    Selector as DagnbSelector,
    Shape as DagnbShape,
    StringSource,
)
from dagnb.config.schema import MISSING

__all__ = [
    "Array",
    "ConfigSchema",
    "Enum",
    "EnumValue",
    "Field",
    "IntSource",
    "Noneable",
    "Permissive",
    "ScalarUnion",
    "Selector",
    "Shape",
    "StringSource",
]


class ConfigSchema:
    """Stands for any form of schema in annotations; it is never made."""


class Field(DagnbField):
    """Declare a config value: its type, default, whether it must be given, and what it means.

    >>> Field(int, default_value=5).default_value_as_json_str
    '5'
    """

    __slots__ = ()

    def __init__(
        self,
        config: Any,
        default_value: Any = MISSING,
        is_required: bool | None = None,
        description: str | None = None,
    ) -> None:
        if default_value is not MISSING and callable(default_value):
            raise ParameterCheckError(f"default_value takes a value, got the function {default_value!r}"[:200])
        if default_value is not MISSING and is_required:
            raise ParameterCheckError("a field is required, or has a default_value, not both")
        with translating("definition"):
            super().__init__(config, default_value, is_required, description)

    @property
    def default_value_as_json_str(self) -> str:
        """The default as JSON."""
        return json.dumps(self.default_value)


class Shape(DagnbShape):
    """A mapping with exactly these fields."""

    __slots__ = ()

    def __init__(self, fields: Mapping[str, Any], description: str | None = None) -> None:
        with translating("definition"):
            super().__init__(fields, description)


class Permissive(DagnbPermissive):
    """A mapping with these fields, and whatever else is given."""

    __slots__ = ()

    def __init__(self, fields: Mapping[str, Any] | None = None, description: str | None = None) -> None:
        with translating("definition"):
            super().__init__(fields, description)


class Selector(DagnbSelector):
    """A mapping with exactly one of these fields."""

    __slots__ = ()

    def __init__(self, fields: Mapping[str, Any], description: str | None = None) -> None:
        with translating("definition"):
            super().__init__(fields, description)


class Array(DagnbArray):
    """A list whose items are all of one type."""

    __slots__ = ()

    def __init__(self, inner_type: Any) -> None:
        with translating("definition"):
            super().__init__(inner_type)


class Noneable(DagnbNoneable):
    """Null, or a value of the inner type."""

    __slots__ = ()

    def __init__(self, inner_type: Any) -> None:
        with translating("definition"):
            super().__init__(inner_type)


class ScalarUnion(DagnbScalarUnion):
    """A scalar, or something structured."""

    __slots__ = ()

    def __init__(self, scalar_type: Any, non_scalar_schema: Any) -> None:
        with translating("definition"):
            super().__init__(scalar_type, non_scalar_schema)


class Enum(DagnbEnum):
    """One of a few named values."""

    __slots__ = ()

    def __init__(self, name: str, enum_values: Iterable[EnumValue]) -> None:
        with translating("definition"):
            super().__init__(name, enum_values)

    @classmethod
    def from_python_enum(cls, enum: type[stdlib_enum.Enum], name: str | None = None) -> Enum:
        """Make an Enum of the names of a Python enum's members."""
        with translating("definition"):
            made = super().from_python_enum(enum, name)
        assert isinstance(made, Enum)  # noqa: S101  # the base makes one of `cls`
        return made
