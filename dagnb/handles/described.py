"""What a pipeline tells of itself without being run: its graph, its solids, and what config it takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbNotFoundError

if TYPE_CHECKING:
    import graphviz
    import pandas as pd

    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.views.models import GraphView

__all__ = ["DescribedPipeline"]


class DescribedPipeline(ABC):
    """A pipeline to look at; shown in a notebook, it is its graph."""

    @property
    @abstractmethod
    def definition(self) -> PipelineDefinition:
        """The definition as it stands now."""

    def graph(self) -> GraphView:
        """Return the graph with its positions, as it is shown."""
        from dagnb.planning.snapshot import snapshot_of
        from dagnb.views.graph import graph_of

        return graph_of(snapshot_of(self.definition))

    def svg(self) -> str:
        """Return the graph as a static SVG picture."""
        from dagnb.views.static.svg import graph_svg

        return graph_svg(self.graph())

    def dot(self) -> graphviz.Digraph:
        """Return the graph for graphviz; drawing it needs the program dot, its `source` does not."""
        import graphviz

        definition = self.definition
        drawn = graphviz.Digraph(definition.name, graph_attr={"rankdir": "LR"}, node_attr={"shape": "box"})
        for node in definition.nodes.values():
            drawn.node(node.name, f"{node.name}\n{node.definition.kind}")
        for node in definition.nodes.values():
            for input_name, connection in node.connections():
                drawn.edge(connection.node, node.name, tooltip=f"{connection.output} to {input_name}")
        return drawn

    def scaffold(self, *, mode: str | None = None, fields: str = "required") -> str:
        """Return a YAML text of the run config to start from; when nothing is required, a comment that says so.

        Args:
            mode: for which mode (default: the first).
            fields: "required", or "all" to have optional ones too, with their defaults.

        Raises:
            DagnbNotFoundError: there is no such mode, or `fields` is neither of the two.
        """
        from dagnb.views.playground import NOTHING_REQUIRED, scaffold_config

        definition = self.definition
        if fields not in ("required", "all"):
            raise DagnbNotFoundError(
                "choice of fields", fields, ["required", "all"], where=f"{definition.name}.scaffold"
            )
        text = scaffold_config(definition, definition.mode(mode).name, fields)
        if text != NOTHING_REQUIRED:
            return text
        return f'{text}\n# {definition.name}.scaffold(fields="all") writes every field with its default'

    def config_schema(self, *, mode: str | None = None) -> dict[str, Any]:
        """Return the JSON Schema of the run config."""
        from dagnb.config import json_schema
        from dagnb.planning.run_config import run_config_validator

        definition = self.definition
        return json_schema(run_config_validator(definition, definition.mode(mode)).node)

    @property
    def solids(self) -> pd.DataFrame:
        """The solids, a row each: name, kind, inputs, outputs, config, description."""
        import pandas as pd

        from dagnb.config import print_schema

        rows = [
            {
                "name": node.name,
                "kind": node.definition.body.kind,
                "inputs": ", ".join(f"{each.name}: {each.type.name}" for each in node.definition.inputs.values()),
                "outputs": ", ".join(f"{each.name}: {each.type.name}" for each in node.definition.outputs.values()),
                "config": print_schema(node.definition.config_node) if node.definition.config_node else "",
                "description": node.definition.description or "",
            }
            for node in self.definition.nodes.values()
        ]
        return pd.DataFrame(rows, columns=["name", "kind", "inputs", "outputs", "config", "description"])

    def show(self) -> None:
        """Show the graph as the output of the cell."""
        from dagnb.handles.display import show_definition
        from dagnb.handles.inert import is_loading
        from dagnb.instance import Instance
        from dagnb.views.service import ViewService

        if not is_loading():
            show_definition(self.graph(), ViewService(Instance.get(), pipeline=lambda: self.definition))

    def _ipython_display_(self) -> None:
        self.show()
