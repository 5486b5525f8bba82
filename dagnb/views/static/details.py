"""A solid's panel as an HTML fragment: what it is and, in a run, what came in, what went out and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from urllib.parse import urlsplit

from dagnb.views.format import format_exact, format_when
from dagnb.views.models import (
    ErrorView,
    MaterializationView,
    MetadataView,
    PartView,
    PortView,
    SolidDetails,
    Tone,
    ValueView,
)
from dagnb.views.static.markup import escape
from dagnb.views.static.palette import STATUS_WORDS, TONES_ANYWHERE
from dagnb.views.static.tables import TABLE, cell_style, muted, table_html

__all__ = ["details_html"]

_TONES: dict[str, Tone] = {"success": "success", "running": "running", "failure": "failure"}
_SCHEMES = ("http", "https", "mailto")


def details_html(details: SolidDetails, *, now: float | None = None, tz: tzinfo | None = None) -> str:
    """Write what is known of a solid, most needed first: an error, then values, materializations, config, source.

    Args:
        details: the solid, declared or in a run.
        now: the present, seconds since 1970, for times like `today 14:08`; without it exact times are written.
        tz: the reader's time zone; None is this machine's.

    >>> plain = SolidDetails(id="load", name="load", kind="function", subtitle="function · DataFrame")
    >>> details_html(plain)[:51]
    '<div class="dagnb-details"><p><strong>load</strong>'
    """
    parts = [
        _title(details),
        f'<p style="white-space:pre-wrap">{escape(details.description)}</p>' if details.description else "",
        error_html(details.error) if details.error else "",
        _section("Solids" if details.kind == "composite" else "Steps", _parts(details)),
        _section("Inputs", _ports(details.inputs, details.input_values)),
        _section("Outputs", _ports(details.outputs, details.output_values)),
        _section("Materializations", "".join(_materializations(details, now, tz))),
        _section("Expectations", "".join(_expectations(details))),
        _section("Running now", _code(details.now)),
        _section("Config", _code(details.config)),
        _folded("Config schema", _code(details.schema)),
        _folded("Log", _code("\n".join(details.log))),
        _folded("Source", _code(details.source)),
        _facts("Resources", details.resources),
        _facts("Tags", details.tags),
        _facts("Notebook", (details.notebook,) if details.notebook else ()),
    ]
    return f'<div class="dagnb-details">{"".join(parts)}</div>'


def _title(details: SolidDetails) -> str:
    words = [f"<strong>{escape(details.name)}</strong>", muted(details.subtitle)]
    if details.status:
        text = STATUS_WORDS[details.status]
        if details.note and details.note != text:
            text += f", {details.note}"
        words.append(_toned(text, _TONES.get(details.status, "muted")))
    return f"<p>{' '.join(words)}</p>"


def _toned(text: str, tone: Tone) -> str:
    if tone not in TONES_ANYWHERE:
        return escape(text)
    return f'<span class="dagnb-{tone}" style="color:{TONES_ANYWHERE[tone]}">{escape(text)}</span>'


def _section(title: str, content: str) -> str:
    return f"<p><strong>{title}</strong></p>{content}" if content else ""


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>{content}</details>" if content else ""


def _facts(title: str, facts: Sequence[str]) -> str:
    return f"<p><strong>{title}</strong> {escape(', '.join(facts))}</p>" if facts else ""


def _code(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>" if text.strip() else ""


def _ports(ports: Sequence[PortView], values: Sequence[ValueView]) -> str:
    """One row an input or output; in a run with the value's shape, and its preview folded below."""
    shapes = {value.name: value for value in values}
    names = list(dict.fromkeys([*(port.name for port in ports), *shapes]))
    if not names:
        return ""
    declared = {port.name: port for port in ports}
    rows = "".join([_port_row(name, declared.get(name), shapes.get(name)) for name in names])
    previews = "".join([_folded(f"Preview of {escape(value.name)}", _preview(value)) for value in values])
    return f"{TABLE}<tbody>{rows}</tbody></table>{previews}"


