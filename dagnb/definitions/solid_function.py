"""Solids made of functions: `@solid` and `@lambda_solid`, which read inputs and outputs from the signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from typing import TYPE_CHECKING, Any, get_origin, overload

from dagnb.definitions.bodies import FunctionBody
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.names import check_objects
from dagnb.definitions.ports import MISSING, InputDefinition, OutputDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.user import Output
from dagnb.types import Nothing, resolve_type
from dagnb.types.annotations import read_annotations
from dagnb.types.resolve import union_of

if TYPE_CHECKING:
    from dagnb.definitions.retry import RetryPolicy

_STREAMS = frozenset({"Generator", "Iterator", "Iterable", "AsyncGenerator", "AsyncIterator", "AsyncIterable"})


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


def _input(name: str, kind: Any, description: str | None, body: FunctionBody) -> InputDefinition:
    default = body.defaults.get(name, MISSING)
    if default is None and kind is not None:
        declared = resolve_type(kind)
        if declared is not Nothing and not declared.check(None).success:
            kind = union_of(declared, None)  # as Python people mean it by `rows: int = None`
    return InputDefinition(name, kind, description, default)


def _infer_inputs(body: FunctionBody, annotations: Mapping[str, Any], given: Sequence[InputDefinition]) -> list[Any]:
    """Return the inputs that the function's parameters stand for, `given` ones taken as they are.

    Raises:
        DagnbInvalidDefinitionError: `given` names an input that is no parameter (but for `Nothing` ones), or a
            `Nothing` input that is one.
    """
    name = body.function.__name__
    declared = {each.name: each for each in check_objects(given, InputDefinition, "input_defs", f"solid {name}")}
    for definition in declared.values():
        is_parameter = definition.name in body.parameters
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
        kind = annotations.get(parameter) if found is None else found.type
        if kind is not None and resolve_type(kind) is Nothing:
            raise DagnbInvalidDefinitionError(
                "an input of type Nothing hands over no value, so it is no parameter",
                where=f"solid {name} › input {parameter}",
                hint=f'take {parameter} out of the parameters; input_defs=[InputDefinition("{parameter}", Nothing)] '
                "declares it",
            )
        if found is None:
            found = _input(parameter, kind, None, body)
        elif not found.has_default and parameter in body.defaults:
            found = _input(parameter, kind, found.description, body)
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
        input_defs=_infer_inputs(body, annotations, input_defs or ()),
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


__all__ = ["lambda_solid", "solid"]
