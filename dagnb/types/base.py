"""What a runtime type is: a name, a check, and what a check answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from numbers import Number
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Literal, get_args

from dagnb._record import Record, set_part
from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbInvariantViolationError, DagnbTypeCheckError
from dagnb.events.entries import check_entries

if TYPE_CHECKING:
    from dagnb.events.metadata import EventMetadataEntry
    from dagnb.types.loading import TypeLoader, TypeMaterializer

_SHOWN_TEXT = 60
_SHOWN_BITS = 256
_CONTAINERS = frozenset({list, tuple, set, frozenset, dict})


class TypeCheck(Record):
    """Say whether a value is of a type.

    Args:
        success: whether it is.
        description: why not, or what was found.
        metadata_entries: facts about the value; they are kept on the event of the check.

    >>> bool(TypeCheck(False, "the frame is empty"))
    False
    """

    __slots__ = __match_args__ = ("success", "description", "metadata_entries")
    success: bool
    description: str | None
    metadata_entries: tuple[EventMetadataEntry, ...]

    def __init__(
        self,
        success: bool,  # noqa: FBT001  # the argument order of the slides' API
        description: str | None = None,
        metadata_entries: Iterable[EventMetadataEntry] | None = None,
    ) -> None:
        set_part(self, "success", bool(success))
        set_part(self, "description", description)
        set_part(self, "metadata_entries", check_entries(metadata_entries, "TypeCheck"))

    def __bool__(self) -> bool:
        return self.success


PASSED = TypeCheck(success=True)

TypeCheckFn = Callable[[Any, Any], "bool | TypeCheck"] | Callable[[Any], "bool | TypeCheck"]
#: What sort of type it is: the ones of dagnb, and "regular" for all others.
TypeKind = Literal["any", "scalar", "list", "nothing", "nullable", "regular"]
_KINDS: tuple[TypeKind, ...] = get_args(TypeKind)
_VARARGS = 0x04  # the flag of a code object whose function takes *args
_PLAIN = frozenset({bool, int, float, complex, str, bytes, list, dict, tuple})
_MOST = 2  # a check takes a context and a value


def short_value(value: object) -> str:
    """Name a value in a few words, without ever calling a method of the user's.

    >>> short_value("ninety"), short_value([1, 2]), short_value(None)
    ('the text "ninety"', 'a list of 2', 'None')
    """
    kind = type(value)
    if kind is str:
        text = str(value)
        text = text if len(text) <= _SHOWN_TEXT else f"{text[: _SHOWN_TEXT - 1]}…"
        return f'the text "{text}"'
    if kind is int and isinstance(value, int):
        # Python refuses to print integers of more than 4300 digits.
        return f"the integer {value}" if value.bit_length() <= _SHOWN_BITS else "a huge integer"
    if kind in (float, bool, complex):
        return f"the {kind.__name__} {value!r}"
    if kind in _CONTAINERS and isinstance(value, Sized):
        return f"a {kind.__name__} of {len(value)}"
    if issubclass(kind, type) and isinstance(value, type):
        return f"the class {value.__qualname__}"
    return "None" if value is None else f"a value of type {kind.__qualname__}"


def refusal(type_name: str, value: object) -> TypeCheck:
    """Make the answer for a value that is not of the type.

    >>> refusal("int", "ninety").description
    'expected int, got the text "ninety"'
    """
    return TypeCheck(success=False, description=f"expected {type_name}, got {short_value(value)}")


def _takes_context(check: Any, where: str) -> bool:
    """Say whether a check takes a context before the value.

    Raises:
        DagnbInvalidDefinitionError: it can be called with neither one nor two arguments.
    """
    if not callable(check):
        hint = "PythonObjectType(cls) makes a type of a class"
        raise _no_check(short_value(check), where, hint)
    function: Any = check.__func__ if isinstance(check, MethodType) else check
    if isinstance(function, FunctionType):  # most are; a signature takes ten times as long
        code, own = function.__code__, int(function is not check)
        keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        places = code.co_argcount - own
        least = max(places - len(function.__defaults__ or ()), 0)
        unmet = [name for name in keywords if name not in (function.__kwdefaults__ or {})]
        many = bool(code.co_flags & _VARARGS)
    else:
        from inspect import Parameter, signature

        try:
            given = list(signature(check).parameters.values())
        except ValueError:  # some functions written in C do not tell
            return True
        positional = [one for one in given if one.kind in {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}]
        places, least = len(positional), sum(one.default is Parameter.empty for one in positional)
        many = any(one.kind is Parameter.VAR_POSITIONAL for one in given)
        unmet = [one.name for one in given if one.kind is Parameter.KEYWORD_ONLY and one.default is Parameter.empty]
    if unmet or least > _MOST or not (places or many):
        got = f"a function that needs the keyword {unmet[0]}" if unmet else f"a function of {places} arguments"
        raise _no_check(got, where)
    return many or (places >= _MOST and least != 1)


def can_take(function: FunctionType, count: int) -> bool:
    """Say whether a function can be called with so many arguments, by position.

    >>> can_take(lambda context, config: config, 2), can_take(lambda config: config, 2)
    (True, False)
    """
    code = function.__code__
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    least = code.co_argcount - len(function.__defaults__ or ())
    most = count if code.co_flags & _VARARGS else code.co_argcount
    return least <= count <= most and all(name in (function.__kwdefaults__ or {}) for name in keywords)


def parameter_names(function: FunctionType) -> tuple[str, ...]:
    """Return the names of a function's parameters, but for ``*args`` and ``**kwargs``.

    >>> parameter_names(lambda context, config: config)
    ('context', 'config')
    """
    code = function.__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _no_check(got: str, where: str, hint: str | None = None) -> DagnbInvalidDefinitionError:
    return DagnbInvalidDefinitionError(
        "the first argument of a type is its check",
        where=where,
        got=got,
        expected="a function of (context, value) or of (value) that returns True, False or a TypeCheck",
        hint=hint,
    )


def _part(given: Any, what: str, method: str, name: str) -> Any:
    if given is None or callable(getattr(given, method, None)):
        return given
    raise DagnbInvalidDefinitionError(
        f"the {what} of a type is something else",
        where=f"type {name}",
        got=short_value(given),
        expected=f"a {what}",
        hint=f"decorate the function with @dagnb_type_{what}(config_schema)",
    )


def can_never_fit(given: DagnbType, asked: DagnbType) -> bool:
    """Say whether no value of one type can be of the other, as far as that is known without values.

    True for classes of which neither is the other's, and for a value where none is handed over. Containers, unions and
    types with a check of their own are told by their values.

    >>> from dagnb.types import Any, Float, Int, Nothing, String
    >>> [can_never_fit(one, Int) for one in (String, Nothing, Any, Int, Float)]
    [True, True, False, False, False]
    """
    if "nothing" in {given.kind, asked.kind}:
        return given.kind != asked.kind
    one, other = given.python_type, asked.python_type
    if one is None or other is None or (issubclass(one, Number) and issubclass(other, Number)):
        return False
    # Of other classes, a third can be both.
    is_plain = one in _PLAIN or other in _PLAIN
    return is_plain and not (issubclass(one, other) or issubclass(other, one))


class DagnbType:
    """Make a type of inputs and outputs from a check.

    Args:
        type_check_fn: takes a context (None outside a run) and the value, or the value alone; returns True, False or
            a `TypeCheck`.
        key: tells the type from others (default: the name).
        name: what people call it (default: the key).
        is_builtin: whether dagnb brings it.
        description: Markdown, shown beside the type.
        loader: makes a value from config, see `dagnb_type_loader`.
        materializer: writes a value where the config says, see `dagnb_type_materializer`.
        required_resource_keys: resources that the check uses through its context.
        kind: what sort of type it is (default "regular").
        python_type: the class of the values, where there is one.
        display_name: the short label on a solid's card (default: the name).

    Raises:
        DagnbInvalidDefinitionError: there is neither name nor key, the check cannot be called so, or the loader or
            materializer is none.

    >>> Even = DagnbType(lambda _, value: value % 2 == 0, name="Even")
    >>> Even.check(4).success, Even.check(3).description
    (True, 'expected Even, got the integer 3')
    """

    def __init__(  # noqa: PLR0917  # the argument order of the slides' API
        self,
        type_check_fn: TypeCheckFn,
        key: str | None = None,
        name: str | None = None,
        is_builtin: bool = False,  # noqa: FBT001, FBT002  # the argument order of the slides' API
        description: str | None = None,
        loader: TypeLoader | None = None,
        materializer: TypeMaterializer | None = None,
        required_resource_keys: Iterable[str] | None = None,
        kind: TypeKind = "regular",
        *,
        python_type: type | None = None,
        display_name: str | None = None,
    ) -> None:
        called = name or key
        takes_context = _takes_context(type_check_fn, f"type {called}")
        if not isinstance(called, str):
            raise DagnbInvalidDefinitionError(
                "a type needs a name",
                got=short_value(called),
                expected="a text",
                hint='give name="..."',
            )
        if kind not in _KINDS:
            raise DagnbInvalidDefinitionError(
                "there is no such kind of type",
                where=f"type {called}",
                got=short_value(kind),
                expected=f"one of {', '.join(_KINDS)}",
            )
        self.type_check_fn: Callable[..., bool | TypeCheck] = type_check_fn
        self.takes_context = takes_context
        self.kind: TypeKind = kind
        self.name = called
        self.key = key or called
        self.is_builtin = is_builtin
        self.description = description
        self._loader: TypeLoader | None = _part(loader, "loader", "load", called)
        self._materializer: TypeMaterializer | None = _part(materializer, "materializer", "materialize", called)
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.python_type = python_type
        self.display_name = display_name or called
        #: Values of exactly these classes pass without a look at them.
        self.exact: frozenset[type] = frozenset()

    @property
    def loader(self) -> TypeLoader | None:
        """What makes a value from the run config, if anything does."""
        return self._loader

    @property
    def materializer(self) -> TypeMaterializer | None:
        """What writes a value where the run config says, if anything does."""
        return self._materializer

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is of this type.

        Raises:
            DagnbTypeCheckError: the check itself raised; that error is its cause.
            DagnbInvariantViolationError: the check returned something else than True, False or a `TypeCheck`.
        """
        try:
            outcome = self.type_check_fn(context, value) if self.takes_context else self.type_check_fn(value)
        except DagnbError:
            raise
        except Exception as error:
            raise DagnbTypeCheckError(
                f"the check of the type {self.name} raised {type(error).__name__}: {error}"[:500],
                where=f"type {self.name}",
                got=short_value(value),
                expected="True, False or a TypeCheck",
                hint="let the check return False for values that it cannot look at",
            ) from error
        return self._judge(outcome, value)

    def _judge(self, outcome: object, value: object) -> TypeCheck:
        if outcome is True:
            return PASSED
        if isinstance(outcome, TypeCheck):
            return outcome
        if outcome is False or (type(outcome).__module__ == "numpy" and type(outcome).__name__ in ("bool", "bool_")):
            return PASSED if outcome else refusal(self.name, value)
        raise DagnbInvariantViolationError(
            "the check of a type returned something else than an answer",
            where=f"type {self.name}",
            got=short_value(outcome),
            expected="True, False or a TypeCheck",
        )

    def __or__(self, other: Any) -> DagnbType:
        from dagnb.types.resolve import union_of

        return union_of(self, other)

    def __ror__(self, other: Any) -> DagnbType:
        from dagnb.types.resolve import union_of

        return union_of(other, self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class PythonObjectType(DagnbType):
    """Make a type whose values are the instances of a class.

    Args:
        python_type: the class, or a tuple of classes.
        key: tells the type from others (default: the name).
        name: what people call it (default: the class's name).
        **options: those of `DagnbType`.

    >>> from decimal import Decimal
    >>> PythonObjectType(Decimal).check(Decimal("0.1")).success
    True
    """

    def __init__(
        self, python_type: type | tuple[type, ...], key: str | None = None, name: str | None = None, **options: Any
    ) -> None:
        classes = python_type if isinstance(python_type, tuple) else (python_type,)
        if not classes or not all(isinstance(cls, type) for cls in classes):
            raise DagnbInvalidDefinitionError(
                "a type of Python objects needs a class",
                got=short_value(python_type),
                expected="a class or a tuple of classes",
            )
        called = name or " | ".join(cls.__qualname__.rpartition(".")[2] for cls in classes)
        options.setdefault("python_type", classes[0] if len(classes) == 1 else None)
        self.classes = classes
        super().__init__(self._is_instance, key=key, name=called, **options)
        self.exact = frozenset(classes)

    def _is_instance(self, _context: object, value: object) -> bool:
        return isinstance(value, self.classes)

    def check(self, value: object, context: object = None) -> TypeCheck:
        """Say whether `value` is an instance of the class."""
        if type(value) in self.exact:
            return PASSED
        return super().check(value, context)
