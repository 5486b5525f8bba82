"""Problems as other programs count them: one for all that is missing from a mapping, one for all that is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dagnb.config.errors import ConfigPath, ConfigProblem, ProblemReason, root_path

__all__ = ["EvaluationError", "EvaluationReason", "evaluation_errors"]


class EvaluationReason(StrEnum):
    """Why a place in a config is wrong, by the names of the system of 2020."""

    RUNTIME_TYPE_MISMATCH = "RUNTIME_TYPE_MISMATCH"
    MISSING_REQUIRED_FIELD = "MISSING_REQUIRED_FIELD"
    MISSING_REQUIRED_FIELDS = "MISSING_REQUIRED_FIELDS"
    FIELD_NOT_DEFINED = "FIELD_NOT_DEFINED"
    FIELDS_NOT_DEFINED = "FIELDS_NOT_DEFINED"
    SELECTOR_FIELD_ERROR = "SELECTOR_FIELD_ERROR"
    FAILED_POST_PROCESSING = "FAILED_POST_PROCESSING"


_ONE_OR_MORE = {
    ProblemReason.MISSING_FIELD: (EvaluationReason.MISSING_REQUIRED_FIELD, EvaluationReason.MISSING_REQUIRED_FIELDS),
    ProblemReason.UNKNOWN_FIELD: (EvaluationReason.FIELD_NOT_DEFINED, EvaluationReason.FIELDS_NOT_DEFINED),
}
_SINGLE = {
    ProblemReason.SELECTOR: EvaluationReason.SELECTOR_FIELD_ERROR,
    ProblemReason.POST_PROCESSING: EvaluationReason.FAILED_POST_PROCESSING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationError:
    """One thing that is wrong with one mapping or value.

    Attributes:
        stack: keys and list positions from the root to the value; for what is missing or unknown, to the
            mapping that it is missing from or unknown in.
        reason: the kind of problem.
        message: the words, with the place.
        error_data: the facts behind the words; see `ConfigProblem.data`. For what is missing or unknown
            ``field_names`` has all their names.
    """

    stack: ConfigPath
    reason: EvaluationReason
    message: str
    error_data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The place on one line: ``root:solids:load:config``."""
        return root_path(self.stack)


def evaluation_errors(problems: Iterable[ConfigProblem]) -> tuple[EvaluationError, ...]:
    """Return the problems, with those of one mapping and one kind (missing, unknown) put together.

    >>> from dagnb.config import compile_schema, resolve_schema
    >>> problems = compile_schema(resolve_schema({"load": {"a": int, "b": int}})).problems({"load": {}})
    >>> [(error.path, error.reason.name, error.error_data["field_names"]) for error in evaluation_errors(problems)]
    [('root:load', 'MISSING_REQUIRED_FIELDS', ('a', 'b'))]
    """
    groups: dict[tuple[object, ...], list[ConfigProblem]] = {}
    for number, problem in enumerate(problems):
        # A missing or unknown field is an error of the mapping around it; any other stands alone.
        together = problem.reason in _ONE_OR_MORE
        key = (problem.reason, problem.path[:-1]) if together else (number,)
        groups.setdefault(key, []).append(problem)
    return tuple(_join(group) for group in groups.values())


def _join(group: list[ConfigProblem]) -> EvaluationError:
    first = group[0]
    names = _ONE_OR_MORE.get(first.reason)
    if names is None:
        reason = _SINGLE.get(first.reason, EvaluationReason.RUNTIME_TYPE_MISMATCH)
        message = f"at {first.stack}: {first.message}"
        return EvaluationError(stack=first.path, reason=reason, message=message, error_data=first.data)
    stack = first.path[:-1]
    fields = tuple(str(problem.path[-1]) for problem in group)
    is_missing = first.reason is ProblemReason.MISSING_FIELD
    told = "; ".join(f"{field}: {problem.message}" for field, problem in zip(fields, group, strict=True))
    kind = "missing required" if is_missing else "unknown"
    message = f"{kind} field{'s' if len(group) > 1 else ''} at {root_path(stack)}: {told}"
    data = {**first.data, "field_names": fields}
    return EvaluationError(stack=stack, reason=names[len(group) > 1], message=message, error_data=data)
