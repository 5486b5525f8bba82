"""What is wrong with a config, or with a config schema.

::

    DagnbError
    ├── DagnbConfigError (ValueError)                 a config with problems; all of them, in .errors
    │   └── DagnbMappedConfigError                    a config that a config mapping made, with problems
    ├── DagnbConfigMappingError (RuntimeError)        the function of a config mapping raised
    └── DagnbInvalidConfigDefinitionError (TypeError) a schema that cannot be
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbError

if TYPE_CHECKING:
    from dagnb.config.evaluation import EvaluationError

__all__ = [
    "ConfigPath",
    "ConfigProblem",
    "DagnbConfigError",
    "DagnbConfigMappingError",
    "DagnbInvalidConfigDefinitionError",
    "DagnbMappedConfigError",
    "ProblemReason",
    "format_path",
    "root_path",
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


def root_path(path: Iterable[str | int]) -> str:
    """Join a path on one line from the root, as logs and other programs take it.

    >>> root_path(("solids", "load", "config", "tables", 2))
    'root:solids:load:config:tables[2]'
    """
    return "root" + "".join(f"[{part}]" if isinstance(part, int) else f":{part}" for part in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigProblem:
    """One thing that is wrong, at one place.

    Attributes:
        path: keys and list positions from the root; for a missing field it ends with that field.
        reason: the kind of problem.
        expected: what would be right there, as words.
        got: what is there, as words, shortened; never the text of a secret. Empty: nothing to tell.
        hint: what to do next, or None.
        data: the facts behind the words, by name: ``field`` (the name that is missing or unknown),
            ``fields`` (those that there are), ``nearest``, ``expected_type`` (printed as a schema),
            ``got_type``, ``given`` (of a selector), ``variable`` (of the environment). Never a value of
            the config.

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
    data: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def stack(self) -> str:
        """The place on one line: ``root:solids:load:config:a``."""
        return root_path(self.path)

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
        config_value: the config as it was given.

    >>> problem = ConfigProblem(path=("rows",), reason=ProblemReason.MISSING_FIELD,
    ...                         expected="an integer", got="nothing")
    >>> print(DagnbConfigError([problem]))
    rows
      expected an integer, got nothing
    """

    def __init__(
        self, errors: Iterable[ConfigProblem], *, subject: str = "config", config_value: object = None
    ) -> None:
        self.errors = tuple(errors)
        self.subject = subject
        self.config_value = config_value
        first = self.errors[0]
        super().__init__(self._tell())
        self.what = f"the {subject} is not valid"
        self.where = format_path(first.path)
        self.got = first.got or None
        self.expected = first.expected
        self.hint = first.hint

    def _tell(self) -> str:
        text = "\n".join(problem.text for problem in self.errors)
        return f"{len(self.errors)} problems in the {self.subject}\n{text}" if len(self.errors) > 1 else text

    @property
    def message(self) -> str:
        """The whole text."""
        return str(self)

    @property
    def error_messages(self) -> tuple[str, ...]:
        """The text of each problem, with its place."""
        return tuple(problem.text for problem in self.errors)

    @property
    def evaluation_errors(self) -> tuple[EvaluationError, ...]:
        """The problems with what is missing or unknown in one mapping told as one (`config.evaluation`)."""
        from dagnb.config.evaluation import evaluation_errors

        return evaluation_errors(self.errors)

    def __reduce__(self) -> tuple[Any, ...]:
        return _reduce(self, "config_value")


class DagnbMappedConfigError(DagnbConfigError):
    """A config that a config mapping made, with problems; the text always names the two that it stands between.

    Args:
        errors: the problems; their paths are in the config that was made.
        outer: what was configured, for example ``"solid load_jfk"``.
        inner: what takes the config that was made, for example ``"solid load"``.
        config_value: the config that was made.

    >>> problem = ConfigProblem(path=("rows",), reason=ProblemReason.MISSING_FIELD,
    ...                         expected="an integer", got="nothing")
    >>> print(DagnbMappedConfigError([problem], outer="solid load_jfk", inner="solid load"))
    1 problem in the config that solid load_jfk gives to solid load
    rows
      expected an integer, got nothing
    """

    def __init__(self, errors: Iterable[ConfigProblem], *, outer: str, inner: str, config_value: object = None) -> None:
        self.outer = outer
        self.inner = inner
        super().__init__(errors, subject=f"config that {outer} gives to {inner}", config_value=config_value)

    def _tell(self) -> str:
        count = len(self.errors)
        head = f"{count} problem{'s' if count > 1 else ''} in the {self.subject}"
        return "\n".join((head, *self.error_messages))


class DagnbConfigMappingError(DagnbError, RuntimeError):
    """The function of a config mapping raised; what it raised is the `__cause__`.

    Args:
        outer: what was configured, for example ``"solid load_jfk"``.
        inner: what takes the config that the function returns, for example ``"solid load"``.
        raised: what the function raised, as words.
        place: the file and line of the function, or its name.
        takes: the schema of what the function is given, printed.
        returns: the schema of what the function returns, printed.

    >>> print(DagnbConfigMappingError(outer="solid load_jfk", inner="solid load", raised="KeyError: 'day'",
    ...                               place="choose", takes="{ month: Int }", returns="{ rows: Int }"))
    the config mapping of solid load_jfk raised
      at: choose
      got: KeyError: 'day'
      expected: from { month: Int } the config of solid load, { rows: Int }
      next: mend the function; it is given the config of solid load_jfk with its defaults filled in
    """

    def __init__(self, *, outer: str, inner: str, raised: str, place: str, takes: str, returns: str) -> None:
        self.outer = outer
        self.inner = inner
        super().__init__(
            f"the config mapping of {outer} raised",
            where=place,
            got=raised,
            expected=f"from {takes} the config of {inner}, {returns}",
            hint=f"mend the function; it is given the config of {outer} with its defaults filled in",
        )


class DagnbInvalidConfigDefinitionError(DagnbError, TypeError):
    """A config schema that cannot be, told where it is written.

    Args:
        path: the fields that lead to the wrong part of the schema.
        got: what stands there, as words.
        expected: what may stand there.
        hint: what to write instead, or None.
        current_value: the wrong part itself.

    Attributes:
        original_root: the whole schema that the wrong part stands in.

    >>> print(DagnbInvalidConfigDefinitionError(("rows",), got="the value 5", expected="a config type",
    ...                                         hint="Field(int, default_value=5)"))
    the config schema cannot be used
      at: rows
      got: the value 5
      expected: a config type
      next: Field(int, default_value=5)
    """

    def __init__(
        self, path: ConfigPath, *, got: str, expected: str, hint: str | None = None, current_value: object = None
    ) -> None:
        self.path = path
        self.current_value = current_value
        self.original_root = current_value
        super().__init__(
            "the config schema cannot be used",
            where=format_path(path, root="the schema") if path else None,
            got=got,
            expected=expected,
            hint=hint,
        )

    def say_where(self, place: str) -> None:
        """Say where the schema stands, before where in it the wrong part does."""
        inner = format_path(self.path, root="the schema") if self.path else None
        told = DagnbError(
            self.what,
            where=f"{place} › {inner}" if inner else place,
            got=self.got,
            expected=self.expected,
            hint=self.hint,
        )
        self.where, self.args = told.where, told.args

    @property
    def stack(self) -> ConfigPath:
        """The fields that lead to the wrong part, from the root."""
        return self.path

    @property
    def reason(self) -> str:
        """Say in one line what is wrong and what to write, without the place."""
        reason = f"expected {self.expected}, got {self.got}"
        return f"{reason}; {self.hint}" if self.hint else reason

    def __reduce__(self) -> tuple[Any, ...]:
        return _reduce(self, "current_value", "original_root")


def _reduce(error: DagnbError, *values: str) -> tuple[Any, ...]:
    """Reduce an error; of those attributes that cannot be pickled their text goes along."""
    restore, (cls, args, state) = DagnbError.__reduce__(error)
    portable = {name: _portable(state[name]) for name in values}
    return restore, (cls, args, {**state, **portable})


def _portable(value: object) -> object:
    import pickle

    try:
        pickle.dumps(value)
    except Exception:  # noqa: BLE001  # whatever an object's own reduction raises
        return repr(value)
    return value
