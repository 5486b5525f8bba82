"""Colours: what is written can be read."""

from __future__ import annotations

from typing import get_args

import pytest

from dagnb.views.models import RunState, Status
from dagnb.views.static.palette import DARK, LIGHT, TONES_ANYWHERE, Palette, palette_of, variables


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_has_a_contrast_of_four_and_a_half(palette: Palette) -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    written = {palette.ink, palette.muted, palette.success, palette.running, palette.failure}
    written |= {palette.status_text(status) for status in get_args(Status)}
    written |= {palette.run(state) for state in get_args(RunState)}
    for color in written:
        assert contrast(color, palette.page) >= 4.5
        assert contrast(color, palette.panel) >= 4.5
    assert contrast(palette.failure, palette.faint_failure) >= 4.5


def test_tones_for_any_page_are_read_on_white_and_on_black() -> None:
    for color in TONES_ANYWHERE.values():
        assert contrast(color, "#ffffff") >= 4.5
        assert contrast(color, "#000000") >= 4.5


def test_a_page_of_our_own_sets_every_colour_that_its_pictures_use() -> None:
    page = palette_of("page")
    assert page.faint_failure == "var(--faint-failure)"
    assert variables(DARK).count(":") == variables(LIGHT).count(":")
    for name in ("page", "accent", "faint_running"):
        assert getattr(page, name)[4:-1] + ":" in variables(LIGHT)
