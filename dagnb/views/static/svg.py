"""The static pictures: a graph, a run's gantt chart, a numeric series."""

from __future__ import annotations

from dagnb.views.static.graph import graph_svg

__all__ = ["graph_svg"]
