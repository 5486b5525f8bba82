"""Values for a notebook's parameters: checked first, then written as a cell of literal assignments or bound."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dagnb.config.secret import is_secret_name
from dagnb.errors import DagnbParameterError
from dagnb.notebooks.document import INJECTED_TAG, PARAMETERS_TAG, find_tagged, tags_of
from dagnb.notebooks.errors import DagnbUnknownParameterError
from dagnb.notebooks.parameters import Parameter, ParametersCell, is_parameter_name

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SCALARS = (bool, int, float, complex, str, bytes, type(None))
_INJECTED_LIMIT = 64 * 1024
_DEEPEST = 20
_WITH_IDS = (4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitValues:
    """Values that can be written as text in a cell, and those that travel as values."""

    literals: Mapping[str, Any]
    objects: Mapping[str, Any]


def check_name(name: object, *, path: str | None = None) -> str:
    """Return a name that may be set in a notebook.

    Raises:
        DagnbParameterError: it is no identifier, a keyword, or starts with two underscores.
    """
    if isinstance(name, str) and is_parameter_name(name):
        return name
    raise DagnbParameterError(
        "this is not a name that can be set in a notebook",
        where=path,
        got=repr(name)[:80],
        expected="an identifier that is no keyword and does not start with __",
    )


def check_values(cell: ParametersCell, values: Mapping[str, Any], *, path: str | None = None) -> dict[str, Any]:
    """Return the values as the notebook's parameters want them.

    Raises:
        DagnbUnknownParameterError: the notebook has no such parameter; names the nearest.
        DagnbParameterError: a value is not of the parameter's type.
    """
    known = {parameter.name: parameter for parameter in cell.parameters}
    checked: dict[str, Any] = {}
    for name, value in values.items():
        check_name(name, path=path)
        if name not in known:
            raise DagnbUnknownParameterError(name, known, path=path)
        checked[name] = check_value(known[name], value, path=path)
    return checked


def check_value(parameter: Parameter, value: Any, *, path: str | None = None) -> Any:
    """Return the value as the parameter's type has it: as it is, or read from its JSON form (dates, paths, sets).

    Raises:
        DagnbParameterError: it is not of that type.
    """
    if parameter.type is None or parameter.type is Any or parameter.type is object:
        return value
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError

    try:
        adapter = TypeAdapter(parameter.type, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        adapter = TypeAdapter(parameter.type)
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except (ValidationError, TypeError, ValueError):
        shown = "a value that is not shown" if is_secret_name(parameter.name) else f"{type(value).__name__} {value!r}"
        inner = "".join(f"[{part!r}]" for part in problem["loc"])
        raise DagnbParameterError(
            f"the parameter {parameter.name}{inner} is of another type",
            where=path,
            got=shown[:120],
            expected=parameter.annotation or getattr(parameter.type, "__name__", str(parameter.type)),
            hint=problem["msg"],
        ) from None


def is_literal(value: Any) -> bool:
    """Tell whether a value can be written as Python text that gives exactly it back; secrets never can.

    >>> from dagnb.config import Secret
    >>> is_literal({"a": (1, 2.5, None)}), is_literal(float("inf")), is_literal(Secret("hunter22"))
    (True, False, False)
    """
    return _is_literal(value, depth=0)


def _is_literal(value: Any, depth: int) -> bool:  # noqa: PLR0911  (one return a kind of value)
    kind = type(value)
    if kind in _SCALARS:
        if kind is float:
            return bool(value - value == 0)
        return kind is not complex or bool(value - value == 0)
    if depth > _DEEPEST:
        return False
    if kind in (list, tuple):
        return all(_is_literal(item, depth + 1) for item in value)
    if kind is set:
        return bool(value) and all(_is_literal(item, depth + 1) for item in value)
    if kind is dict:
        return all(_is_literal(k, depth + 1) and _is_literal(v, depth + 1) for k, v in value.items())
    return False


def split_values(values: Mapping[str, Any]) -> SplitValues:
    """Part values into those that a cell can show as text and those that cannot (objects, secrets, long ones)."""
    literals: dict[str, Any] = {}
    objects: dict[str, Any] = {}
    for name, value in values.items():
        shown = not is_secret_name(name) and is_literal(value) and len(repr(value)) <= _INJECTED_LIMIT
        (literals if shown else objects)[name] = value
    return SplitValues(literals=literals, objects=objects)


def injected_source(literals: Mapping[str, Any], objects: Mapping[str, Any] | None = None) -> str:
    """Return the text of the injected cell: one assignment of a literal a name, and a comment for each object.

    Raises:
        DagnbParameterError: a name is not one, or a value is no literal.

    >>> print(injected_source({"folds": 3, "origin": "JFK"}))
    # Parameters
    folds = 3
    origin = 'JFK'
    """
    lines = ["# Parameters"]
    for name, value in literals.items():
        check_name(name)
        if not is_literal(value):
            raise DagnbParameterError(
                f"the parameter {name} cannot be written as text",
                got=type(value).__name__,
                expected="numbers, texts, bytes, None, and lists, tuples, sets and dicts of them",
                hint="hand it to the notebook as an input",
            )
        target = ast.Name(id=name, ctx=ast.Store())
        tree = ast.Assign(targets=[target], value=ast.parse(repr(value), mode="eval").body)
        lines.append(ast.unparse(ast.fix_missing_locations(tree)))
    for name, value in (objects or {}).items():
        kind = type(value).__name__
        lines.append(f"# {check_name(name)}: {kind if kind.isidentifier() else 'a value'}, handed over as a value")
    return "\n".join(lines)


def inject(document: NotebookNode, literals: Mapping[str, Any], objects: Mapping[str, Any]) -> int | None:
    """Put the injected cell behind the parameters cell, or first; one that is there already is replaced.

    Returns:
        The position behind which inputs must be bound again, because the cells up to there set names: that of
        the injected cell, else of the parameters cell; None when there is neither.
    """
    return place_injected(document, injected_source(literals, objects) if literals else None)


def place_injected(document: NotebookNode, source: str | None) -> int | None:
    """Put a cell with this text behind the parameters cell, or first; return what `inject` does."""
    from nbformat import v4

    document.cells = [cell for cell in document.cells if INJECTED_TAG not in tags_of(cell)]
    position = find_tagged(document, PARAMETERS_TAG)
    if source is None:
        return position
    cell = v4.new_code_cell(source, metadata={"tags": [INJECTED_TAG]})  # type: ignore[no-untyped-call]
    cell.id = "injected-parameters"
    if (document.nbformat, document.nbformat_minor) < _WITH_IDS:
        del cell["id"]
    place = 0 if position is None else position + 1
    document.cells.insert(place, cell)
    return place
