"""Where config stands: defaults of the whole of it, and where a schema is wrong."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from dagnb import (
    DagnbConfigError,
    Field,
    Instance,
    ModeDefinition,
    Noneable,
    build_context,
    composite_solid,
    executor,
    logger,
    pipeline,
    resource,
    solid,
)
from dagnb.config import DagnbInvalidConfigDefinitionError
from dagnb.definitions import ExecutorDefinition

LEFT_OUT = {
    "scalar": (Field(int, default_value=3), 3),
    "shape": (Field({"rows": int}, default_value={"rows": 2}), {"rows": 2}),
    "none": (Field(Noneable(int), default_value=None), None),
    "optional": (Field(int, is_required=False), None),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_default_of_the_whole_config_holds_wherever_config_is_taken(case: str) -> None:
    schema, expected = LEFT_OUT[case]
    seen: dict[str, Any] = {}

    @resource(config_schema=schema)
    def db(context: Any) -> int:
        seen["resource"] = context.resource_config
        return 1

    @solid(config_schema=schema, required_resource_keys={"db"})
    def show(context: Any) -> int:
        seen.setdefault("solid", context.solid_config)
        return 1

    def given(config: Any) -> Any:
        seen["composite"] = config
        return {}

    show_more = show.configured(lambda config: {"given": config}["given"], schema, name="show_more")

    @composite_solid(config_schema=schema, config_fn=given)
    def outer() -> Any:
        return show()

    @pipeline(mode_defs=[ModeDefinition("dev", {"db": db})])
    def shown() -> None:
        show()
        outer()
        if case != "optional":  # there the function has nothing to give
            show_more()

    with Instance.ephemeral() as instance:
        assert shown.run(instance=instance).success
    assert seen == {"resource": expected, "solid": expected, "composite": expected}
    seen.clear()
    assert show(build_context(resources={"db": 1})) == 1
    assert seen["solid"] == expected


class InOrder:
    def execute(self, work: Any) -> None:
        while not work.is_done:
            for key in list(iter(work.take, None)):
                work.run_step(key)


def test_an_executor_without_config_in_the_document_gets_its_default() -> None:
    seen: list[Any] = []

    @executor(config_schema=Field(int, default_value=4))
    def counted(context: Any) -> Any:
        seen.append(context.executor_config)
        return InOrder()

    @solid
    def one() -> int:
        return 1

    @pipeline(mode_defs=[ModeDefinition("dev", executor_defs=[counted])])
    def numbers() -> None:
        one()

    with Instance.ephemeral() as instance:
        assert numbers.run(instance=instance).success
        assert numbers.run({"execution": {"counted": {"config": 5}}}, instance=instance).success
        with pytest.raises(DagnbConfigError, match="expected an integer"):
            numbers.run({"execution": {"counted": {"config": "five"}}}, instance=instance)
    assert isinstance(counted, ExecutorDefinition)
    assert seen == [4, 5]


WRONG = {
    "solid load": lambda: solid(name="load", config_schema={"rows": [object()]})(lambda: 1),
    "resource db": lambda: resource(config_schema={"rows": [object()]})(_named("db")),
    "logger lines": lambda: logger(config_schema={"rows": [object()]})(_named("lines")),
    "executor fast": lambda: executor(config_schema={"rows": [object()]})(_named("fast")),
    "solid both": lambda: composite_solid(config_schema={"rows": [object()]}, config_fn=lambda _config: {})(
        _named("both", takes_context=False)
    ),
    "pipeline all": lambda: pipeline(config_schema={"rows": [object()]}, config_fn=lambda _config: {})(
        _named("all", takes_context=False)
    ),
    "resource db, configured": lambda: resource(config_schema={})(_named("db")).configured(
        lambda config: config, {"rows": [object()]}
    ),
}


def _named(name: str, *, takes_context: bool = True) -> Any:
    def made(context: Any = None) -> Any:
        return context

    def bare() -> None:
        return

    function = made if takes_context else bare
    function.__name__ = function.__qualname__ = name
    return function


@pytest.mark.parametrize("place", WRONG)
def test_a_wrong_schema_is_told_with_what_takes_the_config(place: str) -> None:
    with pytest.raises(DagnbInvalidConfigDefinitionError) as caught:
        WRONG[place]()  # type: ignore[no-untyped-call]
    if "configured" in place:  # the mapping says it with the path alone
        assert "rows" in str(caught.value)
    else:
        assert f"at: {place} › config_schema › rows" in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
