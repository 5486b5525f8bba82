"""Solids: the functional units of computation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set as AbstractSet
from typing import TYPE_CHECKING, Any, get_origin, overload

from dagnb.definitions.bodies import Body, FunctionBody, configuration_hash
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.names import check_keys, check_name, check_tags
from dagnb.definitions.ports import MISSING, InputDefinition, OutputDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.events.user import Output
from dagnb.types import Nothing
from dagnb.types.annotations import read_annotations

if TYPE_CHECKING:
    from dagnb.config.mapping import ConfigMapping
    from dagnb.config.schema import SchemaNode
    from dagnb.definitions.composition import Invocation
    from dagnb.definitions.hook import HookDefinition
    from dagnb.definitions.retry import RetryPolicy

_STREAMS = frozenset({"Generator", "Iterator", "Iterable", "AsyncGenerator", "AsyncIterator", "AsyncIterable"})


class SolidDefinition:
    """Define a solid: a named body with typed inputs, outputs and config, and the resources that it needs.

    Args:
        name: letters, digits and underscores.
        body: what computes it: a function, a notebook or a cell.
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
        self.retry_policy = retry_policy
        self.time_limit = _check_limit(name, time_limit)
        self.config_schema = config_schema
        self.config_node: SchemaNode | None = None
        self.config_mapping: ConfigMapping | None = None
        self.configuration: str | None = None  # a hash of what configures it
        if config_schema is not None:
            from dagnb.config import resolve_schema

            self.config_node = resolve_schema(config_schema)
        self.__name__ = self.__qualname__ = name
        self.__doc__ = description

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

        return Invocation(self, retry_policy=retry_policy)

    def configured(self, config: Any, config_schema: Any = None, *, name: str) -> SolidDefinition:
        """Return a solid that does the same with config of another form, or with none.

        Args:
            config: the config itself; or a function that takes config of `config_schema` and returns this solid's.
            config_schema: the schema of what the function takes; only with a function.
            name: the name of the new solid.

        Raises:
            DagnbInvalidConfigDefinitionError: the solid has no config, a function without a schema, or a schema
                without a function.
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
        made.config_mapping = ConfigMapping(
            self.config_mapping or self._config_node_to_map(),
            config,
            *(() if config_schema is None else (config_schema,)),
            outer=f"solid {name}",
            inner_name=f"solid {self.name}",
        )
        made.configuration = configuration_hash(config, self.configuration)
        made.config_schema = None if made.config_mapping.is_constant else config_schema
        made.config_node = None if made.config_mapping.is_constant else made.config_mapping.outer_node
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
        got=f"{type(limit).__name__} {limit!r}"[:80],
    )


def _by_name(definitions: Iterable[Any], solid_name: str, what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    expected = InputDefinition if what == "input" else OutputDefinition
    for definition in definitions:
        if not isinstance(definition, expected):
            raise DagnbInvalidDefinitionError(
                f"{what}_defs takes {expected.__name__} objects only",
                where=f"solid {solid_name}",
                got=f"{type(definition).__name__} {definition!r}"[:80],
            )
        if definition.name in found:
            raise DagnbInvalidDefinitionError(
                f"two {what}s of a solid have the same name", where=f"solid {solid_name} › {what} {definition.name}"
            )
        found[definition.name] = definition
    return found


def _output_annotation(annotation: Any) -> Any:
    if annotation is Output:
        return None
    origin = get_origin(annotation) or annotation
    if getattr(origin, "__name__", "") in _STREAMS and getattr(origin, "__module__", "") in (
        "collections.abc",
        "typing",
    ):
        return None
    return annotation


def infer_inputs(body: FunctionBody, annotations: Mapping[str, Any], given: Sequence[InputDefinition]) -> list[Any]:
    """Return the inputs that the function's parameters stand for, `given` ones taken as they are.

    Raises:
        DagnbInvalidDefinitionError: `given` names an input that is no parameter (but for `Nothing` ones), or a
            `Nothing` input that is one.
    """
    declared = {definition.name: definition for definition in given}
    name = body.function.__name__
    for definition in declared.values():
        is_parameter = definition.name in body.parameters
        if definition.type is Nothing and is_parameter:
            raise DagnbInvalidDefinitionError(
                "an input of type Nothing hands over no value, so it is no parameter",
                where=f"solid {name} › input {definition.name}",
                hint=f"take {definition.name} out of the function's parameters",
            )
        if definition.type is not Nothing and not is_parameter:
            raise DagnbInvalidDefinitionError(
                "an input is not among the function's parameters",
                where=f"solid {name} › input {definition.name}",
                got=f"def {name}({', '.join(body.parameters)})",
                expected=f"a parameter named {definition.name}",
            )
    inferred: list[InputDefinition] = []
    for parameter in body.parameters:
        found = declared.pop(parameter, None)
        if found is None:
            default = body.defaults.get(parameter, MISSING)
            found = InputDefinition(parameter, annotations.get(parameter), default_value=default)
        elif not found.has_default and parameter in body.defaults:
            found = InputDefinition(parameter, found.type, found.description, body.defaults[parameter])
        inferred.append(found)
    return [*inferred, *declared.values()]


@overload
def solid(name: Callable[..., Any]) -> SolidDefinition: ...


@overload
def solid(
    name: str | None = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
    *,
    retry_policy: RetryPolicy | None = None,
    time_limit: float | None = None,
) -> Callable[[Callable[..., Any]], SolidDefinition]: ...


def solid(  # noqa: PLR0917  # the argument order of the slides' API
    name: Any = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
    *,
    retry_policy: RetryPolicy | None = None,
    time_limit: float | None = None,
) -> Any:
    """Make a solid of a function: `@solid` or `@solid(...)`.

    A first parameter named context gets the step's context; every other one is an input, typed by its annotation,
    optional when it has a default. The return annotation types the output. The function may return its value, yield
    `Output`, `AssetMaterialization` and `ExpectationResult`, or be `async def`.

    Args:
        name: the solid's name (default: the function's).
        description: what it does (default: the docstring).
        input_defs: inputs to be described further than parameters can.
        output_defs: outputs, when there is not exactly one or it needs describing.
        config_schema: see `SolidDefinition`.
        required_resource_keys: the resources that it uses, as ``context.resources.<key>``.
        tags: facts for tools.
        version: stands for the code in place of its hash.
        retry_policy: how often a failed step is tried again.
        time_limit: seconds that one attempt may take.

    Raises:
        DagnbInvalidDefinitionError: see `SolidDefinition`; also `*args`, a misspelt context, an unknown input.

    >>> @solid(config_schema={"by": int})
    ... def scale(context, number: int) -> int:
    ...     return number * context.solid_config["by"]
    >>> scale
    scale(number: int) -> int
    """
    if callable(name):
        return _from_function(name)

    def decorate(function: Callable[..., Any]) -> SolidDefinition:
        return _from_function(
            function,
            name=name,
            description=description,
            input_defs=input_defs,
            output_defs=output_defs,
            config_schema=config_schema,
            required_resource_keys=required_resource_keys,
            tags=tags,
            version=version,
            retry_policy=retry_policy,
            time_limit=time_limit,
        )

    return decorate


def _from_function(
    function: Callable[..., Any],
    *,
    name: str | None = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    body: FunctionBody | None = None,
    **rest: Any,
) -> SolidDefinition:
    body = body or FunctionBody(function)
    annotations = read_annotations(function)
    if output_defs is None:
        output_defs = (_infer_output(annotations),)
    defined = SolidDefinition(
        name or function.__name__,
        body=body,
        input_defs=infer_inputs(body, annotations, input_defs or ()),
        output_defs=output_defs,
        description=clean_doc(description or function.__doc__),
        **rest,
    )
    defined.__module__ = function.__module__
    defined.__qualname__ = function.__qualname__
    return defined


def _infer_output(annotations: Mapping[str, Any]) -> OutputDefinition:
    if "return" not in annotations:
        return OutputDefinition()
    annotation = annotations["return"]
    if annotation is None:
        return OutputDefinition(Nothing)
    return OutputDefinition(_output_annotation(annotation))


@overload
def lambda_solid(name: Callable[..., Any]) -> SolidDefinition: ...


@overload
def lambda_solid(
    name: str | None = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_def: OutputDefinition | None = None,
) -> Callable[[Callable[..., Any]], SolidDefinition]: ...


def lambda_solid(
    name: Any = None,
    description: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_def: OutputDefinition | None = None,
) -> Any:
    """Make a solid of a function that takes inputs only (no context) and has one output.

    Args:
        name: the solid's name (default: the function's).
        description: what it does (default: the docstring).
        input_defs: inputs to be described further than parameters can.
        output_def: the output, when it needs describing.

    >>> @lambda_solid
    ... def add(a: int, b: int = 1) -> int:
    ...     return a + b
    >>> add(2)
    3
    """

    def decorate(function: Callable[..., Any]) -> SolidDefinition:
        body = FunctionBody(function)
        if body.takes_context:
            raise DagnbInvalidDefinitionError(
                "a lambda_solid takes no context",
                where=f"solid {function.__name__}",
                hint="use @solid, or rename the first parameter",
            )
        return _from_function(
            function,
            name=None if callable(name) else name,
            description=description,
            input_defs=input_defs,
            output_defs=None if output_def is None else (output_def,),
            body=body,
        )

    return decorate(name) if callable(name) else decorate


__all__ = ["SolidDefinition", "infer_inputs", "lambda_solid", "solid"]
