"""The quickstart notebook as a newcomer runs it, in a real JupyterLab and a real Notebook 7."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import ROOT, Document, FrontEnd, Server, wait_until

pytestmark = pytest.mark.browser

SOLIDS = ("load_flights", "carrier_delays", "fit", "summarize")


@pytest.fixture
def folder(server: Server) -> Iterator[str]:
    """A copy of the notebooks in the server's folder, under a name with a space and an accent."""
    name = "mes premières notes"
    target = server.folder / name
    target.mkdir()
    for notebook in (ROOT / "notebooks").glob("quickstart*.ipynb"):
        shutil.copy(notebook, target)
    yield name
    server.stop_kernels()
    shutil.rmtree(target)


@pytest.mark.parametrize("front_end", ["lab", "notebook"])
def test_every_cell_runs_and_every_solid_succeeds(
    server: Server, context: BrowserContext, folder: str, front_end: FrontEnd
) -> None:
    document = Document(server, context.new_page(), front_end, f"{folder}/quickstart.ipynb")
    document.open()
    document.await_kernel()
    page = document.page
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.locator(".lm-MenuBar-itemLabel:text-is('Run')").click()
    page.locator(".lm-Menu-itemLabel:text-is('Run All Cells')").click()

    live = page.locator(".dagnb-live")
    wait_until(lambda: "[*]" not in (page.locator(".jp-Notebook").inner_text()), 120, "all cells to end")
    for solid in SOLIDS:
        node = page.locator(f'.dagnb-live g.success[data-node="{solid}"]')
        wait_until(lambda node=node: node.count() >= 1, 60, f"{solid} to succeed")  # type: ignore[misc]
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert "Error" not in page.locator(".jp-Notebook").inner_text()
    assert live.count() >= 4, "the pipeline, its playground, the run, and an asset's page"

    run = page.locator(".dagnb-live:has(g.success)").first
    run.locator('[data-node="load_flights"] .card').click()
    run.locator(".side h3:has-text('load_flights')").wait_for()
    run.locator(".side :text('flights.raw')").first.wait_for()
    run.screenshot(path=f"test-results/quickstart-run-{front_end}.png")

    document.save()
    server.stop_kernels()
    page.reload()
    page.wait_for_selector(".jp-OutputArea-output img[src*='dagnb-']", state="attached")
    text = page.locator(".jp-Notebook").inner_text()
    assert "model not found" not in text
    assert "Traceback" not in text
    page.screenshot(path=f"test-results/quickstart-reopened-{front_end}.png")
