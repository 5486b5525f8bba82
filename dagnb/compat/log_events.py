"""The events of a run as release 0.9.22 tells them (`dagster.core.events`): a view over those of dagnb."""

from __future__ import annotations

import logging
from enum import Enum
from typing import Any, NamedTuple

from dagnb.compat.check import CheckError
from dagnb.compat.contexts import SolidHandle

__all__ = [
    "AssetStoreOperationData",
    "DagsterEvent",
    "DagsterEventRecord",
    "DagsterEventType",
    "EngineEventData",
    "HookErroredData",
    "ObjectStoreOperationResultData",
    "PipelineFailureData",
    "PipelineInitFailureData",
    "SerializableErrorInfo",
    "StepExpectationResultData",
    "StepFailureData",
    "StepInputData",
    "StepKind",
    "StepMaterializationData",
    "StepOutputData",
    "StepOutputHandle",
    "StepRetryData",
    "StepSuccessData",
    "TypeCheckData",
    "UserFailureData",
]


class DagsterEventType(Enum):
    """The kinds of events."""

    STEP_OUTPUT = "STEP_OUTPUT"
    STEP_INPUT = "STEP_INPUT"
    STEP_FAILURE = "STEP_FAILURE"
    STEP_START = "STEP_START"
    STEP_SUCCESS = "STEP_SUCCESS"
    STEP_SKIPPED = "STEP_SKIPPED"
    STEP_UP_FOR_RETRY = "STEP_UP_FOR_RETRY"
    STEP_RESTARTED = "STEP_RESTARTED"
    STEP_MATERIALIZATION = "STEP_MATERIALIZATION"
    STEP_EXPECTATION_RESULT = "STEP_EXPECTATION_RESULT"
    PIPELINE_INIT_FAILURE = "PIPELINE_INIT_FAILURE"
    PIPELINE_ENQUEUED = "PIPELINE_ENQUEUED"
    PIPELINE_DEQUEUED = "PIPELINE_DEQUEUED"
    PIPELINE_START = "PIPELINE_START"
    PIPELINE_SUCCESS = "PIPELINE_SUCCESS"
    PIPELINE_FAILURE = "PIPELINE_FAILURE"
    OBJECT_STORE_OPERATION = "OBJECT_STORE_OPERATION"
    ASSET_STORE_OPERATION = "ASSET_STORE_OPERATION"
    ENGINE_EVENT = "ENGINE_EVENT"
    HOOK_COMPLETED = "HOOK_COMPLETED"
    HOOK_ERRORED = "HOOK_ERRORED"
    HOOK_SKIPPED = "HOOK_SKIPPED"


_T = DagsterEventType
_STEP_EVENTS = {each for each in _T if each.name.startswith("STEP_")} | {_T.OBJECT_STORE_OPERATION}
_PIPELINE_EVENTS = {each for each in _T if each.name.startswith("PIPELINE_")} - {_T.PIPELINE_INIT_FAILURE}
_HOOK_EVENTS = {each for each in _T if each.name.startswith("HOOK_")}
_FAILURES = {_T.PIPELINE_INIT_FAILURE, _T.PIPELINE_FAILURE, _T.STEP_FAILURE}


class StepKind(Enum):
    """What a step does: it computes."""

    COMPUTE = "COMPUTE"


class SerializableErrorInfo(NamedTuple):
    """An exception as it is kept."""

    message: str
    stack: list[str]
    cls_name: str
    cause: SerializableErrorInfo | None = None

    def to_string(self) -> str:
        """Return the text and the traceback."""
        return f"{self.message}\n\nStack Trace:\n{''.join(self.stack)}"


class TypeCheckData(NamedTuple):
    """The outcome of a type check."""

    success: bool
    label: str
    description: str | None = None
    metadata_entries: list[Any] | None = None


class StepInputData(NamedTuple):
    """An input that a step took."""

    input_name: str
    type_check_data: TypeCheckData | None


class StepOutputHandle(NamedTuple):
    """An output of a step."""

    step_key: str
    output_name: str = "result"


class StepOutputData(NamedTuple):
    """An output that a step gave."""

    step_output_handle: StepOutputHandle
    intermediate_materialization: Any = None
    type_check_data: TypeCheckData | None = None
    version: str | None = None

    @property
    def output_name(self) -> str:
        """The output's name."""
        return self.step_output_handle.output_name


