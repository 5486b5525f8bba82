"""What users write in a `config_schema`; each object knows its node of the schema tree."""

from __future__ import annotations

import enum as stdlib_enum
import json
from collections.abc import Mapping
from typing import Any as AnyValue

from dagnb.config.errors import DagnbInvalidConfigDefinitionError
from dagnb.config.schema import (
    MISSING,
    ArrayNode,
    EnumNode,
    FieldNode,
    MapNode,
    NoneableNode,
    ScalarKind,
    ScalarNode,
    ScalarUnionNode,
    SchemaNode,
    SelectorNode,
    ShapeNode,
    SourceNode,
    filled_default,
    is_defaultable,
)

__all__ = [
    "Any",
    "Array",
    "Bool",
    "BoolSource",
    "ConfigType",
    "Field",
    "Float",
    "Int",
    "IntSource",
    "Map",
    "Noneable",
    "Permissive",
    "ScalarUnion",
    "SchemaPart",
    "Selector",
    "Shape",
    "String",
    "StringSource",
]


class SchemaPart:
    """What users make to write it in a `config_schema`; by this other modules know such objects and their classes."""

    __slots__ = ()


class ConfigType(SchemaPart):
    """A type of config values, as users write it; `node` is its place in the schema tree."""

    __slots__ = ("node",)

    def __init__(self, node: SchemaNode) -> None:
        self.node = node

    def __repr__(self) -> str:
        from dagnb.config.printing import print_schema

        return print_schema(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfigType) and self.node == other.node

    __hash__ = None  # type: ignore[assignment]


Any = ConfigType(ScalarNode(ScalarKind.ANY))
Bool = ConfigType(ScalarNode(ScalarKind.BOOL))
Int = ConfigType(ScalarNode(ScalarKind.INT))
Float = ConfigType(ScalarNode(ScalarKind.FLOAT))
String = ConfigType(ScalarNode(ScalarKind.STRING))
StringSource = ConfigType(SourceNode(ScalarKind.STRING))
IntSource = ConfigType(SourceNode(ScalarKind.INT))
BoolSource = ConfigType(SourceNode(ScalarKind.BOOL))


def _node(config: object) -> SchemaNode:
    from dagnb.config.resolve import resolve_schema

    return resolve_schema(config)


def _fields(owner: str, fields: object) -> dict[str, FieldNode]:
    from dagnb.config.resolve import resolve_fields

    if not isinstance(fields, Mapping):
        raise DagnbInvalidConfigDefinitionError(
            (),
            got=f"{owner}({fields!r})",
            expected=f"{owner} with a dict of field names and types",
            current_value=fields,
        )
    return resolve_fields(fields, ())


class Field(SchemaPart):
    """Declare a config value: its type, its default, whether it must be given, and what it means.

    Args:
        config: any form of schema: `int`, `[str]`, a dict, `Noneable(int)`, a pydantic model ...
        default_value: what the solid gets when the field is left out, as a user would write it in the
            config document (for an `Enum`, the name). Not given: no default.
        is_required: whether leaving the field out is an error. Not given: True, unless there is a
            default or all that is inside the field may be left out.
        description: one or two sentences for the editor and the scaffold.

    Raises:
        DagnbInvalidConfigDefinitionError: `config` is no schema; the default is a function or a
            python enum member; a default is given and `is_required` is True.
        DagnbConfigError: the default does not pass the schema.

    >>> Field(int, default_value=5, description="How many folds.")
    Field(Int, default_value=5)
    >>> Field(int, default_value="five")
    Traceback (most recent call last):
    dagnb.config.errors.DagnbConfigError: the default
      expected an integer, got the text "five"
    """

    __slots__ = ("field_node",)

    def __init__(
        self,
        config: AnyValue,
        default_value: AnyValue = MISSING,
        is_required: bool | None = None,  # noqa: FBT001 - the third argument of old
        description: str | None = None,
    ) -> None:
        node = _node(config)
        if default_value is not MISSING:
            _check_default(node, default_value, is_required=is_required)
            is_required = False
        elif is_required is None and is_defaultable(node):
            default_value, is_required = {}, False
        self.field_node = FieldNode(
            node,
            is_required=is_required is not False,
            default=default_value,
            description=description,
        )

    @property
    def is_required(self) -> bool:
        """Whether leaving this field out is an error."""
        return self.field_node.is_required

    @property
    def default_provided(self) -> bool:
        """Whether there is a default, given or made of the defaults inside."""
        return self.field_node.default is not MISSING

    @property
    def default_value(self) -> AnyValue:
        """The default as written in config; `MISSING` when there is none.

        >>> Field({"rows": Field(int, default_value=3), "origin": Field(str, is_required=False)}).default_value
        {'rows': 3}
        """
        return filled_default(self.field_node)

    @property
    def description(self) -> str | None:
        """What the field means, or None."""
        return self.field_node.description

    def __repr__(self) -> str:
        from dagnb.config.printing import print_schema

        field = self.field_node
        default = "" if field.default is MISSING else f", default_value={field.default!r}"
        optional = "" if field.is_required or default else ", is_required=False"
        return f"Field({print_schema(field.node)}{default}{optional})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Field) and self.field_node == other.field_node

    __hash__ = None  # type: ignore[assignment]


