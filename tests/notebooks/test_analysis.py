"""Free and assigned names of cells."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, strategies as st

from dagnb.notebooks.analysis import analyse


@pytest.mark.parametrize(
    ("source", "free", "assigned"),
    [
        ("a = b + c", "b c", "a"),
        ("a = a + 1", "a", "a"),
        ("a += 1", "a", "a"),
        ("a: int = b", "b", "a"),
        ("a: int", "", ""),
        ("a, (b, *c) = d", "d", "a b c"),
        ("a[i] = b; a.x = c", "b a i c", ""),
        ("for i in items:\n    total = i", "items", "total"),
        ("with open(path) as file:\n    text = file.read()", "path", "text"),
        ("import os, a.b as ab\nfrom x import y\nz = os, ab, y", "", "z"),
        ("def f(x, y=d) -> r:\n    return x + g + y\nz = f(1)", "d r g", "z"),
        ("def f():\n    return later\nlater = 1", "", "later"),
        ("def f():\n    return later\nz = later\nlater = 1", "later", "z later"),
        ("class C(Base):\n    x = y\n    def m(self):\n        return w + self.x\nz = C", "Base y w", "z"),
        ("a = [x + k for x in xs for y in x if y > m]", "xs m k", "a"),
        ("a = {k: v for k, v in d.items()}\nb = {x for x in a}", "d", "a b"),
        ("a = (lambda x, y=q: x + y + z)(1)", "q z", "a"),
        ("a = [lambda: x for x in xs]", "xs", "a"),
        ("if (n := len(xs)) > 1:\n    a = n", "xs", "a"),
        ("n = (n := n + 1)", "n", "n"),
        ("try:\n    a = f()\nexcept E as e:\n    a = e", "f E", "a"),
        (
            (
                "match x:\n    case {'k': v, **rest}:\n        a = v, rest\n    case [p, *q]:\n        a = p, q\n"
                "    case C() as c:\n        a = c"
            ),
            "x C",
            "a",
        ),
        ("a = 1\ndel a\nb = a", "a", "b"),
        ("a = f'{b!r:{w}}'", "b w", "a"),
        ("a = print(len, __name__)", "", "a"),
        ("list = 1\na = list", "", "list a"),
        ("async def f():\n    return q\na = await f()\nasync for x in g:\n    pass", "q g", "a"),
        ("def f():\n    global total\n    total = start\nf()", "start", ""),
        ("x = 1\nx.y = z", "z", "x"),
        ("", "", ""),
    ],
)
def test_names(source: str, free: str, assigned: str) -> None:
    names = analyse(ast.parse(source))
    assert (" ".join(names.free), " ".join(names.assigned)) == (free, assigned)


variables = st.sampled_from("abcd")
expressions = st.recursive(
    variables | st.just("1"),
    lambda inner: (
        st.tuples(inner, inner).map(lambda p: f"({p[0]}, {p[1]})")
        | st.tuples(inner, variables, inner).map(lambda p: f"[{p[0]} for {p[1]} in ({p[2]},)]")
        | st.tuples(variables, inner, inner).map(lambda p: f"(lambda {p[0]}: {p[1]})({p[2]})")
    ),
    max_leaves=4,
)
statements = (
    st.tuples(variables, expressions).map(lambda p: f"{p[0]} = {p[1]}")
    | st.tuples(variables, expressions, variables).map(lambda p: f"for {p[0]} in ({p[1]},):\n    {p[2]} = {p[0]}")
    | st.tuples(variables, variables, expressions).map(lambda p: f"def {p[0]}({p[1]}=0):\n    return {p[2]}")
    | expressions
)


@given(st.lists(statements, min_size=1, max_size=5))
def test_with_its_free_names_given_a_cell_never_misses_one(cell: list[str]) -> None:
    source = "\n".join(cell)
    names = analyse(ast.parse(source))
    scope = dict.fromkeys(names.free, 0)
    exec(compile(source, "<cell>", "exec"), scope)  # noqa: S102  (its own words; a NameError fails the test)
    assert set(names.assigned) <= scope.keys()


def test_expressions_in_the_braces_of_commands_are_read() -> None:
    from dagnb.notebooks.parameters import parse_cell

    tree, _ = parse_cell("found = !ls {folder} | head -{rows + 1}\n%cd {folder}/{sub}\nimport os\nos.system('{no}')")
    assert analyse(tree).free == ("folder", "rows", "sub")


def test_what_a_shell_puts_in_itself_is_not_read() -> None:
    from dagnb.notebooks.parameters import parse_cell

    tree, _ = parse_cell("!for f in {a,b}; do echo ${f} $HOME; done | awk '{print $1}' ; echo {{x}}\ny = 1")
    assert analyse(tree).free == ()
