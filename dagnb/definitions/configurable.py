"""What takes config, and can be given it in another form: resources, loggers, executors."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from dagnb.errors import DagnbInvalidDefinitionError

if TYPE_CHECKING:
    from dagnb.config.mapping import ConfigMapping
    from dagnb.config.schema import FieldNode, SchemaNode


class TakesConfig(Protocol):
    """What a config mapping can stand before."""

    config_schema: Any
    config_field: FieldNode | None
    config_mapping: ConfigMapping | None


def config_field_of(config_schema: Any, label: str) -> FieldNode | None:
    """Return where config of a schema stands in a run config: its node, and whether it may be left out.

    Args:
        config_schema: in any form; the default of a `Field` holds here too. None for no config.
        label: what takes the config, for errors.

    Raises:
        DagnbInvalidConfigDefinitionError: it is no schema.
    """
    if config_schema is None:
        return None
    from dagnb.config import DagnbInvalidConfigDefinitionError, resolve_field

    try:
        return resolve_field(config_schema)
    except DagnbInvalidConfigDefinitionError as error:
        error.say_where(f"{label} › config_schema")
        raise


def take_config_through(thing: TakesConfig, mapping: ConfigMapping, config_schema: Any) -> None:
    """Have a definition take its config through a mapping: config of `config_schema`, or none from a constant one."""
    thing.config_mapping = mapping
    thing.config_schema = None if mapping.is_constant else config_schema
    thing.config_field = None if mapping.is_constant else config_field_of(config_schema, mapping.outer)


class Configurable:
    """Something that a function makes, perhaps with config.

    Attributes:
        config_schema: the schema as it was given; None when it takes no config.
        config_field: what a run config gives it, and whether it must; None when it takes nothing from there.
        config_mapping: makes its own config of that, when it was configured.
        description: what it is.
    """

    _kind: ClassVar[str]

    def __init__(self, config_schema: Any, description: str | None) -> None:
        self.config_schema = config_schema
        self.config_field: FieldNode | None = config_field_of(config_schema, self._label)
        self.config_mapping: ConfigMapping | None = None
        self.description = description

    @property
    def config_node(self) -> SchemaNode | None:
        """The schema of what a run config gives it; None when it takes nothing from there."""
        return None if self.config_field is None else self.config_field.node

    @property
    def _label(self) -> str:
        """What it is called in errors."""
        raise AssertionError  # each kind says its own

    def configured(self, config: Any, config_schema: Any = None, description: str | None = None) -> Self:
        """Return one that does the same with config of another form, or with none.

        Args:
            config: the config itself; or a function that takes config of `config_schema` and returns this one's.
            config_schema: the schema of what the function takes; only with a function.
            description: what the new one is (default: as this one).

        Raises:
            DagnbInvalidDefinitionError: it takes no config.
            DagnbInvalidConfigDefinitionError: a function without a schema, or a schema without a function.
            DagnbConfigError: the config does not pass this one's schema.

        >>> from dagnb import resource
        >>> @resource(config_schema={"host": str, "port": int})
        ... def server(context):
        ...     return "{host}:{port}".format(**context.resource_config)
        >>> local = server.configured(lambda config: {"host": "localhost", **config}, {"port": int})
        >>> local.inner_config({"port": 8080})
        {'host': 'localhost', 'port': 8080}
        """
        from dagnb.config.mapping import ConfigMapping

        inner = self.config_mapping or self.config_node
        if inner is None:
            raise DagnbInvalidDefinitionError(
                f"a {self._kind} that takes no config cannot be configured",
                where=self._label,
                hint="give it a config_schema",
            )
        made = copy(self)
        mapping = ConfigMapping(
            inner,
            config,
            *(() if config_schema is None else (config_schema,)),
            outer=f"the configured {self._label}",
            inner_name=f"the {self._label}",
        )
        take_config_through(made, mapping, config_schema)
        made.description = description or self.description
        return made

    def inner_config(self, config: Any = None) -> Any:
        """Return what its function gets of what a run config, checked by `config_node`, gives it.

        Raises:
            DagnbConfigMappingError: a function that makes the config raised.
            DagnbConfigError: what it made does not pass.
        """
        return config if self.config_mapping is None else self.config_mapping.resolve(config)


def function_label(function: object) -> str:
    """Return the name of a function for errors; of an object that can be called, that of its class."""
    return getattr(function, "__name__", None) or type(function).__name__
