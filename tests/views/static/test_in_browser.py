"""The static forms in a real browser: the picture loads as an image, its texts stay inside, a report runs nothing."""

from __future__ import annotations

import base64
import html
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dagnb.views.static.html import report_html
from dagnb.views.static.svg import gantt_rows, gantt_svg, graph_svg, series_svg
from tests.chromium import ARGUMENTS
from tests.views.graphs import graph_view
from tests.views.static.samples import ATTACKS, EDGE_STATES, GRAPH, NOW, RUN, SERIES, STATES, hostile, hostile_details

pytestmark = pytest.mark.browser


def dump(chromium_path: str, page: str, folder: Path) -> str:
    """The page's markup after it has loaded and run."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8", errors="replace")
    command = [
        chromium_path,
        "--headless",
        *ARGUMENTS,
        f"--user-data-dir={folder / 'profile'}",
        "--dump-dom",
        str(file),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def evaluate(chromium_path: str, body: str, script: str, folder: Path) -> Any:
    """What the script's function `result()` returns once everything has loaded."""
    show = "onload = () => { document.getElementById('out').textContent = JSON.stringify(result()) }"
    page = f"<!DOCTYPE html><meta charset=utf-8>{body}<pre id=out></pre><script>{script}\n{show}</script>"
    text = dump(chromium_path, page, folder).split('<pre id="out">')[1].split("</pre>")[0]
    return json.loads(html.unescape(text))


def test_pictures_load_as_images_whatever_the_names(chromium_path: str, tmp_path: Path) -> None:
    names = [hostile(index) for index in range(len(ATTACKS))]
    hostile_graph = graph_view(names, [(0, 1), (1, 2)], name=hostile(2))
    pictures = [
        graph_svg(GRAPH, STATES, EDGE_STATES, RUN),
        graph_svg(hostile_graph, marker="dagnb-1", theme="dark"),
        gantt_svg(gantt_rows(GRAPH, STATES), now=NOW + 4),
        series_svg(replace(SERIES, label=hostile(0), headline=hostile(1))),
    ]
    body = "".join(
        f'<img src="data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}">' for picture in pictures
    )
    script = "const result = () => [...document.images].map(one => one.complete && one.naturalWidth)"
    widths = evaluate(chromium_path, body, script, tmp_path)
    assert all(width and width >= 400 for width in widths)


def test_texts_stay_inside_their_cards_and_apart_from_each_other(chromium_path: str, tmp_path: Path) -> None:
    """Measured in the fonts of this machine."""
    script = """
    function result() {
      const found = [];
      for (const card of document.querySelectorAll('svg > g > g > g')) {
        const rect = card.querySelector('rect[rx="6"]');
        if (!rect) continue;
        const box = rect.getBBox();
        const texts = [...card.querySelectorAll('text')].map(text => text.getBBox());
        for (const text of texts)
          if (text.x < box.x || text.x + text.width > box.x + box.width || text.y + text.height > box.y + box.height)
            found.push('outside ' + card.textContent);
        const [, second, note] = texts;
        if (note && second.x + second.width > note.x) found.push('overlap ' + card.textContent);
      }
      return [document.querySelectorAll('rect[rx="6"]').length, found];
    }"""
    wide = graph_view(
        [
            "WWWWWWWWWWWWWWWWWWWW",
            "iiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
            "数据管道数据管道数据管道",
            "Straße_größer_für_übung",
        ],
        [],
    )
    body = graph_svg(GRAPH, STATES, EDGE_STATES, RUN) + graph_svg(wide)
    count, wrong = evaluate(chromium_path, body, script, tmp_path)
    assert count == len(GRAPH.nodes) + len(wide.nodes) + 2
    assert wrong == []


def test_a_report_full_of_attacks_runs_none_of_them(chromium_path: str, tmp_path: Path) -> None:
    names = [hostile(index) for index in range(len(ATTACKS))]
    graph = graph_view(names, [(0, 1), (1, 2)], name=hostile(2))
    details = [hostile_details(node.id, node.name) for node in graph.nodes]
    shown = dump(chromium_path, report_html(graph, RUN, {}, details), tmp_path)
    assert "<title>longitudinal · run 7c1e</title>" in shown
    assert shown.count("<section ") == len(names)
    assert not [tag for tag in ("<script", "<iframe", "<img") if tag in shown]
