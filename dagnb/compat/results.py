"""Results with the accessors of release 0.9.22 (`dagster.core.execution.results`), over runs of dagnb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagnb.compat.check import CheckError, failed, str_param
from dagnb.compat.contexts import SolidHandle
from dagnb.compat.errors import DagsterInvariantViolationError
from dagnb.compat.log_events import DagsterEvent, DagsterEventType, StepFailureData
from dagnb.compat.telling import told_events
from dagnb.definitions.composite_body import CompositeBody
from dagnb.errors import DagnbNotFoundError
from dagnb.events.user import DEFAULT_OUTPUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagnb.compat.pipelines import PipelineDefinition
    from dagnb.definitions.graph import Node
    from dagnb.handles.results import Run

_T = DagsterEventType


class _GraphResult:
    """What became of the solids of a pipeline, or of a composite solid.

    Args:
        run: the run.
        nodes: the solids of this one, by name.
        events: the events.
        handle: the handle of the composite solid; None for a pipeline.
    """

    def __init__(self, run: Run, nodes: Mapping[str, Node], events: list[DagsterEvent], handle: str | None) -> None:
        self._run = run
        self._nodes = nodes
        self.event_list = events
        self._handle = handle

    @property
    def run(self) -> Run:
        """The run as dagnb shows it."""
        return self._run

    @property
    def success(self) -> bool:
        """Whether nothing failed."""
        return not any(event.is_failure for event in self.event_list)

    @property
    def step_event_list(self) -> list[DagsterEvent]:
        """The events of steps."""
        return [event for event in self.event_list if event.is_step_event]

    @property
    def events_by_step_key(self) -> dict[str | None, list[DagsterEvent]]:
        """The events by the key of their step; those of the run under None."""
        found: dict[str | None, list[DagsterEvent]] = {}
        for event in self.event_list:
            found.setdefault(event.step_key, []).append(event)
        return found

    @property
    def solid_result_list(self) -> list[Any]:
        """The results of its solids."""
        return [self.result_for_solid(name) for name in self._nodes]

    def result_for_solid(self, name: str) -> Any:
        """Return the result of a solid by its name.

        Raises:
            DagsterInvariantViolationError: there is none of that name.
        """
        if name not in self._nodes:
            raise DagsterInvariantViolationError(
                f"there is no result of a solid named {name}", expected=f"one of {', '.join(self._nodes)}"
            )
        return self.result_for_handle(name)

    def result_for_handle(self, handle: Any) -> Any:
        """Return the result of a solid by its handle, one inside a composite solid too.

        Raises:
            CheckError: there is none.
        """
        full = str(handle) if self._handle is None else f"{self._handle}.{handle}"
        node = self._node(full)
        if node is None:
            raise CheckError(f"there is no result of a solid with the handle {full}")
        own = SolidHandle.from_string(full)
        events = [each for each in self.event_list if each.solid_handle and each.solid_handle.is_or_descends_from(own)]
        if isinstance(node.definition.body, CompositeBody):
            return CompositeSolidExecutionResult(node, events, {}, self._run, own)
        return SolidExecutionResult(node, {"COMPUTE": events}, (self._run, full))

    def _node(self, full: str) -> Node | None:
        name = full if self._handle is None else full.removeprefix(f"{self._handle}.")
        nodes: Mapping[str, Node] = self._nodes
        *outer, last = name.split(".")
        for each in outer:
            body = nodes[each].definition.body if each in nodes else None
            nodes = body.nodes if isinstance(body, CompositeBody) else {}
        return nodes.get(last)

    def output_for_solid(self, handle_str: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output of a solid by its handle."""
        return self.result_for_handle(str_param(handle_str, "handle_str")).output_value(output_name)


class PipelineExecutionResult(_GraphResult):
    """What became of a run.

    Args:
        pipeline_def: the pipeline.
        run_id: the run's id.
        event_list: its events (default: as its log has them).
        reconstruct_context: the run.
    """

    def __init__(
        self,
        pipeline_def: PipelineDefinition,
        run_id: str,
        event_list: list[DagsterEvent] | None,
        reconstruct_context: Run,
    ) -> None:
        run = reconstruct_context
        definition = pipeline_def.definition
        if event_list is None:
            names = {handle: node.definition.name for handle, node in definition.flat.nodes.items()}
            event_list = list(told_events(run.record, run.event_list, names))
        super().__init__(run, definition.nodes, event_list, None)
        self.pipeline_def = pipeline_def
        self.run_id = run_id

    def __repr__(self) -> str:
        return f"<PipelineExecutionResult of {self._run!r}>"


