"""`configured`: another config for whatever takes one."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from dagnb import composite_solid, configured, execute_solid, executor, lambda_solid, logger, resource, solid
from dagnb.config import DagnbConfigError, DagnbInvalidConfigDefinitionError
from dagnb.definitions import ModeDefinition
from dagnb.errors import DagnbInvalidDefinitionError


@resource(config_schema={"host": str, "port": int}, description="a server")
def server(context: Any) -> str:
    return "{host}:{port}".format(**context.resource_config)


@solid(config_schema={"by": int})
def scale(context: Any, number: int) -> int:
    """Scale a number."""
    by: int = context.solid_config["by"]
    return number * by


@solid(required_resource_keys={"server"})
def ask(context: Any) -> Any:
    return context.resources.server


def test_a_resource_by_a_decorator() -> None:
    @configured(server, {"port": int})
    def local(config: Any) -> Any:
        """The one here."""
        return {"host": "localhost", **config}

    assert local.description == "The one here."
    config = {"resources": {"server": {"config": {"port": 80}}}}
    assert execute_solid(ask, ModeDefinition("dev", {"server": local}), run_config=config).value == "localhost:80"


def test_a_resource_by_a_call_needs_no_config_any_more() -> None:
    local = configured(server)({"host": "localhost", "port": 80})
    assert local.description == "a server"
    assert local.config_node is None
    assert execute_solid(ask, ModeDefinition("dev", {"server": local})).value == "localhost:80"
    assert configured(server, description="another")({"host": "", "port": 1}).description == "another"


def test_a_solid_is_called_as_the_function_or_as_is_said() -> None:
    @configured(scale, int)
    def scaled(by: int) -> Any:
        return {"by": by}

    assert (scaled.name, scaled.description) == ("scaled", "Scale a number.")
    config = {"solids": {"scaled": {"config": 3}}}
    assert execute_solid(scaled, input_values={"number": 2}, run_config=config).value == 6
    assert configured(scale, name="double")({"by": 2}).name == "double"
    for config_of in ({"by": 2}, lambda config: config):
        with pytest.raises(
            DagnbInvalidDefinitionError, match=r"needs a name of its own[\s\S]*configured\(scale, name="
        ):
            configured(scale, None if isinstance(config_of, dict) else {"by": int})(config_of)


def test_a_composite_solid() -> None:
    @composite_solid(config_schema={"by": int}, config_fn=lambda config: {"scale": {"config": config}})
    def scaling(number: int) -> Any:
        return scale(number)

    doubling = configured(scaling, name="doubling")({"by": 2})
    assert execute_solid(doubling, input_values={"number": 4})["scale"].value == 8


def test_a_logger_and_an_executor() -> None:
    @logger(config_schema={"level": str})
    def told(context: Any) -> Any:
        return context.logger_config

    @executor(config_schema={"workers": int})
    def pool(context: Any) -> Any:
        return context.executor_config

    assert configured(told)({"level": "info"}).inner_config() == {"level": "info"}
    four = configured(pool, name="four")({"workers": 4})
    assert (four.name, four.inner_config()) == ("four", {"workers": 4})
    assert configured(pool)({"workers": 2}).name == "pool"


@lambda_solid
def plain(number: int) -> int:
    return number


@pytest.mark.parametrize(
    ("call", "kind", "told"),
    [
        (lambda: configured(test_a_composite_solid), DagnbInvalidDefinitionError, "got: the function test_a_comp"),  # type: ignore[type-var]
        (lambda: configured(plain, name="it")({}), DagnbInvalidDefinitionError, "takes no config cannot be configured"),
        (lambda: configured(server, name="it"), DagnbInvalidDefinitionError, "have names of their own"),
        (lambda: configured(server)(lambda config: config), DagnbInvalidConfigDefinitionError, "schema"),
        (lambda: configured(server, {"port": int})({"port": 1}), DagnbInvalidConfigDefinitionError, "function"),
        (lambda: configured(server)({"port": "x"}), DagnbConfigError, "host"),
    ],
)
def test_misuses_are_told_at_once(call: Any, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind, match=told) as caught:
        call()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
