"""Runs notebook bodies: config becomes parameters, inputs become names, events stream out."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.contracts.execution import StepContext
from dagnb.contracts.notebooks import (
    CellProgress,
    NotebookEngine,
    NotebookJob,
    NotebookMessage,
    NotebookResult,
)
from dagnb.definitions.notebook_body import NotebookBody
from dagnb.errors import DagnbNotebookError, DagnbPluginError
from dagnb.events.mapped import split_output_key
from dagnb.events.records import MessageLogged, NotebookExecuted, StepProgressed
from dagnb.events.user import DynamicOutput, Failure, Output, RetryRequested, UserEvent
from dagnb.notebooks.addresses import name_of
from dagnb.notebooks.document import ADDRESS_KEY, save_document
from dagnb.notebooks.errors import DagnbNotebookFailedError
from dagnb.notebooks.injection import check_values
from dagnb.notebooks.inside import DYNAMIC_KEY
from dagnb.notebooks.interface import read_body
from dagnb.notebooks.languages import other_language, translate
from dagnb.notebooks.parameters import read_parameters
from dagnb.notebooks.transfer import RESOURCES_KEY
from dagnb.notebooks.waiting import take_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

ENGINES = "dagnb.engines"


class NotebookRunner:
    """Compute notebook bodies, with the engine of this name (default "kernel")."""

    def __init__(self, engine: str = "kernel") -> None:
        self._engine = engine

    def run(self, body: NotebookBody, context: StepContext, inputs: Mapping[str, Any]) -> Iterator[UserEvent]:
        """Yield the notebook's events while it runs, then its outputs; the executed copy is kept however it ends.

        Raises:
            DagnbNotebookFailedError: a cell raised, or an output could not be taken.
            DagnbKernelError: the kernel is missing, did not start, or died.
            DagnbParameterError: the config does not fit the notebook's parameters.
            Failure: the notebook raised one; it carries its metadata.
            RetryRequested: the notebook raised one.
        """
        job = make_job(body, context, inputs)
        record = _Record(context, job)
        try:
            for message in messages_of(find_engine(self._engine, context), job):
                event = record.take(message)
                if event is not None:
                    yield event
        finally:
            record.close()
        yield from outputs_of(record.outputs(), body.outputs)
        path_output = getattr(body, "path_output", None)
        if path_output is not None:
            yield Output(job.target, path_output)


def outputs_of(values: Mapping[str, Any], names: Iterable[str]) -> Iterator[Output]:
    """Yield the outputs of these names that a notebook gave; a value of a dynamic one has the key ``name[key]``.

    >>> list(outputs_of({"airport[jfk]": 1, "airport[lga]": 2, "rows": 3}, ["rows", "airport"]))
    [Output(int, 'rows'), DynamicOutput(int, 'jfk', 'airport'), DynamicOutput(int, 'lga', 'airport')]
    """
    given: dict[str, list[Output]] = {}
    for key, value in values.items():
        name, mapping_key = split_output_key(key)
        output = Output(value, name) if mapping_key is None else DynamicOutput(value, mapping_key, name)
        given.setdefault(name, []).append(output)
    for name in names:
        yield from given.get(name, ())


def make_job(body: NotebookBody, context: StepContext, inputs: Mapping[str, Any]) -> NotebookJob:
    """Return what an engine needs to run the body in this context.

    Raises:
        DagnbParameterError: the config does not fit the notebook's parameters.
    """
    from dagnb.config import thaw

    config = thaw(context.solid_config)
    fields = config if isinstance(config, Mapping) else getattr(config, "__dict__", {})
    set_here = {name: fields[name] for name in body.parameters if name in fields}
    document = read_body(body)
    language = other_language(document, body.kernel_name)
    values: dict[str, Any] = {}
    if language is None:
        values = dict(inputs)
        set_here = check_values(read_parameters(document, body.path), set_here, path=body.path)
    else:
        # Refused now rather than when a kernel is about to start.
        translate(set_here, language=language, kernel_name=body.kernel_name, path=body.path)
    resources = {name: getattr(context.resources, name) for name in dir(context.resources) if not name.startswith("_")}
    if resources and language is None:
        values[RESOURCES_KEY] = resources
    folder = Path(context.open_folder())
    source, working_folder = Path(body.path), None
    if getattr(body, "text", None) is not None:
        source, working_folder = _store_source(document, body.path, folder), str(Path.cwd())
    return NotebookJob(
        source=str(source),
        target=str(_free_path(folder, source)),
        parameters=set_here,
        inputs=values,
        outputs=tuple(body.outputs),
        context={
            "solid_config": config,
            "run_config": thaw(context.run_config),
            "mode": context.mode,
            "run_id": context.run_id,
            "step_key": context.step_key,
            "solid_name": context.solid_name,
            "pipeline_name": context.pipeline_name,
            DYNAMIC_KEY: sorted(getattr(body, "dynamic", ())),
        },
        kernel_name=body.kernel_name,
        working_folder=working_folder,
    )


def _store_source(document: NotebookNode, address: str, folder: Path) -> Path:
    """Write a notebook that was read from an address to a file, which engines and people can open."""
    document.metadata["dagnb"] = {ADDRESS_KEY: address}
    path = folder / "source" / name_of(address)
    save_document(document, path)
    return path


def _free_path(folder: Path, source: Path) -> Path:
    """Return a path that no earlier attempt of the step has used."""
    path = folder / source.name
    attempt = 1
    while path.exists():
        attempt += 1
        path = folder / f"{source.stem}-{attempt}{source.suffix}"
    return path


def find_engine(name: str, context: StepContext) -> NotebookEngine:
    """Return the engine of this name, from the run's instance where the context has one.

    Raises:
        DagnbPluginError: there is none.
    """
    instance = getattr(context, "instance", None)
    engine: NotebookEngine
    if instance is not None:
        engine = instance.plugin("engines", name)()
        return engine
    found = list(entry_points(group=ENGINES, name=name))
    if not found:
        installed = ", ".join(sorted({point.name for point in entry_points(group=ENGINES)}))
        raise DagnbPluginError(f"no notebook engine named {name}", expected=f"one of {installed or '(none)'}")
    engine = found[0].load()()
    return engine


def messages_of(engine: NotebookEngine, job: NotebookJob) -> Iterator[NotebookMessage | NotebookResult]:
    """Run a job as an iterator, its result last; closing it stops the engine.

    An engine that has a method ``stream(job)`` streams by itself; any other runs in a thread, and is stopped at its
    next message.
    """
    stream = getattr(engine, "stream", None)
    if stream is not None:
        yield from stream(job)
        return
    waiting: queue.SimpleQueue[NotebookMessage | NotebookResult | BaseException] = queue.SimpleQueue()
    stopped = threading.Event()

    def put(message: NotebookMessage) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        waiting.put(message)

    def execute() -> None:
        try:
            waiting.put(engine.execute(job, put))
        except BaseException as error:  # noqa: BLE001  (raised again in the thread that asked)
            waiting.put(error)

    thread = threading.Thread(target=execute, name="dagnb-engine", daemon=True)
    thread.start()
    try:
        yield from take_all(waiting)
    finally:
        stopped.set()
        thread.join()


class _Record:
    """Tells the run what the engine says: how far the notebook is, what it logs, at the end where its copy is."""

    def __init__(self, context: StepContext, job: NotebookJob) -> None:
        self._context = context
        self._job = job
        self._last: CellProgress | None = None
        self._asked: Failure | RetryRequested | None = None
        self._result: NotebookResult | None = None

    def take(self, message: NotebookMessage | NotebookResult) -> UserEvent | None:
        """Record a message; return what the body is to yield for it, if anything."""
        if isinstance(message, CellProgress):
            self._progress(message)
        elif isinstance(message, NotebookResult):
            self._result = message
        elif isinstance(message.event, MessageLogged):
            self._context.emit(message.event)
        elif isinstance(message.event, Failure | RetryRequested):
            self._asked = message.event
        else:
            event: UserEvent | None = message.event
            return event
        return None

    def _progress(self, message: CellProgress) -> None:
        self._last = message
        total = message.total
        if message.state == "started":
            done = StepProgressed(done=message.index - 1, total=total, text=message.source, unit="cell")
            self._context.emit(done)
        elif message.state == "succeeded" and message.index == total:
            self._context.emit(StepProgressed(done=total, total=total, unit="cell"))

    def close(self) -> None:
        """Say where the executed copy is, however the notebook ended."""
        if not Path(self._job.target).exists():
            return
        if self._result is not None:
            cells, failed = self._result.cells, self._result.failed_cell
        else:
            cells, failed = (self._last.total, self._last.index) if self._last is not None else (0, None)
        self._context.emit(NotebookExecuted(path=self._job.target, cells=cells, failed_cell=failed))

    def outputs(self) -> Mapping[str, Any]:
        """Return the outputs by name.

        Raises:
            DagnbNotebookFailedError: the notebook failed.
            Failure: the notebook raised one.
            RetryRequested: the notebook raised one.
        """
        result = self._result
        if result is None:
            raise DagnbNotebookError("the engine ended without a result", where=self._job.source)
        if result.error is None:
            return result.outputs
        failed = DagnbNotebookFailedError(
            source=self._job.source, target=self._job.target, error=result.error, failed_cell=result.failed_cell
        )
        if self._asked is not None:
            raise self._asked from failed
        raise failed
