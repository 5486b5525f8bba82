"""Which of its solid's outputs a yielded value is."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from dagnb.definitions.ports import OutputDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbNotFoundError, DagnbOutputError
from dagnb.events.mapped import output_key_of
from dagnb.events.user import DynamicOutput, Output


class Place(NamedTuple):
    """Where a yielded value belongs: to which output, and, of a dynamic one, under which mapping key."""

    definition: OutputDefinition
    mapping_key: str | None = None

    @property
    def key(self) -> str:
        """The output's name; of a dynamic one ``name[mapping_key]``."""
        return output_key_of(self.definition.name, self.mapping_key)


def place_output(solid: SolidDefinition, output: Output, taken: Container[str], where: str) -> Place:
    """Return where a yielded value belongs.

    Args:
        solid: what yielded it.
        output: what it yielded.
        taken: the keys of the places that have their value already.
        where: the step, for errors.

    Raises:
        DagnbNotFoundError: the solid has no such output.
        DagnbOutputError: the output came before, or is dynamic and the value is not, or the other way round.
    """
    name = output.output_name
    definition = solid.outputs.get(name)
    if definition is None:
        declare = f'declare it: @solid(output_defs=[OutputDefinition(name="{name}"), ...])'
        raise DagnbNotFoundError("output", name, solid.outputs, where=where, hint=declare)
    place = Place(definition, _mapping_key(definition, output, where))
    if place.key in taken:
        raise _given_twice(where, name, place.mapping_key)
    return place


def _mapping_key(definition: OutputDefinition, output: Output, where: str) -> str | None:
    name = definition.name
    if isinstance(output, DynamicOutput):
        if definition.is_dynamic:
            return output.mapping_key
        raise DagnbOutputError(
            f"the solid gave a DynamicOutput for its output {name}, which is none",
            where=where,
            expected="Output(value)",
            hint=f'declare it: output_defs=[DynamicOutputDefinition(name="{name}")]',
        )
    if definition.is_dynamic:
        raise DagnbOutputError(
            f"the solid gave a plain Output for its dynamic output {name}",
            where=where,
            expected='DynamicOutput(value, mapping_key="...")',
        )
    return None


def _given_twice(where: str, name: str, mapping_key: str | None) -> DagnbOutputError:
    if mapping_key is not None:
        return DagnbOutputError(
            f"the solid gave two values of its dynamic output {name} the same key",
            where=where,
            got=f"mapping_key {mapping_key!r} twice",
            expected="a key of its own for each value",
        )
    return DagnbOutputError(
        f"the solid gave its output {name} twice",
        where=where,
        expected="one Output for each output",
        hint=f"hand on one value that holds both, or declare another output beside {name}",
    )
