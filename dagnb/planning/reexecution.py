"""Running a run again in part: which of its steps are computed anew, and what is taken over of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dagnb.errors import DagnbInvariantViolationError, DagnbSelectionError, DagnbValueError
from dagnb.events.fold import RunFold, StepFold
from dagnb.events.mapped import handle_of, step_key_of
from dagnb.planning.cuts import gives_input
from dagnb.planning.plan import Inherited, InheritedOutput, live_scopes, selected_nodes
from dagnb.planning.selection import select
from dagnb.types import Nothing

if TYPE_CHECKING:
    from dagnb.contracts.records import RunRecord
    from dagnb.definitions.graph import Connection
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.definitions.ports import InputDefinition
    from dagnb.events.records import OutputProduced

STEP_SELECTION_TAG = "dagnb/step_selection"
FROM_FAILURE_TAG = "dagnb/from_failure"

# What has to be read of a run's events to know how its steps stand.
KINDS = (
    "RunStarted",
    "StepsAdded",
    "StepStarted",
    "StepSucceeded",
    "StepFailed",
    "StepSkipped",
    "StepRetried",
    "OutputProduced",
    "RunSucceeded",
    "RunFailed",
    "RunCanceled",
)

_BECAME = {
    "waiting": "never ran",
    "running": "did not end",
    "failure": "failed",
    "skipped": "was skipped",
    "canceled": "was cancelled",
}
_ENDED_AS_MEANT = ("success", "skipped")

_Keys = tuple[str, ...]
_Given = Mapping[str, Mapping[str, Any]]


class PastRun(NamedTuple):
    """A run and how its steps stand; of its events those of `KINDS` are enough."""

    run: RunRecord
    fold: RunFold


class _PastStep(NamedTuple):
    run_id: str
    fold: StepFold


def from_failure(
    pipeline: PipelineDefinition,
    past: Sequence[PastRun],
    run_config: Mapping[str, Any] | None = None,
    *,
    input_values: _Given | None = None,
) -> Inherited:
    """Return what a run takes over that goes on where another ended: everything that was finished.

    What failed, was skipped or cancelled, or never ran is computed; of mapped solids step by step.

    Args:
        pipeline: the pipeline as it is now.
        past: the run, then the one that it repeated in part, and so on.
        run_config: the run config document of the new run.
        input_values: values for inputs, by solid and input.

    Raises:
        DagnbInvariantViolationError: everything was finished.
        DagnbValueError: a value that is needed was not stored.
    """
    steps = _PastSteps(pipeline, past, input_values or {})
    run = past[0].run
    ended = all(steps.status(key) in _ENDED_AS_MEANT for key in steps.needs)
    if ended and past[0].fold.status == "success":
        raise DagnbInvariantViolationError(
            "nothing of the run failed, so there is nothing to go on with",
            where=_where(run),
            hint='step_selection="..." computes some of its steps again, with neither all of them',
        )
    chosen = {key for key in steps.needs if steps.status(key) != "success"}
    steps.check(chosen, run_config)
    return steps.inherited(chosen, handles=None)


def from_selected(
    pipeline: PipelineDefinition,
    past: Sequence[PastRun],
    step_selection: str | Sequence[str],
    run_config: Mapping[str, Any] | None = None,
    *,
    input_values: _Given | None = None,
) -> Inherited:
    """Return what a run takes over that computes some steps of another again.

    Args:
        pipeline: the pipeline as it is now.
        past: the run, then the one that it repeated in part, and so on.
        step_selection: which steps; see `dagnb.planning.selection`. A mapped solid stands for all its steps.
        run_config: the run config document of the new run.
        input_values: values for inputs, by solid and input.

    Raises:
        DagnbSelectionError: the selection names nothing, or needs an output that there is not.
        DagnbValueError: a value that is needed was not stored.
    """
    steps = _PastSteps(pipeline, past, input_values or {})
    names = select(step_selection, steps.needs, inside=steps.groups(), where=_where(past[0].run))
    chosen = set(names)
    steps.check(chosen, run_config)
    return steps.inherited(chosen, handles=frozenset(map(handle_of, chosen)))


def _where(run: RunRecord) -> str:
    return f"run {run.run_id[:8]} of {run.pipeline_name}"


class _PastSteps:
    """The steps of a pipeline as a run, and those that it repeated in part, left them.

    `needs` holds every step with those that feed it; a mapped solid of which no step is known yet stands by its
    handle.
    """

    def __init__(self, pipeline: PipelineDefinition, past: Sequence[PastRun], given: _Given) -> None:
        self._flat = pipeline.flat
        self._given = given
        self._run = past[0].run
        self._nodes = selected_nodes(pipeline, self._run.solid_selection)
        self._scopes = live_scopes(pipeline.flat, self._nodes, given)
        self._found = _newest(past, self._restarted)
        self._keys: dict[str, list[_Keys]] = {}
        self._by_prefix: dict[tuple[str, int], dict[_Keys, list[str]]] = {}
        for handle in self._nodes:
            self._keys[handle] = self._mapped_over(handle)
        self.needs: dict[str, list[str]] = {
            key: list(
                dict.fromkeys(each for _, source in self._connections(handle) for each in self._feeding(key, source))
            )
            for handle in self._nodes
            for key in self._step_keys(handle)
        }

    def status(self, step_key: str) -> str:
        """Return how a step stands."""
        found = self._found.get(step_key)
        return "waiting" if found is None else found.fold.status

    def groups(self) -> dict[str, list[str]]:
        """Return the names that stand for several steps: mapped solids and composite ones."""
        groups = {handle: self._step_keys(handle) for handle in self._scopes if handle in self._nodes}
        for composite in self._flat.composites:
            inside = [handle for handle in self._flat.inside(composite) if handle in self._nodes]
            if inside:
                groups[composite] = [key for handle in inside for key in self._step_keys(handle)]
        return groups

    def inherited(self, chosen: set[str], *, handles: frozenset[str] | None) -> Inherited:
        """Return what is taken over when the chosen steps are computed again."""
        outputs: dict[tuple[str, str], InheritedOutput] = {}
        mapping_keys: dict[tuple[str, str], _Keys] = {}
        kept = [key for key in self.needs if key not in chosen]
        for key in kept:
            for name, definition in self._nodes[handle_of(key)].definition.outputs.items():
                if definition.is_dynamic:
                    mapping_keys[key, name] = self._dynamic(key, name)
            if self.status(key) == "success":
                found = self._found[key]
                outputs.update(
                    {(key, each.key): InheritedOutput(found.run_id, each) for each in found.fold.outputs.values()}
                )
        done = frozenset(kept if handles is None else [key for key in kept if handle_of(key) in handles])
        return Inherited(outputs, done, handles, mapping_keys)

    def check(self, chosen: set[str], run_config: Mapping[str, Any] | None) -> None:
        """Check that what the chosen steps take of others is there.

        Raises:
            DagnbSelectionError: a step that gives it did not succeed.
            DagnbValueError: it was not stored.
        """
        for key in (each for each in self.needs if each in chosen):
            node = self._nodes[handle_of(key)]
            for input_name, source in self._connections(node.name):
                definition = node.definition.inputs[input_name]
                can_do_without = definition.has_default or definition.type is Nothing
                can_do_without |= definition.is_loadable and gives_input(run_config, node.name, input_name)
                can_do_without |= isinstance(node.inputs[input_name], tuple)
                for each in self._feeding(key, source):
                    if each in chosen:
                        continue
                    if self.status(each) == "success":
                        self._check_stored(each, source.output, definition)
                    elif source.collect or not can_do_without:
                        self._check_left_out(each, source, key, input_name)

    def _check_left_out(self, step_key: str, source: Connection, reader: str, input_name: str) -> None:
        if source.collect and self.status(step_key) == "skipped":
            return  # it would be left out of what is collected in any case
        raise DagnbSelectionError(
            f"the run has no output {source.output} of {step_key} to take over",
            where=f"{_where(self._run)} › {reader} › input {input_name}",
            got=f"{step_key} {_BECAME.get(self.status(step_key), self.status(step_key))}",
            hint=f'step_selection="*{reader}" computes what feeds it, from_failure=True all that did not succeed',
        )

    def _check_stored(self, step_key: str, output_name: str, definition: InputDefinition) -> None:
        found = self._found[step_key]
        for event in found.fold.outputs.values():
            if event.output_name == output_name and definition.type is not Nothing and not _is_stored(event):
                raise DagnbValueError(
                    "a value that is needed was not stored, so it cannot be taken over",
                    where=f"run {found.run_id[:8]} › {step_key} › {event.key}",
                    got=event.reference.note,
                    hint=f'compute it again: step_selection="{step_key}*", or without a selection all of the run',
                )

    def _connections(self, handle: str) -> Iterator[tuple[str, Connection]]:
        at_hand = self._given.get(handle, {})
        for input_name, source in self._nodes[handle].connections():
            if source.node in self._nodes and input_name not in at_hand:
                yield input_name, source

    def _step_keys(self, handle: str) -> list[str]:
        if handle not in self._scopes:
            return [handle]
        return [step_key_of(handle, keys) for keys in self._keys[handle]] or [handle]

    def _mapped_over(self, handle: str) -> list[_Keys]:
        """Return the mapping keys of the steps of a solid that are known."""
        known: list[_Keys] = [()]
        for source, output in self._scopes.get(handle, ()):
            known = [(*keys, each) for keys in known for each in self._dynamic(step_key_of(source, keys), output)]
        return known

    def _dynamic(self, step_key: str, output_name: str) -> _Keys:
        if self.status(step_key) != "success":
            return ()
        outputs = self._found[step_key].fold.outputs.values()
        return tuple(
            each.mapping_key for each in outputs if each.output_name == output_name and each.mapping_key is not None
        )

    def _feeding(self, step_key: str, source: Connection) -> list[str]:
        """Return the steps that a connection of a step leads to."""
        keys = tuple(step_key.replace("]", "").split("[")[1:])
        own, other = self._scopes.get(handle_of(step_key), ()), self._scopes.get(source.node, ())
        shared = 0
        while shared < min(len(own), len(other), len(keys)) and own[shared] == other[shared]:
            shared += 1
        if not self._keys[source.node]:
            return [source.node]
        found = self._by_prefix.get((source.node, shared))
        if found is None:
            found = self._by_prefix[source.node, shared] = {}
            for each in self._keys[source.node]:
                found.setdefault(each[:shared], []).append(step_key_of(source.node, each))
        return found.get(keys[:shared], [])

    def _restarted(self, run: RunRecord) -> set[str]:
        """Return the mapped solids of which a run was to compute all steps again."""
        selection = dict(run.tags).get(STEP_SELECTION_TAG)
        if selection is None or not self._scopes:
            return set()
        needs = {handle: [source.node for _, source in self._connections(handle)] for handle in self._nodes}
        inside = {
            name: [each for each in self._flat.inside(name) if each in self._nodes] for name in self._flat.composites
        }
        found: set[str] = set()
        for clause in selection.split(","):
            try:
                found.update(select(clause, needs, inside=inside, where=""))
            except DagnbSelectionError:  # it names a single step of a mapped solid, or what is no more
                continue
        return found & set(self._scopes)


def _is_stored(event: OutputProduced) -> bool:
    reference = event.reference
    return reference.codec is not None or event.type_check.type_name == Nothing.name


def _newest(past: Iterable[PastRun], restarted: Callable[[RunRecord], set[str]]) -> dict[str, _PastStep]:
    """Return how each step stands: as the newest run says that was to compute it."""
    found: dict[str, _PastStep] = {}
    anew: set[str] = set()
    for run, fold in past:
        for key, step in fold.steps.items():
            if key not in found and ("[" not in key or handle_of(key) not in anew):
                found[key] = _PastStep(run.run_id, step)
        anew |= restarted(run)
    return found
