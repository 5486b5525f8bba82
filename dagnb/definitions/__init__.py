"""Definitions: what a user declares. Nothing here runs or draws."""

from __future__ import annotations

from dagnb.definitions.dependencies import DependencyDefinition, MultiDependencyDefinition, SolidInvocation
from dagnb.definitions.mode import ModeDefinition, PresetDefinition
from dagnb.definitions.pipeline import PipelineDefinition, compose_pipeline
from dagnb.definitions.ports import InputDefinition, OutputDefinition
from dagnb.definitions.resource import ResourceDefinition, resource
from dagnb.definitions.solid import SolidDefinition, lambda_solid, solid

__all__ = [
    "DependencyDefinition",
    "InputDefinition",
    "ModeDefinition",
    "MultiDependencyDefinition",
    "OutputDefinition",
    "PipelineDefinition",
    "PresetDefinition",
    "ResourceDefinition",
    "SolidDefinition",
    "SolidInvocation",
    "compose_pipeline",
    "lambda_solid",
    "resource",
    "solid",
]
