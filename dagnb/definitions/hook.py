"""Hooks: functions that run after a step, when it succeeded or when it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set as AbstractSet
from typing import Any, Literal, overload

from dagnb.definitions.bodies import CONTEXT_NAMES
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.names import check_keys, check_name
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError

HookOccasion = Literal["success", "failure"]


class HookDefinition:
    """Define a hook: what is done after a step of a solid that it is attached to.

    It never changes how the step ended: what it raises is recorded, and the run goes on.

    Args:
        name: letters, digits and underscores.
        hook_fn: takes the hook's context: all that a solid's has (`solid`, `step_key`, `solid_config`, `run_id`,
            `mode_def` ...), with the hook's own `resources` and `log`, and `hook_def`, `step`, `solid_exception`,
            `solid_output_values`. It may be `async def`.
        occasion: "success" or "failure": after which end of a step it runs.
        required_resource_keys: the resources that it uses.
        description: what it does.

    Raises:
        DagnbInvalidDefinitionError: a bad name, a function that cannot be called, or another occasion.

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
        function: object = hook_fn
        if not callable(function) or occasion not in ("success", "failure"):
            raise DagnbInvalidDefinitionError(
                "a hook is a function that runs after a success or after a failure",
                where=f"hook {name}",
                got=f"{told(function)}, {occasion!r}",
                hint="@success_hook or @failure_hook makes one",
            )
        self.hook_fn = hook_fn
        self.occasion: HookOccasion = occasion
        self.required_resource_keys = check_keys(required_resource_keys, f"hook {name}")
        self.description = description or clean_doc(hook_fn.__doc__)

    def __call__(self, target: Any) -> Any:
        """Attach the hook to a whole pipeline: use it as the outermost decorator of `@pipeline`.

        Raises:
            DagnbInvalidDefinitionError: the target is no pipeline.
        """
        from dagnb.definitions.pipeline import PipelineDefinition

        # What a person holds of a pipeline has its definition.
        if not isinstance(target, PipelineDefinition) and not hasattr(target, "definition"):
            raise DagnbInvalidDefinitionError(
                "a hook decorates a pipeline",
                where=f"hook {self.name}",
                got=told(target),
                expected="what @pipeline makes",
                hint=f"@{self.name} stands above @pipeline; for one solid: solid.with_hooks({{{self.name}}})",
            )
        return target.with_hooks({self})

    def __repr__(self) -> str:
        return f"<{self.occasion} hook {self.name}>"


def check_hooks(hooks: HookDefinition | Iterable[HookDefinition] | None, where: str) -> tuple[HookDefinition, ...]:
    """Return the hooks, each once, by name.

    Raises:
        DagnbInvalidDefinitionError: something else than a hook.
    """
    if hooks is not None and not isinstance(hooks, Iterable | HookDefinition):
        raise DagnbInvalidDefinitionError("hooks are given as a set", where=where, got=told(hooks))
    listed = [hooks] if isinstance(hooks, HookDefinition) else list(hooks or ())
    for hook in listed:
        if not isinstance(hook, HookDefinition):
            raise DagnbInvalidDefinitionError(
                "hooks are made by @success_hook or @failure_hook",
                where=where,
                got=told(hook),
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
