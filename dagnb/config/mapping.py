"""From the config of a configured thing to the config of the thing underneath."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from dagnb.config.errors import (
    DagnbConfigMappingError,
    DagnbInvalidConfigDefinitionError,
    DagnbMappedConfigError,
)
from dagnb.config.frozen import freeze
from dagnb.config.resolve import resolve_schema
from dagnb.config.schema import MISSING, SchemaNode, ShapeNode
from dagnb.config.validate import Validator, compile_schema

__all__ = ["ConfigMapping"]


class ConfigMapping:
    """Make the config of a thing (a solid, a resource, a logger ...) from another config, or of nothing.

    Args:
        inner: the schema of the config to make, in any form; or another mapping, whose config is made
            first and then mapped on.
        mapping: the config itself; or a function that is given the config of `outer`, validated and with
            its defaults filled in, and returns the config of `inner` as one would write it in a document.
        outer_schema: the schema of what the function is given, in any form. Only with a function.
        outer: what is configured, for errors: ``"solid load_jfk"``.
        inner_name: what takes the config that is made, for errors: ``"solid load"``.

    Raises:
        DagnbInvalidConfigDefinitionError: a function without `outer_schema`, a config with one, or an
            `outer_schema` that is no schema.
        DagnbMappedConfigError: the config given does not pass `inner`; environment variables are not
            looked up yet.

    >>> from dagnb.config import Field
    >>> load = {"origin": str, "rows": Field(int, default_value=10)}
    >>> mapping = ConfigMapping(load, lambda config: {"origin": config["airport"].upper()}, {"airport": str},
    ...                         outer="solid load_from", inner_name="solid load")
    >>> mapping.resolve({"airport": "jfk"})
    {'origin': 'JFK', 'rows': 10}
    >>> ConfigMapping(load, {"origin": "JFK"}, outer="solid load_jfk", inner_name="solid load").resolve()
    {'origin': 'JFK', 'rows': 10}
    """

    __slots__ = ("_inner", "_mapping", "_validator", "inner_name", "outer", "outer_node")

    def __init__(
        self,
        inner: object,
        mapping: Callable[[Any], Any] | object,
        outer_schema: object = MISSING,
        *,
        outer: str,
        inner_name: str,
    ) -> None:
        self.outer = outer
        self.inner_name = inner_name
        self._inner = inner if isinstance(inner, ConfigMapping) else None
        node = inner.outer_node if isinstance(inner, ConfigMapping) else resolve_schema(inner)
        self._validator: Validator = compile_schema(node)
        self._mapping = mapping
        self.outer_node: SchemaNode = self._resolve_outer(outer_schema)
        if not callable(mapping):
            self._validate(mapping, environ=None)

    def _resolve_outer(self, outer_schema: object) -> SchemaNode:
        if not callable(self._mapping):
            if outer_schema is not MISSING:
                raise self._misused(
                    got=f"a config_schema for {self.outer}, and the config itself",
                    expected="a config, or a function with the config_schema of what it is given",
                    hint="leave config_schema out, or give a function that returns the config",
                    value=outer_schema,
                )
            return ShapeNode({})
        if outer_schema is MISSING or outer_schema is None:
            raise self._misused(
                got=f"the function {_name(self._mapping)} for {self.outer}, without a config_schema",
                expected="a function with the config_schema of what it is given",
                hint='add config_schema, such as {"rows": int}; {} when it needs nothing',
                value=self._mapping,
            )
        return resolve_schema(outer_schema)

    @staticmethod
    def _misused(*, got: str, expected: str, hint: str, value: object) -> DagnbInvalidConfigDefinitionError:
        return DagnbInvalidConfigDefinitionError((), got=got, expected=expected, hint=hint, current_value=value)

    @property
    def is_constant(self) -> bool:
        """Whether the config is given, not made by a function."""
        return not callable(self._mapping)

    @property
    def inner_node(self) -> SchemaNode:
        """The schema of the config that this mapping makes."""
        return self._validator.node

    def resolve(self, outer: Any = None, *, environ: Mapping[str, str] | None = os.environ) -> Any:
        """Return the config of the thing underneath, validated, with its defaults, read-only.

        Args:
            outer: the config of the configured thing, as validation by `outer_node` gives it; what it is
                does not matter when the config is constant.
            environ: where ``{"env": NAME}`` is looked up; None: nowhere, such values become None.

        Raises:
            DagnbConfigMappingError: the function raised; that is its cause.
            DagnbMappedConfigError: what it returned does not pass; every problem with its path.
        """
        config = self._call(self._mapping, outer) if callable(self._mapping) else self._mapping
        made = self._validate(config, environ=environ)
        return made if self._inner is None else self._inner.resolve(made, environ=environ)

    def _call(self, function: Callable[[Any], Any], outer: Any) -> Any:
        try:
            is_left_out = outer is None and isinstance(self.outer_node, ShapeNode)
            return function(freeze({} if is_left_out else outer))
        except Exception as error:
            raise self._raised(error) from error

    def _raised(self, error: Exception) -> DagnbConfigMappingError:
        from dagnb.config.printing import print_schema
        from dagnb.config.secret import redact

        return DagnbConfigMappingError(
            outer=self.outer,
            inner=self.inner_name,
            raised=redact(f"{type(error).__name__}: {error}"),
            place=_place(self._mapping),
            takes=print_schema(self.outer_node),
            returns=print_schema(self.inner_node),
        )

    def _validate(self, config: Any, *, environ: Mapping[str, str] | None) -> Any:
        resolved, problems = self._validator.check(config, environ=environ)
        if problems:
            raise DagnbMappedConfigError(problems, outer=self.outer, inner=self.inner_name, config_value=config)
        return resolved

    def __repr__(self) -> str:
        from dagnb.config.printing import print_schema

        given = "a config" if self.is_constant else print_schema(self.outer_node)
        return f"ConfigMapping({self.outer}: {given} -> {self.inner_name}: {print_schema(self.inner_node)})"


def _name(function: object) -> str:
    return getattr(function, "__name__", None) or type(function).__name__


def _place(function: object) -> str:
    code = getattr(function, "__code__", None)
    name = _name(function)
    return name if code is None else f"{name}, {code.co_filename}:{code.co_firstlineno}"
