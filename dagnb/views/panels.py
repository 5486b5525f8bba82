"""The panels of a run: what a solid, a composite or one step of a mapped solid did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from dagnb.events.fold import RunFold, StepFold
from dagnb.events.mapped import handle_of
from dagnb.events.records import EventRecord, OutputProduced
from dagnb.types.describe import summary_text
from dagnb.types.preview import ValuePreview
from dagnb.views.format import format_count, plural
from dagnb.views.graph import declared
from dagnb.views.lines import StepLines
from dagnb.views.models import ExpectationView, PartView, SolidDetails, ValueView
from dagnb.views.standing import Standing, step_note
from dagnb.views.structure import Structure
from dagnb.views.values import (
    error_view,
    input_view,
    lost_rows,
    materialization_table,
    materialization_view,
    metadata_view,
    output_view,
)

__all__ = ["Panels", "PreviewReader"]

PreviewReader = Callable[[str, OutputProduced], ValuePreview | None]
# What a panel lists at most: steps of a mapped solid, values of a dynamic output, and how many of those with a preview.
_MOST_PARTS = 200
_MOST_VALUES = 100
_MOST_PREVIEWS = 20
_MOST_SUMMARY = 80
_PART_ORDER = ("failure", "running", "canceled")


class Panels:
    """Make the panels of a run.

    Args:
        structure: its pipeline.
        fold: what is known of it.
        standing: how its solids stand.
        config: the `solids` of its run config.
        preview: reads the head of an output's value, None when there is none to show.
    """

    def __init__(
        self,
        structure: Structure,
        fold: RunFold,
        standing: Standing,
        *,
        config: Mapping[str, Any],
        preview: PreviewReader,
    ) -> None:
        self._structure = structure
        self._fold = fold
        self._standing = standing
        self._config = config
        self._preview = preview
        self._lines = StepLines()

    def take(self, record: EventRecord) -> None:
        """Take in an event that the fold has taken."""
        self._lines.take(record)

    def of(self, handle: str) -> SolidDetails:
        """Return the panel of a solid or composite."""
        if handle in self._structure.composites:
            return self._composite_details(handle)
        steps = self._standing.steps(handle)
        if self._standing.is_mapped(handle):
            return self._mapped_details(handle, steps)
        return self.of_step(steps[0] if steps else StepFold(handle))

    def _composite_details(self, handle: str) -> SolidDetails:
        plain = declared(self._structure, handle)
        state = self._standing.state(handle)
        inner = [(part, self._standing.state(part.id)) for part in plain.parts]
        return replace(
            plain,
            status=state.status,
            note=state.note,
            config=self._config_of(handle),
            parts=tuple(replace(part, status=each.status, note=each.note) for part, each in inner),
        )

    def _mapped_details(self, handle: str, steps: list[StepFold]) -> SolidDetails:
        state = self._standing.state(handle)
        order = {status: place for place, status in enumerate(_PART_ORDER)}
        ordered = sorted(steps, key=lambda step: order.get(step.status, len(order)))
        left = len(ordered) - _MOST_PARTS
        return replace(
            declared(self._structure, handle),
            status=state.status,
            note=state.note,
            config=self._config_of(handle),
            parts=tuple(self._part(step) for step in ordered[:_MOST_PARTS]),
            parts_note=f"{format_count(_MOST_PARTS)} of {plural(len(steps), 'step')}" if left > 0 else "",
        )

    def _part(self, step: StepFold) -> PartView:
        keys = step.key[len(handle_of(step.key)) + 1 : -1]
        summary = next((self._short(step.key, each) for each in step.outputs.values()), "")
        if step.failure is not None and step.status == "failure":
            summary = f"{step.failure.error.cls_name}: {step.failure.error.message}".split("\n", 1)[0][:_MOST_SUMMARY]
        return PartView(
            id=step.key, label=keys.replace("][", " › "), status=step.status, note=step_note(step), summary=summary
        )

    def _short(self, step_key: str, output: OutputProduced) -> str:
        """Say in a word what came out: its shape, or a small value itself, never read from a file for that."""
        shape = summary_text(output.value)
        if shape or output.reference.inline is None:
            return shape
        preview = self._preview(step_key, output)
        return preview.text.split("\n", 1)[0][:_MOST_SUMMARY] if preview and preview.table is None else ""

    def _config_of(self, handle: str) -> str:
        """Return the config of a solid in this run as YAML: composites hold that of their own in `solids`."""
        around = [*reversed(self._structure.around(handle)), handle]
        found: Any = {"solids": self._config}
        for each in around:
            solids = found.get("solids") if isinstance(found, Mapping) else None
            found = solids.get(self._structure.local_name(each)) if isinstance(solids, Mapping) else None
        config = found.get("config") if isinstance(found, Mapping) else None
        return "" if config is None else _yaml(config)

    def of_step(self, step: StepFold) -> SolidDetails:
        """Return the panel of one step."""
        plain = declared(self._structure, handle_of(step.key))
        failure = step.failure
        return replace(
            plain,
            id=step.key,
            name=step.key,
            status=step.status,
            note=step_note(step),
            input_values=tuple(self._input_views(step)),
            output_values=tuple(self._output_views(step)),
            config=self._config_of(plain.id),
            now=step.progress.text or "" if step.status == "running" and step.progress else "",
            materializations=tuple(materialization_view(record) for record in step.materializations),
            materialization_table=materialization_table(step.materializations),
            expectations=tuple(
                ExpectationView(
                    label=each.label,
                    success=each.success,
                    description=each.description or "",
                    entries=tuple(metadata_view(entry) for entry in each.metadata),
                )
                for each in step.expectations
            ),
            error=error_view(failure.error, failure.metadata) if failure else self._lost(step),
            log=tuple(self._lines.of(step.key)),
            notebook=step.notebook.path if step.notebook else None,
        )

    def _output_views(self, step: StepFold) -> Iterable[ValueView]:
        for place, (key, output) in enumerate(step.outputs.items()):
            if place == _MOST_VALUES:
                yield ValueView(name="…", type="", summary=f"{format_count(len(step.outputs) - place)} more")
                return
            preview = self._preview(step.key, output) if place < _MOST_PREVIEWS else None
            lost = lost_rows(output, step.outputs.values(), step.inputs.values())
            yield replace(output_view(output, lost, preview), name=key)

    def _lost(self, step: StepFold) -> Any:
        if step.status == "failure" and self._fold.error is not None:
            return error_view(self._fold.error)
        return None

    def _input_views(self, step: StepFold) -> Iterable[Any]:
        for loaded in step.inputs.values():
            lost = None
            for source in loaded.sources:
                upstream = self._fold.steps.get(source.step_key)
                output = upstream.outputs.get(source.output_name) if upstream else None
                if upstream is not None and output is not None:
                    lost = lost_rows(output, upstream.outputs.values(), upstream.inputs.values())
            yield input_view(loaded, lost)


def _yaml(value: Any) -> str:
    import yaml

    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=False))
