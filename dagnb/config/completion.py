"""What could be typed at a place in a config text: fields, enum values, booleans, branches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dagnb.config.cursor import Cursor, find_cursor
from dagnb.config.document import Span
from dagnb.config.models import outline
from dagnb.config.schema import (
    MISSING,
    ArrayNode,
    EnumNode,
    FieldNode,
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
from dagnb.config.wording import describe_expected, write_scalar
from dagnb.config.yaml_text import write_value

__all__ = ["Completion", "CompletionItem", "CompletionKind", "complete"]

_SHORT = {
    ScalarKind.ANY: "any",
    ScalarKind.BOOL: "bool",
    ScalarKind.INT: "int",
    ScalarKind.FLOAT: "float",
    ScalarKind.STRING: "text",
}
_LONGEST_DEFAULT = 24


class CompletionKind(StrEnum):
    """What an item is."""

    FIELD = "field"
    BRANCH = "branch"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionItem:
    """One thing that could be typed.

    Attributes:
        label: what to show.
        insert: the text that replaces the completion's span; may hold new lines with their indentation.
        detail: the type and default, to the right of the label: ``int = 6``, ``enum: a | b``.
        description: what it means; empty when nobody said.
        kind: a field, a branch of a selector, or a value.
    """

    label: str
    insert: str
    detail: str
    description: str
    kind: CompletionKind


@dataclass(frozen=True, slots=True)
class Completion:
    """The items for one place, and the span of text that the chosen one replaces."""

    items: tuple[CompletionItem, ...]
    span: Span


def complete(schema: SchemaNode, text: str, line: int, column: int) -> Completion:
    r"""Return what could be typed at a place, required fields first; what is used already is left out.

    Args:
        schema: the schema of the document.
        text: the text of the editor; it need not be YAML yet.
        line: the cursor's line, from 0.
        column: the cursor's column, from 0, in characters.

    >>> from dagnb.config import Field, resolve_schema
    >>> schema = resolve_schema({"folds": int, "max_depth": Field(int, default_value=6)})
    >>> [(item.label, item.detail) for item in complete(schema, "folds: 5\nma", 1, 2).items]
    [('max_depth', 'int = 6')]
    """
    cursor = find_cursor(text, line, column)
    if cursor is None:
        return Completion((), Span(line, column, line, column))
    found = _follow(schema, cursor.path)
    items = [] if found is None else list(_items(found, cursor))
    return Completion(tuple(_matching(items, cursor.prefix)), cursor.span)


def _matching(items: list[CompletionItem], prefix: str) -> list[CompletionItem]:
    typed = prefix.strip().strip("\"'").lower()
    starting = [item for item in items if item.label.lower().startswith(typed)]
    inside = [item for item in items if typed in item.label.lower() and item not in starting]
    return starting + inside


def _open(node: SchemaNode) -> SchemaNode:
    if isinstance(node, ModelNode):
        return _open(outline(node))
    return node


def _follow(schema: SchemaNode, path: tuple[str | int, ...]) -> FieldNode | None:
    """Return the field at `path`; None where the schema has none."""
    field = FieldNode(schema)
    for step in path:
        node = _open(field.node)
        while isinstance(node, (NoneableNode, ScalarUnionNode)):
            node = _open(node.inner if isinstance(node, NoneableNode) else node.non_scalar)
        match node:
            case ShapeNode(fields) | SelectorNode(fields) if step in fields:
                field = fields[str(step)]
            case ArrayNode(item) if isinstance(step, int):
                field = FieldNode(item)
            case MapNode(_, value) if isinstance(step, str):
                field = FieldNode(value)
            case SourceNode() if step == "env":
                field = FieldNode(ScalarNode(ScalarKind.ANY))
            case _:
                return None
    return field


def _items(field: FieldNode, cursor: Cursor) -> Iterator[CompletionItem]:
    node = _open(field.node)
    inner = node
    while isinstance(inner, NoneableNode):
        inner = _open(inner.inner)
    if isinstance(inner, ScalarUnionNode):
        if cursor.is_inline or not cursor.in_flow:
            yield from _items(FieldNode(inner.scalar), cursor)
        inner = _open(inner.non_scalar)
    if isinstance(inner, (ShapeNode, SelectorNode)) and not cursor.is_inline:
        yield from _field_items(inner, cursor)
    elif isinstance(inner, ArrayNode) and not cursor.is_inline and not cursor.in_flow:
        yield _value_item("-", "- ", "list item", "")
    elif not cursor.has_colon:
        yield from _value_items(node, field)


def _field_items(node: ShapeNode | SelectorNode, cursor: Cursor) -> Iterator[CompletionItem]:
    is_branch = isinstance(node, SelectorNode)
    if is_branch and cursor.used:
        return
    fields = sorted(node.fields.items(), key=lambda item: not item[1].is_required)
    for name, field in node.fields.items() if is_branch else fields:
        if name in cursor.used:
            continue
        # In a JSON text the key being typed has quotes, and keeps them.
        key = json.dumps(name) if cursor.prefix[:1] == '"' else write_value(name)
        yield CompletionItem(
            label=name,
            insert=key if cursor.has_colon else f"{key}:{_after_colon(field.node, cursor)}",
            detail=_detail(field, is_branch=is_branch),
            description=field.description or "",
            kind=CompletionKind.BRANCH if is_branch else CompletionKind.FIELD,
        )


def _after_colon(node: SchemaNode, cursor: Cursor) -> str:
    """Return what follows a new key: a space before a scalar, an indented new line before the rest."""
    node = _open(node)
    if cursor.in_flow:
        return " "
    below = "\n" + " " * (cursor.indent + 2)
    if isinstance(node, ArrayNode):
        return f"{below}- "
    return below if isinstance(node, (ShapeNode, SelectorNode, MapNode)) else " "


def _value_items(node: SchemaNode, field: FieldNode) -> Iterator[CompletionItem]:
    match node:
        case NoneableNode(inner):
            yield from _value_items(_open(inner), field)
            yield _value_item("null", "null", _mark(None, field), "")
        case EnumNode(_, choices):
            for choice in choices:
                value = choice.config_value
                label = write_scalar(value)
                yield _value_item(label, write_value(value), _mark(value, field), choice.description or "")
        case ScalarNode(ScalarKind.BOOL):
            for value in (True, False):
                yield _value_item(write_value(value), write_value(value), _mark(value, field), "")
        case SourceNode():
            yield _value_item("{env: NAME}", "{env: NAME}", "from the environment", "")
        case ScalarNode() if field.default is not MISSING and field.default is not None:
            written = write_value(field.default)
            yield _value_item(written, written, "default", describe_expected(node))


def _mark(value: object, field: FieldNode) -> str:
    is_default = field.default is not MISSING and type(field.default) is type(value)
    return "default" if is_default and field.default == value else ""


def _value_item(label: str, insert: str, detail: str, description: str) -> CompletionItem:
    return CompletionItem(
        label=label,
        insert=insert,
        detail=detail,
        description=description,
        kind=CompletionKind.VALUE,
    )


def _detail(field: FieldNode, *, is_branch: bool) -> str:
    detail = _short_type(field.node)
    if field.default is not MISSING and not isinstance(_open(field.node), (ShapeNode, SelectorNode)):
        written = write_value(field.default)
        # An enum shows its default among its values, when it is chosen.
        is_enum = isinstance(_open(field.node), EnumNode)
        return detail if is_enum or len(written) > _LONGEST_DEFAULT else f"{detail} = {written}"
    return f"{detail}, required" if field.is_required and not is_branch else detail


def _short_type(node: SchemaNode) -> str:  # noqa: PLR0911 - one return a kind of node
    match _open(node):
        case ScalarNode(kind) | SourceNode(kind):
            return _SHORT[kind]
        case NoneableNode(inner):
            return f"{_short_type(inner)}?"
        case ArrayNode(item):
            return f"list of {_short_type(item)}"
        case EnumNode(_, choices):
            return f"enum: {' | '.join(write_scalar(choice.config_value) for choice in choices)}"
        case SelectorNode(fields):
            return f"one of {' | '.join(fields)}"
        case ScalarUnionNode(scalar, non_scalar):
            return f"{_short_type(scalar)} or {_short_type(non_scalar)}"
        case _:
            return "mapping"
