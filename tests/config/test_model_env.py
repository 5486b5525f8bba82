"""Secrets of models from the environment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import jsonschema
import pydantic

from dagnb.config import compile_schema, json_schema, redact, resolve_schema


class Database(pydantic.BaseModel):
    host: str = "localhost"
    password: pydantic.SecretStr
    older: list[pydantic.SecretStr] = []
    token: pydantic.SecretStr | None = None


class File(pydantic.BaseModel):
    kind: Literal["file"]


class Server(pydantic.BaseModel):
    kind: Literal["server"]
    database: Database


PLACE = Annotated[File | Server, pydantic.Field(discriminator="kind")]
ENVIRON = {"DB_PASSWORD": "correct-horse-7", "DB_OLDER": "battery-staple-8"}


def read(schema: Any, value: Any) -> Any:
    return compile_schema(resolve_schema(schema)).validate(value, environ=ENVIRON)


def test_a_secret_of_a_model_may_come_from_the_environment() -> None:
    given = {"password": {"env": "DB_PASSWORD"}, "older": ["plain", {"env": "DB_OLDER"}], "token": {"env": "DB_OLDER"}}
    database = read({"db": Database}, {"db": given})["db"]
    assert database.password.get_secret_value() == "correct-horse-7"
    assert [each.get_secret_value() for each in database.older] == ["plain", "battery-staple-8"]
    assert database.token.get_secret_value() == "battery-staple-8"
    assert redact("login with correct-horse-7") == "login with •••••"


def test_a_variable_that_is_not_set_is_told_with_its_place() -> None:
    validator = compile_schema(resolve_schema({"db": Database}))
    given = {"db": {"password": {"env": "NOT_SET"}, "older": [{"env": "NOT_SET_EITHER"}]}}
    problems = validator.problems(given, environ={})
    assert [(problem.stack, problem.reason.value, problem.message) for problem in problems] == [
        (
            "root:db:password",
            "post_processing",
            "expected the environment variable NOT_SET to be set, got nothing; set it before the run: %env NOT_SET=...",
        ),
        (
            "root:db:older[0]",
            "post_processing",
            (
                "expected the environment variable NOT_SET_EITHER to be set, got nothing; "
                "set it before the run: %env NOT_SET_EITHER=..."
            ),
        ),
    ]
    assert validator.problems(given, environ=None) == ()


def test_other_fields_take_no_variable() -> None:
    problems = compile_schema(resolve_schema(Database)).problems(
        {"password": {"env": "DB_PASSWORD"}, "host": {"env": "DB_PASSWORD"}}, environ=ENVIRON
    )
    assert [problem.stack for problem in problems] == ["root:host"]
    assert "correct-horse" not in repr(problems)


def test_either_form_of_variants_reads_them() -> None:
    database = {"password": {"env": "DB_PASSWORD"}}
    for given in ({"kind": "server", "database": database}, {"server": {"database": database}}):
        assert read(PLACE, given).database.password.get_secret_value() == "correct-horse-7"


def test_the_json_schema_allows_them() -> None:
    oracle = jsonschema.Draft202012Validator(json_schema(resolve_schema({"db": Database})))
    assert oracle.is_valid({"db": {"password": {"env": "X"}, "token": None}})
    assert oracle.is_valid({"db": {"password": "plain"}})
    assert not oracle.is_valid({"db": {"password": {"name": "X"}}})
    assert not oracle.is_valid({"db": {"password": "x", "host": {"env": "X"}}})
