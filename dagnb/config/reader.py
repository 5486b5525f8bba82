"""Build the parts of a config document from the YAML parser's events, within limits."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml

from dagnb.config.document import MAX_DEPTH, MAX_VALUES, DocumentProblem, Part, Span
from dagnb.config.errors import ConfigPath

__all__ = ["read", "read_plain_scalar"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TAG = "tag:yaml.org,2002:"
_WHY = {
    "mapping values are not allowed in this context": "a key does not line up with the keys beside it, "
    "or unquoted text holds a colon",
    "found character that cannot start any token": "YAML indents with spaces, and text that starts with "
    "@, ` or % needs quotes",
    "could not find expected ':'": "a key has no colon after it",
    "did not find expected key": "a line does not line up with the lines above it",
    "did not find expected ',' or '}'": "a { is not closed",
    "did not find expected ',' or ']'": "a [ is not closed",
    "did not find expected <document start>": "text stands after the end of the document",
    "did not find expected node content": "a value is missing",
    "found unexpected end of stream": "a quote is not closed",
}


class _Unreadable(Exception):
    """Carries the problem that ends the reading."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.problem = DocumentProblem(message, span)


def _stop(message: str, span: Span) -> NoReturn:
    raise _Unreadable(message, span)


def read(text: str) -> tuple[Part | None, list[DocumentProblem]]:
    """Return the root part (None for an empty text) and what is wrong with the text."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _Unreadable as error:
        return None, [*builder.problems, error.problem]
    except yaml.MarkedYAMLError as error:
        return None, [*builder.problems, _syntax_problem(error, builder.open_bracket(), text)]
    except yaml.reader.ReaderError as error:
        return None, [_character_problem(text, error.position)]
    except UnicodeEncodeError as error:
        return None, [_character_problem(text, error.start)]
    return builder.root, builder.problems


def read_plain_scalar(text: str) -> Any:
    """Return what an unquoted scalar means: null, a boolean, a number, or the text itself.

    >>> [read_plain_scalar(text) for text in ("true", "yes", "1e-3", "010", "~", "1_000")]
    [True, 'yes', 0.001, 10, None, '1_000']
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    try:
        if _INTEGER.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    except ValueError:  # more digits than Python reads as a number
        return text
    return text


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line, start.column, end.line, end.column)


def _syntax_problem(error: yaml.MarkedYAMLError, bracket: Part | None, text: str) -> DocumentProblem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line > text.rstrip().count("\n") and bracket is not None:
        sign = "{" if isinstance(bracket.value, dict) else "["
        line, column = bracket.span[:2]
        return DocumentProblem(f"a {sign} is not closed", Span(line, column, line, column + 1))
    problem = error.problem or "the text is not YAML"
    why = _WHY.get(problem)
    opened = error.context_mark
    if why and opened is not None and "not closed" in why:
        line, column = opened.line, opened.column
    return DocumentProblem(why or problem, Span(line, column, line, column + 1))


def _character_problem(text: str, position: int) -> DocumentProblem:
    before = text[:position]
    line = before.count("\n")
    column = position - (before.rfind("\n") + 1)
    code = f"U+{ord(text[position]):04X}" if position < len(text) else "at the end"
    message = f"the character {code} cannot stand in a document"
    return DocumentProblem(message, Span(line, column, line, column + 1))


class _Frame:
    """A mapping or list that is being read."""

    __slots__ = ("anchor", "has_key", "is_flow", "key", "key_span", "merges", "part")

    def __init__(self, part: Part, *, anchor: str | None, is_flow: bool) -> None:
        self.part = part
        self.anchor = anchor
        self.is_flow = is_flow
        self.has_key = False
        self.key: Any = None
        self.key_span = part.span
        self.merges: list[Part] = []


_MERGE = object()


