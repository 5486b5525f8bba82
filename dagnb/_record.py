"""Records without `dataclasses`, whose import takes as long as all the rest of ``from dagnb import solid``."""

from __future__ import annotations

from typing import Any, NoReturn, dataclass_transform

#: Sets a part of a record; only its `__init__` may.
set_part = object.__setattr__


@dataclass_transform(eq_default=True, frozen_default=True)
class Record:
    """What cannot be changed, and is equal to another of its class with the same parts.

    A subclass names its parts in `__slots__`, in `__match_args__` (in the order of its `__init__`) and as annotations,
    and sets them with `set_part`. Type checkers treat it as a frozen dataclass.

    >>> class Place(Record):
    ...     __slots__ = __match_args__ = ("row",)
    ...     def __init__(self, row: int) -> None:
    ...         set_part(self, "row", row)
    >>> Place(3), Place(3) == Place(3)
    (Place(row=3), True)
    >>> Place(3).row = 4
    Traceback (most recent call last):
    AttributeError: Place cannot be changed: row
    """

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()

    def _parts(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}", name=name, obj=self)

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}", name=name, obj=self)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self is other or self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={part!r}" for name, part in zip(self.__match_args__, self._parts(), strict=True))
        return f"{type(self).__name__}({parts})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._parts()
