"""What is wrong with a config, or with a config schema.

::

    DagnbError
    ├── DagnbConfigError (ValueError)                 a config with problems; all of them, in .errors
    └── DagnbInvalidConfigDefinitionError (TypeError) a schema that cannot be
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dagnb.errors import DagnbError

__all__ = [
    "ConfigPath",
    "ConfigProblem",
    "DagnbConfigError",
    "DagnbInvalidConfigDefinitionError",
    "ProblemReason",
    "format_path",
]

ConfigPath = tuple[str | int, ...]


class ProblemReason(StrEnum):
    """Why a place in a config is wrong."""

    TYPE_MISMATCH = "type_mismatch"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    SELECTOR = "selector"
    POST_PROCESSING = "post_processing"
    INVALID_VALUE = "invalid_value"
    SYNTAX = "syntax"


def format_path(path: Iterable[str | int], *, root: str = "the config") -> str:
    """Join a path for reading; the empty path is called `root`.

    >>> format_path(("solids", "load", "config", "tables", 2))
    'solids › load › config › tables › 2'
    """
    return " › ".join(str(part) for part in path) or root


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigProblem:
    """One thing that is wrong, at one place.

    Attributes:
        path: keys and list positions from the root; for a missing field it ends with that field.
        reason: the kind of problem.
        expected: what would be right there, as words.
        got: what is there, as words, shortened; never the text of a secret. Empty: nothing to tell.
        hint: what to do next, or None.

    >>> print(ConfigProblem(path=("folds",), reason=ProblemReason.TYPE_MISMATCH,
    ...                     expected="an integer from 2 to 20", got='the text "ninety"').text)
    folds
      expected an integer from 2 to 20, got the text "ninety"
    """

    path: ConfigPath
    reason: ProblemReason
    expected: str
    got: str = ""
    hint: str | None = None

    @property
    def message(self) -> str:
        """Say what was expected, what was got and what to do, in one line, without the place."""
        message = f"expected {self.expected}"
        if self.got:
            message += f", got {self.got}"
        if self.hint:
            message += f"; {self.hint}"
        return message

    @property
    def text(self) -> str:
        """Say the place in one line and the message in the next."""
        return f"{format_path(self.path)}\n  {self.message}"


class DagnbConfigError(DagnbError, ValueError):
    """Every problem of one config, collected before anything runs.

    Args:
        errors: the problems, in the order of the schema; at least one.
        subject: what the config belongs to, for example ``"run config of flights_report"``.

    >>> problem = ConfigProblem(path=("rows",), reason=ProblemReason.MISSING_FIELD,
    ...                         expected="an integer", got="nothing")
    >>> print(DagnbConfigError([problem]))
    rows
      expected an integer, got nothing
    """

    def __init__(self, errors: Iterable[ConfigProblem], *, subject: str = "config") -> None:
        self.errors = tuple(errors)
        self.subject = subject
        first = self.errors[0]
        text = "\n".join(problem.text for problem in self.errors)
        if len(self.errors) > 1:
            text = f"{len(self.errors)} problems in the {subject}\n{text}"
        super().__init__(text)
        self.what = f"the {subject} is not valid"
        self.where = format_path(first.path)
        self.got = first.got or None
        self.expected = first.expected
        self.hint = first.hint


class DagnbInvalidConfigDefinitionError(DagnbError, TypeError):
    """A config schema that cannot be, told where it is written.

    Args:
        path: the fields that lead to the wrong part of the schema.
        got: what stands there, as words.
        expected: what may stand there.
        hint: what to write instead, or None.

    >>> print(DagnbInvalidConfigDefinitionError(("rows",), got="the value 5", expected="a config type",
    ...                                         hint="Field(int, default_value=5)"))
    the config schema cannot be used
      at: rows
      got: the value 5
      expected: a config type
      next: Field(int, default_value=5)
    """

    def __init__(self, path: ConfigPath, *, got: str, expected: str, hint: str | None = None) -> None:
        self.path = path
        super().__init__(
            "the config schema cannot be used",
            where=format_path(path, root="the schema") if path else None,
            got=got,
            expected=expected,
            hint=hint,
        )
