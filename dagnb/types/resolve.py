"""From what stands in an annotation to the type that checks it."""

from __future__ import annotations

import collections
import collections.abc
import sys
import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any

from dagnb.types import scalars
from dagnb.types.annotations import read_annotations
from dagnb.types.base import DagnbType, PythonObjectType, TypeCheck
from dagnb.types.containers import (
    CallableType,
    Dict,
    DictType,
    ItemsType,
    LiteralType,
    Tuple,
    TupleType,
    UnionType,
)

#: Types for classes of packages that are not imported here: (package, class name) -> (module of ours, name).
_BY_PACKAGE = {
    ("pandas", "DataFrame"): ("dagnb.types.frames", "DataFrame"),
    ("polars", "DataFrame"): ("dagnb.types.frames", "PolarsDataFrame"),
    ("pyarrow", "Table"): ("dagnb.types.frames", "ArrowTable"),
}
#: Short labels for the cards of the graph, by package and class name; subclasses have their base's.
_LABELS = {
    ("pandas", "DataFrame"): "frame",
    ("polars", "DataFrame"): "frame",
    ("pyarrow", "Table"): "table",
    ("pandas", "Series"): "series",
    ("polars", "Series"): "series",
    ("numpy", "ndarray"): "array",
    ("sklearn", "BaseEstimator"): "model",
    ("torch", "Module"): "model",
    ("xgboost", "XGBModel"): "model",
    ("lightgbm", "LGBMModel"): "model",
    ("statsmodels", "Results"): "model",
    ("matplotlib", "Figure"): "figure",
    ("pathlib", "PurePath"): "path",
}
_registered: dict[type, DagnbType] = {}
_PLAIN: dict[type, DagnbType] = {
    list: ItemsType(list, scalars.Any),
    set: ItemsType(set, scalars.Any),
    dict: Dict,
    tuple: Tuple,
}
_COLLECTIONS = (
    list,
    set,
    frozenset,
    collections.deque,
    collections.abc.Collection,
    collections.abc.Sequence,
    collections.abc.MutableSequence,
    collections.abc.Set,
    collections.abc.MutableSet,
)


def resolve_type(annotation: Any) -> DagnbType:
    """Return the type that checks values annotated so.

    Classes, `typing` forms and their modern spellings, types of dagnb and scalars of `dagnb.config` are all taken.
    What cannot be checked at run time (type variables, protocols, names that nobody knows) becomes `Any`.

    Args:
        annotation: what stands in the annotation or in `InputDefinition(..., here)`.

    Raises:
        DagnbInvalidDefinitionError: it is a value, not a type.

    >>> resolve_type(dict[str, int | None]).name
    'dict[str, int | None]'
    """
    if isinstance(annotation, DagnbType):
        return annotation
    try:
        return _cached(annotation)
    except TypeError:  # what cannot be hashed cannot be looked up
        return _build(annotation, ())


@lru_cache(maxsize=4096)
def _cached(annotation: Any) -> DagnbType:
    return _build(annotation, ())


def _build(annotation: Any, aliases: tuple[object, ...]) -> DagnbType:
    if isinstance(annotation, DagnbType):
        return annotation
    if annotation is None or annotation is typing.Any or _is_empty(annotation):
        return scalars.Nothing if annotation is None else scalars.Any
    if isinstance(annotation, str | typing.ForwardRef):
        text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        return _by_name(text)
    origin = typing.get_origin(annotation)
    if origin is not None:
        return _build_form(annotation, origin, aliases)
    if isinstance(annotation, type):
        return _build_class(annotation)
    return _build_special(annotation, aliases)


def _is_empty(annotation: Any) -> bool:
    # Whoever has inspect.Parameter.empty has imported inspect.
    inspect = sys.modules.get("inspect")
    return inspect is not None and annotation is inspect.Parameter.empty


def _by_name(text: str) -> DagnbType:
    """Return the type of an annotation that stayed a text because its names are not known where it stands."""
    name = text.strip().strip("\"'")
    builtin = {"bool": bool, "float": float, "int": int, "str": str, "object": object, "None": None}
    if name in builtin:
        return scalars.BY_CLASS[builtin[name]]
    if name in {"list", "set", "dict", "tuple", "bytes", "frozenset"}:
        return resolve_type({"list": list, "set": set, "dict": dict, "tuple": tuple}.get(name, bytes))
    package, _, last = name.partition(".")
    if package in {"pd", "pandas"} and last == "DataFrame":
        return _ours("pandas", last)
    return scalars.Any


