"""Resources: external state, injected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

from dagnb.definitions.docs import clean_doc
from dagnb.errors import DagnbInvalidDefinitionError

if TYPE_CHECKING:
    from dagnb.config.schema import SchemaNode


class ResourceDefinition:
    """Define a resource: a function that makes it for a run.

    Args:
        resource_fn: takes the init context (`resource_config`, `run_id`, `log` ...) and returns the resource, or
            yields it once and tears it down after.
        config_schema: its config, in any form that `dagnb.config` takes.
        description: what it is.
        version: a text that stands for its code.

    >>> ResourceDefinition.hardcoded_resource(3).resource_fn(None)
    3
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: str | None = None,
        version: str | None = None,
    ) -> None:
        if not callable(resource_fn):
            raise DagnbInvalidDefinitionError(
                "a resource is made by a function",
                got=f"{type(resource_fn).__name__} {resource_fn!r}"[:80],
                hint="ResourceDefinition.hardcoded_resource(value) makes a resource of a value",
            )
        self.resource_fn = resource_fn
        # What a class or an object says of itself is not about the resource.
        self.description = description or (clean_doc(resource_fn.__doc__) if hasattr(resource_fn, "__code__") else None)
        self.version = version
        self.config_schema = config_schema
        self.config_node: SchemaNode | None = None
        if config_schema is not None:
            from dagnb.config import resolve_schema

            self.config_node = resolve_schema(config_schema)

    @staticmethod
    def hardcoded_resource(value: Any, description: str | None = None) -> ResourceDefinition:
        """Make a resource of a value that is there already."""
        return ResourceDefinition(lambda _context: value, description=description)

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
        return ResourceDefinition(lambda context: context.resource_config, str, description)


@overload
def resource(  # type: ignore[overload-overlap]  # a class can be called too, and is a schema here
    config_schema: Mapping[Any, Any] | list[Any] | type | None = None,
    description: str | None = None,
    version: str | None = None,
) -> Callable[[Callable[..., Any]], ResourceDefinition]: ...


@overload
def resource(config_schema: Callable[..., Any], /) -> ResourceDefinition: ...


@overload
def resource(
    *, config_schema: Any, description: str | None = None, version: str | None = None
) -> Callable[[Callable[..., Any]], ResourceDefinition]: ...


def resource(config_schema: Any = None, description: str | None = None, version: str | None = None) -> Any:
    """Make a resource of a function: `@resource` or `@resource(config_schema=...)`.

    The function takes the init context, or nothing. A generator yields the resource once; what follows the yield runs
    when the run ends, however it ends.

    >>> @resource(config_schema={"path": str})
    ... def folder(context):
    ...     return context.resource_config["path"]
    >>> folder.description is None
    True
    """
    if callable(config_schema) and not isinstance(config_schema, type):
        return ResourceDefinition(config_schema)

    def decorate(function: Callable[..., Any]) -> ResourceDefinition:
        return ResourceDefinition(function, config_schema, description, version)

    return decorate
