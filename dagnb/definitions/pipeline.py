"""Pipelines: a graph of solids, the modes it runs in, its presets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from copy import copy
from typing import TYPE_CHECKING, Any

from dagnb.definitions.collecting import collector_paused
from dagnb.definitions.composing import check_composition_function, check_config_mapping
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.composition import compose
from dagnb.definitions.configurable import config_field_of
from dagnb.definitions.dependencies import DependencyDefinition, MultiDependencyDefinition, nodes_of
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.flat import FlatGraph
from dagnb.definitions.graph import Connection, Node, Source, check_graph, sort_nodes
from dagnb.definitions.hook import HookDefinition, check_hooks
from dagnb.definitions.mode import ModeDefinition, check_modes
from dagnb.definitions.names import check_name, check_tags
from dagnb.definitions.preset import PresetDefinition, check_presets
from dagnb.definitions.requirements import check_resources
from dagnb.definitions.retry import RetryPolicy, check_retry_policy
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.types import DagnbType

if TYPE_CHECKING:
    from dagnb.config.schema import FieldNode, SchemaNode


class PipelineDefinition:
    """Define a pipeline: nodes, checked and in an order in which they can run.

    `nodes` are the solids as they were composed, `flat` is the graph with its composites opened.

    Args:
        name: letters, digits and underscores.
        nodes: the solids by their names in the pipeline.
        description: what it is for, Markdown.
        mode_defs: the modes it runs in, the first one by default (default: one without resources).
        preset_defs: ready-made run configs.
        tags: tags of all its runs.
        hook_defs: hooks of every solid in it.
        retry_policy: how failed steps are tried again whose solids do not say so themselves.
        config_schema: the pipeline's own config, ``{"config": ...}`` in the run config; then `config_fn` makes that of
            the solids in it, and the run config says nothing of them.
        config_fn: takes the config and returns ``{"solid": {"config": ...}, ...}`` for the solids in it.

    Raises:
        DagnbInvalidDefinitionError: two modes or presets of one name, a resource that a mode lacks, an input that
            nothing feeds, a schema without a function or a function without a schema.
        DagnbCycleError: solids feed each other.
    """

    def __init__(
        self,
        name: str,
        nodes: Mapping[str, Node],
        *,
        description: str | None = None,
        mode_defs: Sequence[ModeDefinition] | None = None,
        preset_defs: Sequence[PresetDefinition] | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: Iterable[HookDefinition] | None = None,
        retry_policy: RetryPolicy | None = None,
        config_schema: Any = None,
        config_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        self.name = check_name(name, "pipeline")
        self.description = description
        check_graph(name, nodes)
        self.nodes: dict[str, Node] = {key: nodes[key] for key in sort_nodes(name, nodes)}
        self.flat = FlatGraph(name, self.nodes)
        self.modes = check_modes(mode_defs, f"pipeline {name}")
        self.presets = check_presets(preset_defs, self.modes, f"pipeline {name}")
        self.tags = check_tags(tags, f"pipeline {name}")
        self.hook_defs = check_hooks(hook_defs, f"pipeline {name}")
        self.retry_policy = check_retry_policy(retry_policy, f"pipeline {name}")
        check_config_mapping("pipeline", f"pipeline {name}", config_schema, config_fn)
        self.config_schema = config_schema
        self.config_fn = config_fn
        self.config_field: FieldNode | None = config_field_of(config_schema, f"pipeline {name}")
        check_resources(f"pipeline {name}", self.nodes.values(), self.hook_defs, self.modes)

    @property
    def config_node(self) -> SchemaNode | None:
        """The schema of its own config; None when its solids are configured each."""
        return None if self.config_field is None else self.config_field.node

    @staticmethod
    def from_dependencies(
        solid_defs: Iterable[SolidDefinition],
        name: str,
        dependencies: Mapping[Any, Mapping[str, DependencyDefinition | MultiDependencyDefinition]] | None = None,
        **rest: Any,
    ) -> PipelineDefinition:
        """Define a pipeline by its solids and a dict of what feeds their inputs.

        Args:
            solid_defs: the solids.
            name: the pipeline's name.
            dependencies: for each solid, by name or `SolidInvocation`, what feeds each connected input.
            **rest: as for `PipelineDefinition`.

        Raises:
            DagnbNotFoundError: a solid, input or output that is named is not there.
            DagnbCycleError: solids feed each other.

        >>> from dagnb import DependencyDefinition, lambda_solid
        >>> @lambda_solid
        ... def one():
        ...     return 1
        >>> @lambda_solid
        ... def double(number):
        ...     return 2 * number
        >>> made = PipelineDefinition.from_dependencies(
        ...     [double, one], "two", {"double": {"number": DependencyDefinition("one")}}
        ... )
        >>> list(made.nodes)
        ['one', 'double']
        """
        return PipelineDefinition(name, nodes_of(name, solid_defs, dependencies or {}), **rest)

    def with_hooks(self, hooks: Iterable[HookDefinition]) -> PipelineDefinition:
        """Return the same pipeline with more hooks for every solid in it."""
        more = check_hooks(hooks, f"pipeline {self.name}")
        return self._of(self.nodes, hook_defs=[*self.hook_defs, *more])

    def subset(self, names: Iterable[str]) -> PipelineDefinition:
        """Return the pipeline of some of its solids; what the others feed, nothing does.

        Args:
            names: of solids in the pipeline, composite solids as a whole.

        Raises:
            DagnbNotFoundError: there is none of that name.
            DagnbInvalidDefinitionError: a solid is left without what feeds it, and nothing else can.

        >>> from dagnb import lambda_solid
        >>> @lambda_solid
        ... def one() -> int:
        ...     return 1
        >>> @lambda_solid
        ... def double(number: int) -> int:
        ...     return 2 * number
        >>> list(compose_pipeline(lambda: double(one()), name="p").subset(["double"]).nodes)
        ['double']
        """
        chosen = {self.node(name).name for name in names}
        nodes = {name: _cut(node, chosen) for name, node in self.nodes.items() if name in chosen}
        return self._of(nodes)

    def _of(self, nodes: Mapping[str, Node], **changes: Any) -> PipelineDefinition:
        kept: dict[str, Any] = {
            "description": self.description,
            "mode_defs": list(self.modes.values()),
            "preset_defs": list(self.presets.values()),
            "tags": self.tags,
            "hook_defs": self.hook_defs,
            "retry_policy": self.retry_policy,
            "config_schema": self.config_schema,
            "config_fn": self.config_fn,
        }
        return PipelineDefinition(self.name, nodes, **{**kept, **changes})

    def with_resources(self, resources: Mapping[str, Any], mode: str | None = None) -> PipelineDefinition:
        """Return the same pipeline with other resources in place of some in one of its modes.

        Args:
            resources: by key, definitions or the resources themselves.
            mode: in which mode (default: the first).

        Raises:
            DagnbNotFoundError: there is no such mode, or it has no such resource to replace.
        """
        made = copy(self)
        chosen = self.mode(mode)
        made.modes = {**self.modes, chosen.name: chosen.with_resources(resources)}
        return made

    @property
    def solid_defs(self) -> list[SolidDefinition]:
        """The definitions of all solids in it, composites and what is in them, each once."""
        return list(dict.fromkeys(node.definition for node in _all_nodes(self.nodes.values())))

    @property
    def types(self) -> dict[str, DagnbType]:
        """The types of all inputs and outputs in it, by name."""
        found: dict[str, DagnbType] = {}
        for each in self.solid_defs:
            found.update((port.type.name, port.type) for port in each.inputs.values())
            found.update((port.type.name, port.type) for port in each.outputs.values())
        return found

    @property
    def default_mode(self) -> str:
        """The name of the first mode."""
        return next(iter(self.modes))

    def node(self, name: str) -> Node:
        """Return a solid of the pipeline by its name there; one in a composite solid by its handle, ``outer.inner``.

        Raises:
            DagnbNotFoundError: there is none of that name.
        """
        found = self.nodes.get(name) or self.flat.composites.get(name) or self.flat.nodes.get(name)
        if found is None:
            choices = [*self.nodes, *self.flat.composites, *self.flat.nodes] if "." in name else self.nodes
            raise DagnbNotFoundError("solid", name, dict.fromkeys(choices), where=f"pipeline {self.name}")
        return found

    def mode(self, name: str | None = None) -> ModeDefinition:
        """Return a mode by its name (default: the first).

        Raises:
            DagnbNotFoundError: there is none of that name.
        """
        found = self.modes.get(self.default_mode if name is None else name)
        if found is None:
            raise DagnbNotFoundError("mode", str(name), self.modes, where=f"pipeline {self.name}")
        return found

    def preset(self, name: str) -> PresetDefinition:
        """Return a preset by its name.

        Raises:
            DagnbNotFoundError: there is none of that name.
        """
        found = self.presets.get(name)
        if found is None:
            none = None if self.presets else "the pipeline has none: @pipeline(preset_defs=[PresetDefinition(...)])"
            raise DagnbNotFoundError("preset", name, self.presets, where=f"pipeline {self.name}", hint=none)
        return found

    def __repr__(self) -> str:
        return f"<pipeline {self.name}: {', '.join(self.nodes)}>"


def _all_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        body = node.definition.body
        if isinstance(body, CompositeBody):
            yield from _all_nodes(body.nodes.values())


def _cut(node: Node, chosen: AbstractSet[str]) -> Node:
    """Return the node without what it is fed by solids that are not chosen."""
    inputs: dict[str, Source] = {}
    for name, source in node.inputs.items():
        parts = source if isinstance(source, tuple) else (source,)
        kept = tuple(each for each in parts if isinstance(each, Connection) and each.node in chosen)
        if kept:
            inputs[name] = kept if isinstance(source, tuple) else kept[0]
    return Node(node.name, node.definition, inputs, node.tags, node.hooks, node.retry_policy)


def compose_pipeline(
    function: Callable[[], Any], *, name: str | None = None, description: str | None = None, **rest: Any
) -> PipelineDefinition:
    """Define a pipeline by calling its body.

    Raises:
        DagnbInvalidDefinitionError: the body takes parameters, or see `PipelineDefinition`.
    """
    parameters = check_composition_function(function, "pipeline")
    if parameters:
        raise DagnbInvalidDefinitionError(
            "a pipeline's body takes no parameters",
            where=f"pipeline {function.__name__}",
            got=f"def {function.__name__}({', '.join(parameters)})",
            hint="values come from solids and their config",
        )
    chosen = check_name(name or function.__name__, "pipeline")
    with collector_paused():
        nodes = compose(chosen, function)
        return PipelineDefinition(chosen, nodes, description=clean_doc(description or function.__doc__), **rest)
