"""Config: from schemas and a document to resolved config, for a whole pipeline at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from dagnb.config import Field, compile_schema, complete, diagnose, parse_document, resolve_schema

__all__ = ["run"]


def run() -> dict[str, float]:
    """Return CPU milliseconds by what was done; 1000 and 5000 solids of two config fields each."""
    compile_schema(resolve_schema(int)).validate(1)  # the import of pydantic_core is not the subject
    figures: dict[str, float] = {}
    for solids in (1000, 5000):
        figures |= {f"{name}, {solids} solids": value for name, value in _measure(solids).items()}
    schema, text = resolve_schema(_schema(100)), _text(100)
    validator = compile_schema(schema)
    validator.validate(parse_document(text).value)
    figures["diagnose a text, 100 solids"] = _milliseconds(lambda: diagnose(validator, text))[0]
    lines = text.count("\n")
    figures["complete in a text, 100 solids"] = _milliseconds(lambda: complete(schema, text, lines, 0))[0]
    return figures


def _measure(solids: int) -> dict[str, float]:
    resolve, schema = _milliseconds(lambda: resolve_schema(_schema(solids)))
    value = {"solids": {f"solid_{i}": {"config": {"origin": "JFK"}} for i in range(solids)}}
    validator = compile_schema(schema)
    first, _ = _milliseconds(lambda: validator.validate(value))
    again, _ = _milliseconds(lambda: validator.validate(value))
    return {"resolve": resolve, "compile and validate": first, "validate again": again}


def _schema(solids: int) -> dict[str, Any]:
    return {
        "solids": {
            f"solid_{i}": {"config": {"origin": str, "folds": Field(int, default_value=5)}} for i in range(solids)
        }
    }


def _text(solids: int) -> str:
    return "solids:\n" + "".join(f"  solid_{i}:\n    config:\n      origin: JFK\n" for i in range(solids))


def _milliseconds(action: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    result = action()
    return (time.process_time() - started) * 1000, result
