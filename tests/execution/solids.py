"""Small solids that the tests of runs put together."""

from __future__ import annotations

from dagnb import lambda_solid, solid


@lambda_solid
def one() -> int:
    return 1


@lambda_solid
def double(number: int) -> int:
    return 2 * number


@solid
def broken(number: int = 0) -> int:
    raise ValueError(f"no rows for {number}")
