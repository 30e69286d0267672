"""Standing wishes: agreed once, proposed when everything fits, and paused after three noes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.activities.queries import get_activity
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local, local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.services import queue_call
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.queries.offers import Offer
from klippekort.waiting.models import StandingWish
from klippekort.waiting.queries import standing as queries
from klippekort.waiting.queries.fitting import of_activity
from klippekort.waiting.queries.offers import home, standing_offers
from klippekort.waiting.services.errors import WishedAlready
from klippekort.waiting.services.holding import Because, Want, is_away, is_free, try_offer

MOST_NOES = 3
# "About every other week": a date two days early is in the rhythm still.
_SLACK = timedelta(days=2)
_AHEAD = timedelta(days=21)
_WINDOW = timedelta(days=7)
_PARTS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}
_MOVES = {"paused": ("active",), "active": ("paused",), "ended": ("active", "paused")}


@dataclass(frozen=True)
class StandingFacts:
    """What a citizen would like again and again, how often, when in the day, and with whom."""

    activity_id: UUID
    every_weeks: int
    day_part: str = "any"
    care_worker_id: UUID | None = None
    agreed_how: str = "said"


def agree_standing(actor: Actor, citizen_id: UUID, facts: StandingFacts, *, now: datetime) -> str:
    """Agree on a standing wish and return its id.

    Raises WishedAlready, Forbidden, CitizenGone, and NotFound for an activity or a helper that is
    none, or a helper of another supplier.
    """
    citizen = _citizen(actor, citizen_id, now)
    must_be_here(citizen_id)
    get_activity(facts.activity_id)
    if facts.care_worker_id is not None:
        worker = get_care_worker(facts.care_worker_id)
        if worker.supplier_id != citizen.supplier_id:
            raise NotFound
    wish = StandingWish(
        id=new_id(),
        citizen_id=citizen_id,
        activity_id=facts.activity_id,
        every_weeks=facts.every_weeks,
        day_part=facts.day_part,
        care_worker_id=facts.care_worker_id,
        agreed_how=facts.agreed_how,
        agreed_at=now,
        agreed_by=actor.account_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(wish)
            db.session.flush()
    except IntegrityError as error:
        raise WishedAlready from error
    _record(actor, wish, "agreed")
    return str(wish.id)


def change_standing(actor: Actor, standing_wish_id: UUID, *, to: str, now: datetime) -> str:
    """Pause a standing wish, go on with it, or end it.

    Raises Stale when it cannot become that, CitizenGone where it cannot go on.
    """
    wish = queries.lock_standing(standing_wish_id)
    _citizen(actor, wish.citizen_id, now)
    if to == "active":
        must_be_here(wish.citizen_id)
    if wish.state not in _MOVES[to]:
        raise Stale
    wish.state, wish.noes = to, 0
    db.session.flush()
    _record(actor, wish, to)
    return str(standing_wish_id)


def said_yes(standing_wish_id: UUID) -> None:
    """Begin to count noes anew."""
    queries.lock_standing(standing_wish_id).noes = 0
    db.session.flush()


def said_no(actor: Actor, standing_wish_id: UUID, now: datetime) -> None:
    """Count a no; after three in a row the wish rests, and somebody is to ask what she wants."""
    wish = queries.lock_standing(standing_wish_id)
    wish.noes += 1
    if wish.noes >= MOST_NOES and wish.state == "active":
        wish.state = "paused"
        citizen = get_citizen(wish.citizen_id)
        queue_call(
            f"standing_paused:{wish.id}:{local_day(now).isoformat()}",
            "standing_paused",
            citizen_id=citizen.id,
            supplier_id=citizen.supplier_id,
            facts={"standing_wish": str(wish.id), "activity": get_activity(wish.activity_id).title},
            due_at=now,
            now=now,
        )
        _record(actor, wish, "paused")
    db.session.flush()


def propose(standing_wish_id: UUID, *, now: datetime) -> str | None:
    """Hold the next date that fits a standing wish, and return the offer's id, or None.

    Nothing is held while an offer waits for an answer, before the rhythm is due, while the citizen
    is away, or on a date she has been asked about before.
    """
    row = queries.get_standing(standing_wish_id)
    wish = queries.lock_standing(standing_wish_id)
    made = standing_offers(standing_wish_id)
    is_asked = any(one.state == "open" for one, _ in made)
    if wish.state != "active" or is_asked or is_away(row.citizen.id, local_day(now)):
        return None
    dates = _due_dates(wish, row.citizen, {date for _, date in made}, now)
    for want in _best_first(wish, row.citizen, dates):
        because = Because(standing_wish_id=wish.id)
        hours = home().standing_hold_hours
        found = try_offer(want, because, hours=hours, now=now)
        if isinstance(found, UUID):
            wish.last_proposed_on = local_day(now)
            db.session.flush()
            return str(found)
    return None


def _due_dates(
    wish: StandingWish, citizen: Citizen, asked: set[UUID | None], now: datetime
) -> list[Offer]:
    """Return the first week's dates that are in the rhythm and not asked about yet."""
    last = queries.last_time(citizen.id, wish.activity_id)
    due = last + timedelta(weeks=wish.every_weeks) - _SLACK if last else local_day(now)
    dates = [
        date
        for date in of_activity(citizen, wish.activity_id, now)
        if local_day(date.starts_at) >= due
        and date.starts_at <= now + _AHEAD
        and date.occurrence.id not in asked
        and _is_in_part(date, wish.day_part)
        and not is_away(citizen.id, local_day(date.starts_at))
    ]
    return [date for date in dates if date.starts_at <= dates[0].starts_at + _WINDOW]


def _is_in_part(date: Offer, part: str) -> bool:
    begins, ends = _PARTS.get(part, (0, 24))
    return begins <= local(date.occurrence.starts_at).hour < ends


def _best_first(wish: StandingWish, citizen: Citizen, dates: list[Offer]) -> list[Want]:
    """Return the dates to try: those the preferred helper could come to, then the soonest."""
    wants = [
        Want(citizen, date.occurrence.id, "standing", wish.agreed_how, wish.care_worker_id)
        for date in dates
    ]
    if wish.care_worker_id is None:
        return wants
    return sorted(wants, key=lambda want: not is_free(want))


def _citizen(actor: Actor, citizen_id: UUID, now: datetime) -> Citizen:
    citizen = get_citizen(citizen_id)
    authorise(actor, Action.MAKE_WISH, reach(citizen, local_day(now)))
    return citizen


def _record(actor: Actor, wish: StandingWish, what: str) -> None:
    audit.record(
        actor,
        Action.MAKE_WISH,
        "standing_wish",
        wish.id,
        citizens=[wish.citizen_id],
        what=what,
        activity=wish.activity_id,
    )
