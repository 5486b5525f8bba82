"""What compiling and validating a whole pipeline's config may cost."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

import pytest

from dagnb.config import compile_schema, resolve_schema
from tests.benchmarks import config_bench

# The budgets are for a machine that needs this long for the loop of `_loop`; a slower one is given more.
LOOP_SECONDS = 0.013


def _loop() -> int:
    return sum(number * number for number in range(200_000))


def _fastest(action: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return min(times)


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Keep what other tests have left behind from being walked through while the clock runs."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize(("solids", "seconds"), [(1000, 0.025), (5000, 0.125)])
def test_a_pipeline_of_many_solids_is_validated_in_its_budget(solids: int, seconds: float) -> None:
    schema = resolve_schema(config_bench._schema(solids))
    value = {"solids": {f"solid_{number}": {"config": {"origin": "JFK"}} for number in range(solids)}}
    compile_schema(resolve_schema(int)).validate(1)  # the import of pydantic_core is not the subject
    slowness = max(1.0, _fastest(_loop, 5) / LOOP_SECONDS)
    taken = _fastest(lambda: compile_schema(schema).validate(value), 3)
    assert taken <= seconds * slowness, f"{taken * 1000:.0f} ms at {slowness:.1f} times the time of the loop"
