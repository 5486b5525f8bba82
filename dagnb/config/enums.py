"""Enums in a `config_schema`: a few named values to choose from."""

from __future__ import annotations

import enum as stdlib_enum
from collections.abc import Iterable
from typing import Any

from dagnb.config.errors import DagnbInvalidConfigDefinitionError
from dagnb.config.fields import ConfigType, SchemaPart
from dagnb.config.schema import Choice, EnumNode

__all__ = ["Enum", "EnumValue"]


class EnumValue(SchemaPart):
    """One value of an `Enum`.

    Args:
        config_value: as written in config.
        python_value: what the solid gets; not given: the config value itself.
        description: what it means, shown by the editor.

    Raises:
        DagnbInvalidConfigDefinitionError: `config_value` is no text.
    """

    __slots__ = ("config_value", "description", "python_value")

    def __init__(self, config_value: str, python_value: Any = None, description: str | None = None) -> None:
        if not isinstance(config_value, str):
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=f"{config_value!r} as config value of an EnumValue",
                expected="a text",
                hint=f'EnumValue("{config_value}", {config_value!r}), or Literal[...] for numbers',
                current_value=config_value,
            )
        self.config_value = config_value
        self.python_value = config_value if python_value is None else python_value
        self.description = description

    def __repr__(self) -> str:
        return f"EnumValue({self.config_value!r})"


class Enum(ConfigType):
    """One of a few named values.

    >>> import enum
    >>> class Target(enum.Enum):
    ...     dep_delay = 1
    ...     arr_delay = 2
    >>> Enum.from_python_enum(Target)
    (dep_delay | arr_delay)
    """

    __slots__ = ()

    def __init__(self, name: str, enum_values: Iterable[EnumValue]) -> None:
        given: list[object] = list(enum_values)
        values = [value for value in given if isinstance(value, EnumValue)]
        if not values or len(values) < len(given):
            wrong = next((value for value in given if not isinstance(value, EnumValue)), None)
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=repr(wrong) if given else "no values",
                expected=f"a list of EnumValue for the Enum {name}",
                hint=f"EnumValue({wrong!r})" if given else None,
                current_value=wrong,
            )
        written = [value.config_value for value in values]
        twice = next((name for name in written if written.count(name) > 1), None)
        if twice is not None:
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=f"the value {twice} twice in the Enum {name}",
                expected="values that differ",
                hint="take one of the two away",
                current_value=given,
            )
        choices = tuple(Choice(v.config_value, v.python_value, v.description) for v in values)
        super().__init__(EnumNode(name, choices))

    @classmethod
    def from_python_enum(cls, enum: type[stdlib_enum.Enum], name: str | None = None) -> Enum:
        """Make an Enum whose config values are the names of a python enum's members.

        Raises:
            DagnbInvalidConfigDefinitionError: `enum` is no class of a python enum, or has no members.
        """
        given: object = enum
        if not (isinstance(given, type) and issubclass(given, stdlib_enum.Enum)):
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=repr(given),
                expected="the class of a python enum",
                hint=f"from_python_enum({type(given).__name__})"
                if isinstance(given, stdlib_enum.Enum)
                else 'for names alone write Enum("Color", [EnumValue("red")])',
                current_value=given,
            )
        values = [EnumValue(member.name, member) for member in enum]
        return cls(name or enum.__name__, values)
