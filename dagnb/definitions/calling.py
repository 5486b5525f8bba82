"""A solid called outside of a pipeline, as the function that it is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dagnb.definitions.solid import SolidDefinition

# Found by name, as plug-ins are: definitions declare, and what computes stands in rooms that know them.
_CALLER = ("dagnb.handles.calling", "call_directly")


def compute_directly(definition: SolidDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Compute a solid with these inputs and return what it gives; see `dagnb.build_context`.

    Raises:
        DagnbError: an input is missing, unknown or not of its type, or so is an output; or the context does not fit.
        Exception: what the solid raises.
    """
    __tracebackhide__ = True
    module, name = _CALLER
    return getattr(import_module(module), name)(definition, args, kwargs)
