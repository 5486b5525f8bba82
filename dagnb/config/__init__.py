"""Config: schemas in every form that users write, one tree of nodes behind them, one validator per document.

The way of a schema: `fields` (what users write) -> `resolve` -> `schema` (frozen nodes) -> `validate`
(every problem with its path), `schema_json`, `printing`, `scaffolding`, `completion`, `diagnosis`.
Names are imported at first use: `Field` alone needs neither pydantic nor a YAML parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagnb._lazy import lazy_names

if TYPE_CHECKING:
    from dagnb.config.completion import Completion, CompletionItem, complete
    from dagnb.config.diagnosis import Diagnostic, Severity, diagnose
    from dagnb.config.document import ConfigDocument, Span, parse_document
    from dagnb.config.enums import Enum, EnumValue
    from dagnb.config.errors import (
        ConfigProblem,
        DagnbConfigError,
        DagnbConfigMappingError,
        DagnbInvalidConfigDefinitionError,
        DagnbMappedConfigError,
        ProblemReason,
        format_path,
    )
    from dagnb.config.evaluation import EvaluationError, EvaluationReason, evaluation_errors
    from dagnb.config.fields import (
        Any,
        Array,
        Bool,
        BoolSource,
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
    from dagnb.config.mapping import ConfigMapping
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
    "enums": ("Enum", "EnumValue"),
    "errors": (
        "ConfigProblem",
        "DagnbConfigError",
        "DagnbConfigMappingError",
        "DagnbInvalidConfigDefinitionError",
        "DagnbMappedConfigError",
        "ProblemReason",
        "format_path",
    ),
    "evaluation": ("EvaluationError", "EvaluationReason", "evaluation_errors"),
    "fields": (
        "Any",
        "Array",
        "Bool",
        "BoolSource",
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
    "mapping": ("ConfigMapping",),
    "schema_json": ("json_schema",),
    "printing": ("print_schema",),
    "pruning": ("prune",),
    "resolve": ("resolve_field", "resolve_schema"),
    "scaffolding": ("scaffold",),
    "schema": ("FieldNode", "SchemaNode"),
    "secret": ("Secret", "redact"),
    "validate": ("Validator", "compile_schema"),
}

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
    "ConfigMapping",
    "ConfigProblem",
    "DagnbConfigError",
    "DagnbConfigMappingError",
    "DagnbInvalidConfigDefinitionError",
    "DagnbMappedConfigError",
    "Diagnostic",
    "Enum",
    "EnumValue",
    "EvaluationError",
    "EvaluationReason",
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
    "evaluation_errors",
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

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(__name__, _HOMES)
