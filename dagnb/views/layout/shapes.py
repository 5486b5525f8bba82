"""What is laid out, and where it all came to lie."""

from __future__ import annotations

from dataclasses import dataclass, field

from dagnb.errors import DagnbError

__all__ = ["CARD_HEIGHT", "MARGIN", "Layout", "LayoutError", "Nest", "NodeBox"]

CARD_HEIGHT = 46.0
MARGIN = 16.0


class LayoutError(DagnbError, ValueError):
    """A graph that has no layered picture: a cycle, an edge to a node that is not there, a node twice."""


@dataclass(frozen=True, slots=True)
class NodeBox:
    """A node to place: its id and the size of its card in pixels."""

    id: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, in pixels from the upper left corner of the picture.

    Attributes:
        positions: the upper left corner of each node's card, by id, in the order of the nodes.
        edge_paths: SVG path data, one for each edge in the order given.
        label_points: the middle of the pill on each edge, in the order given.
        width, height: the size of the picture, its margin included.
        crossings: how many times edges cross.
        boxes: of each group that the nodes lie in, by id: x, y, width, height.
    """

    positions: dict[str, tuple[float, float]]
    edge_paths: tuple[str, ...]
    label_points: tuple[tuple[float, float], ...]
    width: float
    height: float
    crossings: int
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nest:
    """Which nodes lie in which groups, and groups in groups: each group gets a box with all of its own inside.

    Attributes:
        parents: the group of each node and group that lies in one, by id. A group is what something lies in.
        outputs: for each edge what of its source it carries: edges that carry the same enter and leave a box together.
    """

    parents: dict[str, str]
    outputs: tuple[str, ...]
