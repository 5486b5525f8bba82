"""ViewService: a serialisable request in, a view model out. The same behind a widget's comm and a server's route."""

from __future__ import annotations

import statistics
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagnb.contracts.records import RunRecord, Snapshot
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.errors import DagnbError, DagnbInvariantViolationError, DagnbNotFoundError
from dagnb.events.keys import AssetKey
from dagnb.events.records import OutputProduced
from dagnb.planning.snapshot import snapshot_of
from dagnb.types.preview import ValuePreview, preview_value
from dagnb.views.asset import asset_view
from dagnb.views.graph import declared, graph_of
from dagnb.views.messages import (
    AssetRequest,
    CancelRequest,
    CheckRequest,
    CompletionRequest,
    FrameRequest,
    LaunchRequest,
    LayoutRequest,
    PresetRequest,
    ScaffoldRequest,
    SolidRequest,
)
from dagnb.views.models import AssetView, ConfigCheck, Direction, GraphView, LaunchAnswer, RunFrame, SolidDetails
from dagnb.views.playground import check_config, complete_config, read_config, scaffold_config, to_yaml
from dagnb.views.requests import parse_request
from dagnb.views.run import RunView
from dagnb.views.stored import damaged_snapshot, is_whole, stand_in
from dagnb.views.structure import structure_of

if TYPE_CHECKING:
    from dagnb.instance import Instance

_RUNS_KEPT = 8
_PREVIEW_LIMIT = 50_000_000  # bytes; reading more for ten rows is not worth the wait
_HISTORY = 1_000  # materializations behind an asset's series

PipelineSource = Callable[[], PipelineDefinition]
Launch = Callable[[Mapping[str, Any], str], str]
Cancel = Callable[[str], bool]


def typical_seconds(instance: Instance, pipeline_name: str) -> dict[str, float]:
    """Return the median duration of each step over the newest runs of a pipeline.

    Of a mapped solid's steps only those of the newest run are told: every run may map it over other values.
    """
    times: dict[str, list[float]] = {}
    is_newest = True  # a step that comes a second time is an older run's
    for timing in instance.runs.step_timings(pipeline_name):
        is_newest = is_newest and timing.step_key not in times
        if is_newest or timing.step_key in times or not timing.step_key.endswith("]"):
            times.setdefault(timing.step_key, []).append(timing.seconds)
    return {key: statistics.median(values) for key, values in times.items()}


def stored_preview(instance: Instance, output: OutputProduced) -> ValuePreview | None:
    """Return the head of a stored value; None when it is not stored, large, or only code could read it."""
    reference = output.reference
    if reference.codec is None or reference.codec == "pickle" or (reference.bytes or 0) > _PREVIEW_LIMIT:
        return None
    try:
        return preview_value(instance.values.get(reference), info=output.value)
    except Exception:  # noqa: BLE001  # the value may be gone; the panel then shows what its event says
        return None


