from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given, strategies as st

from dagnb.widgets.text_card import MOST_LINES, text_card


@given(title=st.text(max_size=30), text=st.text(max_size=300))
def test_any_text_is_a_picture_that_can_be_read(title: str, text: str) -> None:
    root = ET.fromstring(text_card("dagnb-1", title, text).encode("utf-8", "replace"))  # noqa: S314  our own picture
    assert root.get("id") == "dagnb-1"


def test_the_picture_has_no_script_and_no_style() -> None:
    picture = text_card("m", "<script>alert(1)</script>", "a: <style>*{}</style>")
    assert "<script" not in picture
    assert "<style" not in picture
    assert "a: &lt;style&gt;" in picture


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    picture = text_card("m", "t", "\n".join(f"line {number}" for number in range(MOST_LINES + 5)))
    assert "… 5 more lines" in picture
    assert f"line {MOST_LINES}<" not in picture
