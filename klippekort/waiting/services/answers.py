"""Answering an offer: yes, no, another day, or no answer in time."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from klippekort.activities.services import OccurrenceCancelled, OccurrenceChanged
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.trips import TripState
from klippekort.messages.queries import Replied
from klippekort.messages.services import withdraw
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries.trips import riders_of
from klippekort.trips.services.events import OnAgain, Unbooked
from klippekort.trips.services.holding import confirm_held, release_held
from klippekort.waiting.models import TripOffer
from klippekort.waiting.queries import offers as queries
from klippekort.waiting.queries import standing as standing_queries
from klippekort.waiting.queries import wishes as wish_queries
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.services.holding import Want, book, call_key, program
from klippekort.waiting.services.standing import said_no, said_yes
from klippekort.waiting.services.wishes import close, reopen


def accept_offer(actor: Actor, offer_id: UUID, *, agreed_how: str = "said", now: datetime) -> str:
    """Book the trip that is held, and return its id. Raises OfferOver, Forbidden, NotFound."""
    offer = _open(actor, offer_id, now)
    if offer.answer_by <= now:
        raise OfferOver("lapsed")
    try:
        confirm_held(actor, offer.trip_id, agreed_how=agreed_how, now=now)
    except Stale as stale:
        raise _over(offer_id) from stale
    _refuse_second(offer)
    _answer(actor, offer_id, "accepted", now)
    _met(offer, offer.trip_id, now)
    return str(offer.trip_id)


def decline_offer(actor: Actor, offer_id: UUID, *, now: datetime) -> str:
    """Give the held trip back, so that the next in turn is asked, and return the offer's id.

    Raises OfferOver, Forbidden, NotFound.
    """
    offer = _open(actor, offer_id, now)
    _release(actor, offer, TripState.TURNED_DOWN, now)
    _answer(actor, offer_id, "declined", now)
    if offer.wish_id is not None:
        wish = wish_queries.lock_wish(offer.wish_id)
        if offer.origin == "waiting":
            close(wish, "withdrawn", "said_no", now)
        else:
            wish.state = "open"
    if offer.standing_wish_id is not None:
        said_no(actor, offer.standing_wish_id, now)
    db.session.flush()
    return str(offer_id)


def accept_other_day(
    actor: Actor, offer_id: UUID, occurrence_id: UUID, *, agreed_how: str = "said", now: datetime
) -> str:
    """Book another date than the one that is held, which is given back, and return the trip's id.

    All or nothing: when the other date cannot be had, the first is still held. Raises OfferOver,
    NobodyFree, and what `reserve` raises.
    """
    offer = _open(actor, offer_id, now)
    _release(actor, offer, TripState.TURNED_DOWN, now)
    _refuse_second(offer)
    citizen = get_citizen(offer.citizen_id)
    prefers = None
    if offer.standing_wish_id is not None:
        prefers = standing_queries.get_standing(offer.standing_wish_id).wish.care_worker_id
    want = Want(citizen, occurrence_id, offer.origin, agreed_how, prefers)
    trip_id = book(actor, want, now=now)
    _answer(actor, offer_id, "withdrawn", now)
    db.session.add(
        TripOffer(
            id=new_id(),
            trip_id=trip_id,
            citizen_id=offer.citizen_id,
            origin=offer.origin,
            wish_id=offer.wish_id,
            standing_wish_id=offer.standing_wish_id,
            instead_of_id=offer.instead_of_id,
            offered_at=now,
            answer_by=offer.answer_by,
            state="accepted",
            answered_at=now,
            answered_by=actor.account_id,
        )
    )
    _met(offer, trip_id, now)
    return str(trip_id)


def lapse_offer(offer_id: UUID, *, now: datetime) -> str | None:
    """Give a trip back that nobody answered for in time, so that the next in turn is asked.

    Returns the offer's id, or None when there was nothing left to do.
    """
    offer = queries.get_offer(offer_id).offer
    if offer.state != "open" or offer.answer_by > now:
        return None
    try:
        release_held(program(), offer.trip_id, to=TripState.LAPSED, now=now)
        ended = "lapsed"
    except Stale:
        # Answered in this very moment, or the trip was cancelled under the offer.
        ended = "withdrawn"
    offer = queries.lock_offer(offer_id)
    if offer.state != "open":
        return None
    _answer(program(), offer_id, ended, now)
    _stand_again(offer)
    return str(offer_id)


def date_cancelled(event: OccurrenceCancelled) -> None:
    """End the line and the offers of a date that is cancelled.

    The line goes first, so that no seat which is given back is offered to anybody.
    """
    for row in wish_queries.line_of(event.occurrence_id):
        close(wish_queries.lock_wish(row.wish.id), "unmet", "cancelled", event.now)
    _withdraw_offers(event.occurrence_id, event.now)


def date_changed(event: OccurrenceChanged) -> None:
    """Take back the offers of a date that moves: they were of another time or place. The line
    stands, and is asked anew.
    """
    _withdraw_offers(event.occurrence_id, event.now)


def replied(event: Replied) -> list[str]:
    """Answer an offer as the citizen has said by text; "over" when it cannot be had any more."""
    if event.kind != "trip_offer":
        return []
    citizen = Actor(current_municipality(), Role.CITIZEN, person_id=event.recipient.id)
    offer_id = UUID(event.facts["offer"])
    try:
        with db.session.begin_nested():
            if event.is_yes:
                accept_offer(citizen, offer_id, agreed_how="text", now=event.now)
            else:
                decline_offer(citizen, offer_id, now=event.now)
    except (DomainError, NotFound):
        return ["over"]
    return ["answered"]


def _withdraw_offers(occurrence_id: UUID, now: datetime) -> None:
    for offer_id in queries.open_at(occurrence_id):
        offer = queries.get_offer(offer_id).offer
        with suppress(Stale):  # where the trip was cancelled with its date already
            release_held(program(), offer.trip_id, to=TripState.CANCELLED, now=now)
        _answer(program(), offer_id, "withdrawn", now)
        _stand_again(offer)


def on_again(event: OnAgain) -> None:
    """Take back what was offered in place of a trip that is made after all, to those who ride it
    again.
    """
    for offer_id in queries.open_instead_of(event.trip_id):
        offer = queries.get_offer(offer_id).offer
        if not _rides(event.trip_id, offer.citizen_id):
            continue
        with suppress(Stale):
            release_held(program(), offer.trip_id, to=TripState.CANCELLED, now=event.now)
        _answer(program(), offer_id, "withdrawn", event.now)


def unbooked(event: Unbooked) -> None:
    """Take back the yes that led to a trip whose booking was undone: its wish stands as before, in
    the line where it stood. For a date that is over it is closed as unmet with the others.
    """
    offer_id = queries.find_offer_of(event.trip_id)
    if offer_id is None:
        return
    offer = queries.lock_offer(offer_id)
    if offer.state != "accepted":
        return
    offer.state = "withdrawn"
    db.session.flush()
    audit.record(
        event.actor,
        Action.ANSWER_OFFER,
        "offer",
        offer_id,
        citizens=[offer.citizen_id],
        to=offer.state,
        trip=event.trip_id,
    )
    wish = wish_queries.lock_wish(offer.wish_id) if offer.wish_id is not None else None
    if wish is not None and wish.trip_id == event.trip_id:
        reopen(wish)


def _refuse_second(offer: TripOffer) -> None:
    """Raise OfferOver where the trip that this one is to replace is made after all: she is to go to
    one of them. Call it with her card locked, as undoing does.
    """
    if offer.instead_of_id is not None and _rides(offer.instead_of_id, offer.citizen_id):
        raise OfferOver("withdrawn")


def _rides(trip_id: UUID, citizen_id: UUID) -> bool:
    return any(one.is_active and one.citizen_id == citizen_id for one in riders_of(trip_id))


def _open(actor: Actor, offer_id: UUID, now: datetime) -> TripOffer:
    """Return an offer that waits for an answer, if the one who asks may give it."""
    offer = queries.get_offer(offer_id).offer
    citizen = get_citizen(offer.citizen_id)
    authorise(actor, Action.ANSWER_OFFER, reach(citizen, local_day(now)))
    if offer.state != "open":
        raise OfferOver(offer.state)
    return offer


def _over(offer_id: UUID) -> OfferOver:
    """Return what became of an offer whose trip is held no longer."""
    state = queries.lock_offer(offer_id).state
    return OfferOver("withdrawn" if state == "open" else state)


def _release(actor: Actor, offer: TripOffer, to: TripState, now: datetime) -> None:
    try:
        release_held(actor, offer.trip_id, to=to, now=now)
    except Stale as stale:
        raise _over(offer.id) from stale


def _answer(actor: Actor, offer_id: UUID, state: str, now: datetime) -> None:
    """Write an answer down, and take the phone call off the list."""
    offer = queries.lock_offer(offer_id)
    if offer.state != "open":
        raise OfferOver(offer.state)
    offer.state, offer.answered_at, offer.answered_by = state, now, actor.account_id
    db.session.flush()
    withdraw(call_key(offer_id))
    audit.record(
        actor,
        Action.ANSWER_OFFER,
        "offer",
        offer_id,
        citizens=[offer.citizen_id],
        to=state,
        trip=offer.trip_id,
    )


def _met(offer: TripOffer, trip_id: UUID, now: datetime) -> None:
    if offer.wish_id is not None:
        close(wish_queries.lock_wish(offer.wish_id), "met", "booked", now, trip_id)
    if offer.standing_wish_id is not None:
        said_yes(offer.standing_wish_id)


def _stand_again(offer: TripOffer) -> None:
    """Let a wish wait on after an offer that came to nothing; she has not said no."""
    if offer.wish_id is not None:
        wish = wish_queries.lock_wish(offer.wish_id)
        if wish.state == "offered":
            wish.state = "waiting" if wish.occurrence_id else "open"
            db.session.flush()
