"""What a body that composes may be, and what may be handed to the solids that it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

from dagnb.definitions.bodies import VARIADIC, style_of
from dagnb.definitions.stubs import DynamicHandle, OutputHandles
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError

EXPECTED = "the output of a solid that is called in this pipeline, or a list of such"


def check_composition_function(function: Callable[..., Any], what: str) -> tuple[str, ...]:
    """Return the parameters of a function whose body composes a pipeline or a composite solid.

    Raises:
        DagnbInvalidDefinitionError: it is no plain function, or takes ``*args``.
    """
    code = getattr(function, "__code__", None)
    if code is None:
        raise DagnbInvalidDefinitionError(
            f"a {what} is made of a function",
            got=told(function),
            expected="a function that calls solids",
            hint=f"@{what.replace(' ', '_')} def my_{what.split(maxsplit=1)[0]}(): ...",
        )
    style = style_of(code)
    where = f"{what} {function.__name__}"
    if style != "plain":
        raise DagnbInvalidDefinitionError(
            f"a {what}'s body is a plain function",
            where=where,
            got="a function with yield" if style == "generator" else "async def",
            hint="call the solids one after the other; what they compute may yield or await",
        )
    if code.co_flags & VARIADIC:
        raise DagnbInvalidDefinitionError(
            f"a {what} takes no *args and no **kwargs", where=where, hint="name each input"
        )
    parameters: tuple[str, ...] = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return parameters


def check_config_mapping(what: str, where: str, config_schema: Any, config_fn: Any) -> None:
    """Check that a pipeline or a composite solid has both a config schema and the function that maps it, or neither.

    Raises:
        DagnbInvalidDefinitionError: one of them is missing, or the function is none.
    """
    if (config_schema is None) != (config_fn is None):
        missing = "config_fn" if config_fn is None else "config_schema"
        raise DagnbInvalidDefinitionError(
            f"a {what}'s config_schema and config_fn come together, and {missing} is missing",
            where=where,
            hint=f"config_fn takes the {what}'s config and returns that of the solids in it: "
            '{"solid": {"config": ...}}',
        )
    if config_fn is not None and not callable(config_fn):
        raise DagnbInvalidDefinitionError(
            "config_fn is a function", where=where, got=told(config_fn), expected="a function of the config"
        )


def not_an_output(where: str, input_name: str, value: Any) -> DagnbInvalidDefinitionError:
    """Return the error for something handed to an input that is no output."""
    if isinstance(value, DynamicHandle):
        return DagnbInvalidDefinitionError(
            "a dynamic output was given as if it were one value",
            where=where,
            got=repr(value),
            expected=EXPECTED,
            hint=".map(lambda value: solid(value)) calls it for each value, .collect() hands on the list",
        )
    if isinstance(value, OutputHandles):
        names = value.names()
        return DagnbInvalidDefinitionError(
            "all outputs of a solid were given at once",
            where=where,
            got=f"the outputs {', '.join(names)}",
            expected=EXPECTED,
            hint=f"take one: {names[0]} is its attribute",
        )
    if isinstance(value, tuple | set | frozenset | Mapping | Iterator):
        hint = f"a list of outputs fans in; a {type(value).__name__} does not"
    elif isinstance(value, FunctionType):
        hint = f"@solid above def {value.__name__} makes a solid of it, to be called here"
    elif value is None:
        hint = "a solid without outputs gives None; declare an output of type Nothing to order by it"
    else:
        hint = f"constants come from config: give the solid a config_schema, or {input_name} a default value"
    return DagnbInvalidDefinitionError(
        "an input is connected to something that is no output",
        where=where,
        got=told(value),
        expected=EXPECTED,
        hint=hint,
    )
