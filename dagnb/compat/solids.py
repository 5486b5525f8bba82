"""Solids with the constructors and accessors of release 0.9.22."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any

from dagnb.compat.check import callable_param
from dagnb.compat.contexts import HookContext, SolidExecutionContext
from dagnb.compat.errors import translated, translating
from dagnb.compat.ports import ConfigMapping, InputDefinition, OutputDefinition, as_old_ports
from dagnb.config import Permissive
from dagnb.definitions import (
    CompositeSolidDefinition as DagnbComposite,
    composite_solid as dagnb_composite_solid,
)
from dagnb.definitions.bodies import FunctionBody, style_of
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.hook import (
    HookDefinition,
    failure_hook as dagnb_failure_hook,
    success_hook as dagnb_success_hook,
)
from dagnb.definitions.ports import InputMapping, OutputMapping
from dagnb.definitions.solid import SolidDefinition as DagnbSolid
from dagnb.definitions.solid_function import lambda_solid as dagnb_lambda_solid, solid as dagnb_solid
from dagnb.types import Nothing

__all__ = [
    "CompositeSolidDefinition",
    "HookDefinition",
    "SolidDefinition",
    "composite_solid",
    "failure_hook",
    "lambda_solid",
    "solid",
    "success_hook",
]


class _ComputeBody(FunctionBody):
    """A function of the context and a dict of inputs, which yields events."""

    __slots__ = ()

    def __init__(self, compute_fn: Callable[..., Any], parameters: Iterable[str]) -> None:
        self.takes_context = True
        self.parameters = tuple(parameters)
        self.defaults = {}
        self.function = lambda context, **inputs: compute_fn(SolidExecutionContext(context), inputs)
        code = getattr(compute_fn, "__code__", self.function.__code__)
        self.style = style_of(code)
        self._code = code
        self._fingerprint = None


class SolidDefinition(DagnbSolid):
    """Define a solid by a function of the context and a dict of its inputs, which yields events.

    >>> from dagnb.compat.events import Output
    >>> def compute(context, inputs):
    ...     yield Output(inputs["number"] * 2)
    >>> SolidDefinition("double", [InputDefinition("number", int)], compute, [OutputDefinition(int)])
    double(number: int) -> int
    """

    def __init__(
        self,
        name: str,
        input_defs: Sequence[InputDefinition],
        compute_fn: Callable[..., Any],
        output_defs: Sequence[OutputDefinition],
        config_schema: Any = None,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
        required_resource_keys: Iterable[str] | None = None,
        positional_inputs: Sequence[str] | None = None,
        version: str | None = None,
    ) -> None:
        callable_param(compute_fn, "compute_fn")
        named = {each.name: each for each in input_defs}
        order = [named[each] for each in positional_inputs or () if each in named]
        inputs = [*order, *(each for each in input_defs if each not in order)]
        body = _ComputeBody(compute_fn, [each.name for each in inputs if each.type is not Nothing])
        with translating("definition"):
            super().__init__(
                name,
                body=body,
                input_defs=inputs,
                output_defs=output_defs,
                config_schema=config_schema,
                description=description,
                tags=tags,
                required_resource_keys=required_resource_keys,
                version=version,
            )
        as_old_ports(self.inputs.values(), self.outputs.values())

    @property
    def input_defs(self) -> list[Any]:
        """The inputs."""
        return list(self.inputs.values())

    @property
    def output_defs(self) -> list[Any]:
        """The outputs."""
        return list(self.outputs.values())

    @property
    def input_dict(self) -> dict[str, Any]:
        """The inputs by name."""
        return dict(self.inputs)

    @property
    def output_dict(self) -> dict[str, Any]:
        """The outputs by name."""
        return dict(self.outputs)

    @property
    def positional_inputs(self) -> list[str]:
        """The names of the inputs in their order."""
        return list(self.inputs)

    @property
    def has_config_entry(self) -> bool:
        """Whether the run config has a place for it."""
        return bool(self.config_node or self.has_configurable_inputs or self.has_configurable_outputs)

    @property
    def has_configurable_inputs(self) -> bool:
        """Whether a run config can give an input."""
        return any(each.is_loadable for each in self.inputs.values())

    @property
    def has_configurable_outputs(self) -> bool:
        """Whether a run config can say where an output is written."""
        return any(each.type.materializer is not None for each in self.outputs.values())

    @property
    def compute_fn(self) -> Callable[..., Any]:
        """What computes it."""
        found: Callable[..., Any] = getattr(self.body, "function", self.__call__)
        return found

    def has_input(self, name: str) -> bool:
        """Tell whether it has an input of this name."""
        return name in self.inputs

    def has_output(self, name: str) -> bool:
        """Tell whether it has an output of this name."""
        return name in self.outputs

    def input_def_named(self, name: str) -> Any:
        """Return an input."""
        return self.inputs[name]

    def output_def_named(self, name: str) -> Any:
        """Return an output."""
        return self.outputs[name]

    def input_has_default(self, input_name: str) -> bool:
        """Tell whether an input has a default."""
        return self.inputs[input_name].has_default

    def default_value_for_input(self, input_name: str) -> Any:
        """Return the default of an input."""
        return self.inputs[input_name].default_value

    def all_dagster_types(self) -> list[Any]:
        """Return the types of its inputs and outputs."""
        return [*(each.type for each in self.inputs.values()), *(each.type for each in self.outputs.values())]

    @translated("definition")
    def configured(  # type: ignore[override]  # the arguments are those of 0.9.22
        self, config_or_config_fn: Any, config_schema: Any = None, **kwargs: Any
    ) -> Any:
        """Return a solid that does the same with config of another form, or with none; takes its `name`."""
        from dagnb.compat.errors import DagsterInvalidDefinitionError

        if not kwargs.get("name"):
            raise DagsterInvalidDefinitionError(
                "a configured solid needs a name of its own",
                where=f"solid {self.name}",
                hint='configured(..., name="")',
            )
        return super().configured(config_or_config_fn, config_schema, name=kwargs["name"])


class CompositeSolidDefinition(SolidDefinition, DagnbComposite):
    """Define a solid by the solids in it."""

    def __init__(
        self,
        name: str,
        solid_defs: Sequence[DagnbSolid],
        input_mappings: Sequence[InputMapping] | None = None,
        output_mappings: Sequence[OutputMapping] | None = None,
        config_mapping: ConfigMapping | None = None,
        dependencies: Mapping[Any, Mapping[str, Any]] | None = None,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
        positional_inputs: Sequence[str] | None = None,
    ) -> None:
        del positional_inputs  # the order of the mappings is that of the inputs
        schema = None if config_mapping is None else config_mapping.config_schema
        with translating("definition"):
            DagnbComposite.__init__(
                self,
                name,
                solid_defs,
                input_mappings,
                output_mappings,
                Permissive() if config_mapping is not None and schema is None else schema,
                None if config_mapping is None else config_mapping.config_fn,
                dependencies,
                description,
                tags,
            )
        as_old_ports(self.inputs.values(), self.outputs.values())

    @property
    def solids(self) -> list[Any]:
        """The solids in it, as they stand there."""
        return list(self.body.nodes.values()) if isinstance(self.body, CompositeBody) else []

    def solid_named(self, name: str) -> Any:
        """Return a solid in it by its name there."""
        return next(each for each in self.solids if each.name == name)

    def has_solid_named(self, name: str) -> bool:
        """Tell whether there is a solid of this name in it."""
        return any(each.name == name for each in self.solids)


def as_old_solid(made: DagnbSolid) -> Any:
    """Return a solid as one of this package."""
    is_composite = isinstance(made.body, CompositeBody)
    made.__class__ = CompositeSolidDefinition if is_composite else SolidDefinition
    as_old_ports(made.inputs.values(), made.outputs.values())
    return made


def _in_old_context(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function called with the context of 0.9.22 in place of dagnb's."""

    @wraps(function)
    def with_old_context(*args: Any, **inputs: Any) -> Any:
        if not args:
            return function(**inputs)
        return function(SolidExecutionContext(args[0]), *args[1:], **inputs)

    return with_old_context


