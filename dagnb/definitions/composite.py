"""Composite solids: a graph of solids with inputs, outputs and config of its own, used as one solid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagnb.definitions.composing import check_config_mapping
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.dependencies import nodes_of
from dagnb.definitions.depths import depth_in, is_mapped
from dagnb.definitions.graph import Connection, FromInput, Node, check_graph, sort_nodes
from dagnb.definitions.ports import (
    InputDefinition,
    InputMapping,
    OutputDefinition,
    OutputMapping,
)
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.types import Nothing
from dagnb.types.base import can_never_fit

if TYPE_CHECKING:
    from dagnb.config.schema import SchemaNode


class CompositeSolidDefinition(SolidDefinition):
    """Define a solid by the solids in it; `@composite_solid` makes one of a function.

    Args:
        name: letters, digits and underscores.
        solid_defs: the solids in it.
        input_mappings: its inputs, each with what it feeds: ``InputDefinition("x", int).mapping_to("add", "x")``.
        output_mappings: its outputs, each with where it comes from: ``OutputDefinition(int).mapping_from("add")``.
        dependencies: what feeds which input within it; see `PipelineDefinition.from_dependencies`.
        config_schema: its own config; then `config_fn` makes that of the solids in it.
        config_fn: takes the config and returns ``{"solid": {"config": ...}, ...}`` for the solids in it.
        description: what it does, Markdown.
        tags: facts for tools.

    Raises:
        DagnbInvalidDefinitionError: an input or output that is mapped to nothing, types that differ, a schema without
            a function or a function without a schema.
        DagnbNotFoundError: a mapping or dependency names something that is not there.
    """

    def __init__(  # noqa: PLR0917  # the argument order of the slides' API
        self,
        name: str,
        solid_defs: Iterable[SolidDefinition],
        input_mappings: Sequence[InputMapping] | None = None,
        output_mappings: Sequence[OutputMapping] | None = None,
        config_schema: Any = None,
        config_fn: Callable[[Any], Any] | None = None,
        dependencies: Mapping[Any, Mapping[str, Any]] | None = None,
        description: str | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        nodes = nodes_of(name, solid_defs, dependencies or {}, what="composite solid")
        for each in input_mappings or ():
            _map_input(name, nodes, each)
        sources: dict[str, Connection] = {}
        for mapping in output_mappings or ():
            if mapping.definition.name in sources:
                raise DagnbInvalidDefinitionError(
                    "an output of a composite solid is mapped twice",
                    where=f"composite solid {name} › output {mapping.definition.name}",
                )
            sources[mapping.definition.name] = Connection(mapping.solid_name, mapping.output_name)
        finish(
            self,
            name,
            nodes,
            {each.definition.name: each.definition for each in input_mappings or ()},
            {each.definition.name: each.definition for each in output_mappings or ()},
            sources,
            config_schema=config_schema,
            config_fn=config_fn,
            description=description,
            tags=tags,
        )

    #: Returns it as it is now; there for one that a function composes.
    newest: Callable[[], SolidDefinition] | None = None

    def current(self) -> SolidDefinition:
        """Return the solid as it is now: composed anew when what its function names was defined again."""
        return self if self.newest is None else self.newest()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy has: it stays as it is, and does not follow the names of the function."""
        return {name: value for name, value in self.__dict__.items() if name != "newest"}

    def _config_node_to_map(self) -> SchemaNode:
        if self.config_node is None:
            raise DagnbInvalidDefinitionError(
                "a composite solid without a config of its own cannot be configured",
                where=f"composite solid {self.name}",
                hint="give it a config_schema, and a config_fn that makes the config of the solids in it",
            )
        return self.config_node


def _map_input(name: str, nodes: dict[str, Node], mapping: InputMapping) -> None:
    where = f"composite solid {name} › input {mapping.definition.name}"
    node = nodes.get(mapping.solid_name)
    if node is None:
        raise DagnbNotFoundError("solid", mapping.solid_name, nodes, where=where)
    if mapping.input_name not in node.definition.inputs:
        raise DagnbNotFoundError("input", mapping.input_name, node.definition.inputs, where=f"{where} › {node.name}")
    there, source = node.inputs.get(mapping.input_name), FromInput(mapping.definition.name)
    if there is None:
        node.inputs[mapping.input_name] = source if mapping.fan_in_index is None else (source,)
        return
    if not isinstance(there, tuple):
        raise DagnbInvalidDefinitionError(
            "an input is fed twice",
            where=f"{where} › {node.name} › input {mapping.input_name}",
            got=f"the input {mapping.definition.name} and "
            + (f"the input {there.name}" if isinstance(there, FromInput) else f"{there.node} › {there.output}"),
            hint="for a list of both: MultiDependencyDefinition([...]) for the one, "
            "mapping_to(..., fan_in_index=0) for the other",
        )
    place = len(there) if mapping.fan_in_index is None else mapping.fan_in_index
    node.inputs[mapping.input_name] = (*there[:place], source, *there[place:])


