"""Modes: their resources in an order in which they can be made, others in their place, loggers and executors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from dagnb import (
    ExecutorDefinition,
    LoggerDefinition,
    ModeDefinition,
    ResourceDefinition,
    colored_console_logger,
    executor,
    in_process_executor,
    logger,
    resource,
)
from dagnb.config import DagnbConfigError, DagnbInvalidConfigDefinitionError
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbNotFoundError


def asks(*keys: str) -> ResourceDefinition:
    return ResourceDefinition(lambda _context: 1, required_resource_keys=set(keys))


@resource(config_schema={"host": str, "port": int}, description="A server.")
def server(context: Any) -> str:
    return f"{context.resource_config['host']}:{context.resource_config['port']}"


def _of_two(host: str, port: int) -> str:
    return f"{host}:{port}"


def test_resources_stand_after_those_that_they_ask_for() -> None:
    mode = ModeDefinition("dev", {"a": asks("c"), "b": asks("a", "d"), "c": asks("d"), "d": asks(), "e": asks()})
    assert mode.resource_order({"b"}) == ["d", "c", "a", "b"]
    assert mode.resource_order({"e", "c"}) == ["d", "c", "e"]
    assert mode.resource_order(()) == []


def test_the_order_is_the_modes_own_where_they_ask_for_nothing() -> None:
    mode = ModeDefinition(resource_defs={"z": 1, "a": 2, "m": 3})
    assert mode.resource_order({"m", "a", "z"}) == ["z", "a", "m"]


def test_many_resources_in_a_row_are_ordered_without_a_deep_stack_of_their_own() -> None:
    keys = [f"r{number}" for number in range(200)]
    defs = {key: asks(*([keys[number + 1]] if number < 199 else [])) for number, key in enumerate(keys)}
    assert ModeDefinition(resource_defs=defs).resource_order({"r0"}) == keys[::-1]


def test_a_mode_with_other_resources_is_another_mode() -> None:
    mode = ModeDefinition("prod", {"db": server, "slack": 1}, description="The real thing.")
    other = mode.with_resources({"db": "fake"})
    assert other.resource_defs["db"].resource_fn() == "fake"
    assert other.resource_defs["slack"] is mode.resource_defs["slack"]
    assert (other.name, other.description, set(other.replaced)) == ("prod", "The real thing.", {"db"})
    assert mode.resource_defs["db"] is server
    assert mode.replaced == frozenset()


def test_definitions_among_values_are_taken_as_definitions() -> None:
    made = ModeDefinition.from_resources({"server": server, "rows": 3}, "test")
    assert made.resource_defs["server"] is server
    assert made.name == "test"


def test_what_is_configured_says_so() -> None:
    local = server.configured({"host": "localhost", "port": 80})
    assert local.config_node is None
    assert local.inner_config() == {"host": "localhost", "port": 80}
    assert local.description == "A server."
    named = server.configured(lambda config: {"host": "localhost", "port": config}, int, "Of this machine.")
    assert named.inner_config(8080) == {"host": "localhost", "port": 8080}
    assert (named.description, named.config_schema) == ("Of this machine.", int)
    twice = named.configured(90)
    assert twice.inner_config() == {"host": "localhost", "port": 90}
    assert server.config_mapping is None


def test_loggers_and_executors_are_configured_the_same_way() -> None:
    loud = colored_console_logger.configured({"log_level": "DEBUG"})
    assert isinstance(loud, LoggerDefinition)
    assert loud.inner_config() == {"log_level": logging.DEBUG, "name": "dagnb"}
    once = in_process_executor.configured({"retries": {"disabled": {}}})
    assert (once.name, once.inner_config()) == ("in_process", {"retries": {"disabled": {}}})


def test_modes_take_their_parts_in_the_order_of_the_slides() -> None:
    mode = ModeDefinition("dev", {"a": 1}, {"loud": colored_console_logger}, [in_process_executor], "For trying.")
    assert list(mode.logger_defs) == ["loud"]
    assert list(mode.executor_defs) == ["in_process"]
    assert mode.description == "For trying."


def test_decorators_name_what_they_make() -> None:
    @logger
    def quiet(_context: Any) -> logging.Logger:
        """Says nothing."""
        return logging.getLogger("quiet")

    @executor(name="mine", description="My own.")
    def make(_context: Any) -> Any:
        return None

    assert (repr(quiet), quiet.description) == ("<logger quiet>", "Says nothing.")
    assert (make.name, make.description) == ("mine", "My own.")
    assert executor(lambda_named()).name == "own"


def lambda_named() -> Callable[[Any], Any]:
    def own(_context: Any) -> Any:
        return None

    return own


MISTAKES: dict[str, tuple[Callable[[], Any], type[DagnbError], list[str]]] = {
    "a resource that is not there": (
        lambda: ModeDefinition("dev", {"table": asks("engin"), "engine": 1}),
        DagnbInvalidDefinitionError,
        ["no resource named engin", "mode dev › resource table", "the resource table asks for", "did you mean engine?"],
    ),
    "resources as a list": (
        lambda: ModeDefinition("dev", [server]),  # type: ignore[arg-type]
        DagnbInvalidDefinitionError,
        ["mode dev", "resource_defs is a mapping", "a list of 1", '{"db": db}'],
    ),
    "a resource of two parameters": (
        lambda: ResourceDefinition(_of_two),
        DagnbInvalidDefinitionError,
        ["resource _of_two", "def _of_two(host, port)", "def _of_two(context)", "context.resource_config"],
    ),
    "a resource that is nowhere near": (
        lambda: ModeDefinition("dev", {"table": asks("zzz")}),
        DagnbInvalidDefinitionError,
        ['ModeDefinition("dev", resource_defs={"zzz": ..., ...})'],
    ),
    "a cycle": (
        lambda: ModeDefinition("dev", {"a": asks("b"), "b": asks("c"), "c": asks("b")}),
        DagnbInvalidDefinitionError,
        ["ask for each other", "mode dev", "b → c → b", "required_resource_keys"],
    ),
    "itself": (
        lambda: ModeDefinition("dev", {"a": asks("a")}),
        DagnbInvalidDefinitionError,
        ["a resource asks for itself", "a → a"],
    ),
    "replaced by one that asks for more": (
        lambda: ModeDefinition("dev", {"a": 1}).with_resources({"a": asks("b")}),
        DagnbInvalidDefinitionError,
        ["no resource named b", "mode dev › resource a"],
    ),
    "an unknown one to replace": (
        lambda: ModeDefinition("dev", {"slack": 1}).with_resources({"slak": 2}),
        DagnbNotFoundError,
        ["no resource to replace named slak", "mode dev", "did you mean slack?"],
    ),
    "an unknown one to replace where there is none": (
        lambda: ModeDefinition("dev").with_resources({"db": 2}),
        DagnbNotFoundError,
        ['ModeDefinition("dev", resource_defs={"db": ...}) has it'],
    ),
    "keys in a text": (
        lambda: ResourceDefinition(lambda _context: 1, required_resource_keys="db"),
        DagnbInvalidDefinitionError,
        ["required_resource_keys is a set of names", "'db'", '{"db"}'],
    ),
    "keys that are no names": (
        lambda: ResourceDefinition(lambda _context: 1, required_resource_keys=[3]),  # type: ignore[list-item]
        DagnbInvalidDefinitionError,
        ["a set of names", "the integer 3"],
    ),
    "no function": (
        lambda: LoggerDefinition("x"),  # type: ignore[arg-type]
        DagnbInvalidDefinitionError,
        ["a logger is made by a function", 'the text "x"', "@logger"],
    ),
    "no function for an executor": (
        lambda: ExecutorDefinition("mine"),
        DagnbInvalidDefinitionError,
        ["an executor is made by a function", "executor mine", "execute(work)"],
    ),
    "a bad name of an executor": (
        lambda: ExecutorDefinition("my own", None, lambda_named()),
        DagnbInvalidDefinitionError,
        ["executors cannot be named so", "my_own"],
    ),
    "loggers in a list": (
        lambda: ModeDefinition("dev", logger_defs=[colored_console_logger]),  # type: ignore[arg-type]
        DagnbInvalidDefinitionError,
        ["logger_defs is a mapping of names to loggers", "mode dev", "list"],
    ),
    "a logger that is none": (
        lambda: ModeDefinition("dev", logger_defs={"a": logging.getLogger("a")}),  # type: ignore[dict-item]
        DagnbInvalidDefinitionError,
        ["logger_defs takes loggers only", "mode dev › logger a", "Logger", "@logger"],
    ),
    "an executor that is none": (
        lambda: ModeDefinition("dev", executor_defs=["in_process"]),  # type: ignore[list-item]
        DagnbInvalidDefinitionError,
        ["executor_defs takes executors only", "mode dev", 'the text "in_process"', "@executor"],
    ),
    "two executors of one name": (
        lambda: ModeDefinition("dev", executor_defs=[in_process_executor, in_process_executor]),
        DagnbInvalidDefinitionError,
        ["two executors have the same name", "mode dev › executor in_process", 'name="another"'],
    ),
    "nothing to configure": (
        lambda: ResourceDefinition.none_resource().configured({}),
        DagnbInvalidDefinitionError,
        ["a resource that takes no config cannot be configured", "config_schema"],
    ),
    "a wrong config": (
        lambda: server.configured({"host": "localhost", "port": "80"}),
        DagnbConfigError,
        ["resource server", "port", "80"],
    ),
    "a function without a schema": (
        lambda: server.configured(lambda config: config),
        DagnbInvalidConfigDefinitionError,
        ["resource server", "config_schema"],
    ),
    "a schema without a function": (
        lambda: server.configured({"host": "a", "port": 1}, {"x": int}),
        DagnbInvalidConfigDefinitionError,
        ["resource server"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    make, error, parts = MISTAKES[mistake]
    with pytest.raises(error) as caught:
        make()
    for part in parts:
        assert part in str(caught.value), f"{part!r} not in\n{caught.value}"