def _ours(package: str, name: str) -> DagnbType:
    module, attribute = _BY_PACKAGE[package, name]
    found: DagnbType = getattr(import_module(module), attribute)
    return found


def _build_class(cls: type) -> DagnbType:
    known = registered_type(cls) or _PLAIN.get(cls) or _framed(cls)
    if known is not None:
        return known
    package = cls.__module__.partition(".")[0]
    if (package, cls.__name__) in _BY_PACKAGE and "<locals>" not in cls.__qualname__:
        return _ours(package, cls.__name__)
    if cls.__module__ == "collections.abc" and cls.__name__ == "Callable":
        return CallableType()
    if getattr(cls, "_is_protocol", False) and cls.__module__ != "collections.abc":
        return scalars.Any
    if typing.is_typeddict(cls):
        return PythonObjectType(dict, name=cls.__name__, display_name="dict")
    return PythonObjectType(cls, display_name=label_of(cls))


def label_of(cls: type) -> str:
    """Return the short label of a class for a solid's card.

    >>> import pathlib
    >>> label_of(pathlib.Path), label_of(bytes)
    ('path', 'bytes')
    """
    for base in cls.__mro__:
        label = _LABELS.get((base.__module__.partition(".")[0], base.__name__))
        if label is not None:
            return label
    return cls.__name__


def _build_special(annotation: Any, aliases: tuple[object, ...]) -> DagnbType:
    supertype = getattr(annotation, "__supertype__", None)
    if supertype is not None:  # NewType
        return _build(supertype, aliases)
    if type(annotation).__name__ == "TypeAliasType":
        # An alias may contain itself; inside itself it is not checked.
        return scalars.Any if annotation in aliases else _build(annotation.__value__, (*aliases, annotation))
    if _is_config(annotation):
        return _of_config(annotation)
    if type(annotation).__module__ in {"typing", "typing_extensions"}:
        return _of_typing(annotation, aliases)
    framed = _framed(annotation)
    if framed is not None:
        return framed
    from dagnb.types.refusals import refused_value

    raise refused_value(annotation)


def _framed(annotation: Any) -> DagnbType | None:
    if "pandera" not in sys.modules:
        return None
    from dagnb.types.frame_annotations import frame_of_schema

    return frame_of_schema(annotation)


def _of_typing(annotation: Any, aliases: tuple[object, ...]) -> DagnbType:
    from dagnb.types.refusals import FORMS, refused_form

    name = str(getattr(annotation, "_name", None) or "")
    if name in FORMS:
        raise refused_form(name)
    if name == "LiteralString":
        return scalars.String
    bound = getattr(annotation, "__bound__", None)
    if bound is not None and annotation not in aliases:  # a TypeVar: what it stands for is at least this
        return _build(bound, (*aliases, annotation))
    return scalars.Any  # TypeVar, Self ...


def _is_config(annotation: Any) -> bool:
    # Whoever has such an object has imported its module.
    fields = sys.modules.get("dagnb.config.fields")
    return fields is not None and isinstance(annotation, fields.SchemaPart)


def _of_config(annotation: Any) -> DagnbType:
    from dagnb.config import fields

    for symbol, kind in scalars.BY_SYMBOL.items():
        if annotation is getattr(fields, symbol, None):
            return kind
    sources = ("StringSource", "IntSource", "BoolSource")
    source = next((symbol for symbol in sources if annotation is getattr(fields, symbol, None)), None)
    from dagnb.types.refusals import refused_config

    raise refused_config(annotation, source or type(annotation).__name__)


def _build_form(annotation: Any, origin: Any, aliases: tuple[object, ...]) -> DagnbType:
    args = typing.get_args(annotation)
    if origin is typing.Literal:
        return LiteralType(args)
    if origin is typing.Annotated:
        return _annotated(annotation, args[0], aliases)
    if origin is tuple:
        return _tuple([Ellipsis if arg is Ellipsis else _build(arg, aliases) for arg in args])
    whole = _of_origin(origin, args)
    return whole or _build_members(origin, [_build(arg, aliases) for arg in args], aliases)