def solid(
    name: Any = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    config_schema: Any = None,
    required_resource_keys: Iterable[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
) -> Any:
    """Make a solid of a function: `@solid` or `@solid(...)`.

    >>> @solid(config_schema={"by": int})
    ... def scale(context, number: int) -> int:
    ...     return number * context.solid_config["by"]
    >>> [each.dagster_type.name for each in scale.input_defs]
    ['int']
    """

    @translated("definition")
    def decorate(function: Callable[..., Any]) -> Any:
        callable_param(function, "fn")
        made: Any = dagnb_solid(
            None if callable(name) else name,
            description,
            input_defs,
            output_defs,
            config_schema,
            None if required_resource_keys is None else frozenset(required_resource_keys),
            tags,
            version,
        )(_in_old_context(function))
        return as_old_solid(made)

    return decorate(name) if callable(name) else decorate


def lambda_solid(
    name: Any = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_def: OutputDefinition | None = None,
) -> Any:
    """Make a solid of a function that takes inputs only and has one output.

    >>> @lambda_solid
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double.output_defs[0].name
    'result'
    """

    @translated("definition")
    def decorate(function: Callable[..., Any]) -> Any:
        chosen = None if callable(name) else name
        return as_old_solid(dagnb_lambda_solid(chosen, description, input_defs, output_def)(function))

    return decorate(name) if callable(name) else decorate


def composite_solid(
    name: Any = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
) -> Any:
    """Make a solid of solids: `@composite_solid` or `@composite_solid(...)`."""

    @translated("definition")
    def decorate(function: Callable[..., Any]) -> Any:
        chosen = None if callable(name) else name
        made = dagnb_composite_solid(chosen, input_defs, output_defs, description, config_schema, config_fn)
        return as_old_solid(made(function))

    return decorate(name) if callable(name) else decorate


def _hook(make: Any, name: Any, required_resource_keys: Any) -> Any:
    @translated("definition")
    def decorate(function: Callable[[Any], Any]) -> HookDefinition:
        chosen = None if callable(name) else name
        keys = None if required_resource_keys is None else frozenset(required_resource_keys)
        made: HookDefinition = make(chosen, keys)(function)
        made.hook_fn = lambda context: function(HookContext(None, None, made, context))
        return made

    return decorate(name) if callable(name) else decorate


def success_hook(name: Any = None, required_resource_keys: Any = None) -> Any:
    """Make a hook that runs after a step that succeeded: `@success_hook` or `@success_hook(...)`."""
    return _hook(dagnb_success_hook, name, required_resource_keys)


def failure_hook(name: Any = None, required_resource_keys: Any = None) -> Any:
    """Make a hook that runs after a step that failed: `@failure_hook` or `@failure_hook(...)`."""
    return _hook(dagnb_failure_hook, name, required_resource_keys)
