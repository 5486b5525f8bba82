"""The lines of an axis."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.views.static.axis import nice_ticks, tick_label, time_ticks

numbers = st.floats(min_value=-1e200, max_value=1e200)


@given(numbers, numbers)
@settings(deadline=None)
def test_ticks_enclose_the_range_in_a_few_even_steps(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    ticks = nice_ticks(low, high)
    room = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] <= low + room
    assert high - room <= ticks[-1]
    assert 2 <= len(ticks) <= 6
    steps = [after - before for before, after in pairwise(ticks)]
    assert min(steps) > 0
    assert max(steps) == pytest.approx(min(steps), rel=1e-3)


@given(st.floats(min_value=-1e6, max_value=1e6), st.floats(min_value=1e-4, max_value=1e6))
@settings(deadline=None)
def test_labels_tell_ticks_apart(low: float, length: float) -> None:
    ticks = nice_ticks(low, low + length)
    assert len({tick_label(tick, ticks) for tick in ticks}) == len(ticks)


@given(st.floats(min_value=0, max_value=1e9))
@settings(deadline=None)
def test_a_time_axis_has_few_lines_and_begins_at_nought(length: float) -> None:
    ticks = time_ticks(length)
    assert ticks[0] == 0
    assert ticks[-1] <= length + 1e-6
    assert len(ticks) <= 9


def test_time_is_counted_in_minutes_and_hours() -> None:
    assert time_ticks(90) == [0, 15, 30, 45, 60, 75, 90]
    assert time_ticks(3600 * 5) == [0, 3600, 7200, 10800, 14400, 18000]
    assert time_ticks(86400 * 20)[1] == 86400 * 3