def _annotated(annotation: Any, plain: Any, aliases: tuple[object, ...]) -> DagnbType:
    extras = [extra for extra in annotation.__metadata__ if isinstance(extra, DagnbType)]
    if extras:
        return extras[0]
    from dagnb.types.frame_annotations import frame_with

    base = _build(plain, aliases)
    return frame_with(base, annotation.__metadata__) or base


def _of_origin(origin: Any, args: tuple[Any, ...]) -> DagnbType | None:
    """Return the type of a form whose members are not looked into, None for others."""
    if origin is collections.abc.Callable:
        return CallableType()
    if origin is type:
        return PythonObjectType(type, name="type")
    name = str(getattr(origin, "_name", ""))
    if name in {"TypeGuard", "TypeIs", "Unpack", "Concatenate"}:
        from dagnb.types.refusals import refused_form

        raise refused_form(name)
    if str(getattr(origin, "__module__", "")).startswith("pandera.typing"):
        from dagnb.types.frame_annotations import frame_of_alias

        return frame_of_alias(origin, args)
    return None


def _build_members(origin: Any, members: list[DagnbType], aliases: tuple[object, ...]) -> DagnbType:
    if origin is typing.Union or origin is types.UnionType:
        return _union(members)
    if origin in {typing.Final, typing.ClassVar, typing.Required, typing.NotRequired}:
        return members[0]
    padded = [*members, scalars.Any, scalars.Any]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        # A Counter has one argument: its keys.
        return DictType(padded[0], padded[1], origin)
    if origin in _COLLECTIONS:
        return ItemsType(origin, padded[0])
    # Iterators and generators are not looked into: that would use them up. Other generic classes: the class.
    return _build(origin, aliases)


def _union(members: list[DagnbType]) -> DagnbType:
    flat: dict[str, DagnbType] = {}
    for member in members:
        for part in member.members if isinstance(member, UnionType) else (member,):
            flat.setdefault(f"{part.key}:{id(part.python_type)}", part)
    parts = sorted(flat.values(), key=lambda part: part.key == "Nothing")
    if scalars.Any in parts:
        return scalars.Any
    return parts[0] if len(parts) == 1 else UnionType(tuple(parts))


def _tuple(members: list[Any]) -> DagnbType:
    if len(members) == 2 and members[1] is Ellipsis:  # noqa: PLR2004  # tuple[int, ...]
        return ItemsType(tuple, members[0])
    return TupleType(tuple(members))


def union_of(*annotations: Any) -> DagnbType:
    """Return the type of values of one of several types.

    >>> union_of(int, None).name
    'int | None'
    """
    return _union([resolve_type(annotation) for annotation in annotations])


def tuple_of(annotations: tuple[Any, ...]) -> DagnbType:
    """Return the type of tuples with these members; ``(int, ...)`` is a tuple of any length.

    >>> tuple_of((int, ...)).name
    'tuple[int]'
    """
    return _tuple([Ellipsis if member is Ellipsis else resolve_type(member) for member in annotations])


def registered_type(cls: type) -> DagnbType | None:
    """Return the type that a class was registered with, or is known by without: a scalar; None for others."""
    return _registered.get(cls) or scalars.BY_CLASS.get(cls)


def register_type(cls: type, dagnb_type: DagnbType) -> None:
    """Have annotations of a class checked by a type from now on."""
    _registered[cls] = dagnb_type
    _cached.cache_clear()


def annotated_types(function: Callable[..., Any], scope: Mapping[str, Any] | None = None) -> dict[str, DagnbType]:
    """Return the types of a function's annotated parameters and of its result (``"return"``).

    Arguments as in `read_annotations`; a text whose names are not known is `Any`.

    >>> def add(a: int, b: "int") -> "float | None": ...
    >>> {name: kind.name for name, kind in annotated_types(add).items()}
    {'a': 'int', 'b': 'int', 'return': 'float | None'}
    """
    return {name: resolve_type(annotation) for name, annotation in read_annotations(function, scope).items()}


def check_type(dagnb_type: Any, value: object, context: object = None) -> TypeCheck:
    """Check a value outside a run.

    Args:
        dagnb_type: a type or an annotation.
        value: the value.
        context: what the check gets as its context, for one that uses resources (default None).

    Returns:
        The `TypeCheck`.

    >>> check_type(list[int], [1, None]).description
    'item 1: expected int, got None'
    """
    return resolve_type(dagnb_type).check(value, context)
