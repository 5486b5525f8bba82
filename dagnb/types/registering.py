"""Classes of users whose values a type of theirs checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import DagnbType, PythonObjectType, short_value
from dagnb.types.resolve import label_of, register_type, registered_type

if TYPE_CHECKING:
    from dagnb.types.loading import TypeLoader, TypeMaterializer

__all__ = ["make_python_type_usable_as_dagnb_type", "usable_as_dagnb_type"]

_Class = TypeVar("_Class", bound=type)


def make_python_type_usable_as_dagnb_type(python_type: type, dagnb_type: DagnbType) -> None:
    """Have annotations of `python_type` checked by `dagnb_type`.

    Raises:
        DagnbInvalidDefinitionError: another type already checks it.
    """
    given: tuple[object, object] = (python_type, dagnb_type)
    if not isinstance(given[0], type) or not isinstance(given[1], DagnbType):
        raise DagnbInvalidDefinitionError(
            "make_python_type_usable_as_dagnb_type takes a class and a type",
            got=f"{short_value(python_type)} and {short_value(dagnb_type)}",
            expected="for example (Even, DagnbType(is_even, name='Even'))",
        )
    known = registered_type(python_type)
    if known is not None and known is not dagnb_type:
        raise DagnbInvalidDefinitionError(
            "a class can be checked by one type only",
            where=python_type.__qualname__,
            got=f"the type {dagnb_type.name}",
            expected=f"no second one: {known.name} checks it already",
            hint="use the new type itself as the annotation",
        )
    register_type(python_type, dagnb_type)


@overload
def usable_as_dagnb_type(cls: _Class, /) -> _Class: ...


@overload
def usable_as_dagnb_type(
    cls: None = None,
    /,
    *,
    key: str | None = None,
    name: str | None = None,
    description: str | None = None,
    loader: TypeLoader | None = None,
    materializer: TypeMaterializer | None = None,
    display_name: str | None = None,
) -> Callable[[_Class], _Class]: ...


def usable_as_dagnb_type(cls: type | None = None, /, **options: Any) -> Any:
    """Decorate a class to give the type of its instances a name, description, loader or materializer.

    Args:
        cls: the class, when used without brackets.
        **options: those of `PythonObjectType`.

    >>> from dagnb.types import resolve_type
    >>> @usable_as_dagnb_type(description="a tail number")
    ... class Tail(str): ...
    >>> resolve_type(Tail).description
    'a tail number'
    """

    def decorate(decorated: type) -> type:
        options.setdefault("display_name", label_of(decorated))
        make_python_type_usable_as_dagnb_type(decorated, PythonObjectType(decorated, **options))
        return decorated

    return decorate if cls is None else decorate(cls)
