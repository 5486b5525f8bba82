"""The private folder through which an engine and a kernel exchange values."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagnb.errors import DagnbNotebookError
from dagnb.notebooks import inside

# The engine's own entries of `NotebookJob.inputs`; no parameter or input can have such a name.
RESOURCES_KEY = "__dagnb_resources__"


class Transfer:
    """A folder that only this user can enter, made for one run of one notebook and gone after it."""

    def __init__(self) -> None:
        # Short: the kernel's IPC sockets stand in it, and their paths may have 107 characters at the most.
        self.folder = tempfile.mkdtemp(prefix="dagnb-")

    def path(self, name: str) -> str:
        """Return the path of a file in the folder."""
        return f"{self.folder}/{name}"

    def write_job(
        self, *, inputs: Mapping[str, Any], outputs: tuple[str, ...], context: Mapping[str, Any], source: str
    ) -> None:
        """Write what the kernel is to get.

        Raises:
            DagnbNotebookError: an input cannot cross to another process.
        """
        handed = {name: value for name, value in inputs.items() if name != RESOURCES_KEY}
        files: dict[str, str] = {}
        for number, (name, value) in enumerate(handed.items()):
            files[name] = f"input-{number}"
            try:
                inside.dump(value, self.path(files[name]))
            except Exception as error:
                raise DagnbNotebookError(
                    f"the input {name} cannot be handed to the notebook's process",
                    where=source,
                    got=f"{type(value).__name__}: {error}"[:200],
                    expected="a value that can be pickled",
                    hint="hand over what it is made from, and make it in the notebook",
                ) from error
        kept, missing = self._write_resources(inputs.get(RESOURCES_KEY, {}))
        job = {
            "context": dict(context),
            "inputs": files,
            "outputs": tuple(outputs),
            "resources": kept,
            "missing_resources": missing,
        }
        inside.dump(job, self.path(inside.JOB_FILE))

    def _write_resources(self, resources: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        kept: dict[str, str] = {}
        missing: dict[str, str] = {}
        for number, (name, value) in enumerate(resources.items()):
            try:
                inside.dump(value, self.path(f"resource-{number}"))
            except Exception as error:  # noqa: BLE001  (told when the notebook asks for it)
                missing[name] = f"{type(value).__name__}: {error}"[:200]
            else:
                kept[name] = f"resource-{number}"
        return kept, missing

    def read_outputs(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the outputs by name, and by name what is wrong with those that could not be taken."""
        result_file = Path(self.path(inside.RESULT_FILE))
        if not result_file.exists():
            return {}, {}
        results = json.loads(result_file.read_text(encoding="utf-8"))
        problems: dict[str, str] = dict(results["problems"])
        outputs: dict[str, Any] = {}
        for name, file in results["outputs"].items():
            try:
                outputs[name] = inside.load(self.path(file))
            except Exception as error:  # noqa: BLE001  (a class that only the notebook's process knows, for one)
                problems[name] = f"{type(error).__name__}: {error}"
        return outputs, problems

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def opening_code(folder: str) -> str:
    """Return the code that opens the session in the kernel and binds the inputs for the first time."""
    path = str(Path(inside.__file__).absolute())
    return (
        "def _dagnb_open():\n"
        "    import importlib.util\n"
        f"    spec = importlib.util.spec_from_file_location({inside.MODULE + '_code'!r}, {path!r})\n"
        "    module = importlib.util.module_from_spec(spec)\n"
        "    spec.loader.exec_module(module)\n"
        f"    module.open_session({folder!r})\n"
        "_dagnb_open()\n"
        "del _dagnb_open\n"
    )


def binding_code(*, last: bool) -> str:
    """Return the code that binds the inputs to their names."""
    return f"{_session()}.bind(get_ipython().user_ns, last={last})"


def collecting_code(outputs: tuple[str, ...]) -> str:
    """Return the code that writes the outputs."""
    return f"{_session()}.collect({list(outputs)!r}, get_ipython().user_ns)"


def reporting_code() -> str:
    """Return the code that sends what the failed cell raised, when it is one of dagnb's own."""
    return f"{_session()}.report_error()"


def _session() -> str:
    return f"__import__({inside.MODULE!r}).session"
