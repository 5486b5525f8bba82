"""Call a solid as a function: bind what it takes, compute it, return what it gives."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

from dagnb.definitions.bodies import CONTEXT_NAMES, CellBody, FunctionBody
from dagnb.definitions.composite_body import CompositeBody
from dagnb.definitions.graph import Node
from dagnb.definitions.solid import SolidDefinition
from dagnb.errors import nearest
from dagnb.events.user import AssetMaterialization, DynamicOutput, ExpectationResult, Output
from dagnb.execution.bodies import begin_function, body_events, events_of, missing_outputs, refuse_event
from dagnb.execution.context import SolidExecutionContext
from dagnb.execution.failures import strip_own_frames
from dagnb.execution.outputs import wrong_type
from dagnb.execution.placing import place_output
from dagnb.handles.call_errors import DagnbCallError, context_line, takes_context
from dagnb.handles.contexts import CallContext, build_context
from dagnb.handles.inert import Inert, is_loading
from dagnb.planning.plan import Step
from dagnb.planning.run_config import ResolvedRunConfig
from dagnb.types import Nothing

if TYPE_CHECKING:
    from dagnb.config import Validator
    from dagnb.instance import Instance

__all__ = ["OutputValues", "call_directly"]


class OutputValues(tuple[Any, ...]):  # noqa: SLOT001  # a tuple's length varies, so that it cannot have slots
    """The values of a solid's outputs, in the order of its definition; each also is an attribute.

    An optional output that the solid left out is None.

    >>> both = OutputValues({"early": 3, "late": 5})
    >>> both.late, both[0], both
    (5, 3, OutputValues(early=3, late=5))
    """

    _fields: tuple[str, ...]

    def __new__(cls, values: Mapping[str, Any]) -> Self:
        """Make it of values by the names of their outputs."""
        made = super().__new__(cls, values.values())
        made._fields = tuple(values)
        return made

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("_fields", ()):
            return self[self._fields.index(name)]
        raise AttributeError(f"no output named {name}; there are {', '.join(self.__dict__.get('_fields', ()))}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._fields]

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __reduce__(self) -> tuple[Any, ...]:
        return OutputValues, (self._asdict(),)

    def __repr__(self) -> str:
        return f"OutputValues({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"


def call_directly(definition: SolidDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Compute a solid in the calling thread, without a run, and return what it gives.

    Inputs, config and outputs are checked as in a run. Nothing is stored, retried or limited in time.

    Args:
        definition: the solid. A notebook runs in its kernel; a composite as a pipeline of its own, in an instance that
            is gone after it.
        args: a context from `build_context` first, when the solid takes one; then inputs.
        kwargs: inputs by name.

    Returns:
        The output's value; `OutputValues` when there are several; a list of `DynamicOutput` for a dynamic one. Of an
        `async` solid an awaitable of that, when a loop runs in this thread.

    Raises:
        DagnbCallError: an input or the context is missing, or is not taken.
        DagnbConfigError: the config of the context has problems.
        DagnbTypeCheckError: an input or output is not of its type.
        DagnbOutputError: an output is missing or came twice.
        Exception: what the solid raises.
    """
    __tracebackhide__ = True
    if is_loading():
        return Inert()
    given, rest, named = _part_context(definition, args, kwargs)
    values = _bind(definition, rest, named)
    context = given if given is not None else build_context(instance=_lasting(definition))
    if isinstance(definition.body, CompositeBody):
        from dagnb.handles.testing import call_composite

        return call_composite(definition, context, values)
    _check_resources(definition, context)
    return _Call(definition, context).compute(_checked(definition, values))