def finish(  # noqa: PLR0917  # the parts of a composite
    made: SolidDefinition,
    name: str,
    nodes: Mapping[str, Node],
    inputs: Mapping[str, InputDefinition],
    outputs: Mapping[str, OutputDefinition],
    sources: Mapping[str, Connection],
    *,
    config_schema: Any,
    config_fn: Callable[[Any], Any] | None,
    description: str | None,
    tags: Mapping[str, Any] | None,
) -> None:
    """Check the parts of a composite solid and make it of them.

    Raises:
        DagnbInvalidDefinitionError: see `CompositeSolidDefinition`.
    """
    where = f"composite solid {name}"
    check_config_mapping("composite", where, config_schema, config_fn)
    check_graph(name, nodes)
    _check_inputs(where, nodes, inputs)
    _check_outputs(where, nodes, outputs, sources)
    body = CompositeBody(
        nodes={key: nodes[key] for key in sort_nodes(name, nodes)}, outputs=dict(sources), config_fn=config_fn
    )
    _check_dynamic(where, body, outputs)
    SolidDefinition.__init__(
        made,
        name,
        body=body,
        input_defs=list(inputs.values()),
        output_defs=list(outputs.values()),
        config_schema=config_schema,
        description=description,
        tags=tags,
        required_resource_keys={key for node in nodes.values() for key in node.definition.required_resource_keys},
    )
    body.config_node = made.config_node


def _check_inputs(where: str, nodes: Mapping[str, Node], inputs: Mapping[str, InputDefinition]) -> None:
    fed: dict[str, list[tuple[Node, str]]] = {each: [] for each in inputs}
    for node in nodes.values():
        for input_name, source in node.from_inputs():
            fed[source.name].append((node, input_name))
    for each, targets in fed.items():
        if not targets:
            raise DagnbInvalidDefinitionError(
                "an input of a composite solid feeds nothing in it",
                where=f"{where} › input {each}",
                hint="hand it to a solid in the body, or take it out",
            )
        declared = inputs[each].type
        for node, input_name in targets:
            kind = node.definition.inputs[input_name].type
            is_in_list = isinstance(node.inputs[input_name], tuple)
            if can_never_fit(declared, kind) and not (is_in_list and declared is not Nothing and kind is not Nothing):
                raise DagnbInvalidDefinitionError(
                    "an input of a composite solid is of another type than the one it feeds",
                    where=f"{where} › input {each}",
                    got=declared.name,
                    expected=f"{kind.name}, as {node.name} › {input_name}",
                )


def _check_dynamic(where: str, body: CompositeBody, outputs: Mapping[str, OutputDefinition]) -> None:
    if not is_mapped(body.nodes.values()) and not any(each.is_dynamic for each in outputs.values()):
        return
    for each, definition in outputs.items():
        source = body.outputs[each]
        is_dynamic = depth_in(body, each)[None] > 0
        if is_dynamic != definition.is_dynamic:
            raise DagnbInvalidDefinitionError(
                "an output of a composite solid is dynamic, and declared as if it were one value"
                if is_dynamic
                else "an output of a composite solid is one value, and declared as a dynamic one",
                where=f"{where} › output {each}",
                got=f"{source.node} › {source.output}{', collected' if source.collect else ''}",
                expected="DynamicOutputDefinition(...), or the list of it: .collect()"
                if is_dynamic
                else "OutputDefinition(...)",
            )


def _check_outputs(
    where: str, nodes: Mapping[str, Node], outputs: Mapping[str, OutputDefinition], sources: Mapping[str, Connection]
) -> None:
    for each, definition in outputs.items():
        source = sources.get(each)
        if source is None:
            raise DagnbInvalidDefinitionError(
                "an output of a composite solid comes from nothing in it",
                where=f"{where} › output {each}",
                hint=f'return it from the body: return {{"{each}": solid(...)}}',
            )
        node = nodes.get(source.node)
        if node is None:
            raise DagnbNotFoundError("solid", source.node, nodes, where=f"{where} › output {each}")
        inner = node.definition.output(source.output)
        if not source.collect and can_never_fit(inner.type, definition.type):
            raise DagnbInvalidDefinitionError(
                "an output of a composite solid is of another type than what it comes from",
                where=f"{where} › output {each}",
                got=definition.type.name,
                expected=f"{inner.type.name}, as {source.node} › {source.output}",
            )
