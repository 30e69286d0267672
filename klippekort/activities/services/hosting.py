"""What a host does afterwards: tick who came, and have the hours logged."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities import queries
from klippekort.activities.models import Hosting, SignUp
from klippekort.activities.services.dates import reach_of
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.db import db

LONGEST_MINUTES = 16 * 60


class HostingTimesMakeNoSense(DomainError):
    """The end is not after the start, or more than 16 hours away."""


class NotBegun(DomainError):
    """Nobody can have come before the activity has begun."""


class LoggedBefore(DomainError):
    """The host said who came on an earlier day; only a coordinator corrects it now."""


def log_attendance(
    actor: Actor,
    occurrence_id: UUID,
    *,
    came: Collection[UUID],
    others: int,
    started_at: datetime,
    ended_at: datetime,
    now: datetime,
) -> str:
    """Tick which seats were used and log the host's time; doing it again corrects it.

    `others` are guests without a seat of ours. An activity nobody hosts has only its guests
    ticked. A host may correct it the same day, a coordinator always. Raises NotBegun,
    LoggedBefore, HostingTimesMakeNoSense.
    """
    facts = queries.get_occurrence_facts(occurrence_id)
    authorise(actor, Action.HOST_ACTIVITY, reach_of(queries.get_activity(facts.activity_id)))
    if facts.starts_at > now or facts.is_cancelled:
        raise NotBegun
    minutes = minutes_between(started_at, ended_at)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise HostingTimesMakeNoSense
    queries.lock_occurrence(occurrence_id)
    if not may_be_corrected(actor, queries.find_hosting(occurrence_id), now):
        raise LoggedBefore
    seats = db.session.scalars(
        select(SignUp).filter_by(occurrence_id=occurrence_id, state="booked")
    ).all()
    for seat in seats:
        seat.attended = seat.id in came
    guests = sum(bool(seat.attended) for seat in seats) + others
    if facts.host_id is not None:
        _log(occurrence_id, facts.host_id, minutes, guests, now)
    audit.record(
        actor,
        Action.HOST_ACTIVITY,
        "occurrence",
        occurrence_id,
        citizens=[seat.citizen_id for seat in seats],
        minutes=minutes,
        guests=guests,
    )
    return str(occurrence_id)


def may_be_corrected(actor: Actor, logged: Hosting | None, now: datetime) -> bool:
    """Say whether what was logged, if anything was, may still be changed by this person."""
    is_from_today = logged is None or local_day(logged.logged_at) == local_day(now)
    return is_from_today or actor.role is not Role.VOLUNTEER


def _log(occurrence_id: UUID, volunteer_id: UUID, minutes: int, guests: int, now: datetime) -> None:
    row = queries.hosting_of(occurrence_id, volunteer_id)
    if row is None:
        row = Hosting(occurrence_id=occurrence_id, volunteer_id=volunteer_id)
        db.session.add(row)
    row.minutes, row.guests, row.logged_at = minutes, guests, now
    db.session.flush()
