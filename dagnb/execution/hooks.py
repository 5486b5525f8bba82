"""Run the hooks of a step after its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from dagnb.contracts.execution import StepOutcome
from dagnb.events.mapped import split_output_key
from dagnb.events.records import HookCompleted, HookFailed
from dagnb.execution.context import SolidExecutionContext
from dagnb.execution.failures import describe_error
from dagnb.execution.log import EventLogger
from dagnb.execution.scope import RunScope
from dagnb.planning.plan import Step

if TYPE_CHECKING:
    from dagnb.definitions.hook import HookDefinition


class HookContext(SolidExecutionContext):
    """What a hook gets to know: the step's context, with the hook's own resources, and how the step ended.

    Lines that it logs carry the hook's name in their field `hook`.
    """

    __slots__ = ("hook_def",)

    def __init__(self, scope: RunScope, step: Step, hook: HookDefinition) -> None:
        super().__init__(scope, step, hook.required_resource_keys, f"hook {hook.name} of {step.key}", "hook")
        self.hook_def = hook

    @property
    def log(self) -> EventLogger:
        """Writes lines into the run's event log, as lines of the step."""
        if self._log is None:
            self._log = EventLogger(self.emit, (("hook", self.hook_def.name),))
        return self._log

    @property
    def step(self) -> Step:
        """The step: its `key`, its `node`, its inputs and config."""
        return self._step

    @property
    def solid_exception(self) -> BaseException | None:
        """What the solid raised; None when it succeeded."""
        return self._scope.errors.get(self._step.key)

    @property
    def solid_output_values(self) -> dict[str, Any]:
        """The values of the step's outputs by name; of a dynamic one a dict by mapping key. Empty when it failed."""
        found: dict[str, Any] = {}
        for name in self._scope.output_names(self._step):
            output, key = split_output_key(name)
            value = self._scope.values.get((self._step.key, name))
            if key is None:
                found[output] = value
            else:
                found.setdefault(output, {})[key] = value
        return found

    def __repr__(self) -> str:
        return f"<context of hook {self.hook_def.name} after {self.step_key} in run {self.run_id[:8]}>"


def _hooks_of(scope: RunScope, step: Step) -> dict[HookDefinition, None]:
    """Return the hooks of a step, each once: its own, those of composites around it, those of the pipeline."""
    return dict.fromkeys((*step.node.hooks, *scope.plan.pipeline.hook_defs))


def has_hooks(scope: RunScope, step: Step) -> bool:
    """Tell whether any hook is attached to the step, for whichever end of it."""
    return bool(step.node.hooks or scope.plan.pipeline.hook_defs)


@contextmanager
def values_held(scope: RunScope, step: Step) -> Iterator[None]:
    """Hold what the step gives in memory while the context lasts: a hook may ask for it."""
    scope.held.add(step.key)
    try:
        yield
    finally:
        scope.let_go(step)


def run_hooks(scope: RunScope, step: Step, outcome: StepOutcome) -> None:
    """Run the hooks of a step that ended so; what they raise is recorded and changes nothing."""
    for hook in _hooks_of(scope, step):
        if hook.occasion != outcome.value:
            continue
        try:
            made = hook.hook_fn(HookContext(scope, step, hook))
            if type(made) is CoroutineType:
                scope.loop.run(made)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  # anybody's code, and the step's outcome stands
            scope.emit(HookFailed(hook=hook.name, error=describe_error(error)), step.key)
        else:
            scope.emit(HookCompleted(hook=hook.name), step.key)
