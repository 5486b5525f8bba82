"""The engine that runs a notebook in an ordinary kernel of its own, through jupyter_client."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagnb.config.secret import redact
from dagnb.contracts.notebooks import CellProgress, NotebookJob, NotebookMessage, NotebookResult, YieldedEvent
from dagnb.errors import DagnbNotebookError
from dagnb.events.records import ErrorInfo
from dagnb.notebooks import injection, languages, transfer
from dagnb.notebooks.document import ADDRESS_KEY, clear_outputs, kernel_of, load_document, running_cells
from dagnb.notebooks.errors import DagnbKernelDiedError
from dagnb.notebooks.kernels import KernelProcess, choose_spec
from dagnb.notebooks.record import RunRecord
from dagnb.notebooks.saving import Saver
from dagnb.notebooks.waiting import take_all

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from dagnb.notebooks.client import StepClient

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_INTERRUPT_SECONDS = 0.5
_TIMEOUT = "CellTimeoutError"
_ENDING_SECONDS = 5.0
# Threads whose notebook is done and whose kernel still ends by itself.
_ending: set[threading.Thread] = set()


class KernelEngine:
    """Execute notebooks in ordinary kernels: any kernelspec, one kernel a notebook.

    Example::

        job = NotebookJob(source="fit.ipynb", target="out/fit.ipynb", inputs={"flights": frame}, outputs=("model",))
        KernelEngine().execute(job, print).outputs["model"]
    """

    def execute(self, job: NotebookJob, on_message: Callable[[NotebookMessage], None]) -> NotebookResult:
        """Execute the job as `NotebookEngine` says; `on_message` is called in the calling thread."""
        messages = self.stream(job)
        try:
            for message in messages:
                if isinstance(message, NotebookResult):
                    return message
                on_message(message)
        finally:
            messages.close()
        raise AssertionError("a stream ends with its result")  # pragma: no cover

    def stream(self, job: NotebookJob) -> Generator[NotebookMessage | NotebookResult, None, None]:
        """Execute the job as an iterator: messages while it runs, the result last. Closing it stops the kernel.

        When a Python notebook has succeeded, its result comes when its outputs are taken and its copy is saved; the
        kernel has two seconds more to end by itself (handlers of `atexit`, say), which nobody waits for.
        """
        session = _Session(job)
        thread = threading.Thread(target=session.main, name="dagnb-notebook", daemon=True)
        thread.start()
        try:
            yield from take_all(session.messages)
        finally:
            if not session.is_delivered:
                session.stop()
                thread.join()


@atexit.register
def await_ending() -> None:
    """Wait until the kernels of all notebooks that are done have ended; each has a few seconds at the most."""
    for thread in list(_ending):
        thread.join(_ENDING_SECONDS)


class _Session:
    """One notebook's way through one kernel, in a thread with its own event loop."""

    def __init__(self, job: NotebookJob) -> None:
        self.messages: queue.SimpleQueue[NotebookMessage | NotebookResult | BaseException] = queue.SimpleQueue()
        self._job = job
        self._document = load_document(job.source)
        _check_target(job)
        self._spec, note = choose_spec(self._document, job.kernel_name, source=job.source)
        self._is_python = self._spec.language.lower() == "python"
        self._inputs: dict[str, Any] = {}
        self._bind_after: int | None = None
        shown = self._inject() if self._is_python else self._translate()
        source = self._document.metadata.get("dagnb", {}).get(ADDRESS_KEY) or str(Path(job.source).absolute())
        self._document.metadata["dagnb"] = {"source": source, **({"note": note} if note else {})}
        self._record = RunRecord(self._document, source=source, target=job.target, parameters=shown)
        self._saver = Saver(self._document, job.target)
        self._folder = job.working_folder or str(Path(job.source).absolute().parent)
        self._total = sum(1 for _ in running_cells(self._document))
        self._transfer = transfer.Transfer()
        self._kernel = KernelProcess(self._spec, self._transfer.folder)
        self._number = 0
        self._stopping = False
        self.is_delivered = False
        self._done = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ladder: asyncio.Task[None] | None = None

    def _inject(self) -> Mapping[str, Any]:
        """Put the injected cell into a Python notebook; return the parameters that it shows."""
        job = self._job
        for name in (*job.parameters, *(name for name in job.inputs if name != transfer.RESOURCES_KEY)):
            injection.check_name(name, path=job.source)
        split = injection.split_values(job.parameters)
        self._inputs = {**job.inputs, **split.objects}
        named = {name: value for name, value in self._inputs.items() if name != transfer.RESOURCES_KEY}
        self._bind_after = injection.inject(self._document, split.literals, named)
        return split.literals

    def _translate(self) -> Mapping[str, Any]:
        """Put the injected cell into a notebook of another language; return the parameters that it shows."""
        job, language = self._job, self._spec.language
        if job.inputs or job.outputs:
            raise DagnbNotebookError(
                "only a Python notebook takes inputs and gives outputs",
                where=job.source,
                got=f"a notebook in {language}",
                expected="parameters that JSON can hold",
            )
        source = None
        if job.parameters:
            kernel = job.kernel_name or kernel_of(self._document)
            source = languages.translate(job.parameters, language=language, kernel_name=kernel, path=job.source)
        injection.place_injected(self._document, source)
        return job.parameters

    # -- from the caller's thread ---------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop the kernel, whatever it does: interrupt it, and kill it half a second later."""
        self._stopping = True
        loop = self._loop
        if loop is not None and not self._done.is_set():
            with contextlib.suppress(RuntimeError):  # the loop has just ended by itself
                loop.call_soon_threadsafe(self._begin_ladder)

    # -- in the engine's thread -----------------------------------------------------------------------------

    def main(self) -> None:
        """Run the notebook; puts the result, or what went wrong with the kernel, last."""
        try:
            outcome: NotebookResult | BaseException = asyncio.run(self._run())
        except BaseException as error:
            if self.is_delivered:
                raise  # nobody listens any more: the thread's own hook says it
            outcome = error
        finally:
            self._done.set()
            self._transfer.close()
            _ending.discard(threading.current_thread())
        if not self.is_delivered:
            self.messages.put(outcome)

    def _deliver(self, result: NotebookResult) -> None:
        _ending.add(threading.current_thread())
        self.is_delivered = True
        self.messages.put(result)

    def _begin_ladder(self) -> None:
        self._ladder = asyncio.ensure_future(self._climb())

    async def _climb(self) -> None:
        await self._kernel.interrupt()
        await asyncio.sleep(_INTERRUPT_SECONDS)
        self._kernel.kill()

    async def _run(self) -> NotebookResult:
        self._loop = asyncio.get_running_loop()
        clear_outputs(self._document)
        self._record.begin()
        self._saver.now(is_last=False)
        job = self._job
        succeeded = False
        try:
            if self._is_python:
                self._transfer.write_job(
                    inputs=self._inputs, outputs=job.outputs, context=job.context, source=job.source
                )
            await self._kernel.launch(cwd=self._folder, environment={**_tags(job), **job.environment})
            result = await self._run_cells()
            succeeded = result.error is None and not self._stopping
            if succeeded and self._is_python:
                self._finish(completed=True)
                self._deliver(result)
            return result
        finally:
            try:
                if not self.is_delivered:
                    self._finish(completed=succeeded)
            finally:
                await self._kernel.stop(politely=succeeded)
                if self._ladder is not None:
                    self._ladder.cancel()

    def _finish(self, *, completed: bool) -> None:
        self._record.end(completed=completed)
        self._saver.now(is_last=True)

    async def _run_cells(self) -> NotebookResult:
        # Imported while the kernel starts, which takes longer.
        from nbclient.exceptions import DeadKernelError

        from dagnb.notebooks.client import StepClient

        client = StepClient(self._document, self._kernel, self._take_event)
        client.limit_time(self._job.cell_timeout)
        about = await self._kernel.ready()
        if "language_info" in about:
            self._document.metadata["language_info"] = about["language_info"]
        try:
            await self._open(client)
            for number, position, cell in running_cells(self._document):
                if self._stopping:
                    break
                error = await self._run_cell(client, number, position, cell)
                if error is not None:
                    await self._report(client, error)
                    return self._result(error=error, failed_cell=number)
                if position == self._bind_after and self._is_python:
                    await client.run_silently(transfer.binding_code(last=True))
            client.set_widgets_metadata()
            return await self._take_outputs(client)
        except DeadKernelError:
            raise await self._death() from None

    async def _report(self, client: StepClient, error: ErrorInfo) -> None:
        from nbclient.exceptions import DeadKernelError

        if self._is_python and error.cls_name != _TIMEOUT and not self._stopping:
            with contextlib.suppress(DeadKernelError):  # the cell's own error is the one that counts
                await client.run_silently(transfer.reporting_code())

    async def _open(self, client: StepClient) -> None:
        if not self._is_python:
            return
        code = transfer.opening_code(self._transfer.folder)
        code += transfer.binding_code(last=self._bind_after is None)
        reply = await client.run_silently(code)
        if reply["status"] != "ok":
            raise DagnbNotebookError(
                "the notebook's process could not take its inputs",
                where=self._job.source,
                got=f"{reply.get('ename')}: {reply.get('evalue')}"[:500],
                hint="the kernel's environment needs the packages that the inputs are made with",
            )

    async def _run_cell(self, client: StepClient, number: int, position: int, cell: NotebookNode) -> ErrorInfo | None:
        from nbclient.exceptions import CellExecutionError, CellTimeoutError

        self._number = number
        self._record.begin_cell(cell)
        self._progress("started", cell)
        begin = time.monotonic()
        error: ErrorInfo | None = None
        try:
            await client.async_execute_cell(cell, position)
        except CellExecutionError as failure:
            error = _error_info(cell, failure.ename, failure.evalue, number)
        except CellTimeoutError:
            seconds = self._job.cell_timeout
            error = ErrorInfo(
                cls_name=_TIMEOUT, message=f"the cell took longer than {seconds} s", where=f"cell {number}"
            )
            _add_error(cell, error)
        self._record.end_cell(cell, failed=error is not None)
        self._progress("failed" if error else "succeeded", cell, time.monotonic() - begin)
        self._saver.soon()
        return error

    async def _take_outputs(self, client: StepClient) -> NotebookResult:
        if not self._is_python:
            return self._result()
        reply = await client.run_silently(transfer.collecting_code(self._job.outputs))
        if reply["status"] != "ok":
            text = f"{reply.get('ename')}: {reply.get('evalue')}"
            return self._result(error=ErrorInfo(cls_name="DagnbOutputError", message=text, where="outputs"))
        outputs, problems = self._transfer.read_outputs()
        if problems:
            name, problem = next(iter(problems.items()))
            text = f"the output {name} cannot leave the notebook's process: {problem}"
            return self._result(
                outputs, error=ErrorInfo(cls_name="DagnbValueError", message=text, where=f"output {name}")
            )
        return self._result(outputs)

    async def _death(self) -> DagnbKernelDiedError:
        death = await self._kernel.death() or "it no longer answers"
        number = self._number or None
        for place, _, cell in running_cells(self._document):
            if place == number:
                where = f"cell {number}"
                _add_error(cell, ErrorInfo(cls_name="DeadKernel", message=f"the kernel died: {death}", where=where))
                self._record.end_cell(cell, failed=True)
                self._progress("failed", cell)
        return DagnbKernelDiedError(source=self._job.source, target=self._job.target, failed_cell=number, death=death)

    def _result(
        self, outputs: dict[str, Any] | None = None, *, error: ErrorInfo | None = None, failed_cell: int | None = None
    ) -> NotebookResult:
        return NotebookResult(
            target=self._job.target, cells=self._total, outputs=outputs or {}, error=error, failed_cell=failed_cell
        )

    def _progress(self, state: Any, cell: NotebookNode, seconds: float | None = None) -> None:
        self.messages.put(
            CellProgress(index=self._number, total=self._total, state=state, source=cell.source, seconds=seconds)
        )

    def _take_event(self, data: dict[str, Any]) -> None:
        from dagnb.notebooks.wire import decode_message

        self.messages.put(YieldedEvent(event=decode_message(data["kind"], data["payload"])))