def _part_context(
    definition: SolidDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[CallContext | None, tuple[Any, ...], dict[str, Any]]:
    """Return the context, the other positional arguments, and the inputs given by name."""
    named = dict(kwargs)
    first = args[0] if args else None
    if isinstance(first, SolidExecutionContext):
        raise DagnbCallError(
            definition,
            "the context of a run belongs to the solid that got it",
            got="the context that another solid got",
            with_context=True,
        )
    if takes_context(definition):
        for name in CONTEXT_NAMES & named.keys():
            return _context_of(definition, named.pop(name)), args, named
        if isinstance(first, CallContext):
            return first, args[1:], named
        raise _no_context(definition, f"first a value of type {type(first).__name__}" if args else None)
    if not isinstance(first, CallContext):
        return None, args, named
    if isinstance(definition.body, FunctionBody) and not isinstance(definition.body, CellBody):
        raise DagnbCallError(definition, "the solid takes no context, and one was given")
    return first, args[1:], named


def _context_of(definition: SolidDefinition, given: Any) -> CallContext:
    if isinstance(given, CallContext):
        return given
    raise _no_context(definition, f"a value of type {type(given).__name__}")


def _no_context(definition: SolidDefinition, got: str | None) -> DagnbCallError:
    return DagnbCallError(definition, "the solid takes a context, and none was given", got=got)


def _bind(definition: SolidDefinition, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the inputs by name; those of type Nothing, which hand over no value, are left out."""
    names = [name for name, each in definition.inputs.items() if each.type is not Nothing]
    if len(args) > len(names):
        count = f"{len(names)} input{'' if len(names) == 1 else 's'}"
        raise DagnbCallError(definition, f"the solid takes {count}, and {len(args)} were given")
    values = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in definition.inputs:
            near = nearest(name, names)
            raise DagnbCallError(
                definition,
                f"the solid has no input named {name}",
                expected=f"one of {', '.join(names)}" if names else "no inputs at all",
                hint=f"did you mean {near}?" if near else None,
            )
        if name in values:
            raise DagnbCallError(definition, f"the input {name} was given twice, by position and by name")
        if name in names:
            values[name] = value
    missing = [name for name in names if name not in values and not definition.inputs[name].has_default]
    if missing:
        kinds = ", ".join(f"{name}: {definition.inputs[name].type.name}" for name in missing)
        said = f"the input {missing[0]} is" if len(missing) == 1 else f"the inputs {', '.join(missing)} are"
        raise DagnbCallError(definition, f"{said} missing", expected=kinds)
    return values


def _checked(definition: SolidDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of all inputs, the defaults too.

    Raises:
        DagnbTypeCheckError: one is not of its type.
    """
    inputs: dict[str, Any] = {}
    for name, each in definition.inputs.items():
        if each.type is Nothing:
            continue
        value = inputs[name] = values.get(name, each.default_value)
        check = each.type.check(value)
        if not check.success:
            where = f"{definition.name} › input {name}"
            raise wrong_type(f"the input {name} is not of its type", where, each.type, check, value)
    return inputs


def _check_resources(definition: SolidDefinition, context: CallContext) -> None:
    missing = sorted(definition.required_resource_keys - context.resource_values.keys())
    if missing:
        raise DagnbCallError(
            definition,
            f"the context lacks the resource {missing[0]}",
            got=f"resources: {', '.join(context.resource_values) or 'none'}",
            with_context=True,
        )


_instances: list[Instance] = []


def _lasting(definition: SolidDefinition) -> Instance | None:
    """Return an instance that lasts as long as this process, for calls without a context.

    A notebook hands on paths of what it keeps there. A composite gets an instance of its own, gone after the call.
    """
    if isinstance(definition.body, CompositeBody):
        return None
    if not _instances:
        from dagnb.instance import Instance

        _instances.append(Instance.ephemeral())
    return _instances[0]


_validators: WeakKeyDictionary[SolidDefinition, Validator] = WeakKeyDictionary()


def resolve_config(definition: SolidDefinition, config: Any) -> Any:
    """Return a solid's config checked, with its defaults, as the solid sees it.

    Raises:
        DagnbConfigError: it has problems.
        DagnbCallError: the solid takes no config, or needs some and there is none.
    """
    from dagnb.config.schema import MISSING

    field, mapping = definition.config_field, definition.config_mapping
    if field is None:
        if config is not None:
            raise DagnbCallError(
                definition,
                "the solid takes no config, and the context has some",
                got=f"config={config!r}"[:120],
                hint=f"leave it out: {context_line(definition)}; or declare it: @solid(config_schema=...)",
            )
        return None if mapping is None else mapping.resolve(None)
    validator = _validators.get(definition)
    if validator is None:
        from dagnb.config import compile_schema

        validator = _validators[definition] = compile_schema(field.node)
    if config is None:
        if not field.is_required and field.default is MISSING:
            return None if mapping is None else mapping.resolve(None)
        if field.default is not MISSING:
            config = field.default
        elif validator.problems(None):
            config = _without_config(definition, field.node)
    try:
        resolved = validator.validate(config, subject=f"config of {definition.name}")
    except ValueError as error:
        error.add_note(f"\nit is given so: {context_line(definition)}")
        raise error.with_traceback(None) from None
    return resolved if mapping is None else mapping.resolve(resolved)


def _without_config(definition: SolidDefinition, node: Any) -> Any:
    from dagnb.config.schema import ModelNode, ShapeNode

    if isinstance(node, ShapeNode | ModelNode):
        return {}
    raise DagnbCallError(definition, "the solid takes config, and the context has none", with_context=True)


class _Call:
    """One call of a solid that is a function, a cell or a notebook."""

    def __init__(self, definition: SolidDefinition, context: CallContext) -> None:
        self._definition = definition
        self._context = context
        self._produced: dict[str, Any] = {}
        self._taken: set[str] = set()
        config = resolve_config(definition, context.config)
        entry = {} if config is None else {"config": config}
        self._config = ResolvedRunConfig(document={"solids": {definition.name: entry}})
        self._step = Step(definition.name, Node(definition.name, definition), (), config)

    def compute(self, inputs: dict[str, Any]) -> Any:
        """Compute it and return what it gives, or an awaitable of that."""
        __tracebackhide__ = True
        body = self._definition.body
        if isinstance(body, FunctionBody) and body.style.startswith("async") and _in_loop():
            return self._await(body, inputs)
        try:
            with self._context.running(self._step, self._config) as scope:
                bound = SolidExecutionContext(scope, self._step)
                self._take_all(body_events(scope, self._definition, bound, inputs))
        except BaseException as error:  # noqa: BLE001  # any, shown from the solid's own code on
            raise strip_own_frames(error)  # noqa: B904  # it is the same one
        return self._given()

    def _await(self, body: FunctionBody, inputs: dict[str, Any]) -> Awaitable[Any]:
        async def computing() -> Any:
            __tracebackhide__ = True
            try:
                with self._context.running(self._step, self._config) as scope:
                    returned = begin_function(body, SolidExecutionContext(scope, self._step), inputs)
                    if type(returned) is CoroutineType:
                        self._take_all(events_of(self._definition, self._step.key, await returned))
                    else:
                        await self._take_stream(returned)
            except BaseException as error:  # noqa: BLE001  # as above
                raise strip_own_frames(error)  # noqa: B904  # as above
            return self._given()

        return computing()

    async def _take_stream(self, events: AsyncIterator[Any]) -> None:
        try:
            async for event in events:
                self._take(event)
        finally:
            close = getattr(events, "aclose", None)
            if close is not None:
                await close()

    def _take_all(self, events: Iterable[object]) -> None:
        try:
            for event in events:
                self._take(event)
        finally:
            close = getattr(events, "close", None)  # a generator's own clean-up runs now
            if close is not None:
                close()

    def _take(self, event: object) -> None:
        if isinstance(event, AssetMaterialization | ExpectationResult):
            self._context.events.append(event)
        elif isinstance(event, Output):
            self._take_output(event)
        else:
            refuse_event(event, self._step.key)

    def _take_output(self, output: Output) -> None:
        place = place_output(self._definition, output, self._taken, self._step.key)
        name, kind = place.definition.name, place.definition.type
        check = kind.check(output.value)
        if not check.success:
            where = f"{self._step.key} › output {place.key}"
            raise wrong_type(f"the output {name} is not of its type", where, kind, check, output.value)
        self._taken.add(place.key)
        self._context.outputs.append(output)
        if isinstance(output, DynamicOutput):
            self._produced.setdefault(name, []).append(output)
        else:
            self._produced[name] = None if kind is Nothing else output.value

    def _given(self) -> Any:
        definition = self._definition
        missing_outputs(definition, self._produced, self._step.key)
        return returned_of(definition, self._produced)


def returned_of(definition: SolidDefinition, produced: Mapping[str, Any]) -> Any:
    """Return what a call gives for these values of its outputs."""
    values = {name: produced.get(name, [] if each.is_dynamic else None) for name, each in definition.outputs.items()}
    if len(values) == 1:
        return next(iter(values.values()))
    return OutputValues(values) if values else None


def _in_loop() -> bool:
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
