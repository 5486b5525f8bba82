"""What a benchmark gives: a figure, the reference measured beside it, and the budget for the two."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Args:
        what: what was measured.
        figure: the measured value, for people.
        reference: what it was held against in the same run, for people.
        value: the number that the budget is about.
        budget: its bound.
        better: whether the value should be at most, or at least, the bound.
        cpu: CPU time, for people, where the figure is wall time.
    """

    what: str
    figure: str
    reference: str
    value: float
    budget: float
    better: Literal["at most", "at least"] = "at most"
    cpu: str = ""

    @property
    def is_met(self) -> bool:
        return self.value <= self.budget if self.better == "at most" else self.value >= self.budget

    def __str__(self) -> str:
        sign = "<=" if self.better == "at most" else ">="
        mark = "met" if self.is_met else "MISSED"
        return (
            f"{self.what:52} {self.figure:>26} {self.cpu:>22} | {self.reference:34} | "
            f"{self.value:8.2f} {sign} {self.budget:g} {mark}"
        )


def seconds(action: Callable[[], Any]) -> tuple[float, float]:
    """Return the wall and CPU seconds of one call."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - wall, time.process_time() - cpu


def in_turn(
    ours: Callable[[], Any], reference: Callable[[], Any], rounds: int = 5
) -> tuple[tuple[float, float], tuple[float, float], float, float]:
    """Time two actions in turn.

    Returns:
        Median (wall, CPU) seconds of ours and of the reference, then the medians of the rounds' wall and CPU ratios.
    """
    ours(), reference()
    pairs = [(seconds(reference), seconds(ours)) for _ in range(rounds)]
    median = statistics.median
    return (
        (median(b[0] for _, b in pairs), median(b[1] for _, b in pairs)),
        (median(a[0] for a, _ in pairs), median(a[1] for a, _ in pairs)),
        median(b[0] / a[0] for a, b in pairs),
        median(b[1] / max(a[1], 1e-6) for a, b in pairs),
    )


def ms(value: float) -> str:
    """Write seconds as milliseconds."""
    return f"{value * 1000:,.1f} ms"
