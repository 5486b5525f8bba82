"""Pydantic models of a row as constraints on dataframes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from dagnb.types.frame_constraints import DataFrameConstraint
from dagnb.types.tables import Column, Table
from dagnb.types.violations import SHOWN_ROWS, Violation, plural

__all__ = ["RowModelConstraint"]

_CHUNK = 20_000  # rows validated at a time: what offends in them is held as objects
_ROW_HOOKS = ("field_validators", "model_validators", "root_validators", "validators")


@dataclass(slots=True)
class _Problem:
    message: str
    count: int
    positions: list[int]


_Problems = dict[tuple[str | None, str], _Problem]


class RowModelConstraint(DataFrameConstraint):
    """Ask for rows that fit a pydantic model, a null being None.

    A model whose fields say all is checked column by column: a million rows of six columns take a second or two. One
    that has validators of its own, or aliases with paths, is made of every row, which takes several times as long.

    Args:
        model: the class.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.fields: dict[str, Any] = dict(model.model_fields)
        super().__init__(f"rows that fit {model.__name__}")

    def __reduce__(self) -> tuple[type[RowModelConstraint], tuple[Any]]:
        return RowModelConstraint, (self.model,)

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns of the model's fields; all when there may be no others, or aliases lead elsewhere."""
        return tuple(map(self._column_name, self.fields)) if self._is_plain() else None

    def find(self, table: Table) -> list[Violation]:
        """Return missing columns, columns that may not be, and what in the rows does not fit."""
        by_column = self._is_plain()
        found = list(self._columns_amiss(table)) if by_column else []
        problems: _Problems = {}
        if by_column:
            for name in self.fields:
                for column in table.columns(self._column_name(name)):
                    _check_column(self._adapter(name), column, problems)
        else:
            self._check_rows(table, problems)
        return found + [self._violation(table, column, problem) for (column, _), problem in problems.items()]

    def _is_plain(self) -> bool:
        decorators = getattr(self.model, "__pydantic_decorators__", None)
        hooked = any(getattr(decorators, hook, None) for hook in _ROW_HOOKS)
        hooked = hooked or getattr(self.model, "__pydantic_post_init__", None) is not None
        hooked = hooked or bool(getattr(self.model, "__pydantic_custom_init__", False))
        aliases = (field.validation_alias for field in self.fields.values())
        return not hooked and all(alias is None or isinstance(alias, str) for alias in aliases)

    def _column_name(self, name: str) -> str:
        alias = self.fields[name].validation_alias
        return alias if isinstance(alias, str) else name

    def _adapter(self, name: str) -> Any:
        from pydantic import Field, TypeAdapter

        field = self.fields[name]
        strict = bool(self.model.model_config.get("strict", False))
        arbitrary = bool(self.model.model_config.get("arbitrary_types_allowed", False))
        notes = [*field.metadata]
        if field.discriminator is not None:
            notes.append(Field(discriminator=field.discriminator))
        annotated: Any = Annotated  # what it is given is known at run time only
        values: Any = annotated[field.annotation, *notes] if notes else field.annotation
        return TypeAdapter(list[values], config={"strict": strict, "arbitrary_types_allowed": arbitrary})

    def _columns_amiss(self, table: Table) -> Iterator[Violation]:
        names = {self._column_name(name): field for name, field in self.fields.items()}
        for name, field in names.items():
            if field.is_required() and name not in table.names:
                yield Violation(column=name, expected="the column", got="no such column")
        if self.model.model_config.get("extra") == "forbid":
            for name in table.names:
                if name not in names:
                    expected = f"no column that {self.model.__name__} does not have"
                    yield Violation(column=str(name), expected=expected, got="the column")

    def _check_rows(self, table: Table, problems: _Problems) -> None:
        from pydantic import TypeAdapter, ValidationError

        adapter: Any = TypeAdapter(list[self.model])  # type: ignore[name-defined]  # the class is known at run time
        names = [name for name in table.names if isinstance(name, str)]
        columns = [_values(table.columns(name)[0]) for name in names]
        for start in range(0, table.rows, _CHUNK):
            parts = [column[start : start + _CHUNK] for column in columns]
            rows = [dict(zip(names, row, strict=True)) for row in zip(*parts, strict=True)]
            try:
                adapter.validate_python(rows)
            except ValidationError as error:
                for one in error.errors(include_url=False, include_context=False, include_input=False):
                    place = one["loc"]
                    column = str(place[1]) if len(place) > 1 else None
                    _note(problems, column, one["type"], one["msg"], start + int(place[0]))

    def _violation(self, table: Table, column: str | None, problem: _Problem) -> Violation:
        columns = table.columns(column) if column is not None else []
        names = [name for name in table.names if isinstance(name, str)]
        taken: list[tuple[Any, Any]] = (
            columns[0].take(problem.positions) if columns else [*table.take(problem.positions, names)]
        )
        from dagnb.types.cells import cell_text

        message = problem.message[:1].lower() + problem.message[1:]
        return Violation(
            column=column,
            expected=self.expected,
            got=f"{plural(problem.count, 'value' if columns else 'row')}: {message}",
            count=problem.count,
            rows=tuple((cell_text(label), cell_text(value)) for label, value in taken),
        )


def _values(column: Column) -> list[Any]:
    native = column.native
    values: list[Any] = native.to_pylist() if column.library == "pyarrow" else native.to_list()
    nulls = column.nulls()
    if nulls.any():
        return [None if null else value for value, null in zip(values, nulls.tolist(), strict=True)]
    return values


def _check_column(adapter: Any, column: Column, problems: _Problems) -> None:
    from pydantic import ValidationError

    values = _values(column)
    for start in range(0, len(values), _CHUNK):
        try:
            adapter.validate_python(values[start : start + _CHUNK])
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False, include_input=False):
                _note(problems, column.name, one["type"], one["msg"], start + int(one["loc"][0]))


def _note(problems: _Problems, column: str | None, kind: str, message: str, position: int) -> None:
    known = problems.setdefault((column, kind), _Problem(message, 0, []))
    if known.positions and known.positions[-1] == position:
        return  # a value with members may offend more than once
    known.count += 1
    if len(known.positions) < SHOWN_ROWS:
        known.positions.append(position)
