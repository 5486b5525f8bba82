"""`dagster.check`: the argument checks of release 0.9.22, by its names.

Each returns what it was given (an ``opt_`` one its default for None) or raises `ParameterCheckError`,
`ElementCheckError` or `CheckError`.

>>> str_param("flights", "name")
'flights'
>>> opt_list_param(None, "items")
[]
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

_SHOWN = 200


class CheckError(Exception):
    """Something is not what the code relies on."""


class ParameterCheckError(CheckError):
    """An argument is of another type than the function takes."""


class ElementCheckError(CheckError):
    """An item of a dict is of another type than the code takes."""


class NotImplementedCheckError(CheckError):
    """Code that nobody has written."""


def _told(value: object) -> str:
    return f"{value!r} of type {type(value).__name__}"[:_SHOWN]


def _names(kind: Any) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(getattr(each, "__name__", str(each)) for each in kinds)


def _wrong(name: str, expected: str, got: object) -> ParameterCheckError:
    return ParameterCheckError(f"the argument {name} takes {expected}, got {_told(got)}")


def _of(value: Any, name: str, kind: Any, expected: str | None = None) -> Any:
    if isinstance(value, kind):
        return value
    raise _wrong(name, expected or f"an instance of {_names(kind)}", value)


def failed(desc: str) -> NoReturn:
    """Raise `CheckError`."""
    raise CheckError(f"a check failed: {desc}")


def not_implemented(desc: str) -> NoReturn:
    """Raise `NotImplementedCheckError`."""
    raise NotImplementedCheckError(f"nobody has written this: {desc}")


def inst(obj: Any, ttype: Any, desc: str | None = None) -> Any:
    """Return an instance of a class."""
    if not isinstance(obj, ttype):
        raise CheckError(f"expected an instance of {_names(ttype)}, got {_told(obj)}{f': {desc}' if desc else ''}")
    return obj


def subclass(obj: Any, superclass: Any, desc: str | None = None) -> Any:
    """Return a subclass of a class."""
    if not (isinstance(obj, type) and issubclass(obj, superclass)):
        raise CheckError(f"expected a subclass of {_names(superclass)}, got {_told(obj)}{f': {desc}' if desc else ''}")
    return obj


def is_callable(obj: Any, desc: str | None = None) -> Any:
    """Return what can be called."""
    if not callable(obj):
        raise CheckError(f"expected something that can be called, got {_told(obj)}{f': {desc}' if desc else ''}")
    return obj


def not_none_param(obj: Any, param_name: str) -> Any:
    """Return anything but None."""
    if obj is None:
        raise _wrong(param_name, "anything but None", obj)
    return obj


def invariant(condition: Any, desc: str | None = None) -> bool:
    """Raise `CheckError` unless the condition holds."""
    if not condition:
        raise CheckError(f"what must hold does not: {desc}" if desc else "what must hold does not")
    return True


def param_invariant(condition: Any, param_name: str, desc: str | None = None) -> None:
    """Raise `ParameterCheckError` unless the condition holds."""
    if not condition:
        raise ParameterCheckError(f"the argument {param_name} is not as it must be{f': {desc}' if desc else ''}")


def inst_param(obj: Any, param_name: str, ttype: Any, additional_message: str | None = None) -> Any:
    """Return an instance of a class."""
    expected = f"an instance of {_names(ttype)}{f' ({additional_message})' if additional_message else ''}"
    return _of(obj, param_name, ttype, expected)


def opt_inst_param(obj: Any, param_name: str, ttype: Any, default: Any = None) -> Any:
    """Return an instance of a class; the default for None."""
    return default if obj is None else _of(obj, param_name, ttype)


def callable_param(obj: Any, param_name: str) -> Any:
    """Return what can be called."""
    if not callable(obj):
        raise _wrong(param_name, "something that can be called", obj)
    return obj


def opt_callable_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return what can be called; the default for None."""
    return default if obj is None else callable_param(obj, param_name)


def int_param(obj: Any, param_name: str) -> Any:
    """Return an integer."""
    return _of(obj, param_name, int)


def int_value_param(obj: Any, value: int, param_name: str) -> Any:
    """Return exactly this integer."""
    if int_param(obj, param_name) != value:
        raise _wrong(param_name, str(value), obj)
    return obj


