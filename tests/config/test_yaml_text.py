from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from dagnb.config import Secret, parse_document
from dagnb.config.yaml_text import write_value


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_read_again_by_this_and_by_other_readers(text: str) -> None:
    written = f"k: {write_value(text)}"
    assert parse_document(written).value == {"k": text}
    assert yaml.safe_load(written) == {"k": text}


@settings(deadline=None)
@given(st.floats(allow_nan=False))
def test_any_number_is_read_again_by_this_and_by_other_readers(number: float) -> None:
    written = f"k: {write_value(number)}"
    assert parse_document(written).value == {"k": number}
    assert yaml.safe_load(written) == {"k": number}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a b", "a b"),
        ("/data/x.csv", "/data/x.csv"),
        ("yes", '"yes"'),
        ("5", '"5"'),
        ("a: b", '"a: b"'),
        ("", '""'),
        (1e-05, "1.0e-05"),
        (math.nan, ".nan"),
        ((1, "x"), "[1, x]"),
        ({1: None}, "{1: null}"),
        (Secret("t0psecret"), "t0psecret"),
    ],
)
def test_values_are_written_as_plainly_as_is_safe(value: Any, written: str) -> None:
    assert write_value(value) == written
