"""Run the hooks of a step after its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagnb.contracts.execution import StepOutcome
from dagnb.events.records import HookCompleted, HookFailed
from dagnb.execution.context import SolidExecutionContext
from dagnb.execution.failures import describe_error
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import Step

if TYPE_CHECKING:
    from dagnb.definitions.hook import HookDefinition


class HookContext(SolidExecutionContext):
    """What a hook gets to know: the step's context, and how the step ended."""

    __slots__ = ("hook_def",)

    def __init__(self, scope: RunScope, step: Step, hook: HookDefinition) -> None:
        super().__init__(scope, step, hook.required_resource_keys, f"hook {hook.name}")
        self.hook_def = hook

    @property
    def solid_exception(self) -> BaseException | None:
        """What the solid raised; None when it succeeded."""
        return self._scope.errors.get(self._step.key)

    @property
    def solid_output_values(self) -> dict[str, Any]:
        """The step's outputs that are in memory, by name."""
        return {name: value for (key, name), value in self._scope.values.items() if key == self._step.key}


def run_hooks(scope: RunScope, step: Step, outcome: StepOutcome) -> None:
    """Run the hooks of a step that ended so; what they raise is recorded and changes nothing."""
    hooks = (*step.node.hooks, *scope.plan.pipeline.hook_defs)
    if not hooks or outcome is StepOutcome.SKIPPED:
        return
    for hook in dict.fromkeys(hooks):
        if hook.occasion != outcome.value:
            continue
        try:
            hook.hook_fn(HookContext(scope, step, hook))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # anybody's code, and the step's outcome stands
            scope.emit(HookFailed(hook=hook.name, error=describe_error(error)), step.key)
        else:
            scope.emit(HookCompleted(hook=hook.name), step.key)
