"""Check a default where it is written, without starting the validator when the answer is obvious."""

from __future__ import annotations

from dataclasses import replace

from dagnb.config.errors import DagnbConfigError
from dagnb.config.schema import NO_LIMITS, NoneableNode, ScalarKind, ScalarNode, SchemaNode

__all__ = ["check_default"]

_EXACT: dict[ScalarKind, tuple[type, ...]] = {
    ScalarKind.BOOL: (bool,),
    ScalarKind.INT: (int,),
    ScalarKind.FLOAT: (float, int),
    ScalarKind.STRING: (str,),
}


def check_default(node: SchemaNode, default: object) -> None:
    """Raise when `default` does not pass `node`; environment variables are not looked up.

    Raises:
        DagnbConfigError: with the problems of the default.
    """
    if _is_obvious(node, default):
        return
    from dagnb.config.validate import compile_schema

    problems = compile_schema(node).problems(default, environ=None)
    if problems:
        raise DagnbConfigError(
            (replace(problem, path=("the default", *problem.path)) for problem in problems),
            subject="default",
            config_value=default,
        )


def _is_obvious(node: SchemaNode, default: object) -> bool:
    # Importing pydantic_core takes longer than everything else a definition does, so the common
    # scalar defaults are let through here; only what fails or is not simple reaches the validator.
    if isinstance(node, NoneableNode):
        return default is None or _is_obvious(node.inner, default)
    if isinstance(node, ScalarNode) and node.limits == NO_LIMITS:
        return node.kind is ScalarKind.ANY or type(default) in _EXACT[node.kind]
    return False
