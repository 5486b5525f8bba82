"""`dagster.check` returns what it is given, and tells what it is not."""

from __future__ import annotations

from typing import Any

import pytest

from dagnb.compat import check

GOOD: list[tuple[str, tuple[Any, ...], Any]] = [
    ("str_param", ("a", "x"), "a"),
    ("opt_str_param", (None, "x", "d"), "d"),
    ("opt_nonempty_str_param", ("", "x", "d"), "d"),
    ("int_param", (3, "x"), 3),
    ("opt_int_param", (None, "x"), None),
    ("int_value_param", (3, 3, "x"), 3),
    ("float_param", (0.5, "x"), 0.5),
    ("numeric_param", (3, "x"), 3),
    ("opt_numeric_param", (None, "x", 1), 1),
    ("bool_param", (True, "x"), True),
    ("opt_bool_param", (None, "x", False), False),
    ("callable_param", (len, "x"), len),
    ("opt_callable_param", (None, "x"), None),
    ("inst_param", (3, "x", int), 3),
    ("opt_inst_param", (None, "x", int, 4), 4),
    ("inst", (3, (int, str)), 3),
    ("list_param", ([1], "x", int), [1]),
    ("opt_list_param", (None, "x"), []),
    ("opt_nullable_list_param", (None, "x"), None),
    ("set_param", ({1}, "x", int), {1}),
    ("opt_set_param", (None, "x"), set()),
    ("tuple_param", ((1,), "x", int), (1,)),
    ("opt_tuple_param", (None, "x", ()), ()),
    ("dict_param", ({"a": 1}, "x", str, int), {"a": 1}),
    ("opt_dict_param", (None, "x"), {}),
    ("opt_nullable_dict_param", (None, "x"), None),
    ("two_dim_dict_param", ({"a": {"b": 1}}, "x"), {"a": {"b": 1}}),
    ("opt_two_dim_dict_param", (None, "x"), {}),
    ("matrix_param", ([[1], [2]], "x"), [[1], [2]]),
    ("type_param", (int, "x"), int),
    ("opt_type_param", (None, "x", str), str),
    ("subclass_param", (bool, "x", int), bool),
    ("opt_subclass_param", (None, "x", int), None),
    ("subclass", (bool, int), bool),
    ("is_list", ([1], int), [1]),
    ("is_tuple", ((1,), int), (1,)),
    ("is_callable", (len,), len),
    ("not_none_param", (0, "x"), 0),
    ("invariant", (True,), True),
    ("str_elem", ({"a": "b"}, "a"), "b"),
    ("opt_str_elem", ({}, "a"), None),
    ("int_elem", ({"a": 1}, "a"), 1),
    ("bool_elem", ({"a": True}, "a"), True),
    ("list_elem", ({"a": [1]}, "a"), [1]),
    ("opt_list_elem", ({}, "a"), []),
    ("dict_elem", ({"a": {}}, "a"), {}),
    ("opt_dict_elem", ({"a": None}, "a"), {}),
    ("opt_float_elem", ({}, "a"), None),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), GOOD)
def test_what_is_right_is_returned(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert getattr(check, name)(*arguments) == expected


BAD: list[tuple[str, tuple[Any, ...], type[Exception], str]] = [
    ("str_param", (3, "x"), check.ParameterCheckError, "the argument x takes an instance of str, got 3 of type int"),
    ("opt_int_param", ("3", "x"), check.ParameterCheckError, "an instance of int, got '3'"),
    ("float_param", (1, "x"), check.ParameterCheckError, "an instance of float"),
    ("inst_param", (3, "x", (str, list)), check.ParameterCheckError, "str or list"),
    ("callable_param", (3, "x"), check.ParameterCheckError, "can be called"),
    ("list_param", ([1, "a"], "x", int), check.CheckError, "x holds something else than instances of int: 'a'"),
    ("set_param", ([1], "x"), check.ParameterCheckError, "set"),
    ("dict_param", ({"a": "b"}, "x", str, int), check.CheckError, "the values of x"),
    ("dict_param", ({1: 2}, "x", str), check.CheckError, "the keys of x"),
    ("opt_dict_param", ([], "x"), check.ParameterCheckError, "dict"),
    ("matrix_param", ([[1], [2, 3]], "x"), check.CheckError, "no matrix"),
    ("subclass_param", (str, "x", int), check.ParameterCheckError, "a subclass of int"),
    ("type_param", (3, "x"), check.ParameterCheckError, "a class"),
    ("not_none_param", (None, "x"), check.ParameterCheckError, "anything but None"),
    ("invariant", (False, "it holds"), check.CheckError, "it holds"),
    ("param_invariant", (False, "x", "even"), check.ParameterCheckError, "x is not as it must be: even"),
    ("failed", ("why",), check.CheckError, "why"),
    ("not_implemented", ("this",), check.NotImplementedCheckError, "this"),
    ("str_elem", ({}, "a"), check.CheckError, "no item a"),
    ("int_elem", ({"a": "b"}, "a"), check.ElementCheckError, "the item a"),
    ("generator", (lambda: (yield),), check.ParameterCheckError, "the function was given"),
    ("generator_param", ([], "x"), check.ParameterCheckError, "a generator"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "text"), BAD)
def test_what_is_wrong_is_told(name: str, arguments: tuple[Any, ...], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        getattr(check, name)(*arguments)
    assert text in str(caught.value)
    assert type(caught.value) is error
