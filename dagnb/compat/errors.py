"""The errors of release 0.9.22 (`dagster.core.errors`), each also the error of dagnb that it stands for.

Where the two agree the name is an alias. Where they differ, what dagnb raises becomes the one of the old name on its
way out of a function of this package (`translating`): the same object, which now also is an instance of that class.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import TracebackType
from typing import Any, Literal, NamedTuple, TypeVar

from dagnb.compat.evaluation import EvaluationError, told_as_evaluations
from dagnb.config.errors import DagnbConfigError, DagnbConfigMappingError, DagnbInvalidConfigDefinitionError
from dagnb.errors import (
    DagnbError,
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbNotFoundError,
    DagnbOutputError,
    DagnbPartitionError,
    DagnbScheduleError,
    DagnbSelectionError,
    DagnbTypeCheckError,
    DagnbUnknownResourceError,
)
from dagnb.types.errors import DagnbTypeLoadingError, DagnbTypeMaterializationError

_F = TypeVar("_F", bound=Callable[..., Any])
Stage = Literal["definition", "execution"]
ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

DagsterError = DagnbError
DagsterInvalidDefinitionError = DagnbInvalidDefinitionError
DagsterInvariantViolationError = DagnbInvariantViolationError
DagsterInvalidSubsetError = DagnbSelectionError


class DagsterUserCodeExecutionError(DagnbError):
    """Code of the user's raised, where dagnb called it.

    Args:
        *args: the text.
        user_exception: what it raised.
        original_exc_info: what `sys.exc_info` said of it.
    """

    def __init__(self, *args: Any, user_exception: BaseException, original_exc_info: ExcInfo) -> None:
        super().__init__(str(args[0]) if args else "code of the user's raised")
        self.user_exception: BaseException | None = user_exception
        self.original_exc_info: ExcInfo = original_exc_info

    @property
    def is_user_code_error(self) -> bool:
        """Whether the user's code is to blame: yes."""
        return True

    def _take_cause(self) -> None:
        cause = self.__cause__
        self.user_exception = cause
        self.original_exc_info = (None, None, None) if cause is None else (type(cause), cause, cause.__traceback__)


