"""The body of a composite solid: the graph within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.definitions.bodies import code_hash

if TYPE_CHECKING:
    from dagnb.config.schema import SchemaNode
    from dagnb.definitions.bodies import BodyKind
    from dagnb.definitions.depths import Profile
    from dagnb.definitions.graph import Connection, Node


class CompositeBody:
    """A graph of solids.

    Args:
        nodes: the solids by their names in the composite, each after those that feed it.
        outputs: for each output of the composite, which output of which node it is.
        config_fn: makes the config of the solids in it from the composite's own; None when they are configured each.
        config_node: the schema of the config that `config_fn` takes.
    """

    kind: BodyKind = "composite"
    source = ""

    __slots__ = ("config_fn", "config_node", "depths", "nodes", "outputs")

    def __init__(
        self,
        *,
        nodes: Mapping[str, Node],
        outputs: Mapping[str, Connection],
        config_fn: Callable[[Any], Any] | None = None,
        config_node: SchemaNode | None = None,
    ) -> None:
        self.nodes = nodes
        self.outputs = outputs
        self.config_fn = config_fn
        self.config_node = config_node
        #: How deep its outputs are mapped, by its inputs; see `dagnb.definitions.depths`.
        self.depths: dict[str, Profile] | None = None

    @property
    def fingerprint(self) -> str:
        """A hash of the code of all solids in it and of how they are connected."""
        import hashlib

        facts = [
            (name, node.definition.code_version, sorted(map(str, node.inputs.items())))
            for name, node in self.nodes.items()
        ]
        mapping = None if self.config_fn is None else code_hash(self.config_fn)
        text = repr([facts, sorted(map(str, self.outputs.items())), mapping])
        return hashlib.sha256(text.encode()).hexdigest()[:16]
