"""Resources: external state, injected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from types import FunctionType
from typing import Any, ClassVar, overload

from dagnb.definitions.configurable import Configurable, function_label
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.names import check_keys
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import can_take, parameter_names


class ResourceDefinition(Configurable):
    """Define a resource: a function that makes it for a run.

    Args:
        resource_fn: takes the init context (`resource_config`, `resources`, `run_id`, `log` ...) or nothing, and
            returns the resource, or yields it once and tears it down after. It may be `async def`.
        config_schema: its config, in any form that `dagnb.config` takes.
        description: what it is.
        version: a text that stands for its code.
        required_resource_keys: the resources that it is made with, as ``context.resources.<key>``. They are made
            before it and torn down after it.

    Raises:
        DagnbInvalidDefinitionError: what should make it cannot be called.

    >>> ResourceDefinition.hardcoded_resource(3).resource_fn(None)
    3
    """

    _kind: ClassVar[str] = "resource"

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: str | None = None,
        version: str | None = None,
        *,
        required_resource_keys: AbstractSet[str] | Iterable[str] | None = None,
    ) -> None:
        if not callable(resource_fn):
            raise DagnbInvalidDefinitionError(
                "a resource is made by a function",
                got=told(resource_fn),
                hint="ResourceDefinition.hardcoded_resource(value) makes a resource of a value",
            )
        if isinstance(resource_fn, FunctionType) and not (can_take(resource_fn, 1) or can_take(resource_fn, 0)):
            raise DagnbInvalidDefinitionError(
                "a resource's function takes the init context, or nothing",
                where=f"resource {resource_fn.__name__}",
                got=f"def {resource_fn.__name__}({', '.join(parameter_names(resource_fn))})",
                expected=f"def {resource_fn.__name__}(context)",
                hint="other resources come from context.resources, settings from context.resource_config",
            )
        self.resource_fn = resource_fn
        # What a class or an object says of itself is not about the resource.
        doc = clean_doc(resource_fn.__doc__) if hasattr(resource_fn, "__code__") else None
        super().__init__(config_schema, description or doc)
        self.version = version
        self.required_resource_keys = check_keys(required_resource_keys, self._label)

    @property
    def _label(self) -> str:
        return f"resource {function_label(self.resource_fn)}"

    @property
    def takes_context(self) -> bool:
        """Whether the function takes the init context."""
        code = getattr(self.resource_fn, "__code__", None)
        return code is None or code.co_argcount > 0

    @staticmethod
    def hardcoded_resource(value: Any, description: str | None = None) -> ResourceDefinition:
        """Make a resource of a value that is there already.

        >>> ResourceDefinition.hardcoded_resource({"rows": 3}).resource_fn()
        {'rows': 3}
        """

        def hardcoded_resource(_context: Any = None) -> Any:
            return value

        return ResourceDefinition(hardcoded_resource, description=description)

    @staticmethod
    def none_resource(description: str | None = None) -> ResourceDefinition:
        """Make a resource that is None."""
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def mock_resource(description: str | None = None) -> ResourceDefinition:
        """Make a resource that answers every call (a new `unittest.mock.MagicMock` for every run)."""

        def make(_context: Any) -> Any:
            from unittest.mock import MagicMock

            return MagicMock()

        return ResourceDefinition(make, description=description)

    @staticmethod
    def string_resource(description: str | None = None) -> ResourceDefinition:
        """Make a resource that is the text in its config."""

        def string_resource(context: Any) -> str:
            return str(context.resource_config)

        return ResourceDefinition(string_resource, str, description)


@overload
def resource(  # type: ignore[overload-overlap]  # a class can be called too, and is a schema here
    config_schema: Mapping[Any, Any] | list[Any] | type | None = None,
    description: str | None = None,
    version: str | None = None,
    *,
    required_resource_keys: AbstractSet[str] | None = None,
) -> Callable[[Callable[..., Any]], ResourceDefinition]: ...


@overload
def resource(config_schema: Callable[..., Any], /) -> ResourceDefinition: ...


@overload
def resource(
    *,
    config_schema: Any,
    description: str | None = None,
    version: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
) -> Callable[[Callable[..., Any]], ResourceDefinition]: ...


def resource(
    config_schema: Any = None,
    description: str | None = None,
    version: str | None = None,
    *,
    required_resource_keys: AbstractSet[str] | None = None,
) -> Any:
    """Make a resource of a function: `@resource` or `@resource(config_schema=...)`.

    The function takes the init context, or nothing. A generator yields the resource once; what follows the yield runs
    when the run ends, however it ends.

    Args:
        config_schema: its config, in any form that `dagnb.config` takes.
        description: what it is (default: the docstring).
        version: stands for the code.
        required_resource_keys: the resources that it is made with.

    >>> @resource(config_schema={"path": str}, required_resource_keys={"root"})
    ... def folder(context):
    ...     return context.resources.root / context.resource_config["path"]
    >>> folder.required_resource_keys
    frozenset({'root'})
    """
    if callable(config_schema) and not isinstance(config_schema, type):
        return ResourceDefinition(config_schema)

    def decorate(function: Callable[..., Any]) -> ResourceDefinition:
        return ResourceDefinition(
            function, config_schema, description, version, required_resource_keys=required_resource_keys
        )

    return decorate
