"""`@pipeline`: a pipeline made of a composition function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set as AbstractSet
from typing import TYPE_CHECKING, Any, overload

from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.preset import PresetDefinition
from dagnb.handles.pipelines import Pipeline

if TYPE_CHECKING:
    from dagnb.definitions.hook import HookDefinition
    from dagnb.definitions.retry import RetryPolicy

__all__ = ["pipeline"]


@overload
def pipeline(name: Callable[[], Any]) -> Pipeline: ...


@overload
def pipeline(
    name: str | None = None,
    description: str | None = None,
    mode_defs: Sequence[ModeDefinition] | None = None,
    preset_defs: Sequence[PresetDefinition] | None = None,
    tags: Mapping[str, Any] | None = None,
    hook_defs: AbstractSet[HookDefinition] | None = None,
    *,
    retry_policy: RetryPolicy | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
) -> Callable[[Callable[[], Any]], Pipeline]: ...


def pipeline(  # noqa: PLR0917  # the argument order of the slides' API
    name: Any = None,
    description: str | None = None,
    mode_defs: Sequence[ModeDefinition] | None = None,
    preset_defs: Sequence[PresetDefinition] | None = None,
    tags: Mapping[str, Any] | None = None,
    hook_defs: AbstractSet[HookDefinition] | None = None,
    *,
    retry_policy: RetryPolicy | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
) -> Any:
    """Make a pipeline of a composition function: `@pipeline` or `@pipeline(...)`.

    In the function solids are called and their outputs handed to other solids; nothing is computed there.

    Args:
        name: the pipeline's name (default: the function's).
        description: what it is for (default: the docstring).
        mode_defs: the modes it runs in (default: one without resources).
        preset_defs: ready-made run configs.
        tags: tags of all its runs.
        hook_defs: hooks of every solid in it.
        retry_policy: how failed steps are tried again whose solids do not say so themselves.
        config_schema: the pipeline's own config, at ``config`` in the run config; `config_fn` makes that of the solids.
        config_fn: takes the config and returns ``{"solid": {"config": ...}, ...}``.

    Raises:
        DagnbInvalidDefinitionError: the composition has a mistake; the error says where and how to mend it.

    >>> from dagnb import lambda_solid
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> @pipeline(tags={"team": "data"})
    ... def numbers():
    ...     one()
    >>> numbers
    <pipeline numbers: one>
    """
    if callable(name):
        return Pipeline.composed(name)

    def decorate(function: Callable[[], Any]) -> Pipeline:
        return Pipeline.composed(
            function,
            name=name,
            description=description,
            mode_defs=mode_defs,
            preset_defs=preset_defs,
            tags=tags,
            hook_defs=hook_defs,
            retry_policy=retry_policy,
            config_schema=config_schema,
            config_fn=config_fn,
        )

    return decorate
