"""Types of pandas DataFrames: any frame, and frames with declared columns and constraints."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dagnb.errors import DagnbError, DagnbInvalidDefinitionError, DagnbInvariantViolationError
from dagnb.events.entries import check_entries
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types.base import DagnbType, TypeCheck, refusal, short_value
from dagnb.types.columns import PandasColumn
from dagnb.types.frame_constraints import DataFrameConstraint
from dagnb.types.frame_files import frame_loader, frame_materializer
from dagnb.types.loading import TypeLoader, TypeMaterializer
from dagnb.types.violations import Violation, report

_DISPLAY = "frame"


def is_dataframe(value: object) -> bool:
    """Say whether `value` is a pandas DataFrame; while pandas is not imported, nothing is."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def _check(_context: object, value: object) -> bool:
    return is_dataframe(value)


class AnyFrameType(DagnbType):
    """The type of every DataFrame; there is one object of it."""

    def __reduce__(self) -> str:
        return "DataFrame"


DataFrame: DagnbType = AnyFrameType(
    _check,
    name="DataFrame",
    is_builtin=True,
    description="a pandas DataFrame",
    loader=frame_loader,
    materializer=frame_materializer,
    display_name=_DISPLAY,
)


class DataFrameType(DagnbType):
    """A type of DataFrames with declared columns and constraints; made by `create_dataframe_type`."""

    def __init__(
        self,
        name: str,
        *,
        description: str | None,
        columns: Sequence[PandasColumn],
        event_metadata_fn: Callable[[Any], Iterable[EventMetadataEntry]] | None,
        dataframe_constraints: Sequence[DataFrameConstraint],
        loader: TypeLoader | None,
        materializer: TypeMaterializer | None,
    ) -> None:
        self.columns = tuple(columns)
        self.dataframe_constraints = tuple(dataframe_constraints)
        self.event_metadata_fn = event_metadata_fn
        super().__init__(
            self._check_frame,
            name=name,
            description=_markdown(description, self.columns, self.dataframe_constraints),
            loader=loader,
            materializer=materializer,
            display_name=_DISPLAY,
        )

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return every constraint that the frame breaks."""
        found = [violation for column in self.columns for violation in column.violations(dataframe)]
        for constraint in self.dataframe_constraints:
            found.extend(_examine(constraint, dataframe))
        return found

    def _check_frame(self, _context: object, value: object) -> TypeCheck:
        if not is_dataframe(value):
            return refusal(f"{self.name} (a pandas DataFrame)", value)
        found = self.violations(value)
        if found:
            return report(self.name, len(value), found)  # type: ignore[arg-type]  # a DataFrame has a length
        return TypeCheck(success=True, metadata_entries=self._metadata(value))

    def _metadata(self, dataframe: object) -> tuple[EventMetadataEntry, ...]:
        if self.event_metadata_fn is None:
            return ()
        entries: object = self.event_metadata_fn(dataframe)
        try:
            if entries is not None:
                return check_entries(entries, f"event_metadata_fn of {self.name}")  # type: ignore[arg-type]  # checked there
        except (DagnbError, TypeError):
            pass
        raise DagnbInvariantViolationError(
            "event_metadata_fn returned something else than metadata entries",
            where=f"type {self.name}",
            got=short_value(entries),
            expected="a list of EventMetadataEntry",
        )


def _examine(constraint: DataFrameConstraint, dataframe: Any) -> list[Violation]:
    try:
        return list(constraint.violations(dataframe))
    except Exception as error:  # noqa: BLE001  # one constraint that cannot be checked must not hide the others
        got = f"a frame that cannot be checked ({type(error).__name__}: {error})"[:300]
        return [Violation(expected=constraint.markdown_description, got=got)]


def _markdown(
    description: str | None, columns: Sequence[PandasColumn], constraints: Sequence[DataFrameConstraint]
) -> str:
    parts = [description] if description else []
    if columns:
        parts.append("\n".join(["Columns:", "", *(column.markdown_description for column in columns)]))
    if constraints:
        parts.append("\n".join(["Rows:", "", *(f"- {constraint.markdown_description}" for constraint in constraints)]))
    return "\n\n".join(parts) or "a pandas DataFrame"


def _all_of(cls: type, given: Any, what: str, where: str) -> list[Any]:
    items = list(given or ())
    for item in items:
        if not isinstance(item, cls):
            raise DagnbInvalidDefinitionError(
                f"{what} takes objects of {cls.__name__} only", where=where, got=short_value(item)
            )
    return items


def create_dataframe_type(  # noqa: PLR0917  # the argument order of the slides' API
    name: str,
    description: str | None = None,
    columns: Sequence[PandasColumn] | None = None,
    event_metadata_fn: Callable[[Any], Iterable[EventMetadataEntry]] | None = None,
    dataframe_constraints: Sequence[DataFrameConstraint] | None = None,
    loader: TypeLoader | None = None,
    materializer: TypeMaterializer | None = None,
) -> DataFrameType:
    """Make a type of pandas DataFrames with declared columns and constraints.

    A frame that is not of the type fails its check with every violation at once: column, what was expected, how many
    rows offend and the first of them. Columns that are not declared are fine, see `StrictColumnsConstraint`.

    Args:
        name: what people call the type.
        description: Markdown; a list of the columns and constraints is added to it.
        columns: the columns.
        event_metadata_fn: takes a frame that passed, returns metadata entries for the event of the check.
        dataframe_constraints: constraints on the frame as a whole.
        loader: makes a frame from config (default: csv, parquet, json or table files).
        materializer: writes a frame where the config says (default: the same files).

    Raises:
        DagnbInvalidDefinitionError: a column or constraint is none, or two columns have one name.

    >>> import pandas as pd
    >>> Teams = create_dataframe_type("Teams", columns=[PandasColumn.string_column("team", non_nullable=True)])
    >>> Teams.check(pd.DataFrame({"team": ["a", "b"]})).success
    True
    >>> print(Teams.check(pd.DataFrame({"team": ["a", None]})).description)
    not Teams: 1 problem in 2 rows
    - team: expected no nulls, got 1 null (row 1 → null)
    """
    where = f"type {name}"
    declared = _all_of(PandasColumn, columns, "columns", where)
    names = [column.name for column in declared]
    doubled = sorted({one for one in names if names.count(one) > 1})
    if doubled:
        raise DagnbInvalidDefinitionError("a column is declared twice", where=where, got=", ".join(doubled))
    constraints = _all_of(DataFrameConstraint, dataframe_constraints, "dataframe_constraints", where)
    return DataFrameType(
        name,
        description=description,
        columns=declared,
        event_metadata_fn=event_metadata_fn,
        dataframe_constraints=constraints,
        loader=loader or frame_loader,
        materializer=materializer or frame_materializer,
    )


create_dagster_pandas_dataframe_type = create_dataframe_type
