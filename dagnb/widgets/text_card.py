"""Draw a text as a static picture: a card with a title and numbered lines."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

LINE_HEIGHT = 19
HEAD = 38
MOST_LINES = 60
MOST_COLUMNS = 110
CHARACTER = 7.8


def text_card(marker: str, title: str, text: str) -> str:
    """Return an SVG of a text in a card, as large as the text is, cut after 60 lines and 110 columns.

    Args:
        marker: the id of the ``<svg>``.
        title: the card's first line, and the picture's title.
        text: the text.

    Presentation attributes only, on a ground of its own: it reads on white and on black.

    >>> text_card("m", "flights", "solids: {}").startswith('<svg id="m" xmlns="http://www.w3.org/2000/svg"')
    True
    """
    lines = text.rstrip().split("\n")
    shown = [line if len(line) <= MOST_COLUMNS else f"{line[: MOST_COLUMNS - 1]}…" for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"… {len(lines) - MOST_LINES} more lines")
    width = round(max(360.0, 70 + CHARACTER * max(len(line) for line in [*shown, title])))
    height = HEAD + 16 + LINE_HEIGHT * len(shown)
    mono = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13"'
    rows = "".join(
        f'<text x="34" y="{HEAD + 22 + LINE_HEIGHT * at}" {mono} fill="#8a94a1" text-anchor="end">{at + 1}</text>'
        f'<text x="46" y="{HEAD + 22 + LINE_HEIGHT * at}" {mono} fill="#1c2430" xml:space="preserve">'
        f"{_xml(line)}</text>"
        for at, line in enumerate(shown)
    )
    return (
        f'<svg id={quoteattr(marker)} xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img"><title>{_xml(title)}</title>'
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6" fill="#ffffff" stroke="#e3e6ea"/>'
        f'<path d="M1 {HEAD}V6a5 5 0 0 1 5-5h{width - 12}a5 5 0 0 1 5 5v{HEAD - 6}z" fill="#fafbfc"/>'
        f'<path d="M1 {HEAD}h{width - 2}" stroke="#e3e6ea"/>'
        f'<text x="12" y="24" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="13" font-weight="600"'
        f' fill="#1c2430">{_xml(title)}</text>{rows}</svg>'
    )


def _xml(text: str) -> str:
    # XML 1.0 has no word for most control characters: one of them would make the whole picture unreadable.
    return escape("".join(character if character >= " " or character == "\t" else "�" for character in text))
