"""Fixtures for testing pipelines with pytest, there as soon as dagnb is installed.

- `dagnb_instance`: an instance of the test's own, gone after it. Meanwhile it is the one where runs are kept.
- `dagnb_run`: runs a pipeline there; a solid that fails, fails the test with its own traceback.
- `notebook_pipeline`: a pipeline that a notebook defines.

::

    def test_report(dagnb_run, notebook_pipeline):
        run = dagnb_run(notebook_pipeline("report.ipynb"), {"solids": {"load": {"config": {"rows": 10}}}})
        assert len(run["load"].value) == 10
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.handles.pipelines import Pipeline
    from dagnb.handles.results import Run
    from dagnb.instance import Instance

# Every test session loads this module: what is heavy is imported by the fixtures.


class RunPipeline(Protocol):
    """What `dagnb_run` is."""

    def __call__(
        self,
        pipeline: Pipeline | PipelineDefinition,
        run_config: Mapping[str, Any] | None = None,
        *,
        mode: str | None = None,
        preset: str | None = None,
        tags: Mapping[str, str] | None = None,
        solid_selection: Sequence[str] | str | None = None,
        input_values: Mapping[str, Mapping[str, Any]] | None = None,
        resources: Mapping[str, Any] | None = None,
        raise_on_error: bool = True,
    ) -> Run:
        """Run a pipeline in the test's instance; arguments and errors as of `Pipeline.run`."""
        ...


class LoadPipeline(Protocol):
    """What `notebook_pipeline` is."""

    def __call__(self, path: str | os.PathLike[str], name: str | None = None) -> Pipeline:
        """Return a pipeline that a notebook defines; none of it is run.

        Args:
            path: the notebook, or a file of Python; relative to the test's folder, else to where pytest was started.
            name: the pipeline's name (default: the only one that there is).

        Raises:
            DagnbNotebookError: the notebook is missing, cannot be read, or a cell of it raised.
            DagnbNotFoundError: there is no such pipeline, or no file.
            DagnbError: it defines none, or several and `name` says not which.
        """
        ...


@pytest.fixture
def dagnb_instance() -> Iterator[Instance]:
    """An instance of this test's own, where runs are kept meanwhile; it is gone after the test."""
    from dagnb.instance import Instance

    with Instance.ephemeral() as instance, instance.as_default():
        yield instance
        engine = sys.modules.get("dagnb.notebooks.kernel_engine")
        if engine is not None:
            engine.await_ending()  # kernels that have given their result end in the background


@pytest.fixture
def dagnb_run(dagnb_instance: Instance) -> RunPipeline:
    """Runs a pipeline in `dagnb_instance` and returns the run; what a solid raises fails the test."""
    from dagnb.handles.pipelines import Pipeline
    from dagnb.handles.running import RunRequest
    from dagnb.handles.testing import run_quietly

    def run(
        pipeline: Pipeline | PipelineDefinition,
        run_config: Mapping[str, Any] | None = None,
        *,
        raise_on_error: bool = True,
        **options: Any,
    ) -> Run:
        __tracebackhide__ = True
        definition = pipeline.definition if isinstance(pipeline, Pipeline) else pipeline
        request = RunRequest(run_config=run_config, **options)
        return run_quietly(definition, request, dagnb_instance, raise_on_error=raise_on_error)

    return run


@pytest.fixture
def notebook_pipeline(request: pytest.FixtureRequest) -> LoadPipeline:
    """Loads a pipeline that a notebook beside the test defines."""
    folders = (request.path.parent, request.config.invocation_params.dir)

    def load_pipeline(path: str | os.PathLike[str], name: str | None = None) -> Pipeline:
        __tracebackhide__ = True
        found = next((folder / path for folder in folders if (folder / path).exists()), folders[0] / path)
        return _load(found, name)

    return load_pipeline


def _load(path: Path, name: str | None) -> Pipeline:
    __tracebackhide__ = True
    from dagnb.definitions.pipeline import PipelineDefinition
    from dagnb.errors import DagnbError
    from dagnb.handles.pipelines import Pipeline
    from dagnb.notebooks.loading import load

    found = load(str(path), lambda value: isinstance(value, Pipeline | PipelineDefinition), name)
    made = [each if isinstance(each, Pipeline) else Pipeline(each) for each in found.values()]
    if len(made) == 1:
        return made[0]
    names = [each.name for each in made]
    raise DagnbError(
        "the notebook defines several pipelines" if names else "the notebook defines no pipeline",
        where=str(path),
        got=", ".join(names) or None,
        expected=None if names else "a function with @pipeline above it",
        hint=f'name one of them: notebook_pipeline("{path.name}", "{names[0]}")' if names else None,
    )
