"""A trip with an escort was made: the course of whoever was out has come that far."""

from uuid import UUID

from klippekort.citizens.queries import lock_citizen
from klippekort.courses.queries import courses as queries
from klippekort.courses.services.common import move, note
from klippekort.domain.courses import Phase, Standing
from klippekort.trips.services.events import TripMade

TRIP_MADE = "trip_made"
_BEFORE = frozenset({Phase.MATCHED, Phase.FIRST_CONTACT})
"""From here an escorted trip takes a course on; elsewhere a trip changes nothing."""


def trip_made(event: TripMade) -> None:
    """Take the courses of those who were out from matched or first contact to escorted.

    It follows from the trip, so nobody need be allowed to lead the course: the step bears the name
    of whoever finished the trip.
    """
    for citizen_id in event.citizen_ids:
        _escorted(event, citizen_id)


def _escorted(event: TripMade, citizen_id: UUID) -> None:
    found = queries.find_open(citizen_id)
    if found is None or found.phase not in _BEFORE:
        return
    lock_citizen(citizen_id)
    course = queries.lock_course(found.id)
    if course.phase not in _BEFORE:
        return
    on_day = max(event.on, course.opened_on)
    move(event.actor, course, Standing(Phase.ESCORTED), on_day, event.now, TRIP_MADE)
    note(event.actor, course, "step", to=Phase.ESCORTED.value, reason=TRIP_MADE, on=on_day)