class DagsterExecutionStepExecutionError(DagsterUserCodeExecutionError):
    """The body of a solid raised; stands in the event log, while the exception itself is raised."""

    def __init__(self, *args: Any, step_key: str, solid_name: str, solid_def_name: str, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.step_key = step_key
        self.solid_name = solid_name
        self.solid_def_name = solid_def_name


class DagsterResourceFunctionError(DagsterUserCodeExecutionError):
    """The function that makes a resource raised."""


class DagsterHookExecutionError(DagsterUserCodeExecutionError):
    """A hook raised."""


HookExecutionError = DagsterHookExecutionError


class DagsterTypeCheckError(DagsterUserCodeExecutionError):
    """The check of a type raised."""


class DagsterConfigMappingFunctionError(DagsterUserCodeExecutionError, DagnbConfigMappingError):
    """The function of a config mapping raised."""


class DagsterTypeLoadingError(DagsterUserCodeExecutionError, DagnbTypeLoadingError):
    """The loader of a type raised."""


class DagsterTypeMaterializationError(DagsterUserCodeExecutionError, DagnbTypeMaterializationError):
    """The materializer of a type raised."""


class ScheduleExecutionError(DagsterUserCodeExecutionError, DagnbScheduleError):
    """A function of a schedule raised."""


class PartitionExecutionError(DagsterUserCodeExecutionError, DagnbPartitionError):
    """A function of a partition set raised."""


class DagsterInvalidConfigError(DagnbConfigError):
    """A config with problems; `errors` has one `EvaluationError` for each.

    Args:
        preamble: the first line of the text.
        errors: what is wrong.
        config_value: the config as it was given.
    """

    errors: Any

    def __init__(self, preamble: str, errors: list[EvaluationError], config_value: Any, *args: Any) -> None:
        del args  # taken, and without effect, as in 0.9.22
        DagnbError.__init__(self, _told(preamble, errors))
        self.errors = list(errors)
        self.subject = preamble
        self.config_value = config_value

    @property
    def message(self) -> str:
        """The whole text."""
        return str(self)

    @property
    def error_messages(self) -> Any:
        """The text of each error."""
        return [error.message for error in self.errors]


def _told(preamble: str, errors: list[EvaluationError]) -> str:
    return "\n".join([preamble, *(f"    Error {number}: {each.message}" for number, each in enumerate(errors, 1))])


class DagsterInvalidConfigDefinitionError(DagnbInvalidConfigDefinitionError, DagnbInvalidDefinitionError):
    """A config schema that cannot be.

    Args:
        original_root: the whole schema.
        current_value: the wrong part.
        stack: the fields that lead to it.
        reason: what is wrong with it.
    """

    def __init__(self, original_root: Any, current_value: Any, stack: Any, reason: str | None = None) -> None:
        super().__init__(tuple(stack), got=repr(current_value), expected=reason or "a config schema")
        self.original_root = original_root
        self.current_value = current_value


class DagsterTypeCheckDidNotPass(DagnbTypeCheckError):
    """A value that is not of its type.

    Args:
        description: why not.
        metadata_entries: facts about the value.
        dagster_type: the type.
    """

    def __init__(self, description: str | None = None, metadata_entries: Any = None, dagster_type: Any = None) -> None:
        super().__init__(description or "a type check did not pass")
        self.description = description
        self.metadata_entries = list(metadata_entries or [])
        self.dagster_type = dagster_type


class DagsterUnknownResourceError(DagnbUnknownResourceError):
    """A resource that nobody asked for.

    Args:
        resource_name: the resource's key.
    """

    def __init__(self, resource_name: str, *args: Any) -> None:
        del args  # taken, and without effect, as in 0.9.22
        super().__init__(solid="a solid", resource=resource_name, known=())

    @property
    def resource_name(self) -> str:
        """The resource's key."""
        return self.resource


class DagsterExecutionStepNotFoundError(DagnbSelectionError):
    """Steps that the plan does not have."""

    def __init__(self, *args: Any, step_keys: list[str]) -> None:
        super().__init__(str(args[0]) if args else "there are no such steps")
        self.step_keys = step_keys


class DagsterRunNotFoundError(DagnbNotFoundError):
    """A run that is not there."""

    def __init__(self, *args: Any, invalid_run_id: str) -> None:
        super().__init__("run", invalid_run_id, hint=str(args[0]) if args else None)
        self.invalid_run_id = invalid_run_id


class DagsterStepOutputNotFoundError(DagnbOutputError):
    """An output that a step should have given, or that is not kept."""

    def __init__(self, *args: Any, step_key: str, output_name: str) -> None:
        super().__init__(str(args[0]) if args else "an output is missing")
        self.step_key = step_key
        self.output_name = output_name


class DagsterSubprocessError(DagnbError):
    """Other processes of a run raised."""

    def __init__(self, *args: Any, subprocess_error_infos: list[Any]) -> None:
        super().__init__(str(args[0]) if args else "other processes of the run raised")
        self.subprocess_error_infos = subprocess_error_infos


class DagsterUserCodeProcessError(DagnbError):
    """A process with code of the user's raised."""

    def __init__(self, *args: Any, user_code_process_error_infos: list[Any]) -> None:
        super().__init__(str(args[0]) if args else "a process with code of the user's raised")
        self.user_code_process_error_infos = user_code_process_error_infos


class DagsterLaunchFailedError(DagnbError):
    """A run that could not be launched."""

    def __init__(self, *args: Any, serializable_error_info: Any = None) -> None:
        super().__init__(str(args[0]) if args else "the run could not be launched")
        self.serializable_error_info = serializable_error_info


class DagsterBackfillFailedError(DagsterLaunchFailedError):
    """A backfill that could not be launched."""


class DagsterEventLogInvalidForRun(DagnbError):
    """An event log that cannot be read."""

    def __init__(self, run_id: str) -> None:
        super().__init__("the event log of the run cannot be read", where=f"run {run_id}")
        self.run_id = run_id


class DagsterUnmetExecutorRequirementsError(DagnbError):
    """An executor that cannot run this pipeline in this instance."""


class DagsterInstanceMigrationRequired(DagnbError):
    """An instance of an older release."""


class DagsterRunAlreadyExists(DagnbError):
    """A run whose id another one has."""


class DagsterRunConflict(DagsterRunAlreadyExists):
    """A run whose id another one has."""


class DagsterSnapshotDoesNotExist(DagnbError):
    """A snapshot that is not there."""


class DagsterInvalidAssetKey(DagnbInvalidDefinitionError):
    """An asset key that cannot be."""


class NameNotDefinedError(DagnbNotFoundError, DagnbInvalidDefinitionError):
    """A definition that names what is not there."""


class NameNotFoundError(DagnbNotFoundError, DagnbInvariantViolationError):
    """What was asked for by name is not there."""


class OutputRefusedError(DagnbOutputError, DagnbInvariantViolationError):
    """An output that is unknown, came twice or cannot be told from others."""


class Translation(NamedTuple):
    """Which class an error of dagnb gets, while something is defined or while it is executed."""

    error: type[DagnbError]
    definition: type[DagnbError]
    execution: type[DagnbError]


# More special classes stand before those that they come from.
_TRANSLATIONS = tuple(
    Translation(error, definition, execution)
    for error, definition, execution in (
        (DagnbNotFoundError, NameNotDefinedError, NameNotFoundError),
        (DagnbOutputError, OutputRefusedError, OutputRefusedError),
        *(
            (dagnb, old, old)
            for dagnb, old in (
                (DagnbConfigError, DagsterInvalidConfigError),
                (DagnbInvalidConfigDefinitionError, DagsterInvalidConfigDefinitionError),
                (DagnbUnknownResourceError, DagsterUnknownResourceError),
                (DagnbConfigMappingError, DagsterConfigMappingFunctionError),
                (DagnbTypeLoadingError, DagsterTypeLoadingError),
                (DagnbTypeMaterializationError, DagsterTypeMaterializationError),
                (DagnbScheduleError, ScheduleExecutionError),
                (DagnbPartitionError, PartitionExecutionError),
                (DagnbTypeCheckError, DagsterTypeCheckDidNotPass),
            )
        ),
    )
)
_OLD = {each for one in _TRANSLATIONS for each in (one.definition, one.execution)} | {
    DagsterExecutionStepNotFoundError,
    DagsterRunNotFoundError,
    DagsterStepOutputNotFoundError,
}


def translate(error: DagnbError, stage: Stage) -> BaseException:
    """Make an error of dagnb the one that release 0.9.22 raises in its place, and return it.

    What a user's function raised inside a type check is returned itself: 0.9.22 raises that.

    >>> isinstance(translate(DagnbNotFoundError("solid", "lod", ["load"]), "definition"), DagsterInvalidDefinitionError)
    True
    """
    if isinstance(error, tuple(_OLD)):
        return error
    if isinstance(error, DagnbTypeCheckError) and error.__cause__ is not None:
        return error.__cause__
    for each in _TRANSLATIONS:
        if isinstance(error, each.error):
            error.__class__ = each.definition if stage == "definition" else each.execution
            _fill(error)
            break
    return error


def _fill(error: DagnbError) -> None:
    if isinstance(error, DagsterInvalidConfigError):
        error.errors = told_as_evaluations(error.errors)
        error.args = (_told(f"the {error.subject} is not valid", error.errors),)
    elif isinstance(error, DagsterTypeCheckDidNotPass):
        error.description = error.got if error.got and "\n" in error.got else str(error)
        error.metadata_entries = []
        error.dagster_type = None
    elif isinstance(error, OutputRefusedError) and " ended without its output " in error.what:
        facts = {"step_key": str(error.where), "output_name": error.what.rpartition(" ")[2]}
        vars(error).update(facts)
        setattr(error, "__class__", DagsterStepOutputNotFoundError)  # noqa: B010  # checkers know no such assignment
    elif isinstance(error, DagsterUserCodeExecutionError):
        error._take_cause()  # noqa: SLF001  # its own module


@contextmanager
def translating(stage: Stage) -> Iterator[None]:
    """Let errors of dagnb out as those of release 0.9.22.

    >>> try:
    ...     with translating("execution"):
    ...         raise DagnbNotFoundError("mode", "prd", ["prod"])
    ... except DagsterInvariantViolationError as error:
    ...     print(error.what)
    no mode named prd
    """
    try:
        yield
    except DagnbError as error:
        other = translate(error, stage)
        if other is error:
            raise
        raise other from None


def translated(stage: Stage) -> Callable[[_F], _F]:
    """Decorate a function so that errors of dagnb leave it as those of release 0.9.22."""

    def decorate(function: _F) -> _F:
        @wraps(function)
        def translating_function(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with translating(stage):
                return function(*args, **kwargs)

        return translating_function  # type: ignore[return-value]  # it takes and gives the same

    return decorate


@contextmanager
def user_code_error_boundary(
    error_cls: type[DagsterUserCodeExecutionError],
    msg_fn: Callable[[], str],
    control_flow_exceptions: list[type[BaseException]] | None = None,
    **kwargs: Any,
) -> Iterator[None]:
    """Let what the user's code raises out as an `error_cls`; errors of dagnb and `control_flow_exceptions` pass."""
    passing = (*(control_flow_exceptions or ()), DagnbError)
    try:
        yield
    except passing:
        raise
    except Exception as error:
        raise error_cls(msg_fn(), user_exception=error, original_exc_info=sys.exc_info(), **kwargs) from error
