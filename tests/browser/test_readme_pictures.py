"""The pictures of the README, taken of the flights notebook in a real JupyterLab, light and dark.

`pytest -m long tests/browser/test_readme_pictures.py` writes them to `test-results/`; `notebooks/images/` holds those
that are shown.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import PICTURES, ROOT, Document, Server, notebook_of, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.long]

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
LARGEST = 150_000
RUN = 'flights_report.run(preset="whole_year");'
PLAYGROUND = 'flights_report.playground(preset="quick");'
RUNS = """\
%%capture
for fraction, alpha in ((0.05, 100.0), (0.1, 30.0), (0.15, 10.0), (0.2, 3.0), (0.25, 1.0)):
    config = {
        "resources": {"data": {"config": {"fraction": fraction}}},
        "solids": {"fit_model": {"config": {"alpha": alpha}}},
    }
    flights_report.run(config, mode="test")
"""
ROOM = "\n" * 30  # below the playground, for its pop-up
ASSET = 'dagnb.asset("flights.delay_model")'


@pytest.fixture
def document(server: Server, browser: Browser) -> Iterator[Document]:
    """The definitions of the flights notebook, with cells of our own behind them."""
    folder = server.folder / "flights"
    shutil.copytree(ROOT / "notebooks" / "flights", folder, ignore=shutil.ignore_patterns(".*"))
    cells = json.loads((folder / "flights.ipynb").read_text())["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    last = next(number for number, text in enumerate(texts) if "def flights_report" in text)
    ours = [*texts[: last + 1], RUNS, ASSET, RUN, RUN, PLAYGROUND, ROOM]
    (folder / "pictures.ipynb").write_text(json.dumps(notebook_of(ours)))
    context = browser.new_context(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
    context.set_default_timeout(60_000)
    opened = Document(server, context.new_page(), "lab", "flights/pictures.ipynb")
    opened.open()
    opened.await_kernel()
    yield opened
    context.close()
    server.stop_kernels()
    shutil.rmtree(folder)


def use_theme(page: Page, name: str) -> None:
    page.locator(".lm-MenuBar-itemLabel:text-is('Settings')").click()
    page.locator(".lm-Menu-itemLabel:text-is('Theme')").hover()
    page.locator(f".lm-Menu-itemLabel:text-is('{name}')").click()
    page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")


def take(page: Page, name: str, *views: Locator, after: float = 400) -> None:
    """Write the part of the page that holds the views, in few colours, `after` milliseconds."""
    from PIL import Image

    page.mouse.move(2, 2)
    page.wait_for_timeout(after)
    boxes = [box for view in views if (box := view.bounding_box())]
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    PICTURES.mkdir(exist_ok=True)
    path: Path = PICTURES / f"{name}.png"
    page.screenshot(path=path, clip={"x": left, "y": top, "width": right - left, "height": bottom - top})
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST, f"{path.name} is too large for a page that is read over a telephone"


def test_the_pictures_are_taken(document: Document) -> None:
    page = document.page
    page.keyboard.press("Control+b")
    page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()
    runs = page.locator(".jp-Notebook .jp-Cell").count() - 6
    asset, first_run, second_run, playground = runs + 1, runs + 2, runs + 3, runs + 4
    for cell in range(asset + 1):
        document.run(cell)
    document.await_cell(asset, 250)
    for (theme, name), run in zip(THEMES.items(), (first_run, second_run), strict=True):
        use_theme(page, name)
        picture_of_the_asset(document, asset, theme)
        picture_of_the_run(document, run, theme)
    # Last, since its editor is one more among the cells' own.
    document.run(playground)
    page.add_style_tag(content=".jp-Notebook .jp-Cell:last-child .jp-InputArea { visibility: hidden }")
    for theme, name in reversed(THEMES.items()):
        use_theme(page, name)
        picture_of_the_playground(document, playground, theme)


def view_of(document: Document, cell: int) -> Locator:
    return document.page.locator(".jp-Notebook .jp-Cell").nth(cell).locator(".dagnb-live")


def picture_of_the_run(document: Document, cell: int, theme: str) -> None:
    document.run(cell)
    view = view_of(document, cell)
    fit = view.locator('[data-node="fit_model"]')
    wait_until(lambda: "running" in (fit.get_attribute("class") or ""), 120, "fit_model to run")
    fit.locator(".card").click()
    view.locator(".side pre:has-text('Ridge(alpha=alpha)')").wait_for()
    view.scroll_into_view_if_needed()
    take(document.page, f"run-{theme}", view.locator(".frame"), after=150)
    assert "running" in (fit.get_attribute("class") or ""), "the picture was taken too late"
    document.await_cell(cell, 300)
    document.page.wait_for_timeout(500)
    take(document.page, f"run-done-{theme}", view.locator(".frame"))


def picture_of_the_asset(document: Document, cell: int, theme: str) -> None:
    view = view_of(document, cell)
    view.scroll_into_view_if_needed()
    take(document.page, f"asset-{theme}", view.locator(".frame"))


def picture_of_the_playground(document: Document, cell: int, theme: str) -> None:
    page, view = document.page, view_of(document, cell)
    view.evaluate("view => view.scrollIntoView({ block: 'start' })")
    view.locator("select[title^='Fill in']").select_option("quick")
    view.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("solids:")
    page.keyboard.press("Enter")
    page.keyboard.type("  load_flights:")
    page.keyboard.press("Enter")
    page.keyboard.type("  config:")
    page.keyboard.press("Enter")
    page.keyboard.type("  origins: [JFK, BOS]")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("fit_model:")
    page.keyboard.press("Enter")
    page.keyboard.type("  config:")
    page.keyboard.press("Enter")
    page.keyboard.type("  ")
    view.evaluate("view => view.scrollIntoView({ block: 'start' })")
    page.wait_for_timeout(300)
    page.keyboard.press("Control+Space")
    page.locator(".dagnb-popups li").first.wait_for()
    view.locator(".problem").first.wait_for()
    take(page, f"playground-{theme}", view.locator(".frame"), page.locator(".dagnb-popups .cm-tooltip-autocomplete"))
