"""Types: what a check, a description and a preview cost a step."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dagnb.types import (
    PandasColumn,
    UniqueColumnsConstraint,
    create_dataframe_type,
    describe_value,
    preview_value,
    resolve_type,
)

__all__ = ["run"]

ROWS = 336_776


def run() -> dict[str, float]:
    """Return microseconds of CPU for what every step does, and milliseconds for a frame of 336,776 rows."""
    figures: dict[str, float] = {}
    checked: list[tuple[Any, Any]] = [(object, 3), (int, 3), (str, "a"), (int | None, 3), (list[int], [1, 2, 3])]
    for annotation, value in checked:
        kind = resolve_type(annotation)
        figures[f"check {kind.name}, µs"] = _microseconds(partial(kind.check, value))
    figures["resolve int, µs"] = _microseconds(lambda: resolve_type(int))
    for value in (3, "a", [1, 2, 3]):
        figures[f"describe {type(value).__name__}, µs"] = _microseconds(partial(describe_value, value))
    frame = _frame()
    actions: dict[str, Callable[[], Any]] = {
        "check typed frame": lambda: _typed().check(frame),
        "describe frame": lambda: describe_value(frame),
        "preview frame": lambda: preview_value(frame, 10, describe_value(frame)),
    }
    figures |= {f"{name}, ms": _milliseconds(action) for name, action in actions.items()}
    return figures


def _frame() -> pd.DataFrame:
    random = np.random.default_rng(2013)
    return pd.DataFrame(
        {
            "at": pd.date_range("2013-01-01", periods=ROWS, freq="93s"),
            "origin": random.choice(["JFK", "LGA", "EWR"], ROWS),
            "dep_delay": random.normal(12, 40, ROWS),
            "flight": random.integers(1, 8500, ROWS),
            **{f"n{index}": random.normal(0, 1, ROWS) for index in range(15)},
        }
    )


def _typed() -> Any:
    return create_dataframe_type(
        "Flights",
        columns=[
            PandasColumn.datetime_column("at", min_datetime=pd.Timestamp("2013-01-01"), non_nullable=True),
            PandasColumn.categorical_column("origin", ["JFK", "LGA", "EWR"]),
            PandasColumn.float_column("dep_delay", ignore_missing_vals=True),
            PandasColumn.integer_column("flight", min_value=1, non_nullable=True),
        ],
        dataframe_constraints=[UniqueColumnsConstraint(["at", "flight"])],
    )


def _microseconds(action: Callable[[], Any], number: int = 20_000) -> float:
    return min(timeit.repeat(action, number=number, repeat=3, timer=time.process_time)) / number * 1e6


def _milliseconds(action: Callable[[], Any]) -> float:
    return min(timeit.repeat(action, number=1, repeat=3, timer=time.process_time)) * 1e3
