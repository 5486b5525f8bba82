"""The grammar of selections: ``name``, ``*name`` (and all upstream), ``+name`` (one level), ``name*``, ``name+``.

A name is a solid's, a handle of one in a composite solid (``outer.inner``), a composite's, which stands for all the
solids in it, or, among the steps of a run, one of a mapped solid: ``fit[jfk]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dagnb.errors import DagnbSelectionError, nearest

_CLAUSE = re.compile(r"(\*?)(\+*)([\w.]+(?:\[\w+\])*)(\+*)(\*?)")
_EXAMPLES = "{name}, *{name} (with all that feeds it), {name}+ (with what it feeds)"
_SHOWN = 12


def select(
    clauses: str | Sequence[str],
    needs: Mapping[str, Iterable[str]],
    *,
    inside: Mapping[str, Sequence[str]] | None = None,
    where: str,
) -> list[str]:
    """Return the selected names, in the order of `needs`.

    Args:
        clauses: a text of clauses with commas between, or a list of them.
        needs: for each name, the names directly upstream of it.
        inside: names that stand for several others: composite solids, mapped ones. Levels are counted from their edge.
        where: what is selected from, for the error.

    Raises:
        DagnbSelectionError: a clause cannot be read or names nothing; all such clauses are told at once.

    >>> select("a+", {"a": [], "b": ["a"], "c": ["b"]}, where="p")
    ['a', 'b']
    >>> select("*c", {"a": [], "b": ["a"], "c": ["b"]}, where="p")
    ['a', 'b', 'c']
    >>> select("outer+", {"a": [], "outer.b": ["a"], "c": ["outer.b"]}, inside={"outer": ["outer.b"]}, where="p")
    ['outer.b', 'c']
    """
    anything: object = clauses
    given: list[object] = list(anything) if isinstance(anything, list | tuple | set | frozenset) else [anything]
    listed = [part for each in given if isinstance(each, str) and each.strip() for part in each.split(",")]
    feeds: dict[str, list[str]] = {name: [] for name in needs}
    for name, sources in needs.items():
        for source in sources:
            feeds[source].append(name)
    groups = inside or {}
    chosen: set[str] = set()
    problems = [f"{each!r:.60} is no clause" for each in given if not isinstance(each, str)]
    for clause in listed:
        match = _CLAUSE.fullmatch(clause.strip())
        if match is None:
            problems.append(f"{clause.strip()!r} is no clause")
            continue
        all_up, levels_up, name, levels_down, all_down = match.groups()
        named = [name] if name in needs else groups.get(name)
        if named is None:
            near = nearest(name, [*needs, *groups])
            problems.append(f"there is no {name}" + (f", did you mean {near}?" if near else ""))
            continue
        chosen.update(named)
        chosen |= _reach(named, needs, None if all_up else len(levels_up))
        chosen |= _reach(named, feeds, None if all_down else len(levels_down))
    if problems or not chosen:
        raise DagnbSelectionError(
            "the selection cannot be used" if problems else "the selection is empty",
            where=where,
            got="; ".join(problems) or None,
            expected=f"clauses such as {_EXAMPLES.format(name=next(iter(needs), 'load_flights'))}",
            hint=f"the names are {', '.join(list(needs)[:_SHOWN])}{' ...' if len(needs) > _SHOWN else ''}"
            if problems
            else "without a selection every solid runs",
        )
    return [name for name in needs if name in chosen]


def _reach(start: Iterable[str], neighbours: Mapping[str, Iterable[str]], levels: int | None) -> set[str]:
    found = set(start)
    edge = set(found)
    while edge and (levels is None or levels > 0):
        edge = {each for name in edge for each in neighbours[name]} - found
        found |= edge
        levels = None if levels is None else levels - 1
    return found
