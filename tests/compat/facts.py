"""What release 0.9.22 is known to have: its public names, each with its kind and its parameters.

Read from the released package into names.csv. Parameters whose names begin with an underscore are left out. There,
``<none>`` is a default that says that nothing was given, ``<function>`` one that is a function, and ``-`` stands for
parameters that nobody writes.
"""

from __future__ import annotations

import csv
from pathlib import Path


def _read() -> dict[str, tuple[str, list[str] | None]]:
    with (Path(__file__).parent / "names.csv").open(newline="", encoding="utf-8") as file:
        return {row["name"]: (row["kind"], _parameters(row["parameters"])) for row in csv.DictReader(file)}


def _parameters(text: str) -> list[str] | None:
    return None if text == "-" else [each for each in text.split("; ") if each]


PUBLIC = _read()
