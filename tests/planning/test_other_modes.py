"""Config for a resource that the mode does not have, or has otherwise."""

from __future__ import annotations

import gc
import pickle
import weakref
from typing import Any

import pytest

from dagnb import Field, ModeDefinition, lambda_solid, resource
from dagnb.config import DagnbConfigError, diagnose
from dagnb.definitions import PipelineDefinition, compose_pipeline
from dagnb.planning.plan import make_plan
from dagnb.planning.run_config import run_config_validator


@resource(config_schema={"token": str, "retry": Field({"times": int}, is_required=False)})
def real(context: Any) -> Any:
    return context.resource_config


@resource
def fake(context: Any) -> Any:
    return context


@lambda_solid
def one() -> int:
    return 1


PROD = ModeDefinition("prod", {"slack": real, "db": fake})


def body() -> None:
    one()


TAKEN = 'the mode prod takes it: run with mode="prod", or leave it out'
TEST = ModeDefinition("test", {"slack": fake})


def made(*modes: ModeDefinition) -> PipelineDefinition:
    return compose_pipeline(body, name="p", mode_defs=list(modes) or [PROD, TEST])


def problem(pipeline: PipelineDefinition, resources: Any, mode: str) -> str:
    with pytest.raises(DagnbConfigError) as caught:
        make_plan(pipeline, {"resources": resources}, mode=mode)
    return str(caught.value)


@pytest.mark.parametrize(
    ("resources", "mode", "told"),
    [
        (
            {"slack": {"config": {"token": "x"}}},
            "test",
            f"slack › config\n  expected no fields here in the mode test, got the unknown field config; {TAKEN}",
        ),
        (
            {"slack": {}, "db": {}},
            "test",
            f"resources › db\n  expected the resource slack in the mode test, got the unknown field db; {TAKEN}",
        ),
        (
            {"slack": {"config": {"token": "x", "retry": {"tims": 3}}}},
            "prod",
            "resources › slack › config › retry › times\n  expected an integer in the mode prod, got nothing",
        ),
        ({"slak": {}}, "test", "expected the resource slack in the mode test, got the unknown field slak; did you"),
    ],
)
def test_the_mode_is_named_and_the_one_that_takes_it(resources: Any, mode: str, told: str) -> None:
    assert told in problem(made(), resources, mode)


def test_a_field_that_another_modes_resource_has_is_found() -> None:
    @resource(config_schema={"path": str})
    def file(context: Any) -> Any:
        return context

    pipeline = made(PROD, ModeDefinition("local", {"slack": file}))
    text = problem(pipeline, {"slack": {"config": {"path": "x", "token": "y"}}}, "local")
    assert "resources › slack › config › token" in text
    assert 'the mode prod takes it: run with mode="prod"' in text


def test_a_pipeline_with_one_mode_says_nothing_of_modes() -> None:
    text = problem(made(ModeDefinition("prod", {"slack": real})), {"slak": {"config": {"token": "x"}}}, "prod")
    assert "mode" not in text
    assert "expected the resource slack, got the unknown field slak; did you mean slack?" in text
    text = problem(compose_pipeline(body, name="p"), {"slack": {}}, "default")
    assert text == "resources › slack\n  expected no resources, got the unknown field slack"


def test_the_editor_says_the_same() -> None:
    pipeline = made()
    found = diagnose(run_config_validator(pipeline, TEST), "resources:\n  slack:\n    config: {token: x}\n")
    assert [each.span.line for each in found] == [2]
    assert "the mode prod takes it" in found[0].message


def test_the_validator_travels_and_does_not_keep_its_pipeline() -> None:
    pipeline = made()
    validator = run_config_validator(pipeline, TEST)
    document: dict[str, Any] = {"resources": {"db": {}}}
    again = pickle.loads(
        pickle.dumps(run_config_validator(made(ModeDefinition("a"), ModeDefinition("b")), ModeDefinition("a")))
    )
    assert "in the mode a" in again.problems(document)[0].message
    gone = weakref.ref(pipeline)
    assert validator.problems(document)
    del pipeline
    gc.collect()
    assert gone() is None
