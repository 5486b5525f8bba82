"""`@composite_solid`: composite solids made of functions that call solids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from dagnb.definitions.composing import check_composition_function
from dagnb.definitions.composite import CompositeSolidDefinition, finish
from dagnb.definitions.composition import Composer, compose_with
from dagnb.definitions.docs import clean_doc
from dagnb.definitions.graph import Connection, FromInput, Node
from dagnb.definitions.ports import (
    MISSING,
    DynamicOutputDefinition,
    InputDefinition,
    OutputDefinition,
)
from dagnb.definitions.references import are_same, referred
from dagnb.definitions.stubs import DynamicHandle, OutputHandle, OutputHandles
from dagnb.definitions.telling import told
from dagnb.errors import DagnbInvalidDefinitionError, DagnbNotFoundError
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.types import Nothing
from dagnb.types.annotations import read_annotations


@overload
def composite_solid(name: Callable[..., Any]) -> CompositeSolidDefinition: ...


@overload
def composite_solid(
    name: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], CompositeSolidDefinition]: ...


def composite_solid(  # noqa: PLR0917  # the argument order of the slides' API
    name: Any = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    config_fn: Callable[[Any], Any] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Any:
    """Make a solid of solids: `@composite_solid` or `@composite_solid(...)`.

    The body is called once, with stubs, as a pipeline's. Its parameters are the composite's inputs; what it returns
    are its outputs: one handle, a dict of them by name, or all outputs of one solid.

    Args:
        name: its name (default: the function's).
        input_defs: inputs to be described further than parameters can.
        output_defs: outputs to be described further than what is returned can.
        description: what it does (default: the docstring).
        config_schema: its own config; then `config_fn` makes that of the solids in it.
        config_fn: takes the config and returns ``{"solid": {"config": ...}, ...}``.
        tags: facts for tools.

    Raises:
        DagnbInvalidDefinitionError: see `CompositeSolidDefinition`.

    >>> from dagnb import lambda_solid, pipeline
    >>> @lambda_solid
    ... def add_one(number: int) -> int:
    ...     return number + 1
    >>> @composite_solid
    ... def add_two(number: int) -> int:
    ...     return add_one.alias("second")(add_one.alias("first")(number))
    >>> add_two
    add_two(number: int) -> int
    """
    if callable(name):
        return _Following(name, None, {}).newest()

    def decorate(function: Callable[..., Any]) -> CompositeSolidDefinition:
        parts = {
            "input_defs": input_defs,
            "output_defs": output_defs,
            "description": description,
            "config_schema": config_schema,
            "config_fn": config_fn,
            "tags": tags,
        }
        return _Following(function, name, parts).newest()

    return decorate


class _Following:
    """Compose a function, and compose it anew when a name in it stands for something else."""

    __slots__ = ("_function", "_is_busy", "_lock", "_made", "_name", "_parts", "_seen")

    def __init__(self, function: Callable[..., Any], name: str | None, parts: Mapping[str, Any]) -> None:
        from threading import RLock

        self._function = function
        self._name = name
        self._parts = parts
        self._made: CompositeSolidDefinition | None = None
        self._seen: list[Any] = []
        self._is_busy = False
        self._lock = RLock()  # two threads that compose it get the same one

    def newest(self) -> CompositeSolidDefinition:
        """Return the composite solid as it is now.

        Raises:
            DagnbInvalidDefinitionError: it is among the solids in it; or see `CompositeSolidDefinition`.
        """
        with self._lock:
            if self._is_busy:
                raise DagnbInvalidDefinitionError(
                    "a composite solid is in itself",
                    where=f"composite solid {self._name or self._function.__name__}",
                    expected="other solids only",
                    hint="a dynamic output repeats solids: .map(...)",
                )
            self._is_busy = True
            try:
                return self._current()
            finally:
                self._is_busy = False

    def _current(self) -> CompositeSolidDefinition:
        seen = referred(self._function)
        if self._made is None or not are_same(seen, self._seen):
            self._made = _compose(self._function, self._name, **self._parts)
            self._made.newest = self.newest
            self._seen = seen
        return self._made


def _compose(
    function: Callable[..., Any],
    name: str | None,
    *,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    description: str | None = None,
    **rest: Any,
) -> CompositeSolidDefinition:
    parameters = check_composition_function(function, "composite solid")
    chosen = name or function.__name__
    where = f"composite solid {chosen}"
    composer = Composer(chosen, "composite")
    given = {parameter: OutputHandle(composer, FromInput(parameter)) for parameter in parameters}
    returned = compose_with(composer, lambda: function(**given))
    # Any says no more of a handle than nothing does: what it is handed to, or comes from, says what it is.
    annotations = {name: kind for name, kind in read_annotations(function).items() if kind is not Any}
    inputs = _inputs(where, composer.nodes, parameters, annotations, input_defs or (), _defaults(function))
    sources = _returned(where, composer, returned, output_defs)
    made = CompositeSolidDefinition.__new__(CompositeSolidDefinition)
    finish(
        made,
        chosen,
        composer.nodes,
        inputs,
        _outputs(composer, sources, annotations, output_defs),
        sources,
        description=description or clean_doc(function.__doc__),
        **{"config_schema": None, "config_fn": None, "tags": None, **rest},
    )
    made.__module__ = function.__module__
    made.__qualname__ = function.__qualname__
    return made


def _defaults(function: Any) -> dict[str, Any]:
    code, values = function.__code__, function.__defaults__ or ()
    positional = code.co_varnames[: code.co_argcount]
    found = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    return {**found, **(function.__kwdefaults__ or {})}


def _inputs(  # noqa: PLR0917  # the parts of a composite
    where: str,
    nodes: Mapping[str, Node],
    parameters: Sequence[str],
    annotations: Mapping[str, Any],
    given: Sequence[InputDefinition],
    defaults: Mapping[str, Any],
) -> dict[str, InputDefinition]:
    declared = {definition.name: definition for definition in given}
    for each in declared:
        if each not in parameters:
            raise DagnbInvalidDefinitionError(
                "an input is not among the function's parameters",
                where=f"{where} › input {each}",
                expected=f"a parameter named {each}",
            )
    feeds: dict[str, list[InputDefinition]] = {}  # as itself; what stands in a list with others is not of its type
    for node in nodes.values():
        for name, source in node.inputs.items():
            if isinstance(source, FromInput):
                feeds.setdefault(source.name, []).append(node.definition.inputs[name])
    found: dict[str, InputDefinition] = {}
    for parameter in parameters:
        definition = declared.get(parameter)
        if definition is None:
            kind, default = annotations.get(parameter), defaults.get(parameter, MISSING)
            if parameter in feeds:  # as what it feeds, where the parameter does not say
                inner = feeds[parameter][0]
                kind = inner.type if kind is None else kind
                if default is MISSING and len(feeds[parameter]) == 1:
                    default = inner.default_value
            definition = InputDefinition(parameter, kind, default_value=default)
        found[parameter] = definition
    return found


def _returned(
    where: str, composer: Composer, returned: Any, declared: Sequence[OutputDefinition] | None
) -> dict[str, Connection]:
    if returned is None:
        return {}
    if isinstance(returned, OutputHandle | DynamicHandle):
        if declared is not None and len(declared) != 1:
            raise DagnbInvalidDefinitionError(
                f"the body returns one output, and {len(declared)} are declared",
                where=where,
                expected=f"a dict of {', '.join(each.name for each in declared)}" if declared else "no return",
            )
        given: Mapping[str, Any] = {declared[0].name if declared else DEFAULT_OUTPUT: returned}
    elif isinstance(returned, OutputHandles):
        given = {name: getattr(returned, name) for name in returned.names()}
    elif isinstance(returned, Mapping):
        given = returned
    elif hasattr(returned, "_asdict"):
        given = returned._asdict()
    else:
        raise DagnbInvalidDefinitionError(
            "the body of a composite solid returns something that is no output",
            where=where,
            got=told(returned),
            expected="an output of a solid in it, or a dict of such by name",
        )
    if declared is not None:
        for name in given:
            if name not in {each.name for each in declared}:
                raise DagnbNotFoundError("output", name, [each.name for each in declared], where=where)
    return {name: _own(f"{where} › output {name}", composer, handle) for name, handle in given.items()}


def _own(where: str, composer: Composer, handle: Any) -> Connection:
    if not isinstance(handle, OutputHandle | DynamicHandle):
        raise DagnbInvalidDefinitionError(
            "an output of a composite solid is no output of a solid in it",
            where=where,
            got=told(handle),
            expected="what the call of a solid gives, or one of its several outputs",
        )
    source = composer.own(handle, where)
    if not isinstance(source, Connection):
        raise DagnbInvalidDefinitionError(
            "a composite solid hands an input on unchanged",
            where=where,
            got=repr(handle),
            hint="connect what needs it to the input's own source",
        )
    return source


def _outputs(
    composer: Composer,
    sources: Mapping[str, Connection],
    annotations: Mapping[str, Any],
    declared: Sequence[OutputDefinition] | None,
) -> dict[str, OutputDefinition]:
    if declared is not None:
        return {each.name: each for each in declared}
    found: dict[str, OutputDefinition] = {}
    for name, source in sources.items():
        inner = composer.nodes[source.node].definition.output(source.output)
        kind: Any = annotations.get("return") if list(sources) == [DEFAULT_OUTPUT] else None
        if kind is None:
            kind = list if source.collect and inner.type is not Nothing else inner.type
        made = DynamicOutputDefinition if composer.depth(source) else OutputDefinition
        found[name] = made(kind, name, inner.description, inner.is_required)
    return found


__all__ = ["composite_solid"]
