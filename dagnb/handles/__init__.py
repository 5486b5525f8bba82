"""Handles: what a person holds in a notebook. Their methods import what they need when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
_HOME = {name: home for home, names in _HOMES.items() for name in names}

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


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'dagnb.handles' has no attribute {name!r}")
    value = getattr(import_module(f"dagnb.handles.{home}"), name)
    globals()[name] = value
    return value
