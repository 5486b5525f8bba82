"""Give whatever takes config another config schema, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from dagnb.definitions.configurable import Configurable
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.executor import ExecutorDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError

C = TypeVar("C", bound=Configurable | SolidDefinition)


def configured(
    thing: C, config_schema: Any = None, *, name: str | None = None, description: str | None = None
) -> Callable[[Any], C]:
    """Return what gives a resource, logger, executor, solid or composite solid another config, or none.

    It decorates a function that takes config of `config_schema` and returns config for `thing`; what comes of it takes
    the function's place. Or it is called with the config itself.

    Args:
        thing: what takes the config.
        config_schema: the schema of what the function takes; only with a function.
        name: the name of the new solid (default: the function's) or executor (default: as `thing`'s).
        description: what the new one is (default: the function's docstring, else as `thing`'s).

    Raises:
        DagnbInvalidDefinitionError: `thing` takes no config; a solid without a name, a name for what has none.
        DagnbInvalidConfigDefinitionError: a function without a schema, or a schema without a function.
        DagnbConfigError: the config does not pass the schema of `thing`.

    >>> from dagnb import resource, solid
    >>> @resource(config_schema={"host": str, "port": int})
    ... def server(context):
    ...     return "{host}:{port}".format(**context.resource_config)
    >>> @configured(server, {"port": int})
    ... def local_server(config):
    ...     return {"host": "localhost", **config}
    >>> local_server.inner_config({"port": 8080})
    {'host': 'localhost', 'port': 8080}

    >>> @solid(config_schema={"by": int})
    ... def scale(context, number: int) -> int:
    ...     return number * context.solid_config["by"]
    >>> configured(scale, name="double")({"by": 2})
    double(number: int) -> int
    """
    is_solid = isinstance(thing, SolidDefinition)
    if not (is_solid or isinstance(thing, Configurable)):
        raise DagnbInvalidDefinitionError(
            "this takes no config that could be given another form",
            where="configured",
            got=told(thing),
            expected="a resource, a logger, an executor or a solid",
            hint="@configured(thing, config_schema) decorates the function that makes the config",
        )
    if name is not None and not (is_solid or isinstance(thing, ExecutorDefinition)):
        raise DagnbInvalidDefinitionError(
            "only solids and executors have names of their own",
            where="configured",
            got=f"name={name!r} for {told(thing)}",
            hint="a mode names its resources and loggers",
        )

    def configure(config: Any) -> C:
        is_function = hasattr(config, "__code__")
        about = description or (clean_doc(config.__doc__) if is_function else None)
        made: Any
        if isinstance(thing, SolidDefinition):
            made = thing.configured(config, config_schema, name=name or _name_of(config, thing))
            made.description = about or made.description
        elif isinstance(thing, ExecutorDefinition):
            made = thing.configured(config, config_schema, about, name=name)
        else:
            made = thing.configured(config, config_schema, about)
        result: C = made
        return result

    return configure


def _name_of(config: Any, solid: SolidDefinition) -> str:
    name = getattr(config, "__name__", "<config>") if callable(config) else "<config>"
    if name.startswith("<"):
        raise DagnbInvalidDefinitionError(
            "a configured solid needs a name of its own",
            where=f"solid {solid.name}",
            hint=f'configured({solid.name}, name="...")(...)',
        )
    return str(name)
