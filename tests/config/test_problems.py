"""The words of errors, one snapshot for each reason and for the hints."""

from __future__ import annotations

import pickle
from typing import Annotated, Any, Literal

import pydantic
import pytest

from dagnb.config import (
    DagnbConfigError,
    Field,
    IntSource,
    Map,
    Noneable,
    Permissive,
    Selector,
    StringSource,
    compile_schema,
    resolve_schema,
)


class Window(pydantic.BaseModel):
    low: int = 1
    high: Annotated[int, pydantic.Field(le=9)]
    key: pydantic.SecretStr = pydantic.SecretStr("")

    @pydantic.model_validator(mode="after")
    def ordered(self) -> Window:
        if self.low > self.high:
            message = "Low must not be above high"
            raise ValueError(message)
        return self


FOLDS = Annotated[int, pydantic.Field(ge=2, le=20)]


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        # type mismatch
        ({"folds": FOLDS}, {"folds": "ninety"}, 'folds\n  expected an integer from 2 to 20, got the text "ninety"'),
        (
            {"a": [{"b": bool}]},
            {"a": [{"b": True}, {"b": "yes"}]},
            'a › 1 › b\n  expected true or false, got the text "yes"; write true, without quotes',
        ),
        ({"a": bool}, {"a": 1}, "a\n  expected true or false, got the number 1"),
        (int, "5", 'the config\n  expected an integer, got the text "5"; write 5 without quotes'),
        (str, 5, 'the config\n  expected text, got the number 5; write "5" in quotes for text'),
        (int, None, "the config\n  expected an integer, got null"),
        (Noneable(int), {}, "the config\n  expected an integer or null, got a mapping of 0 entries"),
        ({"a": {"b": int}}, {"a": [1]}, "a\n  expected a mapping with b, got a list of 1 item"),
        (Map(str, int), {1: 2}, '1\n  expected text, got the number 1; write "1" in quotes for text'),
        (Permissive(), {1: 2}, '1\n  expected a key that is text, got the key 1; write "1" in quotes'),
        (str, object, "the config\n  expected text, got an object of type type"),
        (int, "x" * 60, f'the config\n  expected an integer, got the text "{"x" * 39}…"'),
        # missing
        ({"folds": FOLDS}, {}, "folds\n  expected an integer from 2 to 20, got nothing"),
        (
            {"load": {"config": {"origin": str, "day": str, "rows": Field(int, default_value=1)}}},
            {},
            "load\n  expected a mapping, got nothing; required in it: config › origin, config › day",
        ),
        # unknown
        (
            {"origin": Field(str, default_value=""), "sample": Field(float, default_value=1)},
            {"orign": "JFK"},
            "orign\n  expected one of the fields origin, sample, got the unknown field orign; did you mean origin?",
        ),
        ({}, {"a": 1}, "a\n  expected no fields here, got the unknown field a"),
        # selector
        (
            Selector({"csv": str, "table": str}),
            {"csv": "a", "table": "b"},
            "the config\n  expected exactly one of csv, table, got csv, table; keep one of them",
        ),
        (
            {"from": Noneable(Selector({"csv": str, "table": str}))},
            {"from": {}},
            "from\n  expected exactly one of csv, table, got none of them",
        ),
        # environment
        (
            {"token": StringSource},
            {"token": {"env": "DAGNB_NOT_SET"}},
            (
                "token\n  expected the environment variable DAGNB_NOT_SET to be set, got nothing; "
                "set it before the run: %env DAGNB_NOT_SET=..."
            ),
        ),
        (
            IntSource,
            {"env": "DAGNB_TEXT"},
            (
                "the config\n  expected an integer in the environment variable DAGNB_TEXT, got a text that is none; "
                "set it before the run: %env DAGNB_TEXT=..."
            ),
        ),
        # invalid value
        (
            Literal["dep_delay", "arr_delay"],
            "dep_dealy",
            'the config\n  expected one of dep_delay, arr_delay, got the text "dep_dealy"; did you mean dep_delay?',
        ),
        ({"folds": FOLDS}, {"folds": 21}, "folds\n  expected an integer from 2 to 20, got the number 21"),
        # inside a pydantic model
        ({"w": Window}, {"w": {"high": 10}}, "w › high\n  expected an integer of at most 9, got the number 10"),
        ({"w": Window}, {"w": {}}, "w › high\n  expected an integer of at most 9, got nothing"),
        (
            {"w": Window},
            {"w": {"hihg": 3, "high": 1}},
            "w › hihg\n  expected one of the fields low, high, key, got the unknown field hihg; did you mean high?",
        ),
        (
            {"w": Window},
            {"w": {"low": 5, "high": 1}},
            "w\n  expected what Window accepts (low must not be above high), got a mapping of 2 entries",
        ),
        ({"w": Window}, {"w": 3}, "w\n  expected a mapping with low, high, key, got the number 3"),
    ],
)
def test_the_words(schema: Any, value: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGNB_NOT_SET", raising=False)
    monkeypatch.setenv("DAGNB_TEXT", "hunter22")
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(resolve_schema(schema)).validate(value)
    assert str(caught.value) == text
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.errors) == (text, caught.value.errors)


def test_several_problems_are_counted() -> None:
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(resolve_schema({"a": int, "b": int})).validate({"a": "x"})
    assert str(caught.value) == (
        '2 problems in the config\na\n  expected an integer, got the text "x"\nb\n  expected an integer, got nothing'
    )


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"token": IntSource}, {"token": "hunter22"}),
        ({"token": IntSource}, {"token": {"hunter22": "hunter22"}}),
        ({"password": int}, {"password": "hunter22"}),
        ({"db": {"api_key": Literal["a"]}}, {"db": {"api_key": "hunter22"}}),
        ({"w": Window}, {"w": {"high": 1, "key": ["hunter22"]}}),
        ({"a": IntSource}, {"a": {"env": "DAGNB_TEXT"}}),
    ],
)
def test_secrets_stay_out_of_errors(schema: Any, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGNB_TEXT", "hunter22")
    with pytest.raises(DagnbConfigError) as caught:
        compile_schema(resolve_schema(schema)).validate(value)
    assert "hunter22" not in str(caught.value)
    assert "hunter22" not in repr(caught.value.errors)
