from __future__ import annotations

from dagnb.config import (
    BoolSource,
    Enum,
    EnumValue,
    Field,
    IntSource,
    Map,
    Noneable,
    Permissive,
    ScalarUnion,
    Selector,
    StringSource,
    print_schema,
    resolve_schema,
)


def test_a_schema_prints_as_a_compact_type() -> None:
    schema = {
        "a": int,
        "b": Field(str, is_required=False),
        "c": Field(Noneable([float]), default_value=None),
        "d": Enum("Color", [EnumValue("red"), EnumValue("dark blue")]),
        "e": Selector({"x": int, "y": {}}),
        "f": Map(str, bool, "table"),
        "g": ScalarUnion(str, [int]),
        "h": [StringSource],
        "i": IntSource,
        "j": BoolSource,
        "k": Permissive({"l": int}),
    }
    assert print_schema(resolve_schema(schema)) == (
        "{ a: Int b?: String c?: [Float]? d: (red | dark blue) e: { x: Int | y?: {} } f: { [table]: Bool } "
        "g: String | [Int] h: [StringSource] i: IntSource j: BoolSource k: { l: Int ... } }"
    )
