"""What a notebook calls: in a run these talk to the engine, by hand they work alone, so one notebook does both."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from dagnb.errors import (
    DagnbInvariantViolationError,
    DagnbUnknownResourceError,
    DagnbValueError,
)
from dagnb.events.metadata import Scalar
from dagnb.events.records import LogLevel, MessageLogged
from dagnb.events.user import (
    DEFAULT_OUTPUT,
    AssetMaterialization,
    DynamicOutput,
    ExpectationResult,
    Failure,
    Output,
    RetryRequested,
)
from dagnb.notebooks import inside
from dagnb.notebooks.cell_step import running_cell
from dagnb.notebooks.giving import check_output, output_key

if TYPE_CHECKING:
    from dagnb.definitions import ModeDefinition
    from dagnb.execution.log import EventLogger

T = TypeVar("T")


def running_session() -> inside.Session | None:
    """Return the session of the run that this kernel belongs to; None by hand."""
    module = sys.modules.get(inside.MODULE)
    return None if module is None else module.session


def get_context(
    solid_config: Any = None,
    mode_def: ModeDefinition | None = None,
    resources: Mapping[str, Any] | None = None,
    run_config: Mapping[str, Any] | None = None,
) -> NotebookContext:
    """Return the context of the step that this notebook or cell solid is; by hand, one made of the arguments.

    In a run the arguments are not looked at: config and resources are those of the run.

    Args:
        solid_config: by hand: the config (default: the notebook's parameters as they are now).
        mode_def: by hand: a mode whose resources are made for this notebook.
        resources: by hand: resources that are there already, by name.
        run_config: by hand: the run config, which holds the config of the mode's resources.

    Raises:
        DagnbInvariantViolationError: both `mode_def` and `resources` name a resource.
        DagnbConfigError: the config of one of the mode's resources is wrong.

    >>> context = get_context(solid_config={"folds": 3}, resources={"seed": 7})
    >>> context.solid_config["folds"], context.resources.seed, context.run_id
    (3, 7, 'by hand')
    """
    cell = running_cell()
    if cell is not None and cell.context is not None:
        step = cell.context
        return NotebookContext(**{name: getattr(step, name) for name in _FACTS}, resources=cell.resources, log=step.log)
    session = running_session()
    if session is not None:
        facts = session.context
        return NotebookContext(
            **{name: facts.get(name) for name in _FACTS},
            resources=_RunResources(session, str(facts.get("solid_name"))),
        )
    made = dict(resources or {})
    if mode_def is not None:
        from dagnb.notebooks.by_hand import make_resources

        doubled = sorted(made.keys() & mode_def.resource_defs.keys())
        if doubled:
            raise DagnbInvariantViolationError(
                f"the resource {doubled[0]} is given twice",
                where="get_context",
                got="it is in resources and in mode_def",
                hint="leave it out of resources",
            )
        made |= make_resources(mode_def, run_config or {})
    return NotebookContext(
        solid_config=_own_parameters() if solid_config is None else solid_config,
        run_config=dict(run_config or {}),
        mode=mode_def.name if mode_def is not None else "default",
        run_id=_BY_HAND,
        step_key=_BY_HAND,
        solid_name=_BY_HAND,
        pipeline_name=_BY_HAND,
        resources=_HandResources(made),
    )


_BY_HAND = "by hand"
_LONGEST = 60  # characters of a metadata entry in a line
_FACTS = ("solid_config", "run_config", "mode", "run_id", "step_key", "solid_name", "pipeline_name")


class NotebookContext:
    """What a notebook gets to know of its step.

    Args:
        solid_config: the solid's config, checked, defaults filled in.
        run_config: the whole run config.
        mode: name of the mode.
        run_id: the run; ``"by hand"`` outside of one.
        step_key: the step.
        solid_name: the solid.
        pipeline_name: the pipeline.
        resources: the resources that the solid asked for, as attributes.
        log: writes lines of the log (default: they show in the notebook and, in a run, go into its event log).
    """

    def __init__(
        self,
        *,
        solid_config: Any,
        run_config: Any,
        mode: Any,
        run_id: Any,
        step_key: Any,
        solid_name: Any,
        pipeline_name: Any,
        resources: Any,
        log: NotebookLog | EventLogger | None = None,
    ) -> None:
        self.solid_config = solid_config
        self.run_config = run_config
        self.mode: str = mode
        self.run_id: str = run_id
        self.step_key: str = step_key
        self.solid_name: str = solid_name
        self.pipeline_name: str = pipeline_name
        self.resources = resources
        self.log: NotebookLog | EventLogger = NotebookLog() if log is None else log

    def __repr__(self) -> str:
        return f"NotebookContext(run_id={self.run_id!r}, step_key={self.step_key!r}, mode={self.mode!r})"


class NotebookLog:
    """Write lines of the log: they show in the notebook and, in a run, go into its event log."""

    def debug(self, message: str, **fields: Any) -> None:
        """Write a line for those who look closely."""
        self._write("debug", message, fields)

    def info(self, message: str, **fields: Any) -> None:
        """Write a line."""
        self._write("info", message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        """Write a line that somebody should look at."""
        self._write("warning", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        """Write a line about what went wrong."""
        self._write("error", message, fields)

    def critical(self, message: str, **fields: Any) -> None:
        """Write a line about what cannot go on."""
        self._write("critical", message, fields)

    def _write(self, level: LogLevel, message: str, fields: Mapping[str, Any]) -> None:
        pairs = tuple((name, _scalar(value)) for name, value in fields.items())
        line = MessageLogged(level=level, message=str(message), fields=pairs)
        print(log_line(line), file=sys.stderr)  # noqa: T201  (a notebook's log is its output)
        session = running_session()
        if session is not None:
            from dagnb.notebooks.wire import encode_message

            session.send(*encode_message(line))


def log_line(line: MessageLogged) -> str:
    """Return a line of the log as a notebook shows it.

    >>> log_line(MessageLogged(level="warning", message="few rows", fields=(("rows", 3),)))
    'warning: few rows rows=3'
    """
    return f"{line.level}: {line.message}{''.join(f' {name}={value}' for name, value in line.fields)}"


def _scalar(value: Any) -> Scalar:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def yield_result(value: T, output_name: str = DEFAULT_OUTPUT, *, mapping_key: str | None = None) -> T:
    """Hand a value to the solids downstream; by hand nothing happens.

    From a notebook it goes as it is now, from a cell solid when the cell has ended.

    Args:
        value: the value; a notebook's must be possible to pickle.
        output_name: which output of the solid it is (default "result").
        mapping_key: names the value among those of the output, which is a dynamic one: what comes after it runs once
            for each of them (default: the output has this one value).

    Returns:
        The value.

    Raises:
        DagnbOutputError: the solid has no such output, or was given it already; the output is dynamic and there is no
            key, or the other way round.
        DagnbInvalidDefinitionError: a mapping key with other characters than letters, digits and underscores.
        DagnbValueError: the value cannot leave this process.

    >>> yield_result(3)
    3
    >>> [yield_result(rows, "airport", mapping_key=key) for key, rows in {"jfk": 2, "lga": 1}.items()]
    [2, 1]
    """
    output = Output(value, output_name) if mapping_key is None else DynamicOutput(value, mapping_key, output_name)
    key = output_key(output)
    cell = running_cell()
    if cell is not None:
        name = cell.context.solid_name if cell.context is not None else "cell"
        way = f"%%solid {name} --out {','.join([*cell.declared, output_name])} declares it"
        check_output(output, cell.declared, cell.dynamic, cell.given, where=name, way=way)
        cell.give(key, output)
        return value
    session = running_session()
    if session is None:
        return value
    way = f'notebook_solid(..., outputs=["{output_name}", ...]) declares it'
    where = str(session.context.get("solid_name") or "notebook")
    check_output(output, session.declared, session.dynamic, session.taken, where=where, way=way)
    try:
        session.give(key, value)
    except Exception as error:
        raise DagnbValueError(
            f"the output {key} cannot leave the notebook's process",
            got=f"{type(value).__name__}: {error}"[:300],
            expected="a value that can be pickled",
            hint="hand over what it is made from",
        ) from error
    return value


def yield_event(event: Any) -> None:
    """Record an event of this step now, while the notebook or cell runs; by hand, show it in a line.

    Args:
        event: an `AssetMaterialization`, an `ExpectationResult`, an `Output` (as `yield_result`) or a `Failure`,
            which is raised.

    Raises:
        DagnbInvalidDefinitionError: it is none of these.
        Failure: it is one.
    """
    if isinstance(event, Failure | RetryRequested):
        raise event
    from dagnb.notebooks.wire import encode_message, recorded_event

    cell = running_cell()
    if isinstance(event, Output):
        yield_result(event.value, event.output_name, mapping_key=getattr(event, "mapping_key", None))
    else:
        kind, payload = encode_message(event)
        session = running_session()
        recorded = recorded_event(event)
        if cell is not None and cell.context is not None and recorded is not None:
            cell.context.emit(recorded)
        elif session is not None:
            session.send(kind, payload)
    if cell is None:
        print(describe_event(event))  # noqa: T201  (shows in the notebook, which is the point)


def describe_event(event: Any) -> str:
    """Return one line about an event.

    >>> from dagnb.events import EventMetadataEntry
    >>> describe_event(AssetMaterialization("flights.raw", None, [EventMetadataEntry.int(336776, "rows")]))
    'materialized flights.raw · rows 336,776'
    """
    from dagnb.types.cells import cut, safe_text
    from dagnb.types.numbers import metadata_text

    if isinstance(event, Output):
        from dagnb.types.describe import describe_value, summary_text

        info = describe_value(event.value)
        size = summary_text(info)
        return f"output {event.output_name} · {f'{info.type_name} {size}' if size else safe_text(event.value)}"
    if isinstance(event, AssetMaterialization):
        head = f"materialized {event.asset_key}"
    elif isinstance(event, ExpectationResult):
        head = f"expectation {event.label} {'met' if event.success else 'not met'}"
    else:
        return repr(event)
    facts = [f"{entry.label} {cut(metadata_text(entry), _LONGEST)}" for entry in event.metadata_entries]
    return " · ".join([head, *([event.description] if event.description else []), *facts])


class _RunResources:
    def __init__(self, session: inside.Session, solid_name: str) -> None:
        self._session = session
        self._solid_name = solid_name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        session = self._session
        if name in session.resources:
            return session.resources[name]
        if name in session.missing_resources:
            raise DagnbInvariantViolationError(
                f"the resource {name} cannot be handed to the notebook's process",
                where=self._solid_name,
                got=session.missing_resources[name],
                hint="hand over what it is made from (its config), and make it in the notebook",
            )
        known = [*session.resources, *session.missing_resources]
        raise DagnbUnknownResourceError(solid=self._solid_name, resource=name, known=known)

    def __dir__(self) -> list[str]:
        return [*self._session.resources, *self._session.missing_resources]


class _HandResources(SimpleNamespace):
    def __init__(self, resources: Mapping[str, Any]) -> None:
        super().__init__(**resources)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise DagnbUnknownResourceError(solid=_BY_HAND, resource=name, known=vars(self))


class _NotebookNames(Mapping[str, Any]):
    """The config by hand: the names of the notebook, looked up when asked for."""

    def __init__(self, namespace: Mapping[str, Any], names: tuple[str, ...] | None) -> None:
        self._namespace = namespace
        self._names = names

    def __getitem__(self, name: str) -> Any:
        if self._names is not None and name not in self._names:
            raise KeyError(name)
        return self._namespace[name]

    def __iter__(self) -> Iterator[str]:
        from dagnb.notebooks.injection import is_literal

        if self._names is not None:
            return iter([name for name in self._names if name in self._namespace])
        return iter([n for n, value in self._namespace.items() if not n.startswith("_") and is_literal(value)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def _own_parameters() -> Mapping[str, Any]:
    import __main__

    namespace = vars(__main__)
    path = namespace.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    names: tuple[str, ...] | None = None
    if str(path).endswith(".ipynb") and Path(path).is_file():
        from dagnb.errors import DagnbNotebookError
        from dagnb.notebooks.document import load_document
        from dagnb.notebooks.parameters import read_parameters

        try:
            names = tuple(parameter.name for parameter in read_parameters(load_document(path)).of_role("config"))
        except DagnbNotebookError:
            names = None  # half saved, or not the notebook after all: all names will do
    return _NotebookNames(namespace, names or None)
