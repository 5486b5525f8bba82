"""Discriminated unions: both forms, their errors, their JSON Schema."""

from __future__ import annotations

import pickle
from typing import Annotated, Any, Literal

import jsonschema
import pydantic
import pytest
from hypothesis import given, settings, strategies as st

from dagnb.config import (
    DagnbInvalidConfigDefinitionError,
    Field,
    compile_schema,
    json_schema,
    parse_document,
    print_schema,
    prune,
    resolve_field,
    resolve_schema,
    scaffold,
)
from tests.config.strategies import damaged


class Csv(pydantic.BaseModel):
    kind: Literal["csv"]
    path: str
    rows: int = 10


class Table(pydantic.BaseModel):
    kind: Literal["table", "view"] = "table"
    name: str = "flights"


SOURCE = Annotated[Csv | Table, pydantic.Field(discriminator="kind", description="Where from.")]
VALIDATOR = compile_schema(resolve_schema({"source": SOURCE}))


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"kind": "csv", "path": "a"}, Csv(kind="csv", path="a")),
        ({"csv": {"path": "a", "rows": 3}}, Csv(kind="csv", path="a", rows=3)),
        ({"table": None}, Table()),
        ({"view": {"name": "v"}}, Table(kind="view", name="v")),
        (Table(name="x"), Table(name="x")),
    ],
)
def test_either_form_gives_the_model(given: Any, made: Any) -> None:
    assert VALIDATOR.validate({"source": given}) == {"source": made}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"csv": {}}, "source › csv › path\n  expected text, got nothing"),
        ({"kind": "csv"}, "source › path\n  expected text, got nothing"),
        (
            {"csv": {"path": "a", "row": 1}},
            (
                "source › csv › row\n"
                "  expected one of the fields path, rows, got the unknown field row; did you mean rows?"
            ),
        ),
        (
            {"kind": "csv", "path": "a", "row": 1},
            "source › row\n  expected one of the fields path, rows, got the unknown field row; did you mean rows?",
        ),
        (
            {"kind": "cvs"},
            'source › kind\n  expected one of csv, table, view, got the text "cvs"; did you mean csv?',
        ),
        ({"tabel": {}}, "source › kind\n  expected one of csv, table, view, got nothing; did you mean table?"),
        ({"path": "a"}, "source › kind\n  expected one of csv, table, view, got nothing"),
        (3, "source\n  expected a mapping with exactly one of csv, table, view, got the number 3"),
    ],
)
def test_errors_name_the_place_as_the_document_has_it(given: Any, text: str) -> None:
    assert [problem.text for problem in VALIDATOR.problems({"source": given})] == [text]


def test_it_may_be_null_and_have_a_default() -> None:
    nullable = Annotated[Csv | Table | None, pydantic.Field(discriminator="kind")]
    schema = {"a": nullable, "b": Field(SOURCE, default_value={"table": {}})}
    assert compile_schema(resolve_schema(schema)).validate({"a": None}) == {"a": None, "b": Table()}
    assert print_schema(resolve_schema(schema)) == "{ a: (Csv | Table)? b?: Csv | Table }"
    assert resolve_field(SOURCE).description == "Where from."


def test_a_union_that_nothing_tells_apart_is_refused() -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        resolve_schema({"source": Csv | Table})
    assert caught.value.hint == (
        'write Annotated[Csv | Table, pydantic.Field(discriminator="kind")], kind being a field of each that is '
        "a Literal, or a Selector"
    )


def test_it_is_scaffolded_as_a_selector() -> None:
    text = scaffold(resolve_schema({"source": SOURCE}), fields="all")
    assert text == (
        "# Where from.\nsource:\n  # or instead of csv: table, view\n  csv:\n"
        '    path: ""  # text, required\n    rows: 10  # an integer, default 10'
    )
    assert not VALIDATOR.problems(parse_document(text).value)


def test_pruning_keeps_what_either_form_has() -> None:
    schema = resolve_schema({"source": SOURCE})
    flat = {"source": {"kind": "csv", "path": "a", "old": 1}}
    assert prune(schema, flat) == {"source": {"kind": "csv", "path": "a"}}
    assert prune(schema, {"source": {"csv": {"path": "a", "old": 1}}}) == {"source": {"csv": {"path": "a"}}}
    assert prune(schema, {"source": {"kind": "unheard of", "x": 1}}) == {"source": {"kind": "unheard of", "x": 1}}


def test_a_validator_of_variants_pickles() -> None:
    copy = pickle.loads(pickle.dumps(VALIDATOR))
    assert copy.validate({"source": {"table": {}}}) == {"source": Table()}


_documents = st.sampled_from(
    [
        {"kind": "csv", "path": "a"},
        {"kind": "csv", "path": "a", "rows": 3},
        {"kind": "view", "name": "v"},
        {"table": {}},
        {"view": None},
        {"csv": {"path": "a"}},
        {},
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_json_schema_accepts_what_the_validator_accepts(data: st.DataObject) -> None:
    document = data.draw(_documents.flatmap(lambda source: damaged({"source": source})))
    oracle = jsonschema.Draft202012Validator(json_schema(resolve_schema({"source": SOURCE})))
    problems = VALIDATOR.problems(document)
    if oracle.is_valid(document):
        assert problems == ()
    # Pydantic reads numbers and booleans from texts too, which the schema does not say.
    elif not problems:
        resolved = VALIDATOR.validate(document)["source"].model_dump(mode="json")
        assert oracle.is_valid({"source": resolved})
    for problem in problems:
        place: Any = document
        for step in problem.path[:-1]:
            place = place[step]
