"""What comes next for a citizen: asked of the features above, which know trips and offers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.platform.events import ask
from klippekort.relatives.models import RelativeProposal
from klippekort.relatives.queries.proposals import DONT_BOOK


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
    is_escorted: bool = True


@dataclass(frozen=True)
class BookedInDays:
    """The question which trips are booked for citizens from one day until another, and still to
    come; the answers are `Coming`.
    """

    citizen_ids: frozenset[UUID]
    from_on: date
    until_on: date
    now: datetime


@dataclass(frozen=True)
class FamilyCannot:
    """It was agreed that the family takes a citizen along in some days, and is so no longer."""

    proposal_id: UUID
    citizen_id: UUID
    from_on: date
    until_on: date
    now: datetime


def coming(citizen_ids: Collection[UUID], since: datetime, until: datetime) -> list[Coming]:
    """Return the trips these citizens have before them, the soonest first."""
    if not citizen_ids:
        return []
    found: list[Coming] = ask(ComingTrips(frozenset(citizen_ids), since, until))
    return sorted(found, key=lambda one: (one.starts_at, str(one.trip_id)))


def booked_in(rows: Collection[RelativeProposal], now: datetime) -> dict[UUID, list[Coming]]:
    """Return the trips that a yes to each of these proposals concerns, the soonest first.

    Whoever takes her along takes the place of a helper of ours: where none goes, nothing changes.
    """
    if not rows:
        return {}
    question = BookedInDays(
        frozenset(row.citizen_id for row in rows),
        min(row.from_on for row in rows),
        max(row.until_on for row in rows),
        now,
    )
    found: list[Coming] = ask(question)
    trips = sorted(found, key=lambda one: (one.starts_at, str(one.trip_id)))
    return {row.id: [one for one in trips if _concerns(row, one)] for row in rows}


def _concerns(row: RelativeProposal, trip: Coming) -> bool:
    is_in_days = row.from_on <= local_day(trip.starts_at) <= row.until_on
    is_hers = trip.citizen_id == row.citizen_id
    return is_hers and is_in_days and (trip.is_escorted or row.kind == DONT_BOOK)
