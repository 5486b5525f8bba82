"""Whether a notebook is only loaded for its definitions, so that `.run()` and its like do nothing."""

from __future__ import annotations

import sys

from dagnb.notebooks.inert import Inert

__all__ = ["Inert", "is_loading"]


def is_loading() -> bool:
    """Tell whether a notebook is being loaded for its definitions."""
    loading = sys.modules.get("dagnb.notebooks.loading")
    return loading is not None and bool(loading.is_loading())
