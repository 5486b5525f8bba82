"""Secrets of models from the environment: ``{"env": NAME}`` where a field is a `pydantic.SecretStr`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dagnb.config.models import outline
from dagnb.config.schema import (
    ArrayNode,
    MapNode,
    ModelNode,
    NoneableNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
)
from dagnb.config.secret import remember_secret
from dagnb.config.variants import discriminator_of

if TYPE_CHECKING:
    from pydantic_core import InitErrorDetails

__all__ = ["ENV_ERROR", "environment_name", "with_environment"]

ENV_ERROR = "dagnb_env"


def environment_name(value: Any) -> str | None:
    """Return NAME of ``{"env": NAME}``; None when `value` is something else."""
    name = value.get("env") if isinstance(value, Mapping) and len(value) == 1 else None
    return name if isinstance(name, str) else None


def with_environment(node: ModelNode, value: Any, environ: Mapping[str, str] | None) -> Any:
    """Return a model's document with the variables that its secrets name read; itself when it names none.

    Args:
        node: the model.
        value: its document.
        environ: where variables are looked up; None: nowhere, and the name stands for what it holds.

    Raises:
        pydantic_core.ValidationError: variables that are not set, each with its place.
    """
    shown = outline(node)
    name = discriminator_of(node.model)
    if name is not None and isinstance(shown, SelectorNode) and isinstance(value, Mapping) and name in value:
        field = shown.fields.get(value[name]) if isinstance(value[name], str) else None
        shown = shown if field is None else field.node
    walk = _Walk(environ)
    filled = walk.fill(shown, value, ())
    if walk.missing:
        from pydantic_core import ValidationError

        raise ValidationError.from_exception_data(node.name, walk.missing)
    return filled if walk.found else value


class _Walk:
    def __init__(self, environ: Mapping[str, str] | None) -> None:
        self._environ = environ
        self.found = 0
        self.missing: list[InitErrorDetails] = []

    def fill(self, node: SchemaNode | None, value: Any, path: tuple[str | int, ...]) -> Any:
        """Return a copy of `value` with the variables read."""
        while isinstance(node, NoneableNode):
            node = node.inner
        match node:
            case SourceNode():
                name = environment_name(value)
                return value if name is None else self._read(name, value, path)
            case ShapeNode(fields) | SelectorNode(fields) if isinstance(value, Mapping):
                return {
                    key: self.fill(fields[key].node, part, (*path, key)) if key in fields else part
                    for key, part in value.items()
                }
            case MapNode(_, inner) if isinstance(value, Mapping):
                return {key: self.fill(inner, part, (*path, key)) for key, part in value.items()}
            case ArrayNode(item) if isinstance(value, list):
                return [self.fill(item, part, (*path, number)) for number, part in enumerate(value)]
            case _:
                return value

    def _read(self, name: str, value: Any, path: tuple[str | int, ...]) -> str:
        self.found += 1
        if self._environ is None:
            return name
        text = self._environ.get(name)
        if text is not None:
            remember_secret(text, is_certain=True)
            return text
        from pydantic_core import PydanticCustomError

        problem = PydanticCustomError(ENV_ERROR, "not set", {"name": name, "is_set": False})
        self.missing.append({"type": problem, "loc": path, "input": value})
        return name
