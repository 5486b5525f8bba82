"""Write `src/models.ts`: the TypeScript types of the view models and the messages.

`python extensions/views/generate_models.py` writes the file; a test compares it with what this module would write.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
from pathlib import Path
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(__file__).parent / "src" / "models.ts"
HEADER = """\
// The types of dagnb/views/models.py and dagnb/views/messages.py, written by extensions/views/generate_models.py.
// Change them there, then run `npm run generate`.
"""
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def render() -> str:
    """Return the text of `models.ts`."""
    sys.path.insert(0, str(ROOT))
    try:
        from dagnb.views import messages, models
    finally:
        sys.path.remove(str(ROOT))
    parts = [HEADER]
    for module in (models, messages):
        known = _aliases(models) if module is messages else {}
        aliases = {name: value for name, value in _aliases(module).items() if name not in known}
        parts += [_alias(name, value, aliases) for name, value in aliases.items()]
        records = [
            value
            for value in vars(module).values()
            if dataclasses.is_dataclass(value) and value.__module__ == module.__name__
        ]
        parts += [_interface(record, _aliases(models) | aliases) for record in records]
    return "\n".join(parts)


def _aliases(module: types.ModuleType) -> dict[str, Any]:
    return {
        name: value for name, value in vars(module).items() if get_origin(value) in (Literal, types.UnionType, Union)
    }


def _alias(name: str, value: Any, aliases: dict[str, Any]) -> str:
    others = {key: other for key, other in aliases.items() if key != name}
    return f"export type {name} = {_type(value, others)};\n"


def _interface(record: type[Any], aliases: dict[str, Any]) -> str:
    lines = [f"/** {_first_sentence(record)} */", f"export interface {record.__name__} {{"]
    for name, hint in get_type_hints(record).items():
        is_method = get_origin(hint) is ClassVar
        lines.append(f"  readonly {name}: {_literal(getattr(record, name)) if is_method else _type(hint, aliases)};")
    return "\n".join([*lines, "}", ""])


def _first_sentence(record: type[Any]) -> str:
    return (inspect.getdoc(record) or record.__name__).split("\n\n")[0].replace("\n", " ")


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _type(hint: Any, aliases: dict[str, Any]) -> str:
    for name, value in aliases.items():
        if hint == value:
            return name
    if hint in PLAIN:
        return PLAIN[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(_literal(value) for value in arguments)
    if origin in (Union, types.UnionType):
        return " | ".join(_type(argument, aliases) for argument in arguments)
    if origin is tuple and arguments[1:] == (...,):
        return f"ReadonlyArray<{_type(arguments[0], aliases)}>"
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return hint.__name__
    raise TypeError(f"{hint!r} has no TypeScript type here: give views/generate_models.py a rule for it")


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
