"""Everything that is wrong with a config text, each with the stretch of text to underline."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dagnb.config.document import ConfigDocument, Span, parse_document
from dagnb.config.errors import ConfigPath, ConfigProblem, ProblemReason
from dagnb.config.schema import SchemaNode
from dagnb.config.validate import Validator, compile_schema

__all__ = ["Diagnostic", "Severity", "diagnose"]


class Severity(StrEnum):
    """How bad it is: an error stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mark in an editor.

    Attributes:
        path: where in the document's value; empty for the document itself and for syntax errors.
        message: what to read, without the place.
        severity: whether it stops the run.
        span: the text to underline; lines and columns count from 0.
        reason: the kind of problem.
    """

    path: ConfigPath
    message: str
    severity: Severity
    span: Span
    reason: ProblemReason


def diagnose(
    schema: SchemaNode | Validator,
    text: str,
    *,
    environ: Mapping[str, str] | None = os.environ,
) -> list[Diagnostic]:
    """Return every problem of a config text, in the order of the text.

    Args:
        schema: the schema, or its validator (faster when called for each keystroke).
        text: the text of the editor.
        environ: where ``{"env": NAME}`` is looked up; None: nowhere, and no such problem is reported.

    >>> from dagnb.config import resolve_schema
    >>> found = diagnose(resolve_schema({"folds": int}), "folds: ninety")
    >>> found[0].message, found[0].span
    ('expected an integer, got the text "ninety"', Span(line=0, column=7, end_line=0, end_column=13))
    """
    validator = schema if isinstance(schema, Validator) else compile_schema(schema)
    document = parse_document(text)
    if document.problems:
        return [
            Diagnostic(
                path=problem.path,
                message=problem.message,
                severity=Severity.ERROR,
                span=problem.span,
                reason=ProblemReason.SYNTAX,
            )
            for problem in document.problems
        ]
    found = [
        Diagnostic(
            path=problem.path,
            message=problem.message,
            severity=Severity.ERROR,
            span=_span(document, problem),
            reason=problem.reason,
        )
        for problem in validator.problems(document.value, environ=environ)
    ]
    return sorted(found, key=lambda diagnostic: diagnostic.span)


def _span(document: ConfigDocument, problem: ConfigProblem) -> Span:
    if problem.reason is ProblemReason.MISSING_FIELD:
        return document.locate_key(problem.path[:-1])
    if problem.reason is ProblemReason.UNKNOWN_FIELD:
        return document.locate_key(problem.path)
    return document.locate(problem.path)
