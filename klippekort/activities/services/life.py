"""The life of an activity: a yes with or without remarks, a no, and its end."""

from datetime import date, datetime
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence, Timing
from klippekort.activities.services.asking import forget_asking
from klippekort.activities.services.clashing import check_room, say_if_shared
from klippekort.activities.services.dates import cancel_dates, make_dates, reach_of, revise
from klippekort.activities.services.series import dates_to_check, series_of
from klippekort.domain.activity_life import State, Step, after, confirmed_until
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.recurrence import first_slot
from klippekort.platform import audit
from klippekort.platform.db import db

ENDED = "ended"


class DatesOver(DomainError):
    """The last day of the proposal has passed."""


class HeldNowhere(DomainError):
    """Nobody has said where it is held: there is neither a place nor a link."""


def approve_activity(
    actor: Actor,
    activity_id: UUID,
    *,
    now: datetime,
    remarks: str = "",
    shares_room: bool | None = None,
) -> str:
    """Say yes to a proposal: publish it with its dates, or with remarks leave that to its host.

    Raises Stale when it was decided before, DatesOver when there is no day left to hold it,
    HeldNowhere, and PlaceTaken unless it `shares_room`.
    """
    authorise(actor, Action.APPROVE_ACTIVITY)
    activity = queries.lock_activity(activity_id)
    if activity.state != State.PROPOSED:
        raise Stale
    _check_held(activity, now)
    if say_if_shared(activity, shares_room) is False:
        check_room(dates_to_check(activity, activity.timings, now), activity_id, now)
    step = Step.APPROVE if remarks else Step.PUBLISH
    activity.remarks = remarks
    _decide(actor, activity, step, now)
    made = make_dates(activity, now) if step is Step.PUBLISH else 0
    audit.record(
        actor, Action.APPROVE_ACTIVITY, "activity", activity_id, to=activity.state, dates=made
    )
    return str(activity_id)


def publish_activity(
    actor: Actor, activity_id: UUID, *, now: datetime, shares_room: bool | None = None
) -> str:
    """Publish what was approved with remarks, and make its dates; its host may.

    Raises Stale when it is not approved, DatesOver, HeldNowhere, and PlaceTaken unless it
    `shares_room`.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    if activity.state != State.APPROVED:
        raise Stale
    _check_held(activity, now)
    if say_if_shared(activity, shares_room) is False:
        check_room(dates_to_check(activity, activity.timings, now), activity_id, now)
    activity.state = after(State(activity.state), Step.PUBLISH)
    made = make_dates(activity, now)
    audit.record(
        actor, Action.POST_ACTIVITY, "activity", activity_id, to=activity.state, dates=made
    )
    return str(activity_id)


def decline_activity(
    actor: Actor, activity_id: UUID, *, reason: str, now: datetime, remarks: str = ""
) -> str:
    """Say no to a proposal, with a reason. Raises Stale when it was decided before."""
    authorise(actor, Action.APPROVE_ACTIVITY)
    activity = queries.lock_activity(activity_id)
    _decide(actor, activity, Step.DECLINE, now)
    activity.declined_reason, activity.remarks = reason, remarks
    audit.record(
        actor, Action.APPROVE_ACTIVITY, "activity", activity_id, to=activity.state, reason=reason
    )
    return str(activity_id)


def cancel_activity(actor: Actor, activity_id: UUID, *, reason: str, now: datetime) -> str:
    """Cancel an activity with all dates to come; everyone with a seat is told.

    A proposal is withdrawn this way. Raises Stale when it is over already.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.CANCEL_OCCURRENCE, reach_of(activity))
    activity.state = after(State(activity.state), Step.CANCEL)
    forget_asking(activity)
    activity.ended_on = local_day(now)
    dates = cancel_dates(actor, _coming(activity, now), reason=reason, now=now)
    audit.record(
        actor,
        Action.CANCEL_OCCURRENCE,
        "activity",
        activity_id,
        to=activity.state,
        reason=reason,
        dates=dates,
    )
    return str(activity_id)


def end_activity(actor: Actor, activity_id: UUID, *, last_on: date, now: datetime) -> str:
    """End an activity after a day; later dates are cancelled and everyone with a seat is told.

    A day before today ends it now. Raises Stale unless it is published.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.CANCEL_OCCURRENCE, reach_of(activity))
    ended = after(State(activity.state), Step.END)
    today = local_day(now)
    gone = [row for row in _coming(activity, now) if local_day(row.starts_at) > last_on]
    dates = cancel_dates(actor, gone, reason=ENDED, now=now)
    _stop(activity, last_on)
    activity.ended_on = last_on
    forget_asking(activity)
    if last_on < today or first_slot(series_of(activity.timings), today) is None:
        activity.state = ended
    audit.record(
        actor,
        Action.CANCEL_OCCURRENCE,
        "activity",
        activity_id,
        to=ENDED,
        last_on=last_on,
        dates=dates,
    )
    return str(activity_id)


def confirm_activity(actor: Actor, activity_id: UUID, *, now: datetime) -> str:
    """Say that an activity still exists, for half a year from today, and make the dates that waited
    for it. Raises Stale when over.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    if activity.state != State.PUBLISHED:
        raise Stale
    forget_asking(activity)
    activity.confirm_by = confirmed_until(local_day(now))
    make_dates(activity, now)
    revise(now, activity_id=activity_id)
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="confirmed")
    return str(activity_id)


def _decide(actor: Actor, activity: Activity, step: Step, now: datetime) -> None:
    activity.state = after(State(activity.state), step)
    activity.decided_at, activity.decided_by = now, actor.account_id


def _check_held(activity: Activity, now: datetime) -> None:
    """Raise what stands in the way of letting guests come: no day ahead, or nowhere to go."""
    if activity.timing.place_id is None and not activity.online_url:
        raise HeldNowhere
    if first_slot(series_of(activity.timings), local_day(now)) is None:
        raise DatesOver


def _coming(activity: Activity, now: datetime) -> list[Occurrence]:
    """Return the dates of an activity that stand and are not over."""
    rows = queries.dates_from(activity.id, "")
    return [row for row in rows if row.cancelled_at is None and row.ends_at > now]


def _stop(activity: Activity, last_on: date) -> None:
    """Let no rule of an activity make a date after a day; the first timing stays as a record."""
    first: Timing = activity.timings[0]
    for timing in activity.timings:
        if timing.from_on > last_on and timing is not first:
            db.session.delete(timing)
        elif timing.last_on is None or timing.last_on > last_on:
            timing.last_on = last_on
    if first.from_on > last_on:
        first.last_on = first.from_on - ONE_DAY
    db.session.flush()
    db.session.expire(activity, ["timings"])
