"""Types of dataframes made of constraints with metadata."""

from __future__ import annotations

from typing import Any

from dagnb.events.metadata import EventMetadataEntry
from dagnb.types.base import DagnbType, TypeCheck, refusal
from dagnb.types.frame_files import frame_loader, frame_materializer
from dagnb.types.loading import TypeLoader, TypeMaterializer
from dagnb.types.structured import ConstraintWithMetadata
from dagnb.types.structured_errors import ConstraintWithMetadataError
from dagnb.types.tables import library_of

__all__ = ["create_structured_dataframe_type"]


def create_structured_dataframe_type(  # noqa: PLR0917  # the argument order of release 0.9
    name: str,
    description: str | None = None,
    columns_validator: ConstraintWithMetadata | None = None,
    columns_aggregate_validator: ConstraintWithMetadata | None = None,
    dataframe_validator: ConstraintWithMetadata | None = None,
    loader: TypeLoader | None = None,
    materializer: TypeMaterializer | None = None,
) -> DagnbType:
    """Make a type of dataframes whose check runs every validator and reports JSON for each that finds something.

    Args:
        name: what people call the type.
        description: Markdown.
        columns_validator: on values, for example a `MultiColumnConstraintWithMetadata`.
        columns_aggregate_validator: on whole columns, for example a `MultiAggregateConstraintWithMetadata`.
        dataframe_validator: on the frame, for example a `StrictColumnsWithMetadata`.
        loader: makes a frame from config (default: csv, parquet, json, table or pickle files).
        materializer: writes a frame where the config says (default: the same files).

    >>> import pandas as pd
    >>> from dagnb.types import StrictColumnsWithMetadata
    >>> Teams = create_structured_dataframe_type("Teams", dataframe_validator=StrictColumnsWithMetadata(["team"]))
    >>> check = Teams.check(pd.DataFrame({"crew": ["dock"]}))
    >>> check.success, [entry.label for entry in check.metadata_entries]
    (False, ['dataframe-constraint-metadata'])
    """
    validators = {
        "column-aggregates": columns_aggregate_validator,
        "columns": columns_validator,
        "dataframe": dataframe_validator,
    }
    used = {label: validator for label, validator in validators.items() if validator is not None}

    def check(value: object) -> TypeCheck:
        if library_of(value) is None:
            return refusal(f"{name} (a dataframe)", value)
        answers = {label: _answer(validator, value) for label, validator in used.items()}
        failed = {label: answer for label, answer in answers.items() if not answer.success}
        if not failed:
            return TypeCheck(success=True)
        lines = [f"not {name}: {', '.join(failed)}", *(f"- {answer.description}" for answer in failed.values())]
        entries = [
            EventMetadataEntry.json(entry.value, f"{label}-constraint-metadata")
            for label, answer in failed.items()
            for entry in answer.metadata_entries
        ]
        return TypeCheck(success=False, description="\n".join(lines), metadata_entries=entries)

    return DagnbType(
        check,
        name=name,
        description=description or "",
        loader=loader or frame_loader,
        materializer=materializer or frame_materializer,
        display_name="frame",
    )


def _answer(validator: ConstraintWithMetadata, value: Any) -> TypeCheck:
    try:
        return validator.validate(value)
    except ConstraintWithMetadataError as error:
        return error.return_as_typecheck()
