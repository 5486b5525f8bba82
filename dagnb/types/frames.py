"""Types of dataframes: any frame of a library, and frames with declared columns and constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from dagnb.errors import (
    DagnbError,
    DagnbInvalidDefinitionError,
    DagnbInvariantViolationError,
    DagnbTypeCheckError,
)
from dagnb.events.entries import check_entries
from dagnb.events.metadata import EventMetadataEntry
from dagnb.types.base import DagnbType, TypeCheck, refusal, short_value
from dagnb.types.columns import PandasColumn
from dagnb.types.frame_constraints import DataFrameConstraint
from dagnb.types.frame_files import FrameLoader, frame_loader, frame_materializer
from dagnb.types.loading import TypeLoader, TypeMaterializer
from dagnb.types.tables import Library, Table, library_of, table_of
from dagnb.types.violations import Violation, report

__all__ = [
    "ArrowTable",
    "DataFrame",
    "DataFrameType",
    "FrameLibrary",
    "PolarsDataFrame",
    "create_dagster_pandas_dataframe_type",
    "create_dataframe_type",
]

_DISPLAY = "frame"
#: Whose frames a type takes.
FrameLibrary = Literal["any", "pandas", "polars", "pyarrow"]
_WORDS: dict[FrameLibrary, str] = {
    "any": "a DataFrame of pandas or polars, or a pyarrow Table",
    "pandas": "a pandas DataFrame",
    "polars": "a polars DataFrame or LazyFrame",
    "pyarrow": "a pyarrow Table",
}


class AnyFrameType(DagnbType):
    """The type of every table of a library; there is one object for each library."""

    def __init__(self, library: Library, symbol: str, name: str) -> None:
        self.library = library
        self._symbol = symbol
        super().__init__(
            self._is_frame,
            name=name,
            is_builtin=True,
            description=_WORDS[library],
            loader=frame_loader if library == "pandas" else FrameLoader(library),
            materializer=frame_materializer,
            display_name="table" if library == "pyarrow" else _DISPLAY,
        )

    def _is_frame(self, value: object) -> bool:
        # A LazyFrame is checked by the same constraints, but it is no DataFrame.
        return library_of(value) == self.library and type(value).__name__ not in {"LazyFrame", "RecordBatch"}

    def __reduce__(self) -> str:
        return self._symbol


DataFrame: DagnbType = AnyFrameType("pandas", "DataFrame", "DataFrame")
PolarsDataFrame: DagnbType = AnyFrameType("polars", "PolarsDataFrame", "polars.DataFrame")
ArrowTable: DagnbType = AnyFrameType("pyarrow", "ArrowTable", "pyarrow.Table")


class DataFrameType(DagnbType):
    """A type of dataframes with declared columns and constraints; made by `create_dataframe_type`."""

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
        library: FrameLibrary = "any",
    ) -> None:
        self.columns = tuple(columns)
        self.dataframe_constraints = tuple(dataframe_constraints)
        self.event_metadata_fn = event_metadata_fn
        self.library: FrameLibrary = library
        super().__init__(
            self._check_frame,
            name=name,
            description=_markdown(description, self.columns, self.dataframe_constraints, _WORDS[library]),
            loader=loader,
            materializer=materializer,
            display_name=_DISPLAY,
        )

    def violations(self, dataframe: Any) -> list[Violation]:
        """Return every constraint that the frame breaks.

        Args:
            dataframe: of pandas, polars or pyarrow.
        """
        return self._violations(self._table(dataframe))

    def _table(self, dataframe: Any) -> Table:
        reads: set[str] | None = {column.name for column in self.columns}
        for constraint in self.dataframe_constraints:
            reads = None if reads is None or constraint.reads is None else reads | set(constraint.reads)
        return table_of(dataframe, reads)

    def _violations(self, table: Table) -> list[Violation]:
        found = [violation for column in self.columns for violation in column.violations(table)]
        for constraint in self.dataframe_constraints:
            found.extend(_examine(constraint, table))
        return found

    def _check_frame(self, value: object) -> TypeCheck:
        library = library_of(value)
        if library is None or self.library not in {"any", library}:
            return refusal(f"{self.name} ({_WORDS[self.library]})", value)
        table = self._table(value)
        found = self._violations(table)
        if found:
            return report(self.name, table.rows, found)
        return TypeCheck(success=True, metadata_entries=self._metadata(value))

    def _metadata(self, dataframe: object) -> tuple[EventMetadataEntry, ...]:
        if self.event_metadata_fn is None:
            return ()
        try:
            entries: object = self.event_metadata_fn(dataframe)
        except DagnbError:
            raise
        except Exception as error:
            raise DagnbTypeCheckError(
                f"event_metadata_fn raised {type(error).__name__}: {error}"[:500],
                where=f"type {self.name}",
                got=f"{short_value(dataframe)} that passed the check",
                expected="a list of EventMetadataEntry",
            ) from error
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


def _examine(constraint: DataFrameConstraint, table: Table) -> list[Violation]:
    try:
        return constraint.judge(table)
    except Exception as error:  # noqa: BLE001  # one constraint that cannot be checked must not hide the others
        got = f"a frame that cannot be checked ({type(error).__name__}: {error})"[:300]
        return [Violation(expected=constraint.markdown_description, got=got)]


def _markdown(
    description: str | None, columns: Sequence[PandasColumn], constraints: Sequence[DataFrameConstraint], otherwise: str
) -> str:
    parts = [description] if description else []
    if columns:
        parts.append("\n".join(["Columns:", "", *(column.markdown_description for column in columns)]))
    if constraints:
        parts.append("\n".join(["Rows:", "", *(f"- {constraint.markdown_description}" for constraint in constraints)]))
    return "\n\n".join(parts) or otherwise


def _all_of(cls: type, given: Any, what: str, where: str) -> list[Any]:
    if given is not None and (isinstance(given, cls | str) or not isinstance(given, Iterable)):
        raise DagnbInvalidDefinitionError(
            f"{what} takes a list", where=where, got=short_value(given), expected=f"a list of {cls.__name__}"
        )
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
    *,
    schema: Any = None,
    library: FrameLibrary = "any",
) -> DataFrameType:
    """Make a type of dataframes with declared columns and constraints.

    A frame that is not of the type fails its check with every violation at once: column, what was expected, how many
    rows offend and the first of them. Columns that are not declared are fine, see `StrictColumnsConstraint`.

    Frames of pandas and polars and tables of pyarrow are checked by the column operations of their own library. Only a
    constraint of yours that works on pandas has its column, or the frame, converted. Of a polars LazyFrame the columns
    that the type looks at are collected, once.

    Args:
        name: what people call the type.
        description: Markdown; a list of the columns and constraints is added to it.
        columns: the columns.
        event_metadata_fn: takes a frame that passed, returns metadata entries for the event of the check.
        dataframe_constraints: constraints on the frame as a whole.
        loader: makes a frame from config (default: csv, parquet, json, table or pickle files, read by the library).
        materializer: writes a frame where the config says (default: the same files).
        schema: a pandera schema, or a pydantic model that every row must fit, see `dataframe_type_of`.
        library: whose frames are of the type (default any's; "any" loads those of pandas).

    Raises:
        DagnbInvalidDefinitionError: a column or constraint is none, two columns have one name, the schema or the
            library is unknown.

    >>> import pandas as pd
    >>> Teams = create_dataframe_type("Teams", columns=[PandasColumn.string_column("team", non_nullable=True)])
    >>> Teams.check(pd.DataFrame({"team": ["a", "b"]})).success
    True
    >>> print(Teams.check(pd.DataFrame({"team": ["a", None]})).description)
    not Teams: 1 problem in 2 rows
    - team: expected no nulls, got 1 null (row 1 → null)
    """
    where = f"type {name}"
    if library not in _WORDS:
        raise DagnbInvalidDefinitionError(
            "there are no frames of that library", where=where, got=short_value(library), expected=", ".join(_WORDS)
        )
    declared = _all_of(PandasColumn, columns, "columns", where)
    names = [column.name for column in declared]
    doubled = sorted({one for one in names if names.count(one) > 1})
    if doubled:
        raise DagnbInvalidDefinitionError("a column is declared twice", where=where, got=", ".join(doubled))
    constraints = _all_of(DataFrameConstraint, dataframe_constraints, "dataframe_constraints", where)
    if event_metadata_fn is not None and not callable(event_metadata_fn):
        raise DagnbInvalidDefinitionError(
            "event_metadata_fn is a function",
            where=where,
            got=short_value(event_metadata_fn),
            expected="a function of a frame that returns a list of EventMetadataEntry",
        )
    if schema is not None:
        from dagnb.types.schemas import constraint_of

        constraints.append(constraint_of(schema))
    return DataFrameType(
        name,
        description=description,
        columns=declared,
        event_metadata_fn=event_metadata_fn,
        dataframe_constraints=constraints,
        loader=loader or (frame_loader if library in {"any", "pandas"} else FrameLoader(library)),  # type: ignore[arg-type]  # "any" is out
        materializer=materializer or frame_materializer,
        library=library,
    )


def create_dagster_pandas_dataframe_type(  # noqa: PLR0917  # the argument order of the slides' API
    name: str,
    description: str | None = None,
    columns: Sequence[PandasColumn] | None = None,
    event_metadata_fn: Callable[[Any], Iterable[EventMetadataEntry]] | None = None,
    dataframe_constraints: Sequence[DataFrameConstraint] | None = None,
    loader: TypeLoader | None = None,
    materializer: TypeMaterializer | None = None,
) -> DataFrameType:
    """Make a type of pandas DataFrames; `create_dataframe_type` by the name on the slides, for pandas alone.

    >>> Teams = create_dagster_pandas_dataframe_type("Teams", columns=[PandasColumn.string_column("team")])
    >>> Teams.check([]).description
    'expected Teams (a pandas DataFrame), got a list of 0'
    """
    return create_dataframe_type(
        name,
        description,
        columns,
        event_metadata_fn,
        dataframe_constraints,
        loader,
        materializer,
        library="pandas",
    )
