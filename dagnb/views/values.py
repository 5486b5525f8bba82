"""Values, metadata and errors as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from dagnb.events.metadata import EventMetadataEntry, TableMetadataEntryData
from dagnb.events.records import (
    AssetMaterialized,
    ErrorInfo,
    EventRecord,
    InputLoaded,
    OutputProduced,
    TypeCheckInfo,
    ValueInfo,
)
from dagnb.types.describe import summary_text
from dagnb.types.numbers import metadata_text
from dagnb.types.preview import PreviewTable, ValuePreview
from dagnb.views.format import format_bytes, format_count, format_number
from dagnb.views.models import (
    ColumnView,
    ErrorView,
    MaterializationView,
    MetadataView,
    TableView,
    Tone,
    ValueView,
)

__all__ = [
    "drop_text",
    "error_view",
    "input_view",
    "lost_rows",
    "materialization_table",
    "materialization_view",
    "metadata_text",
    "metadata_view",
    "output_view",
    "safe_href",
    "schema_table",
    "table_of",
]

_SCHEMES = ("http", "https", "mailto")
_SHORT = 40


def safe_href(url: str) -> str | None:
    """Return the address when it may be a link: its scheme is http, https or mailto, and it has no control characters.

    >>> safe_href("https://example.org"), safe_href("javascript:alert(1)")
    ('https://example.org', None)
    """
    if any(ord(character) < 33 or 127 <= ord(character) < 160 for character in url):  # noqa: PLR2004  (control range)
        return None
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return None
    return url if scheme in _SCHEMES else None


def metadata_view(entry: EventMetadataEntry) -> MetadataView:
    """Return a metadata entry as it is shown."""
    data = entry.entry_data
    table = None
    if isinstance(data, TableMetadataEntryData):
        columns = [
            ColumnView(name=name, align="right" if _is_numeric(data, index) else "left")
            for index, name in enumerate(data.columns)
        ]
        rows = tuple(tuple(_cell(value) for value in row) for row in data.rows)
        table = TableView(columns=tuple(columns), rows=rows)
    return MetadataView(
        label=entry.label,
        kind=entry.kind,
        text=metadata_text(entry),
        description=entry.description or "",
        href=safe_href(entry.value) if entry.kind == "url" else None,
        table=table,
    )


def _is_numeric(data: TableMetadataEntryData, index: int) -> bool:
    return any(True for _ in data.rows) and all(
        isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in data.rows
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return str(value)
    return format_number(value) if isinstance(value, float) else f"{value:,}"


def materialization_view(record: EventRecord) -> MaterializationView:
    """Return a materialization as it is shown."""
    event = record.event
    if not isinstance(event, AssetMaterialized):
        raise TypeError(f"{record.kind} is no materialization")
    return MaterializationView(
        asset=str(event.asset_key),
        at=record.at.timestamp(),
        description=event.description or "",
        entries=tuple(metadata_view(entry) for entry in event.metadata),
    )


def materialization_table(records: Sequence[EventRecord]) -> TableView | None:
    """Return materializations as a table: the asset, then a column for each metadata label but tables."""
    if not records:
        return None
    events = [record.event for record in records if isinstance(record.event, AssetMaterialized)]
    numeric: dict[str, bool] = {}
    for event in events:
        for entry in event.metadata:
            if entry.kind != "table":
                numeric[entry.label] = numeric.get(entry.label, True) and entry.kind in ("int", "float")
    rows = []
    for event in events:
        texts = {entry.label: metadata_text(entry) for entry in event.metadata}
        rows.append((str(event.asset_key), *(texts.get(label, "") for label in numeric)))
    columns = [ColumnView(name="asset")]
    columns += [ColumnView(name=label, align="right" if is_number else "left") for label, is_number in numeric.items()]
    return TableView(columns=tuple(columns), rows=tuple(rows))


def table_of(table: PreviewTable) -> TableView:
    """Return the table of a preview as it is shown."""
    columns = tuple(ColumnView(name=name, align=align) for name, align in zip(table.columns, table.aligns, strict=True))
    return TableView(columns=columns, rows=table.rows, note=table.note)


def schema_table(info: ValueInfo) -> TableView | None:
    """Return the columns of a table-like value with their dtypes and counts of nulls."""
    if not info.columns:
        return None
    rows = tuple(
        (column.name, column.dtype, "" if column.nulls is None else format_count(column.nulls))
        for column in info.columns
    )
    return TableView(
        columns=(ColumnView(name="column"), ColumnView(name="dtype"), ColumnView(name="nulls", align="right")),
        rows=rows,
    )


def lost_rows(output: OutputProduced, outputs: Iterable[OutputProduced], inputs: Iterable[InputLoaded]) -> float | None:
    """Return the share of rows that a step lost, when its output still has every column of a table that it took.

    A step that groups or joins has other columns: fewer rows are what it is for. One that splits a table hands the
    rest on by its other outputs: the rows of all that have the same columns count.
    """
    columns = output.value.columns
    if output.value.rows is None or not columns:
        return None
    names = {column.name for column in columns}
    rows = sum(
        each.value.rows
        for each in outputs
        if each.value.rows is not None and {column.name for column in each.value.columns or ()} == names
    )
    shares = [
        1 - rows / each.value.rows
        for each in inputs
        if each.value is not None
        and each.value.rows
        and each.value.columns
        and rows < each.value.rows
        and {column.name for column in each.value.columns} <= names
    ]
    return max(shares, default=None)


def drop_text(share: float) -> str:
    """Write a share of lost rows.

    >>> drop_text(0.2184), drop_text(0.0004)
    ('▼22%', '▼<1%')
    """
    percent = round(share * 100)
    return f"▼{percent}%" if percent else "▼<1%"


def _type_text(check: TypeCheckInfo, info: ValueInfo) -> str:
    """Return the class of a value, behind its declared type when that has a name of its own."""
    declared = check.type_name
    is_own = declared.isidentifier() and declared not in ("Any", "Nothing", info.type_name.partition("[")[0])
    return f"{declared} · {info.type_name}" if is_own else info.type_name


def output_view(output: OutputProduced, lost: float | None, preview: ValuePreview | None) -> ValueView:
    """Return an output's value as it is shown."""
    info = output.value
    text = preview.text if preview and preview.table is None else ""
    summary = summary_text(info)
    if not summary and len(text) <= _SHORT and "\n" not in text:
        summary, text = text, ""  # a scalar is its own summary
    tone: Tone = "plain"
    if lost is not None:
        summary, tone = f"{summary} {drop_text(lost)}", "failure"
    if not output.type_check.success:
        tone = "failure"
    size = format_bytes(info.bytes) if info.bytes else ""
    reference = output.reference
    kept = reference.note or "" if reference.codec is None and info.type_name != "Nothing" else ""
    return ValueView(
        name=output.output_name,
        type=_type_text(output.type_check, info),
        summary=summary,
        tone=tone,
        note=" · ".join(part for part in (size, kept) if part),
        text=text,
        table=table_of(preview.table) if preview and preview.table else None,
        schema=schema_table(info),
    )


def input_view(loaded: InputLoaded, lost: float | None) -> ValueView:
    """Return an input's value as it is shown."""
    info = loaded.value or ValueInfo(type_name=loaded.type_check.type_name)
    summary = summary_text(info)
    tone: Tone = "plain"
    if lost is not None:
        summary, tone = f"{summary} {drop_text(lost)}", "failure"
    if not loaded.type_check.success:
        tone = "failure"
    sources = ", ".join(
        each.step_key if each.output_name == "result" else f"{each.step_key} › {each.output_name}"
        for each in loaded.sources
    )
    kind = _type_text(loaded.type_check, info)
    return ValueView(name=loaded.input_name, type=kind, summary=summary, tone=tone, source=sources)


def error_view(error: ErrorInfo, metadata: Iterable[EventMetadataEntry] = ()) -> ErrorView:
    """Return an error as it is shown."""
    return ErrorView(
        title=error.cls_name,
        message=error.message,
        where=error.where or "",
        traceback=error.traceback,
        entries=tuple(metadata_view(entry) for entry in metadata),
    )
