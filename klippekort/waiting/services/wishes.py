"""Making a wish, standing in a line, and leaving it again."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.activities.queries import get_activity, get_occurrence_facts, seats_of
from klippekort.activities.services import OccurrenceOver
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import CitizenBusy, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys
from klippekort.waiting.models import Wish
from klippekort.waiting.queries import wishes as queries
from klippekort.waiting.services.errors import InLineAlready, NotFull


@dataclass(frozen=True)
class WishFacts:
    """What a citizen would like: in her own words, and as far as is known what and when.

    `agreed_how` says how she said so. Both days are inclusive.
    """

    words: str
    kind: str | None = None
    activity_id: UUID | None = None
    earliest_on: date | None = None
    latest_on: date | None = None
    agreed_how: str = "said"


def fingerprint_of(facts: WishFacts) -> str:
    """Return a keyed fingerprint of a wish, to tell two presses of a button apart."""
    return keys().blind_index(0, repr(facts))


def make_wish(actor: Actor, citizen_id: UUID, facts: WishFacts, *, now: datetime) -> str:
    """Write down what a citizen would like to go to, and return the wish's id.

    Raises Forbidden, CitizenGone, and NotFound for an activity that is none.
    """
    _citizen(actor, citizen_id, now)
    must_be_here(citizen_id)
    if facts.activity_id is not None:
        get_activity(facts.activity_id)
    wish = Wish(
        id=new_id(),
        municipality_id=actor.municipality_id,
        citizen_id=citizen_id,
        kind=facts.kind,
        activity_id=facts.activity_id,
        earliest_on=facts.earliest_on,
        latest_on=facts.latest_on,
        state="open",
        agreed_how=facts.agreed_how,
        made_at=now,
        made_by=actor.account_id,
    )
    wish.words_sealed = seal(lock_citizen(citizen_id), wish.id, "wish_words", facts.words)
    db.session.add(wish)
    db.session.flush()
    _record(actor, wish, "made")
    return str(wish.id)


def join_line(
    actor: Actor, citizen_id: UUID, occurrence_id: UUID, *, agreed_how: str = "said", now: datetime
) -> str:
    """Put a citizen in the line for a date that is full, and return the wish's id.

    Raises OccurrenceOver, NotFull, CitizenBusy where she has a seat, InLineAlready, CitizenGone,
    NotFound.
    """
    citizen = _citizen(actor, citizen_id, now)
    must_be_here(citizen_id)
    date_ = get_occurrence_facts(occurrence_id)
    if date_.is_cancelled or date_.starts_at <= now:
        raise OccurrenceOver
    if occurrence_id in seats_of(citizen_id, now):
        raise CitizenBusy
    if queries.is_in_line(citizen_id, occurrence_id):
        raise InLineAlready
    has_room = date_.wheelchairs_left > 0 or not citizen.needs_wheelchair
    if date_.seats_left > 0 and has_room:
        raise NotFull
    wish = Wish(
        id=new_id(),
        citizen_id=citizen_id,
        occurrence_id=occurrence_id,
        state="waiting",
        agreed_how=agreed_how,
        made_at=now,
        made_by=actor.account_id,
    )
    _stand_in_line(wish)
    _record(actor, wish, "joined")
    return str(wish.id)


def _stand_in_line(wish: Wish) -> None:
    """Store a place in a line; the database itself keeps it to one a citizen."""
    try:
        with db.session.begin_nested():
            db.session.add(wish)
            db.session.flush()
    except IntegrityError as error:
        if "one_place_in_line" in str(error.orig) or "trip_wish" in str(error.orig):
            raise InLineAlready from error
        raise


def withdraw_wish(actor: Actor, wish_id: UUID, *, reason: str, now: datetime) -> str:
    """Close a wish: the citizen does not want it any more, or it cannot be met.

    `reason` is `citizen`, or `not_possible`, which counts as unmet. Raises Stale for one that is
    closed, or has an offer that must be answered first.
    """
    wish = queries.lock_wish(wish_id)
    _citizen(actor, wish.citizen_id, now)
    if wish.state not in ("open", "waiting"):
        raise Stale
    close(wish, "unmet" if reason == "not_possible" else "withdrawn", reason, now)
    _record(actor, wish, reason)
    return str(wish_id)


def put_back(actor: Actor, wish_id: UUID, *, now: datetime) -> str:
    """Open a wish again that was closed by mistake; the time she has waited still counts.

    Raises Stale when it stands, was met, or the date is over; InLineAlready where she has joined
    the line anew; CitizenGone.
    """
    wish = queries.lock_wish(wish_id)
    _citizen(actor, wish.citizen_id, now)
    must_be_here(wish.citizen_id)
    if wish.state not in ("withdrawn", "unmet"):
        raise Stale
    if wish.occurrence_id is not None:
        date_ = get_occurrence_facts(wish.occurrence_id)
        if date_.is_cancelled or date_.starts_at <= now:
            raise Stale
        if queries.is_in_line(wish.citizen_id, wish.occurrence_id):
            raise InLineAlready
    reopen(wish)
    _record(actor, wish, "put_back")
    return str(wish_id)


def close(wish: Wish, state: str, reason: str, now: datetime, trip_id: UUID | None = None) -> None:
    """Close a wish as met, withdrawn or unmet."""
    wish.state, wish.close_reason, wish.closed_at = state, reason, now
    wish.trip_id = trip_id or wish.trip_id
    db.session.flush()


def reopen(wish: Wish) -> None:
    """Let a closed wish stand again, in its line if it had one; `made_at` keeps its turn."""
    wish.state = "waiting" if wish.occurrence_id else "open"
    wish.closed_at, wish.close_reason, wish.trip_id = None, None, None
    db.session.flush()


def _citizen(actor: Actor, citizen_id: UUID, now: datetime) -> Citizen:
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.MAKE_WISH, reach(citizen, local_day(now)))
    return citizen


def _record(actor: Actor, wish: Wish, what: str) -> None:
    audit.record(
        actor,
        Action.MAKE_WISH,
        "wish",
        wish.id,
        citizens=[wish.citizen_id],
        what=what,
        occurrence=wish.occurrence_id,
    )
