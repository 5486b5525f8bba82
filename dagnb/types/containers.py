"""Types of containers, unions and literals, checked down to their members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any as AnyValue

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import PASSED, DagnbType, TypeCheck, TypeKind, refusal, short_value
from dagnb.types.scalars import Any

if TYPE_CHECKING:
    from dagnb.types.loading import TypeLoader

_SHOWN_KEY = 40


def _inside(place: str, outcome: TypeCheck) -> TypeCheck:
    reason = outcome.description or "the check refused it"
    joint = " › " if reason.startswith(("item ", "key ", "value of ")) else ": "
    return TypeCheck(success=False, description=f"{place}{joint}{reason}", metadata_entries=outcome.metadata_entries)


def _first_refused(inner: DagnbType, values: AnyValue, context: object) -> tuple[int, TypeCheck] | None:
    # Most containers hold one class; comparing classes is ten times as fast as checking each value.
    if inner is Any or (inner.exact and inner.exact.issuperset(map(type, values))):
        return None
    for index, value in enumerate(values):
        outcome = inner.check(value, context)
        if not outcome.success:
            return index, outcome
    return None


class _ContainerType(DagnbType):
    """What container types share: their check is their own method, so there is no function to call."""

    def __init__(
        self,
        name: str,
        display_name: str,
        rebuild: tuple[Callable[..., AnyValue], tuple[AnyValue, ...]],
        python_type: type | None = None,
        *,
        inner_types: Iterable[DagnbType] = (),
        kind: TypeKind = "regular",
    ) -> None:
        #: The types of the members.
        self.inner_types = tuple(inner_types)
        super().__init__(
            self._check_in_context,
            name=name,
            is_builtin=True,
            # A check of the members has the context of the whole, and so needs their resources.
            required_resource_keys=frozenset().union(*(one.required_resource_keys for one in self.inner_types)),
            kind=kind,
            display_name=display_name,
            python_type=python_type,
        )
        self._rebuild = rebuild

    def _check_in_context(self, context: object, value: object) -> TypeCheck:
        return self.check(value, context)

    def __reduce__(self) -> tuple[Callable[..., AnyValue], tuple[AnyValue, ...]]:
        return self._rebuild


class ItemsType(_ContainerType):
    """Lists, sets and other collections of items of one type.

    >>> from dagnb.types.scalars import Int
    >>> ItemsType(list, Int).check([1, 2, "x"]).description
    'item 2: expected int, got the text "x"'
    """

    def __init__(self, origin: type | tuple[type, ...], inner: DagnbType, word: str | None = None) -> None:
        first = origin[0] if isinstance(origin, tuple) else origin
        self.origin = origin
        self.inner = inner
        word = word or first.__name__
        suffix = "" if inner is Any else f"[{inner.name}]"
        shown = "" if inner is Any else f"[{inner.display_name}]"
        super().__init__(
            f"{word}{suffix}",
            f"{word}{shown}",
            (ItemsType, (origin, inner, word)),
            first,
            inner_types=(inner,),
            kind="list" if first is list else "regular",
        )

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is such a collection; the first item that is not right is named."""
        if not isinstance(value, self.origin):
            return refusal(self.name, value)
        refused = _first_refused(self.inner, value, context)
        return PASSED if refused is None else _inside(f"item {refused[0]}", refused[1])

    def __getitem__(self, inner: AnyValue) -> ItemsType:
        from dagnb.types.resolve import resolve_type

        return ItemsType(self.origin, resolve_type(inner), self.name.partition("[")[0])


