"""Config: schemas in every form that users write, one tree of nodes behind them, one validator per document.

The way of a schema: `fields` (what users write) -> `resolve` -> `schema` (frozen nodes) -> `validate`
(every problem with its path), `schema_json`, `printing`, `scaffolding`, `completion`, `diagnosis`.
Names are imported at first use: `Field` alone needs neither pydantic nor a YAML parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagnb.config.completion import Completion, CompletionItem, complete
    from dagnb.config.diagnosis import Diagnostic, Severity, diagnose
    from dagnb.config.document import ConfigDocument, Span, parse_document
    from dagnb.config.errors import (
        ConfigProblem,
        DagnbConfigError,
        DagnbInvalidConfigDefinitionError,
        ProblemReason,
        format_path,
    )
    from dagnb.config.fields import (
        Any,
        Array,
        Bool,
        BoolSource,
        Enum,
        EnumValue,
        Field,
        Float,
        Int,
        IntSource,
        Map,
        Noneable,
        Permissive,
        ScalarUnion,
        Selector,
        Shape,
        String,
        StringSource,
    )
    from dagnb.config.frozen import ConfigDict, ConfigList, thaw
    from dagnb.config.printing import print_schema
    from dagnb.config.pruning import prune
    from dagnb.config.resolve import resolve_field, resolve_schema
    from dagnb.config.scaffolding import scaffold
    from dagnb.config.schema import FieldNode, SchemaNode
    from dagnb.config.schema_json import json_schema
    from dagnb.config.secret import Secret, redact
    from dagnb.config.validate import Validator, compile_schema

_HOMES = {
    "completion": ("Completion", "CompletionItem", "complete"),
    "diagnosis": ("Diagnostic", "Severity", "diagnose"),
    "document": ("ConfigDocument", "Span", "parse_document"),
    "errors": (
        "ConfigProblem",
        "DagnbConfigError",
        "DagnbInvalidConfigDefinitionError",
        "ProblemReason",
        "format_path",
    ),
    "fields": (
        "Any",
        "Array",
        "Bool",
        "BoolSource",
        "Enum",
        "EnumValue",
        "Field",
        "Float",
        "Int",
        "IntSource",
        "Map",
        "Noneable",
        "Permissive",
        "ScalarUnion",
        "Selector",
        "Shape",
        "String",
        "StringSource",
    ),
    "frozen": ("ConfigDict", "ConfigList", "thaw"),
    "schema_json": ("json_schema",),
    "printing": ("print_schema",),
    "pruning": ("prune",),
    "resolve": ("resolve_field", "resolve_schema"),
    "scaffolding": ("scaffold",),
    "schema": ("FieldNode", "SchemaNode"),
    "secret": ("Secret", "redact"),
    "validate": ("Validator", "compile_schema"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Any",
    "Array",
    "Bool",
    "BoolSource",
    "Completion",
    "CompletionItem",
    "ConfigDict",
    "ConfigDocument",
    "ConfigList",
    "ConfigProblem",
    "DagnbConfigError",
    "DagnbInvalidConfigDefinitionError",
    "Diagnostic",
    "Enum",
    "EnumValue",
    "Field",
    "FieldNode",
    "Float",
    "Int",
    "IntSource",
    "Map",
    "Noneable",
    "Permissive",
    "ProblemReason",
    "ScalarUnion",
    "SchemaNode",
    "Secret",
    "Selector",
    "Severity",
    "Shape",
    "Span",
    "String",
    "StringSource",
    "Validator",
    "compile_schema",
    "complete",
    "diagnose",
    "format_path",
    "json_schema",
    "parse_document",
    "print_schema",
    "prune",
    "redact",
    "resolve_field",
    "resolve_schema",
    "scaffold",
    "thaw",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
