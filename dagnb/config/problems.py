"""From pydantic_core's errors to ours: the place, the reason and the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dagnb.config.core import CHOICE_ERROR, ENV_ERROR, SELECTOR_ERROR, SOURCE_ERROR
from dagnb.config.errors import ConfigPath, ConfigProblem, ProblemReason
from dagnb.config.models import outline
from dagnb.config.printing import print_schema
from dagnb.config.schema import (
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
from dagnb.config.secret import is_secret_name
from dagnb.config.variants import FLAT
from dagnb.config.wording import describe_expected, describe_got, list_names, write_scalar
from dagnb.errors import nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, ValidationError

__all__ = ["problems_from"]

_ANY = ScalarNode(ScalarKind.ANY)
_TRUTH_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


class _Place(NamedTuple):
    """Where an error is: the path a user would walk, what is expected there, and in what it stands."""

    path: ConfigPath
    node: SchemaNode | None
    parent: SchemaNode | None
    leaf: ModelNode | None


def problems_from(root: SchemaNode, error: ValidationError) -> tuple[ConfigProblem, ...]:
    """Return one problem for each of pydantic_core's errors, in their order."""
    return tuple(_problem(root, detail) for detail in error.errors(include_url=False))


def _problem(root: SchemaNode, detail: ErrorDetails) -> ConfigProblem:  # noqa: PLR0911 - one return a kind
    place = _find(root, detail["loc"])
    kind, value = detail["type"], detail["input"]
    if kind in ("missing", "missing_argument"):
        return _missing(place)
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return _unknown(place)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _tag(place, detail)
    if kind == "invalid_key":
        return _key_of_other_type(place)
    if kind == SELECTOR_ERROR:
        return _selector(place, value)
    if kind == ENV_ERROR:
        return _environment(place, detail["ctx"])
    return _wrong(place, detail)


def _find(root: SchemaNode, loc: tuple[int | str, ...]) -> _Place:
    """Walk the tree along pydantic's location, dropping the parts that are not places in the config."""
    path: list[str | int] = []
    node: SchemaNode | None = root
    parent: SchemaNode | None = None
    leaf: ModelNode | None = None
    by_value = False
    for position, part in enumerate(loc):
        if part == FLAT:
            by_value = True
            continue
        while isinstance(node, (NoneableNode, ModelNode)):
            if isinstance(node, ModelNode):
                leaf, node = node, outline(node)
            else:
                node = node.inner
        if part == "[key]" and isinstance(parent, MapNode):
            node = parent.key
            continue
        if isinstance(node, ScalarUnionNode):
            node = node.scalar if part == "scalar" else node.non_scalar
            continue
        step = _child(node, part)
        if by_value:
            by_value, node = False, step
            continue
        if step is None and leaf is not None and position < len(loc) - 1:
            continue
        path.append(part)
        parent, node = node, step
    while isinstance(node, NoneableNode) and isinstance(node.inner, ModelNode):
        node = node.inner
    return _Place(tuple(path), node, parent, node if isinstance(node, ModelNode) else leaf)


def _child(node: SchemaNode | None, part: str | int) -> SchemaNode | None:
    match node:
        case ShapeNode(fields) | SelectorNode(fields):
            field = fields.get(part) if isinstance(part, str) else None
            return None if field is None else field.node
        case ArrayNode(item):
            return item if isinstance(part, int) else None
        case MapNode(_, value):
            return value
        case _:
            return None


def _missing(place: _Place) -> ConfigProblem:
    inside = list_names(" › ".join(names) for names in _required_inside(place.node))
    return ConfigProblem(
        path=place.path,
        reason=ProblemReason.MISSING_FIELD,
        expected="a value" if place.node in (None, _ANY) else _words(place.node),
        got="nothing",
        hint=f"required in it: {inside}" if inside else None,
        data={"field": place.path[-1] if place.path else "", "expected_type": _type_name(place.node)},
    )