class DictType(_ContainerType):
    """Dicts and other mappings with keys of one type and values of one type.

    >>> from dagnb.types.scalars import Int, String
    >>> DictType(String, Int).check({"a": 1, "b": None}).description
    'value of "b": expected int, got None'
    """

    def __init__(self, key_type: DagnbType, value_type: DagnbType, origin: type = dict) -> None:
        self.key_type = key_type
        self.value_type = value_type
        self.origin = origin
        plain = key_type is Any and value_type is Any
        suffix = "" if plain else f"[{key_type.name}, {value_type.name}]"
        super().__init__(
            f"{origin.__name__}{suffix}",
            "dict",
            (DictType, (key_type, value_type, origin)),
            origin,
            inner_types=(key_type, value_type),
        )

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is such a dict; the first key or value that is not right is named."""
        if not isinstance(value, self.origin) or not isinstance(value, Mapping):
            return refusal(self.name, value)
        refused = _first_refused(self.key_type, value, context)
        if refused is not None:
            return _inside(f"key {refused[0]}", refused[1])
        refused = _first_refused(self.value_type, value.values(), context)
        if refused is None:
            return PASSED
        return _inside(f"value of {_shown_key(list(value)[refused[0]])}", refused[1])

    def __getitem__(self, members: AnyValue) -> DictType:
        from dagnb.types.resolve import resolve_type

        if not isinstance(members, tuple) or len(members) != 2:  # noqa: PLR2004  # a dict has keys and values
            raise DagnbInvalidDefinitionError(
                "Dict takes the types of keys and values", got=short_value(members), expected="Dict[key, value]"
            )
        return DictType(resolve_type(members[0]), resolve_type(members[1]), self.origin)


def _shown_key(key: object) -> str:
    if isinstance(key, str):
        return f'"{key}"' if len(key) <= _SHOWN_KEY else f'"{key[:_SHOWN_KEY]}…"'
    return short_value(key)


class TupleType(_ContainerType):
    """Tuples with a type for each member.

    >>> from dagnb.types.scalars import Int, String
    >>> TupleType((Int, String)).check((1,)).description
    'expected tuple[int, str], got a tuple of 1'
    """

    def __init__(self, members: tuple[DagnbType, ...] | None) -> None:
        self.members = members
        suffix = "" if members is None else f"[{', '.join(member.name for member in members) or '()'}]"
        super().__init__(f"tuple{suffix}", "tuple", (TupleType, (members,)), tuple, inner_types=members or ())

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is such a tuple; the first member that is not right is named."""
        if not isinstance(value, tuple):
            return refusal(self.name, value)
        if self.members is None:
            return PASSED
        if len(value) != len(self.members):
            return refusal(self.name, value)
        for index, (member, item) in enumerate(zip(self.members, value, strict=True)):
            outcome = member.check(item, context)
            if not outcome.success:
                return _inside(f"item {index}", outcome)
        return PASSED

    def __getitem__(self, members: AnyValue) -> DagnbType:
        from dagnb.types.resolve import tuple_of

        return tuple_of(members if isinstance(members, tuple) else (members,))


class UnionType(_ContainerType):
    """Values of one of several types, tried in order.

    >>> from dagnb.types.scalars import Int, Nothing
    >>> UnionType((Int, Nothing)).name
    'int | None'
    """

    def __init__(self, members: tuple[DagnbType, ...]) -> None:
        self.members = members
        names = ["None" if member.key == "Nothing" else member.name for member in members]
        others = [member.display_name for member in members if member.key != "Nothing"]
        shown = " | ".join(others) + ("?" if len(others) < len(members) else "")
        super().__init__(
            " | ".join(names),
            shown or "nothing",
            (UnionType, (members,)),
            inner_types=members,
            kind="nullable" if len(others) < len(members) else "regular",
        )
        self.exact = frozenset().union(*(member.exact for member in members))

    @property
    def loader(self) -> TypeLoader | None:
        """What makes a value, or None, from the run config: there for one type besides None that can be loaded."""
        others = [member for member in self.members if member.key != "Nothing"]
        if self._loader is None and self.kind == "nullable" and len(others) == 1 and others[0].loader is not None:
            from dagnb.types.loading import NoneableLoader

            self._loader = NoneableLoader(others[0].loader)
        return self._loader

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is of one of the types."""
        if type(value) in self.exact:
            return PASSED
        refused = []
        for member in self.members:
            outcome = member.check(value, context)
            if outcome.success:
                return outcome
            if member.key != "Nothing":
                refused.append(outcome)
        # With one type besides None its own answer says more than the union's.
        return refused[0] if len(refused) == 1 and value is not None else refusal(self.name, value)


class OptionalForm(UnionType):
    """What `Optional` is before it is subscripted: any value or None."""

    def __init__(self) -> None:
        super().__init__((Any,))

    def __getitem__(self, inner: AnyValue) -> DagnbType:
        from dagnb.types.resolve import union_of

        return union_of(inner, None)

    def __reduce__(self) -> str:  # type: ignore[override]  # pickle takes the name of a global here
        return "Optional"


class LiteralType(_ContainerType):
    """Values out of a few.

    >>> LiteralType(("JFK", "LGA")).check("EWR").description
    'expected one of "JFK", "LGA", got the text "EWR"'
    """

    def __init__(self, choices: tuple[AnyValue, ...]) -> None:
        self.choices = choices
        self._shown = ", ".join(f'"{choice}"' if isinstance(choice, str) else repr(choice) for choice in choices)
        super().__init__(f"one of {self._shown}", "choice", (LiteralType, (choices,)))

    def check(self, value: object, context: object = None) -> TypeCheck:  # noqa: ARG002  # a literal needs no context
        """Say whether `value` is one of the choices, and of the same class (True is not 1)."""
        for choice in self.choices:
            if type(choice) is type(value) and choice == value:
                return PASSED
        return refusal(self.name, value)


class CallableType(_ContainerType):
    """Values that can be called."""

    def __init__(self) -> None:
        super().__init__("Callable", "callable", (CallableType, ()))

    def check(self, value: object, context: object = None) -> TypeCheck:  # noqa: ARG002  # needs no context
        """Say whether `value` can be called."""
        return PASSED if callable(value) else refusal(self.name, value)


List = ItemsType(list, Any)
Set = ItemsType((set, frozenset), Any)
Dict = DictType(Any, Any)
Tuple = TupleType(None)
Optional = OptionalForm()
