"""Pipelines drawn at random, with composites and dynamic maps, whose steps say when they are computed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

from dagnb import Pipeline, solid
from dagnb.definitions import SolidDefinition, compose_pipeline, composite_solid
from dagnb.definitions.ports import DynamicOutputDefinition
from dagnb.events.user import DynamicOutput

Mark = Callable[[str], None]
"""Told the key of a step at its end; what it raises fails the step."""

KINDS = ["work", "fan_in", "composite", "map", "map", "nested"]


def make_solids(mark: Mark) -> tuple[SolidDefinition, SolidDefinition]:
    """Return a solid that sums up what it is given, and one with a dynamic output of 0 to 3 values."""

    @solid
    def work(context: Any, first: Any = 0, rest: Any = ()) -> int:
        value = 1 + first + sum(rest)
        mark(context.step_key)
        return int(value)

    @solid(output_defs=[DynamicOutputDefinition(int)])
    def spread(context: Any, first: Any = 0) -> Iterator[DynamicOutput]:
        for number in range(crc32(context.step_key.encode()) % 4):
            yield DynamicOutput(first + number, f"k{number}")
        mark(context.step_key)

    return work, spread


class _Body:
    """The body of a drawn pipeline: every time that it is called, it composes the same."""

    def __init__(self, seed: int, mark: Mark) -> None:
        self._seed = seed
        self._work, self._spread = work, _ = make_solids(mark)

        @composite_solid
        def pair(first: Any) -> Any:
            return work.alias("second")(work.alias("first")(first))

        @composite_solid
        def outer(first: Any) -> Any:
            return work.alias("last")(pair.alias("inner")(first))

        self._composites = [pair, outer]

    def compose(self) -> None:
        chance = random.Random(self._seed)
        handles = [self._work.alias("n0")()]
        for number in range(1, chance.randint(3, 12)):
            handles.append(self._part(chance.choice(KINDS), f"n{number}", handles, chance))

    def _part(self, kind: str, alias: str, handles: list[Any], chance: random.Random) -> Any:
        work, spread = self._work, self._spread
        source, other = chance.choice(handles), chance.choice(handles)
        if kind == "work":
            return work.alias(alias)(source)
        if kind == "fan_in":
            return work.alias(alias)(rest=[source, other])
        if kind == "composite":
            return chance.choice(self._composites).alias(alias)(source)
        items = spread.alias(f"{alias}_spread")(source)
        if kind == "nested":
            mapped = items.map(lambda item: self._inner(alias, item))
        elif chance.random() < 0.5:
            mapped = items.map(self._composites[0].alias(f"{alias}_each"))
        else:
            mapped = items.map(lambda item: work.alias(f"{alias}_each")(item, [other]))
        return work.alias(alias)(rest=mapped.collect())

    def _inner(self, alias: str, item: Any) -> Any:
        items = self._spread.alias(f"{alias}_inner")(item)
        return self._work.alias(f"{alias}_sum")(rest=items.map(self._work.alias(f"{alias}_each")).collect())


def draw_pipeline(seed: int, mark: Mark) -> Pipeline:
    """Return a pipeline of 3 to 12 parts: solids, fan-ins, composites, maps over dynamic outputs, nested ones too."""
    body = _Body(seed, mark)
    return Pipeline(compose_pipeline(lambda: body.compose(), name="drawn"))  # noqa: PLW0108  # a function
