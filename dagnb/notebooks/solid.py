"""A notebook as a solid."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dagnb.definitions import DynamicOutputDefinition, InputDefinition, OutputDefinition, SolidDefinition
from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.events.user import DEFAULT_OUTPUT
from dagnb.notebooks.addresses import as_address, name_of, shown_address
from dagnb.notebooks.document import load_document, parse_document
from dagnb.notebooks.errors import DagnbNotebookMissingError, DagnbNotebookUnreadableError
from dagnb.notebooks.interface import (
    NotebookInterface,
    NotebookSolidBody,
    config_field,
    fetch_text,
    read_interface,
)
from dagnb.notebooks.parameters import REQUIRED, Parameter

if TYPE_CHECKING:
    from dagnb.definitions.bodies import Body
    from dagnb.definitions.retry import RetryPolicy


def notebook_solid(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    input_defs: Sequence[InputDefinition] | None = None,
    output_defs: Sequence[OutputDefinition] | None = None,
    outputs: Sequence[str] | None = None,
    config_schema: Any = None,
    required_resource_keys: Iterable[str] | None = None,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
    version: str | None = None,
    kernel_name: str | None = None,
    output_notebook: str | None = None,
    retry_policy: RetryPolicy | None = None,
    time_limit: float | None = None,
) -> SolidDefinition:
    """Make a solid of a notebook: it runs in a kernel of its own, and its executed copy is kept.

    Inputs, config and outputs are found in the notebook, which is read and not run. In the cell tagged
    ``parameters``, names that are None, annotated without a value, or annotated with a type that config cannot hold
    are inputs; the others are config. Outputs are the names given to `yield_result`, dynamic ones those that it gives
    with a `mapping_key`. A notebook that gives none has one output, "result": the path of its executed copy.

    Each step and each attempt of it has a copy of its own: ``run["fit[jfk]"].notebook`` is that of the last attempt,
    the earlier ones are beside it.

    A notebook in another language takes config only: the names that its parameters cell assigns, or the fields of
    `config_schema`, written in its language by papermill. Inputs of type Nothing say what runs before it.

    A notebook at an address (https, s3, gs, abs, hdfs, and what plug-ins of papermill read) is fetched when this is
    called, and runs use what was fetched then; say it again to fetch it again. Its login and query are not kept.

    Args:
        path: the notebook, absolute, or relative to the working folder or to the folder of the file that says this;
            or an address.
        name: the solid's name (default: made of the file's name).
        input_defs: inputs to be described further than the notebook can, or that it does not declare.
        output_defs: the outputs, in place of those found.
        outputs: names to take from the notebook's namespace at its end, besides those given to `yield_result`.
        config_schema: the config, in place of the one found; fields that are parameters of the notebook set them.
        required_resource_keys: the resources that it uses, as ``get_context().resources.<key>``.
        description: what it does (default: the notebook's title and first paragraph).
        tags: facts for tools.
        version: stands for the notebook's text in place of its hash.
        kernel_name: which kernelspec (default: the notebook's own).
        output_notebook: name of a further output that carries the path of the executed copy.
        retry_policy: how often a failed step is tried again.
        time_limit: seconds that one attempt may take, the start of its kernel with it.

    Raises:
        DagnbNotebookError: the notebook is missing, cannot be fetched or cannot be read.
        DagnbParameterError: its parameters cell is not Python, or a default there is not of its type.
        DagnbInvalidDefinitionError: a bad name, or two outputs of one name.

    Example::

        fit = notebook_solid("fit_model.ipynb", outputs=["model"])
    """
    address = as_address(os.fspath(path))
    if address is None:
        source = _find(os.fspath(path), sys._getframe(1).f_globals.get("__file__"))  # noqa: SLF001  (the caller's file)
        text, document = None, load_document(source)
    else:
        source, text = shown_address(address), fetch_text(address)
        document = parse_document(text, source)
    interface = read_interface(document, source, kernel_name)
    inputs = _inputs(interface, input_defs or ())
    names = {definition.name for definition in inputs}
    fields = [parameter for parameter in interface.parameters.parameters if parameter.name not in names]
    if config_schema is None and fields:
        config_schema = {parameter.name: config_field(parameter) for parameter in fields}
    given, path_output = _outputs(interface, output_defs, outputs, output_notebook)
    settable: list[str] | None = [parameter.name for parameter in fields]
    if interface.other_language is not None:
        settable = None  # its lines can be read wrongly or not at all: the schema knows better
        values = [definition for definition in given if definition.name != path_output]
        refused = _python_only(inputs, values, required_resource_keys or ())
        _check_other(interface.other_language, source, refused)
    body = NotebookSolidBody(
        path=source,
        parameters=_set_by_config(config_schema, settable),
        outputs=tuple(definition.name for definition in given if definition.name != path_output),
        kernel_name=kernel_name,
        path_output=path_output,
        dynamic=frozenset(definition.name for definition in given if definition.is_dynamic),
        text=text,
    )
    return SolidDefinition(
        name or _solid_name(source if address is None else name_of(source)),
        body=cast("Body", body),
        input_defs=inputs,
        output_defs=given,
        config_schema=config_schema,
        description=description or interface.description,
        tags=tags,
        required_resource_keys=required_resource_keys,
        version=version,
        retry_policy=retry_policy,
        time_limit=time_limit,
    )


def _find(path: str, caller: str | None) -> str:
    if Path(path).is_absolute():
        folders = [Path()]
    else:
        here = os.environ.get("JPY_SESSION_NAME")
        folders = [Path.cwd(), *(Path(file).absolute().parent for file in (caller, here) if file)]
    for folder in folders:
        if (folder / path).is_file():
            return str(Path(os.path.normpath(folder / path)))
    if (folders[0] / path).is_dir():
        raise DagnbNotebookUnreadableError(os.path.normpath(folders[0] / path), "a folder")
    raise DagnbNotebookMissingError(os.path.normpath(folders[0] / path))


def _solid_name(path: str) -> str:
    name = re.sub(r"\W+", "_", Path(path).stem, flags=re.ASCII).strip("_")
    return name if name and not name[0].isdigit() else f"notebook_{name}".rstrip("_")


def _inputs(interface: NotebookInterface, given: Sequence[InputDefinition]) -> list[InputDefinition]:
    declared = {definition.name: definition for definition in given}
    found = [
        declared.pop(parameter.name) if parameter.name in declared else _input(parameter)
        for parameter in interface.parameters.parameters
        if parameter.role == "input" or parameter.name in declared
    ]
    return [*found, *declared.values()]


def _input(parameter: Parameter) -> InputDefinition:
    kind = parameter.type
    if kind is None and (parameter.annotation or "").rpartition(".")[2] == "DataFrame":
        from dagnb.types import DataFrame

        kind = DataFrame
    # None stands for "comes from upstream"; only another literal is a default worth running with.
    if parameter.default is None or parameter.default is REQUIRED or not isinstance(parameter.default, _LITERALS):
        return InputDefinition(parameter.name, kind, parameter.description)
    return InputDefinition(parameter.name, kind, parameter.description, default_value=parameter.default)


_LITERALS = (bool, int, float, str, bytes, list, tuple, dict, set)


def _outputs(
    interface: NotebookInterface,
    output_defs: Sequence[OutputDefinition] | None,
    outputs: Sequence[str] | None,
    output_notebook: str | None,
) -> tuple[list[OutputDefinition], str | None]:
    if isinstance(outputs, str):
        raise DagnbInvalidDefinitionError("outputs is a list of names", got=repr(outputs), expected=f'["{outputs}"]')
    if output_defs is not None:
        given = list(output_defs)
    else:
        found = {**interface.outputs, **{name: False for name in outputs or () if name not in interface.outputs}}
        given = [
            DynamicOutputDefinition(name=name) if is_dynamic else OutputDefinition(name=name)
            for name, is_dynamic in found.items()
        ]
        if not given and output_notebook is None:
            output_notebook = DEFAULT_OUTPUT
    if output_notebook is not None:
        given.append(OutputDefinition(str, output_notebook, "Path of the executed notebook."))
    return given, output_notebook


def _python_only(
    inputs: Iterable[InputDefinition], outputs: Iterable[OutputDefinition], resources: Iterable[str]
) -> list[str]:
    """Name what only a notebook in Python can take or give."""
    from dagnb.types import Nothing

    taken = [f"the input {definition.name}" for definition in inputs if definition.type is not Nothing]
    given = [f"the output {definition.name}" for definition in outputs]
    return [*taken, *given, *(f"the resource {key}" for key in resources)]


def _check_other(language: str, source: str, refused: Sequence[str]) -> None:
    """Refuse what only a notebook in Python can do."""
    if refused:
        raise DagnbInvalidDefinitionError(
            f"a notebook in {language} takes config and gives its executed copy",
            where=source,
            got=", ".join(refused),
            expected="config fields, inputs of type Nothing, and one output: the path of the executed copy",
            hint="let it read and write files whose paths are config; values go in and out of Python notebooks only",
        )


def _set_by_config(config_schema: Any, parameters: list[str] | None) -> tuple[str, ...]:
    """Return the parameters that the config has fields for; all its fields when they may be any."""
    if config_schema is None:
        return ()
    from dagnb.config import resolve_schema
    from dagnb.config.schema import ModelNode, ShapeNode

    node = resolve_schema(config_schema)
    fields: Mapping[str, Any] = {}
    if isinstance(node, ShapeNode):
        fields = node.fields
    elif isinstance(node, ModelNode):
        fields = getattr(node.model, "model_fields", None) or getattr(node.model, "__dataclass_fields__", {})
    return tuple(name for name in (fields if parameters is None else parameters) if name in fields)
