"""Definitions: what a user declares. Nothing here runs or draws."""

from __future__ import annotations

from dagnb.definitions.composite import CompositeSolidDefinition
from dagnb.definitions.composite_function import composite_solid
from dagnb.definitions.configuring import configured
from dagnb.definitions.dependencies import DependencyDefinition, MultiDependencyDefinition, SolidInvocation
from dagnb.definitions.executor import ExecutorDefinition, executor
from dagnb.definitions.hook import HookDefinition, failure_hook, success_hook
from dagnb.definitions.logger import LoggerDefinition, logger
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.pipeline import PipelineDefinition, compose_pipeline
from dagnb.definitions.ports import (
    DynamicOutputDefinition,
    InputDefinition,
    InputMapping,
    OutputDefinition,
    OutputMapping,
)
from dagnb.definitions.preset import PresetDefinition
from dagnb.definitions.resource import ResourceDefinition, resource
from dagnb.definitions.retry import Backoff, Jitter, RetryPolicy
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.solid_function import lambda_solid, solid

__all__ = [
    "Backoff",
    "CompositeSolidDefinition",
    "DependencyDefinition",
    "DynamicOutputDefinition",
    "ExecutorDefinition",
    "HookDefinition",
    "InputDefinition",
    "InputMapping",
    "Jitter",
    "LoggerDefinition",
    "ModeDefinition",
    "MultiDependencyDefinition",
    "OutputDefinition",
    "OutputMapping",
    "PipelineDefinition",
    "PresetDefinition",
    "ResourceDefinition",
    "RetryPolicy",
    "SolidDefinition",
    "SolidInvocation",
    "compose_pipeline",
    "composite_solid",
    "configured",
    "executor",
    "failure_hook",
    "lambda_solid",
    "logger",
    "resource",
    "solid",
    "success_hook",
]
