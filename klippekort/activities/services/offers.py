"""Posting activities and deciding about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity
from klippekort.activities.services.dates import dates_of, make_dates, reach_of
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Actor, Reach, Role, authorise
from klippekort.domain.scheduling import Repeats
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers.queries import get_association, get_volunteer


class DatesOver(DomainError):
    """The last day of the proposal has passed."""


@dataclass(frozen=True)
class ActivityFacts:
    """What an activity is. Times are Danish wall clock, prices in øre, `last_on` inclusive.

    `latitude` and `longitude` are both degrees, or both None where nobody has said.
    """

    title: str
    kind: str
    description: str
    place: str
    address: str
    postcode: str | None
    town: str | None
    access: tuple[str, ...]
    price_oere: int
    helper_price_oere: int
    capacity: int
    wheelchair_places: int
    repeats: Repeats
    first_on: date
    starts: time
    ends: time
    last_on: date | None = None
    latitude: float | None = None
    longitude: float | None = None


def post_activity(
    actor: Actor,
    facts: ActivityFacts,
    *,
    now: datetime,
    host_id: UUID | None = None,
    association_id: UUID | None = None,
) -> str:
    """Post an activity and return its id; a coordinator's is approved at once and gets its dates.

    A volunteer hosts what they post themselves. Raises NotFound for a host or
    an association that is not the municipality's.
    """
    if actor.role is Role.VOLUNTEER:
        host_id = actor.person_id
    authorise(actor, Action.POST_ACTIVITY, Reach(people=frozenset({host_id} if host_id else ())))
    if host_id is not None:
        association_id = get_volunteer(host_id).association_id or association_id
    if association_id is not None:
        get_association(association_id)
    activity = _activity(actor, facts, now, host_id, association_id)
    _post(actor, [activity], now)
    return str(activity.id)


def post_associations_activities(
    actor: Actor, offers: Iterable[tuple[UUID, ActivityFacts]], *, now: datetime
) -> None:
    """Post the activities of associations, approved at once and with their dates.

    The associations are in the database already. Raises Forbidden for who may post only their own.
    """
    authorise(actor, Action.POST_ACTIVITY, Reach())
    _post(actor, [_activity(actor, facts, now, None, whose) for whose, facts in offers], now)


def _activity(
    actor: Actor,
    facts: ActivityFacts,
    now: datetime,
    host_id: UUID | None,
    association_id: UUID | None,
) -> Activity:
    is_decided = actor.role is not Role.VOLUNTEER
    activity = Activity(
        id=new_id(),
        host_id=host_id,
        association_id=association_id,
        state="approved" if is_decided else "proposed",
        proposed_at=now,
        decided_at=now if is_decided else None,
        decided_by=actor.account_id if is_decided else None,
    )
    for name, value in vars(facts).items():
        setattr(activity, name, list(value) if isinstance(value, tuple) else value)
    return activity


def _post(actor: Actor, activities: list[Activity], now: datetime) -> None:
    """Store new activities, with their dates where they are approved, and what was done."""
    db.session.add_all(activities)
    db.session.flush()
    for activity in activities:
        if activity.state == "approved":
            db.session.add_all(dates_of(activity, local_day(now)))
    db.session.flush()
    deeds = [audit.Deed(activity.id, details={"state": activity.state}) for activity in activities]
    audit.record_many(actor, Action.POST_ACTIVITY, "activity", deeds)


def approve_activity(actor: Actor, activity_id: UUID, *, now: datetime) -> str:
    """Say yes to a proposal and make its dates.

    Raises Stale when it was decided before, and DatesOver when there is no day left to hold it.
    """
    activity = _decide(actor, activity_id, "approved", now)
    last_on = activity.first_on if activity.repeats == Repeats.ONCE else activity.last_on
    if last_on is not None and last_on < local_day(now):
        raise DatesOver
    made = make_dates(activity, local_day(now))
    audit.record(actor, Action.APPROVE_ACTIVITY, "activity", activity_id, to="approved", dates=made)
    return str(activity_id)


def decline_activity(actor: Actor, activity_id: UUID, *, reason: str, now: datetime) -> str:
    """Say no to a proposal, with a reason. Raises Stale when it was decided before."""
    activity = _decide(actor, activity_id, "declined", now)
    activity.declined_reason = reason
    audit.record(
        actor, Action.APPROVE_ACTIVITY, "activity", activity_id, to="declined", reason=reason
    )
    return str(activity_id)


def _decide(actor: Actor, activity_id: UUID, state: str, now: datetime) -> Activity:
    authorise(actor, Action.APPROVE_ACTIVITY)
    activity = queries.lock_activity(activity_id)
    if activity.state != "proposed":
        raise Stale
    activity.state, activity.decided_at, activity.decided_by = state, now, actor.account_id
    return activity


def change_activity(
    actor: Actor,
    activity_id: UUID,
    *,
    description: str,
    access: tuple[str, ...],
    price_oere: int,
    helper_price_oere: int,
    now: datetime,
    latitude: float | None = None,
    longitude: float | None = None,
) -> str:
    """Change what may change without touching a date: the text, the access facts, the prices, and
    where the place lies.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    activity.latitude, activity.longitude = latitude, longitude
    activity.description, activity.access = description, list(access)
    activity.price_oere, activity.helper_price_oere = price_oere, helper_price_oere
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="changed")
    return str(activity_id)
