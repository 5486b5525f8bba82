"""Old code bases: the public names of Dagster 0.9.22, of its pandas and of its notebook package, over dagnb.

`dagnb.compat.dagster`, `dagnb.compat.dagster_pandas` and `dagnb.compat.dagstermill` hold them; after `install` they
answer ``import dagster``, ``import dagster_pandas`` and ``import dagstermill`` too. New code takes dagnb's own names.
"""

from __future__ import annotations

from dagnb.compat.installing import install, uninstall

__all__ = ["install", "uninstall"]
