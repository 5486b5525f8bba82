"""What holds of every schema and every value."""

from __future__ import annotations

import json
import pickle
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings, strategies as st

from dagnb.config import (
    compile_schema,
    complete,
    diagnose,
    json_schema,
    parse_document,
    print_schema,
    prune,
    resolve_schema,
    scaffold,
    thaw,
)
from dagnb.config.schema import (
    MISSING,
    ArrayNode,
    MapNode,
    NoneableNode,
    ScalarKind,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
)
from dagnb.config.yaml_text import write_value
from tests.config.strategies import damaged, environ, json_values, nodes, shapes, values_of

few = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


_READ: dict[ScalarKind, Any] = {ScalarKind.STRING: "held by the environment", ScalarKind.INT: 12, ScalarKind.BOOL: True}


def _filled(node: SchemaNode, value: Any) -> Any:  # noqa: PLR0911 - one return a kind of node
    """Fill in defaults as the reference says, in the plainest way."""
    if isinstance(node, NoneableNode):
        return None if value is None else _filled(node.inner, value)
    if isinstance(node, SourceNode):
        return _READ[node.kind] if isinstance(value, dict) else value
    if isinstance(node, ScalarUnionNode):
        return _filled(node.non_scalar, value) if isinstance(value, dict | None) else value
    if isinstance(node, ArrayNode):
        return [_filled(node.item, item) for item in value]
    if isinstance(node, MapNode):
        return {key: _filled(node.value, item) for key, item in (value or {}).items()}
    if isinstance(node, SelectorNode):
        given = value or {name: field.default for name, field in node.fields.items()}
        return {name: _filled(node.fields[name].node, item) for name, item in given.items()}
    if isinstance(node, ShapeNode):
        given = value or {}
        defaults = {name: field.default for name, field in node.fields.items() if field.default is not MISSING}
        known = {n: _filled(node.fields[n].node, v) for n, v in (defaults | given).items() if n in node.fields}
        return known | {name: item for name, item in given.items() if name not in node.fields}
    return value


@few
@given(st.data())
def test_a_valid_value_comes_back_with_its_defaults(data: st.DataObject) -> None:
    node = data.draw(nodes)
    value = data.draw(values_of(node))
    resolved = compile_schema(node).validate(value, environ=environ)
    assert resolved == _filled(node, value)
    assert compile_schema(node).validate(resolved) == resolved
    assert pickle.loads(pickle.dumps(resolved)) == resolved
    assert json.loads(json.dumps(resolved)) == thaw(resolved)


@few
@given(st.data())
def test_the_validator_and_the_json_schema_agree(data: st.DataObject) -> None:
    node = data.draw(nodes)
    value = data.draw(values_of(node).flatmap(damaged))
    oracle = jsonschema.Draft202012Validator(json_schema(node))
    assert (not compile_schema(node).problems(value, environ=None)) == oracle.is_valid(value)


@few
@given(st.data())
def test_every_problem_names_a_place_that_is_there(data: st.DataObject) -> None:
    node = data.draw(nodes)
    value = data.draw(values_of(node).flatmap(damaged))
    for problem in compile_schema(node).problems(value, environ=None):
        place = value
        for step in problem.path[:-1]:
            place = place[step]
        assert isinstance(place, (dict, list)) or problem.path == () or place is None
        assert problem.text


@few
@given(st.data())
def test_every_diagnostic_marks_text_that_is_there(data: st.DataObject) -> None:
    node = data.draw(shapes)
    value = data.draw(values_of(node).flatmap(damaged))
    text = write_value(value)
    found = diagnose(node, text, environ=None)
    assert len(found) == len(compile_schema(node).problems(value, environ=None))
    for diagnostic in found:
        assert diagnostic.span.line == diagnostic.span.end_line == 0
        assert 0 <= diagnostic.span.column <= diagnostic.span.end_column <= len(text)


@few
@given(nodes)
def test_a_scaffold_can_be_run_as_it_is(node: SchemaNode) -> None:
    for text in (scaffold(node), scaffold(node, fields="all")):
        document = parse_document(text)
        assert document.problems == ()
        assert compile_schema(node).problems(document.value, environ=environ) == ()


@few
@given(json_values)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert parse_document(f"value: {write_value(value)}").value == {"value": value}


@few
@given(st.data())
def test_pruning_leaves_nothing_unknown(data: st.DataObject) -> None:
    node = data.draw(shapes)
    value = data.draw(values_of(node).flatmap(damaged))
    reasons = {problem.reason for problem in compile_schema(node).problems(prune(node, value), environ=None)}
    assert "unknown_field" not in reasons


@few
@given(st.data())
def test_completion_bears_any_text(data: st.DataObject) -> None:
    node = data.draw(shapes)
    text = data.draw(st.just(scaffold(node, fields="all")) | st.text(" \n{}[]:,-#'\"abc|", max_size=40))
    cut = data.draw(st.integers(0, len(text)))
    line = text.count("\n", 0, cut)
    column = cut - (text.rfind("\n", 0, cut) + 1)
    completion = complete(node, text, line, column)
    span = completion.span
    assert span.line == span.end_line == line
    assert 0 <= span.column <= column <= span.end_column <= len(text.split("\n")[line])


@few
@given(nodes)
def test_a_schema_survives_pickling_and_prints(node: SchemaNode) -> None:
    assert pickle.loads(pickle.dumps(node)) == node
    assert resolve_schema(node) is node
    assert print_schema(node)
