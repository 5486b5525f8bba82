"""The bodies of solids: what they have in common, and those of functions and cells."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.annotations import unwrapped

__all__ = [
    "CONTEXT_NAMES",
    "CONTEXT_PARAMETER",
    "RESERVED_NAMES",
    "VARIADIC",
    "Body",
    "BodyKind",
    "CellBody",
    "FunctionBody",
    "Style",
    "code_hash",
    "configuration_hash",
    "style_of",
]

BodyKind = Literal["function", "notebook", "cell", "composite"]
Style = Literal["plain", "generator", "async", "async generator"]

CONTEXT_NAMES = frozenset({"context", "_context", "context_", "_"})
_MISSPELT_CONTEXT = frozenset({"ctx", "_ctx", "ctx_", "__", "contxt", "cxt", "self"})
RESERVED_NAMES = CONTEXT_NAMES | _MISSPELT_CONTEXT
# The keyword by which a cell's function gets the step's context; cells' inputs have no such names.
CONTEXT_PARAMETER = "__context__"
VARIADIC = 0x04 | 0x08  # the flags of code that takes *args or **kwargs
_CO_GENERATOR, _CO_COROUTINE, _CO_ASYNC_GENERATOR = 0x20, 0x80, 0x200


class Body(Protocol):
    """What computes a solid."""

    @property
    def kind(self) -> BodyKind:
        """What it is made of."""
        ...

    @property
    def fingerprint(self) -> str:
        """A hash that changes when the code changes."""
        ...

    @property
    def source(self) -> str:
        """The text to show: source code, or a notebook's path."""
        ...


def _hash_code(digest: Any, code: types.CodeType) -> None:
    digest.update(code.co_code)
    digest.update(repr(code.co_names).encode())
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _hash_code(digest, constant)
        else:
            digest.update(_stable(constant).encode())


def code_hash(function: Callable[..., Any]) -> str:
    """Return a hash that changes when the code of a function, its constants or its defaults change.

    What has no code of its own, a class or a `functools.partial`, is known by its name.
    """
    import hashlib

    code = getattr(function, "__code__", None)
    if code is None:
        return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', type(function).__qualname__)}"
    digest = hashlib.sha256()
    _hash_code(digest, code)
    digest.update(_stable(getattr(function, "__defaults__", None) or ()).encode())
    return digest.hexdigest()[:16]


def configuration_hash(config: Any, before: str | None = None) -> str:
    """Return a hash of what a solid is configured with, a config or a function, on top of what it was `before`."""
    import hashlib

    text = code_hash(config) if callable(config) else _stable_config(config)
    return hashlib.sha256(f"{before}{text}".encode()).hexdigest()[:8]


def _stable_config(config: Any) -> str:
    if isinstance(config, Mapping):
        items = sorted((str(key), _stable_config(value)) for key, value in config.items())
        return f"{{{', '.join(f'{key}: {value}' for key, value in items)}}}"
    return f"[{', '.join(map(_stable_config, config))}]" if isinstance(config, list | tuple) else _stable(config)


def _stable(constant: Any) -> str:
    """Write a constant so that every process writes it alike: no order of a set, no address of an object."""
    if isinstance(constant, frozenset | set):
        return f"{{{', '.join(sorted(map(_stable, constant)))}}}"
    if isinstance(constant, tuple | list):
        return f"({', '.join(map(_stable, constant))})"
    if isinstance(constant, str | bytes | int | float | complex | None | type(...)):
        return repr(constant)
    return type(constant).__qualname__


def style_of(code: types.CodeType) -> Style:
    """Say how a function computes, by its code."""
    flags = code.co_flags
    if flags & _CO_ASYNC_GENERATOR:
        return "async generator"
    if flags & _CO_COROUTINE:
        return "async"
    return "generator" if flags & _CO_GENERATOR else "plain"


class FunctionBody:
    """A Python function, plain, generator, `async def` or async generator.

    Its parameters, but for a first one named context, are the solid's inputs, in order.
    """

    kind: BodyKind = "function"

    __slots__ = ("_code", "_fingerprint", "defaults", "function", "parameters", "style", "takes_context")

    def __init__(self, function: Callable[..., Any]) -> None:
        name = getattr(function, "__name__", repr(function))
        written = unwrapped(function)  # a decorated function takes what the function within it takes
        code = getattr(written, "__code__", None)
        if code is None:
            raise DagnbInvalidDefinitionError(
                "a solid is made of a Python function",
                got=f"{type(function).__name__} {name}"[:80],
                expected="def or async def",
                hint="wrap it: def my_solid(x): return it(x)",
            )
        if code.co_flags & VARIADIC:
            raise DagnbInvalidDefinitionError(
                "a solid's inputs are its parameters, so it takes no *args and no **kwargs",
                where=f"solid {name}",
                hint="name each input, or take one input of type list",
            )
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if code.co_posonlyargcount > bool(names and names[0] in CONTEXT_NAMES):
            raise DagnbInvalidDefinitionError(
                "a solid's inputs are given by their names, and some here have none",
                where=f"solid {name}",
                got=f"def {name}({', '.join(names[: code.co_posonlyargcount])}, /...)",
                hint="take the / out of the parameters",
            )
        self.takes_context = bool(names) and names[0] in CONTEXT_NAMES
        if names and names[0] in _MISSPELT_CONTEXT:
            raise DagnbInvalidDefinitionError(
                f"a solid's context parameter cannot be called {names[0]}",
                where=f"solid {name}",
                expected="context (or _context, context_, _)",
                hint=f"def {name}(context{''.join(', ' + other for other in names[1:])})",
            )
        self.parameters: tuple[str, ...] = names[1:] if self.takes_context else names
        positional = code.co_varnames[: code.co_argcount]
        defaults = written.__defaults__ or ()
        self.defaults: dict[str, Any] = dict(zip(positional[len(positional) - len(defaults) :], defaults, strict=True))
        self.defaults.update(written.__kwdefaults__ or {})
        self.function = function
        self.style: Style = style_of(getattr(function, "__code__", code))
        self._code: types.CodeType = code
        self._fingerprint: str | None = None

    @property
    def fingerprint(self) -> str:
        """A hash of the code."""
        if self._fingerprint is None:
            import hashlib

            digest = hashlib.sha256()
            _hash_code(digest, self._code)
            digest.update(_stable([*self.defaults, *self.defaults.values()]).encode())
            self._fingerprint = digest.hexdigest()[:16]
        return self._fingerprint

    @property
    def source(self) -> str:
        """The text to show."""
        return _source_of(self._code)


def _last_line(code: types.CodeType) -> int:
    inner = [_last_line(constant) for constant in code.co_consts if isinstance(constant, types.CodeType)]
    ends = [end for _, end, _, _ in code.co_positions() if end]
    return max([code.co_firstlineno, *ends, *inner])


def _source_of(code: types.CodeType) -> str:
    # inspect.getsource tokenizes the file for each function; the code object knows its own lines.
    import linecache
    import textwrap

    lines = linecache.getlines(code.co_filename)
    return textwrap.dedent("".join(lines[code.co_firstlineno - 1 : _last_line(code)]))


class CellBody(FunctionBody):
    """A cell of a notebook, as a function of its inputs and of `CONTEXT_PARAMETER`; `source` is the cell's text."""

    kind: BodyKind = "cell"

    __slots__ = ("_source",)

    def __init__(self, *, source: str, function: Callable[..., Any]) -> None:
        import hashlib

        super().__init__(function)
        self._source = source
        self._fingerprint = hashlib.sha256(source.encode()).hexdigest()[:16]

    @property
    def source(self) -> str:
        """The text to show."""
        return self._source
