"""Pipelines with the constructors and accessors of release 0.9.22."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from dagnb.compat.asset_stores import mem_asset_store
from dagnb.compat.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError, translated, translating
from dagnb.compat.ports import ASSET_STORE, ConfigMapping
from dagnb.config import Permissive
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.dependencies import DependencyDefinition, MultiDependencyDefinition, SolidInvocation
from dagnb.definitions.graph import Connection, Node
from dagnb.definitions.hook import HookDefinition
from dagnb.definitions.mode import ModeDefinition
from dagnb.definitions.pipeline import PipelineDefinition as DagnbPipeline
from dagnb.definitions.preset import PresetDefinition
from dagnb.definitions.solid import SolidDefinition
from dagnb.handles.pipelines import Pipeline

_UNNAMED = "unnamed_pipeline"


class PipelineDefinition(Pipeline):
    """Define a pipeline by its solids and a dict of what feeds their inputs; `@pipeline` makes one of a function.

    It also is what a person holds of a pipeline in dagnb: it can be run, shown, and edited in a playground.

    >>> from dagnb.compat.ports import DependencyDefinition
    >>> from dagnb.compat.solids import lambda_solid
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> @lambda_solid
    ... def double(number):
    ...     return 2 * number
    >>> fed = {"double": {"number": DependencyDefinition("one")}}
    >>> made = PipelineDefinition([one, double], "two", dependencies=fed)
    >>> [each.name for each in made.solids]
    ['one', 'double']
    """

    def __init__(
        self,
        solid_defs: Sequence[SolidDefinition],
        name: str | None = None,
        description: str | None = None,
        dependencies: Mapping[Any, Mapping[str, Any]] | None = None,
        mode_defs: Sequence[ModeDefinition] | None = None,
        preset_defs: Sequence[PresetDefinition] | None = None,
        tags: Mapping[str, Any] | None = None,
        hook_defs: Iterable[HookDefinition] | None = None,
        input_mappings: Sequence[Any] | None = None,
        output_mappings: Sequence[Any] | None = None,
        config_mapping: ConfigMapping | None = None,
        positional_inputs: Sequence[str] | None = None,
    ) -> None:
        del positional_inputs  # of a pipeline with inputs, which is refused
        with translating("definition"):
            _refuse_ports(name, input_mappings, output_mappings)
            mapping = _config_of(config_mapping)
            definition = DagnbPipeline.from_dependencies(
                solid_defs,
                name or _UNNAMED,
                dependencies,
                description=description,
                mode_defs=_modes(mode_defs),
                preset_defs=preset_defs,
                tags=tags,
                hook_defs=hook_defs,
                **mapping,
            )
        super().__init__(definition)

    @property
    def definition(self) -> DagnbPipeline:
        """The definition as it stands now."""
        found = super().definition
        kept: tuple[Any, DagnbPipeline] | None = self.__dict__.get("_as_of_old")
        if kept is None or kept[0] is not found:
            kept = (found, in_old_order(with_asset_stores(found)))
            self.__dict__["_as_of_old"] = kept
        return kept[1]

    @property
    def description(self) -> str | None:
        """What it is for."""
        return self.definition.description

    @property
    def display_name(self) -> str:
        """The pipeline's name."""
        return self.name

    @property
    def tags(self) -> dict[str, str]:
        """The tags of all its runs."""
        return dict(self.definition.tags)

    @property
    def hook_defs(self) -> set[HookDefinition]:
        """The hooks of every solid in it."""
        return set(self.definition.hook_defs)

    @property
    def solids(self) -> Any:
        """The solids, as they stand in it: `name`, `definition`, `tags`."""
        return list(self.definition.nodes.values())

    @property
    def solids_in_topological_order(self) -> list[Node]:
        """The solids, each after those that feed it."""
        return list(self.definition.nodes.values())

    @property
    def dependencies(self) -> dict[SolidInvocation, dict[str, Any]]:
        """What feeds the inputs of each solid."""
        return {
            SolidInvocation(node.definition.name, node.name, node.tags, frozenset(node.hooks)): {
                name: _dependency(source) for name, source in node.inputs.items()
            }
            for node in self.definition.nodes.values()
        }

    @property
    def top_level_solid_defs(self) -> list[SolidDefinition]:
        """The definitions of its solids, without those inside composite solids."""
        return list(dict.fromkeys(node.definition for node in self.definition.nodes.values()))

    @property
    def all_solid_defs(self) -> list[SolidDefinition]:
        """The definitions of its solids, those inside composite solids too."""
        return self.definition.solid_defs

    @property
    def mode_definitions(self) -> list[ModeDefinition]:
        """The modes."""
        return list(self.definition.modes.values())

    @property
    def available_modes(self) -> list[str]:
        """The names of the modes."""
        return list(self.definition.modes)

    @property
    def is_single_mode(self) -> bool:
        """Whether it has one mode."""
        return len(self.definition.modes) == 1

    @property
    def is_multi_mode(self) -> bool:
        """Whether it has several modes."""
        return len(self.definition.modes) > 1

    @property
    def preset_defs(self) -> list[PresetDefinition]:
        """The presets."""
        return list(self.definition.presets.values())

    @property
    def is_subset_pipeline(self) -> bool:
        """Whether it is some solids of another pipeline."""
        return self.parent_pipeline_def is not None

    @property
    def parent_pipeline_def(self) -> PipelineDefinition | None:
        """The pipeline that this one is some solids of."""
        return self.__dict__.get("_parent")

    def get_default_mode(self) -> ModeDefinition:
        """Return the first mode."""
        return self.definition.mode()

    def get_default_mode_name(self) -> str:
        """Return the name of the first mode."""
        return self.definition.default_mode

    def has_mode_definition(self, mode: str) -> bool:
        """Tell whether it has a mode."""
        return mode in self.definition.modes

    @translated("execution")
    def get_mode_definition(self, mode: str | None = None) -> ModeDefinition:
        """Return a mode by its name (default: the first)."""
        return self.definition.mode(mode)

    def get_presets(self) -> list[PresetDefinition]:
        """Return the presets."""
        return self.preset_defs

    def has_preset(self, name: str) -> bool:
        """Tell whether it has a preset."""
        return name in self.definition.presets

    @translated("execution")
    def get_preset(self, name: str) -> PresetDefinition:
        """Return a preset by its name."""
        return self.definition.preset(name)

    def has_solid_named(self, name: str) -> bool:
        """Tell whether a solid has this name in it."""
        return name in self.definition.nodes

    @translated("execution")
    def solid_named(self, name: str) -> Node:
        """Return a solid by its name in the pipeline."""
        return self.definition.node(name)

    @translated("execution")
    def get_solid(self, handle: Any) -> Node:
        """Return a solid by its handle, one inside a composite solid too."""
        return self.definition.node(str(handle))

    def has_solid_def(self, name: str) -> bool:
        """Tell whether a definition has this name."""
        return any(each.name == name for each in self.all_solid_defs)

    def solid_def_named(self, name: str) -> SolidDefinition:
        """Return a definition by its name."""
        found = next((each for each in self.all_solid_defs if each.name == name), None)
        if found is None:
            raise DagsterInvariantViolationError(f"no solid is defined as {name}", where=f"pipeline {self.name}")
        return found

    def all_dagster_types(self) -> list[Any]:
        """Return the types of all inputs and outputs."""
        return list(self.definition.types.values())

    def has_dagster_type(self, name: str) -> bool:
        """Tell whether an input or output has a type of this name."""
        return name in self.definition.types

    def dagster_type_named(self, name: str) -> Any:
        """Return the type of this name."""
        return self.definition.types[name]

    def get_run_config_schema(self, mode: str | None = None) -> dict[str, Any]:
        """Return the JSON Schema of the run config in a mode."""
        return self.config_schema(mode=mode)

    @translated("definition")
    def get_pipeline_subset_def(self, solids_to_execute: Iterable[str]) -> PipelineDefinition:
        """Return the pipeline of some of its solids."""
        made = as_old_pipeline(self.definition.subset(solids_to_execute))
        made.__dict__["_parent"] = self
        return made

    @translated("definition")
    def with_hooks(self, hook_defs: Iterable[HookDefinition]) -> PipelineDefinition:
        """Return the same pipeline with more hooks for every solid in it."""
        return _retyped(super().with_hooks(hook_defs))


