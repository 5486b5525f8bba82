"""What events tell, in one line each."""

from __future__ import annotations

from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    Event,
    ExpectationChecked,
    HookCompleted,
    HookFailed,
    InputLoaded,
    MessageLogged,
    NotebookExecuted,
    OutputProduced,
    ResourceEnded,
    ResourceStarted,
    RunFailed,
    RunStarted,
    StepFailed,
    StepProgressed,
    StepRetried,
    StepsAdded,
    StepSkipped,
    StepStarted,
    StepSucceeded,
)


def event_text(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912  # one line an event
    """Say in one line what an event tells beyond its kind and its step; "" when that is nothing.

    >>> event_text(StepRetried(attempt=1, seconds_to_wait=0.5))
    'attempt 1 failed, again in 0.5 s'
    """
    match event:
        case MessageLogged(message=message):
            return message
        case StepFailed(error=error) | RunFailed(error=ErrorInfo() as error):
            return _error(error)
        case RunFailed(failed_steps=steps) if steps:
            return f"failed: {', '.join(steps)}"
        case RunStarted(mode=mode, step_keys=steps):
            return f"{len(steps)} step{'' if len(steps) == 1 else 's'}, mode {mode}"
        case StepsAdded(step_keys=steps):
            return ", ".join(steps)
        case StepStarted(attempt=attempt) if attempt > 1:
            return f"attempt {attempt}"
        case StepRetried(attempt=attempt, seconds_to_wait=wait, error=error):
            return f"attempt {attempt} failed, again {_wait(wait)}{f': {_error(error)}' if error else ''}"
        case StepSkipped(reason=reason):
            return reason
        case StepSucceeded(seconds=seconds):
            return f"{seconds:.3f} s"
        case InputLoaded(input_name=name, type_check=check):
            return f"{name}: {check.type_name}" + ("" if check.success else ", type check failed")
        case OutputProduced(type_check=check):
            return f"{event.key}: {check.type_name}" + ("" if check.success else ", type check failed")
        case AssetMaterialized(asset_key=key):
            return str(key)
        case ExpectationChecked(label=label, success=success):
            return f"{label}: {'as expected' if success else 'not as expected'}"
        case StepProgressed(done=done, total=total, unit=unit):
            return f"{unit} {done}" + (f" of {total}" if total else "")
        case NotebookExecuted(path=path):
            return path
        case HookCompleted(hook=hook):
            return hook
        case HookFailed(hook=hook, error=error):
            return f"{hook}: {_error(error)}"
        case ResourceStarted(resource=resource, seconds=seconds):
            return f"{resource}, {seconds:.3f} s"
        case ResourceEnded(resource=resource, error=ended):
            return f"{resource}: {_error(ended)}" if ended else resource
        case _:
            return ""


def _error(error: ErrorInfo) -> str:
    return f"{error.cls_name}: {error.message}"


def _wait(seconds: float) -> str:
    return f"in {seconds:.3g} s" if seconds else "at once"
