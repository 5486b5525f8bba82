"""Docstrings as descriptions."""

from __future__ import annotations


def clean_doc(doc: str | None) -> str | None:
    r"""Return a docstring without the indentation of the code around it; None when there is nothing in it.

    As `inspect.cleandoc`, without the import of `inspect`: every pipeline with a docstring would pay for it.

    >>> clean_doc("Load the flights.\n\n        One row a flight.\n    ")
    'Load the flights.\n\nOne row a flight.'
    """
    if not doc:
        return None
    first, *rest = doc.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first.lstrip(), *(line[margin:].rstrip() for line in rest)]).strip("\n") or None
