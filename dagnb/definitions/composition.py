"""Composition: the body of a pipeline is called once, with stubs; every call of a solid in it records a node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, NoReturn

from dagnb.definitions.bodies import FunctionBody
from dagnb.definitions.graph import Connection, Node
from dagnb.definitions.names import check_tags
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest
from dagnb.events.user import Output

# Each thread and each task composes on its own.
_active: ContextVar[Composer | None] = ContextVar("composer", default=None)


class OutputHandle:
    """What a call of a solid gives in the body of a pipeline: its output to come, to be handed to other solids."""

    __slots__ = ("_composer", "_connection")

    def __init__(self, composer: Composer, connection: Connection) -> None:
        self._composer = composer
        self._connection = connection

    def _refuse(self, attempt: str) -> NoReturn:
        node = self._connection.node
        raise DagnbInvariantViolationError(
            f"{attempt} needs the value, and a pipeline's body runs before there are any",
            where=f"{self._composer.name} › {node}",
            expected="the output is handed on to other solids",
            hint=f"do this inside a solid that takes {node}'s output",
        )

    def __iter__(self) -> NoReturn:
        self._refuse("going through an output")

    def __getitem__(self, key: object) -> NoReturn:
        self._refuse("taking an item of an output")

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  # it refuses
        self._refuse("asking whether an output is true")

    def __len__(self) -> NoReturn:  # noqa: PLE0303  # it refuses
        self._refuse("the length of an output")

    def __call__(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse: there is nothing to call yet."""
        self._refuse("calling an output")

    def _compute(self, _other: object = None) -> NoReturn:
        self._refuse("calculating with an output")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _compute
    __matmul__ = __mod__ = __floordiv__ = __pow__ = __and__ = __or__ = __neg__ = __invert__ = _compute

    def _compare(self, _other: object) -> NoReturn:
        self._refuse("comparing an output")

    __lt__ = __le__ = __gt__ = __ge__ = _compare

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse(f"the attribute {name} of an output")

    def __repr__(self) -> str:
        return f"<output {self._connection.output} of {self._connection.node}>"


class OutputHandles:
    """The outputs of a solid that has several, each an attribute of its name; they unpack in order."""

    def __init__(self, handles: Mapping[str, OutputHandle], solid_name: str) -> None:
        self._handles = dict(handles)
        self._solid_name = solid_name

    def __getattr__(self, name: str) -> OutputHandle:
        handles: dict[str, OutputHandle] = self.__dict__.get("_handles", {})
        if name in handles:
            return handles[name]
        if name.startswith("__"):
            raise AttributeError(name)
        near = nearest(name, handles)
        raise DagnbInvalidDefinitionError(
            f"the solid has no output named {name}",
            where=self._solid_name,
            expected=f"one of {', '.join(handles)}",
            hint=f"did you mean {near}?" if near else None,
        )

    def __iter__(self) -> Any:
        return iter(self._handles.values())

    def __len__(self) -> int:
        return len(self._handles)

    def __getitem__(self, index: int) -> OutputHandle:
        return list(self._handles.values())[index]

    def names(self) -> list[str]:
        """Return the names of the outputs."""
        return list(self._handles)


