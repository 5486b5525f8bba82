"""Write a config document for a schema: what has to be filled in, with what it means beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from dagnb.config.models import outline
from dagnb.config.schema import (
    MISSING,
    ArrayNode,
    EnumNode,
    FieldNode,
    Limits,
    MapNode,
    ModelNode,
    NoneableNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
)
from dagnb.config.wording import describe_expected
from dagnb.config.yaml_text import write_value

__all__ = ["scaffold"]

_INDENT = "  "


def scaffold(node: SchemaNode, *, fields: Literal["required", "all"] = "required") -> str:
    """Return a YAML document with a place for each field and a comment that says what belongs there.

    Args:
        node: the schema of the document.
        fields: ``"required"`` writes what has to be given, ``"all"`` also what has a default (with the
            default) or is optional. Where there is no default an example of the right type stands, as a
            comment when the field may be left out; of a selector's branches the first is written.

    >>> from dagnb.config import Field, resolve_schema
    >>> schema = {"origin": str, "folds": Field(int, default_value=5, description="How many parts.")}
    >>> print(scaffold(resolve_schema(schema), fields="all"))
    origin: ""  # text, required
    folds: 5  # How many parts. An integer, default 5
    """
    lines = list(_Scaffold(every_field=fields == "all").lines(node, MISSING, 0))
    return "\n".join(lines) if lines else "{}"


class _Scaffold:
    def __init__(self, *, every_field: bool) -> None:
        self._every_field = every_field

    def lines(self, node: SchemaNode, default: Any, depth: int) -> Iterator[str]:
        """Yield the lines of a mapping; nothing when nothing has to be written."""
        node = _open(node)
        if isinstance(node, ShapeNode):
            for name, field in node.fields.items():
                given = _inner_default(field, name, default)
                if self._every_field or (field.is_required and given is MISSING):
                    yield from self._field(name, field, given, depth)
        elif isinstance(node, SelectorNode):
            yield from self._selector(node, default, depth)
        elif depth == 0:
            yield _value(node, default)

    def _selector(self, node: SelectorNode, default: Any, depth: int) -> Iterator[str]:
        chosen = next(iter(default), None) if isinstance(default, dict) else None
        name = str(chosen) if chosen in node.fields else next(iter(node.fields))
        others = [other for other in node.fields if other != name]
        if others:
            yield f"{_INDENT * depth}# or instead of {name}: {', '.join(others)}"
        field = node.fields[name]
        given = default[name] if chosen == name else field.default
        yield from self._written(name, field, given, depth)

    def _field(self, name: str, field: FieldNode, default: Any, depth: int) -> Iterator[str]:
        written = self._written(name, field, default, depth)
        if field.is_required or default is not MISSING:
            yield from written
            return
        margin = _INDENT * depth  # an example would be taken for what is wanted
        for line in written:
            yield line if line.lstrip().startswith("#") else f"{margin}# {line[len(margin) :]}"

    def _written(self, name: str, field: FieldNode, default: Any, depth: int) -> Iterator[str]:
        margin, key = _INDENT * depth, write_value(name)
        inner = _open(field.node)
        if isinstance(inner, (ShapeNode, SelectorNode)) and default is not None:
            below = list(self.lines(inner, default, depth + 1))
            extra = _extra(inner, default)
            below += [f"{margin}{_INDENT}{write_value(k)}: {write_value(v)}" for k, v in extra.items()]
            if field.description:
                yield f"{margin}# {_one_line(field.description)}"
            is_empty = all(line.lstrip().startswith("#") for line in below)
            yield f"{margin}{key}:" + (
                " {}" if is_empty and (not below or isinstance(field.node, NoneableNode)) else ""
            )
            yield from below
            return
        yield f"{margin}{key}: {_value(field.node, default)}  # {_comment(field, default)}"


def _open(node: SchemaNode) -> SchemaNode:
    """Return what to write the lines of: the inside of nullable nodes and of models."""
    if isinstance(node, ModelNode):
        return _open(outline(node))
    if isinstance(node, NoneableNode):
        inner = _open(node.inner)
        return inner if isinstance(inner, (ShapeNode, SelectorNode)) else node
    return node


def _inner_default(field: FieldNode, name: str, default: Any) -> Any:
    """Return the default of a field inside a mapping that itself may have one."""
    return default[name] if isinstance(default, dict) and name in default else field.default


def _extra(node: SchemaNode, default: Any) -> dict[Any, Any]:
    if not isinstance(node, ShapeNode) or not isinstance(default, dict):
        return {}
    return {key: value for key, value in default.items() if key not in node.fields}


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _comment(field: FieldNode, default: Any) -> str:
    expected = describe_expected(field.node)
    if default is not MISSING:
        state = f"default {write_value(default)}"
    else:
        state = "required" if field.is_required else "optional"
    text = _one_line(f"{expected}, {state}")
    if not field.description:
        return text
    description = _one_line(field.description)
    stop = "" if description.endswith((".", "!", "?")) else "."
    return f"{description}{stop} {text[:1].upper()}{text[1:]}"


def _value(node: SchemaNode, default: Any) -> str:
    return write_value(_example(node) if default is MISSING else default)


def _example(node: SchemaNode) -> Any:  # noqa: C901, PLR0911 - one branch a kind of node
    """Return a value that `node` accepts where one can be made without knowing what it is for."""
    match node:
        case ScalarNode(kind, limits):
            return _scalar_example(kind, limits)
        case SourceNode(kind):
            return _scalar_example(kind, Limits())
        case EnumNode(_, choices):
            return choices[0].config_value
        case ArrayNode(item, limits):
            return [_example(item)] * (limits.min_length or 0)
        case MapNode():
            return {}
        case ScalarUnionNode(scalar, _):
            return _example(scalar)
        case ShapeNode(fields):
            return {name: _given(field) for name, field in fields.items() if field.is_required}
        case SelectorNode(fields):
            name, field = next(iter(fields.items()))
            return {name: _given(field)}
        case NoneableNode():
            return None
        case ModelNode():
            return _example(outline(node))


def _given(field: FieldNode) -> Any:
    return _example(field.node) if field.default is MISSING else field.default


def _scalar_example(kind: ScalarKind, limits: Limits) -> Any:
    if kind is ScalarKind.ANY:
        return None
    if kind is ScalarKind.BOOL:
        return False
    if kind is ScalarKind.STRING:
        return "x" * (limits.min_length or 0)
    return _number_example(limits, whole=kind is ScalarKind.INT)


def _number_example(limits: Limits, *, whole: bool) -> int | float:
    step = limits.multiple_of or 1
    low = limits.ge if limits.ge is not None else limits.gt
    high = limits.le if limits.le is not None else limits.lt
    start = 0.0 if low is None or low < 0 < (1 if high is None else high) else low
    if high is not None and start > high:
        start = high
    start = start - start % -step if limits.multiple_of else start
    while limits.gt is not None and start <= limits.gt:
        start += step
    if limits.lt is not None and start >= limits.lt:
        start = start - step if limits.gt is None else (limits.gt + limits.lt) / 2
    return int(start) if whole or float(start).is_integer() else start
