"""Find a Chromium that really runs, for the browser tests.

As a script it prints the path of the program, or ends with status 1 when there is none.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache

# Debian's package first; then what a person may have installed where that package is a stand-in for a snap.
PROGRAMS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")

ARGUMENTS = (
    "--no-sandbox",  # containers have no user namespaces; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@cache
def find() -> str | None:
    """Return the path of the first program that renders a page, or None."""
    return next((path for path in _candidates() if _renders(path)), None)


def _candidates() -> Iterator[str]:
    for program in PROGRAMS:
        path = shutil.which(program)
        if path is not None:
            yield path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _renders(path: str) -> bool:
    page = "data:text/html,<p>it renders</p>"
    with tempfile.TemporaryDirectory(prefix="dagnb-chromium-", ignore_cleanup_errors=True) as profile:
        command = [path, "--headless", *ARGUMENTS, f"--user-data-dir={profile}", "--dump-dom", page]
        try:
            shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
    return "it renders" in shown.stdout


if __name__ == "__main__":
    found = find()
    if found is not None:
        print(found)  # noqa: T201  its result
    sys.exit(found is None)
