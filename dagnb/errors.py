"""The error tree: one root, leaves that also are the nearest built-in.

::

    DagnbError
    ├── DagnbInvalidDefinitionError (ValueError)      a solid, pipeline, mode ... that cannot be
    │   └── DagnbCycleError                           solids that feed each other
    ├── DagnbInvariantViolationError (RuntimeError)   a call that makes no sense where it stands
    ├── DagnbConfigError (ValueError)                 a run config with problems    (config.errors)
    ├── DagnbInvalidConfigDefinitionError (TypeError) a config schema that cannot be (config.errors)
    ├── DagnbTypeCheckError (TypeError)               a value that is not of its declared type
    ├── DagnbUnknownResourceError (AttributeError)    a resource that the solid did not ask for
    ├── DagnbSelectionError (ValueError)              a selection that names nothing
    ├── DagnbNotFoundError (LookupError)              a run, asset, step, output, mode that is not there
    ├── DagnbStepError (RuntimeError)                 a step that failed, without its own exception at hand
    ├── DagnbTimeLimitError (TimeoutError)            a step that took longer than its solid may
    ├── DagnbOutputError (RuntimeError)               an output that is missing, doubled or unknown
    ├── DagnbPartitionError (RuntimeError)            a partition set whose own functions failed
    ├── DagnbScheduleError (RuntimeError)             a schedule whose own functions failed
    ├── DagnbValueError (TypeError)                   a value that cannot be stored or read
    ├── DagnbNotebookError (RuntimeError)             a notebook that is missing, unreadable or raised
    │   ├── DagnbParameterError (ValueError)          a notebook parameter that is unknown or wrong
    │   └── DagnbKernelError                          a kernel that is missing, did not start or died
    ├── DagnbInstanceError (OSError)                  an instance that cannot be read or written
    │   └── DagnbStaleOwnerError                      a run that somebody else owns by now
    └── DagnbPluginError (ImportError)                an entry point that does not load

Every error says what happened, where, what was got, what was expected and what to do next, as far as
these are known. The parts stay readable as attributes; errors pickle.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

__all__ = [
    "DagnbCycleError",
    "DagnbError",
    "DagnbInstanceError",
    "DagnbInvalidDefinitionError",
    "DagnbInvariantViolationError",
    "DagnbKernelError",
    "DagnbNotFoundError",
    "DagnbNotebookError",
    "DagnbOutputError",
    "DagnbParameterError",
    "DagnbPartitionError",
    "DagnbPluginError",
    "DagnbScheduleError",
    "DagnbSelectionError",
    "DagnbStaleOwnerError",
    "DagnbStepError",
    "DagnbTimeLimitError",
    "DagnbTypeCheckError",
    "DagnbUnknownResourceError",
    "DagnbValueError",
    "nearest",
]


_SHOWN = 12  # choices in a text


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """Return the choice that `name` most likely was meant to be, or None.

    >>> nearest("orign", ["origin", "sample"])
    'origin'
    """
    import difflib

    found = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    return found[0] if found else None


def _restore(cls: type[DagnbError], args: tuple[Any, ...], state: dict[str, Any]) -> DagnbError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


def _without_own(frames: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while frames is not None:
        name = frames.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] not in ("dagnb", "IPython"):
            kept.append(frames)
        frames = frames.tb_next
    chain: TracebackType | None = None
    for frame in reversed(kept):
        chain = TracebackType(chain, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return chain


class DagnbError(Exception):
    """Say what happened and, as far as known, where, what was got, what was expected, what to do next.

    Args:
        what: what happened, a sentence without its full stop.
        where: the place, for example ``"flights › load › config › origin"``.
        got: what was found there, already shortened for reading.
        expected: what would have been right.
        hint: what to do next.

    >>> print(DagnbError("the run was not found", got="7c1e", hint="dagnb.runs() lists them"))
    the run was not found
      got: 7c1e
      next: dagnb.runs() lists them
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        got: str | None = None,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.got = got
        self.expected = expected
        self.hint = hint
        parts = [("at", where), ("got", got), ("expected", expected), ("next", hint)]
        lines = [what, *(f"  {label}: {text}" for label, text in parts if text)]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows of the error: the user's frames, not those of dagnb that found it."""
        from IPython import get_ipython

        frames = _without_own(self.__traceback__)
        if frames is None:
            return [f"{type(self).__name__}: {self}"]
        printer = get_ipython().InteractiveTB
        lines: list[str] = printer.structured_traceback(type(self), self, frames, tb_offset=0)
        return lines


class DagnbInvalidDefinitionError(DagnbError, ValueError):
    """A definition that cannot be: raised where it is written, before anything runs."""