class CompositeSolidExecutionResult(_GraphResult):
    """What became of a composite solid."""

    def __init__(
        self,
        solid: Node,
        event_list: list[DagsterEvent],
        step_events_by_kind: Any,
        reconstruct_context: Run,
        handle: SolidHandle | None = None,
    ) -> None:
        del step_events_by_kind
        body = solid.definition.body
        nodes = body.nodes if isinstance(body, CompositeBody) else {}
        super().__init__(reconstruct_context, nodes, event_list, str(handle or solid.name))
        self.solid = solid
        self.handle = handle

    def output_values_for_solid(self, name: str) -> Any:
        """Return the values of the outputs of a solid in it."""
        return self.result_for_solid(name).output_values

    def output_values_for_handle(self, handle_str: str) -> Any:
        """Return the values of the outputs of a solid in it, by its handle."""
        return self.result_for_handle(handle_str).output_values

    def output_value_for_solid(self, name: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output of a solid in it."""
        return self.result_for_solid(name).output_value(output_name)

    def output_value_for_handle(self, handle_str: str, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output of a solid in it, by its handle."""
        return self.result_for_handle(handle_str).output_value(output_name)

    @property
    def output_values(self) -> dict[str, Any]:
        """The values of its outputs that were given, by name."""
        found = {}
        for name, source in self._outputs().items():
            values = self.result_for_solid(source.node).output_values
            if values is not None and source.output in values:
                found[name] = values[source.output]
        return found

    def output_value(self, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output.

        Raises:
            DagsterInvariantViolationError: it has none of that name.
        """
        outputs = self._outputs()
        if output_name not in outputs:
            raise DagsterInvariantViolationError(
                f"the composite solid {self.solid.name} has no output {output_name}",
                expected=f"one of {', '.join(outputs) or 'none'}",
            )
        source = outputs[output_name]
        return self.result_for_solid(source.node).output_value(source.output)

    def _outputs(self) -> Any:
        body = self.solid.definition.body
        return body.outputs if isinstance(body, CompositeBody) else {}


class SolidExecutionResult:
    """What became of a solid."""

    def __init__(self, solid: Node, step_events_by_kind: Any, reconstruct_context: tuple[Run, str]) -> None:
        self.solid = solid
        self.step_events_by_kind = step_events_by_kind
        self._run, self._handle = reconstruct_context
        self._events: list[DagsterEvent] = [each for each in step_events_by_kind["COMPUTE"] if each.is_step_event]

    @property
    def compute_step_events(self) -> list[DagsterEvent]:
        """The events of its step."""
        return self._events

    @property
    def step_events(self) -> list[DagsterEvent]:
        """The events of its step."""
        return self._events

    def _of(self, kind: DagsterEventType) -> list[DagsterEvent]:
        return [event for event in self._events if event.event_type is kind]

    @property
    def success(self) -> bool:
        """Whether it succeeded."""
        return bool(self._of(_T.STEP_SUCCESS)) and not self._of(_T.STEP_FAILURE)

    @property
    def skipped(self) -> bool:
        """Whether it was not run."""
        return all(event.is_step_skipped for event in self._events)

    @property
    def input_events_during_compute(self) -> list[DagsterEvent]:
        """The events of the inputs that it took."""
        return self._of(_T.STEP_INPUT)

    @property
    def compute_input_event_dict(self) -> dict[str, DagsterEvent]:
        """The events of the inputs that it took, by name."""
        return {event.step_input_data.input_name: event for event in self.input_events_during_compute}

    @property
    def output_events_during_compute(self) -> list[DagsterEvent]:
        """The events of the outputs that it gave."""
        return self._of(_T.STEP_OUTPUT)

    @property
    def compute_output_event_dict(self) -> dict[str, DagsterEvent]:
        """The events of the outputs that it gave, by name."""
        return {event.step_output_data.output_name: event for event in self.output_events_during_compute}

    def get_output_event_for_compute(self, output_name: str = DEFAULT_OUTPUT) -> DagsterEvent:
        """Return the event of an output."""
        return self.compute_output_event_dict[output_name]

    @property
    def materialization_events_during_compute(self) -> list[DagsterEvent]:
        """The events of what it wrote."""
        return self._of(_T.STEP_MATERIALIZATION)

    @property
    def materializations_during_compute(self) -> list[Any]:
        """What it wrote."""
        return [each.step_materialization_data.materialization for each in self.materialization_events_during_compute]

    @property
    def expectation_events_during_compute(self) -> list[DagsterEvent]:
        """The events of what it expected of its data."""
        return self._of(_T.STEP_EXPECTATION_RESULT)

    @property
    def expectation_results_during_compute(self) -> list[Any]:
        """What it expected of its data."""
        events = self.expectation_events_during_compute
        return [each.step_expectation_result_data.expectation_result for each in events]

    def get_step_success_event(self) -> DagsterEvent:
        """Return the event of its success.

        Raises:
            CheckError: it did not succeed.
        """
        found = self._of(_T.STEP_SUCCESS)
        return found[0] if found else failed(f"{self.solid.name} did not succeed")

    @property
    def compute_step_failure_event(self) -> DagsterEvent:
        """The event of its failure.

        Raises:
            DagsterInvariantViolationError: it succeeded.
        """
        found = self._of(_T.STEP_FAILURE)
        if self.success or not found:
            raise DagsterInvariantViolationError(f"{self.solid.name} did not fail")
        return found[0]

    @property
    def failure_data(self) -> StepFailureData | None:
        """How it failed; None when it did not."""
        found = self._of(_T.STEP_FAILURE)
        return found[0].step_failure_data if found else None

    @property
    def output_values(self) -> dict[str, Any] | None:
        """The values of the outputs that it gave, by name; None when it did not succeed."""
        if not self.success:
            return None
        return {name: self.output_value(name) for name in self.compute_output_event_dict}

    def output_value(self, output_name: str = DEFAULT_OUTPUT) -> Any:
        """Return the value of an output; None when the solid did not succeed.

        Raises:
            DagsterInvariantViolationError: it has no such output, or did not give it.
        """
        outputs = self.solid.definition.outputs
        if output_name not in outputs:
            raise DagsterInvariantViolationError(
                f"the solid {self.solid.name} has no output {output_name}",
                expected=f"one of {', '.join(outputs) or 'none'}",
            )
        if not self.success:
            return None
        try:
            return self._run.result_for_handle(self._handle).output_value(output_name)
        except DagnbNotFoundError:
            raise DagsterInvariantViolationError(f"{self.solid.name} did not give its output {output_name}") from None
