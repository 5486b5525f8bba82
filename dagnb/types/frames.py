"""The type of pandas DataFrames."""

from __future__ import annotations

import sys

from dagnb.types.base import DagnbType


def is_dataframe(value: object) -> bool:
    """Say whether `value` is a pandas DataFrame; while pandas is not imported, nothing is."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def _check(_context: object, value: object) -> bool:
    return is_dataframe(value)


DataFrame = DagnbType(_check, name="DataFrame", is_builtin=True, description="a pandas DataFrame", display_name="frame")
