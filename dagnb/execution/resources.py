"""Resources of a run: made before its first step, torn down after its last, in reverse."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import AsyncGeneratorType, CoroutineType
from typing import Any

from dagnb.contracts.io import check_io_manager
from dagnb.errors import DagnbInvariantViolationError
from dagnb.events.records import ResourceEnded, ResourceStarted
from dagnb.execution.context import InitResourceContext
from dagnb.execution.failures import describe_error, tell_part
from dagnb.execution.scope import RunScope


@contextmanager
def open_resources(scope: RunScope, keys: Iterable[str] | None = None) -> Iterator[None]:
    """Make the resources that the plan's steps need and put them into the scope; tear them down at the end.

    Each is made after those that it asks for. What raises while a resource is made goes up, after those made before it
    are torn down; what raises in a teardown is recorded and does not fail the run.

    Args:
        scope: the run's scope.
        keys: which resources, each after those that it asks for (default: those that the plan's steps need).
    """
    managers = scope.plan.manager_keys()
    generators: list[tuple[str, Generator[Any, None, None]]] = []
    try:
        for key in scope.plan.resource_keys() if keys is None else keys:
            begun = scope.instance.clock.monotonic()
            try:
                made = _call(scope, key)
                if isinstance(made, Generator):
                    scope.resources[key] = _first(key, made)
                    generators.append((key, made))
                else:
                    scope.resources[key] = made
                if key in managers:
                    check_io_manager(key, scope.resources[key])
            except Exception as error:
                tell_part(error, f"resource {key}", _where(scope, key))
                raise
            scope.emit(ResourceStarted(resource=key, seconds=scope.instance.clock.monotonic() - begun))
        yield
    finally:
        with ExitStack() as stack:  # one teardown that is interrupted does not keep the others from running
            for key, generator in generators:
                stack.callback(_tear_down, scope, key, generator)


def _where(scope: RunScope, key: str) -> str:
    return (
        f"\nthe resource {key} could not be made in the mode {scope.plan.mode.name}, so run {scope.run.run_id[:8]} of "
        f"{scope.run.pipeline_name} ended before its first step"
    )


def _call(scope: RunScope, key: str) -> Any:
    definition = scope.plan.mode.resource_defs[key]
    if definition.takes_context:
        context = InitResourceContext(scope, key, scope.plan.config.resources.get(key))
        made = definition.resource_fn(context)
    else:
        made = definition.resource_fn()
    if type(made) is CoroutineType:
        return scope.loop.run(made)
    return scope.loop.iterate(made) if type(made) is AsyncGeneratorType else made


def _first(key: str, generator: Generator[Any, None, None]) -> Any:
    try:
        return next(generator)
    except StopIteration:
        raise DagnbInvariantViolationError(
            "a resource's generator ended without giving the resource",
            where=f"resource {key}",
            expected="one yield",
            hint="yield the resource; what is behind the yield tears it down",
        ) from None


def _tear_down(scope: RunScope, key: str, generator: Generator[Any, None, None]) -> None:
    try:
        for _ in generator:
            generator.close()
            raise DagnbInvariantViolationError(
                "a resource's generator yielded more than once", where=f"resource {key}", expected="one yield"
            )
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # it is anybody's code; the run's outcome stands already
        scope.emit(ResourceEnded(resource=key, error=describe_error(error)))
    else:
        scope.emit(ResourceEnded(resource=key))
