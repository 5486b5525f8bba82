"""The step that a cell solid is in while its cell runs: what `get_context` and its like reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbError, DagnbOutputError, DagnbUnknownResourceError
from dagnb.events.user import Output

if TYPE_CHECKING:
    from dagnb.execution.context import SolidExecutionContext


class CellResourceError(DagnbUnknownResourceError):
    """A resource that the cell uses and its first line does not name.

    >>> print(CellResourceError(solid="post", resource="slack", known=[]))
    the cell did not ask for the resource slack
      at: post
      next: name it in the cell's first line: %%solid post --resources slack
    """

    def __init__(self, *, solid: str, resource: str, known: Sequence[str]) -> None:
        self.resource = resource
        named = ",".join([*known, resource])
        DagnbError.__init__(
            self,
            f"the cell did not ask for the resource {resource}",
            where=solid,
            expected=f"one of {', '.join(known)}" if known else None,
            hint=f"name it in the cell's first line: %%solid {solid} --resources {named}",
        )


class _CellResources:
    """The resources that the cell asked for, as attributes."""

    def __init__(self, solid: str, resources: Any) -> None:
        self._solid = solid
        self._resources = resources

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return getattr(self._resources, name)
        except DagnbUnknownResourceError:
            raise CellResourceError(solid=self._solid, resource=name, known=sorted(dir(self))) from None

    def __dir__(self) -> list[str]:
        return dir(self._resources)


class CellStep:
    """One run of a cell solid.

    Args:
        context: the step's context; None when the solid is called as a function, by hand.
        declared: the solid's outputs, by name.
        dynamic: which of them are dynamic ones.
    """

    def __init__(
        self,
        context: SolidExecutionContext | None,
        declared: Sequence[str],
        dynamic: AbstractSet[str] = frozenset(),
    ) -> None:
        self.context = context
        self.declared = tuple(declared)
        self.dynamic = dynamic
        self.given: dict[str, Output] = {}

    @property
    def resources(self) -> Any:
        """The resources that the cell asked for, as attributes."""
        context = self.context
        return None if context is None else _CellResources(context.solid_name, context.resources)

    def give(self, key: str, output: Output) -> None:
        """Keep an output until the cell has ended; the key of a value of a dynamic one is ``name[mapping_key]``."""
        self.given[key] = output

    def outputs(self, variables: Mapping[str, str], scope: Mapping[str, Any]) -> Iterator[Output]:
        """Yield what the cell gave, then the variables (by output name) that it left behind.

        Of a dynamic output it is only what the cell gave: a variable that happens to have its name is not its value.

        Raises:
            DagnbOutputError: one of them is not there.
        """
        yield from self.given.values()
        left = {name: each for name, each in variables.items() if name not in self.given and name not in self.dynamic}
        for name, variable in left.items():
            if variable in scope:
                yield Output(scope[variable], name)
        for variable in left.values():
            if variable not in scope:
                raise DagnbOutputError(
                    f"the cell ended without its output {variable}",
                    where=self.context.solid_name if self.context is not None else None,
                    expected=f"{variable} assigned on every way through the cell",
                    hint=f"assign {variable} a value, if only None, before the condition",
                )


_running: ContextVar[CellStep | None] = ContextVar("dagnb_running_cell", default=None)


def running_cell() -> CellStep | None:
    """Return the cell solid's step that runs in this context, None outside of one."""
    return _running.get()


@contextmanager
def running(step: CellStep) -> Iterator[None]:
    """Make a step the one that `running_cell` returns, while the block lasts."""
    token = _running.set(step)
    try:
        yield
    finally:
        _running.reset(token)
