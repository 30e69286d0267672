"""What comes next for a citizen: asked of the features above, which know trips and offers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.platform.events import ask


@dataclass(frozen=True)
class ComingTrips:
    """The question which trips some citizens have before them; the answers are `Coming`."""

    citizen_ids: frozenset[UUID]
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Coming:
    """A trip that is booked, or held until somebody says yes by `answer_by`."""

    citizen_id: UUID
    trip_id: UUID
    starts_at: datetime
    destination: str
    escort: str | None = None
    answer_by: datetime | None = None


def coming(citizen_ids: Collection[UUID], since: datetime, until: datetime) -> list[Coming]:
    """Return the trips these citizens have before them, the soonest first."""
    if not citizen_ids:
        return []
    found: list[Coming] = ask(ComingTrips(frozenset(citizen_ids), since, until))
    return sorted(found, key=lambda one: (one.starts_at, str(one.trip_id)))
