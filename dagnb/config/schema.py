"""The schema tree: what every form of config schema becomes, frozen and without behaviour.

A node says which values are right; a `FieldNode` says how a node hangs in its parent.
Trees are finite: users' recursive models stay leaves (`ModelNode`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final

__all__ = [
    "MISSING",
    "NO_LIMITS",
    "ArrayNode",
    "Choice",
    "EnumNode",
    "FieldNode",
    "Limits",
    "MapNode",
    "Missing",
    "ModelNode",
    "NoneableNode",
    "ScalarKind",
    "ScalarNode",
    "ScalarUnionNode",
    "SchemaNode",
    "SelectorNode",
    "ShapeNode",
    "SourceNode",
    "is_defaultable",
]


class Missing(Enum):
    """The type of `MISSING`: no default was given (None is a default)."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


class ScalarKind(StrEnum):
    """The scalar types; the value is the name that schemas print."""

    ANY = "Any"
    BOOL = "Bool"
    INT = "Int"
    FLOAT = "Float"
    STRING = "String"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a number, or of the length of a text or list; None means unbounded."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    multiple_of: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


NO_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One scalar, perhaps within limits."""

    kind: ScalarKind
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class SourceNode:
    """A scalar, or ``{"env": NAME}``: the environment variable that holds it when the run starts.

    What comes from the environment is a secret, and so is text written in its place.
    """

    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """A list whose items all follow one node."""

    item: SchemaNode
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class NoneableNode:
    """Null, or what `inner` accepts."""

    inner: SchemaNode


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value of an enum: as written in config, and as the solid gets it."""

    config_value: str | int | float | bool | None
    python_value: Any
    description: str | None = None


@dataclass(frozen=True, slots=True)
class EnumNode:
    """One of a few values."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A named place in a shape or selector.

    `default` is what the user would have written (not yet validated), MISSING when there is none.
    A field that is neither required nor has a default is left out of the resolved config.
    """

    node: SchemaNode
    is_required: bool = True
    default: Any = MISSING
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ShapeNode:
    """A mapping with named fields; `allows_extra` lets other keys pass unchecked (Permissive)."""

    fields: Mapping[str, FieldNode] = field(default_factory=dict)
    allows_extra: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class SelectorNode:
    """A mapping with exactly one of the named fields."""

    fields: Mapping[str, FieldNode]
    description: str | None = None


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping with free keys; `key_label` names what the keys stand for."""

    key: ScalarNode
    value: SchemaNode
    key_label: str | None = None


@dataclass(frozen=True, slots=True)
class ScalarUnionNode:
    """A scalar, or (when the value is a mapping or a list) something structured."""

    scalar: SchemaNode
    non_scalar: SchemaNode


@dataclass(frozen=True, slots=True)
class ModelNode:
    """A leaf that pydantic validates: a model, a dataclass, or an annotation such as `datetime.date`."""

    model: Any
    name: str


SchemaNode = (
    ScalarNode
    | SourceNode
    | ArrayNode
    | NoneableNode
    | EnumNode
    | ShapeNode
    | SelectorNode
    | MapNode
    | ScalarUnionNode
    | ModelNode
)


def is_defaultable(node: SchemaNode) -> bool:
    """Tell whether a mapping with nothing in it satisfies `node`, so that a field of it may be left out.

    >>> is_defaultable(ShapeNode({"a": FieldNode(ScalarNode(ScalarKind.INT), is_required=False)}))
    True
    """
    if isinstance(node, ShapeNode):
        return all(not child.is_required for child in node.fields.values())
    if isinstance(node, SelectorNode):
        return len(node.fields) == 1 and all(not f.is_required for f in node.fields.values())
    return False