def opt_int_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return an integer; the default for None."""
    return default if obj is None else int_param(obj, param_name)


def float_param(obj: Any, param_name: str) -> Any:
    """Return a float."""
    return _of(obj, param_name, float)


def opt_float_param(obj: Any, param_name: str) -> Any:
    """Return a float or None."""
    return None if obj is None else float_param(obj, param_name)


def numeric_param(obj: Any, param_name: str) -> Any:
    """Return an integer or a float."""
    return _of(obj, param_name, (int, float))


def opt_numeric_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return a number; the default for None."""
    return default if obj is None else numeric_param(obj, param_name)


def str_param(obj: Any, param_name: str) -> Any:
    """Return a text."""
    return _of(obj, param_name, str)


def opt_str_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return a text; the default for None."""
    return default if obj is None else str_param(obj, param_name)


def opt_nonempty_str_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return a text; the default for None and for the empty one."""
    return default if obj is None or obj == "" else str_param(obj, param_name)


def bool_param(obj: Any, param_name: str) -> Any:
    """Return True or False."""
    return _of(obj, param_name, bool)


def opt_bool_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return True or False; the default for None."""
    return default if obj is None else bool_param(obj, param_name)


def _items(found: Iterable[Any], of_type: Any, what: str) -> None:
    for item in found if of_type is not None else ():
        if not isinstance(item, of_type):
            raise CheckError(f"{what} holds something else than instances of {_names(of_type)}: {_told(item)}")


def is_list(obj_list: Any, of_type: Any = None, desc: str | None = None) -> Any:
    """Return a list, its items of a class."""
    inst(obj_list, list, desc)
    _items(obj_list, of_type, "the list")
    return obj_list


def is_tuple(obj_tuple: Any, of_type: Any = None, desc: str | None = None) -> Any:
    """Return a tuple, its items of a class."""
    inst(obj_tuple, tuple, desc)
    _items(obj_tuple, of_type, "the tuple")
    return obj_tuple


def list_param(obj_list: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a list, its items of a class."""
    _of(obj_list, param_name, list)
    _items(obj_list, of_type, f"the list {param_name}")
    return obj_list


