"""Dataclasses and pydantic models, by the import path of their class and their fields, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from importlib import import_module
from typing import Any
from uuid import UUID

from dagnb.errors import DagnbValueError
from dagnb.storage.values.exact_json import MOST_ITEMS, is_exact_json

_MAGIC = b"dagnb-structure-1\n"
_HEAD, _MIDDLE, _TAIL = b'{"signature":"', b'","value":', b"}"
_HEX = 2 * hashlib.sha256().digest_size
_DEEPEST = 50
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: made by a class statement, so that fields are all there is
_MARK = "$"


def is_structure(value: Any) -> bool:
    """Tell whether it is an instance of a dataclass or of a pydantic model; imports neither.

    >>> is_structure({"a": 1})
    False
    """
    cls = type(value)
    return "__dataclass_params__" in cls.__dict__ or _is_model(cls)


class StructureCodec:
    """Dataclasses and pydantic models, in JSON that people can read.

    Reading imports the class and sets the fields; neither `__init__` nor validators run. As importing runs code, only
    what this instance has signed is read. `encode` raises ValueError for what has other state than fields, for fields
    of types that JSON has no exact form for, and for classes that cannot be imported: the pickle then takes the value.

    Args:
        key: the instance's key.

    Raises:
        DagnbValueError: on decoding, when the signature is not this key's or the class has other fields by now.
    """

    name = "structure"
    suffix = "structure.json"
    priority = 40

    def __init__(self, key: bytes) -> None:
        self._key = key

    def accepts(self, value: Any) -> bool:
        """Whether it is an instance of a dataclass or of a pydantic model."""
        return is_structure(value)

    def encode(self, value: Any) -> bytes:
        """Write and sign the value.

        Raises:
            ValueError: it would come back changed.
        """
        tree = _Writing().tree(value, type(value).__name__, 0)
        payload = json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        return _HEAD + self._sign(payload) + _MIDDLE + payload + _TAIL

    def decode(self, data: bytes) -> Any:
        """Read what `encode` wrote, once its signature has been verified."""
        start = len(_HEAD) + _HEX
        signature, payload = data[len(_HEAD) : start], data[start + len(_MIDDLE) : -len(_TAIL)]
        whole = _HEAD + signature + _MIDDLE + payload + _TAIL
        if data != whole or not hmac.compare_digest(signature, self._sign(payload)):
            raise DagnbValueError(
                "a stored value is not signed by this instance, so it was not read: reading it imports a module",
                got="data that was changed, or that another instance wrote",
                hint="run the step again to make the value anew",
            )
        return _read(json.loads(payload))

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._key, _MAGIC + payload, "sha256").hexdigest().encode()


class _Writing:
    """Make trees of JSON of values; counts the items."""

    def __init__(self) -> None:
        self._count = 0

    def tree(self, value: Any, where: str, depth: int) -> Any:
        self._count += 1
        if depth > _DEEPEST or self._count > MOST_ITEMS:
            raise ValueError(f"{where} goes too deep, or is too large")  # only a signal, as those below
        kind = type(value)
        if kind is list or kind is tuple:
            items = [self.tree(item, f"{where}[{number}]", depth + 1) for number, item in enumerate(value)]
            return items if kind is list else {_MARK: "tuple", "items": items}
        if kind is dict:
            return self._mapping(value, where, depth)
        if is_exact_json(value):
            return value
        if kind in _TEXTS:
            return {_MARK: kind.__name__, "text": _text(value, where)}
        if isinstance(value, Enum):
            return self._member(value, where)
        if is_structure(value):
            return self._structure(value, where, depth)
        raise ValueError(f"{where} holds a value of type {kind.__name__}")

    def _mapping(self, value: dict[Any, Any], where: str, depth: int) -> Any:
        if all(type(key) is str for key in value) and _MARK not in value and is_exact_json(list(value)):
            return {key: self.tree(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
        pairs = [[self.tree(key, where, depth + 1), self.tree(item, where, depth + 1)] for key, item in value.items()]
        return {_MARK: "dict", "pairs": pairs}

    @staticmethod
    def _member(value: Enum, where: str) -> Any:
        cls = type(value)
        if cls.__members__.get(value.name) is not value:
            raise ValueError(f"{where} holds no single member of {cls.__name__}")
        return {_MARK: "enum", "class": _path(cls), "name": value.name}

    def _structure(self, value: Any, where: str, depth: int) -> Any:
        cls = type(value)
        path = _path(cls)
        if _is_model(cls):
            state, also = _model_state(value), {"set": sorted(value.__pydantic_fields_set__)}
        else:
            state, also = _dataclass_state(value), {}
        fields = {name: self.tree(item, f"{where}.{name}", depth + 1) for name, item in state.items()}
        return {_MARK: "structure", "class": path, "fields": fields, **also}


def _is_model(cls: type) -> bool:
    pydantic = sys.modules.get("pydantic.main")
    return pydantic is not None and issubclass(cls, pydantic.BaseModel)


def _path(cls: type) -> str:
    """Return the import path of a class.

    Raises:
        ValueError: another process would not find it there.
    """
    module: Any = sys.modules.get(cls.__module__)
    if cls.__module__ == "__main__" or getattr(module, "__spec__", None) is None:
        raise ValueError(f"the class {cls.__qualname__} is in no module that can be imported")
    if _found(module, cls.__qualname__) is not cls:
        raise ValueError(f"{cls.__module__} has another {cls.__qualname__}, or none")
    return f"{cls.__module__}:{cls.__qualname__}"


def _found(module: Any, qualified: str) -> Any:
    found = module
    for part in qualified.split("."):
        found = getattr(found, part, None)
    return found


def _model_state(value: Any) -> dict[str, Any]:
    cls = type(value)
    base = sys.modules["pydantic.main"].BaseModel
    if value.__pydantic_extra__ or value.__pydantic_private__ is not None:
        raise ValueError(f"the model {cls.__name__} has values beside its fields")
    if cls.__getstate__ is not base.__getstate__ or cls.__setstate__ is not base.__setstate__:
        raise ValueError(f"the model {cls.__name__} says itself what its state is")
    if value.__dict__.keys() != cls.model_fields.keys():
        raise ValueError(f"the model {cls.__name__} has values beside its fields")
    return dict(value.__dict__)


def _dataclass_state(value: Any) -> dict[str, Any]:
    from dataclasses import fields

    cls = type(value)
    names = [field.name for field in fields(value)]
    kept = getattr(value, "__dict__", {})
    if not set(kept) <= set(names) or not _slots(cls) <= set(names):
        raise ValueError(f"the dataclass {cls.__name__} has values beside its fields")
    if not all(base.__flags__ & _HEAP_TYPE for base in cls.__mro__[:-1]):
        raise ValueError(f"the dataclass {cls.__name__} is more than its fields")
    methods = (getattr(cls, name, None) for name in ("__getstate__", "__setstate__", "__reduce__", "__reduce_ex__"))
    if any(getattr(method, "__module__", None) not in {None, "dataclasses"} for method in methods):
        raise ValueError(f"the dataclass {cls.__name__} says itself what its state is")
    try:
        return {name: kept[name] if name in kept else getattr(value, name) for name in names}
    except AttributeError as error:
        raise ValueError(f"the dataclass {cls.__name__} lacks the value of a field") from error


def _slots(cls: type) -> set[str]:
    found: set[str] = set()
    for base in cls.__mro__:
        slots = base.__dict__.get("__slots__", ())
        found.update([slots] if isinstance(slots, str) else slots)
    return found - {"__dict__", "__weakref__"}


def _text(value: Any, where: str) -> str:
    if isinstance(value, datetime):
        if not (value.tzinfo is None or value.tzinfo is UTC) or value.fold:
            raise ValueError(f"{where} holds a time of a zone that its text does not tell")
        return value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


_TEXTS: dict[type, Any] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
    UUID: UUID,
    # What is no number, and the infinities; all others are JSON.
    float: float,
}


def _read(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_read(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if _MARK not in tree:
        return {key: _read(item) for key, item in tree.items()}
    return _READERS[tree[_MARK]](tree)


def _of_text(make: Callable[[str], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda tree: make(tree["text"])


def _imported(path: str) -> Any:
    module, _, qualified = path.partition(":")
    try:
        found = _found(import_module(module), qualified)
    except ImportError as error:
        raise _gone(path, str(error)) from error
    if not isinstance(found, type):
        raise _gone(path, "nothing of that name, or no class")
    return found


def _gone(path: str, got: str) -> DagnbValueError:
    return DagnbValueError(
        "the class of a stored value is not where it was",
        got=got,
        expected=path.replace(":", "."),
        hint="put it there again, or run the step again",
    )


def _restored(cls: Any, tree: dict[str, Any]) -> Any:
    state = {name: _read(item) for name, item in tree["fields"].items()}
    is_model = _is_model(cls)
    known = list(cls.model_fields if is_model else getattr(cls, "__dataclass_fields__", ()))
    if not is_model and known:
        from dataclasses import fields

        known = [field.name for field in fields(cls)]
    if set(known) != set(state):
        raise DagnbValueError(
            "the class of a stored value has other fields by now",
            where=tree["class"].replace(":", "."),
            got=f"a value with {', '.join(state) or 'no fields'}",
            expected=", ".join(known) or "no fields",
            hint="run the step again to make the value anew",
        )
    made = object.__new__(cls)
    if is_model:
        extra: dict[str, Any] | None = {} if cls.model_config.get("extra") == "allow" else None
        parts = {"__dict__": state, "__pydantic_fields_set__": set(tree["set"])}
        made.__setstate__({**parts, "__pydantic_extra__": extra, "__pydantic_private__": None})
        return made
    slots = _slots(cls)
    for name, item in state.items():
        if name in slots:
            object.__setattr__(made, name, item)
        else:
            made.__dict__[name] = item
    return made


_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "tuple": lambda tree: tuple(_read(item) for item in tree["items"]),
    "dict": lambda tree: {_read(key): _read(item) for key, item in tree["pairs"]},
    "enum": lambda tree: _imported(tree["class"])[tree["name"]],
    "structure": lambda tree: _restored(_imported(tree["class"]), tree),
    **{kind.__name__: _of_text(make) for kind, make in _TEXTS.items()},
}
