"""Texts that attack, in every place that a user can write to: what is shown of them stays text (R19)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html.parser import HTMLParser

import pandas as pd
import pytest

import dagnb
from dagnb import AssetMaterialization, EventMetadataEntry, ExpectationResult, Failure, Output, pipeline, solid
from dagnb.views.static.asset_picture import asset_svg, asset_text

CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>1</script>",
    "[x](javascript:alert(1))",
    "\u202egnp.exe",
    "]]><svg onload=alert(1)>",
    "</style></svg><script>1</script>",
    "&lt;b&gt;&#x3c;",
    "\x1b]0;title\x07\x1b[31mred",
    "<iframe srcdoc='<script>'>",
    "\x00\x08\x9b",
]
CARRYING_CODE = {"script", "iframe", "object", "embed", "form", "img", "link", "base", "foreignobject", "use"}


class Markup(HTMLParser):
    """Collects what could run or load something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CARRYING_CODE:
            self.found.append(tag)
        for name, value in attrs:
            target = "".join((value or "").split()).lower()
            if name.startswith("on") or name in ("src", "srcdoc", "action", "formaction"):
                self.found.append((tag, name))
            if name.endswith("href") and not target.startswith(("#", "http://", "https://", "mailto:")):
                self.found.append((tag, name, value))
            if name == "style" and "url(" in target:
                self.found.append((tag, name, value))


def steers(text: str) -> list[str]:
    """Return the characters that steer a terminal or turn the direction of the text behind them."""
    return [char for char in text if (ord(char) < 32 and char not in "\n\t\r") or char in "\x7f\x9b\u202e\u2066"]


@pytest.fixture
def run() -> dagnb.Run:
    @solid(description=CORPUS[0])
    def attack(context) -> Iterator[AssetMaterialization | ExpectationResult | Output]:  # type: ignore[no-untyped-def]
        make = EventMetadataEntry
        for text in CORPUS:
            context.log.info(text, text=text)
            entries = [make.text(text, text), make.url(text, f"u{text}"), make.path(text, f"p{text}")]
            entries += [make.json({text: text}, f"j{text}"), make.md(text, f"m{text}"), make.float(1.5, f"f{text}")]
            entries.append(make.table([{text: text}], f"t{text}"))
            yield AssetMaterialization([text], text, entries, partition=text)
            yield ExpectationResult(False, text, text, entries)
        yield Output(pd.DataFrame({text: [text] for text in CORPUS}))

    @solid
    def raises(attack: object) -> None:
        raise ValueError(" ".join(CORPUS))

    @solid
    def fails(attack: object) -> None:
        raise Failure(CORPUS[1], [EventMetadataEntry.md(text, text) for text in CORPUS])

    @pipeline
    def attacks() -> None:
        data = attack()
        raises(data)
        fails(data)

    return dagnb.execute_pipeline(attacks, raise_on_error=False, tags={"tag": " ".join(CORPUS)})


def test_a_report_of_attacks_is_inert(run: dagnb.Run) -> None:
    page = run.to_html()
    assert Markup(page).found == []
    assert steers(page) == []
    assert "alert(1)" in page


@pytest.mark.parametrize("text", CORPUS)
def test_an_asset_page_of_attacks_is_inert(run: dagnb.Run, text: str) -> None:
    assert run.run_id
    asset = dagnb.asset([text])
    picture = asset_svg(asset.view, now=time.time())
    assert Markup(picture).found == []
    assert steers(picture) == []
    assert steers(asset_text(asset.view)) == []
