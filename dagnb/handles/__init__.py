"""Handles: what a person holds in a notebook. Their methods import what they need when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from dagnb.handles.call_errors import DagnbCallError
    from dagnb.handles.calling import OutputValues
    from dagnb.handles.catalogue import Asset, asset, assets
    from dagnb.handles.contexts import CallContext, build_context
    from dagnb.handles.execute import execute_pipeline, reexecute_pipeline
    from dagnb.handles.finding import run, runs, show
    from dagnb.handles.groups import CompositeResult, MappedResult
    from dagnb.handles.iterating import execute_pipeline_iterator, reexecute_pipeline_iterator
    from dagnb.handles.pipeline_function import pipeline
    from dagnb.handles.pipelines import Pipeline
    from dagnb.handles.results import Run
    from dagnb.handles.single import (
        execute_solid,
        execute_solid_within_pipeline,
        execute_solids_within_pipeline,
    )
    from dagnb.handles.steps import StepResult

_HOMES = {
    "call_errors": ("DagnbCallError",),
    "calling": ("OutputValues",),
    "catalogue": ("Asset", "asset", "assets"),
    "contexts": ("CallContext", "build_context"),
    "execute": ("execute_pipeline", "reexecute_pipeline"),
    "groups": ("CompositeResult", "MappedResult"),
    "iterating": ("execute_pipeline_iterator", "reexecute_pipeline_iterator"),
    "pipeline_function": ("pipeline",),
    "pipelines": ("Pipeline",),
    "finding": ("run", "runs", "show"),
    "results": ("Run",),
    "single": ("execute_solid", "execute_solid_within_pipeline", "execute_solids_within_pipeline"),
    "steps": ("StepResult",),
}

__all__ = [
    "Asset",
    "CallContext",
    "CompositeResult",
    "DagnbCallError",
    "MappedResult",
    "OutputValues",
    "Pipeline",
    "Run",
    "StepResult",
    "asset",
    "assets",
    "build_context",
    "execute_pipeline",
    "execute_pipeline_iterator",
    "execute_solid",
    "execute_solid_within_pipeline",
    "execute_solids_within_pipeline",
    "pipeline",
    "reexecute_pipeline",
    "reexecute_pipeline_iterator",
    "run",
    "runs",
    "show",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