class DagnbCycleError(DagnbInvalidDefinitionError):
    """Solids that feed each other.

    >>> print(DagnbCycleError(pipeline="etl", solids=["a", "b"]))
    the solids of the pipeline feed each other
      at: etl
      got: a → b → a
      expected: a graph without a cycle
      next: take one of these dependencies away
    """

    def __init__(self, *, pipeline: str, solids: Iterable[str]) -> None:
        self.solids = tuple(solids)
        super().__init__(
            "the solids of the pipeline feed each other",
            where=pipeline,
            got=" → ".join((*self.solids, *self.solids[:1])),
            expected="a graph without a cycle",
            hint="take one of these dependencies away",
        )


class DagnbInvariantViolationError(DagnbError, RuntimeError):
    """A call that makes no sense where it stands."""


class DagnbTypeCheckError(DagnbError, TypeError):
    """A value that is not of the type declared for it."""


class DagnbUnknownResourceError(DagnbError, AttributeError):
    """A resource that a solid (or a hook, or another resource: `kind`) uses and did not ask for.

    >>> print(DagnbUnknownResourceError(solid="post", resource="slak", known=["slack"]))
    the solid did not ask for the resource slak
      at: post
      expected: one of slack
      next: did you mean slack? Otherwise add "slak" to required_resource_keys
    """

    def __init__(self, *, solid: str, resource: str, known: Iterable[str], kind: str = "solid") -> None:
        self.resource = resource
        choices = sorted(known)
        near = nearest(resource, choices)
        ask = f'add "{resource}" to required_resource_keys'
        super().__init__(
            f"the {kind} did not ask for the resource {resource}",
            where=solid,
            expected=f"one of {', '.join(choices)}" if choices else "none: required_resource_keys is empty",
            hint=f"did you mean {near}? Otherwise {ask}" if near else ask,
        )


class DagnbSelectionError(DagnbError, ValueError):
    """A selection that names nothing or cannot be read."""


class DagnbNotFoundError(DagnbError, LookupError):
    """Something named that is not there.

    >>> print(DagnbNotFoundError("mode", "prd", ["prod", "test"], where="flights"))
    no mode named prd
      at: flights
      expected: one of prod, test
      next: did you mean prod?
    """

    def __init__(
        self,
        kind: str,
        name: str,
        choices: Iterable[str] = (),
        *,
        where: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.choices = tuple(choices)
        near = nearest(name, self.choices)
        shown = ", ".join(self.choices[:_SHOWN]) + (" ..." if len(self.choices) > _SHOWN else "")
        super().__init__(
            f"no {kind} named {name}",
            where=where,
            expected=(f"one of {shown}" if len(self.choices) > 1 else shown) or None,
            hint=f"did you mean {near}?" if near else hint,
        )


class DagnbStepError(DagnbError, RuntimeError):
    """A step that failed, where its own exception cannot be raised (another process, another day)."""


class DagnbTimeLimitError(DagnbError, TimeoutError):
    """A step that took longer than its solid's time limit."""

    def __init__(self, *, step: str, seconds: float) -> None:
        self.step = step
        self.seconds = seconds
        super().__init__(
            "the step took longer than its solid may",
            where=step,
            expected=f"an end within {seconds:g} s",
            hint="give it more with @solid(time_limit=...), or less to do",
        )


class DagnbOutputError(DagnbError, RuntimeError):
    """An output that is missing, was given twice, or that the solid does not have."""


class DagnbPartitionError(DagnbError, RuntimeError):
    """A function of a partition set that raised or returned what it must not; the exception is its cause."""


class DagnbScheduleError(DagnbError, RuntimeError):
    """A function of a schedule that raised or returned what it must not; the exception is its cause."""


class DagnbValueError(DagnbError, TypeError):
    """A value that cannot be stored, or a stored one that cannot be read."""


class DagnbNotebookError(DagnbError, RuntimeError):
    """A notebook that is missing, cannot be read, or raised."""


class DagnbParameterError(DagnbNotebookError, ValueError):
    """A notebook parameter that the notebook does not have, or that is of another type there."""


class DagnbKernelError(DagnbNotebookError):
    """A kernel that is missing, did not start, or died."""


class DagnbInstanceError(DagnbError, OSError):
    """An instance that cannot be read or written."""


class DagnbStaleOwnerError(DagnbInstanceError):
    """An append by an owner whose lease on the run has passed to somebody else."""

    def __init__(self, *, run_id: str, token: int) -> None:
        self.run_id = run_id
        self.token = token
        super().__init__(
            "this process no longer owns the run",
            where=f"run {run_id}",
            got=f"fencing token {token}",
            expected="the token of the run's present owner",
            hint=f'dagnb.run("{run_id}") shows what became of it',
        )


class DagnbPluginError(DagnbError, ImportError):
    """An entry point that is not there or does not load."""
