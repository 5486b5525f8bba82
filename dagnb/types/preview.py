"""The head of any value for people: a text, and a small table of texts where the value is one."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Literal

from dagnb.events.records import ValueInfo
from dagnb.types.cells import cell_text, cut, guarded_repr, safe_text
from dagnb.types.describe import describe_value, summary_text

MAX_COLUMNS = 20
_CELL = 80
_TEXT = 2000
_PLAIN_ARRAY_DIMENSIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewTable:
    """A small table of texts; `note` says what was left out, `aligns` how each column stands."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[Literal["left", "right"], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePreview:
    """The head of a value: `summary` is its size (``336,776 × 19``), then a text or a table."""

    type_name: str
    summary: str = ""
    text: str = ""
    table: PreviewTable | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the preview as what JSON can hold."""
        return asdict(self)


def preview_value(value: Any, rows: int = 10, info: ValueInfo | None = None) -> ValuePreview:
    """Show the head of a value: at most `rows` rows, 20 columns, 80 characters a cell, 2000 in a text.

    Tables, series, arrays, records, dicts and dataclasses become tables; the rest a text. Of classes that are not
    Python's or a table library's own only the outermost value's repr is called, guarded against what it raises. Never
    raises itself. Secrets that this process knows are masked. `info` is what `describe_value` told, when it was asked
    already.

    >>> preview_value([{"a": 1}, {"a": 2}]).table.rows
    (('1',), ('2',))
    >>> preview_value("JFK").text
    'JFK'
    """
    from dagnb.config.secret import redact_tree

    return redact_tree(_preview(value, rows, info or describe_value(value)), keep=("type_name",))


def _preview(value: Any, rows: int, info: ValueInfo) -> ValuePreview:
    name = info.type_name.partition("[")[0] if info.type_name.startswith("ndarray[") else info.type_name
    try:
        table = _table(value, max(0, rows))
    except Exception:  # noqa: BLE001  # a preview must not take the panel down
        table = None
    if table is not None:
        return ValuePreview(type_name=name, summary=summary_text(info), table=table)
    try:
        text = _text(value)
    except Exception as error:  # noqa: BLE001  # as above
        text = f"<{name}> (its preview raised {type(error).__name__})"
    return ValuePreview(type_name=name, summary=summary_text(info), text=text)


def _text(value: Any) -> str:
    if type(value) is str:
        return cut(value, _TEXT)
    if type(value).__module__.partition(".")[0] in {"builtins", "numpy", "pandas", "datetime", "pathlib", "decimal"}:
        return safe_text(value, limit=_TEXT)
    return guarded_repr(value, _TEXT)


def _of(package: str, name: str, value: Any) -> bool:
    cls = getattr(sys.modules.get(package), name, None)
    return isinstance(cls, type) and isinstance(value, cls)


def _table(value: Any, rows: int) -> PreviewTable | None:
    for package, name, make in _LIBRARY_TABLES:
        if _of(package, name, value):
            return make(value, rows)
    if type(value) in (list, tuple):
        return _records(value, rows)
    if type(value) is dict:
        return _pairs(value, rows)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
        return _pairs(pairs, max(rows, len(pairs)), ("field", "value"))
    return None


def _series(series: Any, rows: int) -> PreviewTable:
    named = series.head(rows).to_frame(series.name if series.name is not None else "value")
    return _frame(named, rows, total=len(series))


def _arrow(table: Any, rows: int) -> PreviewTable:
    return _columnar(table.column_names, table.slice(0, rows).to_pylist(), table.num_rows, rows)


def _polars(frame: Any, rows: int) -> PreviewTable:
    return _columnar(frame.columns, frame.head(rows).to_dicts(), frame.height, rows)


def _note(shown: int, total: int, columns: int, width: int) -> str:
    parts = []
    if shown < total:
        parts.append(f"{shown:,} of {total:,} rows")
    if columns < width:
        parts.append(f"{columns:,} of {width:,} columns")
    return ", ".join(parts)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _frame(frame: Any, rows: int, total: int | None = None) -> PreviewTable:
    head = frame.iloc[:rows, :MAX_COLUMNS]
    total = len(frame) if total is None else total
    numeric = [dtype.kind in "iufc" for dtype in head.dtypes]
    series = [head.iloc[:, index].tolist() for index in range(head.shape[1])]
    plain = type(frame.index).__name__ == "RangeIndex" and frame.index.name is None
    index = head.index.tolist()
    body = tuple(
        ((*(() if plain else (cell_text(index[row]),)), *(cell_text(cells[row], _CELL) for cells in series)))
        for row in range(len(head))
    )
    names = tuple(safe_text(name, quote=False, limit=_CELL) for name in head.columns)
    label = "" if frame.index.name is None else safe_text(frame.index.name, quote=False, limit=_CELL)
    return PreviewTable(
        columns=names if plain else (label, *names),
        rows=body,
        aligns=(*(() if plain else ("left",)), *("right" if number else "left" for number in numeric)),
        note=_note(len(head), total, head.shape[1], frame.shape[1]),
    )


def _columnar(names: list[str], records: list[dict[str, Any]], total: int, rows: int) -> PreviewTable:
    shown = names[:MAX_COLUMNS]
    values = [[record.get(name) for name in shown] for record in records[:rows]]
    return _cells([cut(name, _CELL) for name in shown], values, total, len(names))


def _cells(names: list[str], values: list[list[Any]], total: int, width: int) -> PreviewTable:
    columns = list(zip(*values, strict=True)) if values else [()] * len(names)
    numeric = [any(map(_is_number, cells)) and all(c is None or _is_number(c) for c in cells) for cells in columns]
    return PreviewTable(
        columns=tuple(names),
        rows=tuple(tuple(cell_text(cell, _CELL) for cell in row) for row in values),
        aligns=tuple("right" if number else "left" for number in numeric),
        note=_note(len(values), total, len(names), width),
    )


def _array(array: Any, rows: int) -> PreviewTable | None:
    if array.ndim not in (1, _PLAIN_ARRAY_DIMENSIONS) or array.size == 0:
        return None
    grid = array.reshape(len(array), -1)
    values = grid[:rows, :MAX_COLUMNS].tolist()
    names = ["value"] if array.ndim == 1 else [str(index) for index in range(min(grid.shape[1], MAX_COLUMNS))]
    return _cells(names, values, len(array), grid.shape[1])


def _records(items: list[Any] | tuple[Any, ...], rows: int) -> PreviewTable | None:
    head = items[:rows]
    if not head or not all(type(item) is dict for item in head):
        return None
    names = list(dict.fromkeys(key for item in head for key in item))
    if not all(type(name) is str for name in names):
        return None
    shown = names[:MAX_COLUMNS]
    values = [[item.get(name) for name in shown] for item in head]
    return _cells([cut(name, _CELL) for name in shown], values, len(items), len(names))


def _pairs(pairs: dict[Any, Any], rows: int, names: tuple[str, str] = ("key", "value")) -> PreviewTable | None:
    if not pairs:
        return None
    values = [
        [safe_text(key, quote=False, depth=1, limit=_CELL), _cell(item)] for key, item in islice(pairs.items(), rows)
    ]
    return _cells(list(names), values, len(pairs), 2)


def _cell(item: Any) -> Any:
    # Numbers stay numbers so that their column stands right.
    return item if item is None or _is_number(item) else safe_text(item, quote=False, depth=2, limit=_CELL)


_LIBRARY_TABLES: tuple[tuple[str, str, Callable[[Any, int], PreviewTable | None]], ...] = (
    ("pandas", "DataFrame", _frame),
    ("pandas", "Series", _series),
    ("pyarrow", "Table", _arrow),
    ("polars", "DataFrame", _polars),
    ("numpy", "ndarray", _array),
)
