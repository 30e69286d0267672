"""What citizens have before them, for the pages of their relatives."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import day_span
from klippekort.domain.trips import Company
from klippekort.platform.events import ask
from klippekort.relatives.queries.coming import BookedInDays, Coming, ComingTrips
from klippekort.trips.queries.trips import TripRow, booked_between, get_trip, next_trips
from klippekort.trips.services.events import HeldForCitizen

MOST = 20


def coming_for(question: ComingTrips) -> list[Coming]:
    """Return the trips each of these citizens has before her, and those that wait for a yes; a
    relative acts for a few.
    """
    return [
        one
        for citizen_id in sorted(question.citizen_ids)
        for one in _of(citizen_id, question)
        if one.starts_at < question.until
    ]


def _of(citizen_id: UUID, question: ComingTrips) -> Iterator[Coming]:
    for row in next_trips(citizen_id, question.since, limit=MOST):
        yield _shown(row)
    for held in ask(HeldForCitizen(citizen_id, question.since)):
        yield _shown(get_trip(held.trip_id, citizen_id), held.answer_by)


def _shown(row: TripRow, answer_by: datetime | None = None) -> Coming:
    first_name = row.escorts[0][1].split()[0] if row.escorts else None
    return Coming(
        row.citizen_id,
        row.trip_id,
        row.starts_at,
        row.destination,
        first_name,
        answer_by,
        row.company is Company.ESCORT,
    )


def booked_in_days(question: BookedInDays) -> list[Coming]:
    """Return the trips that are booked for these citizens in some days and still to come."""
    from_at = max(day_span(question.from_on)[0], question.now)
    until_at = day_span(question.until_on)[1]
    return [_shown(row) for row in booked_between(question.citizen_ids, from_at, until_at)]