class StepMaterializationData(NamedTuple):
    """Something that a step wrote."""

    materialization: Any


class StepExpectationResultData(NamedTuple):
    """What a step expected of its data."""

    expectation_result: Any


class UserFailureData(NamedTuple):
    """What a `Failure` said."""

    label: str
    description: str | None = None
    metadata_entries: list[Any] | None = None


class StepFailureData(NamedTuple):
    """How a step failed."""

    error: SerializableErrorInfo | None
    user_failure_data: UserFailureData | None = None


class StepRetryData(NamedTuple):
    """How a step asked to be tried again."""

    error: SerializableErrorInfo | None
    seconds_to_wait: float | None = None


class StepSuccessData(NamedTuple):
    """How long a step took."""

    duration_ms: float


class ObjectStoreOperationResultData(NamedTuple):
    """A value that was kept, or taken from where it is kept."""

    op: str
    value_name: str | None
    metadata_entries: list[Any]
    address: str | None = None
    version: str | None = None


class AssetStoreOperationData(NamedTuple):
    """A value that an asset store kept or gave."""

    op: str
    step_key: str
    output_name: str
    asset_store_key: str


class EngineEventData(NamedTuple):
    """Something that is not about a step."""

    metadata_entries: list[Any] = []  # noqa: RUF012  # of a tuple, which cannot change
    error: SerializableErrorInfo | None = None
    marker_start: str | None = None
    marker_end: str | None = None


class PipelineInitFailureData(NamedTuple):
    """Why a run could not be begun."""

    error: SerializableErrorInfo | None


class PipelineFailureData(NamedTuple):
    """Why a run failed, when it was not a step."""

    error: SerializableErrorInfo | None = None


class HookErroredData(NamedTuple):
    """What a hook raised."""

    error: SerializableErrorInfo | None


