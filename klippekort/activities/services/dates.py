"""The dates of activities: made ahead, idempotently, and cancelled one at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.services.series import dates_ahead
from klippekort.domain.activity_life import Existence, State, Step, after, existence
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Reach, Role, authorise
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.volunteers.queries import reach_of_association

TOLD_BACK = timedelta(weeks=5)
"""How far back feeds may tell of a date, with some days to spare."""


@dataclass(frozen=True)
class OccurrenceCancelled:
    """A date was cancelled; `now` is the instant it happened."""

    occurrence_id: UUID
    reason: str
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class OccurrenceChanged:
    """A date moves in time or to another place; `now` is the instant it happens.

    It is told before the date itself is changed, and perhaps again when somebody signed up
    meanwhile: whoever listens looks at what still stands at the old time.
    """

    occurrence_id: UUID
    starts_before: datetime
    starts_after: datetime
    ends_before: datetime
    ends_after: datetime
    place_before: UUID | None
    place_after: UUID | None
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class TripsAt:
    """The question which trips go to these dates; the answers are their ids."""

    occurrence_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class HostsAt:
    """The question who hosts a date; the answers are volunteers' ids."""

    occurrence_id: UUID


def reach_of(activity: Activity) -> Reach:
    """Return whose an activity is: its host's, that of those who speak for its association, or that
    of the citizen who thought of it.
    """
    by_citizen = activity.proposer_id if activity.proposed_by == Role.CITIZEN else None
    people = {one for one in (activity.host_id, by_citizen) if one is not None}
    if activity.association_id is not None:
        people |= reach_of_association(activity.association_id).people
    return Reach(people=frozenset(people))


def reach_of_date(activity: Activity, host_id: UUID | None) -> Reach:
    """Return whose a date is that somebody usually hosts: theirs too whose activity it is."""
    hosts = frozenset((host_id,) if host_id is not None else ())
    return Reach(people=reach_of(activity).people | hosts)


def make_dates(activity: Activity, now: datetime) -> int:
    """Make the dates of an activity from today to 13 weeks ahead, and return how many were new.

    The next date is made however far ahead it lies. A date is known by its original local start, so
    making dates again changes nothing. Where another date was moved to the same time and place, the
    rule makes none.
    """
    known = queries.starts_of(activity.id)
    wanted = dates_ahead(activity, activity.timings, now)
    held = queries.starts_held(activity.id, now)
    made = [
        row
        for row in wanted
        if row.original_start not in known and (row.starts_at, row.place_id) not in held
    ]
    give_hosts(activity, made, now)
    db.session.add_all(made)
    db.session.flush()
    return len(made)


def give_hosts(activity: Activity, made: Collection[Occurrence], now: datetime) -> None:
    """Let new dates between those to come have the host of the one before them: somebody else may
    host only from a later day on.
    """
    rows = queries.dates_from(activity.id, local_day(now).isoformat()) if made else []
    coming = [row for row in rows if row.starts_at > now and row.cancelled_at is None]
    if all(row.host_id == activity.host_id for row in coming):
        return
    for one in made:
        before = [row for row in coming if row.starts_at <= one.starts_at]
        if len(before) < len(coming):
            nearest = before[-1] if before else coming[0]
            one.host_id = nearest.host_id


def cancel_occurrence(actor: Actor, occurrence_id: UUID, *, reason: str, now: datetime) -> str:
    """Cancel a date and tell whoever listens, so that trips to it give their minutes back.

    Raises Stale when it is cancelled already or over.
    """
    facts = queries.get_occurrence_facts(occurrence_id)
    activity = queries.get_activity(facts.activity_id)
    authorise(actor, Action.CANCEL_OCCURRENCE, reach_of_date(activity, facts.host_id))
    told = OccurrenceCancelled(occurrence_id, reason, actor, now)
    known = seats_at([occurrence_id])
    # Trips lock their card before the date; telling them first keeps that order.
    events.emit(told)
    row = queries.lock_occurrence(occurrence_id)
    if row.cancelled_at is not None or row.ends_at <= now:
        raise Stale
    close(row, reason, now)
    if seats_at([occurrence_id]) - known:
        # Somebody booked between the telling and the lock; from here on nobody can.
        events.emit(told)
    audit.record(actor, Action.CANCEL_OCCURRENCE, "occurrence", occurrence_id, reason=reason)
    return str(occurrence_id)


def cancel_dates(actor: Actor, dates: Sequence[Occurrence], *, reason: str, now: datetime) -> int:
    """Cancel several dates of one activity and tell whoever listens; whoever calls has asked for
    leave. Returns how many still stood.
    """
    told = [OccurrenceCancelled(row.id, reason, actor, now) for row in dates]
    ids = [row.id for row in dates]
    known = seats_at(ids)
    for event in told:
        events.emit(event)
    locked = queries.lock_dates(ids)
    standing = {key for key, row in locked.items() if row.cancelled_at is None}
    for key in standing:
        close(locked[key], reason, now)
    late = {date_id for date_id, _ in seats_at(standing) - known}
    for event in told:
        if event.occurrence_id in late:
            events.emit(event)
    deeds = [audit.Deed(key, details={"reason": reason}) for key in sorted(standing)]
    audit.record_many(actor, Action.CANCEL_OCCURRENCE, "occurrence", deeds)
    return len(standing)


def close(row: Occurrence, reason: str, now: datetime) -> None:
    """Mark a locked date as cancelled; calendars hear of it."""
    row.cancelled_at, row.cancelled_reason = now, reason
    row.sequence += 1
    row.revised_at = now
    db.session.flush()


def revise(now: datetime, *, activity_id: UUID | None = None, place_id: UUID | None = None) -> None:
    """Let feeds hear that what they tell of an activity, or of a place, has changed."""
    told = update(Occurrence).where(Occurrence.ends_at > now - TOLD_BACK)
    if activity_id is not None:
        told = told.where(Occurrence.activity_id == activity_id)
    if place_id is not None:
        told = told.where(Occurrence.place_id == place_id)
    db.session.execute(told.values(revised_at=now))


def seats_at(occurrence_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Return the seats that are taken at these dates, each with its date before it."""
    taken = queries.guests_at(occurrence_ids) if occurrence_ids else {}
    return {(date_id, guest.sign_up_id) for date_id, found in taken.items() for guest in found}


def extend(activity_id: UUID, now: datetime) -> int:
    """Make the coming dates of a published activity, and return how many were new.

    One whose last day is over has ended; one that nobody has confirmed waits until somebody does.
    """
    activity, today = queries.lock_activity(activity_id), local_day(now)
    if activity.state != State.PUBLISHED:
        return 0
    if activity.ended_on is not None and activity.ended_on < today:
        activity.state = after(State.PUBLISHED, Step.END)
        return 0
    if existence(activity.confirm_by, today) is Existence.HIDDEN:
        return 0
    return make_dates(activity, now)
