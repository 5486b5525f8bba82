"""A module that cannot be imported."""

from __future__ import annotations

from dagnb import pipeline


def helper() -> None:
    raise RuntimeError("no licence found")


helper()


@pipeline
def never() -> None: ...
