"""The static pictures: a graph, a run's gantt chart, a numeric series."""

from __future__ import annotations

from dagnb.views.static.gantt import GanttRow, gantt_rows, gantt_svg
from dagnb.views.static.graph import graph_svg
from dagnb.views.static.series import series_svg

__all__ = ["GanttRow", "gantt_rows", "gantt_svg", "graph_svg", "series_svg"]
