"""Trips follow the dates they go to: what is cancelled or moved there is cancelled here."""

from datetime import datetime, timedelta

from klippekort.activities.queries import get_place
from klippekort.activities.services import OccurrenceCancelled, OccurrenceChanged, TripsAt
from klippekort.citizens.queries import get_citizen
from klippekort.domain.trips import CancelReason
from klippekort.groups.services import AddressClosed, AddressOpened
from klippekort.messages.queries import OutboxMessage, about
from klippekort.messages.services import queue_call, withdraw
from klippekort.municipalities.queries import rested
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries import trips as queries
from klippekort.trips.services.cancelling import cancel_for_host

_ADDRESS_CLOSED = "address_closed"


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

    A call that nobody has made yet says it already; after one that was made, the door may close
    anew.
    """
    for row in _there(event):
        if any(one.state == "queued" for one in _about(row, event)):
            continue
        citizen = get_citizen(row.citizen_id)
        starts, closed = int(event.starts_at.timestamp()), int(event.closed_at.timestamp())
        queue_call(
            f"{_ADDRESS_CLOSED}:{row.trip_id}:{citizen.id}:{starts}:{closed}",
            _ADDRESS_CLOSED,
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            about=row.trip_id,
            facts={
                "trip": str(row.trip_id),
                "starts_at": event.starts_at.isoformat(),
                "ends_at": event.ends_at.isoformat(),
                "destination": row.destination,
            },
            due_at=rested(current_municipality(), event.closed_at),
            now=event.closed_at,
        )


def address_opened(event: AddressOpened) -> None:
    """Have nobody call about a door that was closed at this very time and is not after all.

    Where something is held again for as long as she is there, what was told of the times between
    goes with it.
    """
    for row in _there(event):
        calls = _about(row, event)
        if calls and _is_there_all_the_while(row, event):
            calls = _calls(row)
        for one in calls:
            withdraw(one.dedupe_key)


def _there(event: AddressClosed | AddressOpened) -> list[queries.TripRow]:
    """Return the trips of those who are at the address at the time, and not on their way alone."""
    span = event.starts_at, event.ends_at
    found = queries.trips_at_address(event.address, event.postcode, *span)
    stays = ((row, *_stay(row)) for row in found)
    return [row for row, comes, goes in stays if comes < event.ends_at and event.starts_at < goes]


def _is_there_all_the_while(row: queries.TripRow, event: AddressOpened) -> bool:
    comes, goes = _stay(row)
    return event.starts_at <= comes and goes <= event.ends_at


def _stay(row: queries.TripRow) -> tuple[datetime, datetime]:
    """Return when a citizen comes to where her trip goes, and when she leaves."""
    home = row.travel_minutes - row.out_minutes
    comes = row.starts_at + timedelta(minutes=row.out_minutes)
    return comes, row.ends_at - timedelta(minutes=home)


def _about(row: queries.TripRow, event: AddressClosed | AddressOpened) -> list[OutboxMessage]:
    """Return the calls to a citizen about this very time at the address."""
    span = {"starts_at": event.starts_at.isoformat(), "ends_at": event.ends_at.isoformat()}
    return [one for one in _calls(row) if span.items() <= one.facts.items()]


def _calls(row: queries.TripRow) -> list[OutboxMessage]:
    return [
        one
        for one in about(row.trip_id)
        if one.kind == _ADDRESS_CLOSED and one.citizen_id == row.citizen_id
    ]


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