def _required_inside(node: SchemaNode | None, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the required values below a missing mapping."""
    if not isinstance(node, ShapeNode):
        if above:
            yield above
        return
    for name, field in node.fields.items():
        if field.is_required:
            yield from _required_inside(field.node, (*above, name))


def _words(node: SchemaNode | None) -> str:
    return "a mapping" if isinstance(node, ShapeNode) else describe_expected(node or _ANY)


def _unknown(place: _Place) -> ConfigProblem:
    fields: Mapping[str, FieldNode] = {}
    if isinstance(place.parent, (ShapeNode, SelectorNode)):
        fields = place.parent.fields
    name = str(place.path[-1]) if place.path else ""
    near = nearest(name, fields)
    known = "one of the fields " if len(fields) > 1 else "the field "
    return ConfigProblem(
        path=place.path,
        reason=ProblemReason.UNKNOWN_FIELD,
        expected=known + list_names(fields) if fields else "no fields here",
        got=f"the unknown field {name}",
        hint=f"did you mean {near}?" if near else None,
        data={"field": name, "fields": tuple(fields), "nearest": near},
    )


def _tag(place: _Place, detail: ErrorDetails) -> ConfigProblem:
    """Tell that the field that says which model is meant is missing, or holds what none of them is."""
    context = detail["ctx"]
    name = context["discriminator"].strip("'")
    node = outline(place.node) if isinstance(place.node, ModelNode) else place.node
    tags = list(node.fields) if isinstance(node, SelectorNode) else []
    if "expected_tags" in context:
        tags = tags or [tag.strip("'") for tag in context["expected_tags"].split(", ")]
        got, near = str(context["tag"]), nearest(str(context["tag"]), tags)
        return ConfigProblem(
            path=(*place.path, name),
            reason=ProblemReason.INVALID_VALUE,
            expected=f"one of {list_names(tags)}",
            got=describe_got(got),
            hint=f"did you mean {near}?" if near else None,
            data={"fields": tuple(tags), "nearest": near},
        )
    keys = [key for key in detail["input"] if isinstance(key, str)]
    typos = [near for near in (nearest(key, tags) for key in keys) if near]
    return ConfigProblem(
        path=(*place.path, name),
        reason=ProblemReason.MISSING_FIELD,
        expected=f"one of {list_names(tags)}" if tags else "the name of the model that is meant",
        got="nothing",
        hint=f"did you mean {typos[0]}?" if typos and len(keys) == 1 else None,
        data={"field": name, "fields": tuple(tags)},
    )


def _key_of_other_type(place: _Place) -> ConfigProblem:
    key = place.path[-1] if place.path else ""
    return ConfigProblem(
        path=place.path,
        reason=ProblemReason.TYPE_MISMATCH,
        expected="a key that is text",
        got=f"the key {key}",
        hint=f'write "{key}" in quotes',
        data={"expected_type": ScalarKind.STRING.value, "got_type": "int" if isinstance(key, int) else "str"},
    )


def _selector(place: _Place, value: Mapping[Any, Any]) -> ConfigProblem:
    node = place.node
    while isinstance(node, NoneableNode):
        node = node.inner
    fields = node.fields if isinstance(node, SelectorNode) else {}
    return ConfigProblem(
        path=place.path,
        reason=ProblemReason.SELECTOR,
        expected=f"exactly one of {list_names(fields)}",
        got=list_names(str(key) for key in value) if value else "none of them",
        hint="keep one of them" if value else None,
        data={"fields": tuple(fields), "given": tuple(str(key) for key in value or ())},
    )


def _environment(place: _Place, context: Mapping[str, Any]) -> ConfigProblem:
    name = context["name"]
    kind = place.node.kind if isinstance(place.node, SourceNode) else ScalarKind.STRING
    wanted = _words(ScalarNode(kind))
    is_set = context["is_set"]
    return ConfigProblem(
        path=place.path,
        reason=ProblemReason.POST_PROCESSING,
        expected=f"{wanted} in the environment variable {name}"
        if is_set
        else f"the environment variable {name} to be set",
        got="a text that is none" if is_set else "nothing",
        hint=f"set it before the run: %env {name}=...",
        data={"variable": name, "is_set": is_set, "expected_type": _type_name(place.node)},
    )


def _wrong(place: _Place, detail: ErrorDetails) -> ConfigProblem:
    kind, value, node = detail["type"], detail["input"], place.node
    hide = isinstance(node, SourceNode) or any(is_secret_name(part) for part in place.path)
    by_type = kind == SOURCE_ERROR or kind.endswith(("_type", "_parsing", "_from_float"))
    by_type = by_type or (kind == CHOICE_ERROR and isinstance(value, (dict, list)))
    known = kind.startswith("dagnb_") or by_type or place.leaf is None or kind in _BOUNDS
    if known and node not in (None, _ANY):
        expected = _expected_beside(node, value)
    else:
        owner = place.leaf.name if place.leaf else "the schema"
        expected = f"what {owner} accepts ({_own_words(detail)})"
        hide = hide or place.leaf is None
    return ConfigProblem(
        path=place.path,
        reason=ProblemReason.TYPE_MISMATCH if by_type else ProblemReason.INVALID_VALUE,
        expected=expected,
        got=describe_got(value, hide=hide or _holds_secret(place)),
        hint=_hint(node, value),
        data={"expected_type": _type_name(node), "got_type": type(value).__name__},
    )


def _type_name(node: SchemaNode | None) -> str:
    return print_schema(node or _ANY)


_BOUNDS = {
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "multiple_of",
    "string_too_short",
    "string_too_long",
    "string_pattern_mismatch",
    "too_short",
    "too_long",
    "literal_error",
    "enum",
}


def _expected_beside(node: SchemaNode | None, value: object) -> str:
    while isinstance(node, NoneableNode) and value is None:
        node = node.inner
    return describe_expected(node or _ANY)


def _own_words(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return message[:1].lower() + message[1:]


def _holds_secret(place: _Place) -> bool:
    """Tell whether the place is in a model and typed as a pydantic secret there."""
    model: Any = place.leaf.model if place.leaf else None
    for part in place.path:
        field = getattr(model, "model_fields", {}).get(part)
        model = field.annotation if field is not None else model
    return "Secret" in repr(model)


def _hint(node: SchemaNode | None, value: object) -> str | None:
    while isinstance(node, NoneableNode):
        node = node.inner
    if not isinstance(value, str):
        if isinstance(node, ScalarNode) and node.kind is ScalarKind.STRING and type(value) in (int, float):
            return f'write "{value}" in quotes for text'
        return None
    if isinstance(node, EnumNode):
        near = nearest(value, [write_scalar(choice.config_value) for choice in node.choices])
        return f"did you mean {near}?" if near else None
    if not isinstance(node, ScalarNode):
        return None
    if node.kind is ScalarKind.BOOL:
        truth = _TRUTH_WORDS.get(value.lower(), value.lower() if value.lower() in ("true", "false") else "")
        return f"write {truth}, without quotes" if truth else None
    return _hint_number(node.kind, value)


def _hint_number(kind: ScalarKind, value: str) -> str | None:
    if kind not in (ScalarKind.INT, ScalarKind.FLOAT):
        return None
    try:
        number = int(value) if kind is ScalarKind.INT else float(value)
    except ValueError:
        return None
    return f"write {number} without quotes"
