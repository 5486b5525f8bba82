"""From the events of dagnb to those of release 0.9.22."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dagnb.compat import log_events as old
from dagnb.compat.contexts import SolidHandle
from dagnb.compat.events import AssetMaterialization, ExpectationResult
from dagnb.compat.log_events import DagsterEvent, DagsterEventRecord, DagsterEventType
from dagnb.contracts.records import RunRecord
from dagnb.events import records as new
from dagnb.events.mapped import handle_of
from dagnb.events.records import ErrorInfo, EventRecord, TypeCheckInfo

_T = DagsterEventType
_BUILTIN = {"int": "Int", "float": "Float", "str": "String", "bool": "Bool"}


def step_key_told(step_key: str) -> str:
    """Return a step's key as 0.9.22 writes it.

    >>> step_key_told("outer.fit")
    'outer.fit.compute'
    """
    return f"{step_key}.compute"


def type_name(name: str) -> str:
    """Return the name of a type; dagnb calls its scalars as Python does."""
    return _BUILTIN.get(name, name)


def error_told(error: ErrorInfo | None) -> old.SerializableErrorInfo | None:
    """Return a recorded exception as 0.9.22 keeps it."""
    if error is None:
        return None
    stack = [f"{line}\n" for line in error.traceback.splitlines() if line.startswith(" ")]
    return old.SerializableErrorInfo(
        f"{error.cls_name}: {error.message}\n", stack, error.cls_name, error_told(error.cause)
    )


def _check_told(check: TypeCheckInfo, label: str) -> old.TypeCheckData:
    return old.TypeCheckData(check.success, label, check.description, list(check.metadata))


def _verdict(check: TypeCheckInfo) -> str:
    return "" if check.success else ", which it is not of"


class _Teller:
    """Tell the events of one run, those of its beginning when it is known how it began.

    Args:
        run: the run.
        names: the name of the definition of each solid, by handle.
    """

    def __init__(self, run: RunRecord, names: Mapping[str, str]) -> None:
        self._run = run
        self._names = names
        self._tags = dict(run.tags)
        self._pid = os.getpid()
        self._waiting: list[str] | None = None
        self._silent: set[str] = set()

    def tell(self, record: EventRecord) -> Iterator[DagsterEvent]:
        """Yield what 0.9.22 says in place of an event; nothing for a line of the log."""
        event = record.event
        if isinstance(event, new.RunStarted):
            self._waiting = []
        elif isinstance(event, new.ResourceStarted):
            if self._waiting is not None:
                self._waiting.append(event.resource)
        elif isinstance(event, new.ResourceEnded):
            if event.error is not None:
                data = old.EngineEventData(error=error_told(event.error))
                yield self._make(_T.ENGINE_EVENT, f"The resource {event.resource} could not be torn down.", data)
        elif isinstance(event, new.RunFailed) and self._waiting is not None and event.error is not None:
            yield from self._could_not_begin(event.error)
        else:
            yield from self._begin()
            if record.step_key is None:
                yield from self._of_run(event)
            else:
                yield from self._of_step(event, record.step_key)

    def _begin(self) -> Iterator[DagsterEvent]:
        if self._waiting is None:
            return
        names, self._waiting = self._waiting, None
        if names:
            listed = ", ".join(names)
            data = old.EngineEventData(marker_start="resources")
            yield self._make(_T.ENGINE_EVENT, f"Making the resources {listed}.", data)
            data = old.EngineEventData(marker_end="resources")
            yield self._make(_T.ENGINE_EVENT, f"Made the resources {listed}.", data)
        yield self._make(_T.PIPELINE_START, f"The run of {self._run.pipeline_name} has begun.")
        yield self._make(_T.ENGINE_EVENT, "Steps run in this process.", old.EngineEventData(marker_end="init"))

    def _could_not_begin(self, error: ErrorInfo) -> Iterator[DagsterEvent]:
        told = error_told(error)
        self._waiting = None
        data = old.EngineEventData(marker_start="resources")
        yield self._make(_T.ENGINE_EVENT, "Making the resources.", data)
        yield self._make(_T.ENGINE_EVENT, "A resource could not be made.", old.EngineEventData(error=told))
        message = f"The run of {self._run.pipeline_name} could not begin: {error.message}"
        yield self._make(_T.PIPELINE_INIT_FAILURE, message, old.PipelineInitFailureData(told))

    def _of_run(self, event: new.Event) -> Iterator[DagsterEvent]:
        name = self._run.pipeline_name
        if isinstance(event, new.RunSucceeded):
            yield self._make(_T.ENGINE_EVENT, "No steps are left.", old.EngineEventData())
            yield self._make(_T.PIPELINE_SUCCESS, f"The run of {name} succeeded.")
        elif isinstance(event, new.RunFailed | new.RunCanceled):
            yield self._make(_T.ENGINE_EVENT, "No steps are left.", old.EngineEventData())
            failed = [step_key_told(key) for key in event.failed_steps] if isinstance(event, new.RunFailed) else []
            error = error_told(event.error) if isinstance(event, new.RunFailed) else None
            why = f" Failed steps: {', '.join(failed)}." if failed else ""
            message = f"The run of {name} failed.{why}"
            yield self._make(_T.PIPELINE_FAILURE, message, old.PipelineFailureData(error))

    def _of_step(self, event: new.Event, key: str) -> Iterator[DagsterEvent]:
        told = step_key_told(key)
        if isinstance(event, new.StepStarted):
            if event.attempt == 1:
                yield self._step(key, _T.STEP_START, f"{told} has begun.")
            else:
                message = f"{told} has begun again, attempt {event.attempt}."
                yield self._step(key, _T.STEP_RESTARTED, message)
        elif isinstance(event, new.StepSucceeded):
            took = event.seconds * 1000
            message = f"{told} succeeded after {took:.3g} ms."
            yield self._step(key, _T.STEP_SUCCESS, message, old.StepSuccessData(took))
        elif isinstance(event, new.StepFailed):
            label, said = "intentional-failure", event.error.message
            is_failure = event.error.cls_name == "Failure"
            user = old.UserFailureData(label, said, list(event.metadata)) if is_failure else None
            data = old.StepFailureData(error_told(event.error), user)
            yield self._step(key, _T.STEP_FAILURE, f"{told} failed.", data)
        elif isinstance(event, new.StepSkipped):
            if self._is_silent(event.reason):
                self._silent.add(key)
                return
            yield self._step(key, _T.STEP_SKIPPED, f"{told} was skipped: {event.reason}.")
        elif isinstance(event, new.StepRetried):
            message = f"{told} asked to be tried again."
            data_of_retry = old.StepRetryData(error_told(event.error), event.seconds_to_wait or None)
            yield self._step(key, _T.STEP_UP_FOR_RETRY, message, data_of_retry)
        else:
            yield from self._of_values(event, key)

    def _is_silent(self, reason: str) -> bool:
        """Tell whether a step was not run because another failed: 0.9.22 says nothing of such steps."""
        return reason.endswith(" failed") or reason.removesuffix(" was skipped") in self._silent

    def _of_values(self, event: new.Event, key: str) -> Iterator[DagsterEvent]:
        if isinstance(event, new.InputLoaded):
            for source in event.sources:
                yield self._stored(key, "GET_OBJECT", event.input_name, "input", source.data_version)
            name = event.input_name
            message = (
                f"Took the input {name} of type {type_name(event.type_check.type_name)}{_verdict(event.type_check)}."
            )
            yield self._step(key, _T.STEP_INPUT, message, old.StepInputData(name, _check_told(event.type_check, name)))
        elif isinstance(event, new.OutputProduced):
            name = event.key
            kind = type_name(event.type_check.type_name)
            message = f"Gave the output {name} of type {kind}{_verdict(event.type_check)}."
            handle = old.StepOutputHandle(step_key_told(key), name)
            data = old.StepOutputData(handle, None, _check_told(event.type_check, name))
            yield self._step(key, _T.STEP_OUTPUT, message, data)
            if event.type_check.success and kind != "Nothing":
                yield self._stored(key, "SET_OBJECT", name, "output", event.data_version)
        elif isinstance(event, new.AssetMaterialized):
            made = AssetMaterialization(event.asset_key, event.description, event.metadata, event.partition)
            message = event.description or f"Wrote {made.label}."
            yield self._step(key, _T.STEP_MATERIALIZATION, message, old.StepMaterializationData(made))
        elif isinstance(event, new.ExpectationChecked):
            result = ExpectationResult(event.success, event.label, event.description, event.metadata)
            message = f"The expectation {event.label} was {'met' if event.success else 'not met'}."
            yield self._step(key, _T.STEP_EXPECTATION_RESULT, message, old.StepExpectationResultData(result))
        elif isinstance(event, new.HookCompleted):
            yield self._step(key, _T.HOOK_COMPLETED, f"The hook {event.hook} has run.")
        elif isinstance(event, new.HookFailed):
            yield self._step(key, _T.HOOK_ERRORED, None, old.HookErroredData(error_told(event.error)))

    def _stored(self, key: str, op: str, name: str, what: str, version: str | None) -> DagsterEvent:
        verb = "Loaded" if op == "GET_OBJECT" else "Kept"
        data = old.ObjectStoreOperationResultData(op, name, [], None, version)
        return self._step(key, _T.OBJECT_STORE_OPERATION, f"{verb} the value of the {what} {name}.", data)

    def _make(self, kind: DagsterEventType, message: str | None, data: Any = None) -> DagsterEvent:
        return DagsterEvent(
            kind.value,
            self._run.pipeline_name,
            logging_tags={},
            event_specific_data=data,
            message=message,
            pid=self._pid,
        )

    def _step(self, key: str, kind: DagsterEventType, message: str | None, data: Any = None) -> DagsterEvent:
        handle = SolidHandle.from_string(handle_of(key))
        tags = {
            **self._tags,
            "pipeline": self._run.pipeline_name,
            "step_key": step_key_told(key),
            "solid": handle.name,
            "solid_definition": self._names.get(str(handle), handle.name),
        }
        return DagsterEvent(
            kind.value,
            self._run.pipeline_name,
            step_key_told(key),
            handle,
            old.StepKind.COMPUTE.value,
            tags,
            data,
            message,
            self._pid,
        )


def told_events(
    run: RunRecord, records: Iterable[EventRecord], names: Mapping[str, str] | None = None
) -> Iterator[DagsterEvent]:
    """Yield the events of a run as 0.9.22 tells them.

    Args:
        run: the run.
        records: its events, in order.
        names: the names of the definitions of its solids, by handle.
    """
    teller = _Teller(run, names or {})
    for record in records:
        if not isinstance(record.event, new.MessageLogged):
            yield from teller.tell(record)


def told_records(run: RunRecord, records: Iterable[EventRecord]) -> Iterator[DagsterEventRecord]:
    """Yield the log of a run as 0.9.22 keeps it: its events, and the lines that solids logged."""
    teller = _Teller(run, {})
    for record in records:
        at = record.at.timestamp()
        event = record.event
        if isinstance(event, new.MessageLogged):
            key = None if record.step_key is None else step_key_told(record.step_key)
            level = getattr(logging, event.level.upper())
            message = event.message
            yield DagsterEventRecord(None, message, level, message, run.run_id, at, key, run.pipeline_name, None)
            continue
        for told in teller.tell(record):
            text = told.message or f"{told.event_type_value} for step {told.step_key}"
            error = getattr(told.event_specific_data, "error", None)
            yield DagsterEventRecord(
                error, text, old.level_of(told), text, run.run_id, at, told.step_key, run.pipeline_name, told
            )
