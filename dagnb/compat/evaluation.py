"""What is wrong with a config, as release 0.9.22 counts and names it (`dagster.config.errors`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from dagnb.config.errors import ConfigProblem, root_path
from dagnb.config.evaluation import evaluation_errors


class DagsterEvaluationErrorReason(Enum):
    """Why a place in a config is wrong."""

    RUNTIME_TYPE_MISMATCH = "RUNTIME_TYPE_MISMATCH"
    MISSING_REQUIRED_FIELD = "MISSING_REQUIRED_FIELD"
    MISSING_REQUIRED_FIELDS = "MISSING_REQUIRED_FIELDS"
    FIELD_NOT_DEFINED = "FIELD_NOT_DEFINED"
    FIELDS_NOT_DEFINED = "FIELDS_NOT_DEFINED"
    SELECTOR_FIELD_ERROR = "SELECTOR_FIELD_ERROR"
    FAILED_POST_PROCESSING = "FAILED_POST_PROCESSING"


class EvaluationStackPathEntry(NamedTuple):
    """A field on the way to a place in a config."""

    field_name: str


class EvaluationStackListItemEntry(NamedTuple):
    """A position in a list on the way to a place in a config."""

    list_index: int


class EvaluationStack(NamedTuple):
    """The way to a place in a config, from the root."""

    entries: list[EvaluationStackPathEntry | EvaluationStackListItemEntry]

    @property
    def levels(self) -> list[str]:
        """The names of the fields on the way."""
        return [entry.field_name for entry in self.entries if isinstance(entry, EvaluationStackPathEntry)]


class ErrorData(NamedTuple):
    """The facts behind an error; what does not apply is None."""

    field_name: str | None = None
    field_names: list[str] | None = None
    incoming_fields: list[str] | None = None
    value_rep: str | None = None


class EvaluationError(NamedTuple):
    """One thing that is wrong with one value or mapping of a config."""

    stack: EvaluationStack
    reason: DagsterEvaluationErrorReason
    message: str
    error_data: ErrorData


def told_as_evaluations(problems: Iterable[ConfigProblem]) -> list[EvaluationError]:
    """Return the problems as release 0.9.22 counts them.

    >>> from dagnb.config import compile_schema, resolve_schema
    >>> problems = compile_schema(resolve_schema({"a": int, "b": int})).problems({})
    >>> [(error.reason.name, error.error_data.field_names) for error in told_as_evaluations(problems)]
    [('MISSING_REQUIRED_FIELDS', ['a', 'b'])]
    """
    return [
        EvaluationError(
            EvaluationStack(
                [
                    EvaluationStackListItemEntry(part) if isinstance(part, int) else EvaluationStackPathEntry(part)
                    for part in each.stack
                ]
            ),
            DagsterEvaluationErrorReason[each.reason.name],
            each.message if root_path(each.stack) in each.message else f"{each.message} (at {each.path})",
            _data(each.error_data),
        )
        for each in evaluation_errors(problems)
    ]


def _data(facts: Mapping[str, Any]) -> ErrorData:
    names = [str(name) for name in facts.get("field_names", ())]
    given = facts.get("given")
    return ErrorData(
        field_name=names[0] if len(names) == 1 else None,
        field_names=names or None,
        incoming_fields=None if given is None else list(given),
        value_rep=facts.get("got_type"),
    )
