from __future__ import annotations

import runpy
from pathlib import Path

VIEWS = Path(__file__).resolve().parents[2] / "extensions" / "views"


def test_the_types_of_the_page_are_those_of_python() -> None:
    generated = runpy.run_path(str(VIEWS / "generate_models.py"))["render"]()
    committed = (VIEWS / "src" / "models.ts").read_text(encoding="utf-8")
    assert committed == generated, "the view models have changed: run `npm run generate` in extensions/"
