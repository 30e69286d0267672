"""A citizen dies or moves: everything stops at once, and a mistake is undone as a whole.

The features above hear `CitizenLeft` and `CitizenReturned` and stop, or start again, what is
theirs. What they stop they hand to `stopped`, so that exactly that is started again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from klippekort.citizens import queries
from klippekort.citizens.models import CitizenLeaving, LeavingStop
from klippekort.citizens.queries import leaving as leavings
from klippekort.citizens.queries.leaving import BACK, LEFT
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.messages.models import MessageDelivery
from klippekort.messages.queries import find_message
from klippekort.messages.services import queue_call, withdraw
from klippekort.municipalities.queries import rested
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

KINDS = ("died", "moved")
TOLD_BY = ("relative", "care_worker", "hospital", "register", "other")
EARLIEST = timedelta(days=400)
FOLLOW_UP = timedelta(days=7)
OVER = "over"
MESSAGE, DELIVERY = "message", "delivery"


class LeftAlready(DomainError):
    """The citizen has died or moved already, as far as is written down."""


class NotYet(DomainError):
    """The day lies in the future."""


class TooLongAgo(DomainError):
    """The day lies more than 400 days back."""


class NotNextToHer(DomainError):
    """Whoever was left behind is the citizen herself, or has left too."""


@dataclass(frozen=True)
class Leaving:
    """How somebody left: `kind` is died or moved, on a day, and who told it.

    `may_be_said`: the relatives agree that a death is said as such. `left_behind_id` is the citizen
    who lived with her, followed up by the account `owner_id`, or by whoever writes it down.
    """

    kind: str
    left_on: date
    told_by: str
    may_be_said: bool = False
    left_behind_id: UUID | None = None
    owner_id: UUID | None = None


@dataclass(frozen=True)
class CitizenLeft:
    """A citizen has died or moved. Who hears it stops what is hers, and hands it to `stopped`."""

    leaving_id: UUID
    citizen_id: UUID
    kind: str
    left_on: date
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class CitizenReturned:
    """It was a mistake: who hears it starts again what the leaving stopped, by `start_again`."""

    leaving_id: UUID
    citizen_id: UUID
    actor: Actor
    now: datetime


def register_leaving(actor: Actor, citizen_id: UUID, facts: Leaving, *, now: datetime) -> str:
    """Write down that a citizen has died or moved, stop everything, and return the leaving's id.

    Raises Forbidden, NotFound, LeftAlready, NotYet, TooLongAgo, NotNextToHer.
    """
    citizen = queries.lock_citizen(citizen_id)
    today = local_day(now)
    authorise(actor, Action.RECORD_LEAVING, queries.reach(citizen, today))
    _check(citizen_id, facts, today)
    row = CitizenLeaving(
        id=new_id(),
        citizen_id=citizen_id,
        kind=facts.kind,
        left_on=facts.left_on,
        told_by=facts.told_by,
        may_be_said=facts.may_be_said and facts.kind == "died",
        recorded_at=now,
        recorded_by=actor.account_id,
        left_behind_id=facts.left_behind_id,
        owner_id=(facts.owner_id or actor.account_id) if facts.left_behind_id else None,
        follow_up_on=today + FOLLOW_UP if facts.left_behind_id else None,
    )
    db.session.add(row)
    db.session.flush()
    left = CitizenLeft(row.id, citizen_id, facts.kind, facts.left_on, _for(actor), now)
    events.emit(left)
    _silence(left)
    _note(actor, row, facts.kind)
    return str(row.id)


def _check(citizen_id: UUID, facts: Leaving, today: date) -> None:
    if facts.kind not in KINDS or facts.told_by not in TOLD_BY:
        raise ValueError(facts)
    if facts.left_on > today:
        raise NotYet
    if facts.left_on < today - EARLIEST:
        raise TooLongAgo
    if leavings.find_leaving(citizen_id) is not None:
        raise LeftAlready
    behind = facts.left_behind_id
    if behind is None:
        return
    queries.get_citizen(behind)
    if behind == citizen_id or leavings.find_leaving(behind) is not None:
        raise NotNextToHer


def _for(actor: Actor) -> Actor:
    """Return the program acting for a person: what follows from a leaving needs no other leave."""
    return replace(actor, role=Role.SYSTEM, supplier_id=None, district_id=None, person_id=None)


def _note(actor: Actor, row: CitizenLeaving, what: str) -> None:
    concerned = [one for one in (row.citizen_id, row.left_behind_id) if one is not None]
    audit.record(
        actor, Action.RECORD_LEAVING, "citizen_leaving", row.id, citizens=concerned, what=what
    )


def _silence(left: CitizenLeft) -> None:
    """Take back every message to her that nobody has acted on."""
    for message in leavings.messages_to(left.citizen_id):
        message.state = "withdrawn"
        stopped(left, MESSAGE, message.id)
    for sent in leavings.deliveries_to(left.citizen_id):
        sent.state = "stopped"
        stopped(left, DELIVERY, sent.id)
    db.session.flush()


def undo_leaving(actor: Actor, leaving_id: UUID, *, now: datetime) -> str:
    """Undo a leaving that was a mistake, start again what it stopped, and return the citizen's id.

    What cannot be started again waits for a person. Raises Stale when it was undone before.
    """
    found = leavings.get_leaving(leaving_id)
    citizen = queries.lock_citizen(found.citizen_id)
    authorise(actor, Action.RECORD_LEAVING, queries.reach(citizen, local_day(now)))
    row = leavings.lock_leaving(leaving_id)
    if row.undone_at is not None:
        raise Stale
    row.undone_at, row.undone_by = now, actor.account_id
    db.session.flush()
    back = CitizenReturned(row.id, row.citizen_id, _for(actor), now)
    events.emit(back)
    start_again(back, MESSAGE, _tell_again)
    held = {one.id: one for one in leavings.deliveries_to(row.citizen_id, "stopped")}
    start_again(back, DELIVERY, lambda stop: _send_again(held.get(stop.subject_id)))
    _unsay(row, now)
    _note(actor, row, "undone")
    return str(row.citizen_id)


def _tell_again(stop: LeavingStop) -> str | None:
    message = leavings.withdrawn_message(stop.subject_id)
    if message is None:
        return OVER
    message.state = "queued"
    return None


def _send_again(sent: MessageDelivery | None) -> str | None:
    if sent is None:
        return OVER
    sent.state = "queued"
    return None


def _unsay(row: CitizenLeaving, now: datetime) -> None:
    """Take back the calls about it; who has been called already is called again."""
    for telling in leavings.tellings(now, leaving_id=row.id):
        key = _key(LEFT, row.id, telling.who.id)
        if withdraw(key):
            continue
        said = find_message(key)
        if said is None:
            continue
        queue_call(
            _key(BACK, row.id, telling.who.id),
            BACK,
            citizen_id=None,
            supplier_id=said.supplier_id,
            about=row.id,
            facts=dict(said.facts),
            due_at=now,
            now=now,
        )


def _key(kind: str, leaving_id: UUID, who: UUID) -> str:
    return f"{kind}:{leaving_id}:{who}"


def stopped(left: CitizenLeft, what: str, subject_id: UUID, **details: Any) -> None:
    """Keep that the leaving stopped something, and what it takes to start it again."""
    row = LeavingStop(
        id=new_id(),
        leaving_id=left.leaving_id,
        what=what,
        subject_id=subject_id,
        details={name: said for name, said in details.items() if said is not None},
    )
    db.session.add(row)
    db.session.flush()


def start_again(
    back: CitizenReturned, what: str, again: Callable[[LeavingStop], str | None]
) -> None:
    """Start again, one by one, what a leaving stopped of one kind.

    `again` returns None, or a code for why not; where it refuses, the rest goes on, and that one
    waits for a person.
    """
    for stop in leavings.stops_of(back.leaving_id, what):
        try:
            with db.session.begin_nested():
                why = again(stop)
                db.session.flush()
        except DomainError:
            why = "taken"
        if why is None:
            stop.restored_at = back.now
        else:
            stop.why_not = why
        db.session.flush()


def tell(
    left: CitizenLeft,
    who: UUID,
    role: str,
    about: tuple[str, datetime] | None = None,
    *,
    supplier_id: UUID | None = None,
) -> None:
    """Have a helper told that the citizen is not coming any more: one call each, whatever it was.

    `about` is what they expected her at. With a supplier its planner may call too.
    """
    key = _key(LEFT, left.leaving_id, who)
    new = [{"title": about[0], "starts_at": about[1].isoformat()}] if about else []
    known = find_message(key)
    if known is not None:
        known.facts = {**known.facts, "about": [*known.facts["about"], *new]}
        db.session.flush()
        return
    queue_call(
        key,
        LEFT,
        citizen_id=None,
        supplier_id=supplier_id,
        about=left.leaving_id,
        facts={"who": str(who), "role": role, "about": new},
        due_at=rested(left.actor.municipality_id, left.now),
        now=left.now,
    )
    db.session.flush()


def follow_up(actor: Actor, leaving_id: UUID, *, now: datetime) -> str:
    """Note that whoever was left behind has been followed up. Raises Stale, Forbidden, NotFound."""
    row = leavings.lock_leaving(leaving_id)
    if row.left_behind_id is None:
        raise NotFound
    if row.owner_id != actor.account_id:
        behind = queries.get_citizen(row.left_behind_id)
        authorise(actor, Action.RECORD_LEAVING, queries.reach(behind, local_day(now)))
    if row.followed_up_at is not None or row.undone_at is not None:
        raise Stale
    row.followed_up_at = now
    _note(actor, row, "followed_up")
    return str(leaving_id)


def see_to(actor: Actor, stop_id: UUID, *, now: datetime) -> str:
    """Tick off something that was not started again by itself. Raises Stale."""
    stop = leavings.lock_stop(stop_id)
    row = leavings.get_leaving(stop.leaving_id)
    citizen = queries.get_citizen(row.citizen_id)
    authorise(actor, Action.RECORD_LEAVING, queries.reach(citizen, local_day(now)))
    if stop.why_not is None or stop.seen_to_at is not None:
        raise Stale
    stop.seen_to_at = now
    _note(actor, row, "seen_to")
    return str(stop_id)
