"""The schema tree: what every form of config schema becomes, frozen and without behaviour.

A node says which values are right; a `FieldNode` says how a node hangs in its parent.
Trees are finite: users' recursive models stay leaves (`ModelNode`).

The classes are written out and are no dataclasses: generating a dozen of those takes longer than all the
rest of `from dagnb.config import Field`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import Any, Final, NoReturn

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
    "filled_default",
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


_set = object.__setattr__


class _Frozen:
    """What cannot be changed, and is equal to another of its class with the same parts."""

    __slots__ = ()
    # The parts in their order: also how `match` takes a node apart.
    __match_args__: tuple[str, ...] = ()

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        message = f"{type(self).__name__} cannot be changed"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._parts() == other._parts())

    def __hash__(self) -> int:
        return hash((type(self), self._parts()))

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({parts})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _build, (type(self), dict(zip(self.__match_args__, self._parts(), strict=True)))


def _build(cls: type[_Frozen], parts: dict[str, Any]) -> _Frozen:
    return cls(**parts)


class Limits(_Frozen):
    """Bounds of a number, or of the length of a text or list; None means unbounded."""

    __slots__ = ("ge", "gt", "le", "lt", "max_length", "min_length", "multiple_of", "pattern")
    __match_args__ = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
    ge: float | None
    gt: float | None
    le: float | None
    lt: float | None
    multiple_of: float | None
    min_length: int | None
    max_length: int | None
    pattern: str | None

    def __init__(
        self,
        *,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
        lt: float | None = None,
        multiple_of: float | None = None,
        min_length: int | None = None,
        max_length: int | None = None,
        pattern: str | None = None,
    ) -> None:
        _set(self, "ge", ge)
        _set(self, "gt", gt)
        _set(self, "le", le)
        _set(self, "lt", lt)
        _set(self, "multiple_of", multiple_of)
        _set(self, "min_length", min_length)
        _set(self, "max_length", max_length)
        _set(self, "pattern", pattern)


NO_LIMITS: Final = Limits()


class ScalarNode(_Frozen):
    """One scalar, perhaps within limits."""

    __slots__ = ("kind", "limits")
    __match_args__ = ("kind", "limits")
    kind: ScalarKind
    limits: Limits

    def __init__(self, kind: ScalarKind, limits: Limits = NO_LIMITS) -> None:
        _set(self, "kind", kind)
        _set(self, "limits", limits)


class SourceNode(_Frozen):
    """A scalar, or ``{"env": NAME}``: the environment variable that holds it when the run starts.

    What comes from the environment is a secret, and so is text written in its place.
    """

    __slots__ = ("kind",)
    __match_args__ = ("kind",)
    kind: ScalarKind

    def __init__(self, kind: ScalarKind) -> None:
        _set(self, "kind", kind)


class ArrayNode(_Frozen):
    """A list whose items all follow one node."""

    __slots__ = ("item", "limits")
    __match_args__ = ("item", "limits")
    item: SchemaNode
    limits: Limits

    def __init__(self, item: SchemaNode, limits: Limits = NO_LIMITS) -> None:
        _set(self, "item", item)
        _set(self, "limits", limits)


class NoneableNode(_Frozen):
    """Null, or what `inner` accepts."""

    __slots__ = ("inner",)
    __match_args__ = ("inner",)
    inner: SchemaNode

    def __init__(self, inner: SchemaNode) -> None:
        _set(self, "inner", inner)


class Choice(_Frozen):
    """One allowed value of an enum: as written in config, and as the solid gets it."""

    __slots__ = ("config_value", "description", "python_value")
    __match_args__ = ("config_value", "python_value", "description")
    config_value: str | float | None
    python_value: Any
    description: str | None

    def __init__(self, config_value: str | float | None, python_value: Any, description: str | None = None) -> None:
        _set(self, "config_value", config_value)
        _set(self, "python_value", python_value)
        _set(self, "description", description)


class EnumNode(_Frozen):
    """One of a few values."""

    __slots__ = ("choices", "name")
    __match_args__ = ("name", "choices")
    name: str
    choices: tuple[Choice, ...]

    def __init__(self, name: str, choices: tuple[Choice, ...]) -> None:
        _set(self, "name", name)
        _set(self, "choices", choices)


class FieldNode(_Frozen):
    """A named place in a shape or selector.

    `default` is what the user would have written (not yet validated), MISSING when there is none.
    A field that is neither required nor has a default is left out of the resolved config.
    """

    __slots__ = ("default", "description", "is_required", "node")
    __match_args__ = ("node", "is_required", "default", "description")
    node: SchemaNode
    is_required: bool
    default: Any
    description: str | None

    def __init__(
        self, node: SchemaNode, *, is_required: bool = True, default: Any = MISSING, description: str | None = None
    ) -> None:
        _set(self, "node", node)
        _set(self, "is_required", is_required)
        _set(self, "default", default)
        _set(self, "description", description)


class ShapeNode(_Frozen):
    """A mapping with named fields; `allows_extra` lets other keys pass unchecked (Permissive)."""

    __slots__ = ("allows_extra", "description", "fields")
    __match_args__ = ("fields", "allows_extra", "description")
    fields: Mapping[str, FieldNode]
    allows_extra: bool
    description: str | None

    def __init__(
        self, fields: Mapping[str, FieldNode], *, allows_extra: bool = False, description: str | None = None
    ) -> None:
        _set(self, "fields", fields)
        _set(self, "allows_extra", allows_extra)
        _set(self, "description", description)


class SelectorNode(_Frozen):
    """A mapping with exactly one of the named fields."""

    __slots__ = ("description", "fields")
    __match_args__ = ("fields", "description")
    fields: Mapping[str, FieldNode]
    description: str | None

    def __init__(self, fields: Mapping[str, FieldNode], description: str | None = None) -> None:
        _set(self, "fields", fields)
        _set(self, "description", description)


class MapNode(_Frozen):
    """A mapping with free keys; `key_label` names what the keys stand for."""

    __slots__ = ("key", "key_label", "value")
    __match_args__ = ("key", "value", "key_label")
    key: ScalarNode
    value: SchemaNode
    key_label: str | None

    def __init__(self, key: ScalarNode, value: SchemaNode, key_label: str | None = None) -> None:
        _set(self, "key", key)
        _set(self, "value", value)
        _set(self, "key_label", key_label)


class ScalarUnionNode(_Frozen):
    """A scalar, or (when the value is a mapping or a list) something structured."""

    __slots__ = ("non_scalar", "scalar")
    __match_args__ = ("scalar", "non_scalar")
    scalar: SchemaNode
    non_scalar: SchemaNode

    def __init__(self, scalar: SchemaNode, non_scalar: SchemaNode) -> None:
        _set(self, "scalar", scalar)
        _set(self, "non_scalar", non_scalar)


class ModelNode(_Frozen):
    """A leaf that pydantic validates: a model, a dataclass, or an annotation such as `datetime.date`."""

    __slots__ = ("model", "name")
    __match_args__ = ("model", "name")
    model: Any
    name: str

    def __init__(self, model: Any, name: str) -> None:
        _set(self, "model", model)
        _set(self, "name", name)


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
        return len(node.fields) == 1 and all(f.default is not MISSING for f in node.fields.values())
    return False


def filled_default(field: FieldNode) -> Any:
    """Return the default of a field with the defaults inside filled in; `MISSING` when there is none.

    >>> inner = FieldNode(ScalarNode(ScalarKind.INT), is_required=False, default=3)
    >>> filled_default(FieldNode(ShapeNode({"rows": inner}), is_required=False, default={}))
    {'rows': 3}
    """
    if not isinstance(field.default, dict):
        return field.default
    node = field.node.inner if isinstance(field.node, NoneableNode) else field.node
    if isinstance(node, SelectorNode):
        chosen = field.default or dict.fromkeys(node.fields, MISSING)
        return {name: _given(node.fields[name], value) for name, value in chosen.items() if name in node.fields}
    if not isinstance(node, ShapeNode):
        return field.default
    filled = {name: _given(each, field.default.get(name, MISSING)) for name, each in node.fields.items()}
    extra = {name: value for name, value in field.default.items() if name not in node.fields}
    return {name: value for name, value in filled.items() if value is not MISSING} | extra


def _given(field: FieldNode, value: Any) -> Any:
    return filled_default(field if value is MISSING else FieldNode(field.node, default=value))
