"""Handles: what a person holds in a notebook. Their methods import what they need when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from dagnb.handles.catalogue import Asset, asset, assets
    from dagnb.handles.execute import execute_pipeline, execute_solid
    from dagnb.handles.finding import run, runs, show
    from dagnb.handles.pipelines import Pipeline, pipeline
    from dagnb.handles.results import Run
    from dagnb.handles.steps import StepResult

_HOMES = {
    "catalogue": ("Asset", "asset", "assets"),
    "execute": ("execute_pipeline", "execute_solid"),
    "pipelines": ("Pipeline", "pipeline"),
    "finding": ("run", "runs", "show"),
    "results": ("Run",),
    "steps": ("StepResult",),
}

__all__ = [
    "Asset",
    "Pipeline",
    "Run",
    "StepResult",
    "asset",
    "assets",
    "execute_pipeline",
    "execute_solid",
    "pipeline",
    "run",
    "runs",
    "show",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
