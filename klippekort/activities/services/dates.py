"""The dates of activities: made ahead, idempotently, and cancelled one at a time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Reach, authorise
from klippekort.domain.scheduling import Repeats, Rule, slots
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

AHEAD = timedelta(weeks=13)


@dataclass(frozen=True)
class OccurrenceCancelled:
    """A date was cancelled; `now` is the instant it happened."""

    occurrence_id: UUID
    reason: str
    actor: Actor
    now: datetime


def reach_of(activity: Activity) -> Reach:
    """Return whose an activity is: its host's."""
    return Reach(people=frozenset({activity.host_id} if activity.host_id else ()))


def rule_of(activity: Activity) -> Rule:
    """Return when an activity is held."""
    return Rule(
        Repeats(activity.repeats),
        activity.first_on,
        activity.starts,
        activity.ends,
        activity.last_on,
    )


def make_dates(activity: Activity, today: date) -> int:
    """Make the dates of an activity from today to 13 weeks ahead, and return how many were new.

    A single activity gets its one date however far ahead it lies. A date is known by its original
    local start, so making dates again changes nothing.
    """
    known = queries.starts_of(activity.id)
    made = [row for row in dates_of(activity, today) if row.original_start not in known]
    db.session.add_all(made)
    db.session.flush()
    return len(made)


def dates_of(activity: Activity, today: date) -> list[Occurrence]:
    """Return the dates `make_dates` is to see to, as new rows that are not stored yet."""
    through = today + AHEAD
    if activity.repeats == Repeats.ONCE:
        through = max(through, activity.first_on)
    return [
        Occurrence(
            id=new_id(),
            activity_id=activity.id,
            original_start=slot.key,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            capacity=activity.capacity,
            wheelchair_places=activity.wheelchair_places,
        )
        for slot in slots(rule_of(activity), today, through)
    ]


def cancel_occurrence(actor: Actor, occurrence_id: UUID, *, reason: str, now: datetime) -> str:
    """Cancel a date and tell whoever listens, so that trips to it give their minutes back.

    Raises Stale when it is cancelled already or over.
    """
    activity = queries.get_activity(queries.get_occurrence_facts(occurrence_id).activity_id)
    authorise(actor, Action.CANCEL_OCCURRENCE, reach_of(activity))
    told = OccurrenceCancelled(occurrence_id, reason, actor, now)
    known = _seats(occurrence_id)
    # Trips lock their card before the date; telling them first keeps that order.
    events.emit(told)
    row = queries.lock_occurrence(occurrence_id)
    if row.cancelled_at is not None or row.ends_at <= now:
        raise Stale
    row.cancelled_at, row.cancelled_reason = now, reason
    db.session.flush()
    if _seats(occurrence_id) - known:
        # Somebody booked between the telling and the lock; from here on nobody can.
        events.emit(told)
    audit.record(actor, Action.CANCEL_OCCURRENCE, "occurrence", occurrence_id, reason=reason)
    return str(occurrence_id)


def _seats(occurrence_id: UUID) -> set[UUID]:
    return {guest.sign_up_id for guest in queries.guests_of(occurrence_id)}


def extend(activity_id: UUID, now: datetime) -> int:
    """Make the coming dates of an approved activity, and return how many were new."""
    activity = queries.lock_activity(activity_id)
    return make_dates(activity, local_day(now)) if activity.state == "approved" else 0
