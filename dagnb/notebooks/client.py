"""nbclient with what a step needs: events taken out of the stream, bounded outputs, quick notice of a death."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from dagnb.notebooks.inside import COMM_TARGET

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from dagnb.notebooks.kernels import KernelProcess

OUTPUT_LIMIT = 5_000_000
_LINE_WEIGHT = 40  # what a line costs in a document, beside its characters
_ALIVE_SECONDS = 0.2
_IOPUB_SECONDS = 4


class StepClient(NotebookClient):
    """Runs the cells of one document in one kernel, cell by cell; the engine decides which and when."""

    def __init__(
        self, document: NotebookNode, kernel: KernelProcess, on_event: Callable[[dict[str, Any]], None]
    ) -> None:
        super().__init__(
            document, km=kernel.manager, coalesce_streams=False, iopub_timeout=_IOPUB_SECONDS, force_raise_errors=False
        )
        self._channels: Any = kernel.client
        self.kc = kernel.client
        self._on_event = on_event
        self._sizes: dict[int, int] = {}
        self._cut: set[int] = set()

    def limit_time(self, seconds: float | None) -> None:
        """Let no cell take longer."""
        self.timeout_func = (lambda _cell: seconds) if seconds else None  # type: ignore[assignment]  # fractions work

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *rest: Any, **named: Any) -> NotebookNode:
        """Run a cell; its streams are joined, and carriage returns done, also when it fails."""
        try:
            return await super().async_execute_cell(cell, cell_index, *rest, **named)
        finally:
            # nbclient's own way with carriage returns takes hours for a line of some megabytes.
            cell.outputs = joined_streams(cell.get("outputs", []))

    async def run_silently(self, code: str) -> dict[str, Any]:
        """Run code that leaves no trace in the notebook; return the content of the kernel's reply."""
        from nbformat import v4

        cell: NotebookNode = v4.new_code_cell(code, metadata={"execution": {}})  # type: ignore[no-untyped-call]
        message_id = self._channels.execute(code, silent=True, store_history=False, allow_stdin=False)
        outputs = asyncio.ensure_future(self._async_poll_output_msg(message_id, cell, -1))
        alive = asyncio.ensure_future(self._async_poll_kernel_alive())
        reply = asyncio.ensure_future(self._async_poll_for_reply(message_id, cell, None, outputs, alive))
        self.task_poll_for_reply = reply
        try:
            message = await reply
        except asyncio.CancelledError:
            raise DeadKernelError("Kernel died") from None
        finally:
            for task in (outputs, alive, reply):
                task.cancel()
            await asyncio.gather(outputs, alive, reply, return_exceptions=True)
        content: dict[str, Any] = message["content"]
        return content

    async def _async_poll_kernel_alive(self) -> None:
        while True:
            await asyncio.sleep(_ALIVE_SECONDS)
            try:
                await self._async_check_alive()
            except DeadKernelError:
                # What the kernel had sent before it died may still lie in the socket.
                await asyncio.sleep(_ALIVE_SECONDS)
                if self.task_poll_for_reply is not None:
                    self.task_poll_for_reply.cancel()
                return

    async def _async_check_alive(self) -> None:
        if not await self._channels.is_alive():
            raise DeadKernelError("Kernel died")

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        from nbclient.exceptions import CellExecutionComplete

        last = time.monotonic()
        while True:
            message = await self._channels.iopub_channel.get_msg(timeout=None)
            if self._take_event(message):
                continue
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return
            if time.monotonic() - last > _ALIVE_SECONDS:
                # A flood never leaves the socket empty: give the other tasks their turn.
                last = time.monotonic()
                await asyncio.sleep(0)

    def _take_event(self, message: dict[str, Any]) -> bool:
        """Take a message of dagnb's own, whichever cell or thread it came from."""
        content = message["content"]
        if message["msg_type"] != "comm_open" or content.get("target_name") != COMM_TARGET:
            return False
        self._on_event(content["data"])
        return True

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Add an output to its cell, up to the limit; a stream grows by what comes behind it."""
        content = msg["content"]
        size = _size(content)
        before = 0 if not outs else self._sizes.get(cell_index, 0)
        self._sizes[cell_index] = before + size
        if before + size > OUTPUT_LIMIT:
            if cell_index in self._cut and outs:
                return None
            self._cut.add(cell_index)
            msg = {**msg, **_cut(msg, max(0, OUTPUT_LIMIT - before))}
            content = msg["content"]
        hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        joins = not hooked and not self.clear_before_next_output and outs and msg["msg_type"] == "stream"
        if joins and outs[-1].output_type == "stream" and outs[-1].name == content["name"]:
            outs[-1].text += content["text"]
            return outs[-1]
        return super().output(outs, msg, display_id, cell_index)


def joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    r"""Join all that a cell wrote to one stream, and let a carriage return take back its line, as terminals do.

    >>> from nbformat import v4
    >>> outputs = [v4.new_output("stream", name="stdout", text=text) for text in ("10 %\r", "100 %\nab\rc\r\n")]
    >>> joined_streams(outputs)[0].text
    '100 %\nc\r\n'
    """
    texts: dict[str, list[str]] = {}
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.output_type != "stream":
            kept.append(output)
            continue
        if output.name not in texts:
            texts[output.name] = []
            kept.append(output)
        texts[output.name].append(output.text)
    for output in kept:
        if output.output_type == "stream":
            whole = "".join(texts[output.name])
            output.text = whole if "\r" not in whole else "\n".join(_last_written(line) for line in whole.split("\n"))
    return kept


def _last_written(line: str) -> str:
    body = line.rstrip("\r")
    return body.rpartition("\r")[2] + line[len(body) :]


def _size(content: Any) -> int:
    if isinstance(content, str):
        return len(content) + _LINE_WEIGHT * content.count("\n")
    if isinstance(content, bytes):
        return len(content)
    if isinstance(content, dict):
        return sum(_size(value) for value in content.values())
    if isinstance(content, list):
        return sum(_size(value) for value in content)
    return 8


def _cut(message: dict[str, Any], room: int) -> dict[str, Any]:
    """Return type and content of a message that ends a cell's output at the limit, visibly."""
    marker = f"[the output of this cell is longer than {OUTPUT_LIMIT // 1_000_000} MB: the rest was left out]"
    content = message["content"]
    if message["msg_type"] == "stream":
        text = content["text"]
        fitting = text[: room * len(text) // max(1, _size(text))]
        return {"content": {**content, "text": f"{fitting}\n{marker}\n"}}
    if message["msg_type"] == "error":
        tail = [line[:10_000] for line in content["traceback"][-20:]]
        return {"content": {**content, "evalue": content["evalue"][:10_000], "traceback": [marker, *tail]}}
    return {"content": {**content, "data": {"text/plain": marker}, "metadata": {}}}
