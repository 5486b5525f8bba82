"""What `build_context` makes for solids that are called as functions: resources that come and go."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from dagnb import build_context, composite_solid, resource, solid
from dagnb.config import DagnbConfigError
from dagnb.errors import DagnbStepError
from dagnb.handles.contexts import UnclosedContextWarning


class _Connection:
    def __init__(self, url: str) -> None:
        self.url = url
        self.is_open = True


@resource(config_schema={"url": str})
def connection(context: Any) -> Iterator[_Connection]:
    made = _Connection(context.resource_config["url"])
    yield made
    made.is_open = False


@solid(required_resource_keys={"db"})
def use(context: Any) -> Any:
    assert context.resources.db.is_open
    return context.resources.db


def test_resources_are_made_and_torn_down() -> None:
    given = {"db": {"config": {"url": "db://"}}}
    with build_context(resources={"db": connection}, resources_config=given) as context:
        assert context.resources.db.is_open
        assert use(context) is use(context) is context.resources.db
    assert not context.resources.db.is_open
    assert context.resources.db.url == "db://"


def test_the_config_of_a_resource_is_checked() -> None:
    with pytest.raises(DagnbConfigError, match="url"):
        build_context(resources={"db": connection}, resources_config={"db": {"config": {"ur": "db://"}}})


def test_resources_may_need_each_other() -> None:
    @resource(required_resource_keys={"root"})
    def folder(context: Any) -> str:
        return f"{context.resources.root}/data"

    @solid(required_resource_keys={"folder"})
    def where(context: Any) -> Any:
        return context.resources.folder

    assert where(build_context(resources={"folder": folder, "root": "/srv"})) == "/srv/data"


def test_a_forgotten_context_tears_down_with_a_warning() -> None:
    context = build_context(resources={"db": connection}, resources_config={"db": {"config": {"url": "db://"}}})
    made = use(context)
    forgotten = [context]
    del context
    with pytest.warns(UnclosedContextWarning, match=r"resources db was never closed.*with build_context"):
        forgotten.clear()
    assert not made.is_open


def test_a_context_of_values_may_be_forgotten() -> None:
    @solid(required_resource_keys={"bonus"})
    def more(context: Any, number: int) -> int:
        return int(number + context.resources.bonus)

    assert more(build_context(resources={"bonus": 1}), 1) == 2
    gc.collect()  # a warning would be an error here


def test_a_resource_that_cannot_be_made_raises_and_others_are_torn_down() -> None:
    made: list[_Connection] = []

    @resource
    def first() -> Iterator[_Connection]:
        made.append(_Connection("a"))
        yield made[0]
        made[0].is_open = False

    @resource
    def broken() -> Any:
        raise OSError("no route")

    with pytest.raises(OSError, match="no route") as caught:
        build_context(resources={"first": first, "broken": broken})
    assert not made[0].is_open
    assert not getattr(caught.value, "__notes__", []), "there is no run to tell of"


def test_a_resource_that_fails_in_its_teardown_is_told() -> None:
    @resource
    def leaky() -> Iterator[int]:
        yield 1
        raise OSError("still busy")

    with pytest.raises(DagnbStepError, match="still busy"), build_context(resources={"leaky": leaky}):
        pass
    with pytest.raises(ValueError, match="the test's own") as caught, build_context(resources={"leaky": leaky}):
        raise ValueError("the test's own")
    assert any("still busy" in note for note in caught.value.__notes__)


def test_a_composite_gets_the_resources_of_the_context() -> None:
    @solid(required_resource_keys={"db"})
    def url(context: Any) -> str:
        return str(context.resources.db.url)

    @composite_solid
    def whole() -> Any:
        return url()

    given = {"db": {"config": {"url": "db://"}}}
    with build_context(resources={"db": connection}, resources_config=given) as context:
        assert whole(context) == context.resources.db.url
        assert context.resources.db.is_open