def _check_target(job: NotebookJob) -> None:
    if os.path.realpath(job.source) == os.path.realpath(job.target):
        raise DagnbNotebookError(
            "the executed copy would overwrite the notebook", where=job.source, hint="give another target"
        )


def _tags(job: NotebookJob) -> dict[str, str]:
    named = {"DAGNB_RUN_ID": job.context.get("run_id"), "DAGNB_STEP_KEY": job.context.get("step_key")}
    return {name: str(value) for name, value in named.items() if value}


def _error_info(cell: NotebookNode, name: str, message: str, number: int) -> ErrorInfo:
    if name == "StdinNotImplementedError":
        message = "the cell asks for input, and in a run nobody answers; make it a parameter"
    lines: list[str] = []
    for output in cell.outputs:
        if output.output_type == "error":
            lines = list(output.traceback)
    text = _ESCAPES.sub("", "\n".join(lines))
    if not name:  # a shell has no names for errors, only numbers
        name, message = "CellFailed", f"the cell ended with {message}"
    return ErrorInfo(
        cls_name=name,
        message=redact(_ESCAPES.sub("", message))[:10_000],
        traceback=redact(text)[:200_000],
        where=f"cell {number}",
    )


def _add_error(cell: NotebookNode, error: ErrorInfo) -> None:
    from nbformat import v4

    lines = [f"{error.cls_name}: {error.message}"]
    output = v4.new_output("error", ename=error.cls_name, evalue=error.message, traceback=lines)  # type: ignore[no-untyped-call]
    cell.outputs.append(output)