def _retyped(made: Pipeline) -> PipelineDefinition:
    made.__class__ = PipelineDefinition
    assert isinstance(made, PipelineDefinition)  # noqa: S101  # by the line above
    return made


def as_old_pipeline(given: Any) -> PipelineDefinition:
    """Return a pipeline, however it is held, as one of this package.

    Raises:
        DagsterInvariantViolationError: it is none.
    """
    if isinstance(given, PipelineDefinition):
        return given
    if isinstance(given, DagnbPipeline):
        return _retyped(Pipeline(given))
    if isinstance(given, Pipeline):
        return _retyped(copy(given))
    raise DagsterInvariantViolationError(
        "this is no pipeline", got=f"{type(given).__name__} {given!r}"[:80], expected="what @pipeline makes"
    )


def _dependency(source: Any) -> Any:
    if isinstance(source, tuple):
        return MultiDependencyDefinition([_dependency(each) for each in source if isinstance(each, Connection)])
    return DependencyDefinition(source.node, source.output)


def _refuse_ports(name: str | None, inputs: Any, outputs: Any) -> None:
    if inputs or outputs:
        raise DagsterInvalidDefinitionError(
            "a pipeline has no inputs and no outputs of its own",
            where=f"pipeline {name or _UNNAMED}",
            hint="a composite solid has; the run config gives the inputs of its solids",
        )