def opt_list_param(obj_list: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a list, its items of a class; an empty one for None."""
    return [] if obj_list is None else list_param(obj_list, param_name, of_type)


def opt_nullable_list_param(obj_list: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a list, its items of a class; None for None."""
    return None if obj_list is None else list_param(obj_list, param_name, of_type)


def set_param(obj_set: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a set, its items of a class."""
    _of(obj_set, param_name, (set, frozenset))
    _items(obj_set, of_type, f"the set {param_name}")
    return obj_set


def opt_set_param(obj_set: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a set, its items of a class; an empty one for None."""
    return set() if obj_set is None else set_param(obj_set, param_name, of_type)


def tuple_param(obj: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a tuple, its items of a class."""
    _of(obj, param_name, tuple)
    _items(obj, of_type, f"the tuple {param_name}")
    return obj


def opt_tuple_param(obj: Any, param_name: str, default: Any = None, of_type: Any = None) -> Any:
    """Return a tuple, its items of a class; the default for None."""
    return default if obj is None else tuple_param(obj, param_name, of_type)


def matrix_param(matrix: Any, param_name: str, of_type: Any = None) -> Any:
    """Return a list of lists of one length, which is not empty."""
    rows = list_param(matrix, param_name, list)
    if not rows or len({len(row) for row in rows}) > 1:
        raise CheckError(f"{param_name} is no matrix: its rows differ in length, or there are none")
    for row in rows:
        _items(row, of_type, f"the matrix {param_name}")
    return rows


def _pairs(found: dict[Any, Any], key_type: Any, value_type: Any, what: str) -> None:
    _items(found, key_type, f"the keys of {what}")
    _items(found.values(), value_type, f"the values of {what}")


def dict_param(
    obj: Any, param_name: str, key_type: Any = None, value_type: Any = None, additional_message: str | None = None
) -> Any:
    """Return a dict, its keys and values of classes."""
    inst_param(obj, param_name, dict, additional_message)
    _pairs(obj, key_type, value_type, param_name)
    return obj


def opt_dict_param(
    obj: Any, param_name: str, key_type: Any = None, value_type: Any = None, value_class: Any = None
) -> Any:
    """Return a dict, its keys and values of classes; an empty one for None."""
    found = opt_nullable_dict_param(obj, param_name, key_type, value_type, value_class)
    return {} if found is None else found


def opt_nullable_dict_param(
    obj: Any, param_name: str, key_type: Any = None, value_type: Any = None, value_class: Any = None
) -> Any:
    """Return a dict, its keys and values of classes; None for None."""
    if obj is None:
        return None
    dict_param(obj, param_name, key_type, value_type)
    for each in obj.values() if value_class is not None else ():
        subclass(each, value_class, f"a value of {param_name}")
    return obj


def two_dim_dict_param(obj: Any, param_name: str, key_type: Any = str, value_type: Any = None) -> Any:
    """Return a dict of dicts."""
    for inner in dict_param(obj, param_name, key_type, dict).values():
        _pairs(inner, key_type, value_type, param_name)
    return obj


def opt_two_dim_dict_param(obj: Any, param_name: str, key_type: Any = str, value_type: Any = None) -> Any:
    """Return a dict of dicts; an empty one for None."""
    return {} if obj is None else two_dim_dict_param(obj, param_name, key_type, value_type)


def type_param(obj: Any, param_name: str) -> Any:
    """Return a class."""
    return _of(obj, param_name, type, "a class")


class_param = type_param


def opt_type_param(obj: Any, param_name: str, default: Any = None) -> Any:
    """Return a class; the default for None."""
    return default if obj is None else type_param(obj, param_name)


def subclass_param(obj: Any, param_name: str, superclass: Any) -> Any:
    """Return a subclass of a class."""
    if not issubclass(type_param(obj, param_name), superclass):
        raise _wrong(param_name, f"a subclass of {_names(superclass)}", obj)
    return obj


def opt_subclass_param(obj: Any, param_name: str, superclass: Any) -> Any:
    """Return a subclass of a class, or None."""
    return None if obj is None else subclass_param(obj, param_name, superclass)


def generator(obj: Any) -> Any:
    """Return a generator."""
    if not inspect.isgenerator(obj):
        raise ParameterCheckError(f"expected a generator, got {_told(obj)}{_not_called(obj)}")
    return obj


def opt_generator(obj: Any) -> Any:
    """Return a generator or None."""
    return None if obj is None else generator(obj)


def generator_param(obj: Any, param_name: str) -> Any:
    """Return a generator."""
    if not inspect.isgenerator(obj):
        raise _wrong(param_name, f"a generator{_not_called(obj)}", obj)
    return obj


def opt_generator_param(obj: Any, param_name: str) -> Any:
    """Return a generator or None."""
    return None if obj is None else generator_param(obj, param_name)


def _not_called(obj: Any) -> str:
    return " (the function was given, and not what it returns)" if inspect.isgeneratorfunction(obj) else ""


def _element(key: str, ddict: Any, kind: Any) -> Any:
    dict_param(ddict, "ddict")
    str_param(key, "key")
    if key not in ddict:
        raise CheckError(f"there is no item {key} among {sorted(map(str, ddict))}"[:_SHOWN])
    if not isinstance(ddict[key], kind):
        raise ElementCheckError(f"the item {key} takes an instance of {_names(kind)}, got {_told(ddict[key])}")
    return ddict[key]


def _opt_element(key: str, ddict: Any, kind: Any, default: Any = None) -> Any:
    dict_param(ddict, "ddict")
    return default if ddict.get(str_param(key, "key")) is None else _element(key, ddict, kind)


def _elements(kind: Any, default: Callable[[], Any]) -> tuple[Callable[[Any, str], Any], Callable[[Any, str], Any]]:
    def required(ddict: Any, key: str) -> Any:
        return _element(key, ddict, kind)

    def optional(ddict: Any, key: str) -> Any:
        return _opt_element(key, ddict, kind, default())

    return required, optional


#: ``x_elem(ddict, key)`` returns an item of a dict; an ``opt_`` one what stands for None where there is none.
list_elem, opt_list_elem = _elements(list, list)
dict_elem, opt_dict_elem = _elements(dict, dict)
float_elem, opt_float_elem = _elements(float, lambda: None)
int_elem, opt_int_elem = _elements(int, lambda: None)
str_elem, opt_str_elem = _elements(str, lambda: None)
bool_elem, _ = _elements(bool, lambda: None)
