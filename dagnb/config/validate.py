"""Validate a whole config document at once: every problem with its path, or the resolved value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dagnb.config.errors import ConfigProblem, DagnbConfigError, ProblemReason
from dagnb.config.frozen import freeze

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

    from dagnb.config.schema import SchemaNode

__all__ = ["Validator", "compile_schema"]


class Validator:
    """Validates values against one schema tree; compiles it at the first use and keeps the result."""

    __slots__ = ("_core", "node")

    def __init__(self, node: SchemaNode) -> None:
        self.node = node
        self._core: SchemaValidator | None = None

    def validate(
        self,
        value: Any,
        *,
        environ: Mapping[str, str] | None = os.environ,
        subject: str = "config",
    ) -> Any:
        """Return `value` with defaults filled in and environment variables read; mappings and lists read-only.

        Args:
            value: a config document, as `parse_document` or a user's dict gives it. It is not changed.
            environ: where ``{"env": NAME}`` is looked up; None: nowhere, such values become None.
            subject: what the config belongs to, for the error's text.

        Raises:
            DagnbConfigError: with every problem.

        >>> from dagnb.config import Field, resolve_schema
        >>> schema = resolve_schema({"origin": str, "folds": Field(int, default_value=5)})
        >>> compile_schema(schema).validate({"origin": "JFK"})
        {'origin': 'JFK', 'folds': 5}
        """
        resolved, problems = self.check(value, environ=environ)
        if problems:
            raise DagnbConfigError(problems, subject=subject, config_value=value)
        return resolved

    def problems(self, value: Any, *, environ: Mapping[str, str] | None = os.environ) -> tuple[ConfigProblem, ...]:
        """Return every problem of `value`; empty when it is valid. Arguments as in `validate`."""
        return self.check(value, environ=environ)[1]

    def check(
        self, value: Any, *, environ: Mapping[str, str] | None = os.environ
    ) -> tuple[Any, tuple[ConfigProblem, ...]]:
        """Return the resolved value and no problems, or None and every problem. Arguments as in `validate`."""
        from pydantic_core import ValidationError

        core = self._core or self._compile()
        try:
            return freeze(core.validate_python(value, context={"environ": environ})), ()
        except ValidationError as error:
            plain = plain_scalars(value)
            if plain is not value:
                return self.check(plain, environ=environ)
            from dagnb.config.problems import problems_from

            return None, problems_from(self.node, error)
        except RecursionError:
            return None, (_CONTAINS_ITSELF,)

    def _compile(self) -> SchemaValidator:
        from pydantic_core import SchemaValidator

        from dagnb.config.core import core_schema_for

        self._core = SchemaValidator(core_schema_for(self.node))
        return self._core

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.node,)


def plain_scalars(value: Any) -> Any:
    """Return a document with NumPy's numbers and booleans as Python's; itself when there are none."""
    if isinstance(value, Mapping):
        items = {key: plain_scalars(item) for key, item in value.items()}
        return items if any(items[key] is not value[key] for key in items) else value
    if isinstance(value, list | tuple):
        parts = [plain_scalars(item) for item in value]
        return parts if any(part is not item for part, item in zip(parts, value, strict=True)) else value
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        return value.item()
    return value


_CONTAINS_ITSELF = ConfigProblem(
    path=(),
    reason=ProblemReason.INVALID_VALUE,
    expected="a document of reasonable depth",
    got="one that contains itself or is nested too deep",
)


def compile_schema(node: SchemaNode) -> Validator:
    """Return the validator of a schema tree. Keep it: the work is done at its first validation.

    One validator for a whole run config document is right: 1000 solids take about 25 ms, once.
    """
    return Validator(node)
