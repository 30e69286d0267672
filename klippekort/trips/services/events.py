"""What trips tell the features above, once it has been done."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.permissions import Actor


@dataclass(frozen=True)
class HeldForCitizen:
    """The question which trips are held for a citizen until she answers; the answers are theirs."""

    citizen_id: UUID
    now: datetime


@dataclass(frozen=True)
class HeldTrip:
    """A trip that waits for a citizen's yes or no, until `answer_by`."""

    offer_id: UUID
    trip_id: UUID
    answer_by: datetime


@dataclass(frozen=True)
class SeatFreed:
    """A seat at an occurrence was given back and is there for the next in turn."""

    occurrence_id: UUID
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class CancelledByUs:
    """The supplier has cancelled a trip for these citizens: they are owed another day."""

    trip_id: UUID
    citizen_ids: tuple[UUID, ...]
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class Unbooked:
    """The booking of a trip was undone: whatever led to it stands as it did before."""

    trip_id: UUID
    actor: Actor


@dataclass(frozen=True)
class BookedInstead:
    """The question which trips these citizens have said yes to in place of one that was cancelled;
    the answers are their ids.
    """

    trip_id: UUID
    citizen_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class TripMade:
    """Citizens were out with an escort, and are home again; `on` is the local day."""

    actor: Actor
    citizen_ids: tuple[UUID, ...]
    on: date
    now: datetime


@dataclass(frozen=True)
class OnAgain:
    """A trip that was cancelled is made after all: what was offered in its place is not needed."""

    trip_id: UUID
    now: datetime
