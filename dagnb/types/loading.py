"""Values from config and values to where config says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import short_value


class TypeLoader:
    """Make a value of an input from what the run config holds for it (``solids.<name>.inputs.<input>``).

    Args:
        load: takes a context and the validated config; returns the value.
        config_schema: the schema of that config, in any form that `Field` takes, or a function that makes it when it
            is asked for.
        required_resource_keys: resources that `load` uses through its context.
        loader_version: changes when `load` gives other values for the same config.
        external_version_fn: from the config, the version of what `load` reads.
    """

    def __init__(
        self,
        load: Callable[[Any, Any], Any],
        config_schema: Any,
        required_resource_keys: Iterable[str] | None = None,
        loader_version: str | None = None,
        external_version_fn: Callable[[Any], str] | None = None,
    ) -> None:
        self._load = _function(load, "a loader")
        self._config_schema = config_schema
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.loader_version = loader_version
        self.external_version_fn = external_version_fn

    @property
    def config_schema(self) -> Any:
        """The schema of the config."""
        return _schema(self._config_schema)

    def load(self, context: Any, config: Any) -> Any:
        """Return the value that `config` describes."""
        return self._load(context, config)


class TypeMaterializer:
    """Write a value of an output where the run config says (``solids.<name>.outputs``).

    Args:
        materialize: takes a context, the validated config and the value; returns an `AssetMaterialization`, several
            of them, or None.
        config_schema: the schema of that config, in any form that `Field` takes, or a function that makes it when it
            is asked for.
        required_resource_keys: resources that `materialize` uses through its context.
    """

    def __init__(
        self,
        materialize: Callable[[Any, Any, Any], Any],
        config_schema: Any,
        required_resource_keys: Iterable[str] | None = None,
    ) -> None:
        self._materialize = _function(materialize, "a materializer")
        self._config_schema = config_schema
        self.required_resource_keys = frozenset(required_resource_keys or ())

    @property
    def config_schema(self) -> Any:
        """The schema of the config."""
        return _schema(self._config_schema)

    def materialize(self, context: Any, config: Any, value: Any) -> Any:
        """Write `value` as `config` says; return what was materialized."""
        return self._materialize(context, config, value)


def _schema(given: Any) -> Any:
    # A schema made by a function is not paid for by those who never load; classes are schemas themselves.
    return given() if isinstance(given, FunctionType) else given


def _function(given: Any, what: str) -> Any:
    if callable(given):
        return given
    raise DagnbInvalidDefinitionError(
        f"{what} is made of a function",
        got=short_value(given),
        expected="the decorator called with its schema, above a function",
    )


def dagnb_type_loader(
    config_schema: Any,
    required_resource_keys: Iterable[str] | None = None,
    loader_version: str | None = None,
    external_version_fn: Callable[[Any], str] | None = None,
) -> Callable[[Callable[[Any, Any], Any]], TypeLoader]:
    """Decorate a function of (context, config) that makes a value; see `TypeLoader` for the arguments.

    >>> @dagnb_type_loader({"csv": str})
    ... def split(context, config):
    ...     return config["csv"].split(",")
    >>> split.load(None, {"csv": "a,b"})
    ['a', 'b']
    """

    def decorate(load: Callable[[Any, Any], Any]) -> TypeLoader:
        return TypeLoader(load, config_schema, required_resource_keys, loader_version, external_version_fn)

    return decorate


def dagnb_type_materializer(
    config_schema: Any, required_resource_keys: Iterable[str] | None = None
) -> Callable[[Callable[[Any, Any, Any], Any]], TypeMaterializer]:
    """Decorate a function of (context, config, value) that writes a value; see `TypeMaterializer`.

    >>> @dagnb_type_materializer({"path": str})
    ... def write(context, config, value):
    ...     return f"{value} to {config['path']}"
    >>> write.materialize(None, {"path": "a.txt"}, 3)
    '3 to a.txt'
    """

    def decorate(materialize: Callable[[Any, Any, Any], Any]) -> TypeMaterializer:
        return TypeMaterializer(materialize, config_schema, required_resource_keys)

    return decorate