class DagsterEvent(NamedTuple):
    """An event of a run."""

    event_type_value: str
    pipeline_name: str
    step_key: str | None = None
    solid_handle: SolidHandle | None = None
    step_kind_value: str | None = None
    logging_tags: dict[str, str] | None = None
    event_specific_data: Any = None
    message: str | None = None
    pid: int | None = None

    @property
    def event_type(self) -> DagsterEventType:
        """The event's kind."""
        return DagsterEventType(self.event_type_value)

    @property
    def solid_name(self) -> str:
        """The solid's name."""
        if self.solid_handle is None:
            raise AttributeError("an event of the run is of no solid")
        return self.solid_handle.name

    @property
    def step_kind(self) -> StepKind:
        """What the step does."""
        return StepKind(self.step_kind_value)

    @property
    def is_step_event(self) -> bool:
        """Whether it is of a step."""
        return self.event_type in _STEP_EVENTS

    @property
    def is_hook_event(self) -> bool:
        """Whether it is of a hook."""
        return self.event_type in _HOOK_EVENTS

    @property
    def is_pipeline_event(self) -> bool:
        """Whether it is of the run as a whole."""
        return self.event_type in _PIPELINE_EVENTS

    @property
    def is_failure(self) -> bool:
        """Whether something failed."""
        return self.event_type in _FAILURES

    @property
    def is_engine_event(self) -> bool:
        """Whether it is about neither a step nor the run."""
        return self.event_type is _T.ENGINE_EVENT

    @property
    def is_step_success(self) -> bool:
        """Whether a step succeeded."""
        return self.event_type is _T.STEP_SUCCESS

    @property
    def is_successful_output(self) -> bool:
        """Whether a step gave an output."""
        return self.event_type is _T.STEP_OUTPUT

    @property
    def is_step_start(self) -> bool:
        """Whether a step has begun."""
        return self.event_type is _T.STEP_START

    @property
    def is_step_failure(self) -> bool:
        """Whether a step failed."""
        return self.event_type is _T.STEP_FAILURE

    @property
    def is_step_skipped(self) -> bool:
        """Whether a step was skipped."""
        return self.event_type is _T.STEP_SKIPPED

    @property
    def is_step_up_for_retry(self) -> bool:
        """Whether a step will be tried again."""
        return self.event_type is _T.STEP_UP_FOR_RETRY

    @property
    def is_step_restarted(self) -> bool:
        """Whether a step is tried again."""
        return self.event_type is _T.STEP_RESTARTED

    @property
    def is_pipeline_success(self) -> bool:
        """Whether the run succeeded."""
        return self.event_type is _T.PIPELINE_SUCCESS

    @property
    def is_pipeline_failure(self) -> bool:
        """Whether the run failed."""
        return self.event_type is _T.PIPELINE_FAILURE

    @property
    def is_pipeline_init_failure(self) -> bool:
        """Whether the run could not be begun."""
        return self.event_type is _T.PIPELINE_INIT_FAILURE

    @property
    def is_asset_store_operation(self) -> bool:
        """Whether an asset store kept or gave a value."""
        return self.event_type is _T.ASSET_STORE_OPERATION

    @property
    def is_step_materialization(self) -> bool:
        """Whether a step wrote something."""
        return self.event_type is _T.STEP_MATERIALIZATION

    @property
    def asset_key(self) -> Any:
        """The asset that was written; None for other events."""
        return self.event_specific_data.materialization.asset_key if self.is_step_materialization else None

    def _only(self, *kinds: DagsterEventType) -> Any:
        if self.event_type not in kinds:
            expected = " or ".join(kind.name for kind in kinds)
            raise CheckError(f"an event of the kind {self.event_type.name} holds no such data; {expected} does")
        return self.event_specific_data

    @property
    def step_input_data(self) -> StepInputData:
        """What a STEP_INPUT holds."""
        data: StepInputData = self._only(_T.STEP_INPUT)
        return data

    @property
    def step_output_data(self) -> StepOutputData:
        """What a STEP_OUTPUT holds."""
        data: StepOutputData = self._only(_T.STEP_OUTPUT)
        return data

    @property
    def step_success_data(self) -> StepSuccessData:
        """What a STEP_SUCCESS holds."""
        data: StepSuccessData = self._only(_T.STEP_SUCCESS)
        return data

    @property
    def step_failure_data(self) -> StepFailureData:
        """What a STEP_FAILURE holds."""
        data: StepFailureData = self._only(_T.STEP_FAILURE)
        return data

    @property
    def step_retry_data(self) -> StepRetryData:
        """What a STEP_UP_FOR_RETRY holds."""
        data: StepRetryData = self._only(_T.STEP_UP_FOR_RETRY)
        return data

    @property
    def step_materialization_data(self) -> StepMaterializationData:
        """What a STEP_MATERIALIZATION holds."""
        data: StepMaterializationData = self._only(_T.STEP_MATERIALIZATION)
        return data

    @property
    def step_expectation_result_data(self) -> StepExpectationResultData:
        """What a STEP_EXPECTATION_RESULT holds."""
        data: StepExpectationResultData = self._only(_T.STEP_EXPECTATION_RESULT)
        return data

    @property
    def pipeline_init_failure_data(self) -> PipelineInitFailureData:
        """What a PIPELINE_INIT_FAILURE holds."""
        data: PipelineInitFailureData = self._only(_T.PIPELINE_INIT_FAILURE)
        return data

    @property
    def pipeline_failure_data(self) -> PipelineFailureData:
        """What a PIPELINE_FAILURE holds."""
        data: PipelineFailureData = self._only(_T.PIPELINE_FAILURE)
        return data

    @property
    def engine_event_data(self) -> EngineEventData:
        """What an ENGINE_EVENT holds."""
        data: EngineEventData = self._only(_T.ENGINE_EVENT)
        return data

    @property
    def hook_errored_data(self) -> HookErroredData:
        """What a HOOK_ERRORED holds."""
        data: HookErroredData = self._only(_T.HOOK_ERRORED)
        return data


class DagsterEventRecord(NamedTuple):
    """A line of the log of a run; `dagster_event` is None for lines that solids log."""

    error_info: SerializableErrorInfo | None
    message: str
    level: int
    user_message: str
    run_id: str
    timestamp: float
    step_key: str | None
    pipeline_name: str
    dagster_event: DagsterEvent | None

    @property
    def is_dagster_event(self) -> bool:
        """Whether it is an event, not a line that a solid logged."""
        return self.dagster_event is not None

    def get_dagster_event(self) -> DagsterEvent:
        """Return the event."""
        if self.dagster_event is None:
            raise CheckError("a line that a solid logged is no event")
        return self.dagster_event


def level_of(event: DagsterEvent) -> int:
    """Return the level at which an event is logged."""
    return logging.ERROR if event.is_failure else logging.DEBUG
