"""Names of a package that are loaded when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module


def lazy_names(
    package: str, homes: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a package.

    Packages take them behind ``if not TYPE_CHECKING``: with a `__getattr__` in sight, type checkers would take every
    name to be there.

    Args:
        package: the package's `__name__`.
        homes: for each module in it, the names that come from there.

    >>> find, names = lazy_names("collections", {"abc": ["Sized"]})
    >>> find("Sized").__module__, "Sized" in names()
    ('collections.abc', True)
    """
    module = sys.modules[package]
    home_of = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> object:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=module)
        value = getattr(import_module(f"{package}.{home}"), name)
        setattr(module, name, value)  # from now on it is found without asking here
        return value

    def names() -> list[str]:
        return sorted({*vars(module), *home_of})

    return find, names
