"""Values handed in for inputs: by the handles of the solids that take them, those of composite solids worked in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.definitions.composite_body import CompositeBody
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError

if TYPE_CHECKING:
    from dagnb.definitions.graph import Node
    from dagnb.definitions.pipeline import PipelineDefinition

_Values = dict[str, dict[str, Any]]


def values_by_handle(
    pipeline: PipelineDefinition, nodes: Mapping[str, Node], given: Mapping[str, Mapping[str, Any]]
) -> _Values:
    """Return values for inputs by the handles of the solids that take them.

    Args:
        pipeline: whose solids they are for.
        nodes: the solids of its flat graph that are selected.
        given: values by solid and input; a composite solid's goes to what that input feeds in it.

    Raises:
        DagnbNotFoundError: there is no such solid among those selected, or no such input.
        DagnbInvalidDefinitionError: a composite's input is only one of several parts of a fan-in within it.
    """
    found: _Values = {}
    composites = pipeline.flat.composites
    for name, values in given.items():
        where = f"pipeline {pipeline.name} › input_values"
        node = nodes.get(name) or composites.get(name)
        if node is None or (name in composites and not any(each in nodes for each in pipeline.flat.inside(name))):
            choices = [*nodes, *composites] if composites else nodes
            raise DagnbNotFoundError("selected solid", name, choices, where=where)
        for each, value in values.items():
            if each not in node.definition.inputs:
                raise DagnbNotFoundError("input", each, node.definition.inputs, where=f"{where} › {name}")
            for handle, input_name in fed_by(name, node, each, where):
                if handle in nodes:
                    found.setdefault(handle, {})[input_name] = value
    return found


def fed_by(handle: str, node: Node, input_name: str, where: str) -> Iterator[tuple[str, str]]:
    """Yield the solids that compute, by handle, and their inputs that an input of a solid feeds: its own, or in it."""
    body = node.definition.body
    if not isinstance(body, CompositeBody):
        yield handle, input_name
        return
    for inner in body.nodes.values():
        for inner_input, source in inner.from_inputs():
            if source.name != input_name:
                continue
            whole = inner.inputs[inner_input]
            if isinstance(whole, tuple) and len(whole) > 1:
                raise DagnbInvalidDefinitionError(
                    "the input of the composite solid is one part of a fan-in within it, so it takes no value alone",
                    where=f"{where} › {handle} › {input_name}",
                    hint=f'hand in all of it: input_values={{"{handle}.{inner.name}": {{"{inner_input}": [...]}}}}',
                )
            yield from fed_by(f"{handle}.{inner.name}", inner, inner_input, where)
