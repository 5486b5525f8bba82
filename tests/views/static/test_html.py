"""HTML fragments and the report: complete, and inert whatever is in them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dagnb.views.models import AssetView, MaterializationView, MetadataView, SolidDetails, TableView
from dagnb.views.static.html import asset_html, details_html, report_html, table_html
from tests.views.graphs import graph_view
from tests.views.static.samples import ASSET, ATTACKS, EDGE_STATES, GRAPH, NOW, RUN, STATES, hostile, hostile_details

VOID = {"meta", "br", "img", "hr"}


class Reader(HTMLParser):
    """Collect elements and attributes; fail on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def inert(text: str, *, styles: int = 0) -> Reader:
    page = Reader(text)
    assert not set(page.tags) & {"script", "iframe", "object", "embed", "form", "img", "link", "foreignobject", "use"}
    assert page.tags.count("style") == styles
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    for name, value in page.attributes:
        if name == "href":
            assert value.startswith(("#", "https://", "http://", "mailto:")), value
    return page


def test_attacks_in_every_text_of_a_panel_stay_text() -> None:
    page = inert(details_html(hostile_details("load", hostile(3))))
    assert "<script>document.title='broken'</script>" in page.text


def test_links_are_kept_only_with_a_harmless_scheme() -> None:
    def link(href: str) -> str:
        entry = MetadataView(label="where", kind="url", text=href, href=href)
        written = MaterializationView(asset="a", at=NOW, description="", entries=(entry,))
        return details_html(
            SolidDetails(id="a", name="a", kind="cell", subtitle="", materializations=(written,)), now=NOW
        )

    assert ("href", "https://example.org/?a=1&b=2") in inert(link("https://example.org/?a=1&b=2")).attributes
    for href in ("javascript:alert(1)", " javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//x", "http://[x"):
        page = inert(link(href))
        assert "a" not in page.tags
        assert href.strip() in page.text


def test_a_panel_shows_what_its_solid_did() -> None:
    text = inert(details_html(hostile_details("load", "load"))).text
    for word in ("Inputs", "Outputs", "Materializations", "Expectations", "Config", "Traceback", "Source", "failed"):
        assert word in text
    plain = details_html(SolidDetails(id="a", name="a", kind="cell", subtitle="cell"))
    assert "Inputs" not in plain
    assert "<details>" not in plain


def test_an_asset_page_has_a_picture_a_series_and_its_history() -> None:
    page = inert(asset_html(ASSET, now=NOW))
    assert page.tags.count("svg") == 1
    assert "models › delay" in page.text
    assert "12 materializations" in page.text
    assert "0.41" in page.text


def test_an_asset_without_materializations_says_how_it_gets_one() -> None:
    none = AssetView(
        key='a"<b>', path=('a"<b>',), count=0, description="", last_at=None,
        history=TableView(columns=(), rows=()), series=(),
    )  # fmt: skip
    assert 'yield AssetMaterialization("a"<b>")' in inert(asset_html(none)).text


def test_tables_escape_and_align() -> None:
    rows = tuple((attack,) for attack in ATTACKS)
    page = inert(table_html(replace(ASSET.history, columns=ASSET.history.columns[1:], rows=rows, note="<note>")))
    assert page.tags.count("td") == len(ATTACKS)
    assert "text-align:right" in dict(page.attributes)["style"] + str(page.attributes)
    assert "<note>" in page.text


def test_the_report_is_a_whole_page_with_a_section_a_solid() -> None:
    details = [SolidDetails(id=node.id, name=node.name, kind="cell", subtitle="cell") for node in GRAPH.nodes]
    details[5] = hostile_details(GRAPH.nodes[5].id, GRAPH.nodes[5].name)
    text = report_html(GRAPH, RUN, STATES, list(reversed(details)), edge_states=EDGE_STATES, now=NOW + 5)
    assert text.startswith("<!DOCTYPE html>")
    page = inert(text, styles=1)
    assert page.tags.count("section") == len(GRAPH.nodes)
    assert page.tags.count("svg") == 2
    anchors = {value for name, value in page.attributes if name == "id"}
    links = {value[1:] for name, value in page.attributes if name == "href" and value.startswith("#")}
    assert links <= anchors
    assert "What failed" in page.text
    assert "longitudinal is running: 6 of 9 solids, 1 failed, 5.0 s so far, about 6.0 s left" in page.text
    assert page.text.index("persist_costs") < page.text.rindex("build_model")
    assert "prefers-color-scheme:dark" in text


def test_hostile_names_cannot_leave_the_report() -> None:
    names = [hostile(index) for index in range(len(ATTACKS))]
    graph = graph_view(names, [(0, 1), (1, 2)], name=hostile(2))
    details = [hostile_details(node.id, node.name) for node in graph.nodes]
    run = replace(RUN, pipeline=hostile(1), summary=hostile(0), run_id=hostile(4), short_id=hostile(3))
    inert(report_html(graph, run, {}, details), styles=1)


@pytest.mark.parametrize("ended", [None, NOW + 9])
def test_the_present_is_marked_only_while_a_run_goes_on(ended: float | None) -> None:
    text = report_html(GRAPH, replace(RUN, ended=ended), STATES, [], now=NOW + 60)
    assert ("60 s" in text or "1 min" in text) is (ended is None)
