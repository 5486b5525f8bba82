"""Say of a problem with a resource's config which mode it is for, and which other mode takes what was given."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dagnb.config.errors import ConfigPath, ConfigProblem, DagnbConfigError, ProblemReason
from dagnb.config.schema import ModelNode, NoneableNode, SchemaNode, SelectorNode, ShapeNode
from dagnb.config.validate import Validator

if TYPE_CHECKING:
    from dagnb.definitions.mode import ModeDefinition

_TOLD = (ProblemReason.UNKNOWN_FIELD, ProblemReason.MISSING_FIELD)


class ModeValidator(Validator):
    """Validates the run config for one of a pipeline's modes, and knows the others.

    Args:
        node: the schema of the run config in this mode.
        mode: the name of the mode.
        modes: all modes of the pipeline, by name.
    """

    __slots__ = ("_mode", "_modes")

    def __init__(self, node: SchemaNode, mode: str, modes: Mapping[str, ModeDefinition]) -> None:
        super().__init__(node)
        self._mode = mode
        self._modes = modes

    def validate(self, value: Any, *, environ: Mapping[str, str] | None = os.environ, subject: str = "config") -> Any:
        """Return `value` with defaults filled in; see `Validator.validate`.

        Raises:
            DagnbConfigError: with every problem.
        """
        try:
            return super().validate(value, environ=environ, subject=subject)
        except DagnbConfigError as error:
            raise DagnbConfigError(self._in_mode(error.errors), subject=error.subject) from None

    def problems(self, value: Any, *, environ: Mapping[str, str] | None = os.environ) -> tuple[ConfigProblem, ...]:
        """Return every problem of `value`; empty when it is valid."""
        return self._in_mode(super().problems(value, environ=environ))

    def _in_mode(self, problems: Iterable[ConfigProblem]) -> tuple[ConfigProblem, ...]:
        return tuple(_explain(problem, self._mode, self._modes) for problem in problems)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.node, self._mode, dict(self._modes))


def _explain(problem: ConfigProblem, mode: str, modes: Mapping[str, ModeDefinition]) -> ConfigProblem:
    path = problem.path
    if len(path) <= 1 or path[0] != "resources" or problem.reason not in _TOLD:
        return problem
    keys = modes[mode].resource_defs
    expected = problem.expected
    if len(path) == 2 and problem.reason is ProblemReason.UNKNOWN_FIELD:  # noqa: PLR2004  (resources › key)
        expected = (
            f"{'one of the resources' if len(keys) > 1 else 'the resource'} {', '.join(keys)}"
            if keys
            else ("no resources")
        )
    if len(modes) == 1:
        return replace(problem, expected=expected)
    hint = problem.hint
    if problem.reason is ProblemReason.UNKNOWN_FIELD:
        others = [name for name, other in modes.items() if name != mode and _takes(other, path)]
        if others:
            which = f"the mode {others[0]} takes" if len(others) == 1 else f"the modes {', '.join(others)} take"
            hint = f'{which} it: run with mode="{others[0]}", or leave it out'
    return replace(problem, expected=f"{expected} in the mode {mode}", hint=hint)


def _takes(mode: ModeDefinition, path: ConfigPath) -> bool:
    """Tell whether the run config in that mode has a place at the path, which begins at `resources`."""
    resource = mode.resource_defs.get(str(path[1]))
    if resource is None:
        return False
    node: SchemaNode | None = resource.config_node
    if len(path) > 2 and (path[2] != "config" or node is None):  # noqa: PLR2004  (resources › key › config)
        return False
    for part in path[3:]:
        node = _below(node, part)
        if node is None:
            return False
    return True


def _below(node: SchemaNode | None, part: str | int) -> SchemaNode | None:
    while isinstance(node, NoneableNode | ModelNode):
        if isinstance(node, ModelNode):
            from dagnb.config.models import outline

            node = outline(node)
        else:
            node = node.inner
    if isinstance(node, ShapeNode | SelectorNode):
        field = node.fields.get(str(part))
        return field.node if field is not None else None
    return None