class Invocation:
    """A solid about to be called in a pipeline, with an alias or tags of its own."""

    def __init__(
        self, definition: SolidDefinition, alias: str | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        self.definition = definition
        self._alias = alias
        self._tags = dict(tags or {})

    def alias(self, name: str) -> Invocation:
        """Return it under another name."""
        return Invocation(self.definition, name, self._tags)

    def tag(self, tags: Mapping[str, Any]) -> Invocation:
        """Return it with more tags."""
        return Invocation(
            self.definition, self._alias, {**self._tags, **check_tags(tags, f"solid {self.definition.name}")}
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Record the call in the pipeline that is being composed; see `call_solid`."""
        return call_solid(self.definition, args, kwargs, alias=self._alias, tags=self._tags)


class Composer:
    """Record the calls made in one pipeline's body."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: dict[str, Node] = {}
        self._next_number: dict[str, int] = {}

    def add(
        self,
        definition: SolidDefinition,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        alias: str | None,
        tags: Mapping[str, str] | None,
    ) -> Any:
        """Record a call and return its output handle, `OutputHandles` when there are several, None for none."""
        name = self._name(definition, alias)
        node = Node(name, definition, self._bind(name, definition, args, kwargs), dict(tags or {}))
        self.nodes[name] = node
        outputs = definition.outputs
        if len(outputs) == 1:
            (output,) = outputs
            return OutputHandle(self, Connection(name, output))
        if not outputs:
            return None
        return OutputHandles({each: OutputHandle(self, Connection(name, each)) for each in outputs}, name)

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
    ) -> dict[str, Connection | tuple[Connection, ...]]:
        where = f"{self.name} › {name}"
        inputs = list(definition.inputs)
        if len(args) > len(inputs):
            raise DagnbInvalidDefinitionError(
                f"the solid takes {len(inputs)} input{'' if len(inputs) == 1 else 's'}, and {len(args)} were given",
                where=where,
                expected=", ".join(inputs) or "none",
            )
        bound: dict[str, Connection | tuple[Connection, ...]] = {}
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
            if type(value) is OutputHandle and value._composer is self:  # noqa: SLF001  (the handle's own module)
                bound[input_name] = value._connection  # noqa: SLF001
            else:
                bound[input_name] = self._source(f"{where} › input {input_name}", input_name, value)
        return bound

    def _source(self, where: str, input_name: str, value: Any) -> Connection | tuple[Connection, ...]:
        if type(value) is OutputHandle:
            if value._composer is not self:  # noqa: SLF001  (the handle's own module)
                raise DagnbInvalidDefinitionError(
                    "an output of another pipeline was given",
                    where=where,
                    got=f"{value!r} of {value._composer.name}",  # noqa: SLF001
                )
            return value._connection  # noqa: SLF001
        if isinstance(value, list):
            connections = [self._source(f"{where}[{index}]", input_name, each) for index, each in enumerate(value)]
            if not connections:
                raise DagnbInvalidDefinitionError("an empty list of outputs was given", where=where)
            if any(isinstance(connection, tuple) for connection in connections):
                raise DagnbInvalidDefinitionError("a list of outputs cannot hold lists", where=where)
            return tuple(connections)  # type: ignore[arg-type]  # no tuples in it, by the check above
        raise _not_an_output(where, input_name, value)


def _not_an_output(where: str, input_name: str, value: Any) -> DagnbInvalidDefinitionError:
    expected = "the output of a solid that is called in this pipeline, or a list of such"
    if isinstance(value, SolidDefinition | Invocation):
        called = value.name if isinstance(value, SolidDefinition) else value.definition.name
        return DagnbInvalidDefinitionError(
            "a solid was given that has not been called", where=where, expected=expected, hint=f"{called}()"
        )
    if isinstance(value, OutputHandles):
        names = value.names()
        return DagnbInvalidDefinitionError(
            "all outputs of a solid were given at once",
            where=where,
            got=f"the outputs {', '.join(names)}",
            expected=expected,
            hint=f"take one: {names[0]} is its attribute",
        )
    if isinstance(value, tuple):
        hint = "a list of outputs fans in; a tuple does not"
    elif value is None:
        hint = "a solid without outputs gives None; declare an output of type Nothing to order by it"
    else:
        hint = f"constants come from config: give the solid a config_schema, or {input_name} a default value"
    return DagnbInvalidDefinitionError(
        "an input is connected to something that is no output",
        where=where,
        got=f"{type(value).__name__} {value!r}"[:80],
        expected=expected,
        hint=hint,
    )


def call_solid(
    definition: SolidDefinition,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    alias: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Any:
    """Record the call in the pipeline that is being composed; outside of one, call the solid's own function.

    Raises:
        DagnbInvariantViolationError: outside a pipeline, the solid is no function or takes a context.
        DagnbInvalidDefinitionError: the call cannot be composed.
    """
    composer = _active.get()
    if composer is not None:
        return composer.add(definition, args, kwargs, alias, tags)
    body = definition.body
    if isinstance(body, FunctionBody) and not body.takes_context and body.style in ("plain", "generator"):
        return _call_plainly(body, args, kwargs)
    raise DagnbInvariantViolationError(
        "this solid cannot be called outside a pipeline as it is",
        where=f"solid {definition.name}",
        expected="a plain function without a context",
        hint=f"dagnb.execute_solid({definition.name}, input_values={{...}}, run_config={{...}}) runs it alone",
    )


def _call_plainly(body: FunctionBody, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    returned = body.function(*args, **kwargs)
    if body.style == "plain":
        return returned.value if isinstance(returned, Output) else returned
    outputs = {event.output_name: event.value for event in returned if isinstance(event, Output)}
    return next(iter(outputs.values())) if len(outputs) == 1 else outputs


def compose(name: str, body: Callable[[], Any]) -> dict[str, Node]:
    """Call a pipeline's body and return the nodes that it made.

    Raises:
        DagnbInvalidDefinitionError: whatever the body did wrong, with a hint.
    """
    composer = Composer(name)
    outer = _active.set(composer)
    try:
        body()
    finally:
        _active.reset(outer)
    return composer.nodes
