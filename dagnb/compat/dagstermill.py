"""`dagstermill`: notebooks as solids, and what notebooks call, with the names of release 0.9.22."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from dagnb.compat.contexts import DagsterLogManager
from dagnb.compat.errors import translated
from dagnb.compat.events import ExpectationResult
from dagnb.compat.ports import InputDefinition, OutputDefinition
from dagnb.compat.solids import as_old_solid
from dagnb.errors import DagnbNotebookError
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.notebooks.api import (
    get_context as dagnb_get_context,
    yield_event as dagnb_yield_event,
    yield_result as dagnb_yield_result,
)
from dagnb.notebooks.errors import DagnbNotebookFailedError
from dagnb.notebooks.interface import NotebookSolidBody
from dagnb.notebooks.solid import notebook_solid
from dagnb.types import TypeCheck

__version__ = "0.9.22"

__all__ = [
    "DagstermillError",
    "DagstermillExecutionContext",
    "DagstermillExecutionError",
    "define_dagstermill_solid",
    "get_context",
    "yield_event",
    "yield_result",
]

T = TypeVar("T")
DagstermillError = DagnbNotebookError
DagstermillExecutionError = DagnbNotebookFailedError

INSTALL_TAG = "dagnb-compat"
_INSTALL = "import dagnb.compat\n\ndagnb.compat.install()"


class _Body(NotebookSolidBody):
    """A notebook that finds `dagster` and its like in its kernel: a cell before its own puts them there.

    The notebook is read anew by each run.
    """

    __slots__ = ()

    def __init__(self, found: NotebookSolidBody) -> None:
        for name in ("path", "parameters", "outputs", "kernel_name", "kind", "path_output"):
            object.__setattr__(self, name, getattr(found, name))

    @property
    def text(self) -> str:  # read anew, and never set
        """The notebook with the cell before its own."""
        document: dict[str, Any] = json.loads(Path(self.path).read_text(encoding="utf-8"))
        cell = {"cell_type": "code", "metadata": {"tags": [INSTALL_TAG]}, "source": _INSTALL, "outputs": []}
        if document.get("nbformat_minor", 0) >= 5:  # noqa: PLR2004  # since then cells have ids
            cell["id"] = INSTALL_TAG
        document["cells"] = [{**cell, "execution_count": None}, *document.get("cells", [])]
        return json.dumps(document)

    def __reduce__(self) -> tuple[Any, ...]:
        names = ("path", "parameters", "outputs", "kernel_name", "kind", "path_output")
        return _restored, ({name: getattr(self, name) for name in names},)


def _restored(parts: dict[str, Any]) -> _Body:
    return _Body(NotebookSolidBody(**parts))


@translated("definition")
def define_dagstermill_solid(
    name: str,
    notebook_path: str,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    config_schema: Any = None,
    required_resource_keys: Iterable[str] | None = None,
    output_notebook: str | None = None,
) -> Any:
    """Make a solid of a notebook.

    Args:
        name: the solid's name.
        notebook_path: the notebook.
        input_defs: its inputs: names of its parameters.
        output_defs: its outputs: names that it gives to `yield_result` (default: none).
        config_schema: its config, for ``get_context().solid_config``.
        required_resource_keys: the resources that it uses, as ``get_context().resources.<key>``.
        output_notebook: name of a further output that carries the path of the executed notebook.
    """
    made = notebook_solid(
        notebook_path,
        name=name,
        input_defs=input_defs or [],
        output_defs=output_defs or [],
        config_schema={} if config_schema is None else config_schema,
        required_resource_keys=required_resource_keys,
        output_notebook=output_notebook,
        tags={"kind": "ipynb", "notebook_path": notebook_path},
    )
    body: Any = made.body
    made.body = _Body(body)
    return as_old_solid(made)


class DagstermillExecutionContext:
    """What a notebook gets to know of its step."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def log(self) -> DagsterLogManager:
        """Writes lines into the log of the run."""
        return DagsterLogManager(self._inner.run_id, {}, [self._inner.log])

    def has_tag(self, key: str) -> bool:
        """Tell whether lines of the log have a tag."""
        return self.get_tag(key) is not None

    def get_tag(self, key: str) -> str | None:
        """Return what lines of the log are tagged with: the pipeline, the solid, the step."""
        inner = self._inner
        known = {"pipeline": inner.pipeline_name, "solid": inner.solid_name, "step_key": f"{inner.step_key}.compute"}
        return known.get(key)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._inner, name)  # solid_config, resources, run_id, run_config ...


def get_context(solid_config: Any = None, mode_def: Any = None, run_config: Any = None) -> DagstermillExecutionContext:
    """Return the context of the step that the notebook is; by hand, one made of the arguments.

    >>> get_context(solid_config={"folds": 3}).solid_config
    {'folds': 3}
    """
    return DagstermillExecutionContext(dagnb_get_context(solid_config, mode_def, None, run_config))


def yield_result(value: T, output_name: str = DEFAULT_OUTPUT) -> T:
    """Hand a value to the solids downstream; by hand, return it."""
    return dagnb_yield_result(value, output_name)


def yield_event(dagster_event: T) -> T:
    """Record an event of the step; by hand, show it and return it."""
    event: Any = dagster_event
    if isinstance(event, TypeCheck):
        event = ExpectationResult(event.success, "type check", event.description, event.metadata_entries)
    dagnb_yield_event(event)
    return dagster_event
