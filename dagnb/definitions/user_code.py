"""Calls of the functions that a user gave to a partition set or a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dagnb.definitions.names import check_tags
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbPartitionError, DagnbScheduleError

Failing = type[DagnbPartitionError] | type[DagnbScheduleError]


def call(function: Callable[..., Any], *arguments: Any, failing: Failing, where: str) -> Any:
    """Call a user's function.

    Args:
        function: the function.
        *arguments: what it is given.
        failing: the error to raise when it raises; what it raised is the cause.
        where: the definition and the function's part in it.

    Raises:
        DagnbPartitionError, DagnbScheduleError: it raised.
    """
    try:
        return function(*arguments)
    except failing:
        raise
    except Exception as error:
        message = str(error)
        raise failing(
            "a function of the definition raised",
            where=where,
            got=f"{type(error).__name__}: {message}" if message else type(error).__name__,
            hint="the traceback above is the function's own",
        ) from error


def call_for_config(function: Callable[..., Any], *arguments: Any, failing: Failing, where: str) -> dict[str, Any]:
    """Call a user's function that returns a run config.

    Raises:
        DagnbPartitionError, DagnbScheduleError: it raised, or returned something else.
    """
    made = call(function, *arguments, failing=failing, where=where)
    if not isinstance(made, Mapping):
        raise failing(
            "the function did not return a run config",
            where=where,
            got=told(made),
            expected="a dict",
            hint="return {} where nothing is configured",
        )
    return dict(made)


def call_for_tags(function: Callable[..., Any], *arguments: Any, failing: Failing, where: str) -> dict[str, str]:
    """Call a user's function that returns tags.

    Raises:
        DagnbPartitionError, DagnbScheduleError: it raised, or returned something else.
    """
    made = call(function, *arguments, failing=failing, where=where)
    if not isinstance(made, Mapping):
        got = told(made)
        raise failing("the function did not return tags", where=where, got=got, expected="a dict of texts")
    try:
        return check_tags(made, where)
    except DagnbInvalidDefinitionError as error:
        raise failing(error.what, where=error.where, got=error.got) from error


def check_function(function: Any, where: str, argument: str) -> None:
    """Refuse what cannot be called.

    Raises:
        DagnbInvalidDefinitionError: it cannot be called.
    """
    if not callable(function):
        raise DagnbInvalidDefinitionError(
            f"{argument} is a function",
            where=where,
            got=told(function),
        )
