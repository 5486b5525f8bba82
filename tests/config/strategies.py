"""Hypothesis strategies: any schema tree, the values that it accepts, and what comes of them when damaged."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st

from dagnb.config.schema import (
    MISSING,
    ArrayNode,
    Choice,
    EnumNode,
    FieldNode,
    Limits,
    MapNode,
    NoneableNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
)

_names = st.text("abcdef_é #:'\"-0", min_size=1, max_size=5).filter(lambda name: name == name.strip())
_ints = st.integers(-(10**6), 10**6)
# What the environment variables of the sources hold: one for each kind, none of them a secret by its name.
ENVIRON = {ScalarKind.STRING: "held by the environment", ScalarKind.INT: "12", ScalarKind.BOOL: "true"}
environ = {f"DAGNB_{kind.value}": text for kind, text in ENVIRON.items()}
# Never whole: JSON Schema, the oracle, takes 1.0 for an integer.
_floats = st.integers(-(10**6), 10**6).map(lambda number: number + 0.5)
json_values = st.recursive(
    st.none() | st.booleans() | _ints | _floats | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def _int_limits(draw: st.DrawFn) -> Limits:
    low = draw(st.integers(-50, 50))
    return Limits(ge=low, le=low + draw(st.integers(0, 20)))


@st.composite
def _float_limits(draw: st.DrawFn) -> Limits:
    low = draw(st.integers(-50, 50))
    return Limits(gt=low - 0.25, lt=low + draw(st.integers(1, 20)))


def _steps(step: int) -> ScalarNode:
    return ScalarNode(ScalarKind.INT, Limits(multiple_of=step))


@st.composite
def _lengths(draw: st.DrawFn) -> Limits:
    low = draw(st.integers(0, 2))
    return Limits(min_length=low, max_length=low + draw(st.integers(1, 4)))


_plain_scalars = st.sampled_from([ScalarNode(kind) for kind in ScalarKind if kind is not ScalarKind.ANY])
_enums = st.lists(st.text(max_size=4), min_size=1, max_size=3, unique=True).map(
    lambda names: EnumNode("Some", tuple(Choice(name, name) for name in names))
)
_leaves = (
    _plain_scalars
    | st.just(ScalarNode(ScalarKind.ANY))
    | _int_limits().map(lambda limits: ScalarNode(ScalarKind.INT, limits))
    | _float_limits().map(lambda limits: ScalarNode(ScalarKind.FLOAT, limits))
    | _lengths().map(lambda limits: ScalarNode(ScalarKind.STRING, limits))
    | st.sampled_from([2, 5, 7]).map(_steps)
    | st.sampled_from([SourceNode(kind) for kind in ENVIRON])
    | _enums
)


@st.composite
def _fields(draw: st.DrawFn, inner: st.SearchStrategy[SchemaNode], smallest: int = 0) -> dict[str, FieldNode]:
    nodes = draw(st.dictionaries(_names, inner, min_size=smallest, max_size=3))
    fields = {}
    for name, node in nodes.items():
        form = draw(st.sampled_from(["required", "optional", "default"]))
        default = draw(values_of(node)) if form == "default" else MISSING
        description = draw(st.none() | st.text(max_size=8))
        fields[name] = FieldNode(node, is_required=form == "required", default=default, description=description)
    return fields


def _grow(inner: st.SearchStrategy[SchemaNode]) -> st.SearchStrategy[SchemaNode]:
    shapes = st.builds(ShapeNode, _fields(inner))
    return (
        shapes
        | st.builds(lambda fields: ShapeNode(fields, allows_extra=True), _fields(inner))
        | st.builds(SelectorNode, _fields(inner, smallest=1))
        | inner.map(ArrayNode)
        | st.builds(ArrayNode, inner, _lengths())
        | inner.filter(lambda node: not isinstance(node, NoneableNode)).map(NoneableNode)
        | inner.map(lambda node: MapNode(ScalarNode(ScalarKind.STRING), node))
        | st.builds(ScalarUnionNode, _plain_scalars, shapes)
    )


nodes: st.SearchStrategy[SchemaNode] = st.recursive(_leaves, _grow, max_leaves=8)
shapes: st.SearchStrategy[ShapeNode] = st.builds(ShapeNode, _fields(nodes))


def values_of(node: SchemaNode) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one return a kind of node
    """Return a strategy of the values that `node` accepts."""
    match node:
        case ScalarNode(kind, limits):
            return _scalar_values(kind, limits)
        case EnumNode(_, choices):
            return st.sampled_from([choice.config_value for choice in choices])
        case NoneableNode(inner):
            return st.none() | values_of(inner)
        case ArrayNode(item, limits):
            return st.lists(values_of(item), min_size=limits.min_length or 0, max_size=limits.max_length or 3)
        case SourceNode(kind):
            return _scalar_values(kind, Limits()) | st.just({"env": f"DAGNB_{kind.value}"})
        case MapNode(_, value):
            return st.dictionaries(_names, values_of(value), max_size=3)
        case ScalarUnionNode(scalar, non_scalar):
            return values_of(scalar) | values_of(non_scalar)
        case SelectorNode(fields):
            return st.sampled_from(sorted(fields)).flatmap(
                lambda name: st.fixed_dictionaries({name: values_of(fields[name].node)})
            )
        case ShapeNode(fields):
            return st.fixed_dictionaries(
                {name: values_of(field.node) for name, field in fields.items() if field.is_required},
                optional={name: values_of(field.node) for name, field in fields.items() if not field.is_required},
            )
        case _:
            raise AssertionError(node)


def _scalar_values(kind: ScalarKind, limits: Limits) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one return a kind
    match kind:
        case ScalarKind.BOOL:
            return st.booleans()
        case ScalarKind.INT if limits.multiple_of is not None:
            return st.integers(-100, 100).map(lambda number: number * int(limits.multiple_of or 1))
        case ScalarKind.INT:
            return _ints if limits.ge is None else st.integers(int(limits.ge), int(limits.le or 0))
        case ScalarKind.FLOAT if limits.gt is not None:
            return st.integers(int(limits.gt + 0.25), int(limits.lt or 0) - 1).map(lambda number: number + 0.5)
        case ScalarKind.FLOAT:
            return _floats | _ints
        case ScalarKind.STRING:
            return st.text(min_size=limits.min_length or 0, max_size=limits.max_length or 6)
        case ScalarKind.ANY:
            return json_values


def _put(value: Any, key: Any, new: Any) -> None:
    value[key] = new


def _places(value: Any) -> list[Callable[[Any], Any]]:
    """Return functions that each put something else in one place of `value`, or take it away."""
    found: list[Callable[[Any], Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append(partial(_put, value, key))
        found.extend(_places(inner))
    if isinstance(value, dict):
        found.extend(partial(value.pop, key) for key in value)
        found.append(partial(_put, value, "unheard of"))
    return found


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """Return `value` with one to three places replaced, removed or added."""
    root = [copy.deepcopy(value)]
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(_places(root)))(draw(json_values))
    return root[0]
