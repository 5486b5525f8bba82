"""Hooks and retry policies as they are declared."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from dagnb import (
    Backoff,
    HookDefinition,
    Jitter,
    RetryPolicy,
    failure_hook,
    lambda_solid,
    pipeline,
    success_hook,
)
from dagnb.definitions import PipelineDefinition, compose_pipeline
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError


@success_hook
def tell(context: Any) -> None:
    """Tell it."""
    del context


@lambda_solid
def one() -> int:
    return 1


def of_one() -> PipelineDefinition:
    def p() -> None:
        one()

    return compose_pipeline(p)


def test_a_hook_knows_what_it_is_made_of() -> None:
    @failure_hook(name="mourner", required_resource_keys={"slack"})
    def mourn(context: Any) -> None:
        del context

    assert (tell.name, tell.occasion, tell.description) == ("tell", "success", "Tell it.")
    assert (mourn.name, mourn.occasion, set(mourn.required_resource_keys)) == ("mourner", "failure", {"slack"})


def test_a_hook_decorates_a_pipeline_and_a_definition() -> None:
    @tell
    @pipeline
    def numbers() -> None:
        one()

    assert numbers.definition.hook_defs == (tell,)
    definition = of_one()
    decorated = tell(definition)
    assert isinstance(decorated, PipelineDefinition)
    assert decorated.hook_defs == (tell,)
    assert definition.hook_defs == ()


def test_a_decorated_pipeline_goes_on_following_its_solids() -> None:
    scope: dict[str, Any] = {"one": one, "pipeline": pipeline, "tell": tell}
    exec("@tell\n@pipeline\ndef numbers():\n    one()\n", scope)  # noqa: S102  # cells of a notebook
    numbers = scope["numbers"]
    assert list(numbers.definition.nodes) == ["one"]
    scope["one"] = lambda_solid(name="two")(_without)
    assert list(numbers.definition.nodes) == ["two"]
    assert numbers.definition.hook_defs == (tell,)


def _other(context: Any) -> None:
    del context


MISTAKES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "no context": (
        lambda: success_hook(_without),  # type: ignore[arg-type]
        ["a hook takes the context first", "(context)"],
    ),
    "another first parameter": (
        lambda: failure_hook(name="a")(lambda what: what),
        ["a hook takes the context first", "(context)"],
    ),
    "on a solid": (
        lambda: tell(one),
        ["a hook decorates a pipeline", "hook tell", "one", "@tell stands above @pipeline", "solid.with_hooks({tell})"],
    ),
    "on a function": (lambda: tell(_other), ["a hook decorates a pipeline", "function"]),
    "no function": (lambda: HookDefinition("a", 3, "success"), ["hook a", "the integer 3"]),  # type: ignore[arg-type]
    "another occasion": (
        lambda: HookDefinition("a", _other, "always"),  # type: ignore[arg-type]
        ["after a success or after a failure", "'always'"],
    ),
    "a bad name": (lambda: HookDefinition("a b", _other, "success"), ["hooks cannot be named so", "a_b"]),
    "keys in a text": (
        lambda: success_hook(required_resource_keys="db")(_other),  # type: ignore[call-overload]
        ["required_resource_keys is a set of names", "hook _other"],
    ),
    "not hooks": (lambda: one.with_hooks({_other}), ["made by @success_hook or @failure_hook", "solid one"]),  # type: ignore[arg-type]
    "not even a set": (lambda: one.with_hooks(3), ["hooks are given as a set", "the integer 3"]),  # type: ignore[arg-type]
    "a hook whose resource is missing": (
        lambda: success_hook(required_resource_keys={"slack"})(_other)(of_one()),
        ["no resource named slack", "pipeline p › mode default", "the hook _other of one"],
    ),
    "fewer retries than none": (lambda: RetryPolicy(-1), ["max_retries", "the integer -1", "an integer from 0"]),
    "half a retry": (lambda: RetryPolicy(1.5), ["max_retries", "float 1.5"]),  # type: ignore[arg-type]
    "True retries": (lambda: RetryPolicy(True), ["max_retries", "bool True"]),
    "a negative delay": (lambda: RetryPolicy(delay=-1), ["delay", "seconds"]),
    "a delay that is no number": (lambda: RetryPolicy(delay=math.nan), ["delay", "nan"]),
    "a delay without an end": (lambda: RetryPolicy(delay=math.inf), ["delay", "inf"]),
    "a backoff of nothing": (lambda: RetryPolicy(backoff=Backoff.LINEAR), ["a backoff changes the delay", "delay=1.0"]),
    "a jitter of nothing": (lambda: RetryPolicy(jitter=Jitter.FULL), ["a jitter changes the delay"]),
    "an unknown backoff": (
        lambda: RetryPolicy(delay=1, backoff="quadratic"),
        ["there is no such backoff", "'quadratic'", "Backoff.LINEAR or Backoff.EXPONENTIAL"],
    ),
    "an unknown jitter": (
        lambda: RetryPolicy(delay=1, jitter="some"),
        ["there is no such jitter", "Jitter.FULL or Jitter.PLUS_MINUS"],
    ),
    "a time limit of nothing": (
        lambda: lambda_solid_with_limit(0),
        ["time_limit is a number of seconds above zero", "the integer 0"],
    ),
    "a time limit that is none": (lambda: lambda_solid_with_limit("1 s"), ["time_limit", 'the text "1 s"']),
    "a time limit that is no number": (lambda: lambda_solid_with_limit(math.nan), ["time_limit", "nan"]),
}


def lambda_solid_with_limit(limit: Any) -> Any:
    from dagnb import solid

    return solid(time_limit=limit)(_without)


def _without() -> int:
    return 1


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_says_where_what_and_what_next(mistake: str) -> None:
    make, parts = MISTAKES[mistake]
    with pytest.raises(DagnbInvalidDefinitionError) as caught:
        make()
    assert isinstance(caught.value, DagnbError)
    for part in parts:
        assert part in str(caught.value), f"{part!r} not in\n{caught.value}"


@pytest.mark.parametrize(
    ("policy", "seconds"),
    [
        (RetryPolicy(3), [0, 0, 0]),
        (RetryPolicy(3, 2), [2, 2, 2]),
        (RetryPolicy(3, 2, Backoff.LINEAR), [2, 4, 6]),
        (RetryPolicy(3, 2, "exponential"), [2, 6, 14]),
        (RetryPolicy(3, 2, jitter=Jitter.FULL), [0.5, 0.5, 0.5]),
        (RetryPolicy(3, 2, Backoff.EXPONENTIAL, Jitter.FULL), [0.5, 1.5, 3.5]),
        (RetryPolicy(3, 2, Backoff.LINEAR, Jitter.PLUS_MINUS), [1, 2, 3]),
        (RetryPolicy(3, 0, Backoff.LINEAR), [0, 0, 0]),
    ],
)
def test_waits_are_as_the_policy_says(policy: RetryPolicy, seconds: list[float]) -> None:
    assert [policy.seconds(retry, chance=0.25) for retry in (1, 2, 3)] == seconds


def test_chance_reaches_both_ends() -> None:
    full, both = RetryPolicy(1, 3, jitter="full"), RetryPolicy(1, 3, jitter="plus_minus")
    assert [full.seconds(1, chance) for chance in (0, 1)] == [0, 3]
    assert [both.seconds(1, chance) for chance in (0, 1)] == [0, 6]


def test_a_thousand_retries_have_a_wait_that_can_be_waited() -> None:
    policy = RetryPolicy(10_000, 1e300, Backoff.EXPONENTIAL)
    assert policy.seconds(5_000) == policy.seconds(10_000) < 1e9


def test_policies_are_equal_by_what_they_say() -> None:
    assert RetryPolicy(2, 1, "linear") == RetryPolicy(2, 1, Backoff.LINEAR)
    assert len({RetryPolicy(2), RetryPolicy(2), RetryPolicy(3)}) == 2
    assert RetryPolicy(2) != 2
    assert repr(RetryPolicy(2, 1)) == "RetryPolicy(max_retries=2, delay=1)"
