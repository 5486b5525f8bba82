"""Run a pipeline in the shortest way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dagnb import ModeDefinition, Pipeline, Run
from dagnb.definitions import compose_pipeline
from dagnb.events.records import StepSkipped
from dagnb.instance import Instance


def executed(
    body: Callable[[], Any], instance: Instance, *, resources: dict[str, Any] | None = None, **rest: Any
) -> Run:
    """Run what the body composes and return the run, a failed one too."""
    mode = ModeDefinition(resource_defs=resources)
    made = Pipeline(compose_pipeline(body, name="p", mode_defs=[mode]))
    return made.run(instance=instance, raise_on_error=False, **rest)


def alone(one: Any, instance: Instance, **rest: Any) -> Run:
    """Run a pipeline of one solid."""

    def body() -> None:
        one()

    return executed(body, instance, **rest)


def statuses(run: Run) -> dict[str, str]:
    """Return how every step ended."""
    return {step.key: step.status for step in run}


def kinds(run: Run, step: str | None = None) -> list[str]:
    """Return the kinds of the run's events, of one step when it is given, in order."""
    return [record.kind for record in run.event_list if step is None or record.step_key == step]


def skips(run: Run) -> dict[str, str]:
    """Return why each skipped step was."""
    return {
        record.step_key or "": record.event.reason for record in run.event_list if isinstance(record.event, StepSkipped)
    }


def messages(error: BaseException | None) -> str:
    """Return an error's whole text, with its notes."""
    assert error is not None
    return "\n".join([str(error), *getattr(error, "__notes__", [])])
