"""Every kind of event tells what it is about in one line."""

from __future__ import annotations

import pytest

from dagnb import AssetKey
from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    Event,
    ExpectationChecked,
    HookCompleted,
    HookFailed,
    InputLoaded,
    MessageLogged,
    NotebookExecuted,
    OutputProduced,
    ResourceEnded,
    ResourceStarted,
    RunCanceled,
    RunFailed,
    RunStarted,
    RunSucceeded,
    StepFailed,
    StepProgressed,
    StepRetried,
    StepsAdded,
    StepSkipped,
    StepStarted,
    StepSucceeded,
    TypeCheckInfo,
    ValueInfo,
    ValueReference,
)
from dagnb.events.text import event_text

ERROR = ErrorInfo(cls_name="ValueError", message="no rows")
CHECK = TypeCheckInfo(type_name="Int")
WRONG = TypeCheckInfo(type_name="Int", success=False)


def output(mapping_key: str | None = None, check: TypeCheckInfo = CHECK) -> OutputProduced:
    return OutputProduced(
        output_name="result",
        type_check=check,
        value=ValueInfo(type_name="int"),
        reference=ValueReference(codec=None),
        mapping_key=mapping_key,
    )


TOLD: list[tuple[Event, str]] = [
    (RunStarted(mode="dev", step_keys=("a", "b")), "2 steps, mode dev"),
    (RunStarted(mode="dev", step_keys=("a",)), "1 step, mode dev"),
    (StepsAdded(step_keys=("fit[a]", "fit[b]")), "fit[a], fit[b]"),
    (RunSucceeded(), ""),
    (RunCanceled(), ""),
    (RunFailed(failed_steps=("a", "b")), "failed: a, b"),
    (RunFailed(error=ERROR), "ValueError: no rows"),
    (ResourceStarted(resource="db", seconds=0.25), "db, 0.250 s"),
    (ResourceEnded(resource="db"), "db"),
    (ResourceEnded(resource="db", error=ERROR), "db: ValueError: no rows"),
    (StepStarted(), ""),
    (StepStarted(attempt=2), "attempt 2"),
    (InputLoaded(input_name="n", type_check=CHECK), "n: Int"),
    (InputLoaded(input_name="n", type_check=WRONG), "n: Int, type check failed"),
    (output(), "result: Int"),
    (output("jfk"), "result[jfk]: Int"),
    (output(check=WRONG), "result: Int, type check failed"),
    (AssetMaterialized(asset_key=AssetKey(["flights", "raw"])), "flights.raw"),
    (ExpectationChecked(success=False, label="rows"), "rows: not as expected"),
    (StepProgressed(done=2, total=3, unit="cell"), "cell 2 of 3"),
    (NotebookExecuted(path="fit.ipynb", cells=3), "fit.ipynb"),
    (HookCompleted(hook="tell"), "tell"),
    (HookFailed(hook="tell", error=ERROR), "tell: ValueError: no rows"),
    (StepSucceeded(seconds=1.5), "1.500 s"),
    (StepFailed(error=ERROR, seconds=1), "ValueError: no rows"),
    (StepSkipped(reason="a failed"), "a failed"),
    (StepRetried(attempt=1, seconds_to_wait=0), "attempt 1 failed, again at once"),
    (StepRetried(attempt=2, seconds_to_wait=1.5, error=ERROR), "attempt 2 failed, again in 1.5 s: ValueError: no rows"),
    (MessageLogged(level="info", message="read"), "read"),
]


@pytest.mark.parametrize(("event", "text"), TOLD)
def test_an_event_tells_what_it_is_about(event: Event, text: str) -> None:
    assert event_text(event) == text
