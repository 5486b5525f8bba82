"""The parts of a run by name: its steps, those of mapped and composite solids, and what it took over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dagnb.definitions.graph import Connection
from dagnb.errors import DagnbError, DagnbNotFoundError, DagnbValueError
from dagnb.events.mapped import handle_of
from dagnb.handles.groups import CompositeResult, MappedResult
from dagnb.handles.steps import StepResult

if TYPE_CHECKING:
    from dagnb.handles.results import Run

Part = StepResult | MappedResult | CompositeResult


class RunParts:
    """Find the parts of one run.

    Args:
        run: the run. Steps that it took over are found in the run that computed them.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def find(self, name: str) -> Part:
        """Return a step, a mapped solid or a composite one by its name.

        Raises:
            DagnbNotFoundError: the run has no such part.
        """
        own = self._run.fold.steps.get(name)
        if own is not None:
            return StepResult(self._run, own)
        steps = self.every_step()
        found = steps.get(name)
        if found is not None:
            return found
        mapped = {key: step for key, step in steps.items() if key.startswith(f"{name}[")}
        if mapped or (name in self._mapped and name not in self._composites and self._is_in_run(name)):
            return MappedResult(self._run, name, mapped)
        inside = {key: step for key, step in steps.items() if key.startswith(f"{name}.")}
        if inside:
            return CompositeResult(self._run, name, inside)
        choices = [*steps, *self._composites, *self._mapped]
        raise DagnbNotFoundError("step", name, dict.fromkeys(choices), where=self._run.label)

    def every_step(self) -> dict[str, StepResult]:
        """Return the run's steps by key, those that it took over too."""
        own = {key: StepResult(self._run, step) for key, step in self._run.fold.steps.items()}
        taken = {key: step for key, step in self._before.items() if key in own or not self._is_stale(key, own)}
        return {**taken, **own}

    def is_dynamic(self, handle: str, output_name: str) -> bool:
        """Tell whether an output of a solid is a dynamic one."""
        outputs = self._outputs.get(handle, ())
        return any(each["name"] == output_name and each.get("is_dynamic") for each in outputs)

    def composite_outputs(self, handle: str) -> dict[str, Connection]:
        """Return the outputs of a composite solid, each with the one of a solid that computes which it is.

        Raises:
            DagnbValueError: the run's snapshot does not say it.
        """
        try:
            return {each["name"]: Connection(*each["source"]) for each in self._composites[handle]["outputs"]}
        except KeyError:
            raise DagnbValueError(
                "which solid gives the outputs of the composite one is not known any more",
                where=f"{self._run.label} › {handle}",
                got="a snapshot of the pipeline that is gone, damaged or of an older dagnb",
                hint="take the value of a solid in it",
            ) from None

    def levels(self, handle: str, output_name: str) -> int:
        """Return by how many mapping keys, one within the other, the values of an output come."""
        return len(self._mapped.get(handle, ())) + self.is_dynamic(handle, output_name)

    def declared_outputs(self, handle: str) -> list[str]:
        """Return the names of a solid's outputs, whether it gave them or not; none when it is not known."""
        return [each["name"] for each in self._outputs.get(handle, ())]

    def _is_in_run(self, handle: str) -> bool:
        """Whether a mapped solid of which there are no steps was to be run: what it is mapped over was."""
        return any(handle_of(key) == self._mapped[handle][-1][0] for key in self.every_step())

    def _is_stale(self, key: str, own: Mapping[str, Any]) -> bool:
        """Whether a step of the run before was for a value that this one has computed anew."""
        handle, *keys = key.replace("]", "").split("[")
        sources = self._mapped.get(handle, ())
        return any(
            source + "".join(f"[{each}]" for each in keys[:depth]) in own for depth, (source, _) in enumerate(sources)
        )

    @cached_property
    def _before(self) -> dict[str, StepResult]:
        """The steps of the run that this one repeats in part, which has ended."""
        from dagnb.handles.again import parent_in_part
        from dagnb.handles.results import Run

        instance = self._run._instance  # noqa: SLF001  (its own room)
        parent = parent_in_part(instance, self._run.record)
        return {} if parent is None else Run(instance, parent)._own_parts().every_step()  # noqa: SLF001

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        from dagnb.views.stored import is_whole

        run = self._run
        try:
            found = run._instance.runs.snapshot(run.record.snapshot_id)  # noqa: SLF001  (its own room)
        except DagnbError:  # damaged: the steps themselves are there
            return {}
        document: Mapping[str, Any] = json.loads(found.document) if found is not None and is_whole(found) else {}
        return document

    @cached_property
    def _mapped(self) -> Mapping[str, list[list[str]]]:
        mapped: Mapping[str, list[list[str]]] = self._document.get("mapped", {})
        return mapped

    @cached_property
    def _composites(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self._document.get("composites", ())}

    @cached_property
    def _outputs(self) -> dict[str, list[dict[str, Any]]]:
        return {each["name"]: each["outputs"] for each in self._document.get("nodes", ())}
