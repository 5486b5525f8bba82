from __future__ import annotations

from dagnb.config import Map, Noneable, Permissive, ScalarUnion, Selector, prune, resolve_schema


def test_only_what_is_unknown_goes() -> None:
    node = resolve_schema(
        {
            "list": [{"a": int}],
            "map": Map(str, {"a": int}),
            "one": Noneable(Selector({"x": {"a": int}})),
            "union": ScalarUnion(str, {"a": int}),
            "open": Permissive({"p": {"a": int}}),
            "scalar": int,
        }
    )
    value = {
        "list": [{"a": 1, "z": 2}, 3],
        "map": {"k": {"a": 1, "z": 2}},
        "one": {"x": {"z": 2}, "y": 1},
        "union": {"a": 1, "z": 2},
        "open": {"p": {"z": 1}, "more": 1},
        "scalar": "wrong, but known",
        "gone": 1,
    }
    assert prune(node, value) == {
        "list": [{"a": 1}, 3],
        "map": {"k": {"a": 1}},
        "one": {"x": {}},
        "union": {"a": 1},
        "open": {"p": {}, "more": 1},
        "scalar": "wrong, but known",
    }
    assert "gone" in value
