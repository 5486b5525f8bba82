"""Types of dataframes that annotations of other packages name."""

from __future__ import annotations

import sys
from typing import Any

from dagnb.types.base import DagnbType

__all__ = ["frame_of_alias", "frame_of_schema", "frame_with"]


def frame_of_schema(annotation: Any) -> DagnbType | None:
    """Return the type that a pandera schema stands for, None when the annotation is none."""
    if "pandera" not in sys.modules:
        return None
    from dagnb.types.schemas import dataframe_type_of, is_pandera

    if not is_pandera(annotation):
        return None
    if isinstance(annotation, type) and not _has_schema(annotation):
        return None
    return dataframe_type_of(annotation)


def _has_schema(model: Any) -> bool:
    # DataFrameModel itself is the class that models are made from.
    return not model.__module__.startswith("pandera.")


def frame_of_alias(origin: Any, args: tuple[Any, ...]) -> DagnbType | None:
    """Return the type of pandera's ``DataFrame[Model]``, None when the annotation is something else."""
    if len(args) != 1 or not getattr(origin, "__module__", "").startswith("pandera.typing"):
        return None
    return frame_of_schema(args[0]) if origin.__name__ in {"DataFrame", "LazyFrame"} else None


def frame_with(base: DagnbType, extras: tuple[Any, ...]) -> DagnbType | None:
    """Return the type of ``Annotated[pandas.DataFrame, ...]`` with a schema, columns or constraints; None without any.

    >>> import pandas as pd
    >>> from typing import Annotated
    >>> from dagnb.types import PandasColumn, resolve_type
    >>> teams = resolve_type(Annotated[pd.DataFrame, PandasColumn.string_column("team", non_nullable=True)])
    >>> print(teams.check(pd.DataFrame({"team": ["dock", None]})).description)
    not DataFrame: 1 problem in 2 rows
    - team: expected no nulls, got 1 null (row 1 → null)
    """
    if not extras or "dagnb.types.frames" not in sys.modules:
        return None
    from dagnb.types.columns import PandasColumn
    from dagnb.types.frame_constraints import DataFrameConstraint
    from dagnb.types.frames import AnyFrameType, create_dataframe_type
    from dagnb.types.schemas import constraint_of, is_pandera, is_row_model, schema_name

    if not isinstance(base, AnyFrameType):
        return None
    schemas = [extra for extra in extras if is_pandera(extra) or is_row_model(extra)]
    columns = [extra for extra in extras if isinstance(extra, PandasColumn)]
    constraints = [extra for extra in extras if isinstance(extra, DataFrameConstraint)]
    if not (schemas or columns or constraints):
        return None
    return create_dataframe_type(
        schema_name(schemas[0]) if schemas else base.name,
        columns=columns,
        dataframe_constraints=[*constraints, *map(constraint_of, schemas)],
        library=base.library,
    )
