"""The playground's answers: is this config text right, what could stand here, what would run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagnb.config import complete, diagnose, parse_document, scaffold
from dagnb.config.errors import format_path
from dagnb.config.schema import MISSING, FieldNode, SchemaNode, ShapeNode, is_defaultable
from dagnb.config.validate import Validator
from dagnb.definitions.pipeline import PipelineDefinition
from dagnb.planning.run_config import run_config_validator
from dagnb.views.format import plural
from dagnb.views.models import CompletionView, ConfigCheck, DiagnosticView, PlaygroundView
from dagnb.views.planned import Planned

NOTHING_REQUIRED = "# nothing is required: an empty run config will do"


def _validator(pipeline: PipelineDefinition, mode: str) -> Validator:
    return run_config_validator(pipeline, pipeline.mode(mode))


def check_config(
    pipeline: PipelineDefinition, text: str, mode: str, typical: Mapping[str, float] | None = None
) -> ConfigCheck:
    """Say whether a config text is right, and what will run.

    Args:
        pipeline: whose run config it is.
        text: YAML.
        mode: the name of the mode.
        typical: seconds that each step took in earlier runs.
    """
    found = diagnose(_validator(pipeline, mode), text)
    diagnostics = tuple(
        DiagnosticView(
            path=format_path(each.path),
            message=each.message,
            severity="error" if each.severity == "error" else "warning",
            line=each.span.line,
            column=each.span.column,
            end_line=each.span.end_line,
            end_column=each.span.end_column,
        )
        for each in found
    )
    planned = Planned(pipeline, typical)
    summary = plural(len(diagnostics), "error") if diagnostics else planned.summary
    return ConfigCheck(diagnostics=diagnostics, plan=planned.table, summary=summary)


def complete_config(pipeline: PipelineDefinition, text: str, mode: str, line: int, column: int) -> list[CompletionView]:
    """Say what could stand at the cursor; line and column count from 0."""
    found = complete(_validator(pipeline, mode).node, text, line, column)
    return [
        CompletionView(
            label=each.label,
            insert=each.insert,
            column=found.span.column,
            detail=each.detail,
            description=each.description,
            kind=each.kind,
        )
        for each in found.items
    ]


def scaffold_config(pipeline: PipelineDefinition, mode: str, fields: str = "required") -> str:
    """Return a config text to start from; when nothing is required, a comment that says so."""
    text = scaffold(_validator(pipeline, mode).node, fields="all" if fields == "all" else "required")
    return NOTHING_REQUIRED if text == "{}" else text


def _beginning(pipeline: PipelineDefinition, mode: str) -> str:
    """Return the text that a playground begins with: what is required, and what the solids take by default."""
    node = _validator(pipeline, mode).node
    if isinstance(node, ShapeNode) and is_defaultable(node.fields["solids"].node):
        text = scaffold(ShapeNode({"solids": _with_defaults(node.fields["solids"])}), fields="all")
        return "" if text.strip() in ("{}", "solids: {}") else text
    return scaffold_config(pipeline, mode)


def _with_defaults(field: FieldNode) -> FieldNode:
    """Leave out what is neither required nor has a default: an example in its place would be a choice."""
    node = field.node
    if isinstance(node, ShapeNode) and not node.allows_extra:
        kept = {
            name: _with_defaults(each)
            for name, each in node.fields.items()
            if each.is_required or each.default is not MISSING
        }
        node = ShapeNode(
            {name: each for name, each in kept.items() if not _is_empty(each.node)}, description=node.description
        )
    return FieldNode(node, is_required=field.is_required, default=field.default, description=field.description)


def _is_empty(node: SchemaNode) -> bool:
    return isinstance(node, ShapeNode) and not node.fields


def read_config(text: str) -> dict[str, Any]:
    """Return the document that a config text says.

    Raises:
        DagnbConfigError: the text is not YAML, or not a mapping.
    """
    value = parse_document(text).value
    return dict(value or {})


def to_yaml(document: Mapping[str, Any]) -> str:
    """Return a document as a config text."""
    if not document:
        return ""
    import yaml

    return str(yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, default_flow_style=False))


def playground_view(
    pipeline: PipelineDefinition,
    *,
    text: str | None = None,
    mode: str | None = None,
    typical: Mapping[str, float] | None = None,
) -> PlaygroundView:
    """Return the playground's first state; without a text it starts from what is required, or the defaults."""
    chosen = pipeline.mode(mode).name
    begin = _beginning(pipeline, chosen) if text is None else text
    return PlaygroundView(
        pipeline=pipeline.name,
        modes=tuple(pipeline.modes),
        mode=chosen,
        presets=tuple(pipeline.presets),
        text=begin,
        check=check_config(pipeline, begin, chosen, typical),
    )


def playground_text(view: PlaygroundView, preset: str | None = None) -> str:
    """Return the playground's text as it is shown where nothing is live, with its mode and preset.

    Args:
        view: the playground's first state.
        preset: the preset that it begins with.
    """
    mode = [f"mode {view.mode}"] if len(view.modes) > 1 or preset is not None else []
    facts = [*mode, *([f"preset {preset}"] if preset is not None else [])]
    return "\n".join([*([f"# {' · '.join(facts)}"] if facts else []), view.text])