class _Builder:
    """Takes events one by one and keeps the parts read so far on a stack of its own (no recursion)."""

    def __init__(self) -> None:
        self.root: Part | None = None
        self.problems: list[DocumentProblem] = []
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Part | None] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event.

        Raises:
            _Unreadable: the document goes past a limit, or says what config cannot say.
        """
        match event:
            case yaml.ScalarEvent():
                self._take_scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(event)
            case yaml.AliasEvent():
                self._take_alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    _stop("a config is one document; a second one starts here", _span(event))

    def open_bracket(self) -> Part | None:
        """Return the innermost mapping or list in brackets that is still open."""
        return next((frame.part for frame in reversed(self._stack) if frame.is_flow), None)

    def _take_scalar(self, event: Any) -> None:
        span = _span(event)
        value = self._scalar_value(event, span)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.part.value, dict) and not frame.has_key:
            self._take_key(frame, event, value, span)
            return
        part = Part(value, span)
        if event.anchor:
            self._anchors[event.anchor] = part
        self._place(part)

    def _scalar_value(self, event: Any, span: Span) -> Any:
        if event.tag is None or event.tag == "!":
            return read_plain_scalar(event.value) if event.implicit[0] else event.value
        if event.tag == _TAG + "str":
            return event.value
        value = read_plain_scalar(event.value)
        kind = {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value))
        if kind is None or event.tag != _TAG + kind:
            _stop(f"the tag {_tag_name(event.tag)} cannot be used in a config", span)
        return value

    def _take_key(self, frame: _Frame, event: Any, value: Any, span: Span) -> None:
        frame.has_key, frame.key_span = True, span
        if event.implicit[0] and event.value == "<<":
            frame.key = _MERGE
            return
        # true, 1.0 and 1 are one key in Python, and a JSON key is text anyway; whole numbers may key a Map.
        value = value if type(value) in (str, int) else event.value
        frame.key = value
        if value in frame.part.keys:
            path = (*self._path(), value)
            self.problems.append(DocumentProblem(f"the key {value} is given twice", span, path))

    def _open(self, event: Any) -> None:
        span = _span(event)
        if len(self._stack) >= MAX_DEPTH:
            _stop(f"the document is nested more than {MAX_DEPTH} levels deep", span)
        self._refuse_as_key(span)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in (None, "!", _TAG + ("map" if is_mapping else "seq")):
            _stop(f"the tag {_tag_name(event.tag)} cannot be used in a config", span)
        if event.anchor:
            self._anchors[event.anchor] = None
        part = Part({} if is_mapping else [], span)
        self._stack.append(_Frame(part, anchor=event.anchor, is_flow=bool(event.flow_style)))

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        part = frame.part
        for source in frame.merges:
            self._merge(part, source)
        last = max((child.span for child in part.children.values()), default=None)
        if frame.is_flow:
            end = _span(event)
            part.span = part.span._replace(end_line=end.end_line, end_column=end.end_column)
        elif last is not None:
            part.span = part.span._replace(end_line=last.end_line, end_column=last.end_column)
        if frame.anchor:
            self._anchors[frame.anchor] = part
        self._place(part)

    def _merge(self, part: Part, source: Part) -> None:
        for key, child in source.children.items():
            if key not in part.children:
                part.value[key] = child.value
                part.children[key] = child
                part.keys[key] = source.keys[key]

    def _take_alias(self, event: Any) -> None:
        span = _span(event)
        self._refuse_as_key(span)
        if event.anchor not in self._anchors:
            _stop(f"there is no anchor &{event.anchor} above", span)
        target = self._anchors[event.anchor]
        if target is None:
            _stop(f"*{event.anchor} stands inside what it names", span)
        self._place(Part(target.value, span, target.keys, target.children, target.weight))

    def _refuse_as_key(self, span: Span) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.part.value, dict) and not frame.has_key:
            _stop("a key has to be text or a number", span)

    def _place(self, part: Part) -> None:
        if not self._stack:
            self.root = part
            return
        frame = self._stack[-1]
        parent = frame.part
        parent.weight += part.weight
        if parent.weight > MAX_VALUES:
            _stop(f"the document holds more than {MAX_VALUES:,} values", part.span)
        if isinstance(parent.value, list):
            parent.children[len(parent.value)] = part
            parent.value.append(part.value)
            return
        frame.has_key = False
        if frame.key is _MERGE:
            self._remember_merge(frame, part)
            return
        parent.keys[frame.key] = frame.key_span
        parent.children[frame.key] = part
        parent.value[frame.key] = part.value

    def _remember_merge(self, frame: _Frame, part: Part) -> None:
        sources = list(part.children.values()) if isinstance(part.value, list) else [part]
        if not all(isinstance(source.value, dict) for source in sources):
            _stop("<< takes a mapping or a list of mappings", part.span)
        frame.merges.extend(sources)

    def _path(self) -> ConfigPath:
        path: list[str | int] = []
        for frame in self._stack[:-1]:
            value = frame.part.value
            path.append(len(value) if isinstance(value, list) else frame.key)
        return tuple(path)


def _tag_name(tag: str) -> str:
    return tag.replace(_TAG, "!!")
