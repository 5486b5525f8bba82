"""Hooks: functions that run after a step, when it succeeded or when it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set as AbstractSet
from typing import Any, Literal, overload

from dagnb.definitions.bodies import CONTEXT_NAMES
from dagnb.definitions.names import check_name
from dagnb.errors import DagnbInvalidDefinitionError

HookOccasion = Literal["success", "failure"]


class HookDefinition:
    """Define a hook: what is done after a step of a solid that it is attached to.

    It never changes how the step ended: what it raises is recorded, and the run goes on.

    Args:
        name: letters, digits and underscores.
        hook_fn: takes the hook's context (`solid`, `step_key`, `resources`, `log`, `solid_config`, `run_id`,
            `solid_exception`, `solid_output_values`).
        occasion: "success" or "failure": after which end of a step it runs.
        required_resource_keys: the resources that it uses.
        description: what it does.

    >>> @success_hook
    ... def tell(context):
    ...     context.log.info(f"{context.solid.name} is done")
    >>> tell.occasion
    'success'
    """

    __slots__ = ("description", "hook_fn", "name", "occasion", "required_resource_keys")

    def __init__(
        self,
        name: str,
        hook_fn: Callable[[Any], Any],
        occasion: HookOccasion,
        required_resource_keys: AbstractSet[str] | Iterable[str] | None = None,
        description: str | None = None,
    ) -> None:
        self.name = check_name(name, "hook")
        self.hook_fn = hook_fn
        self.occasion: HookOccasion = occasion
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.description = description or hook_fn.__doc__

    def __call__(self, target: Any) -> Any:
        """Attach the hook to a whole pipeline: use it as the outermost decorator of `@pipeline`.

        Raises:
            DagnbInvalidDefinitionError: the target is no pipeline.
        """
        attach = getattr(target, "with_hooks", None)
        if attach is None or not hasattr(target, "definition"):
            raise DagnbInvalidDefinitionError(
                "a hook decorates a pipeline",
                where=f"hook {self.name}",
                got=f"{type(target).__name__} {target!r}"[:80],
                expected="what @pipeline makes",
                hint=f"@{self.name} stands above @pipeline; for one solid: solid.with_hooks({{{self.name}}})",
            )
        return attach({self})

    def __repr__(self) -> str:
        return f"<{self.occasion} hook {self.name}>"


def check_hooks(hooks: HookDefinition | Iterable[HookDefinition] | None, where: str) -> tuple[HookDefinition, ...]:
    """Return the hooks, each once, by name.

    Raises:
        DagnbInvalidDefinitionError: something else than a hook.
    """
    listed = [hooks] if isinstance(hooks, HookDefinition) else list(hooks or ())
    for hook in listed:
        if not isinstance(hook, HookDefinition):
            raise DagnbInvalidDefinitionError(
                "hooks are made by @success_hook or @failure_hook",
                where=where,
                got=f"{type(hook).__name__} {hook!r}"[:80],
            )
    return tuple(sorted(dict.fromkeys(listed), key=lambda hook: hook.name))


def _make(
    occasion: HookOccasion, function: Callable[[Any], Any], name: str | None, keys: AbstractSet[str] | None
) -> HookDefinition:
    code = getattr(function, "__code__", None)
    if code is None or not code.co_argcount or code.co_varnames[0] not in CONTEXT_NAMES:
        shown = getattr(function, "__name__", repr(function))
        raise DagnbInvalidDefinitionError(
            "a hook takes the context first",
            where=f"hook {shown}",
            expected=f"def {shown}(context)",
        )
    return HookDefinition(name or function.__name__, function, occasion, keys)


@overload
def success_hook(name: Callable[[Any], Any]) -> HookDefinition: ...


@overload
def success_hook(
    name: str | None = None, required_resource_keys: AbstractSet[str] | None = None
) -> Callable[[Callable[[Any], Any]], HookDefinition]: ...


def success_hook(name: Any = None, required_resource_keys: AbstractSet[str] | None = None) -> Any:
    """Make a hook that runs after a step that succeeded: `@success_hook` or `@success_hook(...)`.

    Args:
        name: the hook's name (default: the function's).
        required_resource_keys: the resources that it uses.

    Raises:
        DagnbInvalidDefinitionError: the function does not take a context first.

    >>> @success_hook(required_resource_keys={"slack"})
    ... def tell(context):
    ...     context.resources.slack.chat_postMessage(channel="#data", text=f"{context.solid.name} is done")
    >>> tell
    <success hook tell>
    """
    if callable(name):
        return _make("success", name, None, None)
    return lambda function: _make("success", function, name, required_resource_keys)


@overload
def failure_hook(name: Callable[[Any], Any]) -> HookDefinition: ...


@overload
def failure_hook(
    name: str | None = None, required_resource_keys: AbstractSet[str] | None = None
) -> Callable[[Callable[[Any], Any]], HookDefinition]: ...


def failure_hook(name: Any = None, required_resource_keys: AbstractSet[str] | None = None) -> Any:
    """Make a hook that runs after a step that failed: `@failure_hook` or `@failure_hook(...)`.

    Args:
        name: the hook's name (default: the function's).
        required_resource_keys: the resources that it uses.

    Raises:
        DagnbInvalidDefinitionError: the function does not take a context first.

    >>> @failure_hook
    ... def mourn(context):
    ...     context.log.error(f"{context.solid.name}: {context.solid_exception}")
    >>> mourn
    <failure hook mourn>
    """
    if callable(name):
        return _make("failure", name, None, None)
    return lambda function: _make("failure", function, name, required_resource_keys)
