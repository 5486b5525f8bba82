"""What types do in a run: load inputs from the run config, check values, write outputs to where the config says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagnb.execution.context import SolidExecutionContext

if TYPE_CHECKING:
    from dagnb.events.user import AssetMaterialization
    from dagnb.execution.scope import RunScope
    from dagnb.planning.plan import Step, StepInput
    from dagnb.types import DagnbType, TypeCheck


def load_input(scope: RunScope, step: Step, each: StepInput) -> Any:
    """Return the value that the run config gives to an input, made by its type's loader.

    An input of a composite solid is loaded by the composite's type.

    Raises:
        DagnbTypeLoadingError: the loader raised; its error is the cause.
    """
    from dagnb.types.errors import DagnbTypeLoadingError

    name = each.definition.name
    unfed = scope.plan.pipeline.flat.unfed.get((step.node.name, name))
    kind = each.definition.type if unfed is None else unfed.kind
    if kind.loader is None:
        return each.value
    where = f"{step.key} › input {name}"
    context = SolidExecutionContext(scope, step, kind.loader.required_resource_keys, f"{where}, loader of {kind.name}")
    try:
        return kind.loader.load(context, each.value)
    except DagnbTypeLoadingError as error:
        place = f"{where}, from {error.where}"
        raise DagnbTypeLoadingError(loader=error.loader, got=str(error.got), config=place) from error.__cause__


def materialize_output(scope: RunScope, step: Step, name: str, value: Any) -> list[AssetMaterialization]:
    """Write the value of an output wherever the run config says; return what was materialized.

    Raises:
        DagnbTypeMaterializationError: the type's materializer raised; its error is the cause.
    """
    from dagnb.types.errors import DagnbTypeMaterializationError

    made: list[AssetMaterialization] = []
    for each in scope.plan.config.outputs.get(step.node.name, ()):
        writer = each.kind.materializer
        if each.output != name or writer is None:
            continue
        where = f"{step.key} › output {name}"
        context = SolidExecutionContext(
            scope, step, writer.required_resource_keys, f"{where}, materializer of {each.kind.name}"
        )
        try:
            made += writer.materialize(context, each.config, value)
        except DagnbTypeMaterializationError as error:
            place = f"{where}, to {error.where}"
            raise DagnbTypeMaterializationError(
                materializer=error.materializer, got=str(error.got), config=place
            ) from error.__cause__
    return made


def check_value(scope: RunScope, step: Step, kind: DagnbType, value: Any, what: str) -> TypeCheck:
    """Check a value against its type; a check that takes a context gets the step's, with the type's own resources.

    Args:
        scope: the run's scope.
        step: whose value it is.
        kind: the type.
        value: the value.
        what: names the input or output, for an error about a resource.
    """
    if not kind.takes_context:
        return kind.check(value)
    who = f"{step.key} › {what}, type {kind.name}"
    return kind.check(value, SolidExecutionContext(scope, step, kind.required_resource_keys, who))


__all__ = ["check_value", "load_input", "materialize_output"]
