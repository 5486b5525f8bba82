"""Stubs: what a call of a solid gives while a pipeline is composed. They stand for values that are yet to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from dagnb.definitions.graph import Connection, FromInput
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest

if TYPE_CHECKING:
    from dagnb.definitions.composition import Composer

_BEFORE_THE_CALL = frozenset({"alias", "configured", "tag", "with_hooks", "with_retry_policy"})


class _Stub:
    """What is to come: all that would need the value itself is refused."""

    __slots__ = ("_composer", "_source")

    def __init__(self, composer: Composer, source: Connection | FromInput) -> None:
        self._composer = composer
        self._source = source

    def _place(self) -> str:
        source = self._source
        return f"{self._composer.name} › {source.node if isinstance(source, Connection) else f'input {source.name}'}"

    def _refuse(self, attempt: str) -> NoReturn:
        raise DagnbInvariantViolationError(
            f"{attempt} needs the value, and a {self._composer.what}'s body runs before there are any",
            where=self._place(),
            expected="the output is handed on to other solids",
            hint=f"do this inside a solid that takes {self!r}",
        )

    def _refuse_going_through(self) -> NoReturn:
        self._refuse("going through an output")

    def __iter__(self) -> NoReturn:
        self._refuse_going_through()

    def __getitem__(self, key: object) -> NoReturn:
        self._refuse("taking an item of an output")

    def __bool__(self) -> NoReturn:  # noqa: PLE0304  # it refuses
        self._refuse("asking whether an output is true")

    def __len__(self) -> NoReturn:  # noqa: PLE0303  # it refuses
        self._refuse("the length of an output")

    def __contains__(self, item: object) -> NoReturn:
        self._refuse("looking into an output")

    def __enter__(self) -> NoReturn:
        self._refuse("opening an output")

    def __exit__(self, *_exception: object) -> None:
        """Stand beside `__enter__`, which refuses."""

    def __call__(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse: there is nothing to call yet."""
        self._refuse("calling an output")

    def _compute(self, _other: object = None) -> NoReturn:
        self._refuse("calculating with an output")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _compute
    __matmul__ = __mod__ = __floordiv__ = __pow__ = __and__ = __or__ = __neg__ = __invert__ = _compute
    __int__ = __float__ = __index__ = _compute

    def _compare(self, _other: object) -> NoReturn:
        self._refuse("comparing an output")

    __lt__ = __le__ = __gt__ = __ge__ = _compare

    def _refuse_before_the_call(self, name: str) -> None:
        if name in _BEFORE_THE_CALL:
            raise DagnbInvariantViolationError(
                f".{name}() comes before the call",
                where=f"{self._composer.name} › {self!r}",
                got=f"solid(...).{name}(...)",
                expected=f"solid.{name}(...)(...)",
            )


