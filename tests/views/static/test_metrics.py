"""Cutting text to a width."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from dagnb.views.static.metrics import CARD_WIDTHS, card_label, card_width, elide, text_width


@given(st.text(), st.floats(min_value=20, max_value=300), st.sampled_from(["middle", "end"]))
@settings(deadline=None)
def test_cut_text_fits_and_keeps_its_ends(text: str, width: float, cut: str) -> None:
    found = elide(text, width, 13, bold=True, cut="middle" if cut == "middle" else "end")
    assert text_width(found, 13, bold=True) <= max(width, 0) + 1e-6
    if found != text:
        assert text_width(text, 13, bold=True) > width
        head, _, tail = found.partition("…")
        assert text.startswith(head)
        assert cut == "middle" or not tail or "…" in text
        assert text.endswith(tail) or "…" in text


def test_names_keep_as_much_of_their_end_as_of_their_start() -> None:
    found = elide("build_the_very_long_traffic_dashboard", 146)
    head, _, tail = found.partition("…")
    assert abs(len(head) - len(tail)) <= 1
    assert elide("build_the_very_long_traffic_dashboard", 146, cut="end").endswith("…")


def test_wide_characters_count_in_full() -> None:
    assert text_width("数据", 10) >= 20
    assert text_width("é", 10) == text_width("e", 10)
    assert text_width("e\u0301", 10) == text_width("e", 10)


@given(st.lists(st.text(min_size=1), max_size=5))
@settings(deadline=None)
def test_cards_are_from_150_to_170_wide_and_their_labels_fit(names: list[str]) -> None:
    width = card_width(names)
    assert CARD_WIDTHS[0] <= width <= CARD_WIDTHS[1]
    for name in names:
        assert text_width(card_label(name, width), 13, bold=True) <= width - 22
        if width < CARD_WIDTHS[1]:
            assert card_label(name, width) == name
