"""When a citizen is to be asked: set by a course, a group, or by hand, and dropped again."""

from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.models import LeavingStop
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    CitizenReturned,
    start_again,
    stopped,
)
from klippekort.domain.calendar import local_day
from klippekort.domain.instruments import Instrument
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.groups.services import MeasureDue as GroupAsks
from klippekort.measures.models import MeasureDue
from klippekort.measures.queries import measures as queries
from klippekort.measures.queries.catalogue import get_instrument, get_settings, instruments
from klippekort.platform import audit, clock
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id

START, END = "start", "end"
MEASURE, DUTY = "measure", "measure_duty"


def set_due(
    citizen_id: UUID,
    key: str,
    due_on: date,
    cause: str,
    *,
    moment: str = "other",
    cause_id: UUID | None = None,
    now: datetime,
) -> UUID | None:
    """Have a citizen asked by a day because of `cause`, and return what is due.

    What is due already for the same instrument and moment moves to the sooner day. None for a
    citizen who has died or moved. The caller has asked for leave. Raises NotFound for a key that is
    none.
    """
    instrument = get_instrument(key)
    return _set(citizen_id, instrument, due_on, cause, moment, cause_id, now)


def set_due_by_hand(
    actor: Actor, citizen_id: UUID, key: str, due_on: date, *, now: datetime
) -> str:
    """Have a citizen asked by a day because somebody wishes it, and return the citizen's id.

    Raises CitizenGone, Forbidden, NotFound.
    """
    authorise(actor, Action.MEASURE, reach(get_citizen(citizen_id), local_day(now)))
    must_be_here(citizen_id)
    set_due(citizen_id, key, due_on, "hand", now=now)
    audit.record(
        actor, Action.MEASURE, "measure_due", citizens=[citizen_id], key=key, due_on=due_on
    )
    return str(citizen_id)


def ask_at(
    citizen_id: UUID,
    moment: str,
    due_on: date,
    cause: str,
    *,
    cause_id: UUID | None = None,
    now: datetime,
) -> list[UUID]:
    """Have a citizen asked all that the municipality asks at a `moment`, start or end.

    Returns what is due; nothing where nothing is asked then. The caller has asked for leave.
    """
    asked = get_settings()
    keys = {START: asked.at_start, END: asked.at_end}.get(moment, ())
    known = instruments()
    made = (
        _set(citizen_id, known[key], due_on, cause, moment, cause_id, now)
        for key in keys
        if key in known
    )
    return [one for one in made if one is not None]


def _set(
    citizen_id: UUID,
    instrument: Instrument,
    due_on: date,
    cause: str,
    moment: str,
    cause_id: UUID | None,
    now: datetime,
) -> UUID | None:
    if is_gone(citizen_id):
        return None
    for one in queries.lock_dues(citizen_id, instrument.id):
        if one.moment == moment:
            one.due_on = min(one.due_on, due_on)
            db.session.flush()
            return one.id
    row = MeasureDue(
        id=new_id(),
        citizen_id=citizen_id,
        instrument=instrument.id,
        version=instrument.version,
        moment=moment,
        cause=cause,
        cause_id=cause_id,
        due_on=due_on,
        set_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def drop_dues(
    citizen_id: UUID, *, cause_id: UUID | None = None, moment: str | None = None, now: datetime
) -> int:
    """Ask a citizen no more: nothing at all, or nothing because of one cause or of one moment.

    Returns how much was dropped.
    """
    dropped = [
        one
        for one in queries.lock_dues(citizen_id)
        if cause_id in (None, one.cause_id) and moment in (None, one.moment)
    ]
    for one in dropped:
        one.state, one.closed_at = "dropped", now
    db.session.flush()
    return len(dropped)


def group_asks(event: GroupAsks) -> None:
    """Have a member of a group asked, at the start or the end. Which group is not told."""
    ask_at(event.citizen_id, event.moment, event.due_on, "agreed", now=clock.now())


def citizen_left(left: CitizenLeft) -> None:
    """Ask a citizen who has died or moved nothing more, and follow nothing up."""
    for due in queries.lock_dues(left.citizen_id):
        due.state, due.closed_at = "dropped", left.now
        stopped(left, MEASURE, due.id)
    for duty in queries.open_duties():
        if duty.citizen_id == left.citizen_id:
            duty.closed_at, duty.closed_by, duty.done = left.now, left.actor.account_id, "left"
            stopped(left, DUTY, duty.id)
    db.session.flush()


def citizen_returned(back: CitizenReturned) -> None:
    """Ask again what was to be asked, and follow up again what was to be followed up."""
    start_again(back, MEASURE, _ask_again)
    start_again(back, DUTY, _follow_again)


def _ask_again(stop: LeavingStop) -> str | None:
    row = queries.lock_due(stop.subject_id)
    if row.state != "dropped":
        return "taken"
    row.state, row.closed_at = "open", None
    return None


def _follow_again(stop: LeavingStop) -> str | None:
    row = queries.lock_duty(stop.subject_id)
    if row.done != "left":
        return "taken"
    row.closed_at, row.closed_by, row.done = None, None, None
    return None
