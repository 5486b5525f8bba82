"""What runs record: frozen, keyword-only event classes, named in the past participle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dagnb.events.keys import AssetKey
from dagnb.events.mapped import output_key_of
from dagnb.events.metadata import EventMetadataEntry, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorInfo:
    """An exception as it is kept: never the object itself.

    `where` names the place in the user's words (``"cell 3"``), `traceback` is plain text.
    """

    cls_name: str
    message: str
    traceback: str = ""
    where: str | None = None
    cause: ErrorInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputVersion:
    """Which output of which step of which run an input was."""

    input_name: str
    run_id: str
    step_key: str
    output_name: str
    data_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnInfo:
    """A column of a table-like value: its name, dtype and count of nulls."""

    name: str
    dtype: str
    nulls: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueInfo:
    """What is known of a value without reading it.

    `rows` and `columns` are those of tables, `length` that of other containers, `bytes` its size in memory.
    """

    type_name: str
    rows: int | None = None
    length: int | None = None
    bytes: int | None = None
    columns: tuple[ColumnInfo, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueReference:
    """Where a value is kept: inside its event (`inline`) or at an address of the value store.

    `codec` names the value type that reads it back; `codec` None means *not stored*, and `note` says why.
    """

    codec: str | None
    inline: str | None = None
    address: str | None = None
    bytes: int | None = None
    digest: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCheckInfo:
    """The outcome of a type check."""

    type_name: str
    success: bool = True
    description: str | None = None
    metadata: tuple[EventMetadataEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The run has begun; `step_keys` are the steps that it will try, in order."""

    mode: str
    step_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsAdded:
    """A dynamic output is known, so the run has these steps as well: one for each of its values."""

    step_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSucceeded:
    """Every step succeeded or was skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """A step failed, or the run could not be begun or ended (then `error` says why)."""

    failed_steps: tuple[str, ...] = ()
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCanceled:
    """The run was stopped by its user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceStarted:
    """A resource is ready; `seconds` is how long that took."""

    resource: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceEnded:
    """A resource was torn down, with `error` when that raised."""

    resource: str
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """The step has begun its `attempt` (from 1)."""

    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLoaded:
    """An input was handed to the step."""

    input_name: str
    type_check: TypeCheckInfo
    value: ValueInfo | None = None
    sources: tuple[InputVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputProduced:
    """The step gave an output: what it is, where it is kept, and the versions it came from."""

    output_name: str
    type_check: TypeCheckInfo
    value: ValueInfo
    reference: ValueReference
    code_version: str | None = None
    config_hash: str | None = None
    data_version: str | None = None
    inputs: tuple[InputVersion, ...] = ()
    metadata: tuple[EventMetadataEntry, ...] = ()
    mapping_key: str | None = None

    @property
    def key(self) -> str:
        """What names it among the outputs of its step: `output_name`, of a dynamic one with its mapping key."""
        return output_key_of(self.output_name, self.mapping_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetMaterialized:
    """The step wrote an asset."""

    asset_key: AssetKey
    description: str | None = None
    metadata: tuple[EventMetadataEntry, ...] = ()
    partition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationChecked:
    """The step said whether its data is as expected."""

    success: bool
    label: str
    description: str | None = None
    metadata: tuple[EventMetadataEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgressed:
    """The step is at `done` of `total`; `text` is what it does now (a notebook: the running cell's source)."""

    done: int
    total: int | None = None
    text: str | None = None
    unit: str = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookExecuted:
    """An executed copy of the step's notebook was kept at `path`; `failed_cell` counts from 1."""

    path: str
    cells: int
    failed_cell: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCompleted:
    """A hook has run after the step."""

    hook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HookFailed:
    """A hook raised after the step; the step's own outcome stands."""

    hook: str
    error: ErrorInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSucceeded:
    """The step ended well after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    """The step raised; `metadata` is that of a `Failure`."""

    error: ErrorInfo
    seconds: float
    metadata: tuple[EventMetadataEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped:
    """The step was not run, for `reason`."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRetried:
    """The step asked to be tried again, after `seconds_to_wait`."""

    attempt: int
    seconds_to_wait: float
    error: ErrorInfo | None = None


LogLevel = Literal["debug", "info", "warning", "error", "critical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLogged:
    """A line of the log; `fields` are the extra pairs given with it."""

    level: LogLevel
    message: str
    fields: tuple[tuple[str, Scalar], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrecognizedEvent:
    """An event of a kind that this dagnb does not know (written by a newer one); kept, never lost."""

    name: str
    payload: str


Event = (
    RunStarted
    | StepsAdded
    | RunSucceeded
    | RunFailed
    | RunCanceled
    | ResourceStarted
    | ResourceEnded
    | StepStarted
    | InputLoaded
    | OutputProduced
    | AssetMaterialized
    | ExpectationChecked
    | StepProgressed
    | NotebookExecuted
    | HookCompleted
    | HookFailed
    | StepSucceeded
    | StepFailed
    | StepSkipped
    | StepRetried
    | MessageLogged
    | UnrecognizedEvent
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEvent:
    """An event on its way into the log: it has no number yet."""

    at: datetime
    event: Event
    step_key: str | None = None


class EventRecord:
    """An event in the log: `seq` counts from 1 within its run, without a gap; `at` is UTC.

    One that comes from a store is decoded when its `event` is first asked for: a page of a thousand shows twenty.
    """

    __slots__ = ("_event", "_kind", "_payload", "at", "run_id", "seq", "step_key")

    run_id: str
    seq: int
    at: datetime
    step_key: str | None
    _event: Event | None
    _kind: str
    _payload: str

    def __init__(self, *, run_id: str, seq: int, at: datetime, event: Event, step_key: str | None = None) -> None:
        _fill(self, run_id, seq, at, step_key)
        _set(self, "_event", event)
        _set(self, "_kind", event.name if isinstance(event, UnrecognizedEvent) else type(event).__name__)
        _set(self, "_payload", "")

    @classmethod
    def stored(  # noqa: PLR0917  (a row of the store, a thousand at a time)
        cls, run_id: str, seq: int, at: datetime, kind: str, step_key: str | None, payload: str
    ) -> EventRecord:
        """Make a record of what a store holds: the event's name and what `encode_event` wrote."""
        record = cls.__new__(cls)
        _fill(record, run_id, seq, at, step_key)
        _set(record, "_event", None)
        _set(record, "_kind", kind)
        _set(record, "_payload", payload)
        return record

    @property
    def kind(self) -> str:
        """The event's name, for example ``"StepStarted"``."""
        return self._kind

    @property
    def event(self) -> Event:
        """The event itself."""
        event = self._event
        if event is None:
            from dagnb.events.codec import decode_event

            event = decode_event(self._kind, self._payload)
            _set(self, "_event", event)
        return event

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an event record cannot be changed: {name}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EventRecord):
            return NotImplemented
        return (self.run_id, self.seq, self.at, self.step_key, self.event) == (
            other.run_id,
            other.seq,
            other.at,
            other.step_key,
            other.event,
        )

    def __hash__(self) -> int:
        return hash((self.run_id, self.seq))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.run_id, self.seq, self.at, self.event, self.step_key)

    def __repr__(self) -> str:
        return (
            f"EventRecord(run_id={self.run_id!r}, seq={self.seq}, at={self.at!r}, step_key={self.step_key!r}, "
            f"event={self.event!r})"
        )


_set = object.__setattr__


def _fill(record: EventRecord, run_id: str, seq: int, at: datetime, step_key: str | None) -> None:
    _set(record, "run_id", run_id)
    _set(record, "seq", seq)
    _set(record, "at", at)
    _set(record, "step_key", step_key)


def _restored(run_id: str, seq: int, at: datetime, event: Event, step_key: str | None) -> EventRecord:
    return EventRecord(run_id=run_id, seq=seq, at=at, event=event, step_key=step_key)
