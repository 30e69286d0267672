"""Somebody else usually hosts an activity: from a day on, so that the past stays as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence
from klippekort.activities.services.dates import reach_of, revise
from klippekort.domain.activity_life import State
from klippekort.domain.calendar import instant
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.volunteers.queries import get_volunteer


@dataclass(frozen=True)
class HostExchanged:
    """Dates get another usual host, or none; told before they do, the dates by time."""

    occurrence_ids: tuple[UUID, ...]
    host_id: UUID | None
    actor: Actor
    now: datetime


def exchange_host(
    actor: Actor, activity_id: UUID, host_id: UUID | None, *, from_on: date, now: datetime
) -> str:
    """Let a volunteer, or nobody in particular, usually host an activity from a Danish day on.

    Dates before that day, and those that have begun, keep the host they had. Raises Stale unless
    the activity is published, NotFound for who is no volunteer any more, and Forbidden for an
    association that does not choose among its own.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.EXCHANGE_HOST, reach_of(activity))
    if activity.state != State.PUBLISHED:
        raise Stale
    _check_host(actor, activity, host_id)
    rows = _to_come(activity, instant(from_on, time.min), now)
    changed = [row for row in rows if row.host_id != host_id]
    events.emit(HostExchanged(tuple(row.id for row in changed), host_id, actor, now))
    for row in queries.lock_dates([one.id for one in changed]).values():
        row.host_id = host_id
    activity.host_id = host_id
    db.session.flush()
    revise(now, activity_id=activity_id)
    audit.record(actor, Action.EXCHANGE_HOST, "activity", activity_id, dates=len(changed))
    return str(activity_id)


def _check_host(actor: Actor, activity: Activity, host_id: UUID | None) -> None:
    if host_id in (None, activity.host_id):
        return
    host = get_volunteer(host_id)
    if host.archived_at is not None:
        raise NotFound
    if actor.role is Role.ASSOCIATION and host.association_id != activity.association_id:
        raise Forbidden


def _to_come(activity: Activity, from_at: datetime, now: datetime) -> Sequence[Occurrence]:
    """Return the dates from an instant on that have not begun and stand, by time."""
    rows = queries.dates_from(activity.id, "")
    coming = [row for row in rows if row.cancelled_at is None and row.starts_at > now]
    return sorted(
        (row for row in coming if row.starts_at >= from_at), key=lambda row: row.starts_at
    )
