"""Solids: the functional units of computation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from typing import TYPE_CHECKING, Any, Self

from dagnb.definitions.bodies import Body, configuration_hash
from dagnb.definitions.configurable import config_field_of, take_config_through
from dagnb.definitions.names import check_keys, check_name, check_objects, check_tags
from dagnb.definitions.ports import InputDefinition, OutputDefinition
from dagnb.definitions.retry import RetryPolicy, check_retry_policy
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError

if TYPE_CHECKING:
    from dagnb.config.mapping import ConfigMapping
    from dagnb.config.schema import FieldNode, SchemaNode
    from dagnb.definitions.composition import Invocation
    from dagnb.definitions.hook import HookDefinition


class SolidDefinition:
    """Define a solid: a named body with typed inputs, outputs and config, and the resources that it needs.

    Args:
        name: letters, digits and underscores.
        body: what computes it: a function, a notebook, a cell, or the graph of a composite solid.
        input_defs: its inputs, in order.
        output_defs: its outputs (default: one, "result", of any type).
        config_schema: its config, in any form that `dagnb.config` takes (default: it has none).
        description: what it does, Markdown.
        tags: facts for tools; values are texts or JSON.
        required_resource_keys: the resources that it uses.
        version: a text that stands for its code (default: a hash of the code itself).
        retry_policy: how often a failed step is tried again (default: as the pipeline says, else never).
        time_limit: seconds that one attempt may take (default: no limit).

    Raises:
        DagnbInvalidDefinitionError: a bad name, two inputs or two outputs of one name, a bad tag.
        DagnbInvalidConfigDefinitionError: the config schema is none.
    """

    def __init__(
        self,
        name: str,
        *,
        body: Body,
        input_defs: Sequence[InputDefinition] = (),
        output_defs: Sequence[OutputDefinition] | None = None,
        config_schema: Any = None,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
        required_resource_keys: AbstractSet[str] | Iterable[str] | None = None,
        version: str | None = None,
        retry_policy: RetryPolicy | None = None,
        time_limit: float | None = None,
    ) -> None:
        self.name = check_name(name, "solid")
        self.body = body
        self.inputs: dict[str, InputDefinition] = _by_name(input_defs, name, "input")
        outputs = (OutputDefinition(),) if output_defs is None else output_defs
        self.outputs: dict[str, OutputDefinition] = _by_name(outputs, name, "output")
        self.description = description
        self.tags = check_tags(tags, f"solid {name}")
        self.required_resource_keys = check_keys(required_resource_keys, f"solid {name}")
        self.version = version
        self.retry_policy = check_retry_policy(retry_policy, f"solid {name}")
        self.time_limit = _check_limit(name, time_limit)
        self.config_schema = config_schema
        self.config_field: FieldNode | None = config_field_of(config_schema, f"solid {name}")
        self.config_mapping: ConfigMapping | None = None
        self.configuration: str | None = None  # a hash of what configures it
        self.__name__ = self.__qualname__ = name
        self.__doc__ = description

    @property
    def config_node(self) -> SchemaNode | None:
        """The schema of its config; None when it takes none."""
        return None if self.config_field is None else self.config_field.node

    @property
    def kind(self) -> str:
        """The badge: the tag "kind" when there is one, else what the body is made of."""
        return self.tags.get("kind", self.body.kind)

    @property
    def code_version(self) -> str:
        """The `version` given, else a hash of the code; of a configured solid, with what configures it."""
        own = self.version if self.version is not None else self.body.fingerprint
        return own if self.configuration is None else f"{own}-{self.configuration}"

    def output(self, name: str) -> OutputDefinition:
        """Return an output by its name.

        Raises:
            DagnbNotFoundError: the solid has no such output.
        """
        found = self.outputs.get(name)
        if found is None:
            raise DagnbNotFoundError("output", name, self.outputs, where=f"solid {self.name}")
        return found

    def current(self) -> SolidDefinition:
        """Return the solid as it is now: one made of other solids may have to be composed anew."""
        return self

    def alias(self, name: str) -> Invocation:
        """Return this solid under another name, to be called in a pipeline.

        >>> from dagnb import solid, pipeline
        >>> @solid
        ... def one() -> int:
        ...     return 1
        >>> @pipeline
        ... def twice():
        ...     one.alias("first")()
        ...     one.alias("second")()
        >>> list(twice.definition.nodes)
        ['first', 'second']
        """
        from dagnb.definitions.composition import Invocation

        return Invocation(self, alias=check_name(name, "solid"))

    def tag(self, tags: Mapping[str, Any]) -> Invocation:
        """Return this solid with tags, to be called in a pipeline."""
        from dagnb.definitions.composition import Invocation

        return Invocation(self, tags=check_tags(tags, f"solid {self.name}"))

    def with_hooks(self, hooks: Iterable[HookDefinition]) -> Invocation:
        """Return this solid with hooks that run after its step, to be called in a pipeline."""
        from dagnb.definitions.composition import Invocation
        from dagnb.definitions.hook import check_hooks

        return Invocation(self, hooks=check_hooks(hooks, f"solid {self.name}"))

    def with_retry_policy(self, retry_policy: RetryPolicy) -> Invocation:
        """Return this solid with a retry policy in place of its own, to be called in a pipeline."""
        from dagnb.definitions.composition import Invocation

        return Invocation(self, retry_policy=check_retry_policy(retry_policy, f"solid {self.name}"))

    def configured(self, config: Any, config_schema: Any = None, *, name: str) -> Self:
        """Return a solid that does the same with config of another form, or with none.

        Args:
            config: the config itself; or a function that takes config of `config_schema` and returns this solid's.
            config_schema: the schema of what the function takes; only with a function.
            name: the name of the new solid.

        Raises:
            DagnbInvalidDefinitionError: the solid takes no config; of a composite solid, none of its own.
            DagnbInvalidConfigDefinitionError: a function without a schema, or a schema without a function.
            DagnbConfigError: the config does not pass this solid's schema.

        >>> from dagnb import solid
        >>> @solid(config_schema={"by": int})
        ... def scale(context, number: int) -> int:
        ...     return number * context.solid_config["by"]
        >>> scale.configured({"by": 2}, name="double")
        double(number: int) -> int
        """
        from copy import copy

        from dagnb.config.mapping import ConfigMapping

        made = copy(self)
        made.name = made.__name__ = made.__qualname__ = check_name(name, "solid")
        mapping = ConfigMapping(
            self.config_mapping or self._config_node_to_map(),
            config,
            *(() if config_schema is None else (config_schema,)),
            outer=f"solid {name}",
            inner_name=f"solid {self.name}",
        )
        take_config_through(made, mapping, config_schema)
        made.configuration = configuration_hash(config, self.configuration)
        return made

    def _config_node_to_map(self) -> SchemaNode:
        if self.config_node is None:
            raise DagnbInvalidDefinitionError(
                "a solid that takes no config cannot be configured",
                where=f"solid {self.name}",
                hint="give it a config_schema",
            )
        return self.config_node

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record the call in the pipeline that is being composed; outside of one, compute the solid as a function.

        A solid with a context takes one from `dagnb.build_context` first. What it takes and gives is checked as in a
        run, and nothing is stored.

        >>> from dagnb import build_context, solid
        >>> @solid(config_schema={"by": int})
        ... def scale(context, number: int) -> int:
        ...     return number * context.solid_config["by"]
        >>> scale(build_context(config={"by": 2}), 21)
        42
        """
        __tracebackhide__ = True
        from dagnb.definitions.composition import call_solid

        return call_solid(self, args, kwargs)

    def __repr__(self) -> str:
        inputs = ", ".join(f"{each.name}: {each.type.name}" for each in self.inputs.values())
        outputs = ", ".join(
            each.type.name if each.name == "result" else f"{each.name}: {each.type.name}"
            for each in self.outputs.values()
        )
        return f"{self.name}({inputs}) -> {outputs or 'nothing'}"


def _check_limit(name: str, limit: Any) -> float | None:
    if limit is None:
        return None
    if isinstance(limit, int | float) and not isinstance(limit, bool) and limit > 0:
        return float(limit)
    raise DagnbInvalidDefinitionError(
        "time_limit is a number of seconds above zero",
        where=f"solid {name}",
        got=told(limit),
    )


def _by_name(definitions: Iterable[Any], solid_name: str, what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    expected: type[Any] = InputDefinition if what == "input" else OutputDefinition
    for definition in check_objects(definitions, expected, f"{what}_defs", f"solid {solid_name}"):
        if definition.name in found:
            raise DagnbInvalidDefinitionError(
                f"two {what}s of a solid have the same name", where=f"solid {solid_name} › {what} {definition.name}"
            )
        found[definition.name] = definition
    return found


__all__ = ["SolidDefinition"]
