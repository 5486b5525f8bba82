"""Texts for a terminal."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from dagnb.cli.words import clean, single_line, sparkline
from dagnb.config import Secret


@given(st.text())
def test_nothing_that_steers_a_terminal_gets_through(text: str) -> None:
    assert not any((ord(each) < 32 and each not in "\n\t") or 127 <= ord(each) < 160 for each in clean(text))
    assert "\n" not in single_line(text)


def test_words_of_other_languages_get_through() -> None:
    assert clean("Flüge › 東京 – ✓\n\tzwei") == "Flüge › 東京 – ✓\n\tzwei"


def test_known_secrets_are_masked() -> None:
    secret = Secret("s3cr3t-canary")
    assert clean(f"login with {secret} failed") == "login with ••••• failed"


@pytest.mark.parametrize(
    ("values", "bars"),
    [([], ""), ([3], "▄"), ([0, math.nan, 1], "▁ █"), ([math.inf], " "), ([-1.7e308, 1.7e308], "▁█")],
)
def test_sparkline(values: list[float], bars: str) -> None:
    assert sparkline(values) == bars
