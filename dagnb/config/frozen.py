"""Resolved config is read-only: a solid that changes its config would change what the run recorded."""

from __future__ import annotations

from typing import Any, NoReturn, cast

__all__ = ["ConfigDict", "ConfigList", "freeze", "thaw"]


def _refuse(self: object, *_args: object, **_kwargs: object) -> NoReturn:
    kind = "mapping" if isinstance(self, dict) else "list"
    copy = "dict(config)" if isinstance(self, dict) else "list(config)"
    message = f"resolved config is read-only; change a copy of this {kind}: {copy}"
    raise TypeError(message)


class ConfigDict(dict[str, Any]):
    """A dict that cannot be changed; equal to a plain dict, and pickles and dumps as JSON like one.

    >>> config = ConfigDict(rows=3)
    >>> config == {"rows": 3}
    True
    >>> config["rows"] = 4
    Traceback (most recent call last):
    TypeError: resolved config is read-only; change a copy of this mapping: dict(config)
    """

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def copy(self) -> dict[str, Any]:
        """Return a plain dict with the same items."""
        return dict(self)


class ConfigList(list[Any]):
    """A list that cannot be changed; equal to a plain list, and pickles and dumps as JSON like one."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self),)

    def copy(self) -> list[Any]:
        """Return a plain list with the same items."""
        return list(self)


def freeze(value: Any) -> Any:
    """Return `value` with every plain dict and list in it read-only; other objects stay as they are."""
    kind = type(value)
    if kind is dict:
        return ConfigDict({key: freeze(item) for key, item in cast("dict[str, Any]", value).items()})
    if kind is list:
        return ConfigList([freeze(item) for item in cast("list[Any]", value)])
    return value


def thaw(value: Any) -> Any:
    """Return a changeable deep copy of resolved config, made of plain dicts and lists.

    >>> thaw(ConfigDict(tables=ConfigList(["a"])))
    {'tables': ['a']}
    """
    if isinstance(value, dict):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, list):
        return [thaw(item) for item in value]
    return value
