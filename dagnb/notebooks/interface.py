"""What a notebook takes and gives, found in it without running it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dagnb.definitions.notebook_body import NotebookBody
from dagnb.notebooks.addresses import read_address, shown_address
from dagnb.notebooks.analysis import yielded_outputs
from dagnb.notebooks.document import INJECTED_TAG, clear_outputs, load_document, parse_document, tags_of
from dagnb.notebooks.errors import DagnbNotebookUnreadableError
from dagnb.notebooks.languages import other_language, read_other_parameters
from dagnb.notebooks.parameters import Parameter, ParametersCell, parse_cell, read_parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from dagnb.config import Field

_OUTPUTS_COMMENT = re.compile(r"^\s*#\s*outputs?\s*:\s*(.+)$", re.MULTILINE)
_SHOWN_ANSWER = 60
_SHOWN_DEFAULT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookSolidBody(NotebookBody):
    """A notebook as the body of a solid.

    Args:
        path: where it is: a path, or an address as it may be shown.
        path_output: name of the output that carries the executed copy's path.
        dynamic: names of its dynamic outputs.
        text: the notebook as it was read from its address; None when it is a file, which each run reads anew.
    """

    path_output: str | None = None
    dynamic: frozenset[str] = frozenset()
    text: str | None = field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """A hash of the cells' kinds, tags and texts: running the notebook by hand does not change it."""
        document = read_body(self)
        cells = [[cell.cell_type, tags_of(cell), cell.source] for cell in document.cells]
        return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def read_body(body: NotebookBody) -> NotebookNode:
    """Return the notebook of a body.

    Raises:
        DagnbNotebookError: the file is missing or cannot be read.
    """
    text = getattr(body, "text", None)
    return load_document(body.path) if text is None else parse_document(text, body.path)


def fetch_text(address: str) -> str:
    """Return the notebook at an address, without its outputs.

    Raises:
        DagnbNotebookError: it cannot be fetched, or is no notebook.
    """
    import nbformat

    content = read_address(address)
    shown = shown_address(address)
    try:
        document = parse_document(content, shown)
    except DagnbNotebookUnreadableError as error:
        # Papermill takes the page that says "404" for the notebook.
        begin = " ".join(content[:_SHOWN_ANSWER].split())
        raise DagnbNotebookUnreadableError(shown, f"{error.problem}; the answer begins with {begin!r}") from None
    clear_outputs(document)
    text: str = nbformat.writes(document, version=4)  # type: ignore[no-untyped-call]
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookInterface:
    """Parameters, outputs and description of a notebook; its language, unless that is Python.

    Args:
        outputs: the outputs by name: whether each is a dynamic one.
    """

    parameters: ParametersCell
    outputs: Mapping[str, bool]
    description: str | None
    other_language: str | None = None


def read_interface(document: NotebookNode, path: str, kernel_name: str | None = None) -> NotebookInterface:
    """Read what a notebook takes and gives, when this kernel (default: its own) runs it; `path` is for errors.

    Outputs are the names given to `yield_result` as literals, and those of a comment ``# outputs: a, b``.

    Raises:
        DagnbParameterError: its parameters cell is not Python.
    """
    language = other_language(document, kernel_name)
    if language is not None:
        parameters = read_other_parameters(document, language, kernel_name)
        description = _describe(document)
        return NotebookInterface(parameters=parameters, outputs={}, description=description, other_language=language)
    return NotebookInterface(
        parameters=read_parameters(document, path),
        outputs=_find_outputs(document),
        description=_describe(document),
    )


def _find_outputs(document: NotebookNode) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for cell in document.cells:
        if cell.cell_type != "code" or INJECTED_TAG in tags_of(cell):
            continue
        for listed in _OUTPUTS_COMMENT.findall(cell.source):
            for name in map(str.strip, listed.split(",")):
                if name.isidentifier():
                    found.setdefault(name, False)
        try:
            tree = parse_cell(cell.source)[0]
        except SyntaxError:
            continue  # the run will say so, at the cell
        for name, is_dynamic in yielded_outputs(tree).items():
            found[name] = found.get(name, False) or is_dynamic
    return found


def _describe(document: NotebookNode) -> str | None:
    """Return the heading and the first paragraph of the first Markdown cell."""
    for cell in document.cells:
        if cell.cell_type == "markdown" and cell.source.strip():
            blocks = [block.strip() for block in re.split(r"\n\s*\n", cell.source.strip())]
            heading, *rest = blocks[0].splitlines()
            told = [heading.lstrip("# ").strip(), " ".join(rest).strip() or (blocks[1] if len(blocks) > 1 else "")]
            return "\n\n".join(part for part in told if part and not part.startswith("#")) or None
    return None


def config_field(parameter: Parameter) -> Field:
    """Return the config field that a parameter is: its type, default and description.

    Raises:
        DagnbParameterError: its default is not of its type.
    """
    from dagnb.config import DagnbConfigError, Field, Noneable
    from dagnb.errors import DagnbParameterError
    from dagnb.notebooks.parameters import COMPUTED, REQUIRED

    schema = _config_type(parameter)
    if parameter.default is None and parameter.type is not None:
        schema = Noneable(schema)
    description = parameter.description or _stated_description(parameter.type)
    if parameter.default is REQUIRED:
        return Field(schema, is_required=True, description=description)
    if parameter.default is COMPUTED or not _is_plain(parameter.default):
        # The notebook's own value stands when the field is left out.
        return Field(schema, is_required=False, description=_with_default(description, parameter.written))
    try:
        return Field(schema, default_value=parameter.default, description=description)
    except DagnbConfigError:
        raise DagnbParameterError(
            f"the default of the parameter {parameter.name} is not of its type",
            where=f"parameters cell › line {parameter.line}",
            got=repr(parameter.default)[:120],
            expected=parameter.annotation,
        ) from None


def _with_default(description: str | None, written: str | None) -> str | None:
    """Return the description with a default that config cannot hold, as the notebook writes it."""
    if written is None or len(written) > _SHOWN_DEFAULT or "\n" in written:
        return description
    return f"{description} · default: {written}" if description else f"default: {written}"


def _stated_description(kind: Any) -> str | None:
    """Return the text beside the type in an ``Annotated``."""
    texts = [part for part in getattr(kind, "__metadata__", ()) if isinstance(part, str)]
    return texts[0] if texts else None


def _config_type(parameter: Parameter) -> Any:
    from dagnb.config import Any as AnyConfig, DagnbInvalidConfigDefinitionError, resolve_schema
    from dagnb.config.fields import ConfigType
    from dagnb.config.schema import ModelNode, NoneableNode

    if parameter.type is None:
        return AnyConfig
    try:
        node = resolve_schema(parameter.type)
    except DagnbInvalidConfigDefinitionError:
        # Tuples, sets, bytes and unions: config has no word for them, pydantic does.
        return ConfigType(ModelNode(parameter.type, parameter.annotation or parameter.type.__name__))
    return ConfigType(node.inner if isinstance(node, NoneableNode) and parameter.default is None else node)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    return value is None or type(value) in (bool, int, float, str)
