"""What a friend or a driver does afterwards: confirm the hours they gave on a trip."""

from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.hosting import HostRole, OfferState
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.hosting.models import HostOffer, TripHours
from klippekort.hosting.queries.offers import lock_offer
from klippekort.hosting.queries.trip_hours import HELD, find_trip_hours
from klippekort.hosting.services.errors import HostingTimesMakeNoSense, LoggedBefore, NotBegun
from klippekort.hosting.services.logging import LONGEST_MINUTES
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.trips.models import Trip
from klippekort.trips.queries.trips import read_trip
from klippekort.volunteers.queries import reach_of


def log_trip_hours(
    actor: Actor, offer_id: UUID, *, minutes: int | None = None, now: datetime
) -> str:
    """Confirm what a volunteer gave on a trip, from door to door as planned where no `minutes` are
    said; doing it again corrects it.

    A volunteer may correct it the same day, a coordinator always. Raises NotFound for what is no
    trip, Stale where it was not agreed or not made, NotBegun before its end, LoggedBefore,
    HostingTimesMakeNoSense.
    """
    row = lock_offer(offer_id)
    authorise(actor, Action.OFFER_TO_HOST, reach_of(row.volunteer_id))
    planned = _planned(row, now)
    given = planned if minutes is None else minutes
    if not 0 < given <= LONGEST_MINUTES:
        raise HostingTimesMakeNoSense
    known = find_trip_hours(offer_id)
    if known is not None and not _may_correct(actor, known, minutes, now):
        raise LoggedBefore
    if known is None:
        known = TripHours(offer_id=offer_id, offered_minutes=planned, logged_at=now)
        db.session.add(known)
    elif known.minutes != given:
        known.corrected_at = now
    known.minutes = given
    db.session.flush()
    audit.record(actor, Action.OFFER_TO_HOST, "host_offer", offer_id, minutes=given)
    return str(offer_id)


def may_correct_hours(actor: Actor, known: TripHours | None, now: datetime) -> bool:
    """Say whether hours that were confirmed, if any were, may still be changed by this person."""
    is_from_today = known is None or local_day(known.logged_at) == local_day(now)
    return is_from_today or actor.role is not Role.VOLUNTEER


def _may_correct(actor: Actor, known: TripHours, minutes: int | None, now: datetime) -> bool:
    return minutes is not None and may_correct_hours(actor, known, now)


def _planned(row: HostOffer, now: datetime) -> int:
    """Return the minutes of the trip that was agreed, and is over."""
    if row.trip_id is None or row.role == HostRole.HOST:
        raise NotFound
    trip: Trip = read_trip(row.trip_id)
    if row.state != OfferState.ACCEPTED or trip.state not in HELD:
        raise Stale
    if trip.ends_at > now:
        raise NotBegun
    return minutes_between(trip.starts_at, trip.ends_at)
