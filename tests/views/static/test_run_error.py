"""The error of a run itself, in its picture and its report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from dagnb.views.models import ErrorView, RunHeader
from dagnb.views.static.html import report_html
from dagnb.views.static.metrics import text_width
from dagnb.views.static.palette import DARK, LIGHT, Theme
from dagnb.views.static.run_error import MARGIN, MOST_LINES, SIZE, error_lines
from dagnb.views.static.svg import graph_svg
from tests.views.static.samples import ATTACKS, GRAPH, RUN
from tests.views.static.test_graph import parse, texts, titles
from tests.views.static.test_html import inert
from tests.views.static.test_palette import contrast

ERROR = ErrorView(title="ConnectionRefusedError", message="the warehouse is closed", where="etl.py line 7")
FAILED: RunHeader = replace(RUN, state="failure", ended=RUN.started, done=0, failed=0, error=ERROR)


@pytest.mark.parametrize(("theme", "colors"), [("light", LIGHT), ("dark", DARK)])
def test_the_picture_shows_it_in_red_that_can_be_read(theme: Theme, colors: object) -> None:
    root = parse(graph_svg(GRAPH, {}, run=FAILED, theme=theme))
    (shown,) = [each for each in root.iter() if each.text == "× ConnectionRefusedError: the warehouse is closed"]
    ground = getattr(colors, "faint_failure")  # noqa: B009  # one of two palettes
    assert shown.get("fill") == getattr(colors, "failure")  # noqa: B009
    assert contrast(str(shown.get("fill")), ground) >= 4.5
    assert "ConnectionRefusedError: the warehouse is closed\netl.py line 7" in titles(root)


def test_the_picture_grows_by_what_it_takes() -> None:
    plain, failed = (float(str(parse(graph_svg(GRAPH, run=run)).get("height"))) for run in (RUN, FAILED))
    assert failed > plain
    assert "× ConnectionRefusedError" not in "".join(texts(parse(graph_svg(GRAPH, run=RUN))))


def test_the_report_names_it_where_no_solid_failed() -> None:
    page = inert(report_html(GRAPH, FAILED, {}, ()), styles=1)
    assert "What failed" in page.text
    assert "× ConnectionRefusedErrorthe warehouse is closedetl.py line 7" in page.text


@given(st.text(max_size=400) | st.sampled_from(ATTACKS), st.text(max_size=60), st.floats(200.0, 2000.0))
@settings(deadline=None)
def test_any_text_keeps_to_its_room(message: str, title: str, width: float) -> None:
    lines = error_lines(ErrorView(title=title, message=message), width)
    assert 1 <= len(lines) <= MOST_LINES
    assert all(text_width(line, SIZE) <= width - 2 * MARGIN + 0.01 for line in lines)
    parse(graph_svg(GRAPH, run=replace(FAILED, error=ErrorView(title=title, message=message))))
