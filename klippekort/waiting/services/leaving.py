"""A citizen dies or moves: her wishes and offers end, and no line waits for her any more."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from klippekort.activities.queries import get_occurrence_facts
from klippekort.citizens.models import LeavingStop
from klippekort.citizens.services.leaving import (
    OVER,
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action
from klippekort.domain.trips import TripState
from klippekort.messages.services import withdraw
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.trips.models import Trip
from klippekort.trips.queries.trips import escorts_of, riders_of
from klippekort.trips.services.blocks import Place
from klippekort.trips.services.holding import release_held
from klippekort.waiting.queries import leaving
from klippekort.waiting.queries import offers as offer_queries
from klippekort.waiting.queries import standing as standing_queries
from klippekort.waiting.queries import wishes as queries
from klippekort.waiting.queries.offers import home
from klippekort.waiting.services.holding import Because, Want, call_key, have_asked, try_offer
from klippekort.waiting.services.wishes import close

WISH, STANDING, OFFER = "wish", "standing_wish", "offer"
REASON = "left"


def citizen_left(left: CitizenLeft) -> None:
    """End what a citizen waits for; what is held for her goes to the next in turn."""
    for wish_id in leaving.live_wishes(left.citizen_id):
        wish = queries.lock_wish(wish_id)
        stopped(left, WISH, wish.id, state=wish.state)
        close(wish, "withdrawn", REASON, left.now)
    for standing_id in leaving.kept_standing(left.citizen_id):
        kept = standing_queries.lock_standing(standing_id)
        stopped(left, STANDING, kept.id, state=kept.state)
        kept.state = "ended"
    for offer_id in leaving.open_offers(left.citizen_id):
        _take_back(left, offer_id)
    db.session.flush()


def _take_back(left: CitizenLeft, offer_id: UUID) -> None:
    row = offer_queries.get_offer(offer_id)
    offer, trip = row.offer, row.trip
    helper = next((one.care_worker_id for one in escorts_of(trip.id)), None)
    rider = next(one for one in riders_of(trip.id) if one.citizen_id == left.citizen_id)
    told = {
        "helper": str(helper) if helper else None,
        "agreed_how": rider.agreed_how,
        "title": trip.destination,
        "starts_at": trip.starts_at.isoformat(),
    }
    with suppress(Stale):  # the trip was cancelled under the offer
        release_held(left.actor, offer.trip_id, to=TripState.CANCELLED, now=left.now)
    offer = offer_queries.lock_offer(offer_id)
    offer.state, offer.answered_at = "withdrawn", left.now
    offer.answered_by = left.actor.account_id
    db.session.flush()
    withdraw(call_key(offer_id))
    stopped(left, OFFER, offer_id, **told)
    audit.record(
        left.actor,
        Action.ANSWER_OFFER,
        "offer",
        offer_id,
        citizens=[left.citizen_id],
        to="withdrawn",
        trip=offer.trip_id,
    )


def citizen_returned(back: CitizenReturned) -> None:
    """Let wishes stand again, with the time she has waited, and hold a trip for her again where its
    seat, her minutes and a helper are still free.
    """
    start_again(back, WISH, lambda stop: _stand_again(back, stop))
    start_again(back, STANDING, _wish_again)
    start_again(back, OFFER, lambda stop: _hold_again(back, stop))


def _stand_again(back: CitizenReturned, stop: LeavingStop) -> str | None:
    wish = queries.lock_wish(stop.subject_id)
    if wish.state != "withdrawn" or wish.close_reason != REASON:
        return "taken"
    if wish.occurrence_id is not None:
        date_ = get_occurrence_facts(wish.occurrence_id)
        if date_.is_cancelled or date_.starts_at <= back.now:
            return OVER
    wish.state = "waiting" if wish.occurrence_id else "open"
    wish.closed_at, wish.close_reason = None, None
    return None


def _hold_again(back: CitizenReturned, stop: LeavingStop) -> str | None:
    """Offer her the same trip anew; what she had been asked is asked again."""
    row = offer_queries.get_offer(stop.subject_id)
    before, trip = row.offer, row.trip
    if before.answer_by <= back.now:
        return OVER
    wish = queries.lock_wish(before.wish_id) if before.wish_id is not None else None
    if wish is not None and wish.state not in ("waiting", "open"):
        return "taken"
    helper, agreed_how = stop.details.get("helper"), stop.details.get("agreed_how", "said")
    want = Want(
        row.citizen,
        trip.occurrence_id or _place_of(trip),
        before.origin,
        agreed_how,
        UUID(helper) if helper else None,
    )
    because = Because(before.wish_id, before.standing_wish_id, before.instead_of_id, before.score)
    made = try_offer(want, because, hours=home().offer_hours, now=back.now)
    if isinstance(made, str):
        return made
    if wish is not None:
        wish.state = "offered"
    have_asked(made, back.now)
    return None


def _place_of(trip: Trip) -> Place:
    """Return the place of a trip that goes to nothing on the programme."""
    return Place(
        trip.destination,
        trip.address,
        trip.postcode,
        trip.kind or "",
        trip.starts_at + timedelta(minutes=trip.out_minutes),
        trip.ends_at - timedelta(minutes=trip.travel_minutes - trip.out_minutes),
    )


def _wish_again(stop: LeavingStop) -> str | None:
    wish = standing_queries.lock_standing(stop.subject_id)
    if wish.state != "ended":
        return "taken"
    wish.state = stop.details["state"]
    return None
