"""Composition: the body of a pipeline is called once, with stubs; every call of a solid in it records a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal

from dagnb.definitions.composing import EXPECTED, not_an_output
from dagnb.definitions.depths import Scope, Scopes
from dagnb.definitions.graph import Connection, FromInput, Node, Source
from dagnb.definitions.hook import HookDefinition, check_hooks
from dagnb.definitions.names import check_name, check_tags
from dagnb.definitions.solid import SolidDefinition
from dagnb.definitions.stubs import DynamicHandle, OutputHandle, OutputHandles, changed
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest

if TYPE_CHECKING:
    from dagnb.definitions.retry import RetryPolicy

# Each thread and each task composes on its own.
_active: ContextVar[Composer | None] = ContextVar("composer", default=None)


class Invocation:
    """A solid about to be called in a pipeline, with an alias, tags, hooks or a retry policy of its own."""

    def __init__(
        self,
        definition: SolidDefinition,
        *,
        alias: str | None = None,
        tags: Mapping[str, str] | None = None,
        hooks: tuple[HookDefinition, ...] = (),
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        self.definition = definition
        self.name = alias
        self.tags = dict(tags or {})
        self.hooks = hooks
        self.retry_policy = retry_policy
        composer = _active.get()
        if composer is not None:
            composer.prepared.append(self)

    def _with(self, **changes: Any) -> Invocation:
        composer = _active.get()
        if composer is not None and self in composer.prepared:
            composer.prepared.remove(self)
        kept = {"alias": self.name, "tags": self.tags, "hooks": self.hooks, "retry_policy": self.retry_policy}
        return Invocation(self.definition, **{**kept, **changes})

    def alias(self, name: str) -> Invocation:
        """Return it under another name."""
        return self._with(alias=check_name(name, "solid"))

    def tag(self, tags: Mapping[str, Any]) -> Invocation:
        """Return it with more tags."""
        return self._with(tags={**self.tags, **check_tags(tags, f"solid {self.definition.name}")})

    def with_hooks(self, hooks: Iterable[HookDefinition]) -> Invocation:
        """Return it with more hooks."""
        more = check_hooks(hooks, f"solid {self.definition.name}")
        return self._with(hooks=tuple(dict.fromkeys((*self.hooks, *more))))

    def with_retry_policy(self, retry_policy: RetryPolicy) -> Invocation:
        """Return it with a retry policy, in place of the one of its definition."""
        return self._with(retry_policy=retry_policy)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record the call in the pipeline that is being composed; see `call_solid`."""
        return call_solid(self.definition, args, kwargs, self)


