"""Round places for the lines of an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["nice_ticks", "tick_label", "time_ticks"]

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DAY = 86_400.0
# Beyond these an axis is written with exponents.
_LARGE, _SMALL = 1e9, 1e-6
_CLOCK_STEPS = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0, _DAY)


def nice_ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round numbers that enclose a range, at most `most` steps of 1, 2, 2.5 or 5 times a power of ten.

    A range without width is given some around its number.

    >>> nice_ticks(0.31, 0.44), nice_ticks(309_102, 310_204), nice_ticks(0.4, 0.4)
    ([0.3, 0.35, 0.4, 0.45], [309000.0, 309500.0, 310000.0, 310500.0], [0.35, 0.375, 0.4, 0.425, 0.45])
    """
    # Where doubles stand further apart than the steps would, the axis would not grow.
    least = max(abs(low), abs(high)) * 1e-9
    if high - low <= least:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    step = _step((high - low) / most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if last - first > most:
        step = _step(step * 1.01)
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(index * step, digits) for index in range(first, last + 1)]


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (*_STEPS, 20.0) if step * power >= least)


def tick_label(value: float, ticks: Sequence[float]) -> str:
    """Write a tick with the digits that its axis needs.

    >>> [tick_label(value, [0.3, 0.35, 0.4]) for value in (0.3, 0.35)], tick_label(310_000.0, [309_500.0, 310_000.0])
    (['0.30', '0.35'], '310,000')
    """
    step = ticks[1] - ticks[0]
    if max(map(abs, ticks)) >= _LARGE or step < _SMALL:
        return f"{value:.4g}"
    digits = next((digits for digits in range(9) if abs(round(step, digits) - step) < step * 1e-6), 9)
    return f"{value:,.{digits}f}"


def time_ticks(length: float, most: int = 8) -> list[float]:
    """Seconds from nought on at which a time axis of this length gets its lines: round as people count time.

    >>> time_ticks(4.3), time_ticks(400.0, most=4)
    ([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 120.0, 240.0, 360.0])
    """
    least = max(length, 1e-3) / most
    step = next((wide for wide in _CLOCK_STEPS if wide >= least), math.ceil(least / _DAY) * _DAY)
    if least <= _STEPS[-1]:
        step = _step(least)
    return [round(index * step, 6) for index in range(int(length / step + 1e-9) + 1)]
