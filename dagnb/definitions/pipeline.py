"""Pipelines: a graph of solids, the modes it runs in, its presets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dagnb.definitions.bodies import style_of
from dagnb.definitions.collecting import collector_paused
from dagnb.definitions.composition import compose
from dagnb.definitions.dependencies import DependencyDefinition, MultiDependencyDefinition, nodes_of
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.graph import Node, check_graph, sort_nodes
from dagnb.definitions.mode import ModeDefinition, PresetDefinition, check_modes, check_presets
from dagnb.definitions.names import check_name, check_tags
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError, nearest


class PipelineDefinition:
    """Define a pipeline: nodes, checked and in an order in which they can run.

    Args:
        name: letters, digits and underscores.
        nodes: the solids by their names in the pipeline.
        description: what it is for, Markdown.
        mode_defs: the modes it runs in, the first one by default (default: one without resources).
        preset_defs: ready-made run configs.
        tags: tags of all its runs.

    Raises:
        DagnbInvalidDefinitionError: two modes or presets of one name, a resource that a mode lacks, an input that
            nothing feeds.
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
    ) -> None:
        self.name = check_name(name, "pipeline")
        self.description = description
        check_graph(name, nodes)
        self.nodes: dict[str, Node] = {key: nodes[key] for key in sort_nodes(name, nodes)}
        self.modes = check_modes(mode_defs, f"pipeline {name}")
        self.presets = check_presets(preset_defs, self.modes, f"pipeline {name}")
        self.tags = check_tags(tags, f"pipeline {name}")
        self._check_resources()

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

    @property
    def default_mode(self) -> str:
        """The name of the first mode."""
        return next(iter(self.modes))

    def node(self, name: str) -> Node:
        """Return a solid of the pipeline by its name there.

        Raises:
            DagnbNotFoundError: there is none of that name.
        """
        found = self.nodes.get(name)
        if found is None:
            raise DagnbNotFoundError("solid", name, self.nodes, where=f"pipeline {self.name}")
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

    def _check_resources(self) -> None:
        wanted = {key: node for node in self.nodes.values() for key in node.definition.required_resource_keys}
        for mode in self.modes.values():
            for key, node in wanted.items():
                if key not in mode.resource_defs:
                    near = nearest(key, mode.resource_defs)
                    raise DagnbInvalidDefinitionError(
                        f"a mode has no resource named {key}",
                        where=f"pipeline {self.name} › mode {mode.name}",
                        expected=f"{key}, which the solid {node.name} asks for",
                        hint=f"did you mean {near}?"
                        if near
                        else f'ModeDefinition("{mode.name}", resource_defs={{"{key}": ...}})',
                    )

    def __repr__(self) -> str:
        return f"<pipeline {self.name}: {', '.join(self.nodes)}>"


def compose_pipeline(
    function: Callable[[], Any], *, name: str | None = None, description: str | None = None, **rest: Any
) -> PipelineDefinition:
    """Define a pipeline by calling its body.

    Raises:
        DagnbInvalidDefinitionError: the body takes parameters, or see `PipelineDefinition`.
    """
    _check_body(function)
    chosen = check_name(name or function.__name__, "pipeline")
    with collector_paused():
        nodes = compose(chosen, function)
        return PipelineDefinition(chosen, nodes, description=clean_doc(description or function.__doc__), **rest)


def _check_body(function: Callable[[], Any]) -> None:
    code = getattr(function, "__code__", None)
    if code is None:
        raise DagnbInvalidDefinitionError(
            "a pipeline is made of a function",
            got=f"{type(function).__name__} {function!r}"[:80],
            expected="a function that calls solids",
            hint="@pipeline def my_pipeline(): ...",
        )
    style = style_of(code)
    if style != "plain":
        raise DagnbInvalidDefinitionError(
            "a pipeline's body is a plain function",
            where=f"pipeline {function.__name__}",
            got="a function with yield" if style == "generator" else "async def",
            hint="call the solids one after the other; what they compute may yield or await",
        )
    count = code.co_argcount + code.co_kwonlyargcount
    if count:
        raise DagnbInvalidDefinitionError(
            "a pipeline's body takes no parameters",
            where=f"pipeline {function.__name__}",
            got=f"def {function.__name__}({', '.join(code.co_varnames[:count])})",
            hint="values come from solids and their config",
        )