class ViewService:
    """Answer the requests of `dagnb.views.messages`. Thread-safe; touches no user objects but definitions.

    Args:
        instance: whose runs and assets are shown.
        pipeline: gives the pipeline that solids, configs and launches are about (default: none, runs only).
        launch: begins a run of a document in a mode and returns its id.
        cancel: tells a run to stop; returns whether it was told.
    """

    def __init__(
        self,
        instance: Instance,
        *,
        pipeline: PipelineSource | None = None,
        launch: Launch | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self._instance = instance
        self._pipeline = pipeline
        self._launch = launch
        self._cancel = cancel
        self._runs: OrderedDict[str, RunView] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, request: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911  (one return for each kind of request)
        """Answer a request, given as JSON gives it.

        Raises:
            DagnbNotFoundError: it asks for something that is not there, or for an unknown method.
            DagnbInvariantViolationError: a field is missing, unknown or of another type; or it asks for what this
                service was not given (a pipeline, a launch).
        """
        match parse_request(request):
            case SolidRequest(solid=solid, run_id=run_id):
                return self.solid(solid, run_id)
            case LayoutRequest(direction=direction, run_id=run_id, open=opened):
                return self.layout(direction, run_id, opened)
            case FrameRequest(run_id=run_id, after=after):
                return self.since(run_id, after)
            case CancelRequest(run_id=run_id):
                return self._cancel(run_id) if self._cancel else False
            case CheckRequest(text=text, mode=mode):
                return self.check(text, mode)
            case CompletionRequest(text=text, mode=mode, line=line, column=column):
                return complete_config(self._definition(), text, mode, line, column)
            case ScaffoldRequest(mode=mode, fields=fields):
                return scaffold_config(self._definition(), mode, fields)
            case PresetRequest(name=name):
                return to_yaml(self._definition().preset(name).run_config)
            case LaunchRequest(text=text, mode=mode):
                return self.launch(text, mode)
            case AssetRequest(key=key):
                return self.asset(key)

    def attach(self, view: RunView) -> None:
        """Answer for this run from a view that somebody else feeds."""
        with self._lock:
            self._runs[view.run.run_id] = view
            while len(self._runs) > _RUNS_KEPT:
                self._runs.popitem(last=False)

    def run_view(self, run_id: str) -> RunView:
        """Return the view of a run, brought up to date from the store.

        Raises:
            DagnbNotFoundError: there is no such run.
        """
        with self._lock:
            view = self._runs.get(run_id)
        if view is None:
            view = self._load(run_id)
            self.attach(view)
        if not view.is_terminal:
            self._instance.read_run(run_id)  # a run whose owner has died ends here
            view.take(self._instance.events.read(run_id, after=view.seq))
        return view

    def since(self, run_id: str, after: int = 0) -> RunFrame | None:
        """Return what changed in a run since event `after`; None when nothing did."""
        return self.run_view(run_id).frame(after)

    def solid(self, solid: str, run_id: str | None = None) -> SolidDetails:
        """Return the panel of a solid, composite or step, in a run or as it is declared."""
        if run_id is not None:
            return self.run_view(run_id).details(solid)
        structure = structure_of(snapshot_of(self._definition()))
        if solid not in structure.nodes and solid not in structure.composites:
            raise DagnbNotFoundError("solid", solid, [*structure.nodes, *structure.composites])
        return declared(structure, solid)

    def layout(self, direction: Direction, run_id: str | None = None, opened: Sequence[str] | None = None) -> GraphView:
        """Return the graph in a direction with these composites open, of a run or as it is declared; see `graph_of`."""
        if run_id is not None:
            return self.run_view(run_id).graph_in(direction, opened)
        return graph_of(snapshot_of(self._definition()), direction, opened)

    def asset(self, key: str | AssetKey) -> AssetView:
        """Return an asset's page.

        Raises:
            DagnbNotFoundError: nothing has materialized it.
        """
        found = AssetKey.of(key)
        known = {record.key: record.count for record in self._instance.events.assets(found)}
        if found not in known:
            every = [str(record.key) for record in self._instance.events.assets()]
            raise DagnbNotFoundError("asset", str(found), every, hint="dagnb.assets() lists them")
        records = self._instance.events.materializations(found, limit=_HISTORY)
        return asset_view(found, known[found], records, now=self._instance.clock.now().timestamp())

    def check(self, text: str, mode: str) -> ConfigCheck:
        """Say whether a config text is right, and what will run."""
        definition = self._definition()
        return check_config(definition, text, mode, typical_seconds(self._instance, definition.name))

    def launch(self, text: str, mode: str) -> LaunchAnswer:
        """Begin a run of a config text, or say what keeps it from starting."""
        check = self.check(text, mode)
        if check.diagnostics:
            return LaunchAnswer(run_id=None, graph=None, check=check)
        if self._launch is None:
            raise DagnbInvariantViolationError("this view cannot launch runs")
        run_id = self._launch(read_config(text), mode)
        return LaunchAnswer(run_id=run_id, graph=self.run_view(run_id).graph, check=check)

    def _definition(self) -> PipelineDefinition:
        if self._pipeline is None:
            raise DagnbInvariantViolationError("this view knows no pipeline", hint="show the pipeline itself")
        return self._pipeline()

    def _load(self, run_id: str) -> RunView:
        run = self._instance.runs.run(run_id)
        if run is None:
            raise DagnbNotFoundError("run", run_id, hint="dagnb.runs() lists them")
        snapshot, damage = self._snapshot(run)
        return RunView(
            run,
            snapshot,
            preview=lambda _step, output: stored_preview(self._instance, output),
            typical=typical_seconds(self._instance, run.pipeline_name) if not run.status.is_terminal else None,
            now=lambda: self._instance.clock.now().timestamp(),
            damage=damage,
        )

    def _snapshot(self, run: RunRecord) -> tuple[Snapshot, DagnbError | None]:
        """Return the run's snapshot, or what stands in for it and why."""
        try:
            found = self._instance.runs.snapshot(run.snapshot_id)
        except DagnbError as error:
            return stand_in(run), damaged_snapshot(run, str(error.got or error.what))
        if found is not None and is_whole(found):
            return found, None
        got = "nothing" if found is None else "a document with another hash"
        return stand_in(run), damaged_snapshot(run, got)
