"""Doing what an intent says through the services the pages use, by our clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain import intents as rules
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor
from klippekort.outreach.services import Noted, note
from klippekort.tablet.services.deeds import (
    Book,
    Cancel,
    Deed,
    Finish,
    Happened,
    Note,
    Notice,
    Resume,
    Start,
)
from klippekort.trips.models import Trip
from klippekort.trips.queries.trips import lock_trip
from klippekort.trips.services.booking import BookingOrder, book_trip
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.happenings import add_note, record_incident, resume_trip
from klippekort.trips.services.keeping import finish_trip, start_trip


@dataclass(frozen=True)
class Moment:
    """When something happened by our clock, what the tablet showed, and how far that is off."""

    at: datetime
    device_at: datetime
    off: timedelta | None
    now: datetime

    @property
    def is_late(self) -> bool:
        """Say whether it took so long to reach us that the history should tell."""
        return self.now - self.at > rules.LATE

    @property
    def is_off(self) -> bool:
        """Say whether the tablet's clock is so wrong that people must know."""
        return rules.is_off(self.off)


def perform(actor: Actor, trip_id: UUID | None, deed: Deed, moment: Moment) -> UUID:
    """Do a deed and return the trip it was done to. Raises what the trip's own services raise."""
    if isinstance(deed, Book):
        return _book(actor, deed, moment.now)
    if trip_id is None:
        raise NotFound
    match deed:
        case Start():
            start_trip(actor, trip_id, now=moment.now, started_at=moment.at)
        case Finish():
            _finish(actor, trip_id, deed, moment)
        case Cancel():
            cancel_trip(
                actor,
                trip_id,
                cause=deed.cause,
                reason=deed.reason,
                now=moment.now,
                answer=deed.cost,
                citizen_id=deed.citizen_id,
                why=deed.why,
            )
        case Note():
            add_note(actor, trip_id, deed.text, now=moment.now, citizen_id=deed.citizen_id)
        case Happened():
            record_incident(
                actor,
                trip_id,
                deed.kind,
                deed.effect,
                happened_at=moment.at,
                now=moment.now,
                citizen_id=deed.citizen_id,
            )
        case Resume():
            resume_trip(actor, trip_id, now=moment.now)
    return trip_id


def perform_notice(actor: Actor, deed: Notice, moment: Moment) -> None:
    """Keep what was noticed on the day it was tapped. Raises what `outreach.services.note` does."""
    noted = Noted(deed.citizen_id, deed.signs, deed.text, deed.consent, local_day(moment.at))
    note(actor, noted, now=moment.now, channel="tablet")


def times_of(deed: Finish, trip: Trip, moment: Moment) -> tuple[datetime, datetime]:
    """Return the instants a trip really began and ended at, as the tablet told them."""
    day = local_day(trip.started_at or trip.starts_at)
    started, ended = deed.times(day, moment.at)
    return started, rules.end_by_our_clock(ended, moment.device_at, moment.at, moment.off)


def homes_of(deed: Finish, trip: Trip, moment: Moment) -> dict[UUID, datetime]:
    """Return the instants at which those were home who left the others before."""
    return deed.home_at(local_day(trip.started_at or trip.starts_at), moment.at)


def _finish(actor: Actor, trip_id: UUID, deed: Finish, moment: Moment) -> None:
    if not deed.is_somebody_home:
        raise rules.NobodyHome
    trip = lock_trip(trip_id)
    started, ended = times_of(deed, trip, moment)
    finish_trip(
        actor,
        trip_id,
        started_at=started,
        ended_at=ended,
        now=moment.now,
        basis=deed.basis,
        is_broken_off=deed.is_broken_off,
        broken_off=deed.broken_off,
        citizen_id=deed.citizen_id,
        still_out=deed.still_out,
        missing=deed.missing,
        homes=homes_of(deed, trip, moment),
        answer=deed.cost,
        why=deed.why,
    )


def _book(actor: Actor, deed: Book, now: datetime) -> UUID:
    order = BookingOrder(
        deed.citizen_id,
        deed.occurrence_id,
        deed.transport,
        deed.travel_each_way,
        deed.escort_id,
        agreed_how="said",
        answers=dict(deed.answers),
        why=deed.why,
        reckoned_for=deed.reckoned_for,
        finds_later=True,
        # What was said without a network may be over by now.
        escort_on=max(deed.escort_by, local_day(now)) if deed.escort_by else None,
    )
    return UUID(book_trip(actor, order, now=now))
