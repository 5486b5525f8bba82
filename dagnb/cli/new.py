"""`dagnb new`: a notebook to start from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from dagnb.cli.failing import FAILED, fail
from dagnb.errors import DagnbError

_TEMPLATE = Path(__file__).with_name("quickstart.md")
_FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@click.command()
@click.argument("name", default="quickstart.ipynb")
def new(*, name: str) -> None:
    """Write a quickstart notebook, NAME (default: quickstart.ipynb). It runs as it is; nothing is overwritten."""
    path = Path(name if name.endswith(".ipynb") else f"{name}.ipynb")
    text = notebook_text(_TEMPLATE.read_text(encoding="utf-8"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        fail(DagnbError("there is such a file already", where=str(path), hint="dagnb new another-name.ipynb"), FAILED)
    except OSError as error:
        fail(DagnbError("the notebook cannot be written", where=str(path), got=error.strerror or str(error)), FAILED)
    click.echo(f"{path} is written: open it in Jupyter, or run it here with\n\n  dagnb run {_quoted(path)}\n")


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


def notebook_text(template: str) -> str:
    """Return the notebook that a Markdown text stands for: fenced Python is a code cell, the rest is Markdown cells."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells: list[Any] = []
    for position, piece in enumerate(_FENCE.split(template)):
        source = piece.strip()
        if source:
            made = new_code_cell if position % 2 else new_markdown_cell
            cells.append(made(source, id=f"cell-{len(cells)}"))  # type: ignore[no-untyped-call]  # nbformat is untyped
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]  # as above
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # as above
    return text + "\n"
