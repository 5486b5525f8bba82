"""The queue of a run's steps: which can run now, which wait, and which a dynamic output has brought about."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dagnb.definitions.graph import Connection, leaves
from dagnb.events.mapped import handle_of, step_key_of
from dagnb.planning.plan import ExecutionPlan, Inherited, Step, StepInput

PRIORITY_TAGS = ("dagnb/priority", "dagster/priority")

Keys = tuple[str, ...]
_Place = tuple[int, Keys]


class StepQueue:
    """Hand out the steps of a plan, each when all that feed it have ended.

    Of those that can run, the one with the highest priority (the tag ``dagnb/priority``, an integer) comes first, and
    among equals the one that stands first in the plan. Steps that are mapped over a dynamic output appear when the
    step that gives it has ended.

    Args:
        plan: the plan. Steps that it says are done are passed over.
        on_step: told of each step that will run when it appears, before it can run.
    """

    def __init__(self, plan: ExecutionPlan, on_step: Callable[[Step], None] | None = None) -> None:
        self._on_step = on_step
        self.steps: dict[str, Step] = {}
        self._plan = plan
        self._is_dynamic = plan.pipeline.flat.is_dynamic
        self._inherited = plan.inherited or Inherited({})
        self._new: list[str] = []
        self._ready: list[tuple[int, _Place, str]] = []
        self._missing: dict[str, int] = {}
        self._readers: dict[str, list[str]] = {}
        self._places: dict[str, _Place] = {}
        self._ended: set[str] = set(self._inherited.done)
        self._left = 0
        self._numbers = {handle: number for number, handle in enumerate(plan.steps)}
        # By step and dynamic output: the mapping keys of its values, once they are known.
        self._known: dict[tuple[str, str], Keys] = dict(self._inherited.mapping_keys)
        self._waiting: dict[tuple[str, str], list[tuple[Step, Keys]]] = {}
        self._mapped: dict[tuple[str, str], list[Step]] = {}
        for step in plan.steps.values():
            if step.scope:
                self._mapped.setdefault(step.scope[-1], []).append(step)
            else:
                self._appear(step, ())
        for (key, output), keys in list(self._known.items()):
            self._expand(key, output, keys)

    @property
    def is_done(self) -> bool:
        """Whether every step has ended."""
        return not self._left

    def take(self) -> str | None:
        """Return the key of a step that can run now; None when none can."""
        return heapq.heappop(self._ready)[2] if self._ready else None

    def end(self, key: str, dynamic: Mapping[str, Keys]) -> list[str]:
        """Say that a step has ended; return the keys of the steps that appear by that.

        Args:
            key: the step.
            dynamic: for each of its dynamic outputs the mapping keys of the values that it gave, none when it failed.
        """
        self._new = []
        self._finish(key)
        for output, keys in dynamic.items():
            self._known[key, output] = keys
            self._expand(key, output, keys)
        return self._new

    def _expand(self, key: str, output: str, keys: Keys) -> None:
        handle, *outer = key.replace("]", "").split("[")
        for step in self._mapped.get((handle, output), ()):
            for each in keys:
                self._appear(step, (*outer, each))
        for step, place in self._waiting.pop((key, output), ()):
            self._appear(step, place)

    def _appear(self, step: Step, keys: Keys) -> None:
        if not self._is_dynamic or not step.is_pattern:
            self._add(step, (self._numbers[step.key], ()))
            return
        unknown = next(self._unknown(step, keys), None)
        if unknown is not None:
            self._waiting.setdefault(unknown, []).append((step, keys))
            return
        inputs = tuple(self._concrete(each, keys) for each in step.inputs)
        made = step._replace(key=step_key_of(step.key, keys), inputs=inputs, scope=())
        gates = tuple(key for each in step.inputs for key in self._gates(each, keys))
        self._add(made, (self._numbers[step.key], keys), gates)

    def _add(self, step: Step, place: _Place, gates: Sequence[str] = ()) -> None:
        key = step.key
        if key in self._inherited.done:
            return
        self.steps[key] = step
        self._new.append(key)
        if self._on_step is not None:
            self._on_step(step)
        self._left += 1
        self._places[key] = place
        needs = dict.fromkeys((*step.needs(), *gates))
        missing = 0
        for each in needs:
            if each not in self._ended and not self._is_outside(each):
                self._readers.setdefault(each, []).append(key)
                missing += 1
        self._missing[key] = missing
        if not missing:
            self._push(key)

    def _is_outside(self, step_key: str) -> bool:
        return step_key not in self._numbers and handle_of(step_key) not in self._numbers

    def _push(self, key: str) -> None:
        step = self.steps[key]
        heapq.heappush(self._ready, (-_priority(step), self._places[key], key))

    def _finish(self, key: str) -> None:
        if key in self._ended:
            return
        self._ended.add(key)
        self._left -= 1
        for reader in self._readers.pop(key, ()):
            self._missing[reader] -= 1
            if not self._missing[reader] and reader not in self._ended:
                self._push(reader)

    def _dynamic(self, connection: Connection) -> Iterator[tuple[int, tuple[str, str]]]:
        """Yield the dynamic outputs that a connection collects: how many keys stand before, and (handle, output)."""
        whole = self._plan.item_scope(connection)
        for depth in range(max(0, len(whole) - connection.collect), len(whole)):
            yield depth, whole[depth]

    def _unknown(self, step: Step, keys: Keys) -> Iterator[tuple[str, str]]:
        for each in step.inputs:
            for connection in each.connections:
                if connection.collect:
                    yield from self._unknown_of(connection, keys)

    def _unknown_of(self, connection: Connection, keys: Keys) -> Iterator[tuple[str, str]]:
        for places in self._levels(connection, keys):
            for place in reversed(places):  # the one that most probably is known last
                if place not in self._known:
                    yield place
                    return

    def _levels(self, connection: Connection, keys: Keys) -> Iterator[list[tuple[str, str]]]:
        """Yield the dynamic outputs (step and output) that a connection collects, the outermost first.

        The next level is asked for only when all of the one before are known.
        """
        prefixes: list[Keys] = []
        for depth, (handle, output) in self._dynamic(connection):
            prefixes = prefixes or [keys[:depth]]
            places = {(step_key_of(handle, prefix), output): prefix for prefix in prefixes}
            yield list(places)
            prefixes = [(*prefix, key) for place, prefix in places.items() for key in self._known[place]]
            if not prefixes:
                return

    def _gates(self, each: StepInput, keys: Keys) -> Iterator[str]:
        """Yield the steps whose dynamic outputs an input collects: when one fails, there is nothing to collect."""
        for connection in each.connections:
            if connection.collect:
                yield from (step_key for places in self._levels(connection, keys) for step_key, _ in places)

    def _concrete(self, each: StepInput, keys: Keys) -> StepInput:
        if not each.connections:
            return each
        gates = tuple(dict.fromkeys(self._gates(each, keys)))
        if not each.is_fan_in:
            return each._replace(connections=(self._place(each.connections[0], keys),), gates=gates)
        if each.nested is None and each.connections[0].collect:
            made = self._place(each.connections[0], keys)
            if isinstance(made, Connection):  # its dynamic output is not selected, so that there is one value
                made = (made,)
        else:
            made = self._collected(each.nested or each.connections, keys)
        flat = tuple(leaves(made))
        return each._replace(connections=flat, nested=None if flat == made else made, gates=gates)

    def _collected(self, shape: tuple[Any, ...], keys: Keys) -> tuple[Any, ...]:
        return tuple(
            self._collected(each, keys) if isinstance(each, tuple) else self._place(each, keys) for each in shape
        )

    def _place(self, connection: Connection, keys: Keys) -> Any:
        """Return the step's output that a connection means for these keys; of a collected one, tuples of such."""
        whole = self._plan.item_scope(connection)
        return self._spread(connection, whole, keys[: max(0, len(whole) - connection.collect)])

    def _spread(self, connection: Connection, whole: tuple[tuple[str, str], ...], prefix: Keys) -> Any:
        if len(prefix) < len(whole):
            handle, output = whole[len(prefix)]
            known = self._known.get((step_key_of(handle, prefix), output), ())
            return tuple(self._spread(connection, whole, (*prefix, key)) for key in known)
        steps = len(self._plan.scopes.get(connection.node, ()))
        output = connection.output if len(whole) == steps else f"{connection.output}[{prefix[-1]}]"
        return Connection(step_key_of(connection.node, prefix[:steps]), output)


def _priority(step: Step) -> int:
    node = step.node
    if not node.tags and not node.definition.tags:
        return 0
    tags = {**node.definition.tags, **node.tags}
    for tag in PRIORITY_TAGS:
        try:
            return int(tags[tag])
        except (KeyError, ValueError):
            continue
    return 0
