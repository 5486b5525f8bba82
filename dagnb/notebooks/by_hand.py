"""The resources of a mode, made for a notebook that is worked on by hand."""

from __future__ import annotations

import atexit
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbInvariantViolationError

if TYPE_CHECKING:
    from dagnb.definitions import ModeDefinition, ResourceDefinition


class HandResourceContext:
    """What a resource gets to know when it is made by hand: `resource_config`, `resource_key`, `run_id`, `log`."""

    def __init__(self, key: str, config: Any) -> None:
        from dagnb.notebooks.api import NotebookLog

        self.resource_key = key
        self.resource_config = config
        self.run_id = "by hand"
        self.log = NotebookLog()


def make_resources(mode: ModeDefinition, run_config: Mapping[str, Any]) -> dict[str, Any]:
    """Make every resource of the mode; those that tear down do so when this process ends.

    Raises:
        DagnbConfigError: the config of a resource is wrong.
        DagnbInvariantViolationError: a resource's generator gives no resource.
    """
    given = run_config.get("resources", {})
    return {key: _make(key, resource, given.get(key)) for key, resource in mode.resource_defs.items()}


def _make(key: str, resource: ResourceDefinition, given: Mapping[str, Any] | None) -> Any:
    config: Any = (given or {}).get("config")
    if resource.config_node is not None:
        from dagnb.config import compile_schema
        from dagnb.config.schema import is_defaultable

        if config is None and is_defaultable(resource.config_node):
            config = {}
        config = compile_schema(resource.config_node).validate(config, subject=f"resource {key}")
    code = getattr(resource.resource_fn, "__code__", None)
    takes_nothing = code is not None and code.co_argcount == 0
    made = resource.resource_fn() if takes_nothing else resource.resource_fn(HandResourceContext(key, config))
    if not isinstance(made, Generator):
        return made
    try:
        value = next(made)
    except StopIteration:
        raise DagnbInvariantViolationError(
            "a resource's generator ended without giving the resource", where=f"resource {key}", expected="one yield"
        ) from None
    atexit.register(next, made, None)
    return value
