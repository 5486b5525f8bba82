"""Composite solids: a graph of solids with inputs, outputs and config of its own, used as one solid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.composition import (
    Composer,
    check_composition_function,
    check_config_mapping,
    compose_with,
)
from dagnb.definitions.dependencies import nodes_of
from dagnb.definitions.depths import depth_in, is_mapped
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.graph import Connection, FromInput, Node, check_graph, sort_nodes
from dagnb.definitions.ports import (
    MISSING,
    DynamicOutputDefinition,
    InputDefinition,
    InputMapping,
    OutputDefinition,
    OutputMapping,
)
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.stubs import DynamicHandle, OutputHandle, OutputHandles
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.types import Nothing
from dagnb.types.resolve import read_annotations

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
        _finish(
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


def _finish(  # noqa: PLR0917  # the parts of a composite
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
            if (declared is Nothing) != (kind is Nothing):
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
        if (definition.type is Nothing) != (inner.type is Nothing) and not source.collect:
            raise DagnbInvalidDefinitionError(
                "an output of a composite solid is of another type than what it comes from",
                where=f"{where} › output {each}",
                got=definition.type.name,
                expected=f"{inner.type.name}, as {source.node} › {source.output}",
            )


@overload
def composite_solid(name: Callable[..., Any]) -> CompositeSolidDefinition: ...


@overload
def composite_solid(
    name: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], CompositeSolidDefinition]: ...


def composite_solid(  # noqa: PLR0917  # the argument order of the slides' API
    name: Any = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Any:
    """Make a solid of solids: `@composite_solid` or `@composite_solid(...)`.

    The body is called once, with stubs, as a pipeline's. Its parameters are the composite's inputs; what it returns
    are its outputs: one handle, a dict of them by name, or all outputs of one solid.

    Args:
        name: its name (default: the function's).
        input_defs: inputs to be described further than parameters can.
        output_defs: outputs to be described further than what is returned can.
        description: what it does (default: the docstring).
        config_schema: its own config; then `config_fn` makes that of the solids in it.
        config_fn: takes the config and returns ``{"solid": {"config": ...}, ...}``.
        tags: facts for tools.

    Raises:
        DagnbInvalidDefinitionError: see `CompositeSolidDefinition`.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def add_one(number: int) -> int:
    ...     return number + 1
    >>> @composite_solid
    ... def add_two(number: int) -> int:
    ...     return add_one.alias("second")(add_one.alias("first")(number))
    >>> add_two
    add_two(number: int) -> int
    """
    if callable(name):
        return _compose(name, None)

    def decorate(function: Callable[..., Any]) -> CompositeSolidDefinition:
        return _compose(
            function,
            name,
            input_defs=input_defs,
            output_defs=output_defs,
            description=description,
            config_schema=config_schema,
            config_fn=config_fn,
            tags=tags,
        )

    return decorate


def _compose(
    function: Callable[..., Any],
    name: str | None,
    *,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    **rest: Any,
) -> CompositeSolidDefinition:
    parameters = check_composition_function(function, "composite solid")
    chosen = name or function.__name__
    where = f"composite solid {chosen}"
    composer = Composer(chosen, "composite")
    given = {parameter: OutputHandle(composer, FromInput(parameter)) for parameter in parameters}
    returned = compose_with(composer, lambda: function(**given))
    # Any says no more of a handle than nothing does: what it is handed to, or comes from, says what it is.
    annotations = {name: kind for name, kind in read_annotations(function).items() if kind is not Any}
    inputs = _inputs(where, composer.nodes, parameters, annotations, input_defs or (), _defaults(function))
    sources = _returned(where, composer, returned, output_defs)
    made = CompositeSolidDefinition.__new__(CompositeSolidDefinition)
    _finish(
        made,
        chosen,
        composer.nodes,
        inputs,
        _outputs(composer, sources, annotations, output_defs),
        sources,
        description=description or clean_doc(function.__doc__),
        **{"config_schema": None, "config_fn": None, "tags": None, **rest},
    )
    made.__module__ = function.__module__
    made.__qualname__ = function.__qualname__
    return made


def _defaults(function: Any) -> dict[str, Any]:
    code, values = function.__code__, function.__defaults__ or ()
    positional = code.co_varnames[: code.co_argcount]
    found = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    return {**found, **(function.__kwdefaults__ or {})}


def _inputs(  # noqa: PLR0917  # the parts of a composite
    where: str,
    nodes: Mapping[str, Node],
    parameters: Sequence[str],
    annotations: Mapping[str, Any],
    given: Sequence[InputDefinition],
    defaults: Mapping[str, Any],
) -> dict[str, InputDefinition]:
    declared = {definition.name: definition for definition in given}
    for each in declared:
        if each not in parameters:
            raise DagnbInvalidDefinitionError(
                "an input is not among the function's parameters",
                where=f"{where} › input {each}",
                expected=f"a parameter named {each}",
            )
    feeds = {source.name: (node, name) for node in nodes.values() for name, source in node.from_inputs()}
    found: dict[str, InputDefinition] = {}
    for parameter in parameters:
        definition = declared.get(parameter)
        if definition is None:
            kind, default = annotations.get(parameter), defaults.get(parameter, MISSING)
            if parameter in feeds:  # as what it feeds, where the parameter does not say
                node, input_name = feeds[parameter]
                inner = node.definition.inputs[input_name]
                kind = inner.type if kind is None else kind
                default = inner.default_value if default is MISSING else default
            definition = InputDefinition(parameter, kind, default_value=default)
        found[parameter] = definition
    return found


def _returned(
    where: str, composer: Composer, returned: Any, declared: Sequence[OutputDefinition] | None
) -> dict[str, Connection]:
    if returned is None:
        return {}
    if isinstance(returned, OutputHandle | DynamicHandle):
        if declared is not None and len(declared) != 1:
            raise DagnbInvalidDefinitionError(
                f"the body returns one output, and {len(declared)} are declared",
                where=where,
                expected=f"a dict of {', '.join(each.name for each in declared) or 'none'}",
            )
        given: Mapping[str, Any] = {declared[0].name if declared else DEFAULT_OUTPUT: returned}
    elif isinstance(returned, OutputHandles):
        given = {name: getattr(returned, name) for name in returned.names()}
    elif isinstance(returned, Mapping):
        given = returned
    elif hasattr(returned, "_asdict"):
        given = returned._asdict()
    else:
        raise DagnbInvalidDefinitionError(
            "the body of a composite solid returns something that is no output",
            where=where,
            got=told(returned),
            expected="an output of a solid in it, or a dict of such by name",
        )
    if declared is not None:
        for name in given:
            if name not in {each.name for each in declared}:
                raise DagnbNotFoundError("output", name, [each.name for each in declared], where=where)
    return {name: _own(f"{where} › output {name}", composer, handle) for name, handle in given.items()}


def _own(where: str, composer: Composer, handle: Any) -> Connection:
    if not isinstance(handle, OutputHandle | DynamicHandle):
        raise DagnbInvalidDefinitionError(
            "an output of a composite solid is no output of a solid in it",
            where=where,
            got=told(handle),
            expected="what the call of a solid gives, or one of its several outputs",
        )
    source = composer.own(handle, where)
    if not isinstance(source, Connection):
        raise DagnbInvalidDefinitionError(
            "a composite solid hands an input on unchanged",
            where=where,
            got=repr(handle),
            hint="connect what needs it to the input's own source",
        )
    return source


def _outputs(
    composer: Composer,
    sources: Mapping[str, Connection],
    annotations: Mapping[str, Any],
    declared: Sequence[OutputDefinition] | None,
) -> dict[str, OutputDefinition]:
    if declared is not None:
        return {each.name: each for each in declared}
    found: dict[str, OutputDefinition] = {}
    for name, source in sources.items():
        inner = composer.nodes[source.node].definition.output(source.output)
        kind: Any = annotations.get("return") if list(sources) == [DEFAULT_OUTPUT] else None
        if kind is None:
            kind = list if source.collect and inner.type is not Nothing else inner.type
        made = DynamicOutputDefinition if composer.depth(source) else OutputDefinition
        found[name] = made(kind, name, inner.description, inner.is_required)
    return found


__all__ = ["CompositeSolidDefinition", "composite_solid"]
