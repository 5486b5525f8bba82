"""Values from config and values to where config says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbInvariantViolationError
from dagnb.types.base import can_take, parameter_names, short_value

if TYPE_CHECKING:
    from dagnb.events.user import AssetMaterialization


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
        self._load = _function(load, "a loader", ("context", "config"))
        self._config_schema = config_schema
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.loader_version = loader_version
        self.external_version_fn = external_version_fn

    @property
    def config_schema(self) -> Any:
        """The schema of the config."""
        return _schema(self._config_schema)

    @property
    def name(self) -> str:
        """The name of the function that loads."""
        return _name(self._load)

    def load(self, context: Any, config: Any) -> Any:
        """Return the value that `config` describes.

        Raises:
            DagnbTypeLoadingError: the function raised; its error is the cause. What a solid may raise to fail or to
                be run again passes as it is, and so do dagnb's own errors.
        """
        try:
            return self._load(context, config)
        except DagnbError:
            raise
        except Exception as error:
            from dagnb.types.errors import DagnbTypeLoadingError

            raise DagnbTypeLoadingError(loader=self.name, got=_raised(error), config=_shown(config)) from error

    def external_version(self, config: Any) -> str | None:
        """Return the version of what `config` points to, None when nobody tells it."""
        return None if self.external_version_fn is None else self.external_version_fn(config)


class NoneableLoader(TypeLoader):
    """Load what another loader does, or None where the config says null.

    >>> from dagnb.types import Int
    >>> [NoneableLoader(Int.loader).load(None, config) for config in (3, None)]
    [3, None]
    """

    def __init__(self, inner: TypeLoader) -> None:
        self.inner = inner
        super().__init__(
            inner.load,
            self._make_schema,
            inner.required_resource_keys,
            inner.loader_version,
            inner.external_version_fn,
        )

    def _make_schema(self) -> Any:
        from dagnb.config import Noneable

        return Noneable(self.inner.config_schema)

    @property
    def name(self) -> str:
        """The name of the function that loads."""
        return self.inner.name

    def load(self, context: Any, config: Any) -> Any:
        """Return the value that `config` describes; None for None."""
        return None if config is None else self.inner.load(context, config)


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
        self._materialize = _function(materialize, "a materializer", ("context", "config", "value"))
        self._config_schema = config_schema
        self.required_resource_keys = frozenset(required_resource_keys or ())

    @property
    def config_schema(self) -> Any:
        """The schema of the config."""
        return _schema(self._config_schema)

    @property
    def name(self) -> str:
        """The name of the function that materializes."""
        return _name(self._materialize)

    def materialize(self, context: Any, config: Any, value: Any) -> tuple[AssetMaterialization, ...]:
        """Write `value` as `config` says; return what was materialized.

        Raises:
            DagnbTypeMaterializationError: the function raised; its error is the cause. What a solid may raise to fail
                or to be run again passes as it is, and so do dagnb's own errors.
            DagnbInvariantViolationError: it returned something else than materializations.
        """
        try:
            given = self._materialize(context, config, value)
            made = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str | dict) else (given,)
        except DagnbError:
            raise
        except Exception as error:
            from dagnb.types.errors import DagnbTypeMaterializationError

            raise DagnbTypeMaterializationError(
                materializer=self.name, got=_raised(error), config=_shown(config)
            ) from error
        return () if given is None else _materializations(made, self.name)


def _materializations(made: tuple[Any, ...], name: str) -> tuple[AssetMaterialization, ...]:
    from dagnb.events.user import AssetMaterialization

    for one in made:
        if not isinstance(one, AssetMaterialization):
            raise DagnbInvariantViolationError(
                "a materializer returned something else than what it materialized",
                where=name,
                got=short_value(one),
                expected="an AssetMaterialization, several of them, or None",
                hint="return AssetMaterialization.file(path)",
            )
    return made


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _raised(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _shown(config: Any) -> str:
    from dagnb.config import thaw
    from dagnb.types.cells import safe_text

    return safe_text(thaw(config))


def _schema(given: Any) -> Any:
    # A schema made by a function is not paid for by those who never load; classes are schemas themselves.
    return given() if isinstance(given, FunctionType | MethodType) else given


def _function(given: Any, what: str, takes: tuple[str, ...]) -> Any:
    if not callable(given):
        raise DagnbInvalidDefinitionError(
            f"{what} is made of a function",
            got=short_value(given),
            expected="the decorator called with its schema, above a function",
        )
    if isinstance(given, FunctionType) and not can_take(given, len(takes)):
        raise DagnbInvalidDefinitionError(
            f"the function of {what} takes {len(takes)} arguments",
            where=given.__qualname__,
            got=f"def {given.__name__}({', '.join(parameter_names(given))})",
            expected=f"def {given.__name__}({', '.join(takes)})",
        )
    return given


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
    ...     return AssetMaterialization(config["path"], f"{value} rows")
    >>> from dagnb import AssetMaterialization
    >>> write.materialize(None, {"path": "a.txt"}, 3)
    (AssetMaterialization('a.txt'),)
    """

    def decorate(materialize: Callable[[Any, Any, Any], Any]) -> TypeMaterializer:
        return TypeMaterializer(materialize, config_schema, required_resource_keys)

    return decorate