class Composer:
    """Record the calls made in the body of one pipeline or composite solid."""

    def __init__(self, name: str, what: Literal["pipeline", "composite"] = "pipeline") -> None:
        self.name = name
        self.what = what
        self.nodes: dict[str, Node] = {}
        self.prepared: list[Invocation] = []
        self._next_number: dict[str, int] = {}
        self._scopes: Scopes | None = None  # there once a dynamic output is
        self._mapping: list[Scope] = []  # what the functions map over that are being called, the outermost first

    def add(
        self,
        definition: SolidDefinition,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        invocation: Invocation | None = None,
    ) -> Any:
        """Record a call and return its output handle, `OutputHandles` when there are several, None for none."""
        definition = definition.current()
        name = self._name(definition, invocation.name if invocation else None)
        inputs = self._bind(name, definition, args, kwargs)
        if invocation is None:
            node = Node(name, definition, inputs)
        else:
            node = Node(name, definition, inputs, dict(invocation.tags), invocation.hooks, invocation.retry_policy)
            if invocation in self.prepared:
                self.prepared.remove(invocation)
        self.nodes[name] = node
        outputs = definition.outputs
        if self._scopes is not None:
            self._scopes.add(node)
        elif any(each.is_dynamic for each in outputs.values()):
            self._scopes = Scopes(self.nodes)
        if len(outputs) == 1:
            (output,) = outputs
            return self.handle(Connection(name, output))
        if not outputs:
            return None
        return OutputHandles({each: self.handle(Connection(name, each)) for each in outputs}, name)

    def depth(self, source: Source) -> int:
        """Return over how many dynamic outputs a source is mapped."""
        return 0 if self._scopes is None else len(self._scopes.of(source))

    def _is_single(self, source: Source) -> bool:
        """Tell whether a source has one value where the body stands."""
        if self._scopes is None:
            return True
        scope = self._scopes.of(source)
        return not scope or any(each[: len(scope)] == scope for each in self._mapping)

    def handle(self, source: Connection | FromInput) -> OutputHandle | DynamicHandle:
        """Return the handle of an output: a dynamic one when it has several values where the body stands."""
        if self._scopes is None or isinstance(source, FromInput) or self._is_single(source):
            return OutputHandle(self, source)
        return DynamicHandle(self, source)

    def map_over(self, source: Connection, function: Callable[[OutputHandle], Any]) -> Any:
        """Compose what a function does with each value of a source, and return what it gives.

        Raises:
            DagnbInvalidDefinitionError: it is no function, or gives something else than outputs.
            DagnbInvariantViolationError: the body that the source is of has ended.
        """
        where = f"{self.name} › {source.node} › map"
        if not callable(function):
            raise DagnbInvalidDefinitionError(
                ".map takes a function of one value",
                where=where,
                got=told(function),
                expected="a function that calls solids, or a solid",
            )
        if _active.get() is not self:
            raise DagnbInvariantViolationError(
                f"a dynamic output is mapped outside of the {self.what} that it is of",
                where=where,
                hint=f"map it in the body of {self.name}",
            )
        self._mapping.append(() if self._scopes is None else self._scopes.of(source))
        try:
            returned = function(OutputHandle(self, source))
        finally:
            self._mapping.pop()
        return changed(returned, lambda handle: self.handle(self.own(handle, where)), where)

    def _name(self, definition: SolidDefinition, alias: str | None) -> str:
        if alias is not None:
            if alias in self.nodes:
                raise DagnbInvalidDefinitionError(
                    "two solids of a pipeline have the same name",
                    where=f"{self.name} › {alias}",
                    hint="give one of them another alias",
                )
            return alias
        name = definition.name
        there = self.nodes.get(name)
        if there is None:
            return name
        if there.definition is not definition and there.definition.name == name:
            raise DagnbInvalidDefinitionError(
                "two different solids of a pipeline have the same name",
                where=f"{self.name} › {name}",
                hint=f'call one of them by another: {name}.alias("...")(...)',
            )
        number = self._next_number.get(name, 2)
        while f"{name}_{number}" in self.nodes:
            number += 1
        self._next_number[name] = number + 1
        return f"{name}_{number}"

    def _bind(
        self, name: str, definition: SolidDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> dict[str, Source]:
        where = f"{self.name} › {name}"
        inputs = list(definition.inputs)
        if len(args) > len(inputs):
            raise DagnbInvalidDefinitionError(
                f"the solid takes {len(inputs)} input{'' if len(inputs) == 1 else 's'}, and {len(args)} were given",
                where=where,
                expected=", ".join(inputs) or "none",
            )
        bound: dict[str, Source] = {}
        for input_name, value in [*zip(inputs, args, strict=False), *kwargs.items()]:
            if input_name not in inputs:
                near = nearest(input_name, inputs)
                raise DagnbInvalidDefinitionError(
                    f"the solid has no input named {input_name}",
                    where=where,
                    expected=f"one of {', '.join(inputs)}" if inputs else "no inputs at all",
                    hint=f"did you mean {near}?" if near else None,
                )
            if input_name in bound:
                raise DagnbInvalidDefinitionError(
                    "an input was given twice, by position and by name", where=f"{where} › input {input_name}"
                )
            if type(value) is OutputHandle and value._composer is self and self._scopes is None:  # noqa: SLF001  (the handle's own module)
                bound[input_name] = value._source  # noqa: SLF001
            else:
                bound[input_name] = self._source(f"{where} › input {input_name}", input_name, value)
        return bound

    def _source(self, where: str, input_name: str, value: Any) -> Source:
        if type(value) is OutputHandle:
            return self._single(value, where)
        if isinstance(value, list):
            connections = [self._source(f"{where}[{index}]", input_name, each) for index, each in enumerate(value)]
            if not connections:
                raise DagnbInvalidDefinitionError("an empty list of outputs was given", where=where)
            if any(isinstance(connection, tuple) for connection in connections):
                raise DagnbInvalidDefinitionError("a list of outputs cannot hold lists", where=where)
            return tuple(connections)  # type: ignore[arg-type]  # no tuples in it, by the check above
        if isinstance(value, SolidDefinition | Invocation):
            called = value.name if isinstance(value, SolidDefinition) else value.definition.name
            raise DagnbInvalidDefinitionError(
                "a solid was given that has not been called", where=where, expected=EXPECTED, hint=f"{called}()"
            )
        raise not_an_output(where, input_name, value)

    def _single(self, handle: OutputHandle, where: str) -> Connection | FromInput:
        source = self.own(handle, where)
        if not self._is_single(source):
            raise DagnbInvalidDefinitionError(
                "one of the values of a dynamic output was taken out of the function that is mapped over it",
                where=where,
                got=repr(handle),
                hint="use it within that function, or return it and .collect() what .map gives",
            )
        return source

    def own(self, handle: OutputHandle | DynamicHandle, where: str) -> Connection | FromInput:
        """Return what the handle stands for.

        Raises:
            DagnbInvalidDefinitionError: the handle comes from the body of something else.
        """
        if handle._composer is not self:  # noqa: SLF001  (composition and its stubs are one)
            raise DagnbInvalidDefinitionError(
                f"an output of another {handle._composer.what} was given",  # noqa: SLF001
                where=where,
                got=f"{handle!r} of {handle._composer.name}",  # noqa: SLF001
            )
        return handle._source  # noqa: SLF001


def call_solid(
    definition: SolidDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any], invocation: Invocation | None = None
) -> Any:
    """Record the call in the pipeline that is being composed; outside of one, compute the solid as a function.

    Raises:
        DagnbInvalidDefinitionError: the call cannot be composed.
        Exception: outside of a pipeline, see `dagnb.definitions.calling.compute_directly`.
    """
    __tracebackhide__ = True
    composer = _active.get()
    if composer is not None:
        return composer.add(definition, args, kwargs, invocation)
    from dagnb.definitions.calling import compute_directly

    return compute_directly(definition, args, kwargs)


class NeverCalledWarning(UserWarning):
    """A solid was given an alias, tags or hooks in a pipeline's body, and was not called."""


def compose_with(composer: Composer, body: Callable[..., Any], *args: Any) -> Any:
    """Call a body while the composer records what it calls, and return what the body returns."""
    outer = _active.set(composer)
    try:
        returned = body(*args)
    finally:
        _active.reset(outer)
    if composer.prepared:
        _warn_of(composer)
    return returned


def _warn_of(composer: Composer) -> None:
    import warnings

    for each in composer.prepared:
        name = each.name or each.definition.name
        warnings.warn(
            f"{composer.name}: {name} was prepared and never called, so it is no part of the {composer.what}; "
            f"{each.definition.name}.alias(...)(...) calls it",
            NeverCalledWarning,
            stacklevel=4,
        )


def compose(name: str, body: Callable[[], Any]) -> dict[str, Node]:
    """Call a pipeline's body and return the nodes that it made.

    Raises:
        DagnbInvalidDefinitionError: whatever the body did wrong, with a hint.
    """
    composer = Composer(name)
    compose_with(composer, body)
    return composer.nodes
