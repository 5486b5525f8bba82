"""What `.run()` and its like return while a notebook is only loaded for its definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar


class Inert:
    """Stand for what was not run or looked up: every attribute, item, call and sum of it is itself again.

    What a notebook asserts of its runs holds: `success` is True, `error` is None, every comparison is True.

    >>> run = Inert()
    >>> run.success, run["load"].value * 2 > 5, f"{run.seconds:.2f} s"
    (True, True, 'not run s')
    """

    success = True
    error = None
    made: ClassVar[int] = 0

    def __init__(self) -> None:
        Inert.made += 1

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def _itself(self, *_args: object, **_kwargs: object) -> Inert:
        return self

    def _holds(self, _other: object) -> bool:
        return True

    __call__ = __getitem__ = _itself
    __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = __matmul__ = _itself
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = __rmatmul__ = _itself
    __and__ = __or__ = __invert__ = __neg__ = __abs__ = __round__ = _itself
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _holds
    __eq__ = __ne__ = _holds
    __hash__ = object.__hash__

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __int__(self) -> int:
        return 0

    def __float__(self) -> float:
        return float("nan")

    def __format__(self, _spec: str) -> str:
        return "not run"

    def __repr__(self) -> str:
        return "not run: the notebook is being loaded for its definitions"
