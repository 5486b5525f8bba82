"""Schemas of other packages as types of dataframes: pandera's, and pydantic models that every row must fit.

They are known by what they look like; neither package is imported unless a schema of it is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from dagnb.errors import DagnbInvalidDefinitionError
from dagnb.types.base import short_value
from dagnb.types.frame_constraints import DataFrameConstraint

if TYPE_CHECKING:
    from dagnb.events.metadata import EventMetadataEntry
    from dagnb.types.frames import DataFrameType, FrameLibrary

__all__ = ["constraint_of", "dataframe_type_of", "is_pandera", "is_row_model", "schema_name"]


def is_pandera(schema: object) -> bool:
    """Say whether something is a pandera DataFrameSchema or a class made from its DataFrameModel."""
    cls = schema if isinstance(schema, type) else type(schema)
    wanted = {"DataFrameModel"} if cls is schema else {"DataFrameSchema"}
    return any(base.__name__ in wanted and base.__module__.partition(".")[0] == "pandera" for base in cls.__mro__)


def is_row_model(schema: object) -> bool:
    """Say whether something is a pydantic model class.

    >>> from pydantic import BaseModel
    >>> is_row_model(BaseModel), is_row_model(int)
    (True, False)
    """
    return isinstance(schema, type) and any(
        base.__name__ == "BaseModel" and base.__module__.partition(".")[0] == "pydantic" for base in schema.__mro__
    )


def schema_name(schema: Any) -> str:
    """Return the name of a schema, for the type made from it.

    >>> from pydantic import BaseModel
    >>> class Flight(BaseModel): ...
    >>> schema_name(Flight)
    'Flight'
    """
    if isinstance(schema, type):
        return schema.__name__
    name: object = getattr(schema, "name", None)
    return name if isinstance(name, str) else type(schema).__name__


def constraint_of(schema: Any) -> DataFrameConstraint:
    """Return the constraint that asks a frame to fit a schema.

    Raises:
        DagnbInvalidDefinitionError: it is neither of pandera nor a pydantic model.
    """
    if is_pandera(schema):
        from dagnb.types.schemas_pandera import PanderaConstraint

        return PanderaConstraint(schema)
    if is_row_model(schema):
        from dagnb.types.schemas_pydantic import RowModelConstraint

        return RowModelConstraint(schema)
    raise DagnbInvalidDefinitionError(
        "this is no schema of a dataframe",
        got=short_value(schema),
        expected="a pandera DataFrameSchema or DataFrameModel, or a pydantic model of a row",
        hint="columns=[PandasColumn...] declares columns without a schema",
    )


def dataframe_type_of(
    schema: Any,
    name: str | None = None,
    description: str | None = None,
    *,
    event_metadata_fn: Callable[[Any], Iterable[EventMetadataEntry]] | None = None,
    library: FrameLibrary | None = None,
) -> DataFrameType:
    """Make a type of dataframes from a schema: one of pandera, or a pydantic model that every row must fit.

    A check passes the frame on as it is: what the schema would convert (`coerce`) or fill in stays as it was.

    Args:
        schema: a pandera DataFrameSchema, a class made from its DataFrameModel, or from pydantic's BaseModel.
        name: what people call the type (default: the schema's name).
        description: Markdown (default: the first paragraph of the schema's docstring or its description).
        event_metadata_fn: as for `create_dataframe_type`.
        library: whose frames are of the type (default: the one that a pandera schema is made for; any for pydantic).

    Raises:
        DagnbInvalidDefinitionError: it is no such schema.

    >>> import pandas as pd
    >>> from pydantic import BaseModel, Field
    >>> class Flight(BaseModel):
    ...     origin: str
    ...     distance: int = Field(ge=0)
    >>> Flights = dataframe_type_of(Flight, "Flights")
    >>> print(Flights.check(pd.DataFrame({"origin": ["JFK", "LGA"], "distance": [2475, -1]})).description)
    not Flights: 1 problem in 2 rows
    - distance: expected rows that fit Flight, got 1 value: input should be greater than or equal to 0 (row 1 → -1)
    """
    from dagnb.types.frames import create_dataframe_type

    made: Any = constraint_of(schema)
    return create_dataframe_type(
        name or schema_name(schema),
        description or _description(schema),
        event_metadata_fn=event_metadata_fn,
        dataframe_constraints=[made],
        library=library if library is not None else getattr(made, "library", "any"),
    )


def _description(schema: Any) -> str | None:
    told = schema.__dict__.get("__doc__") if isinstance(schema, type) else getattr(schema, "description", None)
    return told.strip().partition("\n\n")[0] if isinstance(told, str) else None
