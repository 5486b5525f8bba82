"""Pandera's schemas as constraints on dataframes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagnb.types.cells import cell_text, safe_text
from dagnb.types.frame_constraints import DataFrameConstraint
from dagnb.types.tables import Library, Table
from dagnb.types.violations import SHOWN_ROWS, Violation, plural

__all__ = ["PanderaConstraint"]

_Case = Mapping[str, Any]


class PanderaConstraint(DataFrameConstraint):
    """Ask for a frame that fits a pandera schema; everything that does not is told.

    Args:
        schema: a DataFrameSchema, or a class made from DataFrameModel.
    """

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        made: Any = schema.to_schema() if isinstance(schema, type) else schema  # type: ignore[attr-defined]
        self._made = made
        #: Whose frames the schema is made for.
        self.library: Library = "polars" if ".polars" in type(made).__module__ else "pandas"
        super().__init__(f"what the pandera schema {getattr(made, 'name', None) or type(made).__name__} asks for")

    def __reduce__(self) -> tuple[type[PanderaConstraint], tuple[Any]]:
        return PanderaConstraint, (self.schema,)

    def find(self, table: Table) -> list[Violation]:
        """Return what does not fit, a violation for each check of each column."""
        frame = table.to_pandas() if self.library == "pandas" else table.native
        try:
            self._made.validate(frame, lazy=True)
        except Exception as error:
            cases = getattr(error, "failure_cases", None)
            if cases is None:
                raise
            return _violations(_records(cases), self.expected)
        return []


def _records(cases: Any) -> list[_Case]:
    if hasattr(cases, "to_dicts"):
        rows: list[_Case] = cases.to_dicts()
        return rows
    names = list(cases.columns)
    # The order in which pandera found them, which its sorting of the report hides.
    columns = [cases.sort_index()[name].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _violations(cases: list[_Case], expected: str) -> list[Violation]:
    groups: dict[tuple[str | None, str], list[_Case]] = {}
    for case in cases:
        check = str(case["check"])
        if check in {"column_in_schema", "column_in_dataframe"}:
            groups[str(case["failure_case"]), check] = [case]
        else:
            column = None if case["column"] is None or case["schema_context"] == "Index" else str(case["column"])
            groups.setdefault((column, check), []).append(case)
    return [_violation(column, check, found, expected) for (column, check), found in groups.items()]


def _violation(column: str | None, check: str, cases: list[_Case], expected: str) -> Violation:
    if check == "column_in_dataframe":
        return Violation(column=column, expected="the column", got="no such column")
    if check == "column_in_schema":
        return Violation(column=column, expected="no column that the schema does not have", got="the column")
    on_rows = [case for case in cases if cell_text(case["index"]) != "null"]
    if not on_rows:
        got = f"{cell_text(cases[0]['failure_case'])}"
        wanted = check.removeprefix("dtype('").removesuffix("')") if check.startswith("dtype('") else check
        is_dtype = check.startswith("dtype(")
        return Violation(
            column=column,
            expected=f"dtype {wanted}" if is_dtype else f"{check} ({expected})",
            got=f"dtype {got}" if is_dtype else got,
        )
    # A key of several columns has a case for each of them.
    labels: dict[str, str] = {}
    for case in on_rows:
        labels.setdefault(safe_text(case["index"], quote=False), cell_text(case["failure_case"]))
    is_null = check == "not_nullable"
    place = "the index: " if column is None and on_rows[0]["schema_context"] == "Index" else ""
    return Violation(
        column=column,
        expected=place + ("no nulls" if is_null else check),
        got=plural(len(labels), "null" if is_null else "value"),
        count=len(labels),
        rows=tuple(list(labels.items())[:SHOWN_ROWS]),
    )
