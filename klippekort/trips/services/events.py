"""What trips tell the features above, inside the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.domain.permissions import Actor


@dataclass(frozen=True)
class SeatFreed:
    """A seat at an occurrence was given back and is there for the next in turn."""

    occurrence_id: UUID
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class EscortLost:
    """A trip that is still to be made has lost a helper."""

    trip_id: UUID
    actor: Actor
    now: datetime
