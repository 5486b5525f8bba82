"""Run configs on the command line: files and single values, put over each other; problems told at file and line."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from dagnb.cli.failing import USAGE, show_error

if TYPE_CHECKING:
    from dagnb.config.document import ConfigDocument, Span
    from dagnb.config.errors import ConfigPath, ConfigProblem, DagnbConfigError

_SEGMENT = re.compile(r'"([^"]*)"|([^."]+)')
_PATH = re.compile(r'(?:"[^"]*"|[^."]+)(?:\.(?:"[^"]*"|[^."]+))*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a run config: a file, or a value of ``--set``.

    `label` names it to the user; `document` is a file's text, `assigned` the path of a ``--set``.
    """

    label: str
    value: Any
    document: ConfigDocument | None = None
    assigned: ConfigPath | None = None

    def depth(self, path: ConfigPath) -> int:
        """Return how many steps of the path this part says something about.

        A value of ``--set`` speaks for itself alone: not for what is missing beside it.
        """
        if self.assigned is not None and path[: len(self.assigned)] != self.assigned[: len(path)]:
            return 0
        here: Any = self.value
        count = 0
        for step in path:
            if isinstance(here, str):
                break
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                break
            count += 1
        return count


def _span(document: ConfigDocument, problem: ConfigProblem) -> Span:
    from dagnb.config.errors import ProblemReason

    if problem.reason is ProblemReason.MISSING_FIELD:
        return document.locate_key(problem.path[:-1])
    if problem.reason is ProblemReason.UNKNOWN_FIELD:
        return document.locate_key(problem.path)
    return document.locate(problem.path)


def _at(label: str, span: Sequence[int]) -> str:
    return f"{label}:{span[0] + 1}:{span[1] + 1}" if span else label


def read_parts(files: Sequence[str], assignments: Iterable[str]) -> list[Part]:
    """Read config files and ``--set`` values; ends the command when one cannot be read, having told all that is wrong.

    Args:
        files: paths of YAML or JSON files; ``-`` is the standard input.
        assignments: ``path=value``, the value as YAML.
    """
    parts: list[Part] = []
    problems: list[tuple[str, str]] = []
    for file in files:
        part, found = _read_file(file)
        parts += [part] if part else []
        problems += found
    if problems:
        _stop("config file" if len(files) == 1 else "config files", problems)
    return [*parts, *(_assign(each) for each in assignments)]


def _read_file(file: str) -> tuple[Part | None, list[tuple[str, str]]]:
    from dagnb.config import parse_document

    label = "<stdin>" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None, [(label, "expected UTF-8 text")]
    except OSError as error:
        return None, [(label, f"it cannot be read: {error.strerror or error}")]
    document = parse_document(text)
    if document.problems:
        return None, [(_at(label, each.span), each.message) for each in document.problems]
    if not isinstance(document.value, Mapping | None):
        return None, [(f"{label}:1:1", f"expected a mapping such as solids: ..., got {_kind(document.value)}")]
    return Part(label=label, value=document.value or {}, document=document), []


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a single value"


def _assign(text: str) -> Part:
    from dagnb.config import parse_document

    path_text, equals, value_text = text.partition("=")
    path_text = path_text.strip()
    if not equals or not _PATH.fullmatch(path_text):
        raise click.BadParameter(
            f"expected a path and a value such as solids.load.config.origin=LGA, got {text.partition('=')[0]!r}"
            f"{'' if equals else ' without a ='}",
            param_hint="--set",
        )
    path = tuple(quoted or plain for quoted, plain in _SEGMENT.findall(path_text))
    document = parse_document(value_text)
    # A text that happens to be no YAML (a: b: c) is meant as it stands; no value at all is the empty text.
    value = value_text if document.problems or not value_text.strip() else document.value
    for step in reversed(path):
        value = {step: value}
    return Part(label=f"--set {path_text}", value=value, assigned=path)


def merge(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the document that the parts make: later ones go over earlier ones, mapping by mapping."""
    merged: dict[str, Any] = {}
    for part in parts:
        merged = _over(merged, part.value)
    return merged


def _over(below: Any, above: Any) -> Any:
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    made = dict(below)
    for key, value in above.items():
        made[key] = _over(made[key], value) if key in made else value
    return made


def refuse(error: DagnbConfigError, parts: Sequence[Part], *, scaffold: str) -> NoReturn:
    """Show every problem of a run config where it stands, in the order of the parts, and end the command.

    Args:
        error: the problems.
        parts: what the run config was made of.
        scaffold: the arguments for `dagnb config scaffold`.
    """
    found = sorted(((_place(problem, parts), problem.text) for problem in error.errors), key=lambda each: each[0])
    hint = f"dagnb config scaffold {scaffold} writes a document to start from"
    _stop(error.subject, [(place, text) for (_, _, place), text in found], hint=hint)


def _place(problem: ConfigProblem, parts: Sequence[Part]) -> tuple[int, tuple[int, ...], str]:
    """Return which part a problem stands in, where in it, and both in words."""
    from dagnb.config.errors import ProblemReason

    is_missing = problem.reason is ProblemReason.MISSING_FIELD
    path = problem.path[:-1] if is_missing else problem.path
    # The last of those that say most about the place: it is the one that holds.
    depth, number = max(
        (
            (part.depth(path), number)
            for number, part in enumerate(parts)
            if not is_missing or part.assigned is None or len(part.assigned) <= len(path)
        ),
        default=(0, -1),
    )
    if number < 0 or (path and depth == 0):
        return len(parts), (), ""
    part = parts[number]
    span = _span(part.document, problem) if part.document is not None else ()
    return number, tuple(span), _at(part.label, span)


def scaffold_arguments(target: str, pipeline: str | None) -> str:
    """Return the arguments of `dagnb config scaffold` for a target, as a shell takes them.

    >>> scaffold_arguments("my etl.py", "daily")
    "'my etl.py' -p daily"
    """
    import shlex

    return shlex.join([target, *(["-p", pipeline] if pipeline else [])])


def _stop(subject: str, problems: Sequence[tuple[str, str]], hint: str | None = None) -> NoReturn:
    count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
    lines = [f"{count} in the {subject}"]
    for place, text in problems:
        lines += ["", *([place] if place else []), *(f"  {line}" for line in text.splitlines())]
    lines += ["", f"next: {hint}"] if hint else []
    show_error("\n".join(lines))
    raise click.exceptions.Exit(USAGE)


config_option = click.option(
    "-c",
    "--config",
    "files",
    multiple=True,
    metavar="FILE",
    help="A run config, YAML or JSON; later ones go over earlier.",
)
set_option = click.option(
    "--set", "assignments", multiple=True, metavar="PATH=VALUE", help="One value, as in solids.load.config.origin=LGA."
)
