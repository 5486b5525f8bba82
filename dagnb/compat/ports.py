"""Inputs, outputs, mappings and dependencies with the constructors of release 0.9.22."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from dagnb.compat.errors import translating
from dagnb.definitions.dependencies import DependencyDefinition, MultiDependencyDefinition, SolidInvocation
from dagnb.definitions.ports import (
    MISSING,
    InputDefinition as DagnbInput,
    InputMapping,
    OutputDefinition as DagnbOutput,
    OutputMapping,
)
from dagnb.types import DagnbType

__all__ = [
    "ConfigMapping",
    "DependencyDefinition",
    "InputDefinition",
    "InputMapping",
    "MultiDependencyDefinition",
    "OutputDefinition",
    "OutputMapping",
    "SolidInvocation",
]

ASSET_STORE = "asset_store"


class ConfigMapping(NamedTuple):
    """Make the config of the solids in a composite solid, or a pipeline, of a config of its own."""

    config_fn: Callable[[Any], Any]
    config_schema: Any = None

    @property
    def config_field(self) -> Any:
        """The schema of the config."""
        return self.config_schema


class InputDefinition(DagnbInput):
    """Declare an input of a solid.

    >>> InputDefinition("rows", int, default_value=10).dagster_type.name
    'int'
    """

    __slots__ = ()

    def __init__(
        self, name: str, dagster_type: Any = None, description: str | None = None, default_value: Any = MISSING
    ) -> None:
        with translating("definition"):
            super().__init__(name, dagster_type, description, default_value)

    @property
    def dagster_type(self) -> DagnbType:
        """The input's type."""
        return self.type

    @property
    def has_default_value(self) -> bool:
        """Whether a default was given."""
        return self.has_default

    def mapping_to(  # type: ignore[override]  # the arguments are those of 0.9.22
        self, solid_name: str, input_name: str
    ) -> InputMapping:
        """Return that this input of a composite solid feeds an input of a solid in it."""
        return super().mapping_to(solid_name, input_name)


class OutputDefinition(DagnbOutput):
    """Declare an output of a solid.

    >>> OutputDefinition(int, is_required=False).optional
    True
    """

    __slots__ = ()

    def __init__(
        self,
        dagster_type: Any = None,
        name: str | None = None,
        description: str | None = None,
        is_required: bool | None = None,
        asset_store_key: str = ASSET_STORE,
        asset_metadata: Mapping[str, Any] | None = None,
    ) -> None:
        keeper = None if asset_store_key == ASSET_STORE else asset_store_key
        with translating("definition"):
            super().__init__(dagster_type, name, description, is_required, keeper, asset_metadata)

    @property
    def dagster_type(self) -> DagnbType:
        """The output's type."""
        return self.type

    @property
    def optional(self) -> bool:
        """Whether the solid may leave it out."""
        return not self.is_required

    @property
    def asset_store_key(self) -> str:
        """The resource that keeps its values."""
        return self.io_manager_key or ASSET_STORE

    @property
    def asset_metadata(self) -> dict[str, Any]:
        """What the asset store is told."""
        return self.metadata


def as_old_ports(inputs: Iterable[DagnbInput], outputs: Iterable[DagnbOutput]) -> None:
    """Make inferred inputs and outputs those of this package."""
    for each in inputs:
        if type(each) is DagnbInput:
            each.__class__ = InputDefinition
    for one in outputs:
        if type(one) is DagnbOutput:
            one.__class__ = OutputDefinition