class OutputHandle(_Stub):
    """What a call of a solid gives in the body of a pipeline: its output to come, to be handed to other solids.

    An input of a composite solid is one too, in the composite's body.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        source = self._source
        if name in ("map", "collect") and isinstance(source, Connection):
            raise DagnbInvalidDefinitionError(
                f"only a dynamic output has .{name}()",
                where=self._place(),
                got=repr(self),
                expected=f"an output declared as DynamicOutputDefinition(..., name={source.output!r}), or one that is "
                "mapped over such an output",
                hint="inside .map(...) it is a single value already; what does not take the mapped value is computed "
                "once, and is single everywhere",
            )
        self._refuse_before_the_call(name)
        self._refuse(f"the attribute {name} of an output")

    def __repr__(self) -> str:
        return _shown(self._source)


def _shown(source: Connection | FromInput) -> str:
    if isinstance(source, FromInput):
        return f"<input {source.name} of the composite>"
    return f"<output {source.output} of {source.node}>"


class DynamicHandle(_Stub):
    """A dynamic output to come, or what is mapped over one: as many values as the run will yield.

    `map` calls other solids once for each of them, `collect` hands them on together.
    """

    __slots__ = ()
    _source: Connection

    def map(self, function: Callable[[OutputHandle], Any]) -> Any:
        """Compose what is done with each value.

        Args:
            function: takes the handle of one value, calls solids, and returns what they give: a handle, several, or
                nothing. A solid is such a function too.

        Returns:
            What the function returned, each handle a `DynamicHandle` to be mapped further or collected. What does
            not depend on the value is computed once and stays as it is.

        Raises:
            DagnbInvalidDefinitionError: it is no function, or returns something else than outputs.

        >>> from dagnb import DynamicOutput, DynamicOutputDefinition, lambda_solid, pipeline, solid
        >>> @solid(output_defs=[DynamicOutputDefinition(int)])
        ... def numbers():
        ...     yield DynamicOutput(1, "one")
        ...     yield DynamicOutput(2, "two")
        >>> @lambda_solid
        ... def double(number: int) -> int:
        ...     return 2 * number
        >>> @lambda_solid
        ... def total(numbers: list[int]) -> int:
        ...     return sum(numbers)
        >>> @pipeline
        ... def doubled():
        ...     total(numbers().map(double).collect())
        >>> doubled.run()["total"].value
        6
        """
        return self._composer.map_over(self._source, function)

    def collect(self) -> Any:
        """Return the handle of all values, as one list in the order in which they were yielded.

        Of what is mapped over two dynamic outputs, one within the other, it is still dynamic: a list for each value
        of the outer one. Collected once more, it is a list of lists.
        """
        source = self._source
        return self._composer.handle(Connection(source.node, source.output, source.collect + 1))

    def _refuse_going_through(self) -> NoReturn:
        raise DagnbInvariantViolationError(
            "how many values a dynamic output has is not known before the run",
            where=f"{self._composer.name} › {self!r}",
            hint=".map(lambda value: solid(value)) calls a solid for each of them",
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        self._refuse_before_the_call(name)
        self._refuse(f"the attribute {name} of an output")

    def __repr__(self) -> str:
        return f"<dynamic {_shown(self._source)[1:]}"


class OutputHandles:
    """The outputs of a solid that has several, each an attribute of its name; they unpack in order."""

    def __init__(self, handles: Mapping[str, OutputHandle | DynamicHandle], solid_name: str) -> None:
        self._handles = dict(handles)
        self.solid_name = solid_name

    def __getattr__(self, name: str) -> Any:
        handles: dict[str, OutputHandle | DynamicHandle] = self.__dict__.get("_handles", {})
        if name in handles:
            return handles[name]
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _BEFORE_THE_CALL:
            raise DagnbInvariantViolationError(
                f".{name}() comes before the call",
                where=self.solid_name,
                got=f"solid(...).{name}(...)",
                expected=f"solid.{name}(...)(...)",
            )
        near = nearest(name, handles)
        raise DagnbInvalidDefinitionError(
            f"the solid has no output named {name}",
            where=self.solid_name,
            expected=f"one of {', '.join(handles)}",
            hint=f"did you mean {near}?" if near else None,
        )

    def __iter__(self) -> Iterator[Any]:
        return iter(self._handles.values())

    def __len__(self) -> int:
        return len(self._handles)

    def __getitem__(self, key: int | str) -> Any:
        if isinstance(key, str):
            return getattr(self, key)
        return list(self._handles.values())[key]

    def names(self) -> list[str]:
        """Return the names of the outputs."""
        return list(self._handles)


def changed(returned: Any, change: Callable[[OutputHandle | DynamicHandle], Any], where: str) -> Any:
    """Return what a mapped function returned, every handle in it changed.

    Raises:
        DagnbInvalidDefinitionError: there is something else than handles in it.
    """
    if isinstance(returned, OutputHandle | DynamicHandle):
        return change(returned)
    if isinstance(returned, OutputHandles):
        made = {name: change(getattr(returned, name)) for name in returned.names()}
        return OutputHandles(made, returned.solid_name)
    if isinstance(returned, Mapping):
        return {key: changed(value, change, f"{where}[{key!r}]") for key, value in returned.items()}
    if isinstance(returned, tuple | list):
        parts = [changed(value, change, f"{where}[{index}]") for index, value in enumerate(returned)]
        return type(returned)(*parts) if hasattr(returned, "_fields") else type(returned)(parts)
    if returned is None:
        return None
    raise DagnbInvalidDefinitionError(
        "a mapped function returned something that is no output",
        where=where,
        got=f"{type(returned).__name__}",
        expected="an output of a solid that it calls, several in a tuple or a dict, or nothing",
        hint="it is called once, before there are values: what is computed for each value stands in a solid",
    )
