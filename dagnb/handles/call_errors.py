"""What can be wrong with a call of a solid as a function."""

from __future__ import annotations

from dagnb.definitions.bodies import CellBody, FunctionBody
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbError
from dagnb.types import Nothing

_CONFIG = "config"


class DagnbCallError(DagnbError, TypeError):
    """A solid called as a function with other arguments than it takes.

    Args:
        solid: what was called.
        what: what is wrong.
        got: what was given.
        expected: what it takes.
        with_context: whether the line to write in its place has a context (default: when the solid takes one).
        hint: what to do, in place of that line.

    >>> from dagnb import solid
    >>> @solid(config_schema={"by": int})
    ... def scale(context, number: int) -> int:
    ...     return number * context.solid_config["by"]
    >>> print(DagnbCallError(scale, "the solid takes a context, and none was given"))
    the solid takes a context, and none was given
      at: solid scale
      next: scale(build_context(config={"by": ...}), number=...)
    """

    def __init__(
        self,
        solid: SolidDefinition,
        what: str,
        *,
        got: str | None = None,
        expected: str | None = None,
        with_context: bool | None = None,
        hint: str | None = None,
    ) -> None:
        self.solid = solid.name
        line = hint or call_line(solid, with_context=takes_context(solid) if with_context is None else with_context)
        super().__init__(what, where=f"solid {solid.name}", got=got, expected=expected, hint=line)


def takes_context(solid: SolidDefinition) -> bool:
    """Tell whether the solid's function has a context among its parameters."""
    return isinstance(solid.body, FunctionBody) and not isinstance(solid.body, CellBody) and solid.body.takes_context


def call_line(solid: SolidDefinition, *, with_context: bool) -> str:
    """Return the line that calls a solid, what is to be filled in as dots.

    >>> from dagnb import lambda_solid
    >>> @lambda_solid
    ... def add(a: int, b: int = 1) -> int:
    ...     return a + b
    >>> call_line(add, with_context=False)
    'add(a=...)'
    """
    needed = [each for each in solid.inputs.values() if not each.has_default and each.type is not Nothing]
    given = [f"{each.name}=..." for each in needed]
    context = [context_line(solid)] if with_context else []
    return f"{solid.name}({', '.join([*context, *given])})"


def context_line(solid: SolidDefinition) -> str:
    """Return the call of `build_context` that gives a solid what it needs.

    >>> from dagnb import solid
    >>> @solid(required_resource_keys={"db"})
    ... def load(context):
    ...     return context.resources.db
    >>> context_line(load)
    'build_context(resources={"db": ...})'
    """
    arguments = []
    config = _required_config(solid)
    if config is not None:
        arguments.append(f"{_CONFIG}={config}")
    if solid.required_resource_keys:
        given = ", ".join(f'"{key}": ...' for key in sorted(solid.required_resource_keys))
        arguments.append(f"resources={{{given}}}")
    return f"build_context({', '.join(arguments)})"


def _required_config(solid: SolidDefinition) -> str | None:
    if solid.config_field is None or not solid.config_field.is_required:
        return None
    from dagnb.config.schema import ShapeNode

    if not isinstance(solid.config_node, ShapeNode):
        return "..."
    required = (name for name, field in solid.config_node.fields.items() if field.is_required)
    return "{" + ", ".join(f'"{name}": ...' for name in required) + "}"
