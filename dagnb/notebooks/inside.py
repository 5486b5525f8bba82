"""The part that runs inside the kernel: hands inputs in, takes outputs out, sends events.

The engine has the kernel execute this file by path, in whatever Python the kernel is: it needs the standard
library and IPython only, and uses cloudpickle where it is there. Nothing of it shows in the notebook.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import pickle
import stat
import sys
import types
from pathlib import Path
from typing import Any

# dagnb.notebooks.api finds the session under this name; the engine under the same.
MODULE = "_dagnb_session"
COMM_TARGET = "dagnb.event"
JOB_FILE = "job.pickle"
RESULT_FILE = "results.json"
DYNAMIC_KEY = "dynamic_outputs"  # of the job's context
STREAM_LIMIT = 5_100_000  # characters of a cell's streams, and of any other text
_BOUNDED = ("display_data", "update_display_data", "execute_result", "error", "execute_reply")
_PROTOCOL = min(5, pickle.HIGHEST_PROTOCOL)


def dump(value: Any, path: str) -> None:
    """Write a value to a file of the private folder."""
    try:
        import cloudpickle as pickler
    except ImportError:
        pickler = pickle
    with Path(path).open("wb") as file:
        pickler.dump(value, file, protocol=_PROTOCOL)


def load(path: str) -> Any:
    """Read a value that `dump` wrote, from a file that only this user can have written."""
    with Path(path).open("rb") as file:
        return pickle.load(file)  # noqa: S301  (the folder is the engine's own, mode 0700)


class Session:
    """What one run of a notebook exchanges with its engine, through files in `folder`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        job = load(f"{folder}/{JOB_FILE}")
        self.context: dict[str, Any] = job["context"]
        self.declared: tuple[str, ...] = tuple(job["outputs"])
        self.dynamic: tuple[str, ...] = tuple(self.context.get(DYNAMIC_KEY, ()))
        self.taken: dict[str, str] = {}
        self._inputs: dict[str, Any] = {}
        for name, file in job["inputs"].items():
            try:
                self._inputs[name] = load(f"{folder}/{file}")
            except Exception as error:  # noqa: BLE001  (unpickling raises whatever the classes raise)
                text = f"the input {name} cannot be read in this kernel: {type(error).__name__}: {error}"
                raise RuntimeError(text) from None
        self.resources: dict[str, Any] = {}
        for name, file in job["resources"].items():
            try:
                self.resources[name] = load(f"{folder}/{file}")
            except Exception:  # noqa: BLE001, S112  (a resource that is never used must not stop the notebook)
                continue
        self.missing_resources: dict[str, str] = dict(job["missing_resources"])

    def bind(self, namespace: dict[str, Any], *, last: bool) -> None:
        """Put the inputs into the notebook's namespace; after the last time they are the notebook's alone."""
        namespace.update(self._inputs)
        if last:
            self._inputs = {}

    def give(self, name: str, value: Any) -> None:
        """Write an output now, as it is now.

        Raises:
            Exception: whatever pickling raises.
        """
        file = f"output-{len(self.taken)}"
        dump(value, f"{self.folder}/{file}")
        self.taken[name] = file

    def collect(self, names: list[str], namespace: dict[str, Any]) -> None:
        """Write the outputs that were not given yet and are names of the notebook; say which could not be.

        Files that the notebook has not closed are written out: the step counts as done before this process has ended.
        """
        problems: dict[str, str] = {}
        for name in names:
            if name in self.taken or name in self.dynamic or name not in namespace:
                continue
            try:
                self.give(name, namespace[name])
            except Exception as error:  # noqa: BLE001  (any class can fail to pickle in any way)
                problems[name] = f"{type(error).__name__}: {error}"
        text = json.dumps({"outputs": self.taken, "problems": problems})
        Path(self.folder, RESULT_FILE).write_text(text, encoding="utf-8")
        write_out_files()

    def report_error(self) -> None:
        """Send what the failed cell raised, when it says more than an error can: a `Failure`, a `RetryRequested`."""
        error = getattr(sys, "last_value", None)
        if any(cls.__module__ == "dagnb.events.user" for cls in type(error).__mro__):
            from dagnb.notebooks.wire import encode_message

            self.send(*encode_message(error))

    def send(self, kind: str, payload: str) -> None:
        """Send an event to the engine now. A comm passes by what captures displays."""
        from comm import create_comm

        create_comm(target_name=COMM_TARGET, data={"kind": kind, "payload": payload})


def write_out_files() -> None:
    """Write out what open files still hold back. Pipes are left alone: their readers may be stuck."""
    for thing in gc.get_objects():
        if issubclass(type(thing), (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)):
            with contextlib.suppress(Exception):
                if stat.S_ISREG(os.fstat(thing.fileno()).st_mode):
                    thing.flush()


class Bounded:
    """Sends what a kernel says, bounded: what the engine would cut does not fill its memory first.

    The limit is a little above the engine's, so that the engine sees that something is missing and says so.
    """

    def __init__(self, send: Any) -> None:
        self._send = send
        self._cell: Any = None
        self._left = STREAM_LIMIT

    def __call__(self, stream: Any, message: Any, content: Any = None, *rest: Any, **named: Any) -> Any:
        """Send a message in the place of the session's `send`."""
        whole = isinstance(message, dict)
        kind = message["header"]["msg_type"] if whole else message
        body = message["content"] if whole else content
        if kind == "stream":
            parent = message.get("parent_header", {}).get("msg_id") if whole else None
            if parent != self._cell:
                self._cell, self._left = parent, STREAM_LIMIT
            if not self._left:
                return None
            body = {**body, "text": body["text"][: self._left]}
            self._left -= len(body["text"])
        elif kind in _BOUNDED and isinstance(body, dict):
            body = _shortened(body)
        if whole:
            return self._send(stream, {**message, "content": body}, content, *rest, **named)
        return self._send(stream, message, body, *rest, **named)


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= STREAM_LIMIT else value[:STREAM_LIMIT]
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    return [_shortened(item) for item in value] if isinstance(value, list) else value


def bound_outputs() -> None:
    """Bound what this kernel sends."""
    from IPython import get_ipython

    session = getattr(getattr(get_ipython(), "kernel", None), "session", None)
    if session is not None and not isinstance(session.send, Bounded):
        session.send = Bounded(session.send)


def open_session(folder: str) -> Session:
    """Begin: read the job and be found by `dagnb.get_context` and its like."""
    bound_outputs()
    session = Session(folder)
    module = types.ModuleType(MODULE)
    module.session = session  # type: ignore[attr-defined]
    sys.modules[MODULE] = module
    return session
