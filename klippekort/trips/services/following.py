"""Trips follow the dates they go to: what is cancelled or moved there is cancelled here."""

from klippekort.activities.queries import get_place
from klippekort.activities.services import OccurrenceCancelled, OccurrenceChanged, TripsAt
from klippekort.citizens.queries import get_citizen
from klippekort.domain.trips import CancelReason
from klippekort.groups.services import AddressClosed
from klippekort.messages.services import queue_call
from klippekort.municipalities.queries import rested
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.keeping import cancel_for_host


def trips_at(question: TripsAt) -> list[str]:
    """Return which trips go to these dates and are not over, by their ids."""
    found = (queries.trip_ids_at(one) for one in question.occurrence_ids)
    return [str(trip_id) for trips in found for trip_id in trips]


def give_minutes_back(event: OccurrenceCancelled) -> None:
    """Cancel every trip to an occurrence that its host or the coordinator has cancelled."""
    for trip_id in queries.trip_ids_at(event.occurrence_id):
        cancel_for_host(event.actor, trip_id, CancelReason.ACTIVITY_CANCELLED, now=event.now)


def follow_date(event: OccurrenceChanged) -> None:
    """Cancel every trip to an occurrence that moves, and have each citizen asked about the new
    time: nobody is fetched at an hour or taken to a door that they have not said yes to.

    Another room behind the same door changes no trip.
    """
    if _is_same_door(event):
        return
    for trip_id in queries.trip_ids_at(event.occurrence_id):
        cancel_for_host(
            event.actor,
            trip_id,
            CancelReason.ACTIVITY_MOVED,
            now=event.now,
            moved_to=event.starts_after,
        )


def address_closed(event: AddressClosed) -> None:
    """Have somebody call each citizen who was to be where nothing is held at that time. Why she was
    to be there, or with whom, nobody is told: nothing but the address leads from one to the other.
    """
    for row in queries.trips_at_address(
        event.address, event.postcode, event.starts_at, event.ends_at
    ):
        citizen = get_citizen(row.citizen_id)
        queue_call(
            f"address_closed:{row.trip_id}:{citizen.id}:{event.starts_at.isoformat()}",
            "address_closed",
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            about=row.trip_id,
            facts={
                "trip": str(row.trip_id),
                "starts_at": row.starts_at.isoformat(),
                "destination": row.destination,
            },
            due_at=rested(current_municipality(), event.closed_at),
            now=event.closed_at,
        )


def _is_same_door(event: OccurrenceChanged) -> bool:
    if (event.starts_before, event.ends_before) != (event.starts_after, event.ends_after):
        return False
    if event.place_before is None or event.place_after is None:
        return event.place_before == event.place_after
    if event.place_before == event.place_after:
        return True
    before, after = get_place(event.place_before), get_place(event.place_after)
    is_alike = (before.address, before.postcode) == (after.address, after.postcode)
    return is_alike and bool(before.address)  # two that nobody has placed are not one
