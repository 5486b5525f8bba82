"""Retry policies: how often a failed step is tried again, and how long it waits before."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError

_LONGEST = 10.0 * 365 * 86_400  # seconds
_MOST_DOUBLINGS = 60  # beyond the longest wait, whatever the delay


class Backoff(StrEnum):
    """How the delay grows from one retry to the next."""

    LINEAR = "linear"
    EXPONENTIAL = "exponential"


class Jitter(StrEnum):
    """How chance changes a delay: anything up to it, or as much more as less."""

    FULL = "full"
    PLUS_MINUS = "plus_minus"


class RetryPolicy:
    """Say how often a step that failed is tried again.

    Args:
        max_retries: how many times after the first try (default 1).
        delay: seconds before the first retry (default: none).
        backoff: how the delay grows: ``Backoff.LINEAR`` (n times), ``Backoff.EXPONENTIAL`` (2 ** n - 1 times); by
            default it does not.
        jitter: how chance changes it: ``Jitter.FULL`` (0 to the delay), ``Jitter.PLUS_MINUS`` (0 to twice the delay);
            by default it does not.

    Raises:
        DagnbInvalidDefinitionError: a number below zero, or a backoff or a jitter without a delay.

    >>> RetryPolicy(max_retries=3, delay=0.5, backoff=Backoff.EXPONENTIAL).seconds(2)
    1.5
    """

    __slots__ = ("backoff", "delay", "jitter", "max_retries")

    def __init__(
        self,
        max_retries: int = 1,
        delay: float | None = None,
        backoff: Backoff | str | None = None,
        jitter: Jitter | str | None = None,
    ) -> None:
        self.max_retries = _at_least_zero("max_retries", max_retries, int)
        self.delay = None if delay is None else _at_least_zero("delay", delay, (int, float))
        self.backoff = None if backoff is None else _choice("backoff", backoff, Backoff)
        self.jitter = None if jitter is None else _choice("jitter", jitter, Jitter)
        if delay is None and (backoff is not None or jitter is not None):
            raise DagnbInvalidDefinitionError(
                f"a {'backoff' if backoff is not None else 'jitter'} changes the delay, and there is none",
                where="RetryPolicy",
                hint="RetryPolicy(..., delay=1.0), in seconds",
            )

    def seconds(self, retry: int, chance: float = 0.5) -> float:
        """Return how long to wait before a retry.

        Args:
            retry: which one, from 1.
            chance: where in the jitter's range it falls, from 0 to 1.
        """
        if not self.delay:
            return 0.0
        times = {None: 1, Backoff.LINEAR: retry, Backoff.EXPONENTIAL: 2 ** min(retry, _MOST_DOUBLINGS) - 1}
        wait = min(float(self.delay * times[self.backoff]), _LONGEST)
        if self.jitter is Jitter.FULL:
            return wait * chance
        return wait * 2 * chance if self.jitter is Jitter.PLUS_MINUS else wait

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RetryPolicy):
            return NotImplemented
        return self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())

    def _facts(self) -> tuple[Any, ...]:
        return (self.max_retries, self.delay, self.backoff, self.jitter)

    def __repr__(self) -> str:
        given = {"delay": self.delay, "backoff": self.backoff, "jitter": self.jitter}
        rest = "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)
        return f"RetryPolicy(max_retries={self.max_retries}{rest})"


def check_retry_policy(given: Any, where: str) -> RetryPolicy | None:
    """Return the policy.

    Raises:
        DagnbInvalidDefinitionError: it is none.
    """
    if given is None or isinstance(given, RetryPolicy):
        return given
    raise DagnbInvalidDefinitionError(
        "retry_policy is a RetryPolicy", where=where, got=told(given), expected="RetryPolicy(max_retries=3)"
    )


def _at_least_zero(name: str, value: Any, kinds: Any) -> Any:
    if isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value < math.inf:
        return value
    raise DagnbInvalidDefinitionError(
        f"{name} is a number that is not below zero",
        where="RetryPolicy",
        got=told(value),
        expected="an integer from 0" if kinds is int else "seconds",
    )


def _choice(name: str, value: Any, kind: type[Backoff | Jitter]) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise DagnbInvalidDefinitionError(
            f"there is no such {name}",
            where="RetryPolicy",
            got=repr(value)[:80],
            expected=" or ".join(f"{kind.__name__}.{each.name}" for each in kind),
        ) from None
