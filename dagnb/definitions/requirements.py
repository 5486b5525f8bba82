"""Which resources a solid in a pipeline needs, and whether every mode has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.graph import Node
from dagnb.definitions.hook import HookDefinition
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, nearest
from dagnb.types import DagnbType

_Need = tuple[str, str]


def _may_need(kind: DagnbType) -> bool:
    return not kind.is_builtin or bool(kind.required_resource_keys)


def _of_type(kind: DagnbType, what: str) -> Iterator[_Need]:
    # dagnb's own types read and write without resources, and make their loaders at first use.
    for part in (kind,) if kind.is_builtin else (kind, kind.loader, kind.materializer):
        if part is not None and part.required_resource_keys:
            for key in part.required_resource_keys:
                yield key, f"the type {kind.name} of {what}"


def _of_solid(name: str, solid: SolidDefinition) -> Iterator[_Need]:
    for key in solid.required_resource_keys:
        yield key, f"the solid {name}"
    for each in solid.inputs.values():
        if _may_need(each.type):
            yield from _of_type(each.type, f"{name} › {each.name}")
    for output in solid.outputs.values():
        if _may_need(output.type):
            yield from _of_type(output.type, f"{name} › {output.name}")
        if output.io_manager_key is not None:
            yield output.io_manager_key, f"the output {name} › {output.name}"


def resource_needs(node: Node, hooks: Iterable[HookDefinition] = ()) -> Iterator[_Need]:
    """Yield (resource key, who needs it) of a node, what is in it and the hooks on it; a key may come twice."""
    for hook in (*node.hooks, *hooks):
        for key in hook.required_resource_keys:
            yield key, f"the hook {hook.name} of {node.name}"
    body = node.definition.body
    if isinstance(body, CompositeBody):
        for inner in body.nodes.values():
            yield from resource_needs(inner)
    else:
        yield from _of_solid(node.name, node.definition)


def check_resources(
    where: str, nodes: Iterable[Node], hooks: Iterable[HookDefinition], modes: Mapping[str, ModeDefinition]
) -> None:
    """Check that every mode has every resource that is needed.

    Raises:
        DagnbInvalidDefinitionError: a mode lacks one.
    """
    listed = tuple(hooks)
    wanted = {key: who for node in nodes for key, who in resource_needs(node, listed)}
    for mode in modes.values():
        for key, who in wanted.items():
            if key in mode.resource_defs:
                continue
            near = nearest(key, mode.resource_defs)
            raise DagnbInvalidDefinitionError(
                f"a mode has no resource named {key}",
                where=f"{where} › mode {mode.name}",
                expected=f"{key}, which {who} asks for",
                hint=f"did you mean {near}?"
                if near
                else f'ModeDefinition("{mode.name}", resource_defs={{"{key}": ...}})',
            )