def _check_default(node: SchemaNode, default: object, *, is_required: bool | None) -> None:
    if is_required:
        raise DagnbInvalidConfigDefinitionError(
            (),
            got=f"default_value={default!r} with is_required=True",
            expected="a field that is required, or one that has a default",
            hint="leave is_required out: the default is used when the field is not given",
            current_value=default,
        )
    if isinstance(default, stdlib_enum.Enum):
        raise DagnbInvalidConfigDefinitionError(
            (),
            got=f"the enum member {default} as default",
            expected="the name as it is written in config",
            hint=f"default_value={json.dumps(_written(node, default), default=str)}",
            current_value=default,
        )
    if callable(default):
        raise DagnbInvalidConfigDefinitionError(
            (),
            got=f"the function {getattr(default, '__name__', default)} as default",
            expected="a value",
            hint="call it, or compute the default in the solid",
            current_value=default,
        )
    from dagnb.config.defaults import check_default

    check_default(node, default)


def _written(node: SchemaNode, member: stdlib_enum.Enum) -> object:
    """Return how a member is written in config: by its name, or by its value where the enum is a StrEnum."""
    while isinstance(node, NoneableNode):
        node = node.inner
    choices = node.choices if isinstance(node, EnumNode) else ()
    written = [choice.config_value for choice in choices if choice.python_value is member]
    return written[0] if written else member.name


class Shape(ConfigType):
    """A mapping with exactly these fields; a bare dict means the same.

    >>> Shape({"rows": int, "origin": Field(str, default_value="JFK")})
    { rows: Int origin?: String }
    """

    __slots__ = ()

    def __init__(self, fields: Mapping[str, AnyValue], description: str | None = None) -> None:
        super().__init__(ShapeNode(_fields("Shape", fields), description=description))


class Permissive(ConfigType):
    """A mapping with these fields, and whatever else is given.

    >>> Permissive({"host": str})
    { host: String ... }
    """

    __slots__ = ()

    def __init__(self, fields: Mapping[str, AnyValue] | None = None, description: str | None = None) -> None:
        nodes = _fields("Permissive", {} if fields is None else fields)
        super().__init__(ShapeNode(nodes, allows_extra=True, description=description))


class Selector(ConfigType):
    """A mapping with exactly one of these fields.

    >>> Selector({"csv": {"path": str}, "table": {"name": str}})
    { csv: { path: String } | table: { name: String } }
    """

    __slots__ = ()

    def __init__(self, fields: Mapping[str, AnyValue], description: str | None = None) -> None:
        nodes = _fields("Selector", fields)
        if not nodes:
            raise DagnbInvalidConfigDefinitionError(
                (), got="a Selector without fields", expected="at least one field to choose", current_value=fields
            )
        super().__init__(SelectorNode(nodes, description=description))


class Array(ConfigType):
    """A list whose items are all of one type; ``[str]`` and ``list[str]`` mean the same.

    >>> Array(str)
    [String]
    """

    __slots__ = ()

    def __init__(self, inner_type: AnyValue) -> None:
        super().__init__(ArrayNode(_node(inner_type)))


class Noneable(ConfigType):
    """Null, or a value of the inner type; ``int | None`` means the same.

    >>> Noneable(int)
    Int?
    """

    __slots__ = ()

    def __init__(self, inner_type: AnyValue) -> None:
        super().__init__(NoneableNode(_node(inner_type)))


class Map(ConfigType):
    """A mapping with free keys and values of one type; ``dict[str, float]`` means the same.

    Args:
        key_type: a scalar type.
        inner_type: the type of each value.
        key_label_name: what a key stands for, shown in the editor.

    >>> Map(str, float)
    { [String]: Float }
    """

    __slots__ = ()

    def __init__(self, key_type: AnyValue, inner_type: AnyValue, key_label_name: str | None = None) -> None:
        key = _node(key_type)
        if not isinstance(key, ScalarNode):
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=f"{key_type!r} as key of a Map",
                expected="a scalar type such as str",
                current_value=key_type,
            )
        super().__init__(MapNode(key, _node(inner_type), key_label_name))


class ScalarUnion(ConfigType):
    """A scalar, or something structured.

    >>> ScalarUnion(str, {"path": str, "sheet": Field(str, default_value="1")})
    String | { path: String sheet?: String }
    """

    __slots__ = ()

    def __init__(self, scalar_type: AnyValue, non_scalar_schema: AnyValue) -> None:
        scalar, non_scalar = _node(scalar_type), _node(non_scalar_schema)
        if not isinstance(scalar, (ScalarNode, EnumNode)):
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=f"{scalar_type!r} as the scalar of a ScalarUnion",
                expected="a scalar type",
                current_value=scalar_type,
            )
        if isinstance(non_scalar, (ScalarNode, EnumNode, NoneableNode, SourceNode, ScalarUnionNode)):
            raise DagnbInvalidConfigDefinitionError(
                (),
                got=f"{non_scalar_schema!r} as the structured side of a ScalarUnion",
                expected="a dict, Shape, Permissive, Selector, Map or list",
                current_value=non_scalar_schema,
            )
        super().__init__(ScalarUnionNode(scalar, non_scalar))
