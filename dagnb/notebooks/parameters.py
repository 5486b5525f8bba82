"""The cell tagged ``parameters``: which inputs and which config a notebook has, read without running it."""

from __future__ import annotations

import ast
import io
import keyword
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from dagnb.notebooks.annotations import UNKNOWN, Names
from dagnb.notebooks.document import PARAMETERS_TAG, find_tagged, running_cells
from dagnb.notebooks.errors import DagnbParametersCellError

if TYPE_CHECKING:
    from nbformat import NotebookNode

Role = Literal["input", "config"]


class _Mark:
    """A default that is not a value."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __reduce__(self) -> str:
        return self._name


REQUIRED: Final = _Mark("REQUIRED")
COMPUTED: Final = _Mark("COMPUTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One name that the parameters cell assigns or annotates.

    Args:
        name: the name.
        role: whether it is an input of the solid or a field of its config.
        annotation: the annotation's text, if there is one.
        type: the type that the annotation means, or that of a literal default; None when unknown.
        default: the literal, `REQUIRED` when there is none, `COMPUTED` when only running the cell would tell.
        description: the comment behind it.
        line: its line in the cell, from 1.
        written: the default as it is written there.
    """

    name: str
    role: Role
    annotation: str | None = None
    type: Any = None
    default: Any = REQUIRED
    description: str | None = None
    line: int = 1
    written: str | None = None

    @property
    def is_required(self) -> bool:
        """Whether the notebook gives it no value itself."""
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametersCell:
    """The parameters of a notebook; `position` is that of the cell in the document, None when there is none."""

    position: int | None = None
    parameters: tuple[Parameter, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    def of_role(self, role: Role) -> tuple[Parameter, ...]:
        """Return the inputs or the config fields, in order."""
        return tuple(parameter for parameter in self.parameters if parameter.role == role)


def is_parameter_name(name: object) -> bool:
    """Tell whether a name may be set from outside: an identifier, no keyword, no ``__dunder__``.

    >>> is_parameter_name("folds"), is_parameter_name("x=1;y"), is_parameter_name("__name__")
    (True, False, False)
    """
    # isidentifier is true of texts that Python folds to another name (NFKC); those would be assigned elsewhere.
    return (
        isinstance(name, str)
        and name.isidentifier()
        and not keyword.iskeyword(name)
        and not (name.startswith("__"))
        and ast.parse(name, mode="eval").body.id == name  # type: ignore[attr-defined]
    )


def read_parameters(document: NotebookNode, path: str | None = None) -> ParametersCell:
    r"""Read the parameters of a notebook from its cell tagged ``parameters``; nothing is executed.

    An annotated name without a value, a name that is None, and one annotated with a type that config cannot hold
    (a DataFrame, say) are inputs; a name with a value is config of that type. A comment ``# input`` or
    ``# config`` behind it decides otherwise; what follows a colon there, and any other comment, describes it.

    Raises:
        DagnbParametersCellError: the cell is not Python; names notebook, cell and line.

    >>> import nbformat.v4 as v4
    >>> cell = v4.new_code_cell("flights = None\nfolds: int = 5  # how many folds", metadata={"tags": ["parameters"]})
    >>> for parameter in read_parameters(v4.new_notebook(cells=[cell])).parameters:
    ...     print(parameter.role, parameter.name, parameter.default, parameter.description)
    input flights None None
    config folds 5 how many folds
    """
    position = find_tagged(document, PARAMETERS_TAG)
    if position is None:
        return ParametersCell()
    source = document.cells[position].source
    try:
        tree, source = parse_cell(source)
    except SyntaxError as error:
        numbers = {place: number for number, place, _ in running_cells(document)}
        raise DagnbParametersCellError(
            path=path,
            cell=numbers.get(position, position + 1),
            line=error.lineno or 1,
            problem=error.msg,
            text=error.text or "",
        ) from None
    names = Names()
    for cell in document.cells[:position]:
        if cell.cell_type == "code":
            _learn_quietly(names, cell.source)
    names.learn(tree)
    comments = _comments(source)
    found: dict[str, Parameter] = {}
    for statement in tree.body:
        comment = comments.get(statement.end_lineno or statement.lineno)
        for parameter in _parameters(statement, names, comment):
            found[parameter.name] = parameter
    return ParametersCell(position=position, parameters=tuple(found.values()))


def parse_cell(source: str) -> tuple[ast.Module, str]:
    """Parse a cell, with IPython's magics turned into calls; return the tree and the text that was parsed.

    Raises:
        SyntaxError: it is not Python.
    """
    try:
        return ast.parse(source), source
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        plain: str = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
        return ast.parse(plain), plain


def _learn_quietly(names: Names, source: str) -> None:
    try:
        names.learn(parse_cell(source)[0])
    except SyntaxError:
        return  # a cell of another magic's language has nothing to say about types


def _comments(source: str) -> dict[int, str]:
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
                found[token.start[0]] = token.string.lstrip("#").strip()
    except tokenize.TokenError:
        return found
    return found


def _parameters(statement: ast.stmt, names: Names, comment: str | None) -> Iterator[Parameter]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        resolved = names.resolve(statement.annotation)
        parameter = Parameter(
            name=statement.target.id,
            role="input",
            annotation=ast.unparse(statement.annotation),
            type=None if resolved is UNKNOWN else resolved,
            default=_default(statement.value),
            line=statement.lineno,
            written=None if statement.value is None else ast.unparse(statement.value),
        )
        yield _finish(parameter, comment)
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            for name, value in _pairs(target, statement.value):
                default = _default(value)
                known = None if default is None or default is COMPUTED else type(default)
                parameter = Parameter(
                    name=name,
                    role="input",
                    type=known,
                    default=default,
                    line=statement.lineno,
                    written=ast.unparse(value),
                )
                yield _finish(parameter, comment)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for one, its_value in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, its_value)


def _default(node: ast.expr | None) -> Any:
    if node is None:
        return REQUIRED
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return COMPUTED


def _finish(parameter: Parameter, comment: str | None) -> Parameter:
    role = _role(parameter)
    if comment:
        mark, _, rest = comment.partition(":")
        if mark.strip() in ("input", "config"):
            role = "input" if mark.strip() == "input" else "config"
            comment = rest.strip() or None
    return replace(parameter, role=role, description=comment or None)


def _role(parameter: Parameter) -> Role:
    if parameter.default is REQUIRED:
        return "input"
    if parameter.annotation is not None:
        return "input" if parameter.type is None else "config"
    return "input" if parameter.default is None else "config"
