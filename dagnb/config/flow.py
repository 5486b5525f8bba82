"""Read flow style (``{a: 1, b: [x, y]}``) up to a cursor, closed or not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

__all__ = ["FlowScan", "scan_flow", "unquote"]


@dataclass(slots=True)
class _Frame:
    """An open bracket: what key it is at, and which keys it has."""

    is_mapping: bool
    key: str = ""
    after_colon: bool = False
    used: set[str] = field(default_factory=set)


@dataclass(slots=True)
class FlowScan:
    """What a scan found: where the brackets end, and, if the cursor is inside, what is around it."""

    end_line: int
    at_cursor: bool = False
    path: tuple[str | int, ...] = ()
    prefix: str = ""
    token_end: int = 0
    used: frozenset[str] = frozenset()
    after_colon: bool = False
    has_colon: bool = False


def unquote(text: str) -> str:
    """Return a key without its quotes.

    >>> unquote('"a b"'), unquote("'it''s'"), unquote("plain ")
    ('a b', "it's", 'plain')
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text


def scan_flow(lines: list[str], line: int, column: int, cursor: tuple[int, int]) -> FlowScan:
    """Read from the bracket at ``(line, column)`` to its end, and remember what is around `cursor`.

    Brackets that are never closed end with the text; then the cursor is in them if it is below.
    """
    scanner = _Scanner(cursor)
    for number in range(line, len(lines)):
        text = lines[number]
        first = column if number == line else 0
        for position in range(first, len(text) + 1):
            if (number, position) == cursor and (number, position) != (line, column):
                scanner.remember()
            if position < len(text) and scanner.take(text, position):
                return scanner.finish(number)
        scanner.end_line()
    return scanner.finish(len(lines) - 1)


class _Scanner:
    def __init__(self, cursor: tuple[int, int]) -> None:
        self._cursor = cursor
        self._stack: list[_Frame] = []
        self._token = ""
        self._quote = ""
        self._in_comment = False
        self._found: FlowScan | None = None
        self._frame: _Frame | None = None
        self._own_key: str | None = None
        self._is_pending = False

    def take(self, text: str, position: int) -> bool:
        """Take one character; return True when the outermost bracket closes."""
        character = text[position]
        if self._in_comment:
            return False
        if self._quote:
            self._token += character
            if character == self._quote and text[position - 1] != "\\":
                self._quote = ""
            return False
        if character == "#" and (position == 0 or text[position - 1] == " "):
            self._in_comment = True
        elif character in "\"'" and not self._token.strip():
            self._quote, self._token = character, character
        elif character in "{[":
            self._stack.append(_Frame(character == "{"))
            self._token = ""
        elif character in "}]":
            self._separate()
            self._stack.pop()
            return not self._stack
        elif character == ",":
            self._separate()
        elif character == ":" and self._ends_key(text, position):
            self._take_key()
        else:
            self._token += character
        return False

    def end_line(self) -> None:
        """Take the end of a line."""
        self._in_comment = False
        self._token += " " if self._token.strip() else ""

    def remember(self) -> None:
        """Remember what is around the cursor, which stands here."""
        if self._in_comment or not self._stack:
            return
        frame = self._stack[-1]
        steps: list[str | int] = [f.key if f.is_mapping else 0 for f in self._stack[:-1]]
        if not frame.is_mapping:
            steps.append(0)
        elif frame.after_colon:
            steps.append(frame.key)
        prefix = self._token.lstrip()
        self._found = FlowScan(
            end_line=0,
            at_cursor=True,
            path=tuple(steps),
            prefix=prefix,
            token_end=self._cursor[1],
            after_colon=frame.after_colon or not frame.is_mapping,
        )
        self._frame = frame
        # With nothing typed yet, a key that follows is a neighbour, not the one being typed.
        self._is_pending = bool(prefix) and frame.is_mapping and not frame.after_colon

    def finish(self, line: int) -> FlowScan:
        """Return what was found, with the keys that stand behind the cursor."""
        found = self._found
        if found is None or self._frame is None:
            return FlowScan(end_line=line)
        found.end_line = line
        found.used = frozenset(self._frame.used - {self._own_key or ""})
        return found

    def _ends_key(self, text: str, position: int) -> bool:
        after = text[position + 1 : position + 2]
        return bool(self._stack) and (after in ("", " ", ",", "}") or self._token.rstrip()[-1:] in ('"', "'"))

    def _take_key(self) -> None:
        frame = self._stack[-1]
        frame.key, frame.after_colon = unquote(self._token), True
        if frame is self._frame and self._is_pending and self._found is not None:
            self._own_key, self._is_pending = frame.key, False
            self._found.has_colon = True
            self._found.token_end += len(self._token.strip()) - len(self._found.prefix)
        else:
            frame.used.add(frame.key)
        self._token = ""

    def _separate(self) -> None:
        frame = self._stack[-1]
        if frame is self._frame:
            self._is_pending = False
        frame.after_colon, frame.key, self._token = False, "", ""
