"""Classes whose instances are stored by their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from pydantic import BaseModel, PrivateAttr


class Side(Enum):
    """An enumeration."""

    LEFT = "left"
    RIGHT = "right"


@dataclass
class Leg:
    """A plain dataclass."""

    carrier: str
    delays: list[float] = field(default_factory=list)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """One that is frozen, with slots, and holds others."""

    legs: tuple[Leg, ...]
    fare: Decimal
    side: Side = Side.LEFT
    notes: dict[Any, Any] = field(default_factory=dict)


@dataclass
class Loud:
    """One that does things when it is made."""

    made: int = 0

    def __post_init__(self) -> None:
        self.made += 1


@dataclass
class Remembering:
    """One that has state beside its fields."""

    size: int

    @cached_property
    def double(self) -> int:
        """Twice the size."""
        return 2 * self.size


@dataclass
class Reduced:
    """One that says itself how it is pickled."""

    size: int

    def __reduce__(self) -> tuple[Any, ...]:
        return Reduced, (self.size,)


@dataclass
class Numbers(list[int]):
    """One that is more than its fields."""

    unit: str = "s"


class Flight(BaseModel):
    """A pydantic model."""

    carrier: str
    leg: Leg | None = None
    delay: float = 0.0


class Open(BaseModel, extra="allow"):
    """One that takes further values."""

    carrier: str


class Secretive(BaseModel):
    """One with a private value."""

    carrier: str
    _seen: int = PrivateAttr(default=0)
