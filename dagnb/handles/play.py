"""The playground of a pipeline: edit its run config in place, launch, watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from dagnb.handles.running import RunInProcess, RunRequest, apply_preset, plan_request, prepare
from dagnb.views.messages import LayoutRequest

if TYPE_CHECKING:
    from dagnb.contracts.execution import Launcher
    from dagnb.handles.pipelines import Pipeline
    from dagnb.instance import Instance
    from dagnb.views.models import GraphView
    from dagnb.views.run import RunView
    from dagnb.widgets.playground import PlaygroundDisplay


class Play:
    """One playground: launches runs beside the calling thread and sends what becomes of them to its display.

    Args:
        pipeline: what is played with.
        instance: where runs are kept.
        preset: the preset that was begun with; its selection and tags hold for the runs.
        solid_selection: which solids run (default: as the preset says, else all).
    """

    def __init__(
        self,
        pipeline: Pipeline,
        instance: Instance,
        preset: str | None,
        solid_selection: Sequence[str] | str | None = None,
    ) -> None:
        from dagnb.handles.interrupt import stops
        from dagnb.views.service import ViewService

        self._pipeline = pipeline
        self._instance = instance
        self._preset = preset
        self._selection = solid_selection
        self.display: PlaygroundDisplay | None = None
        self._graph: GraphView | None = None
        self.service = ViewService(
            instance, pipeline=lambda: pipeline.definition, launch=self.launch, cancel=stops.stop
        )

    def __call__(self, request: dict[str, Any], /) -> Any:
        """Answer the page; the picture of the run is turned as the page turns its graph."""
        answer = self.service(request)
        if request["method"] == LayoutRequest.method:
            self._graph = answer
            if self.display is not None:
                self.display.snapshot()
        return answer

    def launch(self, document: Mapping[str, Any], mode: str) -> str:
        """Begin a run and return its id."""
        definition = self._pipeline.definition
        begun = apply_preset(definition, RunRequest(preset=self._preset, solid_selection=self._selection))
        request = RunRequest(run_config=document, mode=mode, tags=begun.tags, solid_selection=begun.solid_selection)
        plan = plan_request(definition, request)
        record = prepare(plan, request, self._instance)
        self._pipeline._last_run = (record.run_id, self._instance)  # noqa: SLF001  (its own room)
        running = RunInProcess(plan, record, self._instance, service=self.service)
        launcher: Launcher = self._instance.plugin("launchers", "in_process")()
        launcher.launch(record.run_id, lambda: self._execute(running))
        return record.run_id

    def _execute(self, running: RunInProcess) -> None:
        from contextlib import suppress

        with suppress(Exception):  # it is recorded; there is no cell to raise it in
            running.execute(self._publish)

    def _publish(self, view: RunView) -> AbstractContextManager[Any]:
        from dagnb.handles.display import pictures
        from dagnb.widgets.publisher import Publisher

        display = self.display
        if display is None:
            return nullcontext()
        self._graph = view.graph
        svg, text = pictures(
            lambda: self._graph or view.graph, lambda: (view.states(), view.edge_states(), view.header())
        )
        display.launched(view.graph, svg=svg, text=text)
        first = view.frame(-1)
        if first is not None:
            display.publish(first)
        return Publisher(view.frame, display.publish, display.finish)


def show_playground_of(
    pipeline: Pipeline,
    run_config: Mapping[str, Any] | str | None,
    *,
    mode: str | None,
    preset: str | None,
    solid_selection: Sequence[str] | str | None = None,
    instance: Instance | None,
) -> Play:
    """Show the playground of a pipeline as the output of the cell; see `Pipeline.playground`."""
    from dagnb.instance import Instance
    from dagnb.planning.plan import selected_nodes
    from dagnb.views.playground import playground_text, playground_view, to_yaml
    from dagnb.views.service import typical_seconds
    from dagnb.widgets.playground import show_playground

    definition = pipeline.definition
    kept_in = instance or Instance.get()
    text = run_config if isinstance(run_config, str) else None if run_config is None else to_yaml(run_config)
    if preset is not None:
        chosen = definition.preset(preset)
        mode = mode or chosen.mode
        text = to_yaml(chosen.run_config) if text is None else text
    view = playground_view(definition, text=text, mode=mode, typical=typical_seconds(kept_in, definition.name))
    if solid_selection is not None:
        selected_nodes(definition, solid_selection)
    play = Play(pipeline, kept_in, preset, solid_selection)
    play.display = show_playground(view, handler=play, static_text=playground_text(view, preset))
    return play
