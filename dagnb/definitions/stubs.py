"""Stubs: what a call of a solid gives while a pipeline is composed. They stand for values that are yet to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from dagnb.definitions.graph import Connection, FromInput
from dagnb.errors import DagnbInvalidDefinitionError, DagnbInvariantViolationError, nearest

if TYPE_CHECKING:
    from dagnb.definitions.composition import Composer


class OutputHandle:
    """What a call of a solid gives in the body of a pipeline: its output to come, to be handed to other solids.

    An input of a composite solid is one too, in the composite's body.
    """

    __slots__ = ("_composer", "_source")

    def __init__(self, composer: Composer, source: Connection | FromInput) -> None:
        self._composer = composer
        self._source = source

    def _refuse(self, attempt: str) -> NoReturn:
        source = self._source
        name = source.node if isinstance(source, Connection) else f"input {source.name}"
        raise DagnbInvariantViolationError(
            f"{attempt} needs the value, and a {self._composer.what}'s body runs before there are any",
            where=f"{self._composer.name} › {name}",
            expected="the output is handed on to other solids",
            hint=f"do this inside a solid that takes {self!r}"
            if isinstance(source, FromInput)
            else f"do this inside a solid that takes {name}'s output",
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
        source = self._source
        if name in ("map", "collect") and isinstance(source, Connection):
            raise DagnbInvalidDefinitionError(
                f"only a dynamic output has .{name}()",
                where=f"{self._composer.name} › {source.node}",
                got=repr(self),
                expected=f"an output declared as DynamicOutputDefinition(..., name={source.output!r})",
            )
        if name in ("alias", "tag", "with_hooks", "configured"):
            raise DagnbInvariantViolationError(
                f".{name}() comes before the call",
                where=f"{self._composer.name} › {self!r}",
                got=f"solid(...).{name}(...)",
                expected=f"solid.{name}(...)(...)",
            )
        self._refuse(f"the attribute {name} of an output")

    def __repr__(self) -> str:
        return _shown(self._source)


def _shown(source: Connection | FromInput) -> str:
    if isinstance(source, FromInput):
        return f"<input {source.name} of the composite>"
    return f"<output {source.output} of {source.node}>"


class DynamicHandle:
    """A dynamic output to come, or what is mapped over one: as many values as the run will yield.

    `map` calls other solids once for each of them, `collect` hands them on together.
    """

    __slots__ = ("_composer", "_source")

    def __init__(self, composer: Composer, source: Connection) -> None:
        self._composer = composer
        self._source = source

    def map(self, function: Callable[[OutputHandle], Any]) -> Any:
        """Compose what is done with each value.

        Args:
            function: takes the handle of one value, calls solids, and returns what they give: a handle, several, or
                nothing.

        Returns:
            What the function returned, each handle a `DynamicHandle` to be mapped further or collected.
        """
        return _each_dynamic(function(OutputHandle(self._composer, self._source)))

    def collect(self) -> OutputHandle:
        """Return the handle of all values, as one list in the order in which they were yielded."""
        source = self._source
        return OutputHandle(self._composer, Connection(source.node, source.output, source.collect + 1))

    def __iter__(self) -> NoReturn:
        raise DagnbInvariantViolationError(
            "how many values a dynamic output has is not known before the run",
            where=f"{self._composer.name} › {self!r}",
            hint=".map(lambda value: solid(value)) calls a solid for each of them",
        )

    def __repr__(self) -> str:
        return f"<dynamic {_shown(self._source)[1:]}"


def _each_dynamic(returned: Any) -> Any:
    if type(returned) is OutputHandle:
        source = returned._source  # noqa: SLF001  (the handles' own module)
        return DynamicHandle(returned._composer, source) if isinstance(source, Connection) else returned  # noqa: SLF001
    if isinstance(returned, OutputHandles):
        return OutputHandles(
            {name: _each_dynamic(getattr(returned, name)) for name in returned.names()}, returned.solid_name
        )
    if isinstance(returned, Mapping):
        return {key: _each_dynamic(value) for key, value in returned.items()}
    if isinstance(returned, tuple | list):
        return type(returned)(map(_each_dynamic, returned))
    return returned


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

    def __getitem__(self, index: int) -> Any:
        return list(self._handles.values())[index]

    def names(self) -> list[str]:
        """Return the names of the outputs."""
        return list(self._handles)
