"""Config mappings: the config that a configured thing gives to the thing underneath."""

from __future__ import annotations

import enum
import pickle
from typing import Any

import pytest

from dagnb.config import (
    ConfigMapping,
    DagnbConfigError,
    DagnbConfigMappingError,
    DagnbInvalidConfigDefinitionError,
    DagnbMappedConfigError,
    Field,
    ProblemReason,
    StringSource,
    print_schema,
)

LOAD = {"origin": str, "rows": Field(int, default_value=10)}


def mapping(given: Any, *schema: Any, inner: Any = None) -> ConfigMapping:
    return ConfigMapping(inner or LOAD, given, *schema, outer="solid load_jfk", inner_name="solid load")


def upper(config: Any) -> dict[str, Any]:
    return {"origin": config["airport"].upper()}


def test_a_constant_config_needs_none_from_outside() -> None:
    made = mapping({"origin": "JFK"})
    assert made.is_constant
    assert print_schema(made.outer_node) == "{}"
    assert made.resolve() == made.resolve({}) == {"origin": "JFK", "rows": 10}
    with pytest.raises(TypeError, match="read-only"):
        made.resolve()["rows"] = 1


def test_a_function_makes_the_config_of_another() -> None:
    made = mapping(upper, {"airport": Field(str, default_value="jfk")})
    assert not made.is_constant
    assert print_schema(made.outer_node) == "{ airport?: String }"
    assert print_schema(made.inner_node) == "{ origin: String rows?: Int }"
    assert made.resolve({"airport": "lga"}) == {"origin": "LGA", "rows": 10}
    assert repr(made) == (
        "ConfigMapping(solid load_jfk: { airport?: String } -> solid load: { origin: String rows?: Int })"
    )


def test_a_mapping_of_a_mapping_goes_all_the_way_down() -> None:
    first = mapping(upper, {"airport": str})
    second = ConfigMapping(
        first, lambda config: {"airport": config[:3]}, str, outer="solid b", inner_name="solid load_jfk"
    )
    assert second.resolve("lga express") == {"origin": "LGA", "rows": 10}
    third = ConfigMapping(second, "ewr", outer="solid c", inner_name="solid b")
    assert third.resolve() == {"origin": "EWR", "rows": 10}


def test_a_constant_config_is_checked_where_it_is_written() -> None:
    with pytest.raises(DagnbMappedConfigError) as caught:
        mapping({"orign": "JFK", "rows": "many"})
    assert str(caught.value) == (
        "3 problems in the config that solid load_jfk gives to solid load\n"
        "origin\n  expected text, got nothing\n"
        'rows\n  expected an integer, got the text "many"\n'
        "orign\n  expected one of the fields origin, rows, got the unknown field orign; did you mean origin?"
    )
    assert isinstance(caught.value, DagnbConfigError)
    assert caught.value.config_value == {"orign": "JFK", "rows": "many"}


def test_what_the_function_returns_is_checked() -> None:
    made = mapping(lambda _config: {"origin": 5}, {})
    with pytest.raises(DagnbMappedConfigError) as caught:
        made.resolve({})
    assert str(caught.value) == (
        "1 problem in the config that solid load_jfk gives to solid load\n"
        'origin\n  expected text, got the number 5; write "5" in quotes for text'
    )
    assert caught.value.errors[0].reason is ProblemReason.TYPE_MISMATCH
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_an_exception_in_the_function_is_the_cause() -> None:
    made = mapping(upper, {"city": str})
    with pytest.raises(DagnbConfigMappingError) as caught:
        made.resolve({"city": "New York"})
    assert isinstance(caught.value.__cause__, KeyError)
    line = upper.__code__.co_firstlineno
    assert str(caught.value) == (
        "the config mapping of solid load_jfk raised\n"
        f"  at: upper, {__file__}:{line}\n"
        "  got: KeyError: 'airport'\n"
        "  expected: from { city: String } the config of solid load, { origin: String rows?: Int }\n"
        "  next: mend the function; it is given the config of solid load_jfk with its defaults filled in"
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_function_cannot_change_what_it_is_given() -> None:
    def change(config: Any) -> Any:
        config["airport"] = "x"
        return config

    with pytest.raises(DagnbConfigMappingError, match="resolved config is read-only"):
        mapping(change, {"airport": str}).resolve({"airport": "jfk"})


@pytest.mark.parametrize(
    ("given", "schema", "text"),
    [
        (
            {"origin": "JFK"},
            ({"a": int},),
            (
                "the config schema cannot be used\n"
                "  got: a config_schema for solid load_jfk, and the config itself\n"
                "  expected: a config, or a function with the config_schema of what it is given\n"
                "  next: leave config_schema out, or give a function that returns the config"
            ),
        ),
        (
            upper,
            (),
            (
                "the config schema cannot be used\n"
                "  got: the function upper for solid load_jfk, without a config_schema\n"
                "  expected: a function with the config_schema of what it is given\n"
                '  next: add config_schema, such as {"rows": int}; {} when it needs nothing'
            ),
        ),
    ],
)
def test_a_function_has_a_schema_and_a_config_has_none(given: Any, schema: tuple[Any, ...], text: str) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        mapping(given, *schema)
    assert str(caught.value) == text


def test_the_environment_is_read_when_the_config_is_made() -> None:
    made = mapping({"token": {"env": "DAGNB_TEST_TOKEN"}}, inner={"token": StringSource})
    assert made.resolve(environ={"DAGNB_TEST_TOKEN": "abcdef"}) == {"token": "abcdef"}
    with pytest.raises(DagnbMappedConfigError, match="the environment variable DAGNB_TEST_TOKEN to be set"):
        made.resolve(environ={})


def test_secrets_stay_out_of_what_the_function_raised() -> None:
    def connect(config: Any) -> Any:
        message = f"no login with {config['token']}"
        raise OSError(message)

    made = mapping(connect, {"token": StringSource})
    with pytest.raises(DagnbConfigMappingError) as caught:
        made.resolve(made_by_validation({"token": StringSource}, {"token": {"env": "T"}}, {"T": "hunter2222"}))
    assert "hunter2222" not in str(caught.value)


def made_by_validation(schema: Any, value: Any, environ: dict[str, str]) -> Any:
    from dagnb.config import compile_schema, resolve_schema

    return compile_schema(resolve_schema(schema)).validate(value, environ=environ)


def test_what_validation_gave_can_be_handed_on() -> None:
    class Target(enum.Enum):
        DEP = 1

    schema = {"target": Target, "more": [int]}
    made = mapping(dict, schema, inner=schema)
    outer = made_by_validation(schema, {"target": "DEP", "more": [1]}, {})
    assert made.resolve(outer) == {"target": Target.DEP, "more": [1]}


def test_a_mapping_pickles() -> None:
    copy = pickle.loads(pickle.dumps(mapping(upper, {"airport": str})))
    assert copy.resolve({"airport": "jfk"}) == {"origin": "JFK", "rows": 10}
