"""Compute a solid's body: whatever its kind and style, it becomes a stream of the user's events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, NoReturn

from dagnb.contracts.execution import BodyRunner
from dagnb.definitions.bodies import CONTEXT_PARAMETER, CellBody, FunctionBody
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvariantViolationError, DagnbOutputError
from dagnb.events.user import AssetMaterialization, ExpectationResult, Failure, Output, UserEvent
from dagnb.execution.context import SolidExecutionContext
from dagnb.execution.scope import RunScope
from dagnb.types import Nothing


def body_events(
    scope: RunScope, solid: SolidDefinition, context: SolidExecutionContext, inputs: Mapping[str, Any]
) -> Iterable[UserEvent]:
    """Return the events of the solid's body; what it raises comes out while they are gone through."""
    body = solid.body
    if not isinstance(body, FunctionBody):
        runner: BodyRunner = scope.instance.plugin("bodies", body.kind)()
        return runner.run(body, context, inputs)
    returned = begin_function(body, context, inputs)
    if type(returned) is CoroutineType:
        returned = scope.loop.run(returned)
    if type(returned) is AsyncGeneratorType:
        return scope.loop.iterate(returned)
    return events_of(solid, context.step_key, returned)


def begin_function(body: FunctionBody, context: SolidExecutionContext, inputs: Mapping[str, Any]) -> Any:
    """Call a solid's function, or its cell, and return what it returns: a value, a generator or a coroutine."""
    if isinstance(body, CellBody):
        return body.function(**inputs, **{CONTEXT_PARAMETER: context})
    return body.function(context, **inputs) if body.takes_context else body.function(**inputs)


def events_of(solid: SolidDefinition, where: str, returned: Any) -> Iterable[UserEvent]:
    """Return the events that a function's return value stands for: those of a generator, or its one output.

    Raises:
        DagnbOutputError: a value, and the solid has no outputs or several.
        DagnbInvariantViolationError: an event that is to be yielded.
    """
    if type(returned) is GeneratorType:
        return returned
    return (_as_output(solid, where, returned),) if _has_value(solid, where, returned) else ()


def _has_value(solid: SolidDefinition, where: str, returned: Any) -> bool:
    if len(solid.outputs) == 1:
        return True
    if returned is None:
        return False
    if isinstance(returned, Output):
        return True
    if not solid.outputs:
        raise DagnbOutputError(
            "the solid returned a value and has no outputs",
            where=where,
            got=f"a value of type {type(returned).__name__}",
            hint="declare an output, or return nothing",
        )
    raise DagnbOutputError(
        "the solid returned a value and has several outputs",
        where=where,
        got=f"a value of type {type(returned).__name__}",
        expected=f"one Output for each of {', '.join(solid.outputs)}",
        hint='yield Output(value, "name") for each',
    )


def _as_output(solid: SolidDefinition, where: str, returned: Any) -> Output:
    if isinstance(returned, Output):
        return returned
    if isinstance(returned, AssetMaterialization | ExpectationResult | Failure):
        raise DagnbInvariantViolationError(
            "the solid returned an event instead of yielding it",
            where=where,
            got=type(returned).__name__,
            expected="events are yielded, a Failure is raised",
            hint="raise it" if isinstance(returned, Failure) else "yield it, then yield Output(value)",
        )
    (name,) = solid.outputs
    return Output(returned, name)


def refuse_event(event: object, where: str) -> NoReturn:
    """Say what a body may yield.

    Raises:
        DagnbInvariantViolationError: always.
    """
    hint = "raise it" if isinstance(event, Failure) else "yield Output(value) hands a value on"
    raise DagnbInvariantViolationError(
        "the solid yielded something that is no event",
        where=where,
        got=f"a value of type {type(event).__name__}",
        expected="Output, AssetMaterialization or ExpectationResult",
        hint=hint,
    )


def _how_to_give(solid: SolidDefinition, name: str) -> str:
    if solid.body.kind == "notebook":
        return f'yield_result(value, "{name}") in the notebook'
    return f'yield Output(value, "{name}")'


def missing_outputs(solid: SolidDefinition, produced: Mapping[str, Any] | set[str], where: str) -> list[Output]:
    """Return what the solid need not have yielded itself: its outputs of type Nothing.

    Raises:
        DagnbOutputError: it left out one that is required.
    """
    implied: list[Output] = []
    for name, definition in solid.outputs.items():
        if name in produced or not definition.is_required or definition.is_dynamic:
            continue
        if definition.type is not Nothing:
            raise DagnbOutputError(
                f"the solid ended without its output {name}",
                where=where,
                got=f"outputs: {', '.join(produced) or 'none'}",
                expected=f"a value of type {definition.type.name} for {name}",
                hint=f"{_how_to_give(solid, name)}, or declare it with is_required=False",
            )
        implied.append(Output(None, name))
    return implied
