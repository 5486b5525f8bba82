"""Where a cursor stands in a config text that is being typed, and so need not be YAML yet.

Block style is read by indentation, flow style (``{a: 1, ...}``) by brackets; nothing here raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dagnb.config.document import Span
from dagnb.config.flow import FlowScan, scan_flow, unquote

__all__ = ["Cursor", "find_cursor"]

_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s\-?:,\[\]{}#&*!|>'"%@`][^:#]*?|-[^\s:#][^:#]*?)\s*:(?=\s|$)"""
)
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """What stands around the cursor.

    Attributes:
        path: the keys (and 0 for a list item) down to what the cursor is in: the mapping whose key is
            being typed, or the place whose value is being typed.
        prefix: what of the key or value is typed already, up to the cursor.
        span: the whole key or value, which a completion replaces.
        used: the other keys of the mapping.
        indent: the column at which the key or value starts.
        is_inline: the value is being typed behind its key, on the key's line.
        has_colon: the key being typed has its colon already.
        in_flow: within brackets, where a new line is no separator.
    """

    path: tuple[str | int, ...]
    prefix: str
    span: Span
    used: frozenset[str] = frozenset()
    indent: int = 0
    is_inline: bool = False
    has_colon: bool = False
    in_flow: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key, or the dash of a list item (`key` is None), at its place in the text."""

    line: int
    column: int
    key: str | None
    end: int


def find_cursor(text: str, line: int, column: int) -> Cursor | None:
    r"""Return where the cursor stands; None in a comment, in a text block, or outside the text.

    >>> find_cursor("solids:\n  load:\n    conf", 2, 8).path
    ('solids', 'load')
    """
    lines = text.split("\n")
    if not 0 <= line < len(lines) or not 0 <= column <= len(lines[line]):
        return None
    if _COMMENT.search(_blank_quotes(lines[line][:column])):
        return None
    return _Reader(lines, line, column).read()


def _blank_quotes(line: str) -> str:
    return _QUOTED.sub(lambda found: "q" * len(found[0]), line)


def _content(line: str) -> str:
    """Return a line without its comment and trailing space."""
    comment = _COMMENT.search(_blank_quotes(line)) if "#" in line else None
    return (line[: comment.start()] if comment else line).rstrip()


class _Reader:
    def __init__(self, lines: list[str], line: int, column: int) -> None:
        self._lines = lines
        self._line = line
        self._column = column
        self._entries: list[_Entry] = []

    def read(self) -> Cursor | None:
        """Read every line into entries; on the way, answer when the cursor is in brackets or a text block."""
        number = 0
        while number < len(self._lines):
            content = _content(self._lines[number])
            start = self._read_heads(number, content)
            rest = content[start:]
            if rest[:1] in ("{", "["):
                scan = scan_flow(self._lines, number, start, (self._line, self._column))
                if scan.at_cursor:
                    return self._in_flow(scan, number, start)
                number = max(scan.end_line, number)
            elif rest[:1] in ("|", ">"):
                end = self._block_end(number)
                if number < self._line < end:
                    return None
                number = end - 1
            number += 1
        return self._in_block()

    def _read_heads(self, number: int, content: str) -> int:
        """Add the dashes and the key that a line starts with; return the column of what follows."""
        column = len(content) - len(content.lstrip(" "))
        while content[column : column + 2] in ("-", "- "):
            self._entries.append(_Entry(number, column, None, column + 1))
            column += 1
            column += len(content[column:]) - len(content[column:].lstrip(" "))
        key = _KEY.match(content, column)
        if key is None:
            return column
        self._entries.append(_Entry(number, column, unquote(key[1]), key.end()))
        rest = content[key.end() :]
        return key.end() + len(rest) - len(rest.lstrip(" "))

    def _block_end(self, number: int) -> int:
        """Return the line after the text block (``|`` or ``>``) that line `number` opens."""
        outer = self._entries[-1].column if self._entries else -1
        end = number + 1
        while end < len(self._lines):
            line = self._lines[end]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= outer:
                break
            end += 1
        return end

    def _in_flow(self, scan: FlowScan, number: int, start: int) -> Cursor:
        here = self._entries[-1] if self._entries and self._entries[-1].line == number else None
        above = self._ancestors(len(self._entries), number, start if here is None else here.column)
        outer = _path(above)
        if here is not None:
            outer = (*outer, 0 if here.key is None else here.key)
        # A text may go on over lines; what stands on an earlier one is not replaced.
        prefix = scan.prefix if len(scan.prefix) <= self._column else ""
        return Cursor(
            path=(*outer, *scan.path),
            prefix=prefix,
            span=Span(self._line, self._column - len(prefix), self._line, scan.token_end),
            used=scan.used,
            indent=self._column,
            is_inline=scan.after_colon,
            has_colon=scan.has_colon,
            in_flow=True,
        )

    def _in_block(self) -> Cursor | None:
        line, content = self._lines[self._line], _content(self._lines[self._line])
        here = [entry for entry in self._entries if entry.line == self._line]
        last = here[-1] if here else None
        if last is not None and last.key is not None and self._column >= last.end:
            return self._at_value(last, line, content)
        on_key = last is not None and last.key is not None
        heads = here[:-1] if on_key else here
        if on_key and last is not None:
            start, end = last.column, last.column + len(line[last.column : last.end - 1].rstrip())
        else:
            start = self._token_start(line, heads)
            end = max(len(content), self._column)
        if self._column < start or (heads and self._column <= heads[-1].column):
            return None
        index = self._entries.index(last) if on_key and last is not None else self._index_after(heads)
        above = self._ancestors(index, self._line, start)
        return Cursor(
            path=_path(above),
            prefix=line[start : self._column],
            span=Span(self._line, start, self._line, end),
            used=self._used(above[0] if above else None, last if on_key else None),
            indent=start,
            has_colon=on_key,
        )

    def _token_start(self, line: str, heads: list[_Entry]) -> int:
        """Return where the text that the cursor is in starts; the cursor itself where there is none."""
        offset = heads[-1].end if heads else 0
        before = line[offset : self._column]
        return self._column if not before.strip() else offset + len(before) - len(before.lstrip(" "))

    def _at_value(self, key: _Entry, line: str, content: str) -> Cursor | None:
        before = line[key.end : self._column]
        if not before.startswith(" "):
            return None
        start = key.end + len(before) - len(before.lstrip(" "))
        above = self._ancestors(self._entries.index(key), key.line, key.column)
        return Cursor(
            path=(*_path(above), key.key or ""),
            prefix=line[start : self._column],
            span=Span(self._line, start, self._line, max(len(content), self._column)),
            indent=start,
            is_inline=True,
        )

    def _index_after(self, heads: list[_Entry]) -> int:
        if heads:
            return self._entries.index(heads[-1]) + 1
        return sum(entry.line < self._line for entry in self._entries)

    def _ancestors(self, index: int, line: int, column: int) -> list[_Entry]:
        """Return the entries around a place, the innermost first."""
        above: list[_Entry] = []
        limit, below_is_dash = column, False
        for entry in reversed(self._entries[:index]):
            # A list may stand right below its key, at the same column.
            same = below_is_dash and entry.key is not None and entry.column == limit
            if (entry.column < limit or same) and (entry.line, entry.column) < (line, column):
                above.append(entry)
                limit, below_is_dash = entry.column, entry.key is None
        return above

    def _used(self, parent: _Entry | None, current: _Entry | None) -> frozenset[str]:
        """Return the keys of the mapping below `parent`, but for the one that is being typed."""
        start = 0 if parent is None else self._entries.index(parent) + 1
        outer = -1 if parent is None else parent.column
        used: set[str] = set()
        level: int | None = None
        for entry in self._entries[start:]:
            if entry.column <= outer:
                break
            level = entry.column if level is None else level
            if entry.column == level and entry.key is not None and entry is not current:
                used.add(entry.key)
        return frozenset(used)


def _path(above: list[_Entry]) -> tuple[str | int, ...]:
    return tuple(0 if entry.key is None else entry.key for entry in reversed(above))