def _config_of(mapping: ConfigMapping | None) -> dict[str, Any]:
    if mapping is None:
        return {}
    schema = Permissive() if mapping.config_schema is None else mapping.config_schema
    return {"config_schema": schema, "config_fn": mapping.config_fn}


def _modes(given: Sequence[ModeDefinition] | None) -> Sequence[ModeDefinition] | None:
    from dagnb.compat.resources import ModeDefinition as OldMode

    return given or [OldMode()]


def pipeline(
    name: Any = None,
    description: str | None = None,
    mode_defs: Sequence[ModeDefinition] | None = None,
    preset_defs: Sequence[PresetDefinition] | None = None,
    tags: Mapping[str, Any] | None = None,
    hook_defs: Iterable[HookDefinition] | None = None,
    input_defs: Sequence[Any] | None = None,
    output_defs: Sequence[Any] | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
) -> Any:
    """Make a pipeline of a composition function: `@pipeline` or `@pipeline(...)`.

    >>> from dagnb.compat.solids import lambda_solid
    >>> @lambda_solid
    ... def one():
    ...     return 1
    >>> @pipeline
    ... def numbers():
    ...     one()
    >>> numbers.has_solid_named("one")
    True
    """

    @translated("definition")
    def decorate(function: Callable[..., Any]) -> PipelineDefinition:
        chosen = None if callable(name) else name
        _refuse_ports(chosen or function.__name__, input_defs, output_defs)
        rest: dict[str, Any] = {
            "name": chosen,
            "description": description,
            "mode_defs": _modes(mode_defs),
            "preset_defs": preset_defs,
            "tags": tags,
            "hook_defs": hook_defs,
        }
        if config_schema is not None or config_fn is not None:
            rest |= {"config_schema": config_schema, "config_fn": config_fn}
        return _retyped(Pipeline.composed(function, **rest))

    return decorate(name) if callable(name) else decorate


def in_old_order(definition: DagnbPipeline) -> DagnbPipeline:
    """Return the pipeline with its solids in the order of 0.9.22: by levels, in each by the keys of their steps."""
    nodes = definition.flat.nodes
    depths: dict[str, int] = {}
    for name, node in nodes.items():  # each stands after those that feed it
        depths[name] = 1 + max((depths[each.node] for _, each in node.connections()), default=0)
    made = copy(definition)
    made.flat = copy(definition.flat)
    made.flat.nodes = {name: nodes[name] for name in sorted(nodes, key=lambda each: (depths[each], f"{each}.compute"))}
    return made


def with_asset_stores(definition: DagnbPipeline) -> DagnbPipeline:
    """Return the pipeline with outputs kept by the resource "asset_store" where a mode has another than the default.

    Modes that have none keep them in memory.
    """
    own = [mode.resource_defs.get(ASSET_STORE) for mode in definition.modes.values()]
    if all(each is None or each is mem_asset_store for each in own):
        return definition
    modes = []
    for mode in definition.modes.values():
        made = copy(mode)
        made.resource_defs = {ASSET_STORE: mem_asset_store, **mode.resource_defs}
        modes.append(made)
    return definition._of(_kept_by_asset_store(definition.nodes), mode_defs=modes)  # noqa: SLF001  # the same pipeline


def _kept_by_asset_store(nodes: Mapping[str, Node]) -> dict[str, Node]:
    return {name: _stored(node) for name, node in nodes.items()}


def _stored(node: Node) -> Node:
    definition = copy(node.definition)
    body = definition.body
    if isinstance(body, CompositeBody):
        made = copy(body)
        made.nodes = _kept_by_asset_store(body.nodes)
        definition.body = made
    else:
        definition.outputs = {}
        for name, output in node.definition.outputs.items():
            kept = copy(output)
            kept.io_manager_key = output.io_manager_key or ASSET_STORE
            definition.outputs[name] = kept
    return Node(node.name, definition, node.inputs, node.tags, node.hooks, node.retry_policy)
