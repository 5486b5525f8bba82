"""Config documents: YAML (and so JSON) text to a value, with the place of every part of it.

The reading rules are those of YAML 1.2's core schema, which are JSON's: ``yes`` is text, ``1e-3`` is a
number, ``2024-06-30`` is text. No tag is followed, so reading a document never runs code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dagnb.config.errors import ConfigPath, DagnbConfigError

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "MAX_VALUES", "ConfigDocument", "DocumentProblem", "Span", "parse_document"]

MAX_CHARACTERS: Final = 4_000_000
MAX_DEPTH: Final = 100
# Counted after aliases are followed: nine lines of YAML can otherwise mean a billion values.
MAX_VALUES: Final = 500_000


class Span(NamedTuple):
    """A stretch of text; lines and columns count from 0, columns in characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """Something that keeps a text from being read: where, and what."""

    message: str
    span: Span
    path: ConfigPath = ()


@dataclass(slots=True, eq=False)
class Part:
    """One part of a document: its value, and where it and the things in it stand."""

    value: Any
    span: Span
    keys: dict[Any, Span] = field(default_factory=dict)
    children: dict[Any, Part] = field(default_factory=dict)
    weight: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class ConfigDocument:
    """A text and what it means.

    Attributes:
        text: the text as given.
        value: dicts, lists, text, numbers, booleans and None; an empty text is ``{}``. Where the text
            cannot be read it is ``{}`` too, and `problems` say why.
        problems: what is wrong with the text itself: syntax, a key given twice.
    """

    text: str
    value: Any
    problems: tuple[DocumentProblem, ...] = ()
    root: Part | None = None

    def locate(self, path: Iterable[str | int]) -> Span:
        r"""Return where the value at `path` stands, or the nearest part above it that is there.

        >>> parse_document("solids:\n  load: {rows: many}").locate(("solids", "load", "rows"))
        Span(line=1, column=15, end_line=1, end_column=19)
        """
        part = self.root
        span = part.span if part else Span(0, 0, 0, 0)
        for step in path:
            child = part.children.get(step) if part else None
            if part is None or child is None:
                break
            # A value that is not written (`config:`) has no width; its key stands for it.
            span = child.span if child.span[:2] != child.span[2:] else part.keys[step]
            part = child
        return span

    def locate_key(self, path: Iterable[str | int]) -> Span:
        """Return where the key (or list item) that `path` ends with stands, or the nearest key above it."""
        part, span = self.root, Span(0, 0, 0, 0)
        for step in path:
            if part is None or step not in part.children:
                break
            span = part.keys.get(step, part.children[step].span)
            part = part.children[step]
        return span

    def raise_for_problems(self) -> None:
        """Raise the text's problems, if there are any.

        Raises:
            DagnbConfigError: with one problem for each, naming line and column (counted from 1).
        """
        from dagnb.config.errors import ConfigProblem, ProblemReason

        if self.problems:
            raise DagnbConfigError(
                (
                    ConfigProblem(
                        path=(*problem.path, f"line {problem.span.line + 1}, column {problem.span.column + 1}"),
                        reason=ProblemReason.SYNTAX,
                        expected=f"readable YAML: {problem.message}",
                    )
                    for problem in self.problems
                ),
                subject="config document",
            )


def parse_document(text: str) -> ConfigDocument:
    r"""Read a YAML or JSON text. Never raises: what is wrong with it is in `.problems`, with its place.

    Args:
        text: one YAML document of at most 4,000,000 characters.

    >>> parse_document("solids: {load: {config: {rate: 1e-3, flag: yes}}}").value
    {'solids': {'load': {'config': {'rate': 0.001, 'flag': 'yes'}}}}
    >>> parse_document("a: 1\na: 2").problems[0].message
    'the key a is given twice'
    """
    if len(text) > MAX_CHARACTERS:
        message = f"the document has {len(text):,} characters, more than {MAX_CHARACTERS:,}"
        return ConfigDocument(text, {}, (DocumentProblem(message, Span(0, 0, 0, 0)),))
    from dagnb.config.reader import read

    root, problems = read(text)
    if root is None or problems:
        return ConfigDocument(text, {}, tuple(problems), None)
    return ConfigDocument(text, root.value, (), root)