def _port_row(name: str, port: PortView | None, value: ValueView | None) -> str:
    kind = (value.type if value else "") or (port.type if port else "")
    about = "; ".join([text for text in (port.note, port.description) if text]) if port else ""
    source = f" from {value.source}" if value and value.source else ""
    source += f" {value.note}" if value and value.note else ""
    summary = _toned(value.summary, value.tone) if value else ""
    left = cell_style("left")
    return (
        f"<tr><td{left}>{escape(name)}</td><td{left}>{escape(kind)}</td><td{left}>{muted(about + source)}</td>"
        f"<td{cell_style('right')}>{summary}</td></tr>"
    )


def _parts(details: SolidDetails) -> str:
    """One row for each step of a mapped solid, or each solid in a composite."""
    if not details.parts:
        return ""
    left, right = cell_style("left"), cell_style("right")
    rows = "".join(
        [
            f"<tr><td{left}>{escape(part.label)}</td><td{left}>{_standing(part)}</td>"
            f"<td{right}>{escape(part.note)}</td><td{left}>{escape(part.summary)}</td></tr>"
            for part in details.parts
        ]
    )
    note = f"<p>{muted(details.parts_note)}</p>" if details.parts_note else ""
    return f"{TABLE}<tbody>{rows}</tbody></table>{note}"


def _standing(part: PartView) -> str:
    return _toned(STATUS_WORDS[part.status], _TONES.get(part.status, "muted")) if part.status else ""


def _preview(value: ValueView) -> str:
    parts = [
        table_html(value.table) if value.table else "",
        _code(value.text),
        _folded("Schema", table_html(value.schema)) if value.schema else "",
    ]
    return "".join(parts)


def _materializations(details: SolidDetails, now: float | None, tz: tzinfo | None) -> Iterable[str]:
    if details.materialization_table:
        yield table_html(details.materialization_table)
    for one in details.materializations:
        yield from _materialization(one, now, tz)


def _materialization(one: MaterializationView, now: float | None, tz: tzinfo | None) -> Iterable[str]:
    when = format_exact(one.at, tz) if now is None else format_when(one.at, now, tz)
    title = f"{escape(one.asset)} {muted(when)}"
    about = f"<p>{escape(one.description)}</p>" if one.description else ""
    yield f"<details><summary>{title}</summary>{about}{_entries(one.entries)}</details>"


def _expectations(details: SolidDetails) -> Iterable[str]:
    for one in details.expectations:
        words = _toned("✓ met" if one.success else "× not met", "success" if one.success else "failure")
        about = f" {escape(one.description)}" if one.description else ""
        yield f"<p>{words} {escape(one.label)}{about}</p>{_entries(one.entries)}"


def _entries(entries: Sequence[MetadataView]) -> str:
    plain = [entry for entry in entries if entry.table is None]
    rows = "".join([f"<tr><td{cell_style('left')}>{escape(entry.label)}</td>{_entry(entry)}</tr>" for entry in plain])
    tables = "".join(
        [f"<p>{escape(entry.label)}</p>{table_html(entry.table)}" for entry in entries if entry.table is not None]
    )
    return (f"{TABLE}<tbody>{rows}</tbody></table>" if rows else "") + tables


def _entry(entry: MetadataView) -> str:
    side = cell_style("right" if entry.kind in ("int", "float") else "left")
    text = escape(entry.text)
    if entry.href and _is_safe(entry.href):
        text = f'<a href="{escape(entry.href)}" rel="noopener noreferrer" target="_blank">{text}</a>'
    elif "\n" in entry.text:
        text = f"<pre>{text}</pre>"
    about = f" {muted(entry.description)}" if entry.description else ""
    return f"<td{side}>{text}{about}</td>"


def _is_safe(href: str) -> bool:
    try:
        return urlsplit(href).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def error_html(error: ErrorView) -> str:
    """Write an error: its class, its message, where it was raised; the traceback folded."""
    parts = [
        f"<p>{_toned('× ' + error.title, 'failure')}</p>",
        f'<p style="white-space:pre-wrap">{escape(error.message)}</p>' if error.message else "",
        f"<p>{muted(error.where)}</p>" if error.where else "",
        _entries(error.entries),
        _folded("Traceback", _code(error.traceback)),
    ]
    return "".join(parts)
