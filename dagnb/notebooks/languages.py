"""Notebooks in other languages than Python: what papermill's translators can write for them, and read of them."""

from __future__ import annotations

import json
import math
import re
import shlex
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagnb.config.secret import Secret, is_secret_name
from dagnb.errors import DagnbParameterError
from dagnb.notebooks.document import PARAMETERS_TAG, find_tagged, kernel_of
from dagnb.notebooks.errors import DagnbUntranslatedLanguageError
from dagnb.notebooks.parameters import COMPUTED, Parameter, ParametersCell

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PYTHON = frozenset({"python", "python2", "python3", "ipython"})
_OWN_KERNELS = frozenset({"python", "python3", "dagnb"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DOTTED_NAME = re.compile(r"[A-Za-z](\.?[A-Za-z0-9_])*")
_SHOWN_DEFAULT = 60


def other_language(document: NotebookNode, kernel_name: str | None = None) -> str | None:
    """Return the language of a notebook as its kernel spells it; None for Python.

    Args:
        document: the notebook.
        kernel_name: the kernelspec that is to run it, when not its own.
    """
    spec = document.metadata.get("kernelspec", {})
    told = str(spec.get("language") or document.metadata.get("language_info", {}).get("name") or "")
    asked = kernel_name or (None if told else kernel_of(document))
    if asked is not None and asked in _OWN_KERNELS:
        return None
    if asked is not None:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        try:
            told = KernelSpecManager().get_kernel_spec(asked).language or told
        except NoSuchKernel:
            told = told or asked
    return None if not told or told.lower() in _PYTHON else told


def read_other_parameters(document: NotebookNode, language: str, kernel_name: str | None = None) -> ParametersCell:
    """Read the parameters of a notebook in another language, as far as its lines look like plain assignments.

    All are config of no known type that may be left out: only the notebook's own kernel could tell what their
    defaults are. A language that papermill does not translate has none.
    """
    position = find_tagged(document, PARAMETERS_TAG)
    if position is None:
        return ParametersCell()
    try:
        translator = find_translator(language, kernel_name or kernel_of(document))
    except DagnbUntranslatedLanguageError:
        return ParametersCell(position=position)
    cell = document.cells[position]
    try:
        inspected = [
            _parameter(found.name, found.inferred_type_name, found.default, found.help, line=1)
            for found in translator.inspect(cell)
        ]
    except NotImplementedError:
        inspected = list(_read_lines(cell.source, translator))
    kept = {found.name: found for found in inspected if _name_pattern(translator).fullmatch(found.name)}
    return ParametersCell(position=position, parameters=tuple(kept.values()))


def translate(
    values: Mapping[str, Any], *, language: str, kernel_name: str | None = None, path: str | None = None
) -> str:
    """Return the text of the injected cell: one assignment a value, in the notebook's language.

    Raises:
        DagnbUntranslatedLanguageError: papermill has no translator for it.
        DagnbParameterError: a name is not one, a value is none that JSON can hold or that the language has no word
            for, or it is a secret, which would stand in the executed copy.

    >>> print(translate({"folds": 3, "origin": "J'FK"}, language="bash"))
    # Parameters
    folds=3
    origin='J'"'"'FK'
    """
    translator = find_translator(language, kernel_name, path=path)
    for name, value in values.items():
        if not _name_pattern(translator).fullmatch(name):
            raise DagnbParameterError(
                f"this is not a name that can be set in a notebook in {language}",
                where=path,
                got=repr(name)[:80],
                expected="a letter, then letters, digits and underscores",
            )
        _check_value(name, value, language, path)
        try:
            _check_words(value, translator)
            translator.translate(value)
        except NotImplementedError:
            raise DagnbParameterError(
                f"the parameter {name} cannot be written in {language}",
                where=path,
                got=_kind_of(value),
                expected="a number, a text, true or false, or a list of them",
                hint="hand over the path of a file that the notebook reads, or JSON as text",
            ) from None
    text: str = translator.codify(dict(values), "Parameters")
    return text.rstrip("\n")


def find_translator(language: str, kernel_name: str | None, *, path: str | None = None) -> Any:
    """Return papermill's translator for a kernel or language, made safe where papermill's own quoting is not.

    Raises:
        DagnbUntranslatedLanguageError: there is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from papermill import translators
        from papermill.exceptions import PapermillException
    for spelling in dict.fromkeys([language, language.lower(), language.upper()]):
        try:
            translator = translators.papermill_translators.find_translator(kernel_name, spelling)
        except PapermillException:
            continue
        return _made_safe(translator, translators)
    raise DagnbUntranslatedLanguageError(language, path=path)


def _made_safe(translator: Any, translators: Any) -> Any:
    r"""Return the translator with texts written so that the language takes them as they are and runs nothing of them.

    Papermill escapes texts as Python would. In Julia and PowerShell a ``$`` in them runs code, and in a bash that reads
    from a terminal a control character does; C#, Scala and Julia read ``\x`` otherwise or not at all.
    """
    if issubclass(translator, translators.BashTranslator):
        return type("BashTranslator", (translator,), {"translate_escaped_str": staticmethod(_bash_text)})
    if issubclass(translator, translators.PowershellTranslator):
        return type("PowershellTranslator", (translator,), {"translate_escaped_str": staticmethod(_powershell_text)})
    likes = (translators.RTranslator, translators.ScalaTranslator, translators.CSharpTranslator)
    if issubclass(translator, (*likes, translators.FSharpTranslator)):
        return type(translator.__name__, (translator,), {"translate_escaped_str": staticmethod(_quoted_text)})
    if issubclass(translator, translators.JuliaTranslator):
        return type("JuliaTranslator", (translator,), {"translate_escaped_str": staticmethod(_julia_text)})
    return translator


def _quoted_text(value: Any) -> str:
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
    return '"' + "".join(escapes.get(c) or (c if c.isprintable() else _by_number(c)) for c in str(value)) + '"'


def _by_number(character: str) -> str:
    units = character.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2], 'big'):04x}" for at in range(0, len(units), 2))


def _julia_text(value: Any) -> str:
    return _quoted_text(value).replace("$", r"\$")


def _powershell_text(value: Any) -> str:
    # PowerShell takes the typographic quotes for the plain one.
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", str(value)) + "'"


def _name_pattern(translator: Any) -> re.Pattern[str]:
    return _DOTTED_NAME if _is(translator, "RTranslator") else _NAME


def _is(translator: Any, name: str) -> bool:
    return any(cls.__name__ == name for cls in translator.__mro__)


def _bash_text(value: Any) -> str:
    text = str(value)
    if "\0" in text:
        raise NotImplementedError  # it would end there
    if text.isprintable():
        return shlex.quote(text)
    # The terminal would act on control characters, and the history on what stands behind an exclamation mark.
    return "$'" + "".join(c if c.isprintable() and c not in "\\'!" else _by_byte(c) for c in text) + "'"


def _by_byte(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())


def _check_value(name: str, value: Any, language: str, path: str | None) -> None:
    if is_secret_name(name) or any(isinstance(item, Secret) for item in _leaves(value)):
        raise DagnbParameterError(
            f"the parameter {name} is a secret, and would stand in the executed copy of a notebook in {language}",
            where=path,
            hint="leave it out, and have the notebook read it from its environment",
        )
    for item in _leaves(value):
        holdable = item is None or type(item) in (bool, int, float, str)
        if not holdable or (isinstance(item, float) and not math.isfinite(item)):
            raise DagnbParameterError(
                f"the parameter {name} cannot be handed to a notebook in {language}",
                where=path,
                got=f"{type(item).__name__} {item!r}"[:120] if holdable else f"a value of type {_kind_of(item)}",
                expected="what JSON can hold: numbers, texts, true, false, null, lists and objects of them",
            )
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise DagnbParameterError(
            f"the parameter {name} cannot be handed to a notebook in {language}",
            where=path,
            got=f"{_kind_of(value)}: {error}"[:200],
            expected="what JSON can hold, in UTF-8",
        ) from None


def _leaves(value: Any) -> Iterator[Any]:
    """Yield what a value consists of in the end, the keys of its objects too."""
    waiting = [value]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop()
        if type(item) is list or type(item) is dict:
            if id(item) not in seen:  # one that holds itself is found by json.dumps
                seen.add(id(item))
                waiting += item
                if type(item) is dict:
                    waiting += item.values()
                    # JSON would write other keys as texts, silently.
                    waiting += [_NoKey(key) for key in item if type(key) is not str]
        else:
            yield item


class _NoKey:
    """A key that is no text."""

    def __init__(self, key: Any) -> None:
        self.key = key


def _kind_of(value: Any) -> str:
    return f"dict with the key {value.key!r}"[:80] if isinstance(value, _NoKey) else type(value).__name__


def _check_words(value: Any, translator: Any) -> None:
    """Refuse what papermill would write in bash, but bash reads otherwise: lists in lists, and nothing in a list."""
    if _is(translator, "BashTranslator") and isinstance(value, list):
        for item in value:
            if item is None or isinstance(item, list | dict):
                raise NotImplementedError


def _read_lines(source: str, translator: Any) -> Iterator[Parameter]:
    pattern = _assignment(translator)
    mark = translator.comment("@").partition("@")
    for number, line in enumerate(source.splitlines(), start=1):
        code, comment = _split_comment(line, mark[0].strip(), mark[2].strip())
        found = pattern.match(code)
        if found is not None:
            yield _parameter(found["name"], found["type"], found["value"], comment, line=number)


def _assignment(translator: Any) -> re.Pattern[str]:
    """Return the pattern of the lines that the translator itself would write, with types and spaces as people do."""
    before, _, rest = translator.assign("NAME", "VALUE").partition("NAME")
    between, _, end = rest.partition("VALUE")
    gap = r"\s*" if " " in between else ""
    sign = "(?:<-|=)" if _is(translator, "RTranslator") else re.escape(between.strip())
    kind = r"(?:\s*::?\s*(?P<type>[\w.\[\]{}<>, ]+?))?" if gap else "(?P<type>(?!))?"
    head = r"\s+".join(re.escape(word) for word in before.split(" "))
    name = _name_pattern(translator).pattern
    return re.compile(rf"{head}(?P<name>{name}){kind}{gap}{sign}(?!=){gap}(?P<value>.*?){re.escape(end)}\s*$")


def _split_comment(line: str, mark: str, end: str) -> tuple[str, str]:
    for found in re.finditer(rf"\s{re.escape(mark)}", line):
        before = line[: found.start()]
        if before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
            return before, line[found.end() :].removesuffix(end).strip()
    return line, ""


def _parameter(name: str, kind: str | None, default: str | None, comment: str | None, *, line: int) -> Parameter:
    shown = f"default: {default.rstrip('; ')[:_SHOWN_DEFAULT]}" if default else ""
    return Parameter(
        name=name.strip(),
        role="config",
        annotation=None if kind in (None, "None") else kind,
        default=COMPUTED,
        description=" · ".join(part for part in (comment, shown) if part) or None,
        line=line,
    )
